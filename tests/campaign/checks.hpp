#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "answer.hpp"
#include "problem.hpp"

namespace steppe::campaign {

/// What a check found: its name and what is wrong, with numbers.
struct Failure {
    std::string kind, what;
};

/// Names and sentences of all checks.
std::vector<std::pair<std::string, std::string>> all_kinds();

/// Which checks are made; all without names in `only`.
struct Kinds {
    std::set<std::string> only, without;

    bool has(const std::string& kind) const {
        return (only.empty() || only.contains(kind)) && !without.contains(kind);
    }
};

/// How many problems a check of the name had something to say of.
using Asked = std::map<std::string, std::size_t>;

/// Solves the problem and makes the checks; asked: 1 for each of them that applied.
std::vector<Failure> check(const Problem& problem, const Kinds& kinds, Asked& asked);
inline std::vector<Failure> check(const Problem& problem, const Kinds& kinds) {
    Asked ignored;
    return check(problem, kinds, ignored);
}

/// Those of an answer that somebody has got, whatever the options: none is refused.
std::vector<Failure> check_answer(const Problem& problem, const Answer& answer, const Kinds& kinds,
                                  Asked& asked);

/// Whether an error is one sentence of our own.
bool is_sentence(const std::string& error);

}  // namespace steppe::campaign
