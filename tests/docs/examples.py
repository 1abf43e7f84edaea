#!/usr/bin/env python3
"""Runs the commands of README and manual and compares what they print.

    examples.py PROGRAM PAGE...            fails where a page shows something else
    examples.py --update PROGRAM PAGE...   writes what is printed into the pages

A fenced block marked `console` holds lines `$ command`, each followed by what it prints (standard
output, then standard error). Commands run in one empty folder per page, `steppe` being PROGRAM.
What depends on machine and rounding (times, rates, iterations, overlaps, entropies, test errors)
may differ in its numbers; those of theory may differ by rounding; everything else must be equal.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

VARIES = re.compile(
    r"^(iterations|epochs|spread|surrogate|overlap|free entropy|floored|flatness|stabilities|local-entropy|hessian|sharpness|barrier|test errors|version|instruction set|threads)\b|\"iterations\"|^\{\"iteration\""
)
NUMBER = re.compile(r"[-+]?\d[\d.]*(e[-+]?\d+)?")
FLOAT = re.compile(r"(?<![\w.])([-+]?\d+(\.\d+)?(e[-+]?\d+)?)(?![\w])")


def comparable(line):
    # Which wrong weights: the same ones everywhere only up to rounding.
    line = re.sub(r"^[1-9]\d* of (\d+ patterns wrong)", r"# of \1", line)
    if not VARIES.search(line):
        return line
    line = re.sub(r"threads?\b", "threads", line)
    if line.startswith("instruction set"):
        return "instruction set #"
    return NUMBER.sub("#", line)


def near(shown, printed):
    """Whether two lines have the same words, and numbers that are the same to five digits (to 1e-7
    where they are smaller: an error of computation is any small number)."""
    shown_numbers, printed_numbers = ([float(word[0]) for word in FLOAT.findall(line)]
                                      for line in (shown, printed))
    words = [re.sub(r" +", " ", FLOAT.sub("#", line)) for line in (shown, printed)]
    return (words[0] == words[1] and len(shown_numbers) == len(printed_numbers)
            and all(abs(a - b) <= 1e-5 * abs(a) + 1e-7
                    for a, b in zip(shown_numbers, printed_numbers)))


def same(command, shown, printed):
    if "steppe theory" in command:
        # Computed to more digits than rounding leaves alike everywhere.
        return len(shown) == len(printed) and all(map(near, shown, printed))
    return list(map(comparable, shown)) == list(map(comparable, printed))


def run(command, folder, program):
    path = os.path.dirname(os.path.abspath(program)) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(command, shell=True, cwd=folder, env={**os.environ, "PATH": path},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    return (done.stdout + done.stderr).splitlines()


def check(page, program, update):
    lines = page.read_text(encoding="utf-8").splitlines()
    out, wrong, commands = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        at = 0
        while at < len(lines):
            out.append(lines[at])
            at += 1
            if out[-1] != "```console":
                continue
            while lines[at] != "```":
                command = lines[at]
                if not command.startswith("$ "):
                    sys.exit(f"{page}:{at + 1}: a console block begins with a command")
                at += 1
                shown = []
                while lines[at] != "```" and not lines[at].startswith("$ "):
                    shown.append(lines[at])
                    at += 1
                printed = run(command[2:], folder, program)
                commands += 1
                if not update and not same(command, shown, printed):
                    wrong += 1
                    print(f"{page}: {command}\nthe page shows\n  " + "\n  ".join(shown)
                          + "\nthe program prints\n  " + "\n  ".join(printed))
                out += [command] + printed
    if update:
        page.write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{page.name}: {commands} commands, {wrong} differ")
    return wrong


update = sys.argv[1] == "--update"
program, *pages = sys.argv[1 + update:]
total = sum([check(pathlib.Path(page), program, update) for page in pages])
sys.exit(total > 0)
