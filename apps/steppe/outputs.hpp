#pragma once

#include <string>
#include <vector>

#include "option.hpp"

namespace steppe::cli {

/// The files that a command writes and reads, by the options that name them; looked at together
/// before any work is done.
class Outputs {
  public:
    /// An option that was not given is left out.
    void writes(const Option* option, const std::string& path);
    void reads(const Option* option, const std::string& path);

    /// Throws Error for a file that may not be written, two outputs that go to one place (by links
    /// or other spellings as well), an output that would replace an input; and where `json` is
    /// printed on standard output and something else goes there, too.
    void check(bool json);

    /// Whether standard output takes a file (known after check): what is said to people belongs
    /// elsewhere then.
    bool use_standard_output() const { return standard_output_; }

  private:
    struct File {
        std::string option, path;
    };
    std::vector<File> written_, read_;
    bool standard_output_ = false;
};

}  // namespace steppe::cli
