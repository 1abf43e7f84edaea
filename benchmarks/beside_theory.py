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
import pathlib

from runs import MEASURE, ROOT, head, main, mean_and_error, measured, row, solved

PICTURES = ROOT / "docs" / "pictures"


# ------------------------------------------------------------------------------------- what is asked

def theory(runs, words):
    """The points of `steppe theory`."""
    return json.loads(runs.call(["theory", *words.split(), "--json"]))


def folder(runs):
    """Where answers are kept. Commands run there, so that pictures name files without a folder."""
    return pathlib.Path(runs.kept.name).resolve().parent


def there(runs, *words):
    return runs.call(words, cwd=folder(runs))


def answer_in(runs, name):
    return json.loads((folder(runs) / name).read_text(encoding="utf-8"))


def keep(runs, name, lines):
    """A file of answers, a line each, for `steppe plot`."""
    (folder(runs) / name).write_text("".join(json.dumps(line) + "\n" for line in lines),
                                     encoding="utf-8")
    return name


def draw(runs, picture, files, *more):
    there(runs, "plot", *files, "--theory", *more, "--out",
          str(PICTURES / f"theory-{picture}.svg"))


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
    draw(runs, "entropies", [keep(runs, "entropies-drawn.jsonl", drawn)], "--measure", "entropy")


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
    # Beyond the load at which the teacher alone is left messages stay in the metastable state.
    for load in (1.3, 1.4):
        drawn += runs.all(f"--inputs 10001 --load {load} --labels teacher --solver amp {MEASURE}")
    draw(runs, "teachers", [keep(runs, "teachers-drawn.jsonl", drawn)], "--measure", "generalisation")


# ------------------------------------------------------------------------------- how many are solved

def solved_share(runs):
    """Of problems that may have a solution, the part that is solved."""
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
    marks = []
    for clones, name in (("infinite", "wide regions fall apart"), ("4", "overlap gap of 4 clones")):
        [end] = theory(runs, f"clones --clones {clones}")
        marks += ["--mark", f"{name}={end['threshold']:.4f}"]
    draw(runs, "solved", [keep(runs, "solved-drawn.jsonl", drawn)], "--measure", "solved", *marks)


# ------------------------------------------------------------------------------------- stabilities

STABILITIES = "--inputs 10001 --load 0.39 --margin 0.05"


def stabilities(runs):
    """From the messages of a run without focusing, and of a focused solution beside it."""
    problem = [*STABILITIES.split(), "--seed", "1"]
    there(runs, "landscape", *problem, "--measure", "typical-stabilities", "--out", "typical.json")
    there(runs, "solve", *problem, "--continue-after-solution", "--out", "focused.txt", "--quiet")
    there(runs, "landscape", "focused.txt", *problem, "--measure", "stabilities", "--out",
          "focused.json")
    draw(runs, "stabilities", ["typical.json", "focused.json"])
    bins = answer_in(runs, "typical.json")["measures"]["typical-stabilities"]
    width = (bins["to"] - bins["from"]) / len(bins["points"])
    head("stability", "density: theory", "measured", "standard errors apart")
    apart = []
    for i, one in enumerate(bins["points"]):
        # The mean over a bin, by Simpson's rule; just above the margin in the first.
        low = bins["from"] + i * width
        ends = [point["density"] for point in theory(
            runs, "stabilities --load 0.39 --margin 0.05 --stability "
                  f"{low + 1e-9},{low + width / 2},{low + width}")]
        mean = (ends[0] + 4 * ends[1] + ends[2]) / 6
        apart.append(abs(one["density"] - mean) / one["standard_error"])
        if i % 7 == 0:
            row(f"{low:.2f} to {low + width:.2f}", f"{mean:.4f}",
                f"{one['density']:.4f} +- {one['standard_error']:.4f}",
                f"{(one['density'] - mean) / one['standard_error']:.1f}")
    row(f"the furthest of {len(apart)} bins", "", "", f"{max(apart):.1f}")


# --------------------------------------------------------------------------------- state evolution

def state_evolution(runs):
    """Overlaps after each iteration."""
    head("iteration", "overlap: theory", "measured, N = 20001", "largest difference of a run")
    predicted = [point["overlap"] for point in
                 theory(runs, "state-evolution --load 0.5 --iterations 10")]
    found = []
    for seed in range(1, runs.seeds + 1):
        log = f"evolution-{seed}.log"
        runs.one("--inputs 20001 --load 0.5 --solver amp --schedule none --damping 0 "
                 f"--tolerance 1e-300 --continue-after-solution --max-iterations 10 --log {log}",
                 seed, cwd=folder(runs))
        lines = [json.loads(line) for line in
                 (folder(runs) / log).read_text(encoding="utf-8").splitlines()]
        found.append([line["overlap"] for line in lines if "overlap" in line][:10])
    for t in range(10):
        values = [one[t] for one in found]
        row(t + 1, f"{predicted[t + 1]:.5f}", mean_and_error(values, 5),
            f"{max(abs(value - predicted[t + 1]) for value in values):.5f}")
    draw(runs, "state-evolution", ["evolution-1.log"], "--measure", "convergence")


# ---------------------------------------------------------------------------------- local entropies

def local_entropy_of(runs, solutions, words, seed, name):
    there(runs, "landscape", *solutions, *words.split(), "--seed", str(seed), "--measure",
          "local-entropy", "--out", name)


def local_entropies(runs):
    """Round a teacher, held at a distance by the field that theory has for it; and round what
    focusing ends with, against the widest regions."""
    head("distance from the teacher: theory", "measured", "entropy: theory", "measured")
    points = theory(runs, "local-entropy --round teacher --labels teacher --load 0.5 "
                          "--distance 0.02,0.05,0.1,0.15,0.2,0.25,0.3")
    fields = ",".join(f"{point['field']:.6f}" for point in points)
    problem = "--inputs 4001 --load 0.5 --labels teacher"
    answers = []
    for seed in range(1, runs.seeds + 1):
        there(runs, "generate", *problem.split(), "--seed", str(seed), "--teacher-out",
              "teacher.txt", "--out", "patterns.txt", "--labels-out", "labels.txt")
        name = f"planted-{seed}.json"
        local_entropy_of(runs, ["teacher.txt"], f"{problem} --gamma {fields}", seed, name)
        answers.append(answer_in(runs, name)["measures"]["local-entropy"]["points"])
    for i, point in enumerate(points):
        good = [answer[i] for answer in answers if answer[i]["entropy"] is not None]
        row(f"{point['distance']:.2f}", mean_and_error([one["distance"] for one in good]),
            f"{point['local_entropy']:.4f}", mean_and_error([one["entropy"] for one in good]))
    problem = "--inputs 2001 --load 0.4"
    there(runs, "solve", *problem.split(), "--solver", "bp", "--continue-after-solution", "--out",
          "focusing.txt", "--quiet")
    there(runs, "solve", *problem.split(), "--solver", "sbpi", "--out", "sbpi.txt", "--quiet")
    local_entropy_of(runs, ["focusing.txt", "sbpi.txt"], problem, 1, "found.json")
    draw(runs, "planted", ["planted-1.json"], "--measure", "local-entropy")
    draw(runs, "wide", ["found.json"], "--measure", "local-entropy")


TABLES = {
    "entropies": entropies, "teachers": teachers, "solved": solved_share,
    "stabilities": stabilities, "state-evolution": state_evolution,
    "local-entropies": local_entropies,
}

if __name__ == "__main__":
    main(TABLES, __doc__.split("\n")[0])
