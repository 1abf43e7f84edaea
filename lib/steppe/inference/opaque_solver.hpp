#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "steppe/inference/message_passing.hpp"

namespace steppe {

/// A solver whose header does not show how it works: another, behind it, does what MessagePassing
/// asks.
class OpaqueSolver : public MessagePassing {
  public:
    IterationReport step(const Coupling& coupling = {}) override { return behind_->step(coupling); }
    std::size_t iterations() const override { return behind_->iterations(); }
    Weights weights() const override { return behind_->weights(); }
    std::vector<double> magnetizations(std::size_t plate) const override {
        return behind_->magnetizations(plate);
    }
    std::vector<double> fields(std::size_t plate) const override { return behind_->fields(plate); }
    double overlap() const override { return behind_->overlap(); }
    FocusingOverlaps focusing_overlaps() const override { return behind_->focusing_overlaps(); }
    double free_entropy() const override { return behind_->free_entropy(); }
    void set_start_field(const std::vector<std::vector<double>>& fields) override {
        behind_->set_start_field(fields);
    }
    void set_start_scale(double scale) override { behind_->set_start_scale(scale); }
    void set_inverse_temperature(double beta) override { behind_->set_inverse_temperature(beta); }
    double expected_errors() const override { return behind_->expected_errors(); }
    CavitySums cavity_sums(std::size_t group, std::size_t unit) const override {
        return behind_->cavity_sums(group, unit);
    }
    void set_damping(double damping) override { behind_->set_damping(damping); }
    SolverState save() const override { return behind_->save(); }
    void restore(const SolverState& state) override { behind_->restore(state); }

  protected:
    explicit OpaqueSolver(std::unique_ptr<MessagePassing> behind) : behind_(std::move(behind)) {}
    MessagePassing& behind() { return *behind_; }
    const MessagePassing& behind() const { return *behind_; }

  private:
    std::unique_ptr<MessagePassing> behind_;
};

}  // namespace steppe
