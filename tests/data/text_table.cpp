// Tables as text, through the function that reads any file of patterns.
#include "steppe/data/text_table.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include "steppe/numeric/random.hpp"
#include "support/files.hpp"
#include "support/reading.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

using Inputs = std::vector<double>;
using Labels = std::vector<int>;

Patterns read(const std::string& text, const ReadOptions& options = {},
              const std::string& labels = "") {
    const Folder folder;
    return read_any_patterns(folder.write("p", text),
                             labels.empty() ? "" : folder.write("l", labels), LabelUse::Keep,
                             options);
}

std::string refusal(const std::string& text, const ReadOptions& options = {},
                    const std::string& labels = "") {
    const Folder folder;
    return reading_refusal(folder.write("p", text), options,
                           labels.empty() ? "" : folder.write("l", labels));
}

ReadOptions column(const std::string& name) {
    ReadOptions options;
    options.labels_column = name;
    return options;
}

ReadOptions values(InputValues kind, std::size_t packed_inputs = 0) {
    ReadOptions options;
    options.values = kind;
    options.packed_inputs = packed_inputs;
    return options;
}

}  // namespace

TEST_CASE("numbers stand apart by blanks, commas or semicolons") {
    const Inputs wanted{1, -1, 1, -1, 1, 1};
    for (const std::string text :
         {"1 -1 1\n-1 1 1\n", "1,-1,1\n-1,1,1\n", "1;-1;1\n-1;1;1\n", "1, -1, 1\n-1, 1, 1\n",
          "1\t-1\t+1\n-1\t1\t1\n", " 1 -1  1\n-1  1  1 \n", "1 , -1\t,1\n-1.0,1e0,+1\n",
          "1 -1 1\r-1 1 1\r", "1,-1,1\r\n-1,1,1\r\n",
          "\xef\xbb\xbf"
          "1;-1;1\n-1;1;1\n",
          "\n\n1 -1 1\n-1 1 1\n\n"}) {
        CAPTURE(text);
        const Patterns patterns = read(text);
        CHECK_FALSE(patterns.real());
        CHECK(patterns.inputs() == 3);
        CHECK(inputs_of(patterns) == wanted);
    }
    CHECK(inputs_of(read("0.5;-1\n2;3\n")) == Inputs{0.5, -1, 2, 3});
    CHECK(refusal("0.5 1,5\n") == ", line 1, column 1: '0.5 1' is no number; inputs are numbers");
}

TEST_CASE("comments are skipped, whole lines and behind numbers") {
    CHECK(inputs_of(read("# made by hand\n\n1 -1 # first\n# between\n-1 1\n#end\n")) ==
          Inputs{1, -1, -1, 1});
    CHECK(labels_of(read("1 -1\n-1 1\n", {}, "# labels\n1\n-1 # wrong one\n")) == Labels{1, -1});
    CHECK(refusal("1 -1\n\n# then\n1 1\n") ==
          ", line 2: the line is empty, and patterns follow in line 4");
    CHECK(refusal("# nothing\n") == ": the file holds no input");
}

TEST_CASE("a first line of words names the columns") {
    const std::string table = "length,\"wide, or not\",y\n0.5,2,1\n1.5,-2,0\n";
    CHECK(labels_of(read(table, column("y"))) == Labels{1, -1});
    CHECK(inputs_of(read(table, column("y"))) == Inputs{0.5, 2, 1.5, -2});
    CHECK(inputs_of(read(table, column("none"))) == Inputs{0.5, 2, 1, 1.5, -2, 0});
    CHECK(refusal(table, column("z")) ==
          ", line 2: no column is named 'z'; the names are length, wide, or not, y");
    CHECK(refusal(table) ==
          ": the column 'y' holds labels, by its name: take them with --labels-column y, or the "
          "column as an input with --labels-column none");
    CHECK(inputs_of(read("a b\n1 -1\n")) == Inputs{1, -1});
    CHECK(refusal("a,b,c\n1,-1\n") == ", line 2: 2 numbers, and line 1 names 3 columns");
    CHECK(refusal("a,b\n") == ": the file holds no input behind the names of its columns");
    CHECK(refusal(",a,b\n0,1,-1\n1,1,1\n") ==
          ", line 1: the first column has no name, as row numbers have none: write the table "
          "without them (pandas: index=False)");
    CHECK(refusal("1 -1\na b\n") == ", line 2, column 1: 'a' is no number; inputs are numbers");
    CHECK(refusal("nan 1\n1 2\n") ==
          ", line 1, column 1: 'nan' is not allowed: inputs must be finite");
}

TEST_CASE("labels stand in a column of the table where that is said") {
    const Patterns last = read("0.5 2 1\n-3 4 -1\n", column("last"));
    CHECK(last.inputs() == 2);
    CHECK(inputs_of(last) == Inputs{0.5, 2, -3, 4});
    CHECK(labels_of(last) == Labels{1, -1});
    const Patterns first = read("1 1 -1\n-1 1 1\n-1 -1 -1\n", column("first"));
    CHECK_FALSE(first.real());
    CHECK(inputs_of(first) == Inputs{1, -1, 1, 1, -1, -1});
    CHECK(labels_of(first) == Labels{1, -1, -1});
    CHECK(inputs_of(read("a y b\n1 -1 -1\n1 1 1\n", column("y"))) == Inputs{1, -1, 1, 1});
    CHECK(refusal("1 2\n1 3\n", column("last")) ==
          ", line 1, column 3: '2' is not allowed: labels must be +1 and -1, or 1 and 0");
    CHECK(refusal("1\n-1\n", column("last")) ==
          ", line 1: a single column cannot hold both inputs and labels");
    CHECK(refusal("1 -1\n", column("y")) ==
          ", line 1: --labels-column y names a column, and the table has no line of names; first "
          "and last need none");
}

TEST_CASE("a table that looks as if it had labels is refused, not guessed") {
    const std::string say = "as labels do: take them with --labels-column ";
    CHECK(refusal("0.5 2 1\n-3 4 -1\n") ==
          ": the last column holds only +1 and -1, " + say +
              "last, or the column as an input with --labels-column none");
    CHECK(refusal("0 0.5 2\n1 -3 4\n") ==
          ": the first column holds only 0 and 1, " + say +
              "first, or the column as an input with --labels-column none");
    CHECK(refusal("0.5 2 1\n-3 4 -1\n", column("none")) == "accepted");
    CHECK(refusal("0.5 2 1\n-3 4 -1\n", {}, "1\n1\n") == "accepted");
    // A column of ones is a threshold; +-1 throughout are patterns.
    CHECK(refusal("0.5 2 1\n-3 4 1\n") == "accepted");
    CHECK(refusal("1 -1\n-1 1\n") == "accepted");
}

TEST_CASE("numbers that single precision has no digits for are refused") {
    CHECK(
        refusal("0 3e-40\n-1e-41 0\n") ==
        ": its inputs are 3e-40 at most: they are kept in single precision, which loses digits "
        "below 1.2e-38; multiply all by a number (and a margin as well), which changes no answer");
    CHECK(read("0 3e-30\n-1e-31 0\n").real());
    CHECK(read("0 3e-40\n-1 0\n").real());
    CHECK(refusal("0 4e38\n-1 0\n").find("must be below 3.4e38") != std::string::npos);
}

TEST_CASE("zeros and ones are asked about") {
    const std::string table = "1 0 1\n0 0 1\n";
    CHECK(refusal(table) ==
          ": its inputs are all 0 or 1: take 0 for -1 with --input-values zero-one, or both as "
          "real numbers with --input-values numbers");
    const Patterns bits = read(table, values(InputValues::ZeroOne));
    CHECK_FALSE(bits.real());
    CHECK(inputs_of(bits) == Inputs{1, -1, 1, -1, -1, 1});
    const Patterns numbers = read(table, values(InputValues::Numbers));
    CHECK(numbers.real());
    CHECK(inputs_of(numbers) == Inputs{1, 0, 1, 0, 0, 1});
    CHECK(refusal("1 0\n1 -1\n", values(InputValues::ZeroOne)) ==
          ", line 2, column 3: '-1' is not allowed: with these --input-values inputs must be 0 or "
          "1");
    CHECK(refusal("1 1\n1 1\n") == "accepted");
    CHECK(read("1 0 0.5\n-3 1 1\n").real());
    ReadOptions both = values(InputValues::ZeroOne);
    both.labels_column = "last";
    CHECK(inputs_of(read(table, both)) == Inputs{1, -1, -1, -1});
    CHECK(labels_of(read(table, both)) == Labels{1, 1});
}

TEST_CASE("digits without spaces are no numbers") {
    const ReadOptions digits = values(InputValues::Digits);
    CHECK(refusal("10110\n11100\n") ==
          ", line 1, column 1: '10110' is one number: write spaces between inputs, or read each "
          "digit as one with --input-values digits (numbers, if they are numbers)");
    CHECK(refusal("0.5 01\n") ==
          ", line 1, column 5: '01' looks like several inputs: write spaces between them, or read "
          "each digit as one with --input-values digits (numbers, if it is a number)");
    CHECK(refusal(std::string(101, '1') + " 0.5\n").find("looks like several inputs") !=
          std::string::npos);
    CHECK(inputs_of(read("10110\n01100\n", digits)) == Inputs{1, -1, 1, 1, -1, -1, 1, 1, -1, -1});
    CHECK(refusal("101\n1\n", digits) == ", line 2: 1 numbers, and the lines before have 3");
    CHECK(refusal("101 2\n", digits) ==
          ", line 1, column 5: '2' is not allowed: with these --input-values inputs must be 0 or "
          "1");
    ReadOptions labelled = digits;
    labelled.labels_column = "last";
    CHECK(labels_of(read("101 -1\n011 1\n", labelled)) == Labels{-1, 1});
    CHECK(inputs_of(read("10\n11\n", values(InputValues::Numbers))) == Inputs{10, 11});
    CHECK(refusal("10\n11\n-2\n") == "accepted");
    CHECK(refusal("10 0.5\n11 2\n") == "accepted");
}

TEST_CASE("labels are a column, a row, +-1 or 0 and 1, in any text") {
    const std::string inputs = "1 -1\n-1 -1\n1 1\n";
    for (const std::string labels :
         {"1\n-1\n-1\n", "1 -1 -1\n", "1,-1,-1\n", "1\n0\n0\n", "1 0 0\n", "label\n1\n0\n0\n",
          "+1\r-1\r-1\r", "1.0\n0.0\n0.0\n"}) {
        CAPTURE(labels);
        CHECK(labels_of(read(inputs, {}, labels)) == Labels{1, -1, -1});
    }
    CHECK(refusal(inputs, {}, "0\n-1\n1\n") ==
          ", line 2, column 1: '-1' is not allowed: labels before it are 0, and they must be +1 "
          "and -1, or 1 and 0");
    CHECK(refusal(inputs, {}, "1 2 0\n") ==
          ", line 1, column 3: '2' is not allowed: labels must be +1 and -1, or 1 and 0");
}

TEST_CASE("packed bits of either order") {
    // 0b00000101: inputs 0 and 2, or 5 and 7.
    CHECK(inputs_of(read("5\n", values(InputValues::PackedLittle, 4))) == Inputs{1, -1, 1, -1});
    CHECK(inputs_of(read("5\n", values(InputValues::PackedBig))) ==
          Inputs{-1, -1, -1, -1, -1, 1, -1, 1});
    CHECK(refusal("5\n", values(InputValues::PackedBig, 6)) ==
          ", line 1, column 1: '5' is not allowed: bits behind input 6 must be 0: the order of the "
          "bits, or the number of inputs, is another");
    CHECK(refusal("256\n", values(InputValues::PackedBig)) ==
          ", line 1, column 1: '256' is not allowed: packed inputs are bytes, 0 to 255");
    CHECK(refusal("1 1\n", values(InputValues::PackedBig, 20)) ==
          ", line 1: 2 bytes a pattern hold 9 to 16 packed inputs, and 20 are asked for");
}

TEST_CASE("bits become real numbers where a row has others, without a change to those before") {
    CHECK(rc::check("mixed rows", [] {
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 40);
        const auto rows = *rc::gen::inRange<std::size_t>(1, 40);
        const auto first_real = *rc::gen::inRange<std::size_t>(0, 50);
        const Philox random(*rc::gen::arbitrary<std::uint64_t>(), Stream::Test);
        Inputs wanted;
        std::string text;
        for (std::size_t e = 0; e < inputs * rows; ++e) {
            const double x = random.normal(e);
            const float value =
                e / inputs >= first_real ? static_cast<float>(x) : (x > 0.0 ? 1.0f : -1.0f);
            wanted.push_back(static_cast<double>(value));
            text += fmt::format("{:.9g}{}", value, (e + 1) % inputs == 0 ? "\n" : " ");
        }
        const Patterns patterns = read(text, column("none"));
        RC_ASSERT(patterns.real() == (first_real < rows));
        RC_ASSERT(inputs_of(patterns) == wanted);
    }));
}
