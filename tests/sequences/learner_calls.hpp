#pragma once

#include <memory>
#include <string>

#include "steppe/model/learner.hpp"
#include "steppe/options/solver.hpp"
#include "trace.hpp"

namespace steppe::sequences {

/// A learner and what is done with it, with a twin as MessageCalls has one.
class LearnerCalls {
  public:
    LearnerCalls(const Solver& solver, const SolveOptions& resolved, const Problem& problem,
                 const Patterns& folded);

    /// True where the call was one of learning's.
    bool make(const Call& call);
    void end() const;

  private:
    void epochs(const Call& call);
    void ask() const;

    const Problem& problem_;
    std::unique_ptr<Learner> main_, twin_;
    LearningKnobs knobs_{1.0, 1.0, 1.0, 0.1};
};

}  // namespace steppe::sequences
