#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/options/solver.hpp"
#include "trace.hpp"

namespace steppe::sequences {

/// A solver that passes messages and what is done with it. Beside it stands a twin that gets every
/// call that may change something, on one thread instead of two, and is asked nothing before the
/// end: then the two must be the same to the last bit.
class MessageCalls {
  public:
    /// resolved: options of the solver.
    MessageCalls(const Solver& solver, SolveOptions resolved, const Problem& problem,
                 const Patterns& folded);

    /// True where the call was one of message passing's.
    bool make(const Call& call);
    /// Compares the twins. The object is of no use afterwards.
    void end();

  private:
    /// What a saved state has not, by the header's word.
    struct Knobs {
        double beta, scale;
        std::vector<std::vector<double>> field;
        void give(MessagePassing& solver) const;
    };
    /// What changes a solver.
    using Move = std::function<IterationReport(MessagePassing&)>;
    struct Slot {
        std::shared_ptr<const SolverState> state;
        Knobs knobs;
        std::size_t moves, iterations;
    };

    std::unique_ptr<MessagePassing> fresh() const;
    /// Does it to both.
    void move(const Move& change);
    void step(const Call& call);
    void set_field(const Call& call);
    void save(const std::string& slot);
    void restore(const std::string& slot);
    void again(const std::string& slot);
    void wrong(const Call& call);
    SolverState damaged(const Call& call) const;
    void compare(const MessagePassing& other, const char* kind) const;

    void ask(const std::string& what) const;
    void ask_weights() const;
    void ask_means() const;
    void ask_overlaps() const;
    void ask_entropy() const;
    void ask_errors() const;

    const Solver& traits_;
    SolveOptions resolved_;
    const Problem& problem_;
    FactorGraph graph_;
    std::unique_ptr<MessagePassing> main_, twin_;
    Knobs knobs_;
    std::vector<Move> moves_;
    std::map<std::string, Slot> slots_;
    std::size_t iterations_ = 0;
    bool dead_ = false;  ///< a step ended with an Error
};

}  // namespace steppe::sequences
