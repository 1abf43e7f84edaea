#include "answer.hpp"

#include <fmt/format.h>
#include <time.h>

#include <bit>
#include <exception>

#include "steppe/error.hpp"

namespace steppe::campaign {

namespace {

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

bool same(double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || x == y ||
           (x != x && y != y);
}

}  // namespace

Answer answer_to(const Problem& problem, std::size_t threads) {
    Answer answer;
    const double start = thread_seconds();
    try {
        SolveOptions options = library_options(problem);
        options.threads = threads;
        answer.result = solve(options, library_patterns(problem), [&](const SolveProgress& now) {
            answer.progress.push_back(now);
            return true;
        });
    } catch (const Error& error) {
        answer.error = error.what();
        if (answer.error.empty()) answer.error = "(an empty sentence)";
    } catch (const std::exception& error) {
        answer.exception = fmt::format("{}: {}", typeid(error).name(), error.what());
    } catch (...) {
        answer.exception = "what is no std::exception";
    }
    answer.seconds = thread_seconds() - start;
    return answer;
}

std::string difference(const Answer& a, const Answer& b) {
    if (a.error != b.error) return fmt::format("errors '{}' and '{}'", a.error, b.error);
    if (!a.result || !b.result) return "";
    const SolveSummary &x = a.result->summary, &y = b.result->summary;
    const auto numbers = [](const SolveSummary& s) {
        return std::vector<std::pair<const char*, double>>{
            {"errors", static_cast<double>(s.errors)},
            {"iterations", static_cast<double>(s.iterations)},
            {"best iteration", static_cast<double>(s.best_iteration)},
            {"tries", static_cast<double>(s.tries)},
            {"converged", s.converged ? 1.0 : 0.0},
            {"overlap", s.overlap},
            {"free entropy", s.free_entropy},
            {"damping", s.damping},
            {"spread", s.spread},
            {"unit overlap", s.unit_overlap}};
    };
    if (x.teacher && y.teacher &&
        !(same(x.teacher->gibbs, y.teacher->gibbs) && same(x.teacher->bayes, y.teacher->bayes) &&
          same(x.teacher->clipped, y.teacher->clipped))) {
        return "errors against the teacher";
    }
    const auto left = numbers(x), right = numbers(y);
    for (std::size_t j = 0; j < left.size(); ++j) {
        if (!same(left[j].second, right[j].second)) {
            return fmt::format("{} {} and {}", left[j].first, left[j].second, right[j].second);
        }
    }
    // A stability is in the unit of the inputs.
    if (x.message != y.message && !x.stability)
        return fmt::format("'{}' and '{}'", x.message, y.message);
    if (!(a.result->weights == b.result->weights)) return "weights";
    return "";
}

}  // namespace steppe::campaign
