#include <fmt/format.h>

#include "steppe/data/pattern_set.hpp"
#include "steppe/study/studies.hpp"

namespace steppe::studies {

StudyProblem random_problem(std::size_t inputs, std::size_t patterns, std::uint64_t set) {
    return {std::make_shared<const PatternSet>(random_patterns(inputs, patterns, set))};
}

std::vector<Quantity> flatness_quantities(const std::vector<double>& sizes) {
    std::vector<Quantity> quantities;
    for (const double size : sizes) {
        quantities.push_back({fmt::format("error added by noise {:g}", size), "flatness",
                              "added_error", "noise", size});
    }
    quantities.push_back({"noise at which accuracy falls by 0.1", "flatness", "noise_at_tenth"});
    return quantities;
}

std::vector<Quantity> entropy_quantities(const std::vector<double>& distances) {
    std::vector<Quantity> quantities;
    for (const double distance : distances) {
        quantities.push_back({fmt::format("local entropy less bound at distance {:g}", distance),
                              "local-entropy", "entropy_less_bound", "distance", distance});
    }
    return quantities;
}

std::vector<Quantity> loss_quantities() {
    return {{"largest eigenvalue of the Hessian", "hessian", "largest"},
            {"trace of the Hessian", "hessian", "trace"},
            {"part of its eigenvalues below 0", "hessian", "negative_fraction"},
            {"cross-entropy", "hessian", "loss"},
            {"largest cross-entropy within radius 0.1", "sharpness", "loss", "radius", 0.1}};
}

Arm to_the_end(const std::string& name, const Network& network, const std::string& solver) {
    return {name, network, {{"solver", solver}, {"continue-after-solution", "true"}}, schedule_end};
}

std::vector<Arm> gradient_arms(const Network& network) {
    return {
        {"SGD slow", network, {{"solver", "sgd"}, {"preset", "slow"}}, first_zero, tried_rates},
        {"SGD slow, end",
         network,
         {{"solver", "sgd"}, {"preset", "slow"}, {"continue-after-solution", "true"}},
         schedule_end,
         {},
         "SGD slow"},
        {"SGD fast", network, {{"solver", "sgd"}, {"preset", "fast"}}, first_zero, tried_rates},
        {"rSGD slow", network, {{"solver", "rsgd"}, {"preset", "slow"}}, first_zero},
    };
}

void append(std::vector<Quantity>& quantities, const std::vector<Quantity>& more) {
    quantities.insert(quantities.end(), more.begin(), more.end());
}

}  // namespace steppe::studies
