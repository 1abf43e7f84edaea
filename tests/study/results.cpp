#include "steppe/study/results.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// While it stands, files of this process grow to so many bytes and no further.
class FileLimit {
  public:
    explicit FileLimit(rlim_t bytes) {
        getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("rows are there again when the file is opened again") {
    const Folder folder;
    const std::string path = folder / "results.jsonl";
    {
        Results results(path);
        results.add({{"key", "a"}, {"value", 1.5}});
        results.add({{"key", "b"}});
    }
    Results again(path);
    REQUIRE(again.rows().size() == 2);
    CHECK(again.rows()[0]["value"] == 1.5);
    CHECK(again.has("b"));
    CHECK_FALSE(again.has("c"));
}

TEST_CASE("a line that a crash cut short is dropped, and the next one stands alone") {
    const Folder folder;
    const std::string path = folder.write("results.jsonl", "{\"key\":\"a\"}\n{\"key\":\"b\",\"va");
    {
        Results results(path);
        REQUIRE(results.rows().size() == 1);
        results.add({{"key", "c"}});
    }
    CHECK(contents(path) == "{\"key\":\"a\"}\n{\"key\":\"c\"}\n");
}

TEST_CASE("a file that holds something else is refused and left as it is") {
    const Folder folder;
    const std::string path = folder.write("results.jsonl", "{\"key\":\"a\"}\n1 2 3\n");
    CHECK_THROWS_WITH_AS(Results{path},
                         (path + ", line 2: this is no result of a study; move the file away, or "
                                 "name another folder")
                             .c_str(),
                         Error);
    CHECK(contents(path) == "{\"key\":\"a\"}\n1 2 3\n");
}

TEST_CASE("a last line that no crash of a study leaves is refused and left as it is") {
    const Folder folder;
    for (const std::string text : {"1 2 3", "{\"status\":\"solved\"}", "{\"key\":3}\n"}) {
        const std::string path = folder.write("results.jsonl", text);
        CHECK_THROWS_AS(Results{path}, Error);
        CHECK(contents(path) == text);
    }
    const std::string path = folder.write("results.jsonl", "{\"k");
    CHECK(Results(path).rows().empty());
}

TEST_CASE(
    "a row of a run that failed does not count as done, until one that did not fail follows") {
    const Folder folder;
    const std::string path = folder / "results.jsonl";
    {
        Results results(path);
        results.add({{"key", "a"}, {"error", "it failed"}});
        CHECK_FALSE(results.has("a"));
    }
    Results again(path);
    CHECK(again.rows().size() == 1);
    CHECK_FALSE(again.has("a"));
    again.add({{"key", "a"}});
    CHECK(again.has("a"));
}

TEST_CASE("where the disk is full no half of a line is left") {
    const Folder folder;
    const std::string path = folder / "results.jsonl";
    Results results(path);
    results.add({{"key", "a"}});
    {
        const FileLimit limit(64);
        CHECK_THROWS_AS(results.add({{"key", std::string(100, 'b')}}), Error);
    }
    CHECK(contents(path) == "{\"key\":\"a\"}\n");
    CHECK_FALSE(results.has(std::string(100, 'b')));
    results.add({{"key", "c"}});
    CHECK(contents(path) == "{\"key\":\"a\"}\n{\"key\":\"c\"}\n");
}

TEST_CASE("two runs do not write to one file") {
    const Folder folder;
    const std::string path = folder / "results.jsonl";
    const Results first(path);
    CHECK_THROWS_WITH_AS(Results{path},
                         (path + " is in use by another run of the study: let it end, or name "
                                 "another folder")
                             .c_str(),
                         Error);
}
