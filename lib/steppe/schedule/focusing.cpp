#include "steppe/schedule/focusing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <string_view>

#include "steppe/data/byte_source.hpp"
#include "steppe/data/text_lines.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void require_steps(std::size_t steps) {
    if (steps == 0) throw Error("steps is 0: a schedule needs at least one step");
    // While the list grows there are up to three of them.
    require_memory(3.0 * static_cast<double>(steps) * static_cast<double>(sizeof(Coupling)),
                   fmt::format("the {} steps of the schedule", steps));
}

/// Why a coupling is not allowed, or "".
std::string fault(const Coupling& coupling) {
    if (!(coupling.gamma >= 0.0)) {
        return fmt::format("gamma is {}: it must be 0 or more (inf allowed)", coupling.gamma);
    }
    if (!(coupling.replicas >= 1.0) || !std::isfinite(coupling.replicas)) {
        return fmt::format("y is {}: it must be a finite number, 1 or more", coupling.replicas);
    }
    return "";
}

}  // namespace

FocusingSchedule FocusingSchedule::none() {
    return from_list({Coupling{}});
}

FocusingSchedule FocusingSchedule::reinforcement(std::size_t steps, ReinforcementForm form) {
    require_steps(steps);
    std::vector<Coupling> couplings;
    for (std::size_t s = 0; s < steps; ++s) {
        const double rho = static_cast<double>(s) / static_cast<double>(steps);
        couplings.push_back({infinity, 1.0 / (1.0 - rho), form});
    }
    return from_list(std::move(couplings));
}

FocusingSchedule FocusingSchedule::pseudo_reinforcement(std::size_t steps, double exponent) {
    require_steps(steps);
    if (!(exponent >= 0.0 && exponent <= 1.0)) {
        throw Error(fmt::format("exponent is {}: it must be between 0 and 1", exponent));
    }
    std::vector<Coupling> couplings;
    for (std::size_t s = 0; s < steps; ++s) {
        const double rho = static_cast<double>(s) / static_cast<double>(steps);
        // At rho = 0 nothing is coupled; the formula's limit there depends on the exponent
        // (y grows without bound above 1/2 while gamma vanishes).
        couplings.push_back(rho == 0.0
                                ? Coupling{}
                                : Coupling{std::atanh(std::pow(rho, exponent)),
                                           1.0 + std::pow(rho, 1.0 - 2.0 * exponent) / (1.0 - rho),
                                           ReinforcementForm::Replicas});
    }
    return from_list(std::move(couplings));
}

FocusingSchedule FocusingSchedule::scoping(double replicas, const Ramp& gamma, std::size_t steps) {
    require_steps(steps);
    std::vector<Coupling> couplings;
    for (std::size_t s = 0; s < steps; ++s) {
        const double t = steps == 1 ? 1.0 : static_cast<double>(s) / static_cast<double>(steps - 1);
        couplings.push_back({gamma.at(t), replicas, ReinforcementForm::Replicas});
    }
    return from_list(std::move(couplings));
}

FocusingSchedule FocusingSchedule::from_list(std::vector<Coupling> couplings) {
    require_steps(couplings.size());
    for (std::size_t s = 0; s < couplings.size(); ++s) {
        const std::string why = fault(couplings[s]);
        if (!why.empty()) throw Error(fmt::format("step {} of the schedule: {}", s + 1, why));
    }
    FocusingSchedule schedule;
    schedule.couplings_ = std::move(couplings);
    return schedule;
}

FocusingSchedule FocusingSchedule::from_file(const std::string& path) {
    ByteSource source(path);
    TextLines lines(source);
    std::vector<Coupling> couplings;
    for (std::string_view line; lines.next(line);) {
        std::istringstream words(std::string(line.substr(0, line.find('#'))));
        std::vector<std::string> found;
        for (std::string word; words >> word;) found.push_back(word);
        if (found.empty()) continue;
        const auto refuse = [&](const std::string& why) {
            return Error(fmt::format("{}: {}; a line is `gamma y`, for example `0.5 10` or `inf 2`",
                                     lines.place(), why));
        };
        if (found.size() != 2) {
            throw refuse(fmt::format("{} word{} where two numbers are wanted", found.size(),
                                     found.size() == 1 ? "" : "s"));
        }
        const auto value = [&](const std::string& word) {
            const std::optional<double> x = number_of(word);
            if (!x) throw refuse(fmt::format("'{}' is no number", word));
            return *x;
        };
        const Coupling coupling{value(found[0]), value(found[1]), ReinforcementForm::Replicas};
        if (const std::string why = fault(coupling); !why.empty()) throw refuse(why);
        couplings.push_back(coupling);
    }
    if (couplings.empty()) {
        throw Error(
            fmt::format("schedule file '{}' holds no step: write one `gamma y` pair a line", path));
    }
    return from_list(std::move(couplings));
}

}  // namespace steppe
