#!/usr/bin/env python3
"""The keys of every JSON object that the program prints, and those that docs/files.md explains, are
the same.

    json_keys.py PROGRAM SOURCE
"""
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

program, source = (pathlib.Path(word).resolve() for word in sys.argv[1:])
TREE = "--model committee --hidden 3 --wiring tree --inputs 99 --load 0.3 --weights spherical"
SMALL = "--inputs 101 --load 0.3"
# Runs that between them print every key.
SOLVES = [
    f"{SMALL}", f"{SMALL} --solver bp", f"{SMALL} --schedule none", f"{SMALL} --labels teacher",
    f"{SMALL} --schedule reinforcement", f"{SMALL} --schedule scoping", f"{SMALL} --steps auto",
    f"{TREE} --solver ep", f"{TREE} --solver sgd --epochs 20", f"{TREE} --solver rsgd --epochs 5",
    f"{TREE} --solver lal", f"{TREE} --solver elal", f"{SMALL} --solver sbpi",
    f"{SMALL} --solver rsgd", "--patterns p.txt --test p.txt",
    "--inputs 201 --load 0.3",
    # Patterns much alike and nearly no damping: cavity precisions fall below 0.
    "--patterns alike.txt --labels-file labels.txt --model committee --hidden 9 "
    "--weights spherical --solver bp --damping 0.2 --max-iterations 100",
    "--patterns twice.txt --labels-file labels.txt", "--patterns both.txt --labels-file labels.txt",
    "--inputs 101 --load 1.5 --target-errors 60", f"{SMALL} --temperature 0.5 --schedule none",
    "--inputs 101 --load 1.9 --weights spherical --solver adatron",
    "--inputs 101 --load 3 --weights spherical",
    "--patterns zeros.txt --weights spherical",
    "--patterns tiny.txt --weights spherical --solver ep --max-iterations 50",
]

THEORY = [
    "entropy --beta 3", "overlap --labels teacher", "overlap --weights ternary",
    "capacity --labels teacher", "capacity --weights spherical --margin=-0.5 --steps 1",
    "generalisation --labels teacher", "stabilities", "state-evolution --labels teacher",
    "local-entropy", "clones", "clones --distance 0.1",
]


def flat(value, prefix=""):
    """Keys of an object, nested ones with dots; what moves over a run is one value."""
    keys = set()
    for key, inner in value.items():
        keys.add(prefix + key)
        if isinstance(inner, dict) and set(inner) != {"from", "to", "shape"}:
            keys |= flat(inner, f"{prefix}{key}.")
    return keys


def flat_points(value, prefix=""):
    """As flat(), and the keys of objects in lists."""
    keys = set()
    for key, inner in value.items():
        keys.add(prefix + key)
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                keys |= flat_points(one, f"{prefix}{key}.")
    return keys


def measure_keys(measures):
    """Of measures by name; a path of several, and the straight one, have the keys of one path."""
    keys = set()
    for key in flat_points(measures):
        if key in measures:
            continue
        name, _, rest = key.partition(".")
        if name == "barrier" and rest not in ("pairs.first", "pairs.second"):
            rest = re.sub(r"^(pairs\.)?(straight\.)?", "", rest)
        keys.add("unfinished" if rest == "unfinished" else f"{name}.{rest}")
    return keys


def explained(page, beginning):
    """Keys in the first column of the table that follows a text."""
    at = page.index(beginning)
    table = re.search(r"\| key \| meaning \|\n\|---\|---\|\n((?:\|.*\n)+)", page[at:])[1]
    return {key for line in table.splitlines()
            for key in re.findall(r"`([^`]+)`", line.split("|")[1])}


with tempfile.TemporaryDirectory() as folder:
    def steppe(words):
        done = subprocess.run([program, *words.split()], cwd=folder, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"steppe {words}: {done.stderr}")
        return done.stdout

    def log():
        lines = (pathlib.Path(folder) / "log").read_text(encoding="utf-8").splitlines()
        return set().union(*(flat(json.loads(line)) for line in lines))

    steppe("generate --inputs 101 --count 20 --out p.txt")
    numbers = random.Random(1)
    base = [numbers.choice((1, -1)) for _ in range(102)]
    alike = [" ".join(str(b if numbers.random() < 0.9 else -b) for b in base) for _ in range(60)]
    labels = [numbers.choice(("1", "-1")) for _ in range(60)]
    twice = alike[:59] + [alike[labels[:59].index(labels[59])]]
    both = alike[:59] + [alike[labels[:59].index("1" if labels[59] == "-1" else "-1")]]
    # Rows 1e20 times smaller than the others.
    tiny = [" ".join(str(numbers.gauss(0, 1) * (1 if a < 20 else 1e-20)) for _ in range(30))
            for a in range(25)]
    for name, lines in (("alike.txt", alike), ("labels.txt", labels), ("twice.txt", twice),
                        ("both.txt", both), ("tiny.txt", tiny), ("zeros.txt", ["0 0 0", "1.5 2 -3"])):
        (pathlib.Path(folder) / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    printed = {"solve": set(), "log": set(), "log of learners": set()}
    for words in SOLVES:
        answer = json.loads(steppe(f"solve {words} --json --quiet --log log"))
        printed["solve"] |= flat(answer)
        learner = "epochs" in answer["solver"]
        printed["log of learners" if learner else "log"] |= log()
    steppe(f"solve {SMALL} --out w.txt --quiet")
    printed["check"] = flat(json.loads(steppe(f"check w.txt {SMALL} --json")))
    printed["sweep"] = flat(json.loads(steppe(f"sweep {SMALL} --store runs.sqlite --json --quiet")))
    printed["info"] = {key for key in flat(json.loads(steppe("info --json")))
                       if not key.startswith("solver_bytes.")}
    # Of one, two and three solutions, and of none to its end.
    printed["landscape"], printed["measures"] = set(), set()
    for words in ("w.txt", "w.txt w.txt", "w.txt w.txt w.txt", "w.txt --time-limit 1e-9"):
        answer = json.loads(steppe(f"landscape {words} {SMALL} --measure all --json"))
        for one in answer.get("solutions", []):
            if set(one) != {"solution", "errors", "same_patterns", "teacher_overlap", "measures"}:
                sys.exit(f"landscape: keys of a solution are {set(one)}")
            printed["measures"] |= measure_keys(one["measures"])
        printed["measures"] |= measure_keys(answer.pop("measures"))
        printed["landscape"] |= flat(answer) | {"measures"}
    steppe("study parity --sets 1 --seeds 1 --folder study --quiet")
    rows = (pathlib.Path(folder) / "study" / "results.jsonl").read_text(encoding="utf-8")
    # The study has no test patterns (those that have take minutes), and nothing of it fails.
    printed["study"] = {"test_error", "error", "failed"}.union(*(json.loads(row) for row in rows.splitlines()))
    printed["theory"] = set()
    for words in THEORY:
        points = json.loads(steppe(f"theory {words} --json"))
        if len({tuple(point) for point in points}) != 1:
            sys.exit(f"theory {words}: points have different keys")
        # Errors of computation stand beside what they belong to.
        printed["theory"] |= {key for key in points[0]
                              if key.removesuffix("_error") == key or
                              key.removesuffix("_error") not in points[0]}
    options = json.loads(steppe("info --options --json"))


def an_option(key):
    """Whether a key is that of an option, of which the page says once what they are."""
    part, _, name = key.partition(".")
    return part in ("solver", "schedule", "request") and name.replace("_", "-") in options


printed["solve"] = {key for key in printed["solve"] if not an_option(key)}

page = (source / "docs" / "files.md").read_text(encoding="utf-8")
wrong = 0
for kind, beginning in (("solve", "## Summary as JSON"), ("check", "`--json` of `check`"),
                        ("sweep", "`--json` of `sweep`"), ("info", "And of `info`"), ("log", "## Log"),
                        ("log of learners", "and of learners one per epoch"),
                        ("landscape", "## Landscapes"), ("measures", "A measure is an object"),
                        ("study", "The keys of a line:"), ("theory", "## Theory")):
    told = explained(page, beginning)
    for key in sorted(printed[kind] - told):
        print(f"{kind}: the program prints `{key}`, docs/files.md does not explain it")
    for key in sorted(told - printed[kind]):
        print(f"{kind}: docs/files.md explains `{key}`, no run printed it")
    wrong += len(printed[kind] ^ told)
    print(f"{kind}: {len(printed[kind])} keys")
sys.exit(wrong > 0)
