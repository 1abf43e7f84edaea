#include "steppe/study/studies.hpp"

namespace steppe::studies {

namespace {

Network network() {
    Network network;
    network.inputs = 1001;
    return network;
}

std::vector<Arm> arms() {
    return {
        to_the_end("fBP, end", network(), "bp"),
        {"fBP, first", network(), {{"solver", "bp"}}, first_zero},
        to_the_end("fAMP, end", network(), "amp"),
        {"reinforced BP", network(), {{"solver", "bp"}, {"schedule", "reinforcement"}}, first_zero},
        {"SBPI", network(), {{"solver", "sbpi"}}, first_zero},
        {"rSGD", network(), {{"solver", "rsgd"}}, first_zero},
        {"Metropolis", network(), {{"solver", "mc"}}, first_zero},
    };
}

}  // namespace

Study random_binary_perceptron() {
    Study study;
    study.title = "Random patterns in a perceptron of +-1 weights";
    study.question =
        "The same question where theory knows the answer best: 500 random patterns and 1001 +-1 "
        "weights. Nearly all solutions are isolated there, and what algorithms find lies in a rare "
        "region that is dense with solutions: how dense round each of them?";
    study.problem = [](std::uint64_t set) { return random_problem(1001, 500, set); };
    study.arms = arms();
    study.measures = {"flatness", "local-entropy", "hessian", "sharpness"};
    study.how.fields = {0.5, 0.75, 1.0, 1.25, 1.5, 2.0};
    study.quantities = flatness_quantities({0.02, 0.05, 0.1});
    append(study.quantities, entropy_quantities({0.0257, 0.05}));
    append(study.quantities, loss_quantities());
    study.claims = {
        {"fBP is flatter than SBPI", 1, "fBP, end", "SBPI"},
        {"fBP is flatter than rSGD", 1, "fBP, end", "rSGD"},
        {"fBP is flatter than reinforced BP", 1, "fBP, end", "reinforced BP"},
        {"fBP is flatter than Metropolis", 1, "fBP, end", "Metropolis"},
        {"fBP is flatter at the end of its schedule than at its first zero error", 1, "fBP, end",
         "fBP, first"},
        {"More solutions surround fBP's than SBPI's", 4, "SBPI", "fBP, end"},
        {"More solutions surround rSGD's than SBPI's", 4, "SBPI", "rSGD"},
    };
    return study;
}

}  // namespace steppe::studies
