#include "steppe/figures/described_network.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/figures/drawing.hpp"

namespace steppe {

namespace {

bool of_several(const DescribedNetwork& network) {
    return number_in(network.model, "hidden") > 1.0;
}

/// Its name where theory has no model of it.
std::string plain_words(const DescribedNetwork& network) {
    const nlohmann::json& model = network.model;
    std::string out = text_in(model, "weights", "");
    if (of_several(network)) {
        out += fmt::format(" {} {} of {:g} {} units", text_in(model, "wiring", ""),
                           text_in(model, "name", "network"), number_in(model, "hidden"),
                           text_in(model, "activation", "sign"));
    } else {
        out = fmt::format("{} {}", out, text_in(model, "name", "network"));
    }
    const double margin = number_in(model, "margin");
    if (std::isfinite(margin) && margin != 0.0) out += fmt::format(", margin {}", margin);
    if (network.temperature > 0.0) out += fmt::format(", beta {}", 1.0 / network.temperature);
    if (network.labels == "teacher") out += ", teacher's labels";
    return out;
}

}  // namespace

std::string words_for(const DescribedNetwork& network) {
    std::string why;
    const std::optional<theory::Model> model = theory_model(network, why);
    return model ? model->name() : plain_words(network);
}

std::optional<theory::Model> theory_model(const DescribedNetwork& network, std::string& why) {
    const nlohmann::json& said = network.model;
    const std::string weights = text_in(said, "weights", "");
    const double hidden = number_in(said, "hidden"), margin = number_in(said, "margin");
    const bool whole = hidden >= 1.0 && hidden < 1e6 && hidden == std::floor(hidden);
    if ((weights != "binary" && weights != "spherical") || !whole || !std::isfinite(margin)) {
        why = "the file does not say of which network it is";
        return {};
    }
    theory::Model model;
    model.weights = weights == "binary" ? theory::WeightSet::Binary : theory::WeightSet::Spherical;
    model.margin = margin;
    if (network.labels == "teacher") model.labels = theory::Labels::Teacher;
    if (network.temperature > 0.0) model.beta = 1.0 / network.temperature;
    if (of_several(network)) {
        if (text_in(said, "wiring", "") != "tree") {
            why =
                "of several hidden units theory knows those that see inputs of their own "
                "(wiring tree)";
            return {};
        }
        model.units = static_cast<std::size_t>(hidden);
        if (text_in(said, "name", "") == "parity") model.rule = theory::Rule::Parity;
    }
    try {
        if (of_several(network)) {
            model.unit = theory::unit_of(text_in(said, "activation", "sign"));
        }
        model.validate();
    } catch (const Error& error) {
        why = error.what();
        return {};
    }
    return model;
}

}  // namespace steppe
