#include "steppe/model/teacher.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"

using namespace steppe;

TEST_CASE("a teacher makes no errors on its own labels, folded in or not") {
    for (const std::size_t hidden : {1, 3}) {
        const Network network{51, hidden};
        const Weights teacher = random_teacher(network, 4);
        const PatternSet labelled = teacher_labels(network, teacher, random_patterns(51, 200, 1));
        REQUIRE(labelled.labels().size() == 200);
        CHECK(count_errors(network, teacher, labelled) == 0);
        CHECK(count_errors(network, teacher, labelled.fold_labels()) == 0);
        // Labels are mixed, and another network does not know them.
        std::size_t positive = 0;
        for (const signed char label : labelled.labels()) positive += label > 0;
        CHECK(positive > 50);
        CHECK(positive < 150);
        CHECK(count_errors(network, random_teacher(network, 5), labelled) > 50);
    }
    CHECK(random_teacher({51, 3}, 4) == random_teacher({51, 3}, 4));
    CHECK_THROWS_AS(teacher_labels({51, 1}, random_teacher({51, 1}, 1), random_patterns(50, 2, 1)),
                    Error);
}
