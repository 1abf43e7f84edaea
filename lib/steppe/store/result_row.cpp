#include "steppe/store/result_row.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <iterator>

#include "steppe/error.hpp"

namespace steppe {

ResultRow result_row(const RunKey& key, const SolveSummary& summary) {
    if (summary.status == SolveStatus::Interrupted) {
        throw Error(
            "an interrupted run is no result: a store keeps those that ended by themselves");
    }
    return {.key = key,
            .summary = summary.json(),
            .status = status_name(summary.status),
            .solved = summary.errors == 0,
            .errors = summary.errors,
            .iterations = summary.iterations,
            .seconds = summary.seconds,
            .inputs = summary.network.inputs,
            .load = summary.load,
            .solver = summary.solver,
            .version = version()};
}

std::uint32_t checksum_of(const ResultRow& row) {
    fmt::memory_buffer numbers;
    fmt::format_to(std::back_inserter(numbers), "{} {:d} {} {} {} {} {}", row.results, row.solved,
                   row.errors, row.iterations, row.seconds, row.inputs, row.load);
    const std::string* texts[] = {&row.key.hash(), &row.key.text(), &row.summary, &row.status,
                                  &row.solver,     &row.written,    &row.host,    &row.version};
    for (const std::string* text : texts) {
        fmt::format_to(std::back_inserter(numbers), " {}", text->size());
    }
    auto sum = crc32_z(0, nullptr, 0);
    const auto add = [&](const char* data, std::size_t size) {
        sum = crc32_z(sum, reinterpret_cast<const unsigned char*>(data), size);
    };
    add(numbers.data(), numbers.size());
    for (const std::string* text : texts) add(text->data(), text->size());
    return static_cast<std::uint32_t>(sum);
}

}  // namespace steppe
