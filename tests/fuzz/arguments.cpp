// The command line and its configuration file (TOML), of `info`, which reads or makes nothing
// large. First byte even: the rest is the file; odd: arguments, one a line.
#include <sstream>
#include <vector>

#include "command_line.hpp"
#include "fuzz/input.hpp"

namespace {

/// Options that would read other files, or make a problem as large as was asked for.
bool leads_away(std::string_view text) {
    for (const char* word :
         {"patterns", "dot", "combinations", "config", "solve", "generate", "check", "manual"}) {
        if (text.find(word) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes = steppe::fuzz::view(data, size);
    const unsigned choice = steppe::fuzz::take_choice(bytes);
    if (leads_away(bytes)) return 0;
    std::vector<std::string> arguments{"info"};
    const steppe::fuzz::MemoryFile file(bytes);
    if (choice % 2 == 0) {
        arguments.insert(arguments.end(), {"--config", file.path()});
    } else {
        std::istringstream lines{std::string(bytes)};
        for (std::string line; std::getline(lines, line);) arguments.push_back(line);
    }
    std::ostringstream out, err;
    const int status = steppe::cli::run(arguments, out, err);
    const bool sentence = err.str().starts_with("steppe: ");
    if (status != 0 && (status != 2 || !sentence)) std::abort();
    if (err.str().find("internal error") != std::string::npos) std::abort();
    return 0;
}
