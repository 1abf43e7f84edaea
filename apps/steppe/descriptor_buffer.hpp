#pragma once

#include <streambuf>
#include <string>

namespace steppe::cli {

/// Writes to an open descriptor; remembers the first failure, so that a flush at the end tells of
/// it (errno is set anew then).
class DescriptorBuffer : public std::streambuf {
  public:
    explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) {}
    ~DescriptorBuffer() override { sync(); }

  protected:
    int overflow(int c) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

  private:
    int descriptor_;
    int failure_ = 0;  ///< errno
    std::string waiting_;
};

}  // namespace steppe::cli
