#include "case_files.hpp"

#include <algorithm>
#include <filesystem>

namespace steppe::campaign {

std::vector<std::string> case_files(const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const std::string& name : names) {
        if (!std::filesystem::is_directory(name)) {
            files.push_back(name);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(name)) {
            if (entry.path().extension() == ".txt") files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace steppe::campaign
