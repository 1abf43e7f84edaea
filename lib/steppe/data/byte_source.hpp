#pragma once

#include <zlib.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Where the bytes of a file come from (internal; not installed).
namespace steppe {

/// Bytes that are read once, from the first to the last.
class ByteStream {
  public:
    ByteStream() = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;
    virtual ~ByteStream() = default;

    /// The next `size` bytes, fewer only where the stream ends: how many. Throws Error where it
    /// cannot be read.
    virtual std::size_t read(char* out, std::size_t size) = 0;
    /// Bytes that are left, where that is known beforehand.
    virtual std::optional<std::size_t> left() const { return {}; }
};

/// A file, pipe, FIFO or device, opened and read once, unpacked when it is gzip; "-" is standard
/// input. What the content is can be looked at without losing it.
class ByteSource : public ByteStream {
  public:
    /// Throws Error naming the file and the reason where it cannot be opened.
    explicit ByteSource(const std::string& path);

    std::size_t read(char* out, std::size_t size) override;
    /// Of regular files that are not packed.
    std::optional<std::size_t> left() const override;
    /// The next bytes, which stay to be read: `size` of them, fewer where the stream ends. Valid
    /// until the next read or peek.
    std::string_view peek(std::size_t size);
    /// All that is left.
    std::string rest();

    /// The name for messages.
    const std::string& name() const { return name_; }
    /// Whether the same bytes can be had again by opening the file: it is regular and not packed.
    bool reopens();

  private:
    std::size_t read_stream(char* out, std::size_t size);

    std::string name_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
    std::optional<std::size_t> file_size_;  ///< of a regular file
    std::string ahead_;                     ///< looked at, not read
    std::size_t ahead_begin_ = 0;
    std::size_t taken_ = 0;  ///< bytes read from the stream, looked at or not
};

/// A source's bytes as a file with a name, for libraries that open files themselves: the file
/// itself, or a temporary copy of what came through a pipe or was packed.
class NamedFile {
  public:
    /// Throws Error where the copy cannot be written.
    explicit NamedFile(ByteSource& source, const std::string& path);
    ~NamedFile();
    NamedFile(const NamedFile&) = delete;
    NamedFile& operator=(const NamedFile&) = delete;

    const std::string& path() const { return path_; }
    /// A message of the library with the source's name where the copy is named.
    std::string renamed(std::string message) const;

  private:
    std::string path_, name_;
    bool temporary_ = false;
};

}  // namespace steppe
