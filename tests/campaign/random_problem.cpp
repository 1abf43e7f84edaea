#include "random_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "dice.hpp"

namespace steppe::campaign {

namespace {

/// Sizes: most are tiny, where there is an enumeration and where odd things happen; a few are large
/// enough for loops to be cut into pieces.
struct Size {
    std::size_t inputs, patterns;
};

Size size(Dice& dice) {
    const double which = dice.uniform();
    if (which < 0.45) return {dice.between(1, 8), dice.between(1, 10)};
    if (which < 0.80) return {dice.between(1, 20), dice.geometric(1, 40)};
    if (which < 0.985) return {dice.between(2, 40), dice.geometric(2, 80)};
    return {dice.between(40, 250), dice.between(60, 700)};
}

Network network(Dice& dice, std::size_t inputs) {
    Network n;
    const double which = dice.uniform();
    n.gate = which < 0.7 ? Gate::Majority : Gate::Parity;
    if (which >= 0.45 && which < 0.7) n.hidden = dice.of<std::size_t>({3, 3, 5, 7});
    if (which >= 0.7) n.hidden = dice.of<std::size_t>({2, 2, 3, 3, 4, 5});
    if (n.hidden > 1 && dice.chance(0.5)) n.wiring = Wiring::Tree;
    if (dice.chance(0.5)) n.weights = WeightKind::Spherical;
    n.inputs = inputs;
    if (n.wiring == Wiring::Tree) n.inputs = std::max(inputs / n.hidden, std::size_t{1}) * n.hidden;
    // An unusual but allowed shape: a committee or tree of one unit.
    if (n.hidden == 1 && dice.chance(0.03)) n.wiring = Wiring::Tree;
    if (n.weights == WeightKind::Spherical && dice.chance(0.06)) {
        n.activation = Activation::Relu;
        n.gate = Gate::Majority;
        if (n.hidden == 1) n.hidden = 2;
        if (n.wiring == Wiring::Tree) n.inputs = n.inputs / n.hidden * n.hidden;
        if (n.inputs == 0) n.inputs = n.hidden;
    }
    return n;
}

double margin(Dice& dice, const Network& n) {
    if (n.activation == Activation::Relu || dice.chance(0.6)) return 0.0;
    const auto seen = static_cast<double>(n.unit_inputs());
    if (dice.chance(0.4)) {
        // kappa sqrt(n) is a value that a sum of +-1 takes, or lies between two.
        const auto z = static_cast<double>(dice.between(0, 4)) - 1.0;
        return z / std::sqrt(seen);
    }
    if (dice.chance(0.1)) return dice.of({5.0, -5.0, 1e-9, -1e-9, 30.0, -30.0});
    return std::round((2.0 * dice.uniform() - 1.0) * 100.0) / 100.0;
}

/// Rows of one kind of numbers; then some rows become odd ones.
void fill_inputs(Dice& dice, Problem& p, std::size_t patterns) {
    const std::size_t n = p.network.inputs;
    p.inputs.resize(patterns * n);
    const double which = dice.uniform();
    p.real = which >= 0.55;
    const double sparsity = dice.chance(0.3) ? 0.8 * dice.uniform() : 0.0;
    const bool whole = which >= 0.8;
    const auto most = static_cast<double>(dice.between(1, 3));
    for (float& x : p.inputs) {
        double value = dice.chance(0.5) ? 1.0 : -1.0;
        if (p.real && whole) value = std::round((2.0 * dice.uniform() - 1.0) * most);
        if (p.real && !whole) value = dice.normal();
        if (p.real && dice.chance(sparsity)) value = 0.0;
        x = static_cast<float>(value);
    }
    // Correlated patterns: a common part.
    if (dice.chance(0.1)) {
        const double share = dice.uniform();
        for (std::size_t a = 1; a < patterns; ++a) {
            for (std::size_t i = 0; i < n; ++i) {
                if (dice.chance(share)) p.inputs[a * n + i] = p.inputs[i];
            }
        }
    }
    if (p.real && dice.chance(0.15)) {
        const double shift = dice.normal();
        for (float& x : p.inputs) x += static_cast<float>(whole ? std::round(shift) : shift);
    }
}

void make_rows_odd(Dice& dice, Problem& p, std::size_t patterns) {
    const std::size_t n = p.network.inputs;
    if (!dice.chance(0.35)) return;
    const std::size_t times = dice.between(1, 1 + patterns / 3);
    const std::size_t kind = dice.between(0, 4);
    for (std::size_t t = 0; t < times; ++t) {
        const std::size_t a = dice.between(0, patterns - 1), b = dice.between(0, patterns - 1);
        for (std::size_t i = 0; i < n; ++i) {
            float& x = p.inputs[a * n + i];
            const float y = p.inputs[b * n + i];
            if (kind == 0) x = y;   // Repeated.
            if (kind == 1) x = -y;  // Opposed (with itself: turned).
            if (kind == 2) x = 1.0f;
            if (kind == 3 && p.real) x = 0.0f;
            if (kind == 4 && p.real && i > 0) x = 0.0f;
        }
    }
    if (p.real && dice.chance(0.1)) {
        // An input that is always 0.
        const std::size_t i = dice.between(0, n - 1);
        for (std::size_t a = 0; a < patterns; ++a) p.inputs[a * n + i] = 0.0f;
    }
}

void scale_inputs(Dice& dice, Problem& p) {
    if (!p.real || !dice.chance(0.2)) return;
    const double scale = dice.chance(0.5)
                             ? std::pow(10.0, 24.0 * dice.uniform() - 12.0)
                             : std::ldexp(1.0, static_cast<int>(dice.between(0, 80)) - 40);
    for (float& x : p.inputs) x = static_cast<float>(static_cast<double>(x) * scale);
}

/// Each unit to the norm of the sphere.
void normalise(const Network& network, std::vector<double>& weights) {
    const std::size_t seen = network.unit_inputs();
    for (std::size_t k = 0; k < network.hidden; ++k) {
        double squares = 0.0;
        for (std::size_t i = 0; i < seen; ++i) squares += std::pow(weights[k * seen + i], 2);
        const double scale = std::sqrt(static_cast<double>(seen) / squares);
        if (network.weights == WeightKind::Binary) continue;
        for (std::size_t i = 0; i < seen; ++i) weights[k * seen + i] *= scale;
    }
}

/// What a network of the kind with random weights answers: those labels can be stored (but for
/// rounding where weights are real).
int teacher_label(const Problem& p, const std::vector<double>& weights, std::size_t a) {
    const Network& n = p.network;
    const std::size_t seen = n.unit_inputs();
    std::size_t yes = 0;
    double relu = 0.0;
    for (std::size_t k = 0; k < n.hidden; ++k) {
        double z = 0.0;
        for (std::size_t i = 0; i < seen; ++i) {
            z += static_cast<double>(p.input(a, n.first_input(k) + i)) * weights[k * seen + i];
        }
        yes += z > 0.0;
        relu += (k % 2 == 0 ? 1.0 : -1.0) * std::max(z, 0.0);
    }
    if (n.activation == Activation::Relu) return relu > 0.0 ? 1 : -1;
    return n.answer(yes);
}

void fill_labels(Dice& dice, Problem& p, std::size_t patterns) {
    p.labels.resize(patterns);
    const double which = dice.uniform();
    std::vector<double> teacher(p.network.weight_count());
    for (double& w : teacher) {
        w = p.network.weights == WeightKind::Binary ? (dice.chance(0.5) ? 1.0 : -1.0)
                                                    : dice.normal();
    }
    normalise(p.network, teacher);
    for (std::size_t a = 0; a < patterns; ++a) {
        p.labels[a] = which < 0.4   ? (dice.chance(0.5) ? 1 : -1)
                      : which < 0.8 ? teacher_label(p, teacher, a)
                      : which < 0.9 ? -1
                                    : 1;
    }
    if (which >= 0.4 && which < 0.8 && dice.chance(0.01)) p.teacher = teacher;
    if (!dice.chance(0.08)) return;
    // The same pattern with both labels.
    const std::size_t a = dice.between(0, patterns - 1), b = dice.between(0, patterns - 1);
    if (a == b) return;
    const std::size_t n = p.network.inputs;
    std::copy_n(p.inputs.begin() + static_cast<std::ptrdiff_t>(a * n), n,
                p.inputs.begin() + static_cast<std::ptrdiff_t>(b * n));
    p.labels[b] = -p.labels[a];
}

std::string text(double x) {
    return fmt::format("{:.6g}", x);
}

std::string solver(Dice& dice, const Problem& p) {
    const Network& n = p.network;
    const bool binary = n.weights == WeightKind::Binary, parity = n.gate == Gate::Parity;
    if (n.activation == Activation::Relu) return dice.of({"sgd", "rsgd"});
    if (dice.chance(0.7)) return dice.of({"auto", "bp", "bp", "amp", "amp", "ep", "ep"});
    if (!binary) {
        return parity ? dice.of({"lal", "elal"}) : dice.of({"lal", "elal", "sgd", "rsgd"});
    }
    if (p.real) return parity ? "amp" : "rsgd";
    if (n.hidden == 1) return dice.of({"sbpi", "rsgd", "mc"});
    return parity ? "sbpi" : dice.of({"sbpi", "rsgd"});
}

void set_schedule(Dice& dice, Problem& p) {
    const std::string kind = dice.of({"auto", "auto", "none", "none", "reinforcement",
                                      "pseudo-reinforcement", "scoping", "list"});
    if (kind == "list") {
        std::string list = "list:";
        const std::size_t steps = dice.between(1, 4);
        for (std::size_t s = 0; s < steps; ++s) {
            const std::string gamma = dice.chance(0.2) ? "inf" : text(2.0 * dice.uniform());
            list +=
                fmt::format("{}{} {}", s > 0 ? ";" : "", gamma, text(1.0 + 9.0 * dice.uniform()));
        }
        p.set("schedule", list);
    } else if (kind != "auto") {
        p.set("schedule", kind);
    }
    if (kind == "none") return;
    if (kind != "list" && dice.chance(0.5)) {
        p.set("steps", dice.chance(0.1) ? "auto" : std::to_string(dice.geometric(1, 60)));
    }
    if (dice.chance(0.4)) p.set("iterations-per-step", std::to_string(dice.geometric(1, 30)));
    if (dice.chance(0.2)) p.set("free-iterations", std::to_string(dice.between(0, 20)));
    if (dice.chance(0.3)) {
        p.set("step-tolerance", dice.chance(0.2) ? "0" : text(dice.geometric_real(1e-4, 1.0)));
    }
    if (dice.chance(0.4)) p.set("restarts", std::to_string(dice.between(0, 5)));
    if (kind == "pseudo-reinforcement" && dice.chance(0.5)) {
        p.set("exponent", dice.of<std::string>({"0", "0.25", "0.5", "0.75", "1"}));
    }
    if (kind == "reinforcement" && dice.chance(0.5)) {
        p.set("reinforcement-form", dice.of({"fields", "replicas"}));
    }
    if (kind == "scoping" && dice.chance(0.5)) {
        p.set("replicas", dice.of<std::string>({"1", "1.5", "2", "10", "300"}));
    }
    if (kind == "scoping" && dice.chance(0.5)) {
        p.set("coupling-range",
              dice.of<std::string>({"0:1", "0.1:3", "0.02:2", "0.5:30:geometric"}));
    }
}

void set_message_passing(Dice& dice, Problem& p, const std::string& name) {
    const bool exact_allowed = !p.real && p.network.weights == WeightKind::Binary;
    if (name == "bp") {
        if (dice.chance(0.6)) {
            p.set("accuracy", exact_allowed ? dice.of({"exact", "exact", "gaussian", "relaxed"})
                                            : dice.of({"gaussian", "relaxed"}));
        }
        if (dice.chance(0.4)) p.set("precision", dice.of({"single", "double"}));
        if (dice.chance(0.3)) p.set("block", std::to_string(dice.between(1, p.patterns())));
    }
    if (name == "amp" && dice.chance(0.3)) {
        p.set("running-margin", dice.of<std::string>({"0", "0.05", "0.3", "2"}));
    }
    if (dice.chance(0.5)) {
        p.set("damping", dice.of<std::string>({"0", "0.3", "0.5", "0.8", "0.95", "0.999"}));
    }
    if (dice.chance(0.4)) p.set("tolerance", text(dice.geometric_real(1e-9, 1e-2)));
    if (dice.chance(0.25)) {
        p.set("symmetry-field",
              dice.of<std::string>({"0", "0.03", "0.1", "1", "1:0.7", "0.5:0", "0.1:0.9"}));
    }
    set_schedule(dice, p);
}

std::string knob(Dice& dice, double least, double most) {
    const double from = dice.geometric_real(least, most), to = dice.geometric_real(least, most);
    if (dice.chance(0.5)) return text(from);
    return fmt::format("{}:{}{}", text(from), text(to), dice.chance(0.5) ? ":geometric" : "");
}

void set_learning(Dice& dice, Problem& p, const std::string& name) {
    const bool greedy = name == "lal" || name == "elal";
    const bool gradient = name == "sgd" || name == "rsgd";
    const bool replicated = name == "elal" || name == "rsgd";
    const bool binary = p.network.weights == WeightKind::Binary;
    p.set("epochs", std::to_string(dice.geometric(1, 150)));
    if (name == "sbpi") return;
    if (name == "mc") {
        if (dice.chance(0.3)) p.set("tau", knob(dice, 1e-3, 1e3));
        if (dice.chance(0.3)) p.set("strength", text(dice.geometric_real(1e-3, 1e3)));
        return;
    }
    if (dice.chance(0.3)) p.set("rate", knob(dice, 1e-3, 30.0));
    if (dice.chance(0.4)) p.set("batch", std::to_string(dice.geometric(1, 50)));
    if (replicated && dice.chance(0.4)) {
        p.set("replicas", binary ? dice.of<std::string>({"1", "3", "7"})
                                 : dice.of<std::string>({"2", "3", "7"}));
    }
    const bool one_replica = p.option("replicas") && *p.option("replicas") == "1";
    if (replicated && !one_replica && dice.chance(0.3)) p.set("pull", knob(dice, 1e-3, 10.0));
    if (greedy && dice.chance(0.3)) p.set("start-norm", text(dice.geometric_real(1e-3, 1e3)));
    if (gradient && !one_replica && dice.chance(0.3)) p.set("gamma", knob(dice, 0.05, 20.0));
    if (!gradient || binary) return;
    if (dice.chance(0.4)) p.set("preset", dice.of({"slow", "fast"}));
    if (dice.chance(0.3)) p.set("momentum", dice.of<std::string>({"0", "0.5", "0.9", "0.99"}));
    if (dice.chance(0.3)) p.set("stop-at", dice.of({"network", "surrogate", "both"}));
    if (p.network.hidden > 1 && p.network.activation == Activation::Sign && dice.chance(0.3)) {
        p.set("beta", knob(dice, 0.1, 100.0));
    }
}

/// A run that measures overlap and entropy.
void measure(Dice& dice, Problem& p) {
    for (const char* name :
         {"steps", "iterations-per-step", "free-iterations", "step-tolerance", "restarts",
          "exponent", "reinforcement-form", "replicas", "coupling-range"}) {
        p.drop(name);
    }
    p.set("schedule", "none");
    p.set("continue-after-solution", "yes");
    p.set("max-iterations", "600");
    if (dice.chance(0.7)) p.drop("damping");
    if (dice.chance(0.5)) p.set("symmetry-field", "0");
    if (dice.chance(0.75)) return;
    // One pattern: its factor graph has no loops.
    p.labels.resize(1);
    p.inputs.resize(p.network.inputs);
    for (const char* name : {"block", "running-margin", "accuracy", "precision"}) p.drop(name);
    const bool exact = !p.real && p.network.weights == WeightKind::Binary;
    p.set("solver", exact && dice.chance(0.7) ? "bp" : "ep");
    p.set("tolerance", "1e-05");
    p.drop("damping");
    if (exact) p.set("accuracy", "exact");
    if (*p.option("solver") == "ep") p.drop("accuracy");
}

/// One thing that the manual forbids.
void spoil(Dice& dice, Problem& p) {
    switch (dice.between(0, 7)) {
        case 0:
            p.set("damping", dice.of<std::string>({"1", "-0.1", "nan", "inf"}));
            break;
        case 1:
            p.set("tolerance", dice.of<std::string>({"0", "-1", "nan"}));
            break;
        case 2:
            p.network.margin = dice.of({std::nan(""), HUGE_VAL, -HUGE_VAL});
            break;
        case 3:
            p.set("solver",
                  dice.of({"lal", "elal", "sbpi", "mc", "sgd", "rsgd", "bp", "amp", "ep"}));
            break;
        case 4:
            p.set("solver", "bp");
            p.set("accuracy", "exact");
            break;
        case 5:
            p.set("exponent", dice.of<std::string>({"-0.1", "1.1", "nan"}));
            p.set("schedule", "pseudo-reinforcement");
            break;
        case 6:
            p.set("step-tolerance", dice.of<std::string>({"-1", "nan"}));
            p.set("schedule", "scoping");
            break;
        default:
            p.network.activation = Activation::Relu;
    }
}

}  // namespace

Problem random_problem(std::uint64_t seed, std::uint64_t index) {
    Dice dice(seed, index);
    const Size shape = size(dice);
    Problem p;
    p.network = network(dice, shape.inputs);
    p.network.margin = margin(dice, p.network);
    fill_inputs(dice, p, shape.patterns);
    make_rows_odd(dice, p, shape.patterns);
    fill_labels(dice, p, shape.patterns);
    scale_inputs(dice, p);
    const std::string name = solver(dice, p);
    if (name != "auto") p.set("solver", name);
    const bool messages = name == "auto" || name == "bp" || name == "amp" || name == "ep";
    if (messages) {
        set_message_passing(dice, p, name);
    } else {
        set_learning(dice, p, name);
    }
    const bool large = shape.inputs * shape.patterns > 5000;
    p.set("max-iterations", std::to_string(dice.geometric(1, large ? 8 : 250)));
    if (dice.chance(0.3)) p.set("continue-after-solution", "yes");
    if (messages && !large && dice.chance(0.2)) measure(dice, p);
    if (dice.chance(0.7)) p.set("seed", std::to_string(dice.between(0, 1000000)));
    if (!dice.chance(0.02)) return p;
    Problem spoilt = p;
    spoil(dice, spoilt);
    // Some networks allow it.
    return why_refused(spoilt) ? spoilt : p;
}

}  // namespace steppe::campaign
