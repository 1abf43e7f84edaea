#include "steppe/sweep/run_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solve.hpp"
#include "steppe/sweep/memory_budget.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

/// How often the observer is asked, and the runs that others compute are looked for.
constexpr std::chrono::milliseconds glance(100), patience(250);

struct Mean {
    double sum = 0.0, count = 0.0;
    void add(double value) {
        sum += value;
        count += 1.0;
    }
    double value() const { return sum / count; }
};

class Sweep {
  public:
    /// read, write: the same store, null where there is none or it is not to be written.
    Sweep(const ResultStore* read, ResultStore* write, const SweepCells& cells, std::size_t threads,
          const SweepObserver& observer)
        : read_(read), write_(write), cells_(cells), observer_(observer), threads_(threads) {
        state_.cells = cells.order.size();
    }

  private:
    /// work(run of a cell); an Error names the cell.
    template <class Work>
    auto named(std::size_t cell, const Work& work) {
        try {
            return work(cells_.run(cell));
        } catch (const Error& error) {
            throw Error(fmt::format("the run {}: {}", cells_.name(cell), error.what()));
        }
    }

  public:
    /// Finds out which cells are missing.
    void look() {
        progress_.stage = SweepProgress::Stage::Looking;
        std::vector<char> found(cells_.order.size(), 0);
        if (read_ && read_->count() > 0) {
            each(cells_.order.size(), [&](std::size_t i) {
                const auto row = named(cells_.order[i], [&](const SweepRun& run) {
                    return read_->find(run_key(run.options, run.patterns, run.labels));
                });
                if (row) keep_found(cells_.order[i], *row);
                found[i] = row ? 1 : 0;
                const std::lock_guard lock(mutex_);
                ++looked_;
            });
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (found[i] == 0) missing_.push_back(cells_.order[i]);
        }
    }

    void run() {
        if (stopped_) return;
        progress_.stage = SweepProgress::Stage::Running;
        run_those(std::exchange(missing_, {}));
        progress_.stage = SweepProgress::Stage::Waiting;
        while (!elsewhere_.empty() && go_on()) {
            const std::size_t before = elsewhere_.size();
            run_those(std::exchange(elsewhere_, {}));
            if (elsewhere_.size() == before) std::this_thread::sleep_for(patience);
        }
    }

    SweepState state() const {
        SweepState state = state_;
        state.missing = state.cells - state.there - state.computed;
        state.interrupted = stopped_ && state.missing > 0;
        // Which ones are missing is known as long as none have been run.
        if (state.missing == missing_.size()) state.seconds_left = estimate();
        return state;
    }

  private:
    /// Calls work(i) for i from 0 up, several at a time, in that order, while the observer lets it.
    template <class Work>
    void each(std::size_t count, const Work& work) {
        std::atomic<std::size_t> next{0};
        threads_.run([&] {
            parallel_for(std::min(threads_.count(), count), 1, [&](std::size_t, std::size_t) {
                try {
                    while (go_on()) {
                        const std::size_t i = next++;
                        if (i >= count) break;
                        work(i);
                    }
                } catch (...) {
                    // No one waits for the others: what they still run would be lost work.
                    stopped_ = true;
                    throw;
                }
            });
        });
    }

    void run_those(const std::vector<std::size_t>& cells) {
        start_ = Clock::now();
        done_before_ = state_.there + state_.computed;
        // Few cells share the cores among them.
        const std::size_t each_has =
            std::max<std::size_t>(1, threads_.count() / std::max<std::size_t>(1, cells.size()));
        each(cells.size(), [&](std::size_t i) { take(cells[i], each_has); });
    }

    void take(std::size_t cell, std::size_t threads) {
        named(cell, [&](SweepRun run) {
            const RunKey key = run_key(run.options, run.patterns, run.labels);
            // Claims wait for each other, and readers for nobody.
            auto row = write_->find(key);
            const bool claimed = !row && write_->claim(key);
            if (!row && !claimed) row = write_->find(key);
            if (row) return keep_found(cell, *row);
            if (!claimed) {
                const std::lock_guard lock(mutex_);
                elsewhere_.push_back(cell);
                return;
            }
            compute(cell, std::move(run), key, threads);
        });
    }

    void compute(std::size_t cell, SweepRun run, const RunKey& key, std::size_t threads) {
        const MemoryBudget::Part memory(memory_, bytes_of_run(run.options, run.patterns));
        run.options.threads = threads;
        {
            const std::lock_guard lock(mutex_);
            ++progress_.running;
        }
        const auto watch = [&](const SolveProgress&) {
            go_on();
            return true;
        };
        const SolveSummary summary = solve(run.options, std::move(run.patterns), watch).summary;
        const bool added = write_->put(result_row(key, summary));
        const std::lock_guard lock(mutex_);
        --progress_.running;
        ++(added ? state_.computed : state_.there);
        if (summary.errors == 0) ++state_.solved;
        note_time(cell, summary.seconds);
    }

    void keep_found(std::size_t cell, const ResultRow& row) {
        const std::lock_guard lock(mutex_);
        ++state_.there;
        if (row.solved) ++state_.solved;
        note_time(cell, row.seconds);
    }

    void note_time(std::size_t cell, double seconds) {
        times_[cells_.group(cell)].add(seconds);
        all_times_.add(seconds);
    }

    /// Whether more may be begun. The observer hears of it when it is due.
    bool go_on() {
        const std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock || !observer_ || Clock::now() - last_ < glance) return !stopped_;
        last_ = Clock::now();
        const bool looks = progress_.stage == SweepProgress::Stage::Looking;
        progress_.cells = state_.cells;
        progress_.done = looks ? looked_ : state_.there + state_.computed;
        const std::chrono::duration<double> taken = Clock::now() - start_;
        const auto left = static_cast<double>(progress_.cells - progress_.done);
        const std::size_t fresh = looks ? 0 : progress_.done - done_before_;
        progress_.seconds_left = fresh > 0 ? taken.count() / static_cast<double>(fresh) * left
                                           : std::numeric_limits<double>::infinity();
        if (!observer_(progress_)) stopped_ = true;
        return !stopped_;
    }

    /// Of what is missing: each as long as those of its group, or else as all there are.
    double estimate() const {
        double seconds = 0.0;
        for (const std::size_t cell : missing_) {
            const auto group = times_.find(cells_.group(cell));
            seconds += group != times_.end() ? group->second.value() : all_times_.value();
        }
        return seconds / static_cast<double>(threads_.count());
    }

    const ResultStore* read_;
    ResultStore* write_;
    const SweepCells& cells_;
    const SweepObserver& observer_;
    Threads threads_;
    MemoryBudget memory_{memory_room().bytes};
    std::vector<std::size_t> missing_;

    std::mutex mutex_;
    std::vector<std::size_t> elsewhere_;  ///< that others have claimed
    std::map<std::size_t, Mean> times_;   ///< seconds of runs, by group
    Mean all_times_;
    SweepState state_;
    SweepProgress progress_;
    std::size_t looked_ = 0, done_before_ = 0;
    Clock::time_point start_ = Clock::now(), last_{};
    std::atomic<bool> stopped_{false};
};

}  // namespace

SweepState look_at_sweep(const ResultStore* store, const SweepCells& cells, std::size_t threads,
                         const SweepObserver& observer) {
    Sweep sweep(store, nullptr, cells, threads, observer);
    sweep.look();
    return sweep.state();
}

SweepState run_sweep(ResultStore& store, const SweepCells& cells, std::size_t threads,
                     const SweepObserver& observer) {
    Sweep sweep(&store, &store, cells, threads, observer);
    sweep.look();
    sweep.run();
    return sweep.state();
}

}  // namespace steppe
