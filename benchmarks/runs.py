"""Runs of the program, and tables of what came out, for the scripts that measure the manual's
tables."""
import argparse
import json
import math
import os
import pathlib
import resource
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# To a fixed point, without looking for a solution.
MEASURE = "--schedule none --continue-after-solution --tolerance 1e-5"


class Runs:
    """Runs the program; keeps what it answered."""

    def __init__(self, build, table, seeds):
        self.program = (pathlib.Path(build) / "apps" / "steppe" / "steppe").resolve()
        self.seeds = seeds
        kept = pathlib.Path(build) / "tables"
        kept.mkdir(exist_ok=True)
        self.kept = (kept / f"{table}.jsonl").open("w", encoding="utf-8")

    def call(self, words, **more):
        done = subprocess.run([str(self.program), *words], capture_output=True, text=True, **more)
        if done.returncode not in (0, 1):
            sys.exit(f"steppe {' '.join(words)}\n{done.stderr}")
        return done.stdout

    def one(self, options, seed, **more):
        words = ["solve", *options.split(), "--seed", str(seed), "--json", "--quiet"]
        if "--threads" not in words:
            words += ["--threads", "1"]
        before = processor_seconds()
        answer = json.loads(self.call(words, **more))
        answer["processor_seconds"] = processor_seconds() - before
        self.kept.write(json.dumps({"options": options, "seed": seed, "answer": answer}) + "\n")
        self.kept.flush()
        return answer

    def all(self, options, seeds=None):
        return [self.one(options, seed) for seed in range(1, (seeds or self.seeds) + 1)]


def processor_seconds():
    """Of all programs run so far: what else the machine does hardly changes it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def solved(runs):
    return [run for run in runs if run["errors"] == 0]


def values(runs, key):
    return [run[key] for run in runs]


def middle(numbers):
    return statistics.median_low(sorted(numbers))


def spread(numbers):
    """Least, median, most."""
    return f"{min(numbers)}, {middle(numbers)}, {max(numbers)}"


def seconds(number):
    return f"{number:.1g}" if number < 0.01 else f"{number:.2g}" if number < 10 else f"{number:.0f}"


def of(runs):
    return f"{len(solved(runs))} of {len(runs)}"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells), flush=True)


def mean_and_error(numbers, digits=4):
    mean = statistics.fmean(numbers)
    if len(numbers) < 2:
        return f"{mean:.{digits}f}"
    error = statistics.stdev(numbers) / math.sqrt(len(numbers))
    return f"{mean:.{digits}f} +- {error:.{digits}f}"


def measured(answers, value):
    """Of the runs that reached a fixed point; says how many did where not all."""
    good = [answer for answer in answers if answer["converged"] and value(answer) is not None]
    if not good:
        return f"none of {len(answers)} converged"
    missing = "" if len(good) == len(answers) else f" ({len(good)} of {len(answers)} converged)"
    return mean_and_error([value(answer) for answer in good]) + missing


def main(tables, description):
    """Measures the table that the command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("table", nargs="?", choices=tables)
    parser.add_argument("--seeds", type=int, default=10,
                        help="10 as the manual has it; what takes more takes them in proportion")
    parser.add_argument("--build", default=os.environ.get("STEPPE_BUILD", str(ROOT / "build")))
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.list or not arguments.table:
        print("\n".join(tables))
        return
    tables[arguments.table](Runs(arguments.build, arguments.table, arguments.seeds))
