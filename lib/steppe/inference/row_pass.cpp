#include "steppe/inference/row_pass.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steppe {

namespace {

/// Fields up are kept finite, so that gates need not think about certainty: tanh of this is 1 and
/// 255 of them can be added.
constexpr double largest_field = 1e6;

template <class Vector>
auto part(Vector& values, std::size_t unit, std::size_t count) {
    return std::span(values).subspan(unit * count, count);
}

}  // namespace

RowPass::RowPass(const RowGroup& group, std::size_t capacity) : group_(&group) {
    const std::size_t size = group.units.size() * capacity;
    for (auto* values :
         {&omega, &variance, &log_plus, &log_minus, &field_up, &field_down, &g, &g_prime}) {
        values->reserve(size);
    }
    rows_.reserve(capacity);
}

void RowPass::set_rows(std::size_t first, std::size_t count) {
    rows_.resize(count);
    std::iota(rows_.begin(), rows_.end(), static_cast<std::uint32_t>(first));
    const std::size_t size = group_->units.size() * count;
    for (auto* values :
         {&omega, &variance, &log_plus, &log_minus, &field_up, &field_down, &g, &g_prime}) {
        values->resize(size);
    }
}

ChannelInput RowPass::channel_input(std::size_t unit) const {
    return {rows_, part(omega, unit, count()), part(variance, unit, count()),
            part(field_down, unit, count())};
}

void RowPass::ask_channels() {
    for (std::size_t k = 0; k < group_->units.size(); ++k) ask_channel(k);
}

void RowPass::ask_channel(std::size_t unit) {
    group_->units[unit].channel->log_probability(channel_input(unit), part(log_plus, unit, count()),
                                                 part(log_minus, unit, count()));
    fields_from_probabilities(unit * count(), (unit + 1) * count());
}

void RowPass::fields_from_probabilities() {
    fields_from_probabilities(0, field_up.size());
}

void RowPass::fields_from_probabilities(std::size_t begin, std::size_t end) {
    for (std::size_t e = begin; e < end; ++e) {
        const double f = 0.5 * (log_plus[e] - log_minus[e]);
        // Both -infinity: the channel can do neither, and says nothing.
        field_up[e] = std::isnan(f) ? 0.0 : std::clamp(f, -largest_field, largest_field);
    }
}

bool RowPass::gate_reads_fields() const {
    return group_->gate->reads_fields();
}

void RowPass::ask_gate() {
    const bool reads = gate_reads_fields();
    group_->gate->send_down({rows_, group_->units.size(),
                             reads ? std::span<const double>(field_up) : std::span<const double>()},
                            field_down);
}

void RowPass::ask_derivatives() {
    for (std::size_t k = 0; k < group_->units.size(); ++k) ask_derivatives(k);
}

void RowPass::ask_derivatives(std::size_t unit) {
    group_->units[unit].channel->derivatives(channel_input(unit), part(g, unit, count()),
                                             part(g_prime, unit, count()));
}

double RowPass::violations() const {
    std::vector<double> of_row(count());
    group_->gate->violation({rows_, group_->units.size(), field_up}, of_row);
    return std::accumulate(of_row.begin(), of_row.end(), 0.0);
}

std::vector<double> RowPass::log_gate() {
    std::vector<double> result(count());
    group_->gate->log_partition({rows_, group_->units.size(), field_up}, result);
    return result;
}

}  // namespace steppe
