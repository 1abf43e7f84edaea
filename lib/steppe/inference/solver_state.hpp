#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "steppe/error.hpp"

namespace steppe {

class Archive;

/// Numbers of one kind with a name.
struct NamedArray {
    std::string name;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::uint64_t>> values;

    bool operator==(const NamedArray&) const = default;
};

/// All that a solver needs to go on exactly where it was: a solver built from the same graph and
/// options and restored from it takes the same steps, bit for bit.
struct SolverState {
    std::string solver;  ///< which solver and precision it belongs to
    std::vector<NamedArray> arrays;

    /// The array of that name, type and size; throws Error where there is none.
    template <class T>
    const std::vector<T>& find(const std::string& name, std::size_t size) const {
        for (const NamedArray& array : arrays) {
            const auto* numbers = std::get_if<std::vector<T>>(&array.values);
            if (array.name == name && numbers && numbers->size() == size) return *numbers;
        }
        throw Error("the saved state is of another problem: it has no array '" + name + "' of " +
                    std::to_string(size) + " numbers");
    }
    /// A further array, of those numbers.
    template <class T>
    void add(std::string name, std::span<const T> values) {
        arrays.push_back({std::move(name), std::vector<T>(values.begin(), values.end())});
    }
    /// The numbers of the array of that name become `values`; with change = false it only looks
    /// whether they are there. Throws Error where they are not.
    template <class T>
    void take(const std::string& name, std::span<T> values, bool change) const {
        const std::vector<T>& found = find<T>(name, values.size());
        if (change) std::copy(found.begin(), found.end(), values.begin());
    }
    /// Throws Error unless the state was saved by a solver of that name.
    void require_solver(const std::string& name) const {
        if (solver == name) return;
        throw Error("the saved state is of '" + solver + "', this solver is '" + name + "'");
    }

    /// The same to the last bit (and no NaN).
    bool operator==(const SolverState&) const = default;

    /// Into an archive, or out of it (numeric/archive.hpp).
    void state(Archive& archive);
    /// The same, without a copy: what is saved is gone from here.
    void move_state(Archive& archive);
};

}  // namespace steppe
