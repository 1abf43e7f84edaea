#include "steppe/study/results.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

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
