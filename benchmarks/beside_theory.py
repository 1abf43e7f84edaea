#!/usr/bin/env python3
"""Measures what theory predicts, puts both into one table, and draws them into one picture.

    benchmarks/beside_theory.py TABLE [--seeds COUNT] [--build FOLDER]
    benchmarks/beside_theory.py --list

Theory is `steppe theory`, measurements are `steppe solve --json` and `steppe landscape` with the
options that the table names, for seeds 1, 2, ...; pictures are `steppe plot --theory` of the same
answers and go into docs/pictures/theory-TABLE.svg. The answers are kept in FOLDER/tables.
docs/tables.py puts what is printed into its page.
"""
import json
import math
import pathlib
import statistics

from runs import MEASURE, ROOT, head, main, mean_and_error, row, solved

PICTURES = ROOT / "docs" / "pictures"


# ------------------------------------------------------------------------------------- what is asked

def theory(runs, words):
    """The points of `steppe theory`."""
    return json.loads(runs.call(["theory", *words.split(), "--json"]))


def measured(answers, value):
    """Of the runs that reached a fixed point; says how many did where not all."""
    good = [answer for answer in answers if answer["converged"] and value(answer) is not None]
    if not good:
        return f"none of {len(answers)} converged"
    missing = "" if len(good) == len(answers) else f" ({len(good)} of {len(answers)} converged)"
    return mean_and_error([value(answer) for answer in good]) + missing


def keep(runs, table, lines):
    """A file of answers, a line each, for `steppe plot`."""
    path = pathlib.Path(runs.kept.name).with_name(f"{table}-answers.jsonl")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def draw(runs, table, files, *more):
    PICTURES.mkdir(exist_ok=True)
    picture = str(PICTURES / f"theory-{table}.svg")
    runs.call(["plot", *files, "--theory", *more, "--out", picture])


# --------------------------------------------------------------------------------------- entropies

ENTROPIES = [
    ("binary perceptron", "", "--inputs 2001", (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)),
    ("binary tree committee, K = 3", "--model committee",
     "--model committee --hidden 3 --wiring tree --inputs 2001", (0.2, 0.6)),
    ("spherical perceptron", "--weights spherical", "--weights spherical --inputs 2001",
     (0.5, 1.0)),
    ("spherical perceptron, N = 8001", "--weights spherical",
     "--weights spherical --inputs 8001", (1.5,)),
]


def entropies(runs):
    head("problem", "load", "theory", "`amp`", "`bp`")
    drawn = []
    for title, model, options, loads in ENTROPIES:
        for load in loads:
            [point] = theory(runs, f"entropy {model} --load {load}")
            cells = []
            for solver in ("amp", "bp"):
                answers = runs.all(f"{options} --load {load} {MEASURE} --solver {solver}")
                cells.append(measured(answers, lambda answer: answer["free_entropy"]))
                if title == "binary perceptron":
                    drawn += answers
            row(title if load == loads[0] else "", load, f"{point['entropy']:.4f}", *cells)
    draw(runs, "entropies", [keep(runs, "entropies", drawn)], "--measure", "entropy")


# ---------------------------------------------------------------------------------------- teachers

KINDS = ("gibbs", "bayes", "clipped")


def teachers(runs):
    head("load", *(cell for kind in KINDS for cell in (f"{kind.capitalize()}: theory", "`amp`")))
    drawn = []
    for load in (0.2, 0.4, 0.6, 0.8, 1.0, 1.1, 1.2):
        [point] = theory(runs, f"generalisation --labels teacher --load {load}")
        answers = runs.all(f"--inputs 10001 --load {load} --labels teacher --solver amp {MEASURE}")
        drawn += answers
        cells = []
        for kind in KINDS:
            cells += [f"{point[f'{kind}_error']:.4f}",
                      measured(answers, lambda answer: answer["teacher"][f"{kind}_error"])]
        row(load, *cells)
    draw(runs, "teachers", [keep(runs, "teachers", drawn)])


# ------------------------------------------------------------------------------- how many are solved

def solved_share(runs):
    """Of problems that may have a solution, the part that is solved."""
    [ends] = theory(runs, "capacity")
    [gap] = theory(runs, "clones --clones 4")
    head("load", *(f"N = {n}" for n in (201, 1001, 4001)))
    drawn = []
    for load in (0.66, 0.68, 0.7, 0.72, 0.74, 0.75, 0.76, 0.77, 0.78, 0.8):
        cells = []
        for inputs in (201, 1001, 4001):
            answers = runs.all(f"--inputs {inputs} --load {load} --solver amp --restarts 0 "
                               "--no-finish", 4 * runs.seeds)
            drawn += answers
            cells.append(f"{len(solved(answers))} of {len(answers)}")
        row(load, *cells)
    draw(runs, "solved", [keep(runs, "solved", drawn)], "--measure", "solved",
         "--mark", f"overlap gap of 4 clones={gap['threshold']:.4f}")
    assert ends["capacity"] > gap["threshold"]


# ------------------------------------------------------------------------------------- stabilities

STABILITIES = "--inputs 10001 --load 0.39 --margin 0.05"


def stabilities(runs):
    """From the messages of a run without focusing, and of a focused solution beside it."""
    folder = pathlib.Path(runs.kept.name).parent
    weights, typical, focused = (str(folder / name) for name in
                                 ("focused.txt", "typical.json", "focused.json"))
    problem = [*STABILITIES.split(), "--seed", "1"]
    runs.call(["landscape", *problem, "--measure", "typical-stabilities", "--out", typical])
    runs.call(["solve", *problem, "--continue-after-solution", "--out", weights, "--quiet"])
    runs.call(["landscape", weights, *problem, "--measure", "stabilities", "--out", focused])
    draw(runs, "stabilities", [typical, focused])
    bins = json.loads(pathlib.Path(typical).read_text(encoding="utf-8"))
    bins = bins["measures"]["typical-stabilities"]
    head("stability", "density: theory", "measured", "standard errors apart")
    width = (bins["to"] - bins["from"]) / len(bins["bins"])
    for i, one in enumerate(bins["bins"]):
        # The mean over a bin, by Simpson's rule.
        low = bins["from"] + i * width
        ends = [point["density"] for point in theory(
            runs, f"stabilities --load 0.39 --margin 0.05 --stability "
                  f"{low + 1e-12},{low + width / 2},{low + width}")]
        mean = (ends[0] + 4 * ends[1] + ends[2]) / 6
        if i % 5 == 0:
            row(f"{low:.2f} to {low + width:.2f}", f"{mean:.4f}",
                f"{one['density']:.4f} +- {one['standard_error']:.4f}",
                f"{(one['density'] - mean) / one['standard_error']:.1f}")


# --------------------------------------------------------------------------------- state evolution

def state_evolution(runs):
    """Overlaps after each iteration."""
    folder = pathlib.Path(runs.kept.name).parent
    head("iteration", "overlap: theory", "measured, N = 20001", "largest difference of a run")
    predicted = [point["overlap"] for point in
                 theory(runs, "state-evolution --load 0.5 --iterations 10")]
    logs, found = [], []
    for seed in range(1, runs.seeds + 1):
        log = str(folder / f"evolution-{seed}.log")
        runs.one("--inputs 20001 --load 0.5 --solver amp --schedule none --damping 0 "
                 f"--tolerance 1e-300 --continue-after-solution --max-iterations 10 --log {log}",
                 seed)
        lines = [json.loads(line) for line in
                 pathlib.Path(log).read_text(encoding="utf-8").splitlines()]
        found.append([line["overlap"] for line in lines if "overlap" in line][:10])
        logs.append(log)
    for t in range(10):
        values = [one[t] for one in found]
        row(t + 1, f"{predicted[t + 1]:.5f}", mean_and_error(values, 5),
            f"{max(abs(value - predicted[t + 1]) for value in values):.5f}")
    draw(runs, "state-evolution", logs[:3])


# ---------------------------------------------------------------------------------- local entropies

def local_entropies(runs):
    """Round a teacher, and round what focusing ends with: the widest regions."""
    folder = pathlib.Path(runs.kept.name).parent
    head("round", "load", "distance", "theory", "measured")
    files = []
    distances = "0.02,0.05,0.1,0.15,0.2,0.25,0.3"
    planted = "--inputs 4001 --load 0.5 --labels teacher"
    measures = []
    for seed in range(1, runs.seeds + 1):
        teacher, answer = str(folder / f"teacher-{seed}.txt"), str(folder / f"planted-{seed}.json")
        runs.call(["generate", *planted.split(), "--seed", str(seed), "--teacher-out", teacher,
                   "--out", str(folder / "patterns.txt")])
        runs.call(["landscape", teacher, *planted.split(), "--seed", str(seed), "--measure",
                   "local-entropy", "--distance", distances, "--out", answer])
        measures.append(json.loads(pathlib.Path(answer).read_text(encoding="utf-8")))
        files.append(answer)
    rows = theory(runs, "local-entropy --round teacher --labels teacher --load 0.5 "
                        f"--distance {distances}")
    add_local_rows("a teacher", 0.5, rows, measures, "distance")
    draw(runs, "local-entropy", files[:1])


def add_local_rows(title, load, rows, measures, key):
    for i, point in enumerate(rows):
        values = [measure["measures"]["local-entropy"]["points"][i]["entropy"]
                  for measure in measures]
        values = [value for value in values if value is not None and math.isfinite(value)]
        cell = mean_and_error(values) if values else "none"
        if 0 < len(values) < len(measures):
            cell += f" ({len(values)} of {len(measures)})"
        row(title if i == 0 else "", load if i == 0 else "", f"{point[key]:.4f}",
            f"{point['local_entropy']:.4f}", cell)


TABLES = {
    "entropies": entropies, "teachers": teachers, "solved": solved_share,
    "stabilities": stabilities, "state-evolution": state_evolution,
    "local-entropies": local_entropies,
}

if __name__ == "__main__":
    main(TABLES, __doc__.split("\n")[0])
