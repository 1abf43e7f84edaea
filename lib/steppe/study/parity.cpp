#include "steppe/study/studies.hpp"

namespace steppe::studies {

namespace {

Network network(Gate gate) {
    Network network;
    network.inputs = 999;
    network.hidden = 3;
    network.wiring = Wiring::Tree;
    network.gate = gate;
    return network;
}

std::vector<Arm> arms() {
    const Network parity = network(Gate::Parity), committee = network(Gate::Majority);
    return {
        to_the_end("parity, fAMP, end", parity, "amp"),
        {"parity, fAMP, first", parity, {{"solver", "amp"}}, first_zero},
        {"parity, fBP, first", parity, {{"solver", "bp"}}, first_zero},
        to_the_end("committee, fAMP, end", committee, "amp"),
        {"committee, fAMP, first", committee, {{"solver", "amp"}}, first_zero},
        {"committee, SBPI", committee, {{"solver", "sbpi"}}, first_zero},
        {"committee, rSGD", committee, {{"solver", "rsgd"}}, first_zero},
    };
}

}  // namespace

Study parity() {
    Study study;
    study.title = "A device without wide minima: the parity machine";
    study.question =
        "The parity of three units stores more patterns than their majority, and theory finds no "
        "wide flat minima in it. The same 300 random patterns in both, trees of 999 +-1 weights: "
        "how many solutions surround those that are found, compared with the bound that holds "
        "without patterns?";
    study.problem = [](std::uint64_t set) { return random_problem(999, 300, set); };
    study.arms = arms();
    study.measures = {"flatness", "local-entropy"};
    study.how.fields = {0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5};
    study.quantities = flatness_quantities({0.02, 0.05, 0.1});
    append(study.quantities, entropy_quantities({0.01, 0.02, 0.05}));
    study.claims = {
        {"fAMP's solutions in the committee are flatter than in the parity machine", 1,
         "committee, fAMP, end", "parity, fAMP, end"},
        {"Even SBPI's solutions in the committee are flatter than fAMP's in the parity machine", 1,
         "committee, SBPI", "parity, fAMP, end"},
        {"More solutions surround fAMP's in the committee than in the parity machine", 5,
         "parity, fAMP, end", "committee, fAMP, end"},
        {"More solutions surround even SBPI's in the committee than fAMP's in the parity machine",
         5, "parity, fAMP, end", "committee, SBPI"},
    };
    return study;
}

}  // namespace steppe::studies
