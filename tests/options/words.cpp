#include "steppe/options/words.hpp"

#include <doctest/doctest.h>

using namespace steppe;

TEST_CASE("the nearest word, where one is near") {
    const std::vector<std::string> words{"solve", "generate", "check", "info"};
    CHECK(nearest_word("slove", words) == "solve");
    CHECK(nearest_word("gen", words) == "generate");
    CHECK(nearest_word("chekc", words) == "check");
    CHECK(nearest_word("banana", words) == "");
    CHECK(list_words(words) == "solve, generate, check or info");
    CHECK(list_words({"one"}) == "one");
}
