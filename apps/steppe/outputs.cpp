#include "outputs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "steppe/data/output.hpp"
#include "steppe/error.hpp"

namespace steppe::cli {

namespace {

/// Whether two targets cannot both be written. A device such as /dev/null takes any number.
bool collide(const OutputTarget& a, const OutputTarget& b) {
    return a == b &&
           !(a.kind == OutputTarget::Kind::Stream && std::filesystem::is_character_file(a.path));
}

}  // namespace

void Outputs::writes(const Option* option, const std::string& path) {
    if (option->given()) written_.push_back({option->written(), path});
}

void Outputs::reads(const Option* option, const std::string& path) {
    if (option != nullptr && option->given()) read_.push_back({option->written(), path});
}

void Outputs::check(bool json) {
    for (std::size_t i = 0; i < written_.size(); ++i) {
        const File& file = written_[i];
        require_writable(file.path);
        const OutputTarget target = output_target(file.path);
        for (std::size_t j = 0; j < i; ++j) {
            if (!collide(target, output_target(written_[j].path))) continue;
            throw Error(fmt::format("{} and {} both write to '{}'", written_[j].option, file.option,
                                    file.path));
        }
        for (const File& input : read_) {
            std::error_code ignored;
            if (target.kind != OutputTarget::Kind::File ||
                !std::filesystem::equivalent(target.path, input.path, ignored)) {
                continue;
            }
            throw Error(fmt::format("{} would replace '{}', which {} reads", file.option,
                                    input.path, input.option));
        }
        const bool printed = target.descriptor == STDOUT_FILENO;
        standard_output_ = standard_output_ || printed;
        if (json && printed) {
            throw Error(
                fmt::format("--json and {} {} both write to standard output: give {} a file",
                            file.option, file.path, file.option));
        }
    }
}

}  // namespace steppe::cli
