#include "steppe/run/journal.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <sstream>
#include <utility>

#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/loop.hpp"
#include "steppe/run/run_state.hpp"
#include "steppe/run/saved_result.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

Error refused(const std::string& path, const std::string& why) {
    return Error(fmt::format("{}: {}", path, why));
}

std::map<std::string, std::string> options_of(const std::string& request) {
    std::map<std::string, std::string> options;
    std::istringstream lines(request);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find(" = ");
        if (at != std::string::npos) options[line.substr(0, at)] = line.substr(at + 3);
    }
    return options;
}

/// The first option that differs: "steps is 20 there, and 30 here".
std::string first_difference(const std::string& there, const std::string& here) {
    const auto a = options_of(there), b = options_of(here);
    const auto value = [](const auto& options, const std::string& name) {
        const auto found = options.find(name);
        return found == options.end() ? std::string("not set") : found->second;
    };
    for (const auto* options : {&a, &b}) {
        for (const auto& [name, unused] : *options) {
            if (value(a, name) == value(b, name)) continue;
            return fmt::format("{} is {} there, and {} here", name, value(a, name), value(b, name));
        }
    }
    return "its options are others";
}

void require_same_network(const std::string& path, const std::string& there,
                          const std::string& here) {
    if (there == here) return;
    throw refused(path, fmt::format("the checkpoint is of a {}, and this is a {}", there, here));
}

}  // namespace

Journal::Journal(const CheckpointOptions& options, RunIdentity identity)
    : options_(options), identity_(std::move(identity)) {
    if (!(options_.every >= 0.0) || std::isinf(options_.every)) {
        throw Error(fmt::format("checkpoint-every is {}: it must be a number of seconds, 0 or more",
                                options_.every));
    }
    if (!options_.resume.empty() && !options_.start_from.empty()) {
        throw Error(
            "a run goes on from a checkpoint (resume) or starts from one (start-from): leave out "
            "one of them");
    }
    if (!options_.file.empty()) {
        require_writable(options_.file);
        if (output_target(options_.file).kind != OutputTarget::Kind::File) {
            throw refused(options_.file, "a checkpoint is a regular file");
        }
    }
    if (!options_.resume.empty()) resume();
    if (!options_.start_from.empty()) start();
}

void Journal::resume() {
    const std::string& path = options_.resume;
    Checkpoint from = read_checkpoint(path);
    if (from.version != version()) {
        throw refused(path, fmt::format("the checkpoint is of version {} of the program, whose "
                                        "steps may be others, and this is version {}",
                                        from.version, version()));
    }
    const RunIdentity& there = from.identity;
    require_same_network(path, there.network, identity_.network);
    if (there.patterns != identity_.patterns) {
        throw refused(path, fmt::format("the checkpoint is of {} patterns, and here are {}",
                                        there.patterns, identity_.patterns));
    }
    if (there.pattern_hash != identity_.pattern_hash) {
        throw refused(path, "the checkpoint is of other patterns");
    }
    if (there.request != identity_.request || there.solver != identity_.solver) {
        throw refused(path, fmt::format("the checkpoint is of another request: {}",
                                        first_difference(there.request, identity_.request)));
    }
    before_ = from.seconds;
    messages_of_ = from.messages_of;
    for (Checkpoint::Part& part : from.parts) {
        if (part.name == "run") {
            live_ = std::move(part.records);
        } else if (part.name == "messages") {
            messages_ = std::move(part.records);
        } else {
            results_.push_back(std::move(part.records));
        }
    }
}

void Journal::start() {
    const std::string& path = options_.start_from;
    Checkpoint from = read_checkpoint(path);
    require_same_network(path, from.identity.network, identity_.network);
    const Records* messages = from.part("messages");
    if (messages == nullptr) {
        throw refused(path, "the checkpoint holds no messages or weights to start from");
    }
    if (from.messages_of != identity_.solver) {
        throw refused(path, fmt::format("what the checkpoint holds is of {}, and {} cannot start "
                                        "from it",
                                        from.messages_of, identity_.solver));
    }
    if (solver_named(identity_.solver).passes_messages() &&
        from.identity.patterns != identity_.patterns) {
        throw refused(
            path, fmt::format("the checkpoint's messages are those of {} patterns, and here are "
                              "{}",
                              from.identity.patterns, identity_.patterns));
    }
    start_ = *messages;
}

bool Journal::replay(SolveResult& result) {
    stage_ += begun_ ? 1 : 0;
    begun_ = true;
    if (stage_ >= results_.size()) return false;
    Records records = results_[stage_];
    Archive archive = Archive::reading(records);
    archive("result", result);
    return true;
}

bool Journal::restore(Stepper& stepper, RunState& run) {
    try {
        Records records = *live_;
        Archive archive = Archive::reading(records);
        bool in_try = false, has_messages = false;
        archive("in try", in_try);
        archive("messages", has_messages);
        archive("state", run);
        archive("stepper", stepper);
        if (in_try) stepper.make_ready();
        if (has_messages) {
            if (!messages_) throw Error("it has no messages");
            Archive messages = Archive::reading(*messages_);
            stepper.messages(messages);
            messages_.reset();
        }
        live_.reset();
        return in_try;
    } catch (const Error& error) {
        throw refused(options_.resume, error.what());
    }
}

void Journal::before_try(Stepper& stepper, RunState& run) {
    live_.reset();
    if (options_.file.empty() || run.summary.tries == 0) return;
    live_.emplace();
    Archive archive = Archive::saving(*live_);
    bool in_try = false, has_messages = false;
    archive("in try", in_try);
    archive("messages", has_messages);
    archive("state", run);
    archive("stepper", stepper);
}

void Journal::try_began(Stepper& stepper, RunState&) {
    live_.reset();
    if (!start_) return;
    try {
        Archive archive = Archive::reading(*start_, Archive::Way::Start);
        if (!stepper.messages(archive)) throw Error("this solver cannot start from messages");
    } catch (const Error& error) {
        throw refused(options_.start_from, error.what());
    }
    start_.reset();
}

bool Journal::is_due() const {
    return !options_.file.empty() && seconds_since(saved_) >= options_.every;
}

void Journal::save(Stepper& stepper, RunState& run) {
    if (options_.file.empty()) return;
    Records messages;
    Archive of_messages = Archive::saving(messages);
    bool in_try = true, has_messages = stepper.messages(of_messages);
    live_.emplace();
    Archive archive = Archive::saving(*live_);
    archive("in try", in_try);
    archive("messages", has_messages);
    archive("state", run);
    archive("stepper", stepper);
    // A finish keeps the messages of what it finishes.
    if (has_messages) {
        messages_ = std::move(messages);
        messages_of_ = run.summary.solver;
    }
    write();
    live_.reset();
    if (has_messages) messages_.reset();
}

void Journal::save_again() {
    if (!options_.file.empty()) write();
}

void Journal::ended(const SolveResult& result, Stepper& stepper, const RunState& run) {
    stopped_ = run.end == SolveStatus::TimeLimit || run.end == SolveStatus::Interrupted;
    if (stopped_ || options_.file.empty()) return;
    SolveResult copy = result;
    Archive archive = Archive::saving(results_.emplace_back());
    archive("result", copy);
    Records messages;
    Archive of_messages = Archive::saving(messages);
    if (!stepper.messages(of_messages)) return;
    messages_ = std::move(messages);
    messages_of_ = result.summary.solver;
}

void Journal::close() {
    if (!stopped_ && !options_.file.empty()) write();
}

void Journal::write() {
    Checkpoint checkpoint{.version = version(),
                          .identity = identity_,
                          .messages_of = messages_ ? messages_of_ : "",
                          .seconds = before_ + seconds_since(began_),
                          .parts = {}};
    for (std::size_t r = 0; r < results_.size(); ++r) {
        checkpoint.parts.push_back({fmt::format("result {}", r + 1), results_[r]});
    }
    const auto lend = [&](const char* name, std::optional<Records>& records) {
        if (records) checkpoint.parts.push_back({name, std::move(*records)});
    };
    lend("run", live_);
    lend("messages", messages_);
    const auto back = [&](std::optional<Records>& records) {
        if (!records) return;
        records = std::move(checkpoint.parts.back().records);
        checkpoint.parts.pop_back();
    };
    try {
        write_checkpoint(checkpoint, options_.file);
    } catch (const Error& error) {
        // The run is worth more than its checkpoint.
        if (!options_.failed) throw;
        options_.failed(error.what());
    }
    back(messages_);
    back(live_);
    saved_ = Clock::now();
}

}  // namespace steppe
