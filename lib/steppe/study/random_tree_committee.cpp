#include "steppe/study/studies.hpp"

namespace steppe::studies {

namespace {

Network network() {
    Network network;
    network.inputs = 999;
    network.hidden = 3;
    network.wiring = Wiring::Tree;
    network.weights = WeightKind::Spherical;
    return network;
}

std::vector<Arm> arms() {
    std::vector<Arm> all{
        to_the_end("fBP, end", network(), "bp"),
        {"fBP, first", network(), {{"solver", "bp"}}, first_zero},
        to_the_end("fAMP, end", network(), "amp"),
        {"eLAL", network(), {{"solver", "elal"}}, first_zero},
        {"LAL", network(), {{"solver", "lal"}}, first_zero},
    };
    for (Arm& arm : gradient_arms(network())) all.push_back(std::move(arm));
    return all;
}

}  // namespace

Study random_tree_committee() {
    Study study;
    study.title = "Random patterns in a tree committee";
    study.question =
        "Which algorithms end in wide flat minima? Random patterns at load 1.0 in a tree committee "
        "of real weights, whose solutions are found by message passing that looks for wide regions "
        "(fBP, fAMP), by least-action learning with and without replicas (eLAL, LAL) and by "
        "gradient descent whose norm grows slowly or is large from the start. The paper "
        "(PNAS 117:161, 2020) finds fBP, eLAL and slow SGD flatter than LAL and fast SGD.";
    study.problem = [](std::uint64_t set) { return random_problem(999, 999, set); };
    study.arms = arms();
    study.measures = {"flatness", "local-entropy", "hessian", "sharpness"};
    study.how.fields = {0.5, 1.0, 2.0, 4.0, 8.0, 16.0};
    study.quantities = flatness_quantities({0.2, 0.3, 0.5});
    append(study.quantities, entropy_quantities({0.03, 0.06}));
    append(study.quantities, loss_quantities());
    study.claims = {
        {"fBP is flatter than LAL", 1, "fBP, end", "LAL"},
        {"eLAL is flatter than LAL", 1, "eLAL", "LAL"},
        {"Slow SGD is flatter than LAL", 1, "SGD slow", "LAL"},
        {"fBP is flatter than fast SGD", 1, "fBP, end", "SGD fast"},
        {"eLAL is flatter than fast SGD", 1, "eLAL", "SGD fast"},
        {"Slow SGD is flatter than fast SGD", 1, "SGD slow", "SGD fast"},
        {"At the end of its schedule slow SGD is flatter than fast SGD", 1, "SGD slow, end",
         "SGD fast"},
        {"fBP is flatter than eLAL", 1, "fBP, end", "eLAL"},
        {"fBP is flatter at the end of its schedule than at its first zero error", 1, "fBP, end",
         "fBP, first"},
        {"More solutions surround fBP's than LAL's", 5, "LAL", "fBP, end"},
    };
    return study;
}

}  // namespace steppe::studies
