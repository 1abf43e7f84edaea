#include <doctest/doctest.h>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;

TEST_CASE("check counts errors of any weights, and refuses other shapes") {
    const Folder folder;
    const std::string patterns = folder.write("p", "1 1 -1\n-1 -1 -1\n1 -1 1\n");
    const std::string labels = folder.write("l", "1\n-1\n-1\n");
    const std::string ones = folder.write("w", "1 1 1\n"),
                      three = folder.write("w3", "1 1 1\n1 1 1\n-1 -1 -1\n");
    CHECK(run("check " + ones + " --patterns " + patterns).out == "1 of 3 patterns wrong\n");
    CHECK(run("check " + ones + " --patterns " + patterns).status == 1);
    CHECK(run("check " + ones + " --patterns " + patterns + " --labels-file " + labels).out ==
          "1 of 3 patterns wrong\n");
    CHECK(run("check " + three + " --patterns " + patterns).out == "1 of 3 patterns wrong\n");
    CHECK(run("check " + three + " --patterns " + patterns + " --json").out.find("\"hidden\":3") !=
          std::string::npos);
    CHECK(refusal("check " + three + " --model perceptron --patterns " + patterns) ==
          three + " has 3 hidden units, and the network asked for 1");
    CHECK(refusal("check " + folder.write("w4", "1 1 1 1\n") + " --patterns " + patterns) ==
          (folder / "w4") + " has 4 weights a unit, and a unit sees 3 inputs of the patterns");
    CHECK(refusal("check " + (folder / "missing")) ==
          "file '" + (folder / "missing") + "' cannot be read: No such file or directory");
    CHECK(refusal("check").find("'steppe check' needs a FILE: the weights") == 0);
}
