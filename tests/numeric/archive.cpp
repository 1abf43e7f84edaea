#include "steppe/numeric/archive.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

enum class Colour { Red, Blue };

struct Inner {
    double x = 0.0;
    void state(Archive& archive) { archive("x", x); }
};

struct Outer {
    bool yes = false;
    std::size_t count = 0;
    Colour colour = Colour::Red;
    float small = 0.0f;
    std::string text;
    std::vector<double> numbers;
    std::vector<float> floats;
    std::vector<signed char> signs;
    std::vector<std::int16_t> states;
    std::vector<std::size_t> places;
    std::optional<double> there, absent = 1.0;
    Inner inner;

    void state(Archive& archive) {
        archive("yes", yes);
        archive("count", count);
        archive("colour", colour);
        archive("small", small);
        archive("text", text);
        archive("numbers", numbers);
        archive("floats", floats);
        archive("signs", signs);
        archive("states", states);
        archive("places", places);
        archive("there", there);
        archive("absent", absent);
        archive("inner", inner);
    }
};

Records saved(Outer& outer) {
    Records records;
    Archive archive = Archive::saving(records);
    archive("outer", outer);
    return records;
}

std::string refusal(Records records, Outer& into) {
    try {
        Archive archive = Archive::reading(records);
        archive("outer", into);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a state comes back to the last bit") {
    constexpr double tiny = std::numeric_limits<double>::denorm_min();
    Outer outer{true,          std::numeric_limits<std::size_t>::max(),
                Colour::Blue,  -0.1f,
                "two\nlines",  {0.1, -0.0, tiny, HUGE_VAL},
                {1e-40f},      {-1, 1, -128},
                {-301, 30001}, {7},
                0.3,           {},
                {2.5}};
    const Records records = saved(outer);
    CHECK(records.front().name == "outer yes");
    CHECK(records.back().name == "outer inner x");
    CHECK(outer.numbers.size() == 4);  // What is saved stays.
    Outer back;
    REQUIRE(refusal(records, back) == "");
    CHECK(back.yes);
    CHECK(back.count == outer.count);
    CHECK(back.colour == Colour::Blue);
    CHECK(back.small == outer.small);
    CHECK(back.text == outer.text);
    CHECK(back.numbers == outer.numbers);
    CHECK(std::signbit(back.numbers[1]));
    CHECK(back.floats == outer.floats);
    CHECK(back.signs == outer.signs);
    CHECK(back.states == outer.states);
    CHECK(back.places == outer.places);
    CHECK(back.there == outer.there);
    CHECK(!back.absent);
    CHECK(back.inner.x == 2.5);
}

TEST_CASE("records that are missing, of another kind or size are refused") {
    Outer outer;
    const Records records = saved(outer);
    Records fewer = records;
    fewer.pop_back();
    CHECK(refusal(fewer, outer) ==
          "the saved state is of another run: it has no numbers 'outer inner x' where they belong");
    Records other = records;
    other[1].values = std::vector<double>{1.0};
    CHECK(refusal(other, outer).find("'outer count'") != std::string::npos);
    other[1].values = std::vector<std::uint64_t>{1, 2};
    CHECK(refusal(other, outer).find("'outer count'") != std::string::npos);
    Records sizes;
    std::vector<double> three(3), two(2);
    Archive saving = Archive::saving(sizes);
    saving.sized("w", three);
    Archive reading = Archive::reading(sizes);
    CHECK_THROWS_WITH(
        reading.sized("w", two),
        "the saved state is of another problem: it has 3 numbers 'w', and 2 are wanted");
}

TEST_CASE("a start leaves positions as they are") {
    Records records;
    std::size_t epochs = 7;
    double weight = 0.5;
    Archive saving = Archive::saving(records);
    saving.position("epochs", epochs);
    saving("weight", weight);
    for (const Archive::Way way : {Archive::Way::Start, Archive::Way::Resume}) {
        Records copy = records;
        Archive archive = Archive::reading(copy, way);
        epochs = 0;
        weight = 0.0;
        archive.position("epochs", epochs);
        archive("weight", weight);
        CHECK(epochs == (way == Archive::Way::Resume ? 7 : 0));
        CHECK(weight == 0.5);
    }
}
