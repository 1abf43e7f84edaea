#!/usr/bin/env python3
"""Entropy of the solutions at distance d from a binary teacher whose labels they store, replica
symmetric, and the external field along the teacher that holds them there. Needs numpy.

    planted_saddle_point.py LOAD...      rows for planted_saddle_point.csv
    planted_saddle_point.py --check      rows of planted_local_entropy.csv, computed here

Binary perceptron without margin, N and M to infinity at M/N = load, nats per weight, R = 1 - 2d:

    S(R) = extr over q, q^, R^ of -q^ (1 - q)/2 - R R^ + E log 2cosh(sqrt(q^) z + R^) + F(q, R),
    F = 2 load E H(-R z/sqrt(q - R^2)) log H(-sqrt(q/(1 - q)) z),

z standard normal, H its upper tail. Stationary in R^: R = E tanh(sqrt(q^) z + R^); in q^:
q = E tanh^2; in q: q^ = -2 dF/dq. The field is -dS/dR = R^ - dF/dR.
"""
import csv
import math
import pathlib
import sys

try:
    import numpy
except ImportError:
    print("skipped: there is no numpy")
    sys.exit(77)

Z = numpy.linspace(-10.0, 10.0, 8001)
WEIGHT = numpy.exp(-Z * Z / 2) / math.sqrt(2 * math.pi) * (Z[1] - Z[0])
DISTANCES = (0.02, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30)


def mean(values):
    return float(numpy.sum(WEIGHT * values))


def tail(x):
    return numpy.array([0.5 * math.erfc(value / math.sqrt(2)) for value in x])


def log_tail(x):
    """log H(x); beyond 20 by four terms of the asymptotic series."""
    far = x > 20.0
    near = numpy.log(tail(numpy.where(far, 0.0, x)))
    y = numpy.where(far, x, 20.0)
    series = 1 - y**-2 + 3 * y**-4 - 15 * y**-6 + 105 * y**-8
    return numpy.where(far, -y * y / 2 - numpy.log(y * math.sqrt(2 * math.pi)) + numpy.log(series),
                       near)


def energy(load, q, overlap):
    """F."""
    return 2 * load * mean(tail(-overlap * Z / math.sqrt(q - overlap**2))
                           * log_tail(-math.sqrt(q / (1 - q)) * Z))


def root(function, low, high):
    """Of a function that falls from above 0 to below it."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def saddle_point(load, distance):
    """(field, entropy, q)."""
    overlap = 1 - 2 * distance

    def conjugates(q):
        step = 1e-4 * (q - overlap**2)
        q_hat = (energy(load, q - step, overlap) - energy(load, q + step, overlap)) / step
        r_hat = root(lambda r: overlap - mean(numpy.tanh(math.sqrt(q_hat) * Z + r)), -10.0, 10.0)
        return q_hat, r_hat

    def excess(q):
        q_hat, r_hat = conjugates(q)
        return mean(numpy.tanh(math.sqrt(q_hat) * Z + r_hat) ** 2) - q

    low = overlap**2
    q = root(excess, low + 1e-6 * (1 - low), 1 - 1e-6 * (1 - low))
    q_hat, r_hat = conjugates(q)
    local = math.sqrt(q_hat) * Z + r_hat
    entropy = (-q_hat * (1 - q) / 2 - overlap * r_hat + mean(numpy.logaddexp(local, -local))
               + energy(load, q, overlap))
    step = 1e-4 * (q - overlap**2)
    slope = (energy(load, q, overlap + step) - energy(load, q, overlap - step)) / (2 * step)
    return r_hat - slope, entropy, q


def check():
    path = pathlib.Path(__file__).with_name("planted_local_entropy.csv")
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line[:1] != "#"]
    worst = 0.0
    for row in csv.DictReader(lines):
        field, entropy, q = saddle_point(float(row["load"]), float(row["d"]))
        print(f"{row['d']}: entropy {entropy:.6f} for {row['entropy']}, q {q:.6f} for {row['q']}, "
              f"field {field:.5f} for {row['gamma'] or 'none'}")
        worst = max([worst, abs(entropy - float(row["entropy"])), abs(q - float(row["q"]))]
                    + ([abs(field - float(row["gamma"]))] if row["gamma"] else []))
    print(f"largest difference {worst:.2g}")
    if worst > 2e-5:
        sys.exit("planted_saddle_point.py: the rows are not reproduced")


def main(words):
    if words == ["--check"]:
        return check()
    print("load,d,gamma,entropy,q")
    for load in words:
        for distance in DISTANCES:
            field, entropy, q = saddle_point(float(load), distance)
            print(f"{load},{distance:.2f},{field:.5f},{entropy:.6f},{q:.6f}", flush=True)
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
