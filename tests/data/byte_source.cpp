#include "steppe/data/byte_source.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "steppe/data/file.hpp"
#include "steppe/data/output.hpp"
#include "support/fifo.hpp"
#include "support/files.hpp"
#include "support/reading.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Patterns bits(std::size_t inputs, std::size_t patterns) {
    return std::make_shared<const PatternSet>(random_patterns(inputs, patterns, 3));
}

}  // namespace

TEST_CASE("what is looked at stays to be read") {
    const Folder folder;
    ByteSource source(folder.write("f", "0123456789"));
    CHECK(source.peek(4) == "0123");
    CHECK(source.left() == 10);
    CHECK(source.peek(2) == "01");
    std::string part(3, '\0');
    CHECK(source.read(part.data(), 3) == 3);
    CHECK(part == "012");
    CHECK(source.peek(3) == "345");
    CHECK(source.left() == 7);
    CHECK(source.rest() == "3456789");
    CHECK(source.peek(1).empty());
    CHECK(source.left() == 0);
}

TEST_CASE("patterns and labels of every format come through a FIFO whole") {
    const Folder folder;
    // More than a pipe holds, and more than one reader's buffer.
    const Patterns set = bits(101, 4000);
    const std::string numpy = std::string(STEPPE_TEST_DATA) + "/data/numpy/";
    std::vector<std::pair<std::string, Patterns>> files;
    for (const std::string name : {"p.txt", "p.txt.gz", "p.h5"}) {
        write_patterns(set, folder / name);
        files.emplace_back(contents(folder / name), set);
    }
    write_text(folder / "packed.gz", contents(folder / "p.h5"));  // HDF5, packed
    files.emplace_back(contents(folder / "packed.gz"), set);
    for (const std::string name : {"named.npz", "packed_big.npy"}) {
        ReadOptions options;
        if (name == "packed_big.npy") options.values = InputValues::PackedBig;
        files.emplace_back(contents(numpy + name),
                           read_any_patterns(numpy + name, "", LabelUse::Keep, options));
    }
    for (std::size_t f = 0; f < files.size(); ++f) {
        CAPTURE(f);
        ReadOptions options;
        if (f == 5) options.values = InputValues::PackedBig;
        const Fifo fifo(folder, "fifo" + std::to_string(f), files[f].first);
        CHECK(read_any_patterns(fifo.path, "", LabelUse::Keep, options).hash() ==
              files[f].second.hash());
    }
    const Fifo inputs(folder, "inputs", "1 -1\n1 1\n"), labels(folder, "labels", "1\n-1\n");
    CHECK(labels_of(read_any_patterns(inputs.path, labels.path)) == std::vector<int>{1, -1});
}

TEST_CASE("errors of what came through a FIFO name it") {
    const Folder folder;
    const Fifo text(folder, "text", "1 -1\n1 x\n");
    CHECK(reading_refusal(text.path) == ", line 2, column 3: 'x' is no number; inputs are numbers");
    const Fifo hdf5(folder, "hdf5", "\x89HDF\r\n\x1a\n and nothing of it");
    CHECK(reading_refusal(hdf5.path).starts_with(": "));
}
