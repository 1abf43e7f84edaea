#include "steppe/data/output.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <stdexcept>
#include <thread>

#include "steppe/data/file.hpp"
#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace fs = std::filesystem;

TEST_CASE("a symbolic link stays, and what it leads to is written") {
    const Folder folder;
    fs::create_directory(folder / "far");
    folder.write("far/target", "old");
    fs::create_symlink("far/target", folder / "link");
    fs::create_symlink("link", folder / "chain");
    fs::create_symlink("far/new", folder / "dangling");
    write_text(folder / "chain", "new");
    CHECK(fs::is_symlink(folder / "chain"));
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(contents(folder / "far/target") == "new");
    require_writable(folder / "dangling");
    CHECK(!fs::exists(folder / "far/new"));
    write_text(folder / "dangling", "made");
    CHECK(fs::is_symlink(folder / "dangling"));
    CHECK(contents(folder / "far/new") == "made");
    OutputStream log(folder / "link");
    log.write("line\n");
    log.close();
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(contents(folder / "far/target") == "line\n");
    CHECK(folder.count() == 4);

    fs::create_symlink("ring", folder / "ring");
    CHECK_THROWS_AS(write_text(folder / "ring", "x"), Error);
    CHECK_THROWS_AS(require_writable(folder / "ring"), Error);
}

TEST_CASE("names of one file are one target") {
    const Folder folder;
    folder.write("a", "");
    fs::create_symlink("a", folder / "link");
    fs::create_directory(folder / "sub");
    CHECK(output_target(folder / "a") == output_target(folder / "./a"));
    CHECK(output_target(folder / "a") == output_target(folder / "sub/../a"));
    CHECK(output_target(folder / "a") == output_target(folder / "link"));
    CHECK(output_target(folder / "a") != output_target(folder / "b"));
    CHECK(output_target(folder / "new") == output_target(folder / "sub/../new"));
    CHECK(output_target("-") == output_target("/dev/stdout"));
    CHECK(output_target("-") == output_target("/dev/fd/1"));
    CHECK(output_target("/dev/stderr").descriptor == 2);
}

TEST_CASE("a new file keeps the permissions of the old one") {
    const Folder folder;
    const std::string path = folder.write("w", "old");
    for (const mode_t mode : {0600u, 0640u, 0604u, 0755u}) {
        REQUIRE(chmod(path.c_str(), mode) == 0);
        write_text(path, "new");
        struct stat status {};
        REQUIRE(stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == mode);
    }
}

TEST_CASE("a FIFO is written into and stays one") {
    const Folder folder;
    const std::string path = folder / "fifo";
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    require_writable(path);
    std::string text;
    for (int i = 0; i < 30000; ++i) text += std::to_string(i) + "\n";
    std::string read;
    {
        std::jthread reader([&] { read = contents(path); });
        write_text(path, text);
    }
    CHECK(read == text);
    {
        std::jthread reader([&] { read = contents(path); });
        OutputStream log(path);
        log.write("a line\n");
        log.close();
    }
    CHECK(read == "a line\n");
    CHECK(fs::is_fifo(path));
    CHECK(folder.count() == 1);
}

TEST_CASE("an open descriptor is written into where it stands") {
    const Folder folder;
    const std::string path = folder.write("file", "before\n");
    const int descriptor = open(path.c_str(), O_WRONLY | O_APPEND);
    REQUIRE(descriptor >= 0);
    const std::string name = "/dev/fd/" + std::to_string(descriptor);
    require_writable(name);
    write_text(name, "after\n");
    close(descriptor);
    CHECK(contents(path) == "before\nafter\n");
    const std::string closed =
        fmt::format("'{}' cannot be written: descriptor {} is not open", name, descriptor);
    CHECK_THROWS_WITH_AS(require_writable(name), closed.c_str(), Error);
    const int reading = open(path.c_str(), O_RDONLY);
    CHECK_THROWS_AS(require_writable("/dev/fd/" + std::to_string(reading)), Error);
    close(reading);
}

TEST_CASE("devices are written into; a full one is told") {
    CHECK(output_target("/dev/null").kind == OutputTarget::Kind::Stream);
    CHECK(output_target("/dev/full").kind == OutputTarget::Kind::Stream);
    CHECK_THROWS_WITH_AS(write_text("/dev/full", "x"),
                         "file '/dev/full' cannot be written: No space left on device", Error);
    OutputStream log("/dev/full");
    log.write("x");
    CHECK_THROWS_WITH_AS(log.close(), "file '/dev/full' cannot be written: No space left on device",
                         Error);
    CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("where nothing can be written is said beforehand") {
    const Folder folder;
    const std::string a_folder =
        fmt::format("'{}' cannot be written: it is a folder; name a file", folder / ".");
    CHECK_THROWS_WITH_AS(require_writable(folder / "."), a_folder.c_str(), Error);
    CHECK_THROWS_AS(require_writable((folder / "new") + "/"), Error);
    CHECK_THROWS_AS(require_writable(""), Error);
    const std::string nowhere = folder / "no/w.txt";
    const std::string missing = fmt::format(
        "'{}' cannot be written: no file can be made in folder '{}': No such file or directory",
        nowhere, folder / "no");
    CHECK_THROWS_WITH_AS(require_writable(nowhere), missing.c_str(), Error);
    CHECK(folder.count() == 0);
    // The longest name that a file may have.
    const std::string longest = folder / std::string(255, 'n');
    require_writable(longest);
    write_text(longest, "x");
    CHECK(contents(longest) == "x");
}
