#include "steppe/schedule/ramp.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <string>

#include "steppe/error.hpp"

using namespace steppe;

namespace {
std::string refusal(const std::string& text) {
    try {
        Ramp::parse(text);
    } catch (const Error& error) {
        const std::string message = error.what();
        return message.substr(0, message.find(';'));
    }
    return "accepted";
}
}  // namespace

TEST_CASE("ranges are read") {
    const Ramp linear = Ramp::parse("0.5:2.5");
    CHECK(linear.shape == Ramp::Shape::Linear);
    CHECK(linear.at(0.25) == doctest::Approx(1.0));
    const Ramp geometric = Ramp::parse("0.5:32:geometric");
    CHECK(geometric.at(0.5) == doctest::Approx(4.0));
    CHECK(Ramp::parse("3:-1:linear").at(0.5) == doctest::Approx(1.0));
}

TEST_CASE("what is no range is refused") {
    CHECK(refusal("5") == "'5' is no range: it needs two numbers");
    CHECK(refusal("1:2:3:4") == "'1:2:3:4' is no range: it needs two numbers");
    CHECK(refusal("1:x") == "'1:x' is no range: 'x' is not a finite number");
    CHECK(refusal(":2") == "':2' is no range: '' is not a finite number");
    CHECK(refusal("1:inf") == "'1:inf' is no range: 'inf' is not a finite number");
    CHECK(refusal("1:2:cubic") == "'1:2:cubic' is no range: 'cubic' is not a shape");
    CHECK(refusal("0:2:geometric") ==
          "'0:2:geometric' is no range: a geometric range needs two numbers above 0");
}

TEST_CASE("a range keeps to its ends and moves one way") {
    CHECK(rc::check("ramp", [] {
        const auto number = [] { return *rc::gen::inRange(1, 100'000) * 1e-3; };
        const Ramp ramp{number(), number(),
                        *rc::gen::element(Ramp::Shape::Linear, Ramp::Shape::Geometric)};
        RC_ASSERT(ramp.at(0.0) == ramp.from);
        RC_ASSERT(ramp.at(1.0) == ramp.to);
        double before = ramp.from;
        for (int i = 1; i <= 20; ++i) {
            const double now = ramp.at(i / 20.0);
            RC_ASSERT((now - before) * (ramp.to - ramp.from) >= -1e-12);
            before = now;
        }
    }));
}
