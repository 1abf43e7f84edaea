#!/usr/bin/env python3
"""Measures one table of the manual by runs of the program, and prints it as Markdown.

    benchmarks/measure.py TABLE [--seeds COUNT] [--build FOLDER]
    benchmarks/measure.py --list

Every run is `steppe solve --json --threads 1` (unless stated) with the options that the table
names, for seeds 1, 2, ... (unless stated); seconds are those of the answer, or where the table says
so of the processor. The answers are kept, a line each, in FOLDER/tables/TABLE.jsonl. docs/tables.py
puts what is printed into its page.
"""
import math
import pathlib
import statistics
import sys
import tempfile

from runs import ROOT, head, main, mean_and_error, middle, of, row, seconds, solved, spread, values

IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")


def errors_left(runs):
    left = [run["errors"] for run in runs if run["errors"] > 0]
    return f"{min(left)} to {max(left)} errors" if left else ""


def whole(runs):
    """Solved; least, median, most iterations; median seconds."""
    good = solved(runs)
    if not good:
        return f"0 ({errors_left(runs)})"
    return (f"{len(good)}; {spread(values(good, 'iterations'))}; "
            f"{seconds(middle(values(good, 'seconds')))} s")


def brief(runs):
    """Solved, median iterations."""
    good = solved(runs)
    return f"{len(good)}, {middle(values(good, 'iterations'))}" if good else "0"


# ----------------------------------------------------------------------------- time to solution

def solutions_of(runs, problems):
    head("`steppe solve`", "solved", "iterations: least, median, most", "tries: median, most",
         "s: median, most")
    for options, seeds in problems:
        answers = runs.all(options, seeds and max(1, seeds * runs.seeds // 10))
        good = solved(answers)
        if not good:
            row(f"`{options}`", of(answers), errors_left(answers), "", "")
            continue
        tries, times = values(good, "tries"), values(good, "seconds")
        row(f"`{options}`", of(answers), spread(values(good, "iterations")),
            f"{middle(tries)}, {max(tries)}",
            f"{seconds(middle(times))}, {seconds(max(times))}")


COMMITTEE = "--model committee --hidden 5 --inputs 321"


def solutions(runs):
    solutions_of(runs, [("--inputs 1001 --load 0.66", 10), ("--inputs 1001 --load 0.7", 10),
                        ("--inputs 1001 --load 0.74 --time-limit 5", 20),
                        ("--inputs 10001 --load 0.74", 10),
                        (f"{COMMITTEE} --load 0.55", 10), (f"{COMMITTEE} --load 0.6", 10)])


def solutions_large(runs):
    solutions_of(runs, [("--inputs 10001 --load 0.75 --time-limit 60 --threads 2", 10),
                        ("--inputs 100001 --load 0.74 --threads 2", 1)])


def solutions_bp(runs):
    head("`steppe solve`", "solved", "iterations: least, median, most", "s: median, most")
    for options in (["--inputs 1001 --load 0.66"]
                    + [f"{COMMITTEE} --load {load}" for load in (0.3, 0.4, 0.5)]
                    + ["--inputs 10001 --load 0.66", "--inputs 10001 --load 0.7 --steps 300"]):
        answers = runs.all(f"--solver bp {options}", 1 if "10001" in options else None)
        good = solved(answers)
        times = values(good, "seconds")
        row(f"`{options}`", of(answers), *((spread(values(good, "iterations")),
            f"{seconds(middle(times))}, {seconds(max(times))}") if good else ("", "")))


# What other programs took for the same files, on one core of the machine of this table's numbers:
# the reference implementation and a port of it, their best settings.
OTHERS = {
    "N1001_K1_a0.66_s1": ("about 140, 4 s", "102, 3 s"),
    "N1001_K1_a0.7_s1": ("about 180, 6 s", "147, 5 s"),
    "N1001_K1_a0.74_s2": ("about 165, 6 s", "not run"),
    "N321_K5_a0.3_s2": ("768, 19 s", "not run"),
    "N321_K5_a0.4_s1": ("94, 3.5 s", "96, 5 s"),
    "N321_K5_a0.5_s1": ("738, 43 s", "216, 12 s"),
}


def instances(runs):
    head("instance", "Steppe", "Julia", "C++ port")
    for name, others in OTHERS.items():
        file = next((ROOT / "tests" / "instances").glob(f"{name}.*"))
        network = "--model committee --hidden 5" if "_K5_" in name else ""
        run = runs.one(f"--solver bp --patterns {file} {network}", 1)
        row(name, f"{run['iterations']} iterations, {seconds(run['seconds'])} s"
            if run["errors"] == 0 else f"{run['errors']} errors", *others)


# ------------------------------------------------------------------------------------ convergence

def grid(runs, corner, columns, rows, options, seeds):
    head(corner, *(title for title, _ in columns))
    for load in rows:
        row(f"{load:.2f}", *(brief(runs.all(f"{options} --load {load} {more}", seeds))
                             for _, more in columns))


def pace(runs):
    grid(runs, "load", [(f"{steps} steps" if steps != "auto" else "auto", f"--steps {steps}")
                        for steps in (100, 300, 1000, "auto")], (0.66, 0.7, 0.74),
         "--inputs 1001 --solver amp --schedule pseudo-reinforcement --restarts 0", 4 * runs.seeds)


def schedules(runs):
    names = ("pseudo-reinforcement", "reinforcement", "scoping")
    grid(runs, "load", [(name, f"--schedule {name}") for name in names],
         (0.6, 0.66, 0.7, 0.72, 0.74), "--inputs 1001 --solver bp --damping 0.5", 2 * runs.seeds)


def dampings(runs):
    grid(runs, "load", [(f"damping {d}", f"--damping {d}") for d in (0.5, 0.8)], (0.4, 0.5, 0.55),
         f"{COMMITTEE} --solver bp --schedule pseudo-reinforcement", 2 * runs.seeds)


# --------------------------------------------------------------------------------- other networks

TREE = "--model committee --wiring tree --inputs 999"
NETWORKS = [
    ("--weights spherical --inputs 1001", (1.5, 1.8, 1.9)),
    ("--weights spherical --margin -0.5 --inputs 1001", (3, 3.5, 4)),
    ("--margin 0.2 --inputs 1001", (0.5, 0.55, 0.6)),
    (TREE, (0.6, 0.7, 0.75)),
    (f"{TREE} --weights spherical", (1, 1.5, 2, 2.5, 2.7, 2.9)),
    ("--model committee --hidden 9 --weights spherical --inputs 784", (1,)),
]


def networks(runs):
    head("options", "load", "`amp`", "`bp`")
    for options, loads in NETWORKS:
        for load in loads:
            row(f"`{options}`" if load == loads[0] else "", load,
                *(whole(runs.all(f"{options} --load {load} --solver {solver} --time-limit 20"))
                  for solver in ("amp", "bp")))


def parity(runs):
    head("wiring", "load", "`amp`", "`bp`, 100 steps", "`bp`, `--steps 1000`")
    for title, options, loads in (
            ("tree, N = 999", "--wiring tree --inputs 999", (0.1, 0.3, 0.4, 0.5, 0.55)),
            ("full, N = 321", "--inputs 321", (0.1, 0.2, 0.3, 0.4, 0.5))):
        for load in loads:
            row(title if load == loads[0] else "", load,
                *(whole(runs.all(f"--model parity {options} --load {load} --time-limit 10 {more}"))
                  for more in ("--solver amp", "--solver bp", "--solver bp --steps 1000")))


# ------------------------------------------------------------------- patterns that may be wrong

# Temperatures of the tries that follow by themselves, in their order (lib/steppe/run/tolerant.cpp).
BINARY_TEMPERATURES = ("0.3", "0.2", "0.3:0.1:geometric", "0.5")
REAL_TEMPERATURES = ("0.02", "0.1:0.001:geometric", "0.01", "0.1:0.01:geometric")
WRONG_BINARY = [
    ("perceptron, N = 1001", "--inputs 1001", (0.85, 1.0, 1.5)),
    ("committee, K = 3, N = 201", "--model committee --hidden 3 --inputs 201", (0.9, 1.2)),
]
WRONG_REAL = [
    ("perceptron, N = 501", "--weights spherical --inputs 501", (2.1, 3, 5)),
    ("tree committee, K = 3, N = 333",
     "--model committee --hidden 3 --wiring tree --weights spherical --inputs 333", (3.5,)),
]


def wrong_of(runs, problems, temperatures):
    def cell(answers):
        return (f"{middle(values(answers, 'errors'))}; "
                f"{seconds(middle(values(answers, 'processor_seconds')))} s")

    head("problem", "load", "M", "plain run", *(f"T = {t}" for t in temperatures), "default")
    seeds = max(1, 3 * runs.seeds // 10)
    for title, options, loads in problems:
        for load in loads:
            problem = f"{options} --load {load}"
            plain = runs.all(f"{problem} --restarts 0 --no-finish", seeds)
            row(title if load == loads[0] else "", load, plain[0]["patterns"], cell(plain),
                *(cell(runs.all(f"{problem} --temperature {t} --no-finish", seeds))
                  for t in temperatures), cell(runs.all(problem, seeds)))


def wrong_binary(runs):
    wrong_of(runs, WRONG_BINARY, BINARY_TEMPERATURES)


def wrong_real(runs):
    wrong_of(runs, WRONG_REAL, REAL_TEMPERATURES)


# ------------------------------------------------------------------------------- largest stability

def gardner_load(kappa):
    """1/load = integral over t > -kappa of (t + kappa)^2 under the normal density."""
    tail = 0.5 * math.erfc(-kappa / math.sqrt(2))
    density = math.exp(-kappa * kappa / 2) / math.sqrt(2 * math.pi)
    return 1 / ((1 + kappa * kappa) * tail + kappa * density)


def gardner_stability(load):
    low, high = -1.0, 10.0
    for _ in range(100):
        kappa = (low + high) / 2
        low, high = (kappa, high) if gardner_load(kappa) > load else (low, kappa)
    return low


def stability(runs):
    head("load", "theory", "`stability`", "gap to `stability_bound`, most", "s, median")
    for load in (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 1.9):
        answers = runs.all(f"--weights spherical --inputs 1001 --load {load} --solver adatron",
                           max(1, runs.seeds // 2))
        good = solved(answers)
        gap = max(run["stability_bound"] - run["stability"] for run in good)
        few = "" if len(good) == len(answers) else f" ({len(good)} of {len(answers)} can be stored)"
        row(load, f"{gardner_stability(load):.4f}",
            mean_and_error(values(good, "stability")) + few, f"{gap:.0e}",
            seconds(middle(values(answers, "processor_seconds"))))


def separable_share(inputs, patterns):
    """Cover's count: the chance that patterns in general position have a solution."""
    return sum(math.comb(patterns - 1, i) for i in range(inputs)) / 2 ** (patterns - 1)


def finish(runs):
    head("load", "`--no-finish` stores", "default stores", "proved impossible", "open",
         "Cover's share that can be stored", "s: median, most")
    for load in (1.8, 1.9, 2.0, 2.1):
        problem = f"--weights spherical --inputs 501 --load {load} --restarts 0"
        seeds = 2 * runs.seeds
        alone = runs.all(f"{problem} --no-finish", seeds)
        answers = runs.all(problem, seeds)
        times = values(answers, "processor_seconds")
        proved = [run for run in answers if run.get("infeasible")]
        row(load, of(alone), of(answers), len(proved),
            seeds - len(solved(answers)) - len(proved),
            f"{separable_share(501, answers[0]['patterns']):.2f}",
            f"{seconds(middle(times))}, {seconds(max(times))}")


# ---------------------------------------------------------------------------------- small problems

SMALL = ([(f"perceptron, N = {n}", f"--inputs {n}", load)
          for n in (21, 51, 101, 199) for load in (0.6, 0.7)]
         + [("tree committee, K = 3, N = 63",
             "--model committee --hidden 3 --wiring tree --inputs 63", 0.7),
            ("committee, K = 3, N = 31", "--model committee --hidden 3 --inputs 31", 0.6),
            ("committee, K = 5, N = 101", "--model committee --hidden 5 --inputs 101", 0.5)])


def small(runs):
    names = ("bp", "amp", "ep", "sbpi")
    head("problem", "load", *(f"`{name}`" for name in names), "any of the four", "`auto`",
         "s of `auto`: median, most")
    seeds = range(3000, 3000 + 4 * runs.seeds)
    for title, options, load in SMALL:
        stored = {}
        for name in (*names, "auto"):
            answers = [runs.one(f"{options} --load {load} --time-limit 60 --solver {name}", seed)
                       for seed in seeds]
            stored[name] = {seed for seed, run in zip(seeds, answers) if run["errors"] == 0}
            times = values(answers, "processor_seconds")
        some = set().union(*(stored[name] for name in names))
        row(title, load, *(len(stored[name]) for name in names), len(some), len(stored["auto"]),
            f"{seconds(middle(times))}, {seconds(max(times))}")


# ---------------------------------------------------------------------------------------- learners

FIXED = [
    ("binary perceptron", "--inputs 1001", 0.5, ["sbpi"]),
    ("binary committee", COMMITTEE, 0.5, ["rsgd"]),
    ("spherical tree committee", f"{TREE} --weights spherical", 1.0,
     ["sgd --preset slow", "sgd --preset fast", "rsgd --preset slow", "rsgd --preset fast"]),
    ("spherical tree committee", f"{TREE} --weights spherical", 1.5,
     ["lal", "elal", "sgd --preset slow", "rsgd --preset slow"]),
]


def fixed_loads(runs):
    head("problem", "load", "solver", "solved", "seconds, median")
    for title, options, load, solvers in FIXED:
        for solver in solvers:
            answers = runs.all(f"{options} --load {load} --solver {solver} --time-limit 10")
            good = values(solved(answers), "seconds")
            row(title, load, f"`{solver.replace('--preset ', '')}`", of(answers),
                seconds(middle(good)) if good else "")


# ------------------------------------------------------------------------------------------ images

class ImageSets:
    """Training and test files of two classes, made once for each choice."""

    def __init__(self, runs, folder):
        self.runs, self.folder = runs, pathlib.Path(folder)
        if not IMAGES.exists():
            sys.exit(f"{IMAGES} is missing: install dataset-fashion-mnist")

    def files(self, seed, classes, form, take):
        name = f"{classes}-{form.strip('-').replace(' ', '-')}-{take}-{seed}".replace(",", "-")
        train, test = (self.folder / f"{name}-{part}.h5" for part in ("train", "test"))
        if not train.exists():
            self.runs.call(
                ["generate", "--images", f"{IMAGES}/train-images-idx3-ubyte.gz", "--labels-file",
                 f"{IMAGES}/train-labels-idx1-ubyte.gz", "--classes", classes, *form.split(),
                 "--take", str(take), "--seed", str(seed), "--out", str(train), "--test",
                 f"{IMAGES}/t10k-images-idx3-ubyte.gz", "--test-labels-file",
                 f"{IMAGES}/t10k-labels-idx1-ubyte.gz", "--test-out", str(test)])
        return train, test

    def all(self, options, classes="3,4", form="--binarise median", take=500, seeds=None):
        answers = []
        for seed in range(1, (seeds or 2 * self.runs.seeds) + 1):
            train, test = self.files(seed, classes, form, take)
            answers.append(self.runs.one(f"--patterns {train} --test {test} {options}", seed))
        return answers


def image_row(title, answers):
    good = solved(answers)
    if not good:
        row(title, of(answers), "", "", "", "")
        return
    wrong = [run["test_errors"] / run["test_patterns"] for run in good]
    deviation = f" ({statistics.stdev(wrong):.4f})" if len(wrong) > 1 else ""
    times = values(good, "seconds")
    alike = [run["unit_overlap"] for run in good if run["unit_overlap"] is not None]
    row(title, of(answers), middle(values(good, "iterations")),
        f"{seconds(middle(times))} ({seconds(max(times))})",
        f"{statistics.fmean(wrong):.4f}{deviation}", f"{middle(alike):.2f}" if alike else "")


def images_of(runs, weights, rows):
    head("", "solved", "iterations", "seconds, median (most)", "test error (sd)",
         "overlap between units")
    with tempfile.TemporaryDirectory() as folder:
        sets = ImageSets(runs, folder)
        for title, options, choice in rows:
            model = "" if "--hidden 1 " in options else "--model committee"
            options = options.replace("--hidden 1 ", "")
            image_row(title, sets.all(f"{model} {options} --weights {weights} --time-limit 60",
                                      **choice))


OTHER_CLASSES, REAL = {"classes": "0,6"}, {"form": "--standardise"}


def images_real(runs):
    rows = [("K = 9, `auto` and `ep`, first zero", "--hidden 9 --solver ep", {}),
            ("K = 9, `ep`, end of the schedule",
             "--hidden 9 --solver ep --continue-after-solution", {}),
            ("K = 9, `bp`", "--hidden 9 --solver bp", {})]
    rows += [(f"K = {k}, `{s}`", f"--hidden {k} --solver {s}", {})
             for k in (1, 3, 15) for s in ("ep", "bp")]
    rows += [(f"{what}, K = 9, `{s}`", f"--hidden 9 --solver {s}", choice)
             for what, choice in (("classes 0 and 6", OTHER_CLASSES), ("standardised", REAL))
             for s in ("ep", "bp")]
    images_of(runs, "spherical", rows)


def images_binary(runs):
    rows = []
    for s in ("ep", "bp"):
        rows += [(f"K = {k}, `{s}`", f"--hidden {k} --solver {s}", {}) for k in (1, 3, 5, 9, 15)]
        rows += [(f"K = 9, `{s}`, standardised", f"--hidden 9 --solver {s}", REAL),
                 (f"K = 9, `{s}`, classes 0 and 6", f"--hidden 9 --solver {s}", OTHER_CLASSES)]
    rows += [(f"K = {k}, `amp`", f"--hidden {k} --solver amp", {}) for k in (9, 15)]
    images_of(runs, "binary", rows)


def images_more(runs):
    head("M", "`ep`", "test error", "`bp`", "test error")
    with tempfile.TemporaryDirectory() as folder:
        sets = ImageSets(runs, folder)
        for take in (1000, 2000, 4000):
            cells = []
            for solver in ("ep", "bp"):
                [run] = sets.all(f"--model committee --hidden 9 --weights spherical "
                                 f"--solver {solver}", take=take, seeds=1)
                cells += [f"solved, {seconds(run['seconds'])} s" if run["errors"] == 0
                          else f"{run['errors']} errors",
                          f"{run['test_errors'] / run['test_patterns']:.4f}"]
            row(take, *cells)


TABLES = {
    "solutions": solutions, "solutions-large": solutions_large, "solutions-bp": solutions_bp,
    "instances": instances, "pace": pace, "schedules": schedules, "dampings": dampings,
    "networks": networks, "parity": parity,
    "fixed-loads": fixed_loads, "images-real": images_real, "images-binary": images_binary,
    "images-more": images_more, "wrong-binary": wrong_binary, "wrong-real": wrong_real,
    "stability": stability, "finish": finish, "small": small,
}

main(TABLES, __doc__.split("\n")[0])
