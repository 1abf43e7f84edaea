#include "steppe/run/messages/calming.hpp"

#include "steppe/numeric/archive.hpp"
#include "steppe/run/messages/patience.hpp"

namespace steppe {

void Calming::begin(const MessagePassing& solver) {
    settled_ = false;
    raises_ = 0;
    good_.reset();
    if (able_) good_ = solver.save();
    good_overlap_ = solver.overlap();
}

void Calming::settled(const MessagePassing& solver, double overlap) {
    if (!able_ || !(settled_ || overlap < settled_overlap)) return;
    good_ = solver.save();
    good_overlap_ = overlap;
    settled_ = true;
}

bool Calming::is_free() const {
    return good_ && good_overlap_ < settled_overlap;
}

bool Calming::calm(MessagePassing& solver, double& damping) {
    if (!able_) return false;
    if (raises_ >= most_raises) {
        if (raises_ == most_raises) ++lost_tries_;
        raises_ = most_raises + 1;  // Counted once a try.
        return false;
    }
    ++raises_;
    ++divergences_;
    damping = 0.5 * (1.0 + damping);
    solver.restore(*good_);
    solver.set_damping(damping);
    return true;
}

double Calming::most_damping(double damping) {
    return 1.0 - (1.0 - damping) / (1u << most_raises);
}

void Calming::state(Archive& archive) {
    archive("good", good_);
    archive("good overlap", good_overlap_);
    archive("settled", settled_);
    archive("raises", raises_);
    archive("divergences", divergences_);
    archive("lost tries", lost_tries_);
}

}  // namespace steppe
