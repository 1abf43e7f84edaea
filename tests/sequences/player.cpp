#include "player.hpp"

#include <exception>
#include <memory>
#include <optional>

#include "failure.hpp"
#include "learner_calls.hpp"
#include "message_calls.hpp"
#include "run_calls.hpp"
#include "settings.hpp"

namespace steppe::sequences {

namespace {

class Player {
  public:
    Player(const Trace& trace, const Listener& listener)
        : problem_(trace.problem),
          listener_(listener),
          patterns_(campaign::library_patterns(problem_)),
          settings_(problem_),
          runs_(problem_, patterns_, settings_) {}

    void make(const Call& call) {
        if (call.name == "set" && call.words.size() > 1) {
            settings_.set(call.words[0], call.rest(1));
        } else if (call.name == "unset") {
            settings_.unset(call.rest(0));
        } else if (call.name == "seed") {
            settings_.set_seed(call.count(0));
        } else if (call.name == "make") {
            make_solver(call.rest(0));
        } else if (runs_.make(call)) {
            if (call.name == "solve" && runs_.last()) tell();
        } else {
            if (messages_) messages_->make(call);
            if (learner_) learner_->make(call);
        }
    }

    void end() {
        if (messages_) messages_->end();
        if (learner_) learner_->end();
        messages_.reset();
        learner_.reset();
    }

  private:
    /// Of what is set the options that the solver has.
    void make_solver(const std::string& name) {
        end();
        const Solver* solver = find_solver(name);
        if (!solver) return;
        Settings own = settings_;
        for (const auto& [option, value] : settings_.given()) {
            if (!has_option(*solver, *find_option(option))) own.unset(option);
        }
        own.unset("solver");
        own.set("solver", name);
        const std::optional<SolveOptions> settled = own.settled(problem_.patterns());
        if (!settled) return;
        const SolveOptions resolved = settled->resolved(settled->conditions(name, false));
        const bool folds = problem_.network.folds_labels() && !patterns_.labels().empty();
        const Patterns folded = folds ? patterns_.fold_labels() : patterns_;
        // Networks and inputs that it does not take.
        if (solver->refuses && !solver->refuses(problem_.network, folded.real()).empty()) return;
        refusal([&] {
            if (solver->passes_messages()) {
                messages_ = std::make_unique<MessageCalls>(*solver, resolved, problem_, folded);
            } else if (solver->learns()) {
                learner_ = std::make_unique<LearnerCalls>(*solver, resolved, problem_, folded);
            }
        });
    }

    void tell() const {
        std::vector<std::string> options;
        for (const auto& [name, value] : settings_.given()) options.push_back(name);
        const std::string& asked = settings_.options().solver;
        listener_.ran(asked == "auto" ? runs_.last()->result->summary.solver : asked, options);
    }

    const Problem& problem_;
    const Listener& listener_;
    Patterns patterns_;
    Settings settings_;
    RunCalls runs_;
    std::unique_ptr<MessageCalls> messages_;
    std::unique_ptr<LearnerCalls> learner_;
};

}  // namespace

Outcome play(const Trace& trace, const Listener& listener) {
    std::size_t call = 0;
    try {
        Player player(trace, listener);
        for (; call < trace.calls.size(); ++call) {
            listener.before(call);
            player.make(trace.calls[call]);
        }
        player.end();
    } catch (const Failed& failed) {
        return {failed.kind, failed.what, call};
    } catch (const std::exception& error) {
        return {"exception", error.what(), call};
    }
    return {};
}

}  // namespace steppe::sequences
