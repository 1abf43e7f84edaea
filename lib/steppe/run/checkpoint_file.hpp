#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "steppe/numeric/archive.hpp"

namespace steppe {

/// What a run was asked, and of which problem (internal; not installed): two runs of one identity
/// take the same steps.
struct RunIdentity {
    std::string network;  ///< in words
    std::string solver;   ///< the one that begins
    std::size_t patterns = 0;
    std::uint64_t pattern_hash = 0;
    /// "name = value" of every option that changes results, a line each.
    std::string request;
};

/// Where a run stands, as a file has it (docs/files.md, "Checkpoints").
struct Checkpoint {
    std::string version;  ///< of the program
    RunIdentity identity;
    std::string messages_of;  ///< the solver whose messages there are; "" where there are none
    double seconds = 0.0;     ///< that the run has taken
    struct Part {
        std::string name;
        Records records;
    };
    std::vector<Part> parts;

    /// Null where there is none.
    const Records* part(const std::string& name) const;
};

/// Writes HDF5, whole or not at all; an earlier file stays until then. Throws Error where it cannot
/// be written.
void write_checkpoint(const Checkpoint& checkpoint, const std::string& path);

/// Throws Error, the path first, for what is no checkpoint, is damaged (a checksum covers all) or
/// has another format.
Checkpoint read_checkpoint(const std::string& path);

}  // namespace steppe
