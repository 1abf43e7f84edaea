#include <fmt/format.h>

#include "steppe/landscape/diffusion.hpp"
#include "steppe/study/studies.hpp"

namespace steppe::studies {

namespace {

Network network() {
    Network network;
    network.inputs = 1001;
    network.weights = WeightKind::Spherical;
    return network;
}

/// Minimisers of the cross-entropy at an inverse temperature, which is the norm of the weights.
Arm minimiser(const std::string& gamma, const std::string& rate) {
    return {"CE, gamma " + gamma,
            network(),
            {{"solver", "sgd"},
             {"gamma", gamma},
             {"rate", rate},
             {"epochs", "2000"},
             {"continue-after-solution", "true"}},
            schedule_end};
}

/// A solution of the error loss, drawn at random from all.
Arm typical() {
    Arm arm{"typical", network()};
    arm.taken = "drawn at random";
    arm.find = [](const StudyProblem& problem, const Network& network, std::uint64_t seed,
                  const LandscapeObserver& observer) {
        DiffusionOptions options;
        options.seed = seed;
        return typical_solution(network, problem.patterns, options, observer).weights;
    };
    return arm;
}

std::vector<Arm> arms() {
    // Steps shrink, so that the end is a minimiser and not the noise round one (at gamma 8 and 16
    // it is still far from it).
    return {
        minimiser("0.5", "3:0.01:geometric"),
        minimiser("1", "3:0.01:geometric"),
        minimiser("2", "3:0.01:geometric"),
        minimiser("4", "3:0.01:geometric"),
        minimiser("8", "3:0.01:geometric"),
        minimiser("16", "3:0.01:geometric"),
        typical(),
        {"LAL", network(), {{"solver", "lal"}}, first_zero},
        to_the_end("fAMP, end", network(), "amp"),
        {"largest stability", network(), {{"solver", "adatron"}}, schedule_end},
    };
}

}  // namespace

Study cross_entropy() {
    Study study;
    study.title = "Minimisers of the cross-entropy";
    study.question =
        "Do they lie in wide regions? A perceptron of 1001 real weights learns 1001 random "
        "patterns "
        "by gradient descent on the cross-entropy at a fixed norm of the weights (gamma), to the "
        "end of a schedule whose steps shrink. How many solutions of the error loss surround what "
        "it finds, as the norm grows, and how many the error loss's own solutions? At large norms "
        "the loss hardly pulls on what is stored, and the schedule ends long before the minimiser: "
        "that one, by replica theory, is as wide as at moderate norms.";
    study.problem = [](std::uint64_t set) { return random_problem(1001, 1001, set); };
    study.arms = arms();
    study.measures = {"flatness", "local-entropy", "hessian", "sharpness"};
    study.how.fields = {0.5, 1.0, 2.0, 4.0, 8.0, 16.0};
    study.quantities = flatness_quantities({0.1, 0.2, 0.3});
    append(study.quantities, entropy_quantities({0.03, 0.06}));
    append(study.quantities, loss_quantities());
    study.quantities.push_back({"errors", "", "errors"});
    study.unsolved_count = true;
    study.claims = {
        {"At gamma 2 more solutions surround the minimisers of the cross-entropy than a typical "
         "solution",
         5, "typical", "CE, gamma 2"},
        {"At gamma 16, the largest, more solutions surround them than a typical solution", 5,
         "typical", "CE, gamma 16"},
        {"At gamma 2 more solutions surround them than LAL's solutions", 5, "LAL", "CE, gamma 2"},
        {"At gamma 8 more solutions surround them than LAL's solutions", 5, "LAL", "CE, gamma 8"},
        {"What is found at gamma 1 is flatter than at gamma 16", 2, "CE, gamma 1", "CE, gamma 16"},
    };
    return study;
}

}  // namespace steppe::studies
