// Sizes beyond any machine, and damaged files: a sentence and exit status 2.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;

TEST_CASE("sizes that no machine has are refused in a sentence, and nothing is written") {
    const Folder folder;
    const std::string out = " --out " + (folder / "x.txt");
    for (const std::string number : {"9223372036854775807", "4611686018427387904"}) {
        for (const std::string command :
             {"solve --count ", "generate --count ", "generate --inputs ", "info --inputs ",
              "solve --model committee --hidden "}) {
            const bool generate = command.starts_with("generate");
            const std::string why = refusal(command + number + (generate ? out : ""));
            CAPTURE(why);
            CHECK(why.find("'" + number + "' is too large: it may be at most 1000000000000") !=
                  std::string::npos);
        }
    }
    const std::string most = "1000000000000";
    const auto ends = [](const std::string& why, const std::string& what) {
        CAPTURE(why);
        return why.find(what) != std::string::npos;
    };
    // How much depends on the width of the machine's vectors.
    CHECK(ends(refusal("solve --count " + most), "patterns and the fields of 1001 weights need 2"));
    CHECK(ends(refusal("solve --count " + most), "000.0 GB, and this machine has"));
    CHECK(ends(refusal("generate --count " + most + out),
               "patterns of 1001 inputs need 126000.0 GB"));
    CHECK(ends(refusal("generate --inputs " + most + out), "more than any machine holds"));
    CHECK(ends(refusal("info --count " + most + " --inputs " + most),
               "1.0e+24 pairs of a pattern and a weight, more than any machine holds"));
    CHECK(ends(refusal("solve --model committee --hidden 999999999999 --inputs " + most),
               "weights, more than any machine holds"));
    CHECK(ends(refusal("solve --steps 1000000000"), "steps of the schedule need 72.0 GB"));
    CHECK(folder.count() == 0);
}

TEST_CASE("damaged HDF5 files end in a sentence") {
    const std::string cases = std::string(STEPPE_TEST_DATA) + "/cases/damaged_hdf5/";
    const Folder folder;
    const std::string patterns = " --patterns " + folder.write("any.txt", "1 -1 1\n");
    for (const std::string name :
         {"h62.h5", "hb2.h5", "hash_arr.h5", "inputs_arr.h5", "huge7.h5"}) {
        CHECK(refusal("solve --patterns " + cases + name).starts_with(cases + name + ": "));
        CHECK(refusal("check " + cases + name + patterns).starts_with(cases + name + ": "));
    }
}

TEST_CASE("HDF5 tables are taken as --input-values says, packed sets say it themselves") {
    const Folder folder;
    REQUIRE(run("generate --inputs 9 --count 4 --out " + (folder / "p.h5")).status == 0);
    CHECK(refusal("info --patterns " + (folder / "p.h5") + " --input-values zero-one") ==
          (folder / "p.h5") +
              ": dataset `bits` says itself how its inputs are packed: leave --input-values out");
}
