#pragma once

#include "steppe/run/solve.hpp"

namespace steppe {

class Archive;

// What runs save of their results (internal; not installed): all that a run finds out. What follows
// from its problem and its options is there before.
void state(Archive& archive, Weights& weights);
void state(Archive& archive, SolveSummary& summary);
void state(Archive& archive, SolveResult& result);

// What the results and the runs are made of.
void state(Archive& archive, Ramp& ramp);
void state(Archive& archive, Coupling& coupling);
void state(Archive& archive, IterationReport& report);
void state(Archive& archive, LearningKnobs& knobs);
void state(Archive& archive, EpochReport& report);
void state(Archive& archive, TeacherErrors& errors);
void state(Archive& archive, StabilityReport& report);

}  // namespace steppe
