#include <cmath>

#include "steppe/numeric/log_odds.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/local/student.hpp"
#include "steppe/theory/panel_table.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

/// With v = 1 - q and b = (1 - q~) s^ the saddle over s is d = t - b v, and that over q is
/// 1 - v = t^2 + (q^ - b^2) v^2.
StudentWeights spherical(double overlap, double mutual, double other) {
    const double rest = (1.0 - overlap) * (1.0 + overlap);
    const double pull = std::max(mutual - other * other, 0.0);
    const double v = 2.0 * rest / (1.0 + std::sqrt(1.0 + 4.0 * pull * rest));
    StudentWeights out;
    out.order = {1.0 - v, overlap - other * v};
    out.entropy = 0.5 * std::log(v) + 0.5 * ((rest - v) / v + other * other * v);
    out.field = out.order.drift / v;
    return out;
}

/// E over what is left of a weight's field, given the reference's: its mean, the square of that,
/// and log 2cosh.
enum Entry { Mean, Square, LogCosh, Entries };
using Table = PanelTable<Entries>;

/// Weights +-1: where the reference's weight is 1 they feel x + D, D = t^ - s^.
class BinaryWeights {
  public:
    BinaryWeights(const Reference& reference, double mutual, double other, bool fine)
        : mutual_(mutual),
          other_(other / (1.0 - reference.overlap)),
          slope_(other_ / reference.conjugate),
          spread_(std::sqrt(std::max(mutual - slope_ * other_, 0.0))),
          length_(std::sqrt(reference.conjugate)),
          rule_(normal_rule(std::vector<Bend>{{0.0, 1.0 / length_}}, fine ? 4 : 2)),
          table_(
              [&](double x) {
                  return smoothed(local, x, spread_, Bend{0.0, 1.2});
              },
              0.0, std::hypot(0.7, spread_), -reach, reach, fine ? 2 : 1) {}

    StudentWeights held(double overlap) const {
        const auto off = [&](double drive) { return averages(drive).overlap - overlap; };
        double low = -1.0, high = 1.0, at_low = off(low), at_high = off(high);
        for (; at_low > 0.0 && low > -reach; at_low = off(low)) low *= 2.0;
        for (; at_high < 0.0 && high < reach; at_high = off(high)) high *= 2.0;
        if (!(at_low <= 0.0 && at_high >= 0.0)) throw NoSaddlePoint("the overlap is out of reach");
        const double drive = root_between(off, low, high, at_low, at_high).value;
        const Averages at = averages(drive);
        StudentWeights out;
        out.order = {at.mutual, overlap - at.other};
        out.entropy = at.log_cosh - 0.5 * mutual_ * (1.0 - at.mutual) - overlap * (drive + other_) +
                      at.other * other_;
        out.field = drive;
        return out;
    }

  private:
    /// The field is as good as infinite.
    static constexpr double reach = 400.0;

    static Table::Values local(double field) {
        const double mean = std::tanh(field);
        return {mean, mean * mean, log_2cosh(field)};
    }

    struct Averages {
        double mutual = 0.0, overlap = 0.0, other = 0.0, log_cosh = 0.0;
    };

    Averages averages(double drive) const {
        Averages out;
        for (std::size_t i = 0; i < rule_.node.size(); ++i) {
            const double own = length_ * rule_.node[i], polarised = std::tanh(own);
            const Table::Values at = table_(drive + slope_ * own);
            const double weight = rule_.weight[i] * (1.0 + polarised);
            out.mutual += weight * at[Square];
            out.overlap += weight * at[Mean];
            out.other += weight * polarised * at[Mean];
            out.log_cosh += weight * at[LogCosh];
        }
        return out;
    }

    double mutual_, other_, slope_, spread_, length_;
    NormalRule rule_;
    Table table_;
};

}  // namespace

StudentWeights student_weights(WeightSet weights, const Reference& reference, double overlap,
                               double mutual, double other, bool fine) {
    if (weights == WeightSet::Spherical) return spherical(overlap, mutual, other);
    StudentWeights out = BinaryWeights(reference, mutual, other, fine).held(overlap);
    out.order.drift /= 1.0 - reference.overlap;
    return out;
}

}  // namespace steppe::theory
