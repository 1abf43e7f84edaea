#include "steppe/data/file.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("text goes out and comes back, plain and gzip") {
    const Folder folder;
    std::string text = "1 -1\n";
    for (int i = 0; i < 12; ++i) text += text;
    for (const std::string name : {"a.txt", "a.txt.gz"}) {
        write_text(folder / name, text);
        CHECK(read_text(folder / name) == text);
    }
    CHECK(contents(folder / "a.txt") == text);
    CHECK(contents(folder / "a.txt.gz").size() < text.size() / 10);
    // Recognised by content, not by name.
    std::filesystem::rename(folder / "a.txt.gz", folder / "b.txt");
    CHECK(read_text(folder / "b.txt") == text);
}

TEST_CASE("a file that is cut short is named") {
    const Folder folder;
    std::string text;
    for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919 % 1000) + " ";
    write_text(folder / "whole.gz", text);
    const std::string packed = contents(folder / "whole.gz");
    const std::string path = folder.write("cut.gz", packed.substr(0, packed.size() / 2));
    CHECK_THROWS_WITH_AS(
        read_text(path),
        ("file '" + path + "' cannot be read: its gzip data are cut short").c_str(), Error);
}

TEST_CASE("what cannot be read or written is named with the reason") {
    const Folder folder;
    const std::string missing = folder / "missing.txt";
    CHECK_THROWS_WITH_AS(
        read_text(missing),
        ("file '" + missing + "' cannot be read: No such file or directory").c_str(), Error);
    CHECK_THROWS_AS(read_text(folder / "."), Error);
    const std::string nowhere = folder / "no/such/folder.txt";
    CHECK_THROWS_WITH_AS(write_text(nowhere, "x"),
                         ("'" + nowhere + "' cannot be written: no file can be made in folder '" +
                          (folder / "no/such") + "': No such file or directory")
                             .c_str(),
                         Error);
}

TEST_CASE("a file appears whole or not at all") {
    const Folder folder;
    const std::string path = folder.write("kept.txt", "old");
    CHECK_THROWS_WITH(write_whole(path,
                                  [](const std::string& temporary) {
                                      std::ofstream(temporary) << "half";
                                      throw std::runtime_error("the disk is full");
                                  }),
                      "the disk is full");
    CHECK(contents(path) == "old");
    CHECK(folder.count() == 1);
    write_text(path, "new");
    CHECK(contents(path) == "new");
    CHECK(folder.count() == 1);
}
