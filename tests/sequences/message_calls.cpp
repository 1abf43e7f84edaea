#include "message_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "campaign/dice.hpp"
#include "campaign/truth.hpp"
#include "failure.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe::sequences {

namespace {

/// Of numbers that were computed in two ways in double precision.
constexpr double rounding = 1e-9;
/// The same where numbers in single precision are summed.
constexpr double single_rounding = 1e-6;

const Threads& threads(std::size_t count) {
    static const Threads one(1), two(2);
    return count == 1 ? one : two;
}

FactorGraph graph_of(const Network& network, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) { return build_graph(network, set); });
}

bool same_report(const IterationReport& a, const IterationReport& b) {
    return same(a.weight_change, b.weight_change) && same(a.message_change, b.message_change) &&
           same(a.response_change, b.response_change) && a.floored == b.floored &&
           a.lost_rows == b.lost_rows;
}

void check_report(const IterationReport& report) {
    for (const double change :
         {report.weight_change, report.message_change, report.response_change}) {
        if (!(change >= 0.0)) {
            throw Failed{"report", fmt::format("something changed by {}", change)};
        }
    }
}

double square_mean(const std::vector<double>& numbers) {
    return std::inner_product(numbers.begin(), numbers.end(), numbers.begin(), 0.0) /
           static_cast<double>(numbers.size());
}

}  // namespace

void MessageCalls::Knobs::give(MessagePassing& solver) const {
    solver.set_inverse_temperature(beta);
    solver.set_start_field(field);
    solver.set_start_scale(scale);
}

MessageCalls::MessageCalls(const Solver& solver, SolveOptions resolved, const Problem& problem,
                           const Patterns& folded)
    : traits_(solver),
      resolved_(std::move(resolved)),
      problem_(problem),
      graph_(graph_of(problem.network, folded)),
      main_(fresh()),
      twin_(fresh()),
      knobs_{std::numeric_limits<double>::infinity(), 0.0, {}} {}

std::unique_ptr<MessagePassing> MessageCalls::fresh() const {
    return traits_.make_messages(graph_, resolved_, [] {});
}

bool MessageCalls::make(const Call& call) {
    const auto word = [&](std::size_t w) { return w < call.words.size() ? call.words[w] : ""; };
    if (dead_) return false;
    if (call.name == "step") {
        step(call);
    } else if (call.name == "prepare") {
        if (!traits_.prepare) return true;
        move([this](MessagePassing& solver) {
            traits_.prepare(solver, resolved_);
            return IterationReport{};
        });
    } else if (call.name == "damping") {
        move([damping = call.number(0)](MessagePassing& solver) {
            solver.set_damping(damping);
            return IterationReport{};
        });
    } else if (call.name == "beta") {
        knobs_.beta = call.number(0);
        move([beta = knobs_.beta](MessagePassing& solver) {
            solver.set_inverse_temperature(beta);
            return IterationReport{};
        });
    } else if (call.name == "field") {
        set_field(call);
    } else if (call.name == "save") {
        save(word(0));
    } else if (call.name == "restore") {
        restore(word(0));
    } else if (call.name == "again") {
        again(word(0));
    } else if (call.name == "wrong") {
        wrong(call);
    } else if (call.name == "ask") {
        ask(word(0));
    } else {
        return false;
    }
    return true;
}

void MessageCalls::move(const Move& change) {
    IterationReport ours, theirs;
    std::string our_end, their_end;
    threads(2).run([&] { our_end = refusal([&] { ours = change(*main_); }); });
    threads(1).run([&] { their_end = refusal([&] { theirs = change(*twin_); }); });
    if (our_end != their_end) {
        throw Failed{"twin", fmt::format("'{}' and '{}'", our_end, their_end)};
    }
    dead_ = !our_end.empty();
    if (dead_) return;
    if (!same_report(ours, theirs)) {
        throw Failed{"twin", fmt::format("weights change by {} and {}, messages by {} and {}",
                                         ours.weight_change, theirs.weight_change,
                                         ours.message_change, theirs.message_change)};
    }
    check_report(ours);
    moves_.push_back(change);
}

void MessageCalls::step(const Call& call) {
    Coupling coupling{call.number(0), std::max(call.number(1), 1.0)};
    if (call.words.size() > 3 && call.words[3] == "fields" && std::isinf(coupling.gamma)) {
        coupling.form = ReinforcementForm::Fields;
    }
    for (std::size_t t = 0; t < std::clamp<std::size_t>(call.count(2), 1, 50) && !dead_; ++t) {
        move([coupling](MessagePassing& solver) { return solver.step(coupling); });
        iterations_ += !dead_;
    }
    if (!dead_ && main_->iterations() != iterations_) {
        throw Failed{"iterations", fmt::format("{} iterations where {} were done",
                                               main_->iterations(), iterations_)};
    }
}

/// `field SEED DEVIATION SCALE`; a deviation of 0 takes the field away.
void MessageCalls::set_field(const Call& call) {
    campaign::Dice dice(call.count(0), 1);
    const double deviation = call.number(1);
    std::vector<std::vector<double>> field;
    for (std::size_t k = 0; deviation != 0.0 && k < problem_.network.hidden; ++k) {
        field.emplace_back(problem_.network.unit_inputs());
        for (double& h : field.back()) h = deviation * dice.normal();
    }
    knobs_.field = field;
    knobs_.scale = call.number(2);
    move([field, scale = knobs_.scale](MessagePassing& solver) {
        solver.set_start_field(field);
        solver.set_start_scale(scale);
        return IterationReport{};
    });
}

void MessageCalls::save(const std::string& slot) {
    const SolverState first = main_->save(), second = main_->save();
    const std::string what = difference(first, second);
    if (!what.empty()) throw Failed{"save", "saved twice, and this differs: " + what};
    slots_.insert_or_assign(
        slot, Slot{std::make_shared<const SolverState>(first), knobs_, moves_.size(), iterations_});
}

/// The twin makes way for a new one that has only the state: what was before must make no
/// difference.
void MessageCalls::restore(const std::string& name) {
    const auto found = slots_.find(name);
    if (found == slots_.end()) return;
    const Slot& slot = found->second;
    compare(*twin_, "twin");
    twin_ = fresh();
    knobs_.give(*twin_);
    move([state = slot.state](MessagePassing& solver) {
        solver.restore(*state);
        return IterationReport{};
    });
    iterations_ = slot.iterations;
    const std::string what = difference(*slot.state, main_->save());
    if (!what.empty()) throw Failed{"restore", "restored and saved, and this differs: " + what};
    if (main_->iterations() != iterations_) throw Failed{"restore", "iterations are not restored"};
}

/// A new solver with the state of a slot and the calls since.
void MessageCalls::again(const std::string& name) {
    const auto found = slots_.find(name);
    if (found == slots_.end()) return;
    const std::unique_ptr<MessagePassing> other = fresh();
    other->restore(*found->second.state);
    found->second.knobs.give(*other);
    for (std::size_t m = found->second.moves; m < moves_.size(); ++m) moves_[m](*other);
    compare(*other, "again");
}

SolverState MessageCalls::damaged(const Call& call) const {
    SolverState state = main_->save();
    const std::string how = call.words.size() > 1 ? call.words[1] : "";
    const std::size_t which = call.count(2) % state.arrays.size();
    if (how == "name") {
        state.solver += " of another kind";
    } else if (how == "array") {
        state.arrays.erase(state.arrays.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
        std::visit([](auto& values) { values.resize(values.size() + 1); },
                   state.arrays[which].values);
    }
    return state;
}

/// What must be refused, and then change nothing.
void MessageCalls::wrong(const Call& call) {
    const std::string what = call.words.empty() ? "" : call.words[0];
    const double number = call.number(1);
    const SolverState before = main_->save();
    if (what == "damping" && !(number >= 0.0 && number < 1.0)) {
        must_refuse(call.rest(0), [&] { main_->set_damping(number); });
    } else if (what == "beta" && !(number >= 0.0)) {
        must_refuse(call.rest(0), [&] { main_->set_inverse_temperature(number); });
    } else if (what == "field") {
        std::vector<std::vector<double>> field(problem_.network.hidden,
                                               std::vector<double>(problem_.network.unit_inputs()));
        call.count(1) % 2 ? field.back().push_back(1.0) : field.push_back({1.0});
        must_refuse(call.rest(0), [&] { main_->set_start_field(field); });
    } else if (what == "plate") {
        must_refuse("plate", [&] { main_->fields(problem_.network.hidden + call.count(1)); });
        must_refuse("plate", [&] { main_->magnetizations(problem_.network.hidden); });
    } else if (what == "restore") {
        must_refuse(call.rest(0), [&] { main_->restore(damaged(call)); });
    }
    const std::string changed = difference(before, main_->save());
    if (!changed.empty())
        throw Failed{"changed", call.rest(0) + " is refused, and changes " + changed};
}

void MessageCalls::compare(const MessagePassing& other, const char* kind) const {
    if (dead_) return;
    for (std::size_t p = 0; p < problem_.network.hidden; ++p) {
        if (same(main_->fields(p), other.fields(p))) continue;
        throw Failed{kind, fmt::format("the fields of plate {} differ", p)};
    }
    const std::string what = difference(main_->save(), other.save());
    if (!what.empty()) throw Failed{kind, "this differs in the state: " + what};
    if (!(main_->weights() == other.weights())) throw Failed{kind, "the weights differ"};
    if (!same(main_->free_entropy(), other.free_entropy())) {
        throw Failed{kind, "the free entropies differ"};
    }
    if (!same(main_->expected_errors(), other.expected_errors())) {
        throw Failed{kind, "the expected errors differ"};
    }
}

void MessageCalls::end() {
    compare(*twin_, "twin");
}

void MessageCalls::ask(const std::string& what) const {
    if (what == "weights") ask_weights();
    if (what == "means") ask_means();
    if (what == "overlaps") ask_overlaps();
    if (what == "entropy") ask_entropy();
    if (what == "errors") ask_errors();
}

/// Signs of the fields, or means on the sphere.
void MessageCalls::ask_weights() const {
    const Weights weights = main_->weights();
    if (!(weights == main_->weights())) throw Failed{"weights", "asked twice, they differ"};
    const bool binary = problem_.network.weights == WeightKind::Binary;
    if (weights.kind() != problem_.network.weights) throw Failed{"weights", "of another kind"};
    for (std::size_t k = 0; k < problem_.network.hidden; ++k) {
        const std::vector<double> from = binary ? main_->fields(k) : main_->magnetizations(k);
        const double size = std::sqrt(square_mean(from));
        // A unit of zeros has no direction.
        if (!binary && !(size > 1e-150)) continue;
        for (std::size_t i = 0; i < from.size(); ++i) {
            const double expected = binary ? (from[i] >= 0.0 ? 1.0 : -1.0) : from[i] / size;
            if (std::abs(weights.value(k, i) - expected) <= rounding * (1.0 + std::abs(expected))) {
                continue;
            }
            throw Failed{"weights", fmt::format("weight {} of unit {} is {}, and {} says {}", i, k,
                                                weights.value(k, i), from[i], expected)};
        }
    }
}

void MessageCalls::ask_means() const {
    for (std::size_t k = 0; k < problem_.network.hidden; ++k) {
        const std::vector<double> means = main_->magnetizations(k), fields = main_->fields(k);
        if (!same(means, main_->magnetizations(k)) || !same(fields, main_->fields(k))) {
            throw Failed{"means", "asked twice, they differ"};
        }
        for (std::size_t i = 0; i < means.size(); ++i) {
            if (!std::isfinite(means[i]) || !std::isfinite(fields[i])) {
                throw Failed{"means", fmt::format("mean {} and field {}", means[i], fields[i])};
            }
            if (problem_.network.weights != WeightKind::Binary) continue;
            if (std::abs(means[i]) <= 1.0 && std::abs(fields[i]) <= 30.0 &&
                std::abs(means[i] - std::tanh(fields[i])) <= rounding) {
                continue;
            }
            throw Failed{"means",
                         fmt::format("a mean is {} and its field {}", means[i], fields[i])};
        }
    }
}

void MessageCalls::ask_overlaps() const {
    double squares = 0.0;
    for (std::size_t k = 0; k < problem_.network.hidden; ++k) {
        squares += square_mean(main_->magnetizations(k));
    }
    // Real weights whose variance rounding has swallowed have an overlap of 1 to rounding.
    const double expected = std::min(squares / static_cast<double>(problem_.network.hidden), 1.0);
    const double overlap = main_->overlap();
    if (!same(overlap, main_->overlap())) throw Failed{"overlap", "asked twice, it differs"};
    if (!(std::abs(overlap - expected) <= single_rounding)) {
        throw Failed{"overlap", fmt::format("the overlap is {}, the mean square of the means {}",
                                            overlap, expected)};
    }
    const FocusingOverlaps focusing = main_->focusing_overlaps();
    if (!(std::abs(focusing.coupling) <= 1.0 + 1e-6 && focusing.center >= 0.0 &&
          focusing.center <= 1.0 + 1e-6)) {
        throw Failed{"focusing-overlap",
                     fmt::format("centre {}, coupling {}", focusing.center, focusing.coupling)};
    }
}

void MessageCalls::ask_entropy() const {
    const double entropy = main_->free_entropy();
    if (!same(entropy, main_->free_entropy())) throw Failed{"entropy", "asked twice, it differs"};
}

void MessageCalls::ask_errors() const {
    const double errors = main_->expected_errors();
    if (!same(errors, main_->expected_errors())) throw Failed{"errors", "asked twice, they differ"};
    const auto all = static_cast<double>(problem_.patterns());
    const double most = std::isinf(knobs_.beta) ? 0.0 : all * (1.0 + rounding);
    if (errors >= 0.0 && errors <= most) return;
    throw Failed{"errors", fmt::format("{} patterns of {} are expected to be wrong at beta {}",
                                       errors, all, knobs_.beta)};
}

}  // namespace steppe::sequences
