#include "learning_options.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "steppe/error.hpp"

namespace steppe::cli {

void LearnerRequest::add_to(CLI::App& command) {
    const auto knob = [&](const char* name, std::string& value, const std::string& help) {
        return command.add_option(name, value, help)->group("Learning")->type_name("A[:B[:SHAPE]]");
    };
    preset_option_ = command
                         .add_option("--preset", preset_,
                                     "sgd, rsgd: slow (beta and gamma grow a little every epoch "
                                     "from small values), or fast (they stay moderately large)")
                         ->check(one_of({"slow", "fast"}))
                         ->group("Learning")
                         ->type_name("NAME")
                         ->capture_default_str();
    rate_option_ =
        knob("--rate", rate_,
             "learning rate, a number or a range over the epochs" + default_help("rate"));
    batch_option_ =
        command.add_option("--batch", batch_, "patterns of a mini-batch" + default_help("batch"))
            ->transform(at_least(1))
            ->group("Learning")
            ->type_name("COUNT");
    epochs_option_ = command
                         .add_option("--epochs", epochs_,
                                     "epochs after which the run ends, over which ranges go" +
                                         default_help("epochs"))
                         ->transform(at_least(1))
                         ->group("Learning")
                         ->type_name("COUNT");
    momentum_option_ =
        command
            .add_option("--momentum", momentum_,
                        "sgd, rsgd: part of the last step that is added to the next, from 0 to "
                        "below 1" +
                            default_help("momentum"))
            ->transform(real_number())
            ->group("Learning")
            ->type_name("P");
    beta_option_ = knob(
        "--beta", beta_,
        "sgd, rsgd: slope of the tanh that stands in for a unit's sign" + default_help("beta"));
    gamma_option_ =
        knob("--gamma", gamma_,
             "sgd, rsgd: inverse temperature of the cross-entropy; with binary weights how sharply "
             "the replicas' sum decides where they are pulled" +
                 default_help("gamma"));
    pull_option_ = knob("--pull", pull_,
                        "elal, rsgd: pull of the replicas towards their mean, for elal times the "
                        "rate" +
                            default_help("pull"));
    norm_option_ = command
                       .add_option("--start-norm", start_norm_,
                                   "lal, elal: norm of the start weights over the root of a unit's "
                                   "inputs; the rate is relative to it")
                       ->transform(real_number())
                       ->group("Learning")
                       ->type_name("NORM")
                       ->capture_default_str();
    stop_option_ = command
                       .add_option("--stop-at", stop_at_,
                                   "sgd, rsgd: zero errors of which network end the run: network "
                                   "(sign units), surrogate (the one that is trained), or both")
                       ->check(one_of({"network", "surrogate", "both"}))
                       ->group("Learning")
                       ->type_name("NAME")
                       ->capture_default_str();
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
    for (const CLI::Option* option : {rate_option_, batch_option_}) {
        refuse_unless(gradient || greedy, option, "belongs to --solver lal, elal, sgd or rsgd");
    }
    refuse_unless(greedy, norm_option_, "belongs to --solver lal or elal");
    refuse_unless(replicated, pull_option_, "belongs to --solver elal or rsgd");
    const bool binary = network.weights == WeightKind::Binary;
    refuse_unless(gradient, gamma_option_, "belongs to --solver sgd or rsgd");
    for (const CLI::Option* option : {pull_option_, gamma_option_}) {
        refuse_unless(!binary || replicas != std::size_t{1}, option, "needs more than one replica");
    }
    for (const CLI::Option* option :
         {preset_option_, momentum_option_, beta_option_, stop_option_}) {
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
    const auto read = [](const CLI::Option* option, const std::string& text,
                         std::optional<Ramp>& knob) {
        if (option->count() > 0) knob = Ramp::parse_knob(text);
    };
    read(rate_option_, rate_, options.rate);
    read(beta_option_, beta_, options.beta);
    read(gamma_option_, gamma_, options.gamma);
    read(pull_option_, pull_, options.pull);
    if (batch_option_->count() > 0) options.batch = batch_;
    if (epochs_option_->count() > 0) options.epochs = epochs_;
    if (momentum_option_->count() > 0) options.momentum = momentum_;
    if (norm_option_->count() > 0) options.start_norm = start_norm_;
    return options;
}

}  // namespace steppe::cli
