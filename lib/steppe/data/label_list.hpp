#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace steppe {

/// Collects the labels of a file of any format, one after another, as signs. All of them are +1 and
/// -1, or all are 1 and 0, where 0 stands for -1 (internal; not installed).
class LabelList {
  public:
    /// Takes the next label, or says why it is none: "labels must be ...", to stand behind the
    /// value and its place in the file.
    std::optional<std::string> add(double label);

    std::vector<signed char> take() { return std::move(signs_); }

  private:
    std::vector<signed char> signs_;
    bool minus_ = false, zero_ = false;
};

}  // namespace steppe
