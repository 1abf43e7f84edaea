#include "learning_options.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "steppe/error.hpp"

namespace steppe::cli {

void LearnerRequest::add_to(Options& options) {
    const auto knob = [&](const char* name, std::string& value, const std::string& help) {
        return options.add({name, "Learning", "A[:B[:SHAPE]]", help}, value);
    };
    preset_option_ = options.add({"preset", "Learning", "NAME",
                                  "sgd, rsgd: slow (beta and gamma grow a little every epoch "
                                  "from small values), or fast (they stay moderately large)",
                                  one_of({"slow", "fast"})},
                                 preset_);
    rate_option_ = knob(
        "rate", rate_, "learning rate, a number or a range over the epochs" + default_help("rate"));
    batch_option_ = options.add({"batch", "Learning", "COUNT",
                                 "patterns of a mini-batch" + default_help("batch"), at_least(1)},
                                batch_);
    epochs_option_ = options.add(
        {"epochs", "Learning", "COUNT",
         "epochs after which the run ends, over which ranges go" + default_help("epochs"),
         at_least(1)},
        epochs_);
    momentum_option_ =
        options.add({"momentum", "Learning", "P",
                     "sgd, rsgd: part of the last step that is added to the next, from 0 to "
                     "below 1" +
                         default_help("momentum"),
                     real_number()},
                    momentum_);
    beta_option_ = knob(
        "beta", beta_,
        "sgd, rsgd: slope of the tanh that stands in for a unit's sign" + default_help("beta"));
    gamma_option_ =
        knob("gamma", gamma_,
             "sgd, rsgd: inverse temperature of the cross-entropy; with binary weights how sharply "
             "the replicas' sum decides where they are pulled" +
                 default_help("gamma"));
    pull_option_ = knob("pull", pull_,
                        "elal, rsgd: pull of the replicas towards their mean, for elal times the "
                        "rate" +
                            default_help("pull"));
    norm_option_ = options.add({"start-norm", "Learning", "NORM",
                                "lal, elal: norm of the start weights over the root of a unit's "
                                "inputs; the rate is relative to it",
                                real_number(), fmt::to_string(start_norm_)},
                               start_norm_);
    stop_option_ = options.add({"stop-at", "Learning", "NAME",
                                "sgd, rsgd: zero errors of which network end the run: network "
                                "(sign units), surrogate (the one that is trained), or both",
                                one_of({"network", "surrogate", "both"})},
                               stop_at_);
}

void LearnerRequest::refuse_others(SolverKind solver, const Network& network,
                                   std::optional<std::size_t> replicas) const {
    const bool gradient = solver == SolverKind::Sgd || solver == SolverKind::ReplicatedSgd;
    const bool greedy =
        solver == SolverKind::LeastAction || solver == SolverKind::EntropicLeastAction;
    const bool replicated =
        solver == SolverKind::ReplicatedSgd || solver == SolverKind::EntropicLeastAction;
    refuse_unless(is_learner(solver), epochs_option_,
                  "belongs to --solver lal, elal, sbpi, sgd or rsgd");
    for (const Option* option : {rate_option_, batch_option_}) {
        refuse_unless(gradient || greedy, option, "belongs to --solver lal, elal, sgd or rsgd");
    }
    refuse_unless(greedy, norm_option_, "belongs to --solver lal or elal");
    refuse_unless(replicated, pull_option_, "belongs to --solver elal or rsgd");
    const bool binary = network.weights == WeightKind::Binary;
    refuse_unless(gradient, gamma_option_, "belongs to --solver sgd or rsgd");
    for (const Option* option : {pull_option_, gamma_option_}) {
        refuse_unless(!binary || replicas != std::size_t{1}, option, "needs more than one replica");
    }
    for (const Option* option : {preset_option_, momentum_option_, beta_option_, stop_option_}) {
        refuse_unless(gradient, option, "belongs to --solver sgd or rsgd");
        refuse_unless(!binary, option,
                      "does not belong to binary weights, whose loss counts units that are wrong");
    }
    refuse_unless(network.hidden > 1 && network.activation == Activation::Sign, beta_option_,
                  "belongs to tanh units, and there are none: one unit answers by its sum, ReLU "
                  "units by theirs");
}

LearningOptions LearnerRequest::options(SolverKind solver, const Network& network,
                                        std::optional<std::size_t> replicas) const {
    refuse_others(solver, network, replicas);
    LearningOptions options;
    options.replicas = replicas;
    options.preset = preset_ == "fast" ? LearningPreset::Fast : LearningPreset::Slow;
    options.stop_at = stop_at_ == "both"        ? StopAt::Both
                      : stop_at_ == "surrogate" ? StopAt::Surrogate
                                                : StopAt::Network;
    const auto read = [](const Option* option, const std::string& text, std::optional<Ramp>& knob) {
        if (option->given()) knob = Ramp::parse_knob(text);
    };
    read(rate_option_, rate_, options.rate);
    read(beta_option_, beta_, options.beta);
    read(gamma_option_, gamma_, options.gamma);
    read(pull_option_, pull_, options.pull);
    if (batch_option_->given()) options.batch = batch_;
    if (epochs_option_->given()) options.epochs = epochs_;
    if (momentum_option_->given()) options.momentum = momentum_;
    if (norm_option_->given()) options.start_norm = start_norm_;
    return options;
}

}  // namespace steppe::cli
