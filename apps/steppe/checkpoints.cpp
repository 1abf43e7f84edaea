#include "checkpoints.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "steppe/error.hpp"

namespace steppe::cli {

namespace {

bool same_file(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return a == b || std::filesystem::equivalent(a, b, ignored);
}

}  // namespace

void Checkpoints::add_to(Options& options) {
    file_ = options.add({"checkpoint", "Checkpoints", "FILE",
                         "write here, as HDF5, where the run stands: every --checkpoint-every "
                         "seconds, when it is stopped (Ctrl-C, --time-limit), and at its end"},
                        options_.file);
    every_ = options.add({.name = "checkpoint-every",
                          .group = "Checkpoints",
                          .value_name = "SECONDS",
                          .help = "seconds between two checkpoints",
                          .values = real_from(0),
                          .shown_default = fmt::format("{:g}", options_.every)},
                         options_.every);
    resume_ = options.add({"resume", "Checkpoints", "FILE",
                           "go on from a checkpoint of the same problem and options: the answer "
                           "is that of a run that was never stopped, bit for bit"},
                          options_.resume);
    start_ = options.add({"start-from", "Checkpoints", "FILE",
                          "begin at the messages (of learners: the weights) of a checkpoint of the "
                          "same network and solver"},
                         options_.start_from);
}

void Checkpoints::list_files(Outputs& outputs) const {
    refuse_unless(!every_->given() || file_->given(), every_, "belongs to --checkpoint FILE");
    refuse_unless(!start_->given() || !resume_->given(), start_,
                  "begins another run, and --resume goes on with one: leave out one of them");
    outputs.writes(file_, options_.file);
    // A run that goes on may replace what it went on from: by then it has read it.
    if (!same_file(options_.file, options_.resume)) outputs.reads(resume_, options_.resume);
    outputs.reads(start_, options_.start_from);
}

CheckpointOptions Checkpoints::options(std::ostream& err, bool quiet) {
    CheckpointOptions options = options_;
    options.failed = [this, &err, quiet](const std::string& why) {
        if (failure_.empty() && !quiet) err << fmt::format("steppe: warning: {}\n", why);
        if (failure_.empty()) failure_ = why;
    };
    return options;
}

void Checkpoints::require_written() const {
    if (!failure_.empty()) throw Error(failure_);
}

}  // namespace steppe::cli
