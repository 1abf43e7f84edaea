#include "steppe/landscape/diffusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

void DiffusionOptions::validate() const {
    const auto number = [](const char* name, double value, bool allowed, const char* range) {
        if (!allowed) throw Error(fmt::format("{} is {}: it must be {}", name, value, range));
    };
    number("end time", end_time, end_time > 0.0 && end_time <= 1e6, "above 0 and at most 1e6");
    number("step", step, step > 0.0 && step <= 1.0, "above 0 and at most 1");
    number("tolerance", tolerance, tolerance > 0.0, "above 0");
    if (iterations_per_step < 1) throw Error("iterations per step are 0: take 1 or more");
}

namespace {

void require_unit(const Network& network) {
    network.validate();
    if (network.weights != WeightKind::Spherical) {
        throw Error(
            "typical solutions are drawn of real weights, and those of the network are +-1, whose "
            "means message passing does not find all along: use spherical weights");
    }
    if (network.hidden != 1) {
        throw Error(
            fmt::format("typical solutions are drawn of one unit, and the network has {}: its "
                        "units may be exchanged, and their means do not tell them apart",
                        network.hidden));
    }
}

/// The signal, and message passing that follows it.
class Diffusion {
  public:
    Diffusion(const FactorGraph& graph, const DiffusionOptions& options)
        : options_(options),
          messages_(graph, {.damping = options.damping, .seed = options.seed}),
          noise_(options.seed, Stream::Symmetry),
          signal_(graph.weight_count(), 0.0) {
        messages_.set_start_scale(1.0);
    }

    double time() const { return time_; }
    bool ends() const { return time_ >= options_.end_time; }

    /// Message passing to the means at the present signal.
    void settle(TypicalSolution& found) {
        messages_.set_start_field({signal_});
        for (std::size_t t = 0; t < options_.iterations_per_step; ++t) {
            ++found.iterations;
            if (messages_.step().converged(options_.tolerance)) return;
        }
        ++found.unsettled;
    }

    /// By a trial step with the means at its beginning, and a step with those of both ends.
    void move(TypicalSolution& found) {
        const double dt = std::min(options_.step * (1.0 + time_), options_.end_time - time_);
        const std::vector<double> before = messages_.magnetizations(0);
        const auto step = static_cast<std::uint32_t>(found.steps++);
        for (std::size_t i = 0; i < signal_.size(); ++i) {
            signal_[i] += before[i] * dt + std::sqrt(dt) * noise_.normal(i, step);
        }
        settle(found);
        const std::vector<double> after = messages_.magnetizations(0);
        for (std::size_t i = 0; i < signal_.size(); ++i) {
            signal_[i] += 0.5 * dt * (after[i] - before[i]);
        }
        settle(found);
        const double next = time_ + dt;
        time_ = next > time_ ? next : options_.end_time;
    }

    const MessagePassing& messages() const { return messages_; }

  private:
    const DiffusionOptions& options_;
    ApproximateMessagePassing messages_;
    Philox noise_;
    std::vector<double> signal_;  ///< y
    double time_ = 0.0;
};

}  // namespace

TypicalSolution typical_solution(const Network& network, const Patterns& patterns,
                                 const DiffusionOptions& options,
                                 const LandscapeObserver& observer) {
    options.validate();
    require_unit(network);
    const Patterns asked = folded(network, patterns);
    Diffusion diffusion(asked.visit([&](const auto& set) { return build_graph(network, set); }),
                        options);
    TypicalSolution found{.weights = Weights(network.inputs, 1)};
    diffusion.settle(found);
    while (!diffusion.ends()) {
        diffusion.move(found);
        tell_observer(observer, std::log1p(diffusion.time()) / std::log1p(options.end_time));
    }
    found.overlap = diffusion.messages().overlap();
    found.weights = diffusion.messages().weights();
    found.errors =
        asked.visit([&](const auto& set) { return count_errors(network, found.weights, *set); });
    return found;
}

}  // namespace steppe
