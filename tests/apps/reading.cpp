// Files that options name, as users have them.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "program.hpp"
#include "support/fifo.hpp"
#include "support/files.hpp"

using namespace steppe::test;

namespace {

/// Standard input is this file for a while.
class StandardInput {
  public:
    explicit StandardInput(const std::string& path) : kept_(dup(0)) {
        FILE* file = std::fopen(path.c_str(), "rb");
        dup2(fileno(file), 0);
        std::fclose(file);
    }
    ~StandardInput() {
        dup2(kept_, 0);
        close(kept_);
    }
    StandardInput(const StandardInput&) = delete;
    StandardInput& operator=(const StandardInput&) = delete;

  private:
    int kept_;
};

std::string many_patterns(std::size_t count) {
    std::string text;
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t i = 0; i < 5; ++i) {
            text += (a * 7 + i * a + i) % 3 == 0 ? "1 " : "-1 ";
        }
        text.back() = '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("every file that is read may be a FIFO or standard input") {
    const Folder folder;
    const std::string weights = folder.write("w", "1 -1 1 1 -1\n");
    // More than a pipe holds.
    const std::string patterns = folder.write("p", many_patterns(8000));
    const std::string wanted = run("check " + weights + " --patterns " + patterns).out;
    CHECK(wanted.find("of 8000 patterns wrong") != std::string::npos);
    {
        const Fifo fifo(folder, "patterns", contents(patterns));
        CHECK(run("check " + weights + " --patterns " + fifo.path).out == wanted);
    }
    {
        const Fifo fifo(folder, "weights", contents(weights));
        CHECK(run("check " + fifo.path + " --patterns " + patterns).out == wanted);
    }
    CHECK(run("check " + std::string(STEPPE_TEST_DATA) + "/data/numpy/weights.npy --patterns " +
              patterns)
              .out == wanted);
    for (const std::string name : {"-", "/dev/stdin"}) {
        const StandardInput input(patterns);
        CHECK(run("check " + weights + " --patterns " + name).out == wanted);
    }
    {
        const StandardInput input(weights);
        CHECK(run("check - --patterns " + patterns).out == wanted);
    }
    {
        const StandardInput input(folder.write("c", "[solve]\ninputs = 51\n"));
        CHECK(run("solve --config - --json --quiet").out.find("\"inputs\":51,") !=
              std::string::npos);
    }
    const Fifo labels(folder, "labels", "1\n0\n1\n"), test(folder, "test", "-1 1 1\n1 1 1\n"),
        test_labels(folder, "test_labels", "1\n1\n"), schedule(folder, "schedule", "0 1\rinf 2\r"),
        config(folder, "config", "[solve]\nmax-iterations = 50\n");
    const Outcome solved = run(
        "solve --patterns " + folder.write("q", "1 1 1\n-1 -1 -1\n1 1 -1\n") + " --labels-file " +
        labels.path + " --test " + test.path + " --test-labels-file " + test_labels.path +
        " --schedule " + schedule.path + " --config " + config.path + " --json --quiet");
    CHECK(solved.err.empty());
    CHECK(solved.out.find("\"test_patterns\":2") != std::string::npos);
}

TEST_CASE("texts with CR line ends hold the patterns that they show") {
    const Folder folder;
    std::string text = many_patterns(40);
    const std::string plain = folder.write("p", text);
    for (char& c : text) c = c == '\n' ? '\r' : c;
    const std::string old = folder.write("old", text);
    const std::string weights = folder.write("w", "1 -1 1 1 -1\n");
    CHECK(run("check " + weights + " --patterns " + old).out ==
          run("check " + weights + " --patterns " + plain).out);
}

TEST_CASE("labels of test patterns are not left out where the others have some") {
    const Folder folder;
    const std::string patterns = folder.write("p", "1 1 1\n-1 -1 1\n1 -1 1\n");
    const std::string labels = folder.write("l", "1\n-1\n1\n");
    const std::string test = folder.write("t", "1 1 -1\n-1 1 1\n");
    const std::string options = " --test " + test + " --quiet --json";
    CHECK(refusal("solve --patterns " + patterns + " --labels-file " + labels + options) ==
          test +
              ": the patterns to learn have labels, and the test patterns have none: name them "
              "with --test-labels-file (a file of 1s where all are +1)");
    CHECK(run("solve --patterns " + patterns + options).out.find("\"test_patterns\":2") !=
          std::string::npos);
    // A column is that of both.
    CHECK(run("solve --patterns " + folder.write("c", "1 1 1\n-1 -1 -1\n1 -1 1\n") +
              " --labels-column last --test " + folder.write("d", "1 1 -1\n-1 1 1\n") +
              " --quiet --json")
              .out.find("\"test_patterns\":2") != std::string::npos);
}

TEST_CASE("options of reading are refused where they say nothing or two things") {
    const Folder folder;
    const std::string file = folder.write("p", "1 1 1\n-1 -1 -1\n");
    const std::string solve = "solve --patterns " + file;
    CHECK(refusal("solve --labels-column last") ==
          "--labels-column belongs to --patterns FILE, which is not given");
    CHECK(refusal(solve + " --labels-column last --labels-file " + file) ==
          "--labels-column and --labels-file both say where labels are; give one of them");
    CHECK(refusal(solve + " --input-values zeroone") ==
          "--input-values: 'zeroone' is not allowed; it may be zero-one, numbers, digits, "
          "packed-little or packed-big; did you mean 'zero-one'?");
    for (const std::string word : {"packed-big:", "packed-big:0", "packed-big:3x", "numbers:3"}) {
        CHECK(refusal(solve + " --input-values " + word) ==
              "--input-values: '" + word +
                  "' is not allowed; packed-little and packed-big may be followed by a number of "
                  "inputs, as in packed-big:1001");
    }
    CHECK(refusal("solve --patterns - --labels-file /dev/stdin") ==
          "two files are standard input, which can be read once");
    CHECK(refusal("check - --patterns -") ==
          "two files are standard input, which can be read once");
    CHECK(refusal("solve --test-labels-dataset y") ==
          "--test-labels-dataset belongs to --test FILE");
    CHECK(run("solve --quiet --patterns " + folder.write("b", "5\n6\n7\n") +
              " --input-values packed-little:3")
              .out.find("errors        0 of 3 patterns") != std::string::npos);
}
