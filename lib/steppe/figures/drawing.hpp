#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "steppe/figures/figure.hpp"

/// From the content of a file to what is drawn of it (internal; not installed). What is damaged or
/// missing in a file is a gap: nothing here throws.
namespace steppe {

/// The content of a file, read as far as it is JSON.
struct Content {
    std::string name;
    std::string text;
    std::vector<nlohmann::json> objects;  ///< the document, or those of its lines
};

/// One figure of a file. Those of several files that show the same measure along the same axes are
/// drawn as one.
struct Drawing {
    std::string measure;
    std::string subject;  ///< whose it is, such as a file of weights; empty: the source's
    /// The names of series say what they are beside the subject: "", "straight".
    Figure figure;
    /// Of theory: the subject is a model, "binary perceptron, load 0.39", and series of one subject
    /// and name are drawn once in a panel, whichever sources they come from.
    bool theory = false;
    /// Drawn only where something else has its panel; of those of a source with one number above 0
    /// the first is drawn all the same where none has found one.
    bool beside = false;
    std::size_t choice = 0;
};

/// A kind of file: how it is made, the measures that it may hold, and what is drawn of one; nothing
/// where the content is of another kind.
struct Recogniser {
    const char* made;
    std::vector<std::string> measures;
    std::vector<Drawing> (*drawings)(const Content& content);
};

Recogniser landscape_recogniser();
Recogniser study_recogniser();
Recogniser log_recogniser();
Recogniser theory_recogniser();
Recogniser summary_recogniser();

/// The figures of measures by name, as steppe landscape answers.
void draw_measures(const nlohmann::json& measures, const std::string& subject,
                   std::vector<Drawing>& out);

/// The number of a key, or NaN.
double number_in(const nlohmann::json& object, const char* key);
/// The text of a key, or what stands for it.
std::string text_in(const nlohmann::json& object, const char* key, const std::string& otherwise);
/// The list or object of a key, or an empty one.
const nlohmann::json& part_of(const nlohmann::json& object, const char* key);
/// The numbers of a list of objects, by key: NaN where there is none.
std::vector<double> column(const nlohmann::json& list, const char* key);
/// Those of a list of numbers.
std::vector<double> numbers_of(const nlohmann::json& list);

}  // namespace steppe
