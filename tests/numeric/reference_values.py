#!/usr/bin/env python3
"""Writes reference_values.inc: what the functions of lib/steppe/numeric must return, computed with
60 digits by mpmath at arguments that are exact in binary, and rounded once to double.

    python3 tests/numeric/reference_values.py          writes the table beside this script
    python3 tests/numeric/reference_values.py --fit    prints the series of scaled_tail.hpp
"""
import os
import random
import struct
import sys

from mpmath import atanh, cosh, erf, erfc, exp, log, log1p, mp, mpf, npdf, pi, sqrt, tanh

mp.dps = 60


def to_float(x):
    """The single-precision number next to x."""
    return struct.unpack("f", struct.pack("f", x))[0]


def tail(x):
    return erfc(x / sqrt(mpf(2))) / 2


def log_tail(x):
    return log(tail(x)) if x > -1 else log1p(-tail(-x))


def inverse_mills(x):
    return npdf(x) / tail(x)


def atanh_erf(x):
    if abs(x) < 1:
        return atanh(erf(x / sqrt(mpf(2))))
    return (log_tail(-x) - log_tail(x)) / 2


def log_2cosh(h):
    return abs(h) + log1p(exp(-2 * abs(h)))


def sech_squared(h):
    return 1 / cosh(h) ** 2


def atanh_product(a, b):
    low, high = sorted((abs(a), abs(b)))
    size = (
        atanh(tanh(low) * tanh(high))
        if low < 1
        else low + (log1p(exp(-2 * (low + high))) - log1p(exp(-2 * (high - low)))) / 2
    )
    return size if (a < 0) == (b < 0) else -size


def log_spaced(low, high, count):
    """count powers of ten from 10^low to 10^high, both signs."""
    values = [10.0 ** (low + (high - low) * i / (count - 1)) for i in range(count)]
    return [-v for v in values] + values


def gaussian_arguments(rng):
    x = [0.0, -37.5, 37.5, -38.25, 38.25, -38.5, 38.5, -39.0, 39.0]
    x += log_spaced(-300, -9, 6) + log_spaced(-8, 4, 90)
    # Where the forms change, and where the tails leave the range of normal numbers.
    x += [rng.uniform(-6, 6) for _ in range(60)]
    x += [rng.uniform(-45, 45) for _ in range(60)]
    return sorted(x)


def field_pairs(rng):
    sizes = [10.0 ** rng.uniform(-8, 4) for _ in range(110)]
    pairs = [(a, 10.0 ** rng.uniform(-8, 4)) for a in sizes]
    pairs += [(rng.uniform(0, 3), rng.uniform(0, 3)) for _ in range(80)]
    pairs += [(a, a * (1 + 1e-9)) for a in (0.5, 1.0, 2.0, 15.0, 30.0, 100.0)]
    pairs += [(1e-300, 2.0), (1e-150, 1e-150), (1e-20, 1e4), (30.0, 30.0), (30.0, 1e-30)]
    return [(rng.choice((-1, 1)) * a, rng.choice((-1, 1)) * b) for a, b in pairs]


def write_table(out, name, row_type, rows):
    out.write(f"\ninline const {row_type} {name}[] = {{\n")
    for row in rows:
        out.write("    {" + ", ".join(repr(float(value)) for value in row) + "},\n")
    out.write("};\n")


def write_reference():
    rng = random.Random(1)
    gaussian = gaussian_arguments(rng)
    fields = [x for x in gaussian if abs(x) < 1e5]
    pairs = field_pairs(rng)
    gaussian_float = sorted({to_float(x) for x in gaussian if x == 0 or abs(x) > 1e-36})
    fields_float = gaussian_float
    pairs_float = [(to_float(a), to_float(b)) for a, b in pairs if min(abs(a), abs(b)) > 1e-36]

    def gaussian_row(x):
        e = mpf(x)
        return x, tail(e), log_tail(e), inverse_mills(e), atanh_erf(e)

    def field_row(x):
        return x, log_2cosh(mpf(x)), sech_squared(mpf(x))

    def pair_row(a, b):
        return a, b, atanh_product(mpf(a), mpf(b))

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference_values.inc")
    with open(path, "w", encoding="ascii") as out:
        out.write("// Written by reference_values.py; do not edit.\n")
        write_table(out, "gaussian_reference", "GaussianRow", map(gaussian_row, gaussian))
        write_table(out, "field_reference", "FieldRow", map(field_row, fields))
        write_table(out, "product_reference", "ProductRow", (pair_row(*p) for p in pairs))
        out.write("\n// At arguments that are exact in single precision.\n")
        write_table(out, "gaussian_reference_float", "GaussianRow", map(gaussian_row, gaussian_float))
        write_table(out, "field_reference_float", "FieldRow", map(field_row, fields_float))
        write_table(out, "product_reference_float", "ProductRow", (pair_row(*p) for p in pairs_float))


def fit(degree=25, offset=mpf("3.75")):
    """Chebyshev series of (1 + 2z) exp(z^2) erfc(z) in t = (z - offset)/(z + offset), cut at
    `degree` and written in powers of t."""
    nodes = 90

    def scaled(t):
        z = offset * (1 + t) / (1 - t)
        return (1 + 2 * z) * exp(z * z) * erfc(z)

    angle = [pi * (2 * j + 1) / (2 * nodes) for j in range(nodes)]
    value = [scaled(mp.cos(a)) for a in angle]
    coefficient = [
        2 * sum(v * mp.cos(n * a) for v, a in zip(value, angle)) / nodes for n in range(degree + 1)
    ]
    coefficient[0] /= 2
    # Chebyshev polynomials in powers of t, by their recurrence.
    before, now = [mpf(1)], [mpf(0), mpf(1)]
    powers = [mpf(0)] * (degree + 1)
    for c in coefficient:
        for n, p in enumerate(before):
            powers[n] += c * p
        after = [mpf(0)] + [2 * p for p in now]
        for n, p in enumerate(before):
            after[n] -= p
        before, now = now, after
    for p in powers:
        print(mp.nstr(p, 22) + ",")
    worst = max(
        abs(mp.polyval(powers[::-1], t) - scaled(t)) for t in (mpf(i) / 500 for i in range(-500, 500))
    )
    print("largest error", mp.nstr(worst, 3))


if __name__ == "__main__":
    if sys.argv[1:] == ["--fit"]:
        fit()
    elif not sys.argv[1:]:
        write_reference()
    else:
        sys.exit(__doc__)
