#pragma once

#include <vector>

#include "steppe/model/network.hpp"

namespace steppe {

/// How well weights that were learned from a teacher's labels answer like the teacher on random
/// patterns that were not learned (independent inputs, many of them; margin 0). Each error is the
/// part of patterns that is answered otherwise.
struct TeacherErrors {
    /// Of the weights returned with the teacher's, (1/n) sum_i w_i t_i, mean over units; each unit
    /// of a full committee is compared with the teacher's unit that it resembles most, and under a
    /// parity gate up to the sign.
    double overlap = 0.0;
    /// Of weights drawn at random from the messages; one unit: acos(m.t / n)/pi.
    double gibbs = 0.0;
    /// Of the majority among such weights; one unit: of the mean weights, acos(m.t/(|m| |t|))/pi.
    double bayes = 0.0;
    /// Of the clipped weights sign(m); of real weights, of the normalised means.
    double clipped = 0.0;
};

/// means: of each weight, unit by unit, at the end of a run; answer: the weights returned; teacher:
/// those that made the labels. One unit: exact for Gaussian sums. Several: by sampling the Gaussian
/// sums of all units, some 10^5 times, with an error of about 0.001.
TeacherErrors teacher_errors(const Network& network, const std::vector<double>& means,
                             const Weights& answer, const Weights& teacher);

/// R, (1/n) sum_i m_i t_i of the means with the teacher's weights, mean over units, which are
/// matched as in TeacherErrors::overlap.
double teacher_overlap(const Network& network, const std::vector<double>& means,
                       const Weights& teacher);

}  // namespace steppe
