#include "steppe/theory/simplex.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steppe::theory {

namespace {

struct Corner {
    std::vector<double> place;
    double value;
};

/// base + factor (tip - base).
std::vector<double> along(const std::vector<double>& base, const std::vector<double>& tip,
                          double factor) {
    std::vector<double> out(base.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = base[i] + factor * (tip[i] - base[i]);
    return out;
}

class Simplex {
  public:
    using Function = std::function<double(const std::vector<double>&)>;

    Simplex(const Function& f, const std::vector<double>& start, const std::vector<double>& step,
            double scale)
        : f_(f) {
        corners_.push_back(at(start));
        for (std::size_t i = 0; i < start.size(); ++i) {
            std::vector<double> place = start;
            place[i] += scale * step[i];
            corners_.push_back(at(place));
        }
        sort();
    }

    const Corner& best() const { return corners_.front(); }

    bool flat(double tolerance) const {
        return corners_.back().value - best().value <= tolerance * std::abs(best().value);
    }

    /// One move: the worst corner is mirrored, further out or nearer, or all shrink to the best.
    void move() {
        const std::vector<double> centre = centre_of_others();
        Corner& worst = corners_.back();
        const double second = corners_[corners_.size() - 2].value;
        Corner tried = at(along(centre, worst.place, -1.0));
        if (tried.value < best().value) {
            Corner further = at(along(centre, worst.place, -2.0));
            worst = further.value < tried.value ? further : tried;
        } else if (tried.value < second) {
            worst = tried;
        } else {
            const bool outside = tried.value < worst.value;
            const Corner nearer = at(along(centre, worst.place, outside ? -0.5 : 0.5));
            if (nearer.value < std::min(tried.value, worst.value)) {
                worst = nearer;
            } else {
                shrink();
            }
        }
        sort();
    }

  private:
    const Function& f_;
    std::vector<Corner> corners_;  ///< values rising

    Corner at(const std::vector<double>& place) const {
        const double value = f_(place);
        return {place, std::isnan(value) ? HUGE_VAL : value};
    }

    void sort() {
        std::sort(corners_.begin(), corners_.end(),
                  [](const Corner& a, const Corner& b) { return a.value < b.value; });
    }

    std::vector<double> centre_of_others() const {
        std::vector<double> centre(corners_.front().place.size(), 0.0);
        for (std::size_t k = 0; k + 1 < corners_.size(); ++k) {
            for (std::size_t i = 0; i < centre.size(); ++i) {
                centre[i] += corners_[k].place[i] / static_cast<double>(centre.size());
            }
        }
        return centre;
    }

    void shrink() {
        for (std::size_t k = 1; k < corners_.size(); ++k) {
            corners_[k] = at(along(corners_[0].place, corners_[k].place, 0.5));
        }
    }
};

}  // namespace

Minimum minimum_near(const std::function<double(const std::vector<double>&)>& f,
                     std::vector<double> start, const std::vector<double>& step, double tolerance) {
    Minimum out{std::move(start), 0.0, HUGE_VAL};
    double scale = 1.0;
    for (int fresh = 0; fresh < 8; ++fresh) {
        Simplex simplex(f, out.place, step, scale);
        for (int moves = 0; moves < 600 && !simplex.flat(tolerance); ++moves) simplex.move();
        const double before = out.value;
        out.place = simplex.best().place;
        out.value = simplex.best().value;
        if (fresh > 0) out.error = std::abs(before - out.value);
        if (out.error <= 10.0 * tolerance * std::abs(out.value)) break;
        scale = fresh == 0 ? 0.1 : 0.05;
    }
    return out;
}

}  // namespace steppe::theory
