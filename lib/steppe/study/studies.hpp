#pragma once

#include <string>
#include <vector>

#include "steppe/study/study.hpp"

/// The studies that there are, a file each (internal; not installed).
namespace steppe {

/// In the order of the manual.
std::vector<std::string> study_names();

/// Where Debian's package dataset-fashion-mnist has its files.
inline constexpr const char* default_data = "/usr/share/datasets/fashion-mnist";

/// data: the folder of the images. Throws Error that names those there are.
Study study_named(const std::string& name, const std::string& data = default_data);

namespace studies {

Study random_tree_committee();
Study random_binary_perceptron();
Study fashion_mnist(const std::string& data);
Study parity();
Study cross_entropy();

// What they share.

/// Random patterns with random labels, set number `set`.
StudyProblem random_problem(std::size_t inputs, std::size_t patterns, std::uint64_t set);

/// "error added by noise 0.3", of each size, and the size at which accuracy falls by 0.1.
std::vector<Quantity> flatness_quantities(const std::vector<double>& sizes);

/// "local entropy less bound at distance 0.05", of each: entropies run steeply, what patterns take
/// from the bound does not, and can be read between two fields.
std::vector<Quantity> entropy_quantities(const std::vector<double>& distances);

/// Hessian and sharpness.
std::vector<Quantity> loss_quantities();

void append(std::vector<Quantity>& quantities, const std::vector<Quantity>& more);

/// The rates that are tried, the same for all.
inline const std::vector<std::string> tried_rates{"1", "3", "10", "20", "30", "50", "100"};

/// Solutions of a solver that goes on to the end of its schedule.
Arm to_the_end(const std::string& name, const Network& network, const std::string& solver);

/// Gradient descent of real weights: slow, stopped and to the end, fast, and replicated.
std::vector<Arm> gradient_arms(const Network& network);

inline constexpr const char* first_zero = "first zero error";
inline constexpr const char* schedule_end = "end of the schedule";

}  // namespace studies

}  // namespace steppe
