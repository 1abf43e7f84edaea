#include "steppe/theory/root.hpp"

namespace steppe::theory {

std::vector<double> even_grid(double low, double high, std::size_t count) {
    std::vector<double> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1));
    }
    return out;
}

std::vector<double> unit_grid(std::size_t count, double t_most) {
    std::vector<double> out;
    for (const double t : even_grid(-t_most, t_most, count))
        out.push_back(1.0 / (1.0 + std::exp(-t)));
    return out;
}

}  // namespace steppe::theory
