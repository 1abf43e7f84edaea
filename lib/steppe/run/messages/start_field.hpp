#pragma once

#include <cstddef>
#include <vector>

#include "steppe/inference/message_passing.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe {

class Archive;

/// The random external fields of a try of message passing (internal; not installed): one that is
/// kept on, and one at the start that shrinks in every iteration. Until that is gone errors do not
/// count.
class StartField {
  public:
    /// Options are resolved.
    explicit StartField(const SolveOptions& options);

    /// What the graph of a try (0: the first) has for external field, and keeps; empty: none.
    const std::vector<double>& kept(std::uint32_t attempt);
    const std::vector<double>& kept() const { return kept_; }
    bool shrinks() const { return shrinks_; }

    /// Sets the field that shrinks, where there is one.
    void begin(MessagePassing& solver, std::uint32_t attempt);
    /// Whether an iteration is (still) pulled by it.
    bool pulls() const { return scale_ > 0.0; }
    void before_iteration(MessagePassing& solver) const;
    void after_iteration(MessagePassing& solver);
    /// The field that shrinks is gone at once.
    void end(MessagePassing& solver);

    /// What is left of the field that shrinks; it is set anew in the solver that goes on with it.
    void state(Archive& archive);
    void resume(MessagePassing& solver, std::uint32_t attempt);

  private:
    std::vector<double> random_field(double deviation, double fresh, std::uint32_t attempt) const;

    Network network_;
    std::uint64_t seed_;
    double deviation_, decay_ = 0.0;
    bool shrinks_;
    std::vector<double> kept_;
    double scale_ = 0.0;  ///< of the field that shrinks; what is left
};

}  // namespace steppe
