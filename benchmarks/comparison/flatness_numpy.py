#!/usr/bin/python3
"""The flatness curve of `microbenchmarks --benchmark_filter=flatness` in NumPy, beside it: 784
inputs, 9 units, 500 patterns, 20 sizes of noise and a thousand perturbations at each, one thread.

    /usr/bin/python3 benchmarks/comparison/flatness_numpy.py build/benchmarks/microbenchmarks [ROUNDS]

Three forms of each curve in single precision (the loop in double precision too): the loop draws
fresh noise for each size and each perturbation; the batches draw it for 50 perturbations at a time
and have one product of all of them; that is done for each size. Prints a table of the medians of
the processor's seconds, and how many times as long as Steppe's each takes. NumPy is timed at one size in the middle
and its time multiplied by 20. Says so and ends well where NumPy is not installed.
"""
import json
import os
import statistics
import subprocess
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
try:
    import numpy as np
except ImportError:
    print("skipped: NumPy is not installed (Debian: python3-numpy)")
    sys.exit(0)

INPUTS, UNITS, PATTERNS, SIZES, PERTURBATIONS, BATCH = 784, 9, 500, 20, 1000, 50


def real_loop(x, labels, weights, size, rng):
    errors = np.empty(PERTURBATIONS)
    for b in range(PERTURBATIONS):
        noise = rng.standard_normal(weights.shape, dtype=weights.dtype)
        moved = weights * (1 + weights.dtype.type(size) * noise)
        answers = np.sign(np.sign(x @ moved.T).sum(axis=1))
        errors[b] = np.mean(answers != labels)
    return errors


def flips_loop(x, labels, weights, size, rng):
    errors = np.empty(PERTURBATIONS)
    for b in range(PERTURBATIONS):
        flips = rng.random(weights.shape, dtype=weights.dtype) < size
        moved = np.where(flips, -weights, weights)
        answers = np.sign(np.sign(x @ moved.T).sum(axis=1))
        errors[b] = np.mean(answers != labels)
    return errors


def in_batches(move):
    def run(x, labels, weights, size, rng):
        errors = np.empty(PERTURBATIONS)
        for b in range(0, PERTURBATIONS, BATCH):
            moved = move(weights, size, rng).reshape(BATCH * UNITS, INPUTS)
            outputs = np.sign(x @ moved.T).reshape(PATTERNS, BATCH, UNITS)
            answers = np.sign(outputs.sum(axis=2))
            errors[b:b + BATCH] = np.mean(answers != labels[:, None], axis=0)
        return errors
    return run


def move_real(weights, size, rng):
    noise = rng.standard_normal((BATCH, UNITS, INPUTS), dtype=weights.dtype)
    return weights * (1 + weights.dtype.type(size) * noise)


def move_flips(weights, size, rng):
    flips = rng.random((BATCH, UNITS, INPUTS), dtype=weights.dtype) < size
    return np.where(flips, -weights, weights)


def problem(binary, dtype):
    rng = np.random.default_rng(1)
    x = (2 * rng.integers(0, 2, (PATTERNS, INPUTS)) - 1).astype(dtype)
    weights = rng.standard_normal((UNITS, INPUTS)).astype(dtype)
    if binary:
        weights = np.sign(weights)
    labels = np.sign(np.sign(x @ weights.T).sum(axis=1))
    return x, labels, weights


def seconds_of(run, binary, dtype, size):
    x, labels, weights = problem(binary, dtype)
    start = time.process_time()
    run(x, labels, weights, size, np.random.default_rng(2))
    return (time.process_time() - start) * SIZES


def steppe_seconds(program, name):
    out = subprocess.run([program, f"--benchmark_filter=flatness_curve_of/{name}$",
                          "--benchmark_format=json"], check=True, capture_output=True, text=True)
    text = out.stdout[out.stdout.index("{"):]
    return json.loads(text)["benchmarks"][0]["cpu_time"] / 1e3


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"NumPy {np.__version__}, one thread, medians of {rounds} rounds\n")
    print("| noise | Steppe | NumPy, loop, double precision | loop, single | batches, single |")
    print("|---|---|---|---|---|")
    for name, binary, loop, move, size in (("multiplicative", False, real_loop, move_real, 0.5),
                                           ("flips", True, flips_loop, move_flips, 0.25)):
        forms = {"loop, double precision": (loop, np.float64),
                 "loop, single precision": (loop, np.float32),
                 "batches, single precision": (in_batches(move), np.float32)}
        times = {form: [] for form in forms}
        ours = []
        for _ in range(rounds):
            ours.append(steppe_seconds(program, name))
            for form, (run, dtype) in forms.items():
                times[form].append(seconds_of(run, binary, dtype, size))
        base = statistics.median(ours)
        middle = {form: statistics.median(all_times) for form, all_times in times.items()}
        print(f"| {name} | {base:.3f} s | "
              + " | ".join(f"{m:.2f} s, {m / base:.0f} times" for m in middle.values()) + " |",
              flush=True)


if __name__ == "__main__":
    main()
