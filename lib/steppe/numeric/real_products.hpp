#pragma once

#include <cstddef>
#include <span>

namespace steppe {

/// A dense matrix of real numbers, row by row; row a starts at values[a * stride]. The values are
/// referred to.
struct RealMatrix {
    std::span<const float> values;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0;
};

/// Products of a real matrix, of its entries squared, and of the transposes of both with vectors in
/// single precision, several vectors (sides) one after the other. Eigen and OpenBLAS compute them;
/// results do not depend on the number of threads.
class RealProducts {
  public:
    /// sides >= 1. Throws Error when the values are fewer than the shape says.
    RealProducts(const RealMatrix& matrix, std::size_t sides);

    /// out[s * rows + a] = sum_i X_ai x[s * columns + i].
    void multiply(std::span<const float> x, std::span<float> out) const;
    /// out[s * columns + i] = sum_a X_ai g[s * rows + a].
    void multiply_transposed(std::span<const float> g, std::span<float> out) const;
    /// The same two with X_ai^2.
    void multiply_squares(std::span<const float> x, std::span<float> out) const;
    void multiply_squares_transposed(std::span<const float> g, std::span<float> out) const;

  private:
    RealMatrix matrix_;
    std::size_t sides_;
};

}  // namespace steppe
