#include "steppe/study/run_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <limits>
#include <map>
#include <mutex>

#include "steppe/error.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solution_file.hpp"
#include "steppe/run/solve.hpp"
#include "steppe/study/cell.hpp"
#include "steppe/study/results.hpp"

namespace steppe {

namespace {

/// Training sets that rates are tuned on are others than those of the study.
constexpr std::uint64_t first_tuning_set = most_sets + 1;
constexpr std::uint64_t tuning_sets = 6;

void make_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw Error(fmt::format("{} cannot be made: {}", path, error.message()));
}

/// Problems of the training sets at hand, each made once.
class Problems {
  public:
    explicit Problems(const Study& study) : study_(study) {}

    std::shared_ptr<const StudyProblem> of(std::uint64_t set) {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<const StudyProblem>& problem = problems_[set];
        if (!problem) problem = std::make_shared<const StudyProblem>(study_.problem(set));
        return problem;
    }

  private:
    const Study& study_;
    std::mutex mutex_;
    std::map<std::uint64_t, std::shared_ptr<const StudyProblem>> problems_;
};

class Runner {
  public:
    Runner(const Study& study, const StudyOptions& options, const StudyObserver& observer)
        : options_(options),
          observer_(observer),
          problems_(study),
          threads_(options.threads),
          results_(prepared(options.folder) + "/results.jsonl") {
        // Arms of two studies may have one name, and so may the files of their weights.
        for (const MeasureJson& row : results_.rows()) {
            const auto of = row.find("study");
            if (of != row.end() && *of == study.name) continue;
            throw Error(fmt::format(
                "{}/results.jsonl holds results of another study than {}: name another folder",
                options.folder, study.name));
        }
    }

    /// Runs those that are missing; false where the observer ended it.
    bool run(const std::vector<Cell>& cells) {
        require_whole(cells);
        std::vector<const Cell*> missing;
        for (const Cell& cell : cells) {
            if (!results_.has(cell.key())) missing.push_back(&cell);
        }
        done_ = cells.size() - missing.size();
        begun_with_ = done_;
        all_ = cells.size();
        start_ = std::chrono::steady_clock::now();
        std::atomic<std::size_t> next{0};
        const std::size_t workers = std::min(threads_.count(), missing.size());
        // In the order given: early results cover all arms.
        threads_.run([&] {
            parallel_for(workers, 1, [&](std::size_t, std::size_t) {
                try {
                    for (std::size_t i = next++; i < missing.size() && go_on(missing[i]->name());
                         i = next++) {
                        take(*missing[i]);
                    }
                } catch (...) {
                    // No one waits for the others: what they still run would be lost work.
                    stop();
                    throw;
                }
            });
        });
        return !stopped_;
    }

    /// The row of each cell.
    std::vector<MeasureJson> rows(const std::vector<Cell>& cells) const {
        std::map<std::string, const MeasureJson*> by_key;
        for (const MeasureJson& row : results_.rows()) {
            by_key[row["key"].get<std::string>()] = &row;
        }
        std::vector<MeasureJson> rows;
        for (const Cell& cell : cells) {
            const auto found = by_key.find(cell.key());
            if (found != by_key.end()) rows.push_back(*found->second);
        }
        return rows;
    }

  private:
    /// Throws Error where a row that is there lacks what those of this version have.
    void require_whole(const std::vector<Cell>& cells) const {
        std::map<std::string, const Cell*> by_key;
        for (const Cell& cell : cells) by_key[cell.key()] = &cell;
        for (std::size_t i = 0; i < results_.rows().size(); ++i) {
            const MeasureJson& row = results_.rows()[i];
            const auto cell = by_key.find(row["key"].get<std::string>());
            if (cell == by_key.end()) continue;
            const std::string lacks = cell->second->lacks(row);
            if (lacks.empty()) continue;
            throw Error(
                fmt::format("{}/results.jsonl, line {}: this result of the study has no {}: it is "
                            "damaged, or of another version; move the file away, or name another "
                            "folder",
                            options_.folder, i + 1, lacks));
        }
    }

    static std::string prepared(const std::string& folder) {
        make_folder(folder + "/weights");
        return folder;
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }

    bool go_on(const std::string& running) {
        const std::lock_guard lock(mutex_);
        if (!running.empty()) running_ = running;
        if (stopped_ || !observer_) return !stopped_;
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
        const auto fresh = static_cast<double>(done_ - begun_with_);
        const double left = fresh > 0.0 ? taken.count() / fresh * static_cast<double>(all_ - done_)
                                        : std::numeric_limits<double>::infinity();
        if (!observer_({done_, all_, running_, left})) stopped_ = true;
        return !stopped_;
    }

    void take(const Cell& cell) {
        const std::shared_ptr<const StudyProblem> problem = problems_.of(cell.set);
        std::optional<CellResult> result;
        std::string error;
        try {
            result = run_cell(cell, *problem, [&] { return go_on(""); });
        } catch (const Error& thrown) {
            error = thrown.what();
        }
        const std::lock_guard lock(file_mutex_);
        if (!error.empty()) {
            results_.add(failed_row(cell, error));
        } else if (result) {
            keep(cell, std::move(*result));
        } else {
            return;
        }
        const std::lock_guard count_lock(mutex_);
        ++done_;
    }

    void keep(const Cell& cell, CellResult result) {
        if (!cell.tuning) {
            const std::string file = fmt::format("weights/{}.h5", cell.slug());
            write_solution({result.weights, cell.arm->network, std::nullopt,
                            result.row.value("summary", MeasureJson::object()).dump(), version()},
                           options_.folder + "/" + file);
            result.row["weights"] = file;
        }
        results_.add(std::move(result.row));
    }

    const StudyOptions& options_;
    const StudyObserver& observer_;
    Problems problems_;
    Threads threads_;
    Results results_;

    std::mutex file_mutex_, mutex_;
    std::size_t done_ = 0, begun_with_ = 0, all_ = 0;
    std::string running_;
    bool stopped_ = false;
    std::chrono::steady_clock::time_point start_;
};

std::vector<Cell> tuning_cells(const Study& study) {
    std::vector<Cell> cells;
    for (const Arm& arm : study.arms) {
        for (const std::string& rate : arm.rates) {
            for (std::uint64_t s = 0; s < tuning_sets; ++s) {
                cells.push_back({&study, &arm, first_tuning_set + s, 1, rate, true});
            }
        }
    }
    return cells;
}

/// The rate that stores most tuning sets; of those the one that does so in the fewest epochs.
std::string best_rate(const Arm& arm, const std::vector<MeasureJson>& tuning) {
    std::string best;
    std::size_t most = 0;
    double fewest = 0.0;
    for (const std::string& rate : arm.rates) {
        std::size_t solved = 0;
        double epochs = 0.0;
        for (const MeasureJson& row : tuning) {
            if (row["arm"] != arm.name || row["rate"] != rate) continue;
            if (row["solved"].get<bool>()) ++solved;
            // A rate at which a run fails wins no tie.
            epochs += row.value("iterations", std::numeric_limits<double>::infinity());
        }
        if (best.empty() || solved > most || (solved == most && epochs < fewest)) {
            best = rate;
            most = solved;
            fewest = epochs;
        }
    }
    return best;
}

/// Seed by seed, so that early results cover all arms and training sets.
std::vector<Cell> study_cells(const Study& study, const StudyResults& how) {
    std::vector<Cell> cells;
    for (std::uint64_t seed = 1; seed <= how.seeds; ++seed) {
        for (std::uint64_t set = 1; set <= how.sets; ++set) {
            for (std::size_t a = 0; a < study.arms.size(); ++a) {
                Cell cell{&study, &study.arms[a], set, seed};
                if (!how.rates[a].empty()) cell.rate = how.rates[a];
                cells.push_back(std::move(cell));
            }
        }
    }
    return cells;
}

}  // namespace

std::optional<StudyResults> run_study(const Study& study, const StudyOptions& options,
                                      const StudyObserver& observer) {
    StudyResults found;
    found.sets = options.sets > 0 ? options.sets : study.sets;
    found.seeds = options.seeds > 0 ? options.seeds : study.seeds;
    if (found.sets > most_sets || found.seeds > most_seeds) {
        throw Error(fmt::format("{} training sets and {} seeds: at most {} and {} can be had",
                                found.sets, found.seeds, most_sets, most_seeds));
    }
    Runner runner(study, options, observer);
    const std::vector<Cell> tuning = tuning_cells(study);
    if (!runner.run(tuning)) return std::nullopt;
    found.tuning = runner.rows(tuning);
    for (const Arm& arm : study.arms) {
        const Arm& tuned = arm.rate_of.empty() ? arm : arm_named(study, arm.rate_of);
        found.rates.push_back(tuned.rates.empty() ? "" : best_rate(tuned, found.tuning));
    }
    const std::vector<Cell> cells = study_cells(study, found);
    if (!runner.run(cells)) return std::nullopt;
    found.rows = runner.rows(cells);
    return found;
}

}  // namespace steppe
