#include "steppe/run/solution_file.hpp"

#include <H5Cpp.h>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "steppe/data/file.hpp"
#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "support/damaged.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const Solution example{Weights::from_signs(3, 2, std::vector<signed char>{1, -1, 1, -1, -1, 1}),
                       Network{6, 2, Wiring::Tree, Gate::Parity, WeightKind::Binary, -0.25},
                       0xfedcba9876543210u, "{\"seed\": 7}", "1.2.3"};
const std::vector<double> odd_numbers{0.1, -1.0 / 3.0, 1e-300, 2.5, -7.0, 1.0};
const Solution real_example{Weights::from_values(3, 2, odd_numbers),
                            Network{3, 2, Wiring::Full, Gate::Parity, WeightKind::Spherical}};

std::string refusal(const std::string& path) {
    try {
        read_solution(path);
    } catch (const Error& error) {
        return std::string(error.what()).substr(path.size());
    }
    return "accepted";
}

}  // namespace

TEST_CASE("text: a hidden unit a line, plain and gzip") {
    const Folder folder;
    for (const std::string name : {"w.txt", "w.txt.gz"}) {
        write_solution(example, folder / name);
        const Solution back = read_solution(folder / name);
        CHECK(back.weights == example.weights);
        CHECK(!back.pattern_hash);
        CHECK(!back.network);
        write_solution(real_example, folder / name);
        CHECK(read_solution(folder / name).weights == real_example.weights);
        write_solution(example, folder / name);
    }
    CHECK(contents(folder / "w.txt") == "1 -1 1\n-1 -1 1\n");
}

TEST_CASE("HDF5 keeps weights, the patterns' hash, the request and the version") {
    const Folder folder;
    for (const std::string name : {"w.h5", "w.hdf5"}) {
        write_solution(example, folder / name);
        std::filesystem::rename(folder / name, folder / "renamed");  // known by its content
        const Solution back = read_solution(folder / "renamed");
        CHECK(back.weights == example.weights);
        REQUIRE(back.network);
        CHECK(back.network->inputs == 6);
        CHECK(back.network->wiring == Wiring::Tree);
        CHECK(back.network->gate == Gate::Parity);
        CHECK(back.network->margin == -0.25);
        write_solution(real_example, folder / name);
        const Solution real = read_solution(folder / name);
        CHECK(real.weights == real_example.weights);
        CHECK(real.network->weights == WeightKind::Spherical);
        CHECK(real.network->wiring == Wiring::Full);
        CHECK(back.pattern_hash == example.pattern_hash);
        CHECK(back.request == example.request);
        CHECK(back.version == example.version);
    }
}

TEST_CASE("files that are no solution are refused") {
    const Folder folder;
    CHECK(refusal(folder.write("a", "1 -1\n1\n")) ==
          ", line 2: 1 numbers, and the lines before have 2");
    CHECK(refusal(folder.write("b", "")) == ": the file holds no weight");
    { H5::H5File file(folder / "c.h5", H5F_ACC_TRUNC); }
    CHECK(refusal(folder / "c.h5") ==
          ": this HDF5 file is no solution: its attribute `format` is '' where 'steppe solution 1' "
          "is wanted");
    write_solution(example, folder / "d.h5");
    const std::string whole = contents(folder / "d.h5");
    CHECK(refusal(folder.write("cut.h5", whole.substr(0, whole.size() / 2)))
              .find("the HDF5 file cannot be read as a solution") != std::string::npos);
    {
        H5::H5File file(folder / "d.h5", H5F_ACC_RDWR);
        const signed char wrong[6] = {1, 1, 1, 1, 0, 1};
        file.openDataSet("weights").write(wrong, H5::PredType::NATIVE_SCHAR);
    }
    CHECK(refusal(folder / "d.h5") == ": weight 1 of unit 1 is 0: weights must be +1 or -1");
    {
        H5::H5File file(folder / "d.h5", H5F_ACC_RDWR);
        file.unlink("weights");
    }
    CHECK(refusal(folder / "d.h5").find("cannot be read as a solution") != std::string::npos);
}

TEST_CASE("nothing half-written: a failed write leaves the old file") {
    const Folder folder;
    for (const std::string name : {"w.txt", "w.h5"}) {
        write_solution(example, folder / name);
        const std::string before = contents(folder / name);
        CHECK_THROWS(write_whole(folder / name, [](const std::string& temporary) {
            write_solution(example, temporary);
            throw Error("no more room");
        }));
        CHECK(contents(folder / name) == before);
        CHECK_THROWS_AS(write_solution(example, folder / ("no/folder/" + name)), Error);
    }
    CHECK(folder.count() == 2);
}

TEST_CASE("whether a file can be written is asked before the run") {
    const Folder folder;
    CHECK_NOTHROW(require_writable(folder / "w.txt"));
    CHECK(folder.count() == 0);
    const std::string nowhere = folder / "missing/w.txt";
    CHECK_THROWS_WITH_AS(require_writable(nowhere),
                         ("'" + nowhere + "' cannot be written: no file can be made in folder '" +
                          (folder / "missing") + "': No such file or directory")
                             .c_str(),
                         Error);
    CHECK_THROWS_AS(require_writable(folder / "."), Error);
}

TEST_CASE("damaged solutions end in a sentence") {
    const std::string cases = std::string(STEPPE_TEST_DATA) + "/cases/damaged_hdf5/";
    CHECK(refusal(cases + "hash_arr.h5") ==
          ": attribute `pattern_hash` holds 1000 values where one is wanted");
    CHECK(refusal(cases + "inputs_arr.h5") ==
          ": attribute `inputs` holds 2001 values where one is wanted");
    CHECK(refusal(cases + "huge7.h5") ==
          ": dataset `weights` is cut short or damaged: it promises 1152921504606846976 x 2 "
          "numbers, and the file holds fewer");
    CHECK(refusal(cases + "h62.h5").find("is no solution") != std::string::npos);
}

TEST_CASE("a network that the weights do not fit is refused") {
    const Folder folder;
    const auto with = [&](const char* name, const auto& value, const H5::DataType& type) {
        write_solution(example, folder / "w.h5");
        H5::H5File file(folder / "w.h5", H5F_ACC_RDWR);
        file.removeAttr(name);
        file.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, value);
        file.close();
        return refusal(folder / "w.h5");
    };
    const auto number = [&](const char* name, double value) {
        return with(name, &value, H5::PredType::NATIVE_DOUBLE);
    };
    CHECK(number("inputs", 8) ==
          ": dataset `weights` has 3 weights a unit, and a unit of 8 inputs has 4");
    CHECK(number("inputs", 1e300) ==
          ": attribute `inputs` is 1e+300: a whole number, 1 or more, is wanted");
    CHECK(number("inputs", 2.5) ==
          ": attribute `inputs` is 2.5: a whole number, 1 or more, is wanted");
    CHECK(number("model", 1) == ": attribute `model` is no text");
    CHECK(with("model", "tower", H5::StrType(H5::PredType::C_S1, 5)) ==
          ": attribute `model` is 'tower' where one of perceptron, committee, parity is wanted");
    CHECK(with("margin", "1", H5::StrType(H5::PredType::C_S1, 1)) ==
          ": attribute `margin` is no number");
}

TEST_CASE("bytes changed at random: a solution is read, or refused in a sentence") {
    const Folder folder;
    for (const Solution& solution : {example, real_example}) {
        write_solution(solution, folder / "whole.h5");
        const std::string whole = contents(folder / "whole.h5");
        for (std::uint64_t trial = 0; trial < 300; ++trial) {
            const std::string path = folder.write("changed.h5", damaged(whole, trial));
            try {
                const Solution read = read_solution(path);
                CHECK(read.weights.size() >= 1);
            } catch (const Error& error) {
                CHECK(std::string(error.what()).size() > path.size());
            }
        }
    }
}
