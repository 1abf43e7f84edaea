#include <doctest/doctest.h>

#include "program.hpp"
#include "steppe/run/solve.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("without a command: help; --version; --help of every command with examples") {
    CHECK(run("").status == 0);
    CHECK(run("").out.find("solve") != std::string::npos);
    for (const std::string word : {"--version", "-V", "solve --version", "solve -V"}) {
        CHECK(run(word).out == "steppe " + version() + "\n");
    }
    for (const std::string command :
         {"solve", "generate", "check", "info", "plot", "sweep", "export"}) {
        const Outcome help = run(command + " --help");
        CHECK(run("help " + command).out == help.out);
        CHECK(help.out.find("Usage: steppe " + command + " ") != std::string::npos);
        CHECK(help.status == 0);
        CHECK(help.err.empty());
        CHECK(help.out.find("Examples:\n  steppe " + command) != std::string::npos);
    }
}

TEST_CASE("help names a command that exists; nothing in it is wider than the terminal") {
    CHECK(run("help").out == run("").out);
    CHECK(run("help").out == run("--help").out);
    CHECK(refusal("help slove").find("did you mean 'solve'?") != std::string::npos);
    CHECK(refusal("hlep").find("did you mean 'help'?") != std::string::npos);
    for (const std::size_t width : {50, 80, 100}) {
        setenv("COLUMNS", std::to_string(width).c_str(), 1);
        for (const std::string command :
             {"", "solve", "generate", "check", "info", "plot", "sweep", "export"}) {
            std::istringstream help(run("help " + command).out);
            for (std::string line; std::getline(help, line) && line != "Examples:";) {
                CAPTURE(line);
                CHECK(line.size() < width);
            }
        }
    }
    unsetenv("COLUMNS");
}

TEST_CASE("numbers are read as people write them") {
    const std::string quick = " --json --quiet --max-iterations 1";
    CHECK(run("solve --inputs 0101" + quick).out.find("\"inputs\":101,") != std::string::npos);
    CHECK(run("solve --inputs 1e2" + quick).out.find("\"inputs\":100,") != std::string::npos);
    CHECK(run("solve --inputs 101 --load 3 --target-errors 1e3" + quick)
              .out.find("No more than 1000 errors were asked for.") != std::string::npos);
    CHECK(run("solve --inputs 21 --seed 010" + quick).out.find("\"seed\":10,") !=
          std::string::npos);
    CHECK(run("solve --inputs 21 --seed 18446744073709551615" + quick)
              .out.find("\"seed\":18446744073709551615,") != std::string::npos);
    for (const std::string seed : {"-1", "18446744073709551616", "1.5", "0x1", "x"}) {
        CHECK(refusal("solve --seed " + seed) ==
              "--seed: '" + seed + "' is not a whole number from 0 to 18446744073709551615");
    }
    CHECK(refusal("solve --inputs 0x10") == "--inputs: '0x10' is not a whole number from 1 up");
    CHECK(refusal("solve --inputs -5") == "--inputs: '-5' is not a whole number from 1 up");
    CHECK(refusal("solve --count 9223372036854775807") ==
          "--count: '9223372036854775807' is too large: it may be at most 1000000000000");
    for (const std::string option : {"--load", "--margin", "--damping", "--tolerance",
                                     "--time-limit", "--replicas", "--momentum"}) {
        for (const std::string word : {"0x1p-1", "0,5", "nan", "inf", "1e999", "half"}) {
            CHECK(refusal("solve " + option + " " + word) ==
                  option + ": '" + word + "' is not a finite number, such as 0.5 or 1e-3");
        }
    }
    CHECK(refusal("solve --steps 0x10") ==
          "--steps: '0x10' is neither a whole number, 1 or more, nor auto");
}

TEST_CASE("every option needs a value that is not empty, once") {
    for (const std::string command : {"solve", "generate", "check", "info", "sweep"}) {
        std::istringstream page(run("manual").out);
        bool here = false;
        std::size_t options = 0;
        for (std::string line; std::getline(page, line);) {
            if (line.starts_with("## ")) here = line == "## steppe " + command;
            if (!here || !line.starts_with("| `--")) continue;
            const std::string text = line.substr(3, line.find('`', 3) - 3);
            const std::string option = text.substr(0, text.find(' '));
            CAPTURE(option);
            if (option == text) {
                CHECK(refusal(command + " " + option + "=1") == option + " takes no value");
                continue;
            }
            ++options;
            CHECK(refusal(command + " " + option) ==
                  option + " needs a value: " + text.substr(option.size() + 1));
            CHECK(refusal(command + " " + option + "=") == option + ": the value is empty");
            CHECK(refusal_of({command, option, ""}) == option + ": the value is empty");
            CHECK(refusal(command + " " + option + " " + option).find(" is an option") !=
                  std::string::npos);
            CHECK(refusal(command + " " + option + " 1 " + option + " 1") ==
                  option + " is given twice");
        }
        CHECK(options >= 10);
    }
    CHECK(refusal("generate") == "'steppe generate' needs --out FILE");
    CHECK(refusal("check").find("'steppe check' needs a FILE: the weights") == 0);
    CHECK(refusal_of({"check", ""}) == "an empty word is no name of a file");
}

TEST_CASE("unknown words name the nearest that exists") {
    CHECK(refusal("solv") ==
          "'solv' is no sub-command: it may be solve, generate, check, landscape, sweep, export, "
          "study, theory, "
          "plot or "
          "info; did you mean "
          "'solve'?");
    CHECK(refusal("xyzzy") ==
          "'xyzzy' is no sub-command: it may be solve, generate, check, landscape, sweep, export, "
          "study, theory, "
          "plot or "
          "info");
    CHECK(refusal("solve --laod 0.5") ==
          "'--laod' is no option of 'steppe solve'; did you mean '--load'?");
    CHECK(refusal("solve --max-iter 5") ==
          "'--max-iter' is no option of 'steppe solve'; did you mean '--max-iterations'?");
    CHECK(refusal("solve --qwertyuiop") ==
          "'--qwertyuiop' is no option of 'steppe solve'; 'steppe solve --help' lists them");
    CHECK(refusal("solve 0.5") == "'0.5' is not expected by 'steppe solve': options begin with --");
    CHECK(refusal("--lod").find("no option of 'steppe'") != std::string::npos);
    CHECK(refusal("solve --accuracy gausian").find("did you mean 'gaussian'?") !=
          std::string::npos);
    CHECK(
        refusal("solve --schedule reinforcment") ==
        "--schedule: 'reinforcment' is neither auto, none, reinforcement, pseudo-reinforcement or "
        "scoping nor a file that exists; did you mean 'reinforcement'?");
    CHECK(refusal("solve --model comittee").find("did you mean 'committee'?") != std::string::npos);
}

TEST_CASE("values that make no sense are refused with what would be right") {
    CHECK(refusal("solve --inputs 0").find("'0' is not a whole number from 1 up") !=
          std::string::npos);
    CHECK(refusal("solve --inputs 10x").find("'10x' is not a whole number from 1 up") !=
          std::string::npos);
    CHECK(refusal("solve --load -1") == "--load -1: the load must be a number above 0");
    CHECK(refusal("solve --load 1e-9") == "--load 1e-09 of 1001 weights is not even one pattern");
    CHECK(refusal("solve --damping 1") == "damping is 1: it must be at least 0 and below 1");
    CHECK(refusal("solve --inputs 51 --block 100") ==
          "--block 100 is more than the 31 patterns there are");
    CHECK(refusal("solve --model committee --hidden 4") ==
          "hidden is 4: a majority needs an odd number of units");
    CHECK(refusal("solve --threads 5000") == "threads is 5000: it must be at most 1024");
    CHECK(refusal("solve --load").find("--load") == 0);
    CHECK(refusal("solve --solver bp --inputs 20001 --load 200").find("GB, and this machine has") !=
          std::string::npos);
}

TEST_CASE("combinations that make no sense are refused") {
    CHECK(refusal("solve --hidden 5") ==
          "--hidden 5 needs --model committee or --model parity: a perceptron has one unit");
    CHECK(refusal("solve --load 0.5 --count 10") ==
          "--count and --load both say how many patterns; give one of them");
    CHECK(refusal("solve --patterns x --load 0.5") ==
          "--load belongs to random patterns, and --patterns reads a file");
    CHECK(refusal("solve --patterns x --inputs 10") ==
          "--inputs belongs to random patterns, and --patterns reads a file");
    CHECK(refusal("solve --labels-file x") ==
          "--labels-file belongs to --patterns FILE, which is not given");
    CHECK(refusal("solve --test-labels-file x") == "--test-labels-file belongs to --test FILE");
    CHECK(refusal("solve --schedule none --steps 5") ==
          "--steps does not belong to --schedule none");
    CHECK(refusal("solve --schedule none --step-tolerance 0.1") ==
          "--step-tolerance needs a schedule, and --schedule is none");
    CHECK(refusal("solve --schedule scoping --exponent 0.3") ==
          "--exponent belongs to --schedule pseudo-reinforcement");
    CHECK(refusal("solve --schedule reinforcement --replicas 5") ==
          "--replicas belongs to --schedule scoping");
    CHECK(refusal("solve --schedule scoping --reinforcement-form fields") ==
          "--reinforcement-form belongs to --schedule reinforcement");
    CHECK(refusal("solve --solver amp --accuracy exact") == "--accuracy belongs to --solver bp");
    CHECK(refusal("solve --running-margin 0.1 --block 3") ==
          "--running-margin belongs to --solver amp");
    CHECK(refusal("solve --solver bp --running-margin 0.1") ==
          "--running-margin belongs to --solver amp");
    CHECK(refusal("solve --schedule none --restarts 3") ==
          "--restarts needs a schedule, and --schedule is none");
    CHECK(refusal("solve --steps 0") ==
          "--steps: '0' is neither a whole number, 1 or more, nor auto");
    CHECK(refusal("solve --steps outo") ==
          "--steps: 'outo' is neither a whole number, 1 or more, nor auto");
    CHECK(refusal("solve --solver map").find("did you mean 'amp'?") != std::string::npos);
    CHECK(refusal("generate --out x --labels-out y") ==
          "--labels-out needs --labels teacher: random labels are folded into random patterns");
}

TEST_CASE("options from a TOML file; the command line wins; unknown keys are refused") {
    const Folder folder;
    const std::string config = folder.write(
        "c.toml", "[solve]\ninputs = 101\nload = 0.3\nseed = 7\nmodel = \"committee\"\n");
    const std::string behind = run("solve --json --config " + config).out;
    CHECK(behind.find("\"inputs\":101") != std::string::npos);
    CHECK(behind.find("\"hidden\":3") != std::string::npos);
    CHECK(behind.find("\"seed\":7") != std::string::npos);
    CHECK(run("--config " + config + " solve --json --seed 8").out.find("\"seed\":8") !=
          std::string::npos);
    const auto bad = [&](const std::string& text) {
        return refusal("solve --config " + folder.write("bad.toml", text));
    };
    CHECK(bad("[solve]\nlaod = 0.3\n") ==
          "configuration file: key 'laod' of section 'solve' is no option of 'steppe solve'; did "
          "you mean 'load'?");
    CHECK(
        bad("[slove]\nload = 0.3\n") ==
        "configuration file: section 'slove' is no sub-command: it may be solve, generate, check, "
        "landscape, sweep, export, study, theory, plot or info");
    CHECK(bad("load = 0.3\n") ==
          "configuration file: key 'load' stands outside a section; sections are named solve, "
          "generate, check, landscape, sweep, export, study, theory, plot or info");
    CHECK(bad("[solve]\nload = [0.1, 0.2]\n") == "--load takes one value, and 2 are given");
    CHECK(bad("[solve]\nload = \"x\"\n") ==
          "--load: 'x' is not a finite number, such as 0.5 or 1e-3");
    CHECK(bad("[solve]\ninputs = 0x10\n") == "--inputs: '0x10' is not a whole number from 1 up");
    CHECK(bad("[solve]\nout = \"\"\n") == "--out: the value is empty");
    CHECK(bad("[solve]\njson = \"often\"\n") ==
          "--json takes no value; in a configuration file it is true or false");
    CHECK(bad("[solve]\nhelp = true\n") ==
          "configuration file: a line is not `key = value`, or no key to set here");
    CHECK(refusal("solve --config " + (folder / "missing.toml")) ==
          "configuration file: '" + (folder / "missing.toml") +
              "' cannot be read: No such file or directory");
    CHECK(refusal("solve --config " + (folder / ".")) ==
          "configuration file: '" + (folder / ".") + "' is a folder");
}

TEST_CASE("info: what the machine is and what a problem needs") {
    const Outcome text = run("info --inputs 10001 --load 0.5");
    CHECK(text.status == 0);
    CHECK(text.out.find("perceptron, 10001 inputs, 1 hidden unit, 5000 patterns") !=
          std::string::npos);
    CHECK(text.out.find("instruction set") != std::string::npos);
    CHECK(run("info --json").out.find("\"solver_bytes\":") != std::string::npos);
    CHECK(run("info --model committee --inputs 51 --dot").out.find("majority gate") !=
          std::string::npos);
}

TEST_CASE("the manual's reference names every option of every command") {
    const std::string page = run("manual").out;
    for (const std::string text :
         {"## steppe solve", "## steppe generate", "## steppe check", "## steppe info",
          "`--damping D`", "`--labels-out FILE`", "steppe solve --inputs 1001"}) {
        CHECK(page.find(text) != std::string::npos);
    }
}

TEST_CASE("an option that only one schedule has asks for it") {
    const std::string line = "solve --inputs 101 --load 0.3 --quiet ";
    for (const auto& [given, schedule] :
         {std::pair{"--replicas 5", "schedule scoping"},
          std::pair{"--coupling-range 0.1:2", "schedule scoping"},
          std::pair{"--reinforcement-form fields", "schedule reinforcement"},
          std::pair{"--exponent 0.3", "schedule pseudo-reinforcement"}}) {
        const std::string option = given;
        CAPTURE(option);
        CHECK(run(line + option).out.find(schedule) != std::string::npos);
    }
    CHECK(refusal(line + "--exponent 0.3 --replicas 5") ==
          "--replicas belongs to --schedule scoping");
}
