#include "steppe/data/pattern_file.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Patterns shared(const PatternSet& set) {
    return std::make_shared<const PatternSet>(set);
}

/// Reads the text and returns the message of the error it causes, with the path cut off.
std::string refusal(const std::string& text, const std::string& labels = "") {
    const Folder folder;
    const std::string path = folder.write("p", text);
    const std::string labels_path = labels.empty() ? "" : folder.write("l", labels);
    try {
        read_patterns(path, labels_path);
    } catch (const Error& error) {
        std::string message = error.what();
        for (const std::string& p : {path, labels_path}) {
            for (std::size_t at; !p.empty() && (at = message.find(p)) != std::string::npos;) {
                message.replace(at, p.size(), p == path ? "P" : "L");
            }
        }
        return message;
    }
    return "accepted";
}

}  // namespace

TEST_CASE("bad pattern files are refused with file, line and column") {
    CHECK(refusal("") == "P: the file holds no input");
    CHECK(refusal("\n\n") == "P: the file holds no input");
    CHECK(refusal("1 -1\n1 0\n") ==
          "P, line 2, column 3: '0' is not allowed: inputs must be +1 or -1");
    CHECK(refusal("1 0.5\n") ==
          "P, line 1, column 3: '0.5' is not allowed: inputs must be +1 or -1");
    CHECK(refusal("1 -1\n1 -1 1\n") == "P, line 2: 3 numbers, and the lines before have 2");
    CHECK(refusal("1 -1\n1\n") == "P, line 2: 1 numbers, and the lines before have 2");
    CHECK(refusal("1 -1\n\n-1 1\n") ==
          "P, line 2: the line is empty, and patterns follow in line 3");
    CHECK(refusal("1 x\n") == "P, line 1, column 3: 'x' is no number; inputs are +1 or -1");
    CHECK(refusal("1 -1\n1,-1\n") ==
          "P, line 2, column 2: ',' between numbers: those of the first line are separated by "
          "spaces");
    CHECK(refusal("1,-1\n1;-1\n") ==
          "P, line 2, column 2: ';' between numbers: those of the first line are separated by ','");
    CHECK(refusal("0,5;1\n") ==
          "P, line 1, column 2: ',' in a number: write decimals with a point");
    CHECK(refusal("1,-1,\n") ==
          "P, line 1, column 6: a ',' with no number behind it: every cell must hold one");
    CHECK(refusal("1,,1\n") ==
          "P, line 1, column 3: a ',' with no number behind it: every cell must hold one");
    CHECK(refusal("1 -1 \xff\n") ==
          "P, line 1, column 6: '\\xff' is no number; inputs are +1 or -1");
    CHECK(refusal("nan 1\n") ==
          "P, line 1, column 1: 'nan' is not allowed: inputs must be +1 or -1");
    CHECK(refusal("1 " + std::string(100, '7') + "\n") ==
          "P, line 1, column 3: '777777777777777777777777...' is not allowed: inputs must be +1 or "
          "-1");
}

TEST_CASE("bad label files are refused") {
    CHECK(refusal("1 -1\n", "2\n") ==
          "L, line 1, column 1: '2' is not allowed: labels must be +1 and -1, or 1 and 0");
    CHECK(refusal("1 -1\n", "1\n-1\n") == "L holds 2 labels, and P holds 1 patterns");
    CHECK(refusal("1 -1\n", "1 1\n") == "L holds 2 labels, and P holds 1 patterns");
    CHECK(refusal("1 -1\n", "1 1\n1 1\n") ==
          "L, line 2: 2 numbers where one label a line is wanted");
    CHECK(refusal("1 -1\n1 1\n", "-1\n0\n") ==
          "L, line 2, column 1: '0' is not allowed: labels before it are -1, and they must be +1 "
          "and -1, or 1 and 0");
    CHECK(refusal("1 -1\n", "\n") == "L: the file holds no label");
}

TEST_CASE("what people write is read: signs, decimals, tabs, Windows line ends, no last newline") {
    const Folder folder;
    const PatternSet set =
        read_patterns(folder.write("p", "+1 -1\t1\r\n -1.0  1.0 -1 \r\n1 1 1\n\n\n"));
    CHECK(set.inputs() == 3);
    CHECK(set.patterns() == 3);
    CHECK(set.signs() == std::vector<signed char>{1, -1, 1, -1, 1, -1, 1, 1, 1});
    CHECK(read_patterns(folder.write("q", "1 -1")).inputs() == 2);
}

TEST_CASE("labels stay beside the patterns until they are folded in") {
    const Folder folder;
    const std::string p = folder.write("p", "1 -1 1\n-1 -1 1\n"), l = folder.write("l", "-1\n+1\n");
    const PatternSet set = read_patterns(p, l);
    CHECK(std::vector<signed char>(set.labels().begin(), set.labels().end()) ==
          std::vector<signed char>{-1, 1});
    CHECK(set.signs() == std::vector<signed char>{1, -1, 1, -1, -1, 1});
    CHECK(set.fold_labels().signs() == std::vector<signed char>{-1, 1, -1, -1, -1, 1});
    CHECK_THROWS_AS(write_patterns(shared(set), folder / "out"), Error);
    write_patterns(shared(set), folder / "out", folder / "out_labels");
    CHECK(read_patterns(folder / "out", folder / "out_labels").hash() == set.hash());
}

TEST_CASE("any set survives writing and reading, plain and gzip") {
    CHECK(rc::check("round trip", [] {
        const Folder folder;
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 70);
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 30);
        const PatternSet set =
            random_patterns(inputs, patterns, *rc::gen::arbitrary<std::uint64_t>());
        const std::string path = folder / (*rc::gen::arbitrary<bool>() ? "p.txt" : "p.txt.gz");
        write_patterns(shared(set), path);
        RC_ASSERT(read_patterns(path).hash() == set.hash());
    }));
}
