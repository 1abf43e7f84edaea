#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "support/files.hpp"

namespace steppe::test {

/// A FIFO that gives these bytes to whoever opens it, once.
class Fifo {
  public:
    Fifo(const Folder& folder, const std::string& name, const std::string& bytes)
        : path(folder / name) {
        if (mkfifo(path.c_str(), 0600) != 0) std::abort();
        writer_ = std::thread([this, bytes] { std::ofstream(path, std::ios::binary) << bytes; });
    }
    ~Fifo() {
        // Where nobody has opened it, the writer still waits.
        const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
        writer_.join();
        close(reader);
    }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;

    const std::string path;

  private:
    std::thread writer_;
};

}  // namespace steppe::test
