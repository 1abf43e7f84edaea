#!/usr/bin/env python3
"""Prints the manual's tables of speed from the microbenchmarks, as Markdown.

    taskset -c 0 benchmarks/speed.py iteration|amp|products|learning [--build FOLDER]

Medians of three repetitions, on one thread. What the microbenchmarks printed is kept in
FOLDER/tables/speed-TABLE.json.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def medians(build, table, filter_of, core_type=None):
    """The middle one of each benchmark, by its name."""
    environment = dict(os.environ)
    if core_type:
        environment["OPENBLAS_CORETYPE"] = core_type
    done = subprocess.run(
        [str(pathlib.Path(build) / "benchmarks" / "microbenchmarks"), "--benchmark_repetitions=3",
         "--benchmark_report_aggregates_only=true", "--benchmark_format=json",
         f"--benchmark_filter={filter_of}"], capture_output=True, text=True, check=True,
        env=environment)
    kept = pathlib.Path(build) / "tables"
    kept.mkdir(exist_ok=True)
    (kept / f"speed-{table}{core_type or ''}.json").write_text(done.stdout, encoding="utf-8")
    printed = json.loads(done.stdout)
    found = {run["run_name"]: run for run in printed["benchmarks"]
             if run["aggregate_name"] == "median" and not run.get("error_occurred")}
    # Highway's name of AVX-512.
    found["instruction set"] = re.sub("^AVX3.*", "AVX-512",
                                      printed["context"]["instruction_set"])
    return found


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells), flush=True)


def digits(number):
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def per_pair(run, unit):
    return digits(run["time_per_pair"] / unit) if run else "not there"


def milliseconds(run):
    return f"{run['real_time']:.3g} ms" if run else "not there"


def iteration(build):
    found = medians(build, "iteration", "^iteration/")
    head("accuracy", "N x M", found["instruction set"], "AVX2")
    for title, size, name in (
            ("`relaxed`", "10001 x 5000", "relaxed"),
            ("`relaxed`, focusing", "10001 x 5000", "relaxed_focused"),
            ("`relaxed`, double precision", "10001 x 5000", "relaxed_double"),
            ("`gaussian`", "10001 x 5000", "gaussian"),
            ("`gaussian`, focusing", "10001 x 5000", "gaussian_focused"),
            ("`relaxed`", "1001 x 661", "relaxed_1001"),
            ("`relaxed`, blocks of 50", "1001 x 661", "relaxed_1001_block_50"),
            ("`relaxed`, committee of 5", "321 x 802", "relaxed_committee_321x5"),
            ("`exact`", "1001 x 100", "exact_1001"),
            ("spherical weights, `relaxed`", "10001 x 5000", "spherical_relaxed"),
            ("spherical weights, `gaussian`", "10001 x 5000", "spherical_gaussian"),
            ("spherical weights, `relaxed`, committee of 9", "784 x 7056",
             "spherical_committee_784x9")):
        narrow = found.get(f"iteration/{name}_AVX2")
        row(title, size, per_pair(found.get(f"iteration/{name}"), 1e-9),
            per_pair(narrow, 1e-9) if narrow else "")


def amp(build):
    found = medians(build, "amp", "^amp/")
    head("N x M", "picoseconds per pattern-weight pair and iteration", "an iteration")
    for title, name in (
            ("10001 x 7500", "10001"), ("10001 x 7500, focusing", "10001_focused"),
            ("10001 x 7500, AVX2", "10001_AVX2"), ("1001 x 661", "1001"),
            ("committee of 5, 2001 x 5000", "committee_2001x5"),
            ("committee of 5, 321 x 802", "committee_321x5"),
            ("spherical weights, 10001 x 7500", "spherical_10001"),
            ("spherical weights, committee of 9, 784 x 7056", "spherical_committee_784x9"),
            ("real inputs, 2001 x 1500", "real_inputs_2001")):
        run = found.get(f"amp/{name}")
        row(title, per_pair(run, 1e-12), milliseconds(run))


def products(build):
    found = medians(build, "products", "^product/.*_10001")
    head("N = 10001, M = 7500", "ps per pair", "of peak")
    for title, name in (("patterns times vector", "rows_10001"),
                        ("the same, AVX2", "rows_10001_AVX2"), ("transposed", "columns_10001"),
                        ("the same, AVX2", "columns_10001_AVX2")):
        run = found.get(f"product/{name}")
        row(title, per_pair(run, 1e-12), f"{100 * run['of_peak']:.0f}%" if run else "")


def pytorch(core_type):
    """Milliseconds of an epoch by shape; none where PyTorch is not installed."""
    done = subprocess.run([str(ROOT / "benchmarks" / "pytorch_sgd.py"), "1"], text=True,
                          capture_output=True, check=True,
                          env={**os.environ, "OPENBLAS_CORETYPE": core_type})
    return {(int(n), int(k), int(m)): float(ms) for n, k, m, ms in re.findall(
        r"inputs (\d+), units (\d+), patterns (\d+): epoch ([\d.]+) ms", done.stdout)}


def learning(build):
    """In brackets with OpenBLAS's kernels for AVX-512."""
    types = ("Haswell", "SkylakeX")
    found = [medians(build, "learning", "_epoch", core) for core in types]
    torch = [pytorch(core) for core in types]
    head("", "Steppe, ms", "pairs/s", "PyTorch, ms", "PyTorch takes")
    for title, name, shape in (
            ("`sgd`, N = 784, K = 9, M = 500", "sgd_epoch/784x9_500", (784, 9, 500)),
            ("`sgd`, N = 784, K = 9, M = 5000", "sgd_epoch/784x9_5000", (784, 9, 5000)),
            ("`sgd`, N = 10001, K = 3, M = 3000", "sgd_epoch/10001x3_3000", (10001, 3, 3000)),
            ("`elal`, 10 replicas, N = 784, K = 9, M = 500", "elal_epoch/784x9_500", None),
            ("`elal`, 10 replicas, N = 10001, K = 3, M = 3000", "elal_epoch/10001x3_3000", None),
            ("`rsgd`, binary, 7 replicas, N = 321, K = 5, M = 800", "binary_rsgd_epoch", None),
            ("`sbpi`, N = 1001, M = 500", "sbpi_epoch", None)):
        pair = [next(run for run_name, run in kind.items()
                     if run_name.startswith(name) and "threads:2" not in run_name)
                for kind in found]
        times = [run["real_time"] for run in pair]
        other = [kind.get(shape) for kind in torch]
        row(title, f"{times[0]:.3g} ({times[1]:.3g})",
            f"{pair[0]['pairs/s']:.1e} ({pair[1]['pairs/s']:.1e})".replace("e+0", "e").replace(
                "e+", "e"),
            *((f"{other[0]:.3g} ({other[1]:.3g})",
               f"{other[0] / times[0]:.1f} ({other[1] / times[1]:.1f}) times as long")
              if all(other) else ("", "")))


TABLES = {"iteration": iteration, "amp": amp, "products": products, "learning": learning}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", choices=TABLES)
    parser.add_argument("--build", default=os.environ.get("STEPPE_BUILD", str(ROOT / "build")))
    arguments = parser.parse_args()
    try:
        TABLES[arguments.table](arguments.build)
    except subprocess.CalledProcessError as error:
        sys.exit(f"speed.py: {' '.join(error.cmd)}: {error.stderr}")


main()
