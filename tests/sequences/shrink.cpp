#include "shrink.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "campaign/shrink.hpp"

namespace steppe::sequences {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto most_time = std::chrono::seconds(60);

/// What may stand for a word: nothing for words that are no numbers.
std::vector<std::string> simpler(const std::string& word) {
    double value = 0.0;
    const auto end = std::from_chars(word.data(), word.data() + word.size(), value);
    if (end.ec != std::errc{} || end.ptr != word.data() + word.size()) return {};
    std::vector<std::string> all;
    for (const std::string candidate : {"0", "1", "2", "0.5"}) {
        if (word == candidate) break;
        all.push_back(candidate);
    }
    return all;
}

class Shrinker {
  public:
    Shrinker(const Trace& trace, const Fails& fails)
        : best_(trace), fails_(fails), end_(Clock::now() + most_time) {}

    Trace run() {
        for (bool smaller = true; smaller && Clock::now() < end_;) {
            smaller = drop_calls();
            smaller |= simpler_problem();
            smaller |= simpler_words();
        }
        return best_;
    }

  private:
    bool take(const Trace& candidate) {
        if (candidate == best_ || Clock::now() > end_ || !fails_(candidate)) return false;
        best_ = candidate;
        return true;
    }

    /// Half of them at a time, from the last on, then a quarter, and so on.
    bool drop_calls() {
        bool smaller = false;
        for (std::size_t piece = std::max<std::size_t>(best_.calls.size() / 2, 1); piece > 0;
             piece /= 2) {
            for (std::size_t end = best_.calls.size(); end >= piece;) {
                Trace less = best_;
                const auto last = less.calls.begin() + static_cast<std::ptrdiff_t>(end);
                less.calls.erase(last - static_cast<std::ptrdiff_t>(piece), last);
                smaller |= take(less);
                end -= std::min(piece, end);
            }
        }
        return smaller;
    }

    bool simpler_problem() {
        const Problem before = best_.problem;
        best_.problem = campaign::shrink(before, [&](const Problem& problem) {
            return Clock::now() < end_ && fails_({problem, best_.calls});
        });
        return !(best_.problem == before);
    }

    bool simpler_words() {
        bool smaller = false;
        for (std::size_t c = 0; c < best_.calls.size(); ++c) {
            for (std::size_t w = 0; w < best_.calls[c].words.size(); ++w) {
                for (const std::string& word : simpler(best_.calls[c].words[w])) {
                    Trace less = best_;
                    less.calls[c].words[w] = word;
                    if (!take(less)) continue;
                    smaller = true;
                    break;
                }
            }
        }
        return smaller;
    }

    Trace best_;
    const Fails& fails_;
    Clock::time_point end_;
};

}  // namespace

Trace shrink(const Trace& trace, const Fails& fails) {
    return Shrinker(trace, fails).run();
}

}  // namespace steppe::sequences
