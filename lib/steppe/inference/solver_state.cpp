#include "steppe/inference/solver_state.hpp"

#include "steppe/numeric/archive.hpp"

namespace steppe {

void SolverState::state(Archive& archive) {
    if (archive.reads()) return move_state(archive);
    SolverState copy = *this;
    copy.move_state(archive);
}

void SolverState::move_state(Archive& archive) {
    archive("solver", solver);
    std::string names;
    std::vector<std::uint64_t> kinds;
    for (const NamedArray& array : arrays) {
        names += array.name + "\n";
        kinds.push_back(array.values.index());
    }
    archive("arrays", names);
    archive("kinds", kinds);
    if (archive.reads()) {
        arrays.clear();
        for (std::size_t at = 0; at < names.size(); at = names.find('\n', at) + 1) {
            arrays.push_back({names.substr(at, names.find('\n', at) - at), {}});
        }
        if (arrays.size() != kinds.size()) throw Error("the saved state is damaged");
    }
    for (std::size_t a = 0; a < arrays.size(); ++a) {
        auto& values = arrays[a].values;
        if (archive.reads() && kinds[a] == 0) values = std::vector<float>();
        if (archive.reads() && kinds[a] == 1) values = std::vector<double>();
        if (archive.reads() && kinds[a] == 2) values = std::vector<std::uint64_t>();
        std::visit([&](auto& numbers) { archive.move_numbers(arrays[a].name, numbers); }, values);
    }
}

}  // namespace steppe
