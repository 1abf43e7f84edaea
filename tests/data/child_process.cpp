// Work that crashes, runs away or never ends in a process of its own.
#include "steppe/data/child_process.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <new>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

std::string death_of(const ChildProcess::Answer& answer) {
    ChildProcess child(answer, std::chrono::milliseconds(300));
    try {
        child.ask("question");
    } catch (const ChildProcess::Died& died) {
        CHECK_THROWS_AS(child.ask("another"), ChildProcess::Died);
        return died.what();
    }
    return "alive";
}

}  // namespace

TEST_CASE("a child answers questions of any size, with its own memory") {
    int count = 0;
    ChildProcess child([&](const std::string& question) {
        ++count;
        return std::to_string(count) + question;
    });
    CHECK(child.ask("") == "1");
    const std::string large(10'000'000, 'x');
    CHECK(child.ask(large) == "2" + large);
    CHECK(count == 0);
}

TEST_CASE("what the answer throws is thrown here, and the child lives on") {
    ChildProcess child([](const std::string& question) -> std::string {
        if (question == "error") throw Error("this is wrong");
        if (question == "memory") throw std::bad_alloc();
        return "well";
    });
    CHECK_THROWS_WITH_AS(child.ask("error"), "this is wrong", Error);
    CHECK_THROWS_WITH_AS(child.ask("memory"), "it asks for more memory than there is", Error);
    CHECK(child.ask("") == "well");
}

TEST_CASE("a child that dies or is silent is told as such") {
    CHECK(death_of([](const std::string&) -> std::string {
              ::kill(::getpid(), SIGSEGV);
              return "";
          }) == "crashed (Segmentation fault)");
    CHECK(death_of([](const std::string&) -> std::string { _exit(3); }) ==
          "ended without an answer");
    CHECK(death_of([](const std::string&) -> std::string {
              for (;;) ::pause();
          }) == "did not answer within 0.3 s");
}

TEST_CASE("a child's words are not heard") {
    ChildProcess child([](const std::string&) {
        std::printf("words of a library\n");
        std::fflush(stdout);
        return std::string("well");
    });
    CHECK(child.ask("") == "well");
}
