#include "steppe/data/table_file.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "steppe/data/file.hpp"
#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Table table(std::size_t rows, std::size_t columns, Table::Numbers numbers) {
    return {rows, columns, numbers, [=](std::size_t a, std::size_t i) {
                return numbers == Table::Numbers::Signs
                           ? ((a + i) % 2 == 0 ? 1.0 : -1.0)
                           : 0.1 * static_cast<double>(a) - static_cast<double>(i);
            }};
}

}  // namespace

TEST_CASE("the end of a name is the format") {
    using enum FileFormat;
    for (const auto& [given, format] : {std::pair{"w.txt", Text},
                                        {"w", Text},
                                        {"w.txt.gz", Text},
                                        {"a.b/w", Text},
                                        {"-", Text},
                                        {"w.weights", Text},
                                        {"w.csv", Csv},
                                        {"W.CSV", Csv},
                                        {"w.csv.gz", Csv},
                                        {"w.tsv", Tsv},
                                        {"w.npy", Npy},
                                        {"w.h5", Hdf5},
                                        {"w.HDF5", Hdf5},
                                        {"json", Text},
                                        {".json", Text}}) {
        const std::string name = given;
        CAPTURE(name);
        CHECK(file_format(name, "weights") == format);
    }
    for (const std::string name : {"w.json", "w.npz", "w.JSON", "w.mat", "w.pt", "w.zip", "w.h5.gz",
                                   "w.npy.gz", "w.txt.xz", "w.json.gz"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(file_format(name, "weights"), Error);
    }
    CHECK_THROWS_WITH_AS(
        file_format("w.json", "weights"),
        "'w.json' promises .json, and weights are written as text (.txt, .csv or .tsv, also with "
        ".gz), NumPy's .npy or HDF5 (.h5)",
        Error);
    for (const std::string name : {"log", "run.log", "run.jsonl", "run.json", "/dev/stderr"}) {
        CHECK_NOTHROW(require_log_name(name));
    }
    for (const std::string name : {"run.csv", "run.h5", "run.json.gz", "run.npy", "run.zip"}) {
        CHECK_THROWS_AS(require_log_name(name), Error);
    }
}

TEST_CASE("names of answers in JSON and of tables") {
    for (const std::string name : {"a.json", "a.JSON", "a.json.gz", "a.txt", "a", "-", "/dev/null",
                                   "a.b", "a.gz", "x.csv/a"}) {
        CAPTURE(name);
        CHECK_NOTHROW(require_json_name(name));
    }
    for (const std::string name : {"a.csv", "a.svg", "a.h5", "a.npy.gz", "a.html"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(require_json_name(name), Error);
    }
    for (const std::string name : {"a.csv", "a.csv.gz", "a.txt", "a", "-"}) {
        CAPTURE(name);
        CHECK_NOTHROW(require_csv_name(name));
    }
    CHECK_THROWS_WITH_AS(require_csv_name("a.tsv"),
                         "'a.tsv' promises .tsv, and the table is written with commas (.csv)",
                         Error);
    CHECK_THROWS_AS(require_csv_name("a.json.gz"), Error);
}

TEST_CASE("text, commas, tabs") {
    const Folder folder;
    write_table(table(2, 3, Table::Numbers::Signs), folder / "t", FileFormat::Text);
    CHECK(contents(folder / "t") == "1 -1 1\n-1 1 -1\n");
    write_table(table(2, 2, Table::Numbers::Double), folder / "t", FileFormat::Csv);
    CHECK(contents(folder / "t") == "0,-1\n0.1,-0.9\n");
    write_table(table(2, 2, Table::Numbers::Single), folder / "t.gz", FileFormat::Tsv);
    CHECK(read_text(folder / "t.gz") == "0\t-1\n0.1\t-0.9\n");
    write_table(table(3, 0, Table::Numbers::Signs), folder / "t", FileFormat::Csv);
    CHECK(contents(folder / "t") == "1\n-1\n1\n");
}

TEST_CASE(".npy: the bytes that NumPy writes") {
    // numpy.save of numpy.array([[1, -1, 1], [-1, 1, -1]], dtype=numpy.int8), version 1.0.
    const Folder folder;
    write_table(table(2, 3, Table::Numbers::Signs), folder / "t.npy", FileFormat::Npy);
    std::string head("\x93NUMPY\x01\x00\x76\x00", 10);
    head += "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }";
    head.append(127 - head.size(), ' ');
    head += '\n';
    CHECK(contents(folder / "t.npy") == head + std::string("\x01\xff\x01\xff\x01\xff", 6));

    write_table(table(2, 0, Table::Numbers::Double), folder / "t.npy", FileFormat::Npy);
    const std::string list = contents(folder / "t.npy");
    CHECK(list.find("'descr': '<f8', 'fortran_order': False, 'shape': (2,), }") !=
          std::string::npos);
    REQUIRE(list.size() == 128 + 16);
    double last = 0.0;
    std::memcpy(&last, list.data() + 136, 8);
    CHECK(last == 0.1);
    write_table(table(1, 2, Table::Numbers::Single), folder / "t.npy", FileFormat::Npy);
    const std::string single = contents(folder / "t.npy");
    REQUIRE(single.size() == 128 + 8);
    CHECK(single.substr(132) == std::string("\x00\x00\x80\xbf", 4));
}
