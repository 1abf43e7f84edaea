#include "steppe/figures/drawing.hpp"

#include <limits>

namespace steppe {

namespace {

double number_of(const nlohmann::json& value) {
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

const nlohmann::json& nothing() {
    static const nlohmann::json none;
    return none;
}

const nlohmann::json& value_of(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found == object.end() ? nothing() : *found;
}

}  // namespace

double number_in(const nlohmann::json& object, const char* key) {
    return number_of(value_of(object, key));
}

std::string text_in(const nlohmann::json& object, const char* key, const std::string& otherwise) {
    const nlohmann::json& value = value_of(object, key);
    return value.is_string() ? value.get<std::string>() : otherwise;
}

const nlohmann::json& part_of(const nlohmann::json& object, const char* key) {
    const nlohmann::json& value = value_of(object, key);
    return value.is_structured() ? value : nothing();
}

std::vector<double> column(const nlohmann::json& list, const char* key) {
    std::vector<double> out;
    for (const nlohmann::json& object : list) out.push_back(number_in(object, key));
    return out;
}

std::vector<double> numbers_of(const nlohmann::json& list) {
    std::vector<double> out;
    for (const nlohmann::json& value : list) out.push_back(number_of(value));
    return out;
}

}  // namespace steppe
