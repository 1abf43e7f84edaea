#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

/// Where files are written, and how. A name is followed through symbolic links, which stay. A
/// regular file appears whole or not at all; what is none (a FIFO, a device, a descriptor of this
/// process) is written into and never replaced.
namespace steppe {

struct OutputTarget {
    enum class Kind {
        File,       ///< regular, or to be made
        Stream,     ///< a FIFO or a character device
        Descriptor  ///< "-" (standard output), /dev/stdout, /dev/fd/N
    };
    Kind kind = Kind::File;
    std::string path;     ///< where the links end
    int descriptor = -1;  ///< of Kind::Descriptor

    /// The same file. Two names of one device that keeps nothing apart (/dev/null) are none.
    bool operator==(const OutputTarget& other) const = default;
};

/// Throws Error where nothing can be written: a folder, a socket or block device, links in a ring,
/// a folder that does not exist.
OutputTarget output_target(const std::string& path);

/// Throws Error when a file could not be written to path: a missing folder, no permission, a
/// descriptor that is not open for writing. Asked before a long run, so that nothing computed is
/// lost. Changes nothing.
void require_writable(const std::string& path);

/// Writes a file so that a reader sees the old one or the new one, never half: `fill` writes to a
/// temporary name in the same folder, which gets the permissions of the file that it replaces, is
/// flushed to disk and renamed to the target. When fill throws, the temporary file is removed and
/// the target stays as it was. What is no regular file gets a copy of what fill wrote. Throws
/// Error where that fails.
void write_whole(const std::string& path,
                 const std::function<void(const std::string& temporary)>& fill);

/// write_whole for text; packed with gzip when path ends in .gz.
void write_text(const std::string& path, const std::string& text);

/// A file that grows while a run goes on, such as its log: written in place.
class OutputStream {
  public:
    /// Empties a regular file. Waits for the reader of a FIFO. Throws Error where it cannot be
    /// opened.
    explicit OutputStream(const std::string& path);
    ~OutputStream();
    OutputStream(const OutputStream&) = delete;
    OutputStream& operator=(const OutputStream&) = delete;

    /// Never fails: what goes wrong is told by close().
    void write(std::string_view text);
    /// Throws Error where anything was not written.
    void close();

  private:
    void flush();

    std::string path_, buffer_;
    int descriptor_ = -1;
    int failure_ = 0;  ///< errno of the first one
    std::chrono::steady_clock::time_point last_flush_{};
};

}  // namespace steppe
