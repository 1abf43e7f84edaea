#include "truth.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace steppe::campaign {

namespace {

using Long = long double;

/// What a sum answers, or that rounding decides it.
enum class Answer { No, Yes, Either };

Answer opposite(Answer answer) {
    return answer == Answer::Yes ? Answer::No : answer == Answer::No ? Answer::Yes : Answer::Either;
}

/// What a unit's sum has to exceed, and what arithmetic in double may make of it.
struct Threshold {
    Long value = 0.0L, doubt = 0.0L;

    explicit Threshold(const Network& network) {
        const std::size_t n =
            network.wiring == Wiring::Tree ? network.inputs / network.hidden : network.inputs;
        const Long root = std::sqrt(static_cast<Long>(n));
        value = static_cast<Long>(network.margin) * root;
        // kappa sqrt(n) of a whole root and a short kappa is exact in double.
        const bool exact = std::floor(root) == root &&
                           static_cast<Long>(static_cast<double>(value)) == value &&
                           value / root == static_cast<Long>(network.margin);
        doubt = exact ? 0.0L : 4.0L * std::numeric_limits<double>::epsilon() * std::abs(value);
    }
};

/// A sum of inputs times weights, with how far double precision may be from it.
struct Sum {
    Long value = 0.0L, doubt = 0.0L;

    Answer above(Long bound, Long more_doubt) const {
        const Long both = doubt + more_doubt;
        if (both > 0.0L && std::abs(value - bound) <= both) return Answer::Either;
        return value > bound ? Answer::Yes : Answer::No;
    }
};

/// Bits that fixed-point numbers need which hold all of these.
template <class Real>
int bits_of(const std::vector<Real>& numbers) {
    int lowest = std::numeric_limits<int>::max(), highest = std::numeric_limits<int>::min();
    for (const Real x : numbers) {
        if (x == Real{0}) continue;
        int exponent = 0;
        const double mantissa = std::frexp(std::abs(static_cast<double>(x)), &exponent);
        const auto bits = static_cast<std::uint64_t>(std::ldexp(mantissa, 53));
        lowest = std::min(lowest, exponent - 53 + std::countr_zero(bits));
        highest = std::max(highest, exponent);
    }
    return highest < lowest ? 0 : highest - lowest;  // none but zeros: 0
}

/// Whether sums of inputs times weights are exact in double, in any order.
bool sums_are_exact(const Problem& problem, const std::vector<double>& weights) {
    const auto terms = static_cast<int>(std::bit_width(problem.network.weight_count()));
    return bits_of(problem.inputs) + bits_of(weights) + terms <= 50;
}

Sum sum_of(const Problem& problem, const std::vector<double>& weights, std::size_t unit,
           std::size_t a, bool exact) {
    const Network& n = problem.network;
    const bool tree = n.wiring == Wiring::Tree;
    const std::size_t seen = tree ? n.inputs / n.hidden : n.inputs;
    Sum z;
    Long size = 0.0L;
    for (std::size_t i = 0; i < seen; ++i) {
        const Long term = static_cast<Long>(problem.input(a, tree ? unit * seen + i : i)) *
                          static_cast<Long>(weights[unit * seen + i]);
        z.value += term;
        size += std::abs(term);
    }
    if (!exact) {
        z.doubt = static_cast<Long>(seen + 1) * std::numeric_limits<double>::epsilon() * size;
    }
    return z;
}

/// Whether a unit answers as the wanted output +1 asks of it: on the pattern as it was given, or
/// turned where the label is folded in.
///
/// With no margin the network's answer on the pattern as it was given is the opposite of the one on
/// the turned pattern, but at 0, which is an answer -1. With a margin, a unit of a pattern of label
/// -1 has to be below -kappa sqrt(n).
Answer answer_of(const Problem& problem, const Threshold& threshold, Sum z, int label) {
    if (label > 0 || !problem.network.folds_labels()) {
        return z.above(threshold.value, threshold.doubt);
    }
    if (problem.network.margin == 0.0) return opposite(z.above(0.0L, 0.0L));
    z.value = -z.value;
    return z.above(threshold.value, threshold.doubt);
}

Answer gate_of(const Network& network, std::size_t yes, std::size_t open) {
    if (network.gate == Gate::Parity) {
        if (open > 0) return Answer::Either;
        return (network.hidden - yes) % 2 == 0 ? Answer::Yes : Answer::No;
    }
    if (2 * yes > network.hidden) return Answer::Yes;
    return 2 * (yes + open) > network.hidden ? Answer::Either : Answer::No;
}

Answer relu_of(const Problem& problem, const std::vector<double>& weights, std::size_t a,
               bool exact) {
    Sum s;
    for (std::size_t k = 0; k < problem.network.hidden; ++k) {
        const Sum z = sum_of(problem, weights, k, a, exact);
        s.value += (k % 2 == 0 ? 1.0L : -1.0L) * std::max(z.value, 0.0L);
        s.doubt += z.value + z.doubt > 0.0L ? z.doubt : 0.0L;
    }
    const Answer answer = s.above(0.0L, 0.0L);
    return problem.labels[a] > 0 ? answer : opposite(answer);
}

/// Whether the network answers pattern a rightly.
Answer right(const Problem& problem, const std::vector<double>& weights, const Threshold& threshold,
             std::size_t a, bool exact) {
    const Network& n = problem.network;
    if (n.activation == Activation::Relu) return relu_of(problem, weights, a, exact);
    const int label = problem.labels[a];
    std::size_t yes = 0, open = 0;
    for (std::size_t k = 0; k < n.hidden; ++k) {
        const Answer answer =
            answer_of(problem, threshold, sum_of(problem, weights, k, a, exact), label);
        yes += answer == Answer::Yes;
        open += answer == Answer::Either;
    }
    const Answer answer = gate_of(n, yes, open);
    return n.folds_labels() || label > 0 ? answer : opposite(answer);
}

/// For all weights of one unit, the patterns (bits) on which it answers as wanted, surely and
/// perhaps.
struct UnitTable {
    std::vector<std::uint64_t> surely, perhaps;
};

UnitTable table_of(const Problem& problem, std::size_t unit, std::size_t seen, bool exact) {
    const bool tree = problem.network.wiring == Wiring::Tree;
    const std::size_t states = std::size_t{1} << seen, count = problem.patterns();
    const Threshold threshold(problem.network);
    UnitTable table{std::vector<std::uint64_t>(states), std::vector<std::uint64_t>(states)};
    std::vector<double> rows(count * seen), z(count, 0.0);
    std::vector<Long> doubt(count, 0.0L);
    for (std::size_t a = 0; a < count; ++a) {
        Long size = 0.0L;
        for (std::size_t i = 0; i < seen; ++i) {
            const auto x = static_cast<double>(problem.input(a, tree ? unit * seen + i : i));
            rows[i * count + a] = x;
            z[a] -= x;  // State 0: all weights are -1.
            size += std::abs(static_cast<Long>(x));
        }
        // Sums are changed 2^seen times, one weight at a time.
        if (!exact) doubt[a] = 1e-9L * size;
    }
    for (std::size_t step = 0; step < states; ++step) {
        const std::size_t state = step ^ step >> 1;
        for (std::size_t a = 0; a < count; ++a) {
            const Answer answer = answer_of(problem, threshold, {static_cast<Long>(z[a]), doubt[a]},
                                            problem.labels[a]);
            table.surely[state] |= std::uint64_t{answer == Answer::Yes} << a;
            table.perhaps[state] |= std::uint64_t{answer != Answer::No} << a;
        }
        if (step + 1 == states) break;
        const auto turned = static_cast<std::size_t>(std::countr_zero(step + 1));
        const double change = state >> turned & 1 ? -2.0 : 2.0;
        for (std::size_t a = 0; a < count; ++a) z[a] += change * rows[turned * count + a];
    }
    return table;
}

/// Goes through the weights of one unit after another. Votes are counted for 64 patterns at once:
/// bit j of the count of pattern a is bit a of votes[j]; it starts so that bit 4 says majority.
class Enumerator {
  public:
    Enumerator(const Problem& problem, bool with_overlap) : network_(problem.network) {
        seen_ = network_.weight_count() / network_.hidden;
        const bool exact = sums_are_exact(problem, {1.0});
        const bool tree = network_.wiring == Wiring::Tree;
        for (std::size_t k = 0; k < (tree ? network_.hidden : 1); ++k) {
            tables_.push_back(table_of(problem, k, seen_, exact));
        }
        const std::size_t count = problem.patterns();
        all_ = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
        for (std::size_t a = 0; a < count; ++a) {
            const bool no = !network_.folds_labels() && problem.labels[a] < 0;
            wanted_no_ |= std::uint64_t{no} << a;
        }
        if (with_overlap) ones_.assign(network_.weight_count(), 0.0);
        result_.fewest_wrong = count;
    }

    Enumeration run() {
        Votes start{};
        const std::size_t offset = 16 - (network_.hidden + 1) / 2;
        for (std::size_t j = 0; j < start.size(); ++j) start[j] = offset >> j & 1 ? all_ : 0;
        visit(0, start, start, 0, 0, 0);
        double squares = 0.0;
        for (const double ones : ones_) {
            const double mean = 2.0 * ones / result_.solutions_least - 1.0;
            squares += mean * mean;
        }
        if (!ones_.empty()) result_.overlap = squares / static_cast<double>(ones_.size());
        return result_;
    }

  private:
    using Votes = std::array<std::uint64_t, 5>;

    static Votes added(Votes votes, std::uint64_t yes) {
        for (std::uint64_t& bit : votes) {
            const std::uint64_t carry = bit & yes;
            bit ^= yes;
            yes = carry;
        }
        return votes;
    }

    void visit(std::size_t unit, const Votes& surely, const Votes& perhaps, std::uint64_t product,
               std::uint64_t open, std::uint64_t state) {
        const UnitTable& table = tables_[tables_.size() > 1 ? unit : 0];
        for (std::size_t s = 0; s < table.surely.size(); ++s) {
            const std::uint64_t yes = table.surely[s], maybe = table.perhaps[s];
            const std::uint64_t all_weights = state | s << unit * seen_;
            const std::uint64_t next_product = product ^ (all_ & ~yes);
            const std::uint64_t next_open = open | (yes ^ maybe);
            const bool parity = network_.gate == Gate::Parity;
            const Votes next_surely = parity ? surely : added(surely, yes);
            const Votes next_perhaps = parity ? perhaps : added(perhaps, maybe);
            if (unit + 1 < network_.hidden) {
                visit(unit + 1, next_surely, next_perhaps, next_product, next_open, all_weights);
            } else if (parity) {
                const std::uint64_t wrong = next_product ^ wanted_no_;
                look(wrong & ~next_open, wrong | next_open, all_weights);
            } else {
                look(all_ & ~next_perhaps[4], all_ & ~next_surely[4], all_weights);
            }
        }
    }

    void look(std::uint64_t wrong, std::uint64_t perhaps_wrong, std::uint64_t weights) {
        const auto count = static_cast<std::size_t>(std::popcount(wrong));
        result_.fewest_wrong = std::min(result_.fewest_wrong, count);
        result_.solutions_most += wrong == 0;
        if (perhaps_wrong != 0) return;
        result_.solutions_least += 1.0;
        for (std::size_t j = 0; j < ones_.size(); ++j) {
            ones_[j] += static_cast<double>(weights >> j & 1);
        }
    }

    const Network& network_;
    std::size_t seen_ = 0;
    std::vector<UnitTable> tables_;
    std::uint64_t all_ = 0, wanted_no_ = 0;
    std::vector<double> ones_;
    Enumeration result_;
};

}  // namespace

WrongPatterns count_wrong(const Problem& problem, const std::vector<double>& weights) {
    const Threshold threshold(problem.network);
    const bool exact = sums_are_exact(problem, weights);
    WrongPatterns wrong;
    for (std::size_t a = 0; a < problem.patterns(); ++a) {
        const Answer answer = right(problem, weights, threshold, a, exact);
        wrong.least += answer == Answer::No;
        wrong.most += answer != Answer::Yes;
    }
    return wrong;
}

bool can_enumerate(const Problem& problem) {
    const Network& n = problem.network;
    return n.weights == WeightKind::Binary && n.activation == Activation::Sign &&
           problem.patterns() <= 64 &&
           n.hidden * (n.wiring == Wiring::Tree ? n.inputs / n.hidden : n.inputs) <= 20;
}

Enumeration enumerate(const Problem& problem, bool with_overlap) {
    return Enumerator(problem, with_overlap).run();
}

}  // namespace steppe::campaign
