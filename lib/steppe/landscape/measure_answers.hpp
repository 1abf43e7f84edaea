#pragma once

#include <string>

#include "steppe/landscape/measures.hpp"

/// How the measures of measures.cpp are taken, and their answers in a line (internal; not
/// installed).
namespace steppe {

void take_flatness(const Measured& of, const MeasureOptions& how, const LandscapeObserver& observer,
                   MeasureJson& answer);
void take_stabilities(const Measured& of, const MeasureOptions& how,
                      const LandscapeObserver& observer, MeasureJson& answer);
void take_local_entropy(const Measured& of, const MeasureOptions& how,
                        const LandscapeObserver& observer, MeasureJson& answer);
void take_hessian(const Measured& of, const MeasureOptions& how, const LandscapeObserver& observer,
                  MeasureJson& answer);
void take_sharpness(const Measured& of, const MeasureOptions& how,
                    const LandscapeObserver& observer, MeasureJson& answer);

std::string flatness_line(const MeasureJson& answer);
std::string stabilities_line(const MeasureJson& answer);
std::string local_entropy_line(const MeasureJson& answer);
std::string hessian_line(const MeasureJson& answer);
std::string sharpness_line(const MeasureJson& answer);

}  // namespace steppe
