#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "steppe/schedule/ramp.hpp"

/// How focusing moves with the steps of a run. Focusing replaces the measure over weights by y
/// copies (replicas) that each satisfy the patterns and are tied to a common centre with strength
/// gamma; the centre is sought (Baldassi et al., PNAS 113:E7655, 2016; docs/solver.md).
namespace steppe {

/// How the message of the replicas is computed from the fields.
enum class ReinforcementForm {
    Replicas,  ///< from the cavity field (everything but this message), at any gamma
    Fields,    ///< rho = 1 - 1/y times the previous total field (Braunstein and Zecchina, PRL
               ///< 96:030201, 2006); only for gamma = infinity, same fixed points
};

/// The strength of focusing at one moment. gamma = 0 or y = 1 is none.
struct Coupling {
    double gamma = 0.0;     ///< in [0, infinity]
    double replicas = 1.0;  ///< y >= 1, not necessarily whole
    ReinforcementForm form = ReinforcementForm::Replicas;

    bool couples() const { return gamma > 0.0 && replicas > 1.0; }
};

/// A list of couplings, one per step.
class FocusingSchedule {
  public:
    /// One step without focusing.
    static FocusingSchedule none();
    /// gamma = infinity, y = 1/(1 - rho), rho = 0, 1/steps, 2/steps, ... < 1. steps >= 1.
    static FocusingSchedule reinforcement(std::size_t steps,
                                          ReinforcementForm form = ReinforcementForm::Replicas);
    /// gamma = atanh(rho^x), y = 1 + rho^(1 - 2x)/(1 - rho), rho as above; exponent x in [0, 1].
    static FocusingSchedule pseudo_reinforcement(std::size_t steps, double exponent = 0.5);
    /// replicas >= 1 fixed, gamma over the range.
    static FocusingSchedule scoping(double replicas, const Ramp& gamma, std::size_t steps);
    /// Any list; each gamma in [0, infinity], each y >= 1. Throws Error naming the entry.
    static FocusingSchedule from_list(std::vector<Coupling> couplings);
    /// Text file of one `gamma y` pair a line (`inf` allowed, # starts a comment). Throws Error
    /// with file, line and word.
    static FocusingSchedule from_file(const std::string& path);

    std::size_t steps() const { return couplings_.size(); }
    /// step < steps().
    const Coupling& at(std::size_t step) const { return couplings_[step]; }

  private:
    std::vector<Coupling> couplings_;
};

}  // namespace steppe
