#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "steppe/data/byte_source.hpp"

/// Archives of arrays as NumPy's savez writes them: zip files of .npy files (internal; not
/// installed).
namespace steppe {

/// Whether bytes begin as a zip archive does.
bool begins_zip(std::string_view start);

/// The bytes of an archive, at any place.
class ArchiveBytes;

class NpzArchive {
  public:
    /// Throws Error where the source is no archive, or a damaged one.
    NpzArchive(ByteSource& source, const std::string& path);
    ~NpzArchive();

    /// Names of the arrays, in the archive's order, without .npy.
    std::vector<std::string> names() const;

    /// The array's .npy file; checks its checksum where it ends.
    std::unique_ptr<ByteStream> open(const std::string& array) const;

  private:
    struct Member {
        std::string name;
        unsigned flags = 0, method = 0;
        std::uint32_t checksum = 0;
        std::uint64_t packed = 0, size = 0, head = 0;
    };
    void read_directory();
    Member read_entry(const std::string& directory, std::size_t& at) const;

    std::string name_;
    std::unique_ptr<ArchiveBytes> bytes_;
    std::vector<Member> members_;
};

}  // namespace steppe
