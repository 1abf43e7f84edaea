#!/usr/bin/env python3
"""Small inputs of public reports and of trying to break the program, each with the right value.

    cases.py PROGRAM

Each case failed once. Where a number is given, its comment says how it is known.
"""
import gzip
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import threading

PROGRAM = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")
LN2 = 0.69314718056
failures = 0
name = ""


def check(what, holds, found=""):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {name}: {what}; found {found}")


def run(words, **more):
    words = words.split() if isinstance(words, str) else words
    return subprocess.run([PROGRAM, *words], capture_output="stdout" not in more, timeout=300,
                          **more)


def answer(words):
    """What `solve --json` prints: one object, and nothing else."""
    words = words.split() if isinstance(words, str) else words
    done = run(["solve", *words, "--json", "--quiet"])
    check(f"{words} ends with an answer", done.returncode in (0, 1), (done.returncode, done.stderr))
    return json.loads(done.stdout)


def refused(words, *parts, **more):
    """Exit status 2 and one sentence with these parts in it."""
    done = run(words, **more)
    said = done.stderr.decode(errors="replace")
    check(f"{words} is refused", done.returncode == 2, (done.returncode, said))
    check(f"{words}: one sentence", said.startswith("steppe: ") and said.count("\n") == 1, said)
    for part in parts:
        check(f"{words}: the sentence has '{part}'", part in said, said)


def wrong_by(words):
    """Patterns that `check` finds wrong."""
    done = run(["check", *words.split()])
    check(f"check {words} counts", done.returncode in (0, 1), done.stderr)
    return int(done.stdout.split()[0]) if done.stdout else -1


def possible(found, binary=True):
    phi = found["free_entropy"]
    if phi is None:
        check("a missing free entropy has a reason", found.get("free_entropy_note"), found)
        return
    check("the free entropy is possible", phi <= (LN2 if binary else 0.0) + 1e-6, phi)


def near(what, value, wanted, within):
    check(f"{what} is {wanted} +- {within}", value is not None and abs(value - wanted) <= within,
          value)


MEASURE = "--schedule none --continue-after-solution --threads 1"


def amp_phi_recovered():
    # The posterior is the one teacher: ln(1)/N = 0.
    for load in ("1.6", "2", "3"):
        found = answer(f"--inputs 1001 --load {load} --labels teacher --solver amp {MEASURE}")
        possible(found)
        near("overlap", found["overlap"], 1.0, 1e-3)
        if found["converged"]:
            near("free entropy", found["free_entropy"], 0.0, 1e-3)
    found = answer(f"--inputs 1001 --load 2 --labels teacher --solver bp {MEASURE}")
    check("bp converges", found["converged"], found)
    near("free entropy", found["free_entropy"], 0.0, 1e-3)


def bp_phi_images():
    if not IMAGES.exists():
        return
    done = run(f"generate --images {IMAGES}/train-images-idx3-ubyte.gz --labels-file "
               f"{IMAGES}/train-labels-idx1-ubyte.gz --classes 3,4 --binarise median --take 500 "
               "--out images.h5")
    check("images are read", done.returncode == 0, done.stderr)
    for solver in ("bp", "amp", "ep"):
        found = answer(f"--patterns images.h5 --weights binary --solver {solver} "
                       f"--symmetry-field 0 {MEASURE} --max-iterations 300")
        possible(found)


def contradictory():
    folder = HERE / "contradictory"
    for data, least, named in (("contra", 1, "1 and 61"), ("allc", 60, None)):
        files = f"--patterns {folder}/{data}.txt.gz --labels-file {folder}/{data}_l.txt.gz"
        for solver in ("bp", "amp", "ep"):
            found = answer(f"{files} --solver {solver} {MEASURE}")
            check("no number, for there is no solution", found["free_entropy"] is None, found)
        found = answer(files)
        check(f"{least} errors are the least", found["errors"] == least, found["errors"])
        check("and said to be", found["contradictions"]["least_errors"] == least, found)
        check("few tries", found["tries"] < 20, found["tries"])
        if named:
            check("the lines are named", named in found["message"], found["message"])


def cr_line_ends():
    found = answer(f"--patterns {HERE}/cr_line_ends/t_cr.txt")
    check("40 patterns of 101 inputs", (found["patterns"], found["weights"]) == (40, 101), found)
    pathlib.Path("cr.txt").write_bytes(b"1 -1 1\r-1 1 1\r")
    check("2 patterns", b"2 patterns" in run("info --patterns cr.txt").stdout)


def duplicates():
    # Enumeration: 2700 solutions of 2^17, overlap 0.2212.
    for solver in ("bp --accuracy exact", "bp --accuracy gaussian", "amp", "ep"):
        once, five = (answer(f"--patterns {HERE}/duplicates/{data}.txt --solver {solver} "
                             f"--symmetry-field 0 {MEASURE}") for data in ("b0", "b0d"))
        near("free entropy", five["free_entropy"], 0.46477, 0.01)
        near("overlap", five["overlap"], 0.2212, 0.03)
        check("each pattern counts once", five["free_entropy"] == once["free_entropy"],
              (once["free_entropy"], five["free_entropy"]))


def even_inputs_teacher():
    networks = ("--inputs 100", "--model committee --hidden 3 --inputs 100",
                "--model parity --hidden 3 --inputs 100", "--model parity --hidden 2 --inputs 100",
                "--model committee --hidden 3 --wiring tree --inputs 102")
    for network in networks:
        done = run(f"generate {network} --count 1000 --labels teacher --seed 3 --out p.txt "
                   "--labels-out l.txt --teacher-out t.txt")
        check(f"{network} is generated", done.returncode == 0, done.stderr)
        network = network.split("--inputs")[0]
        words = f"t.txt {network} --patterns p.txt --labels-file l.txt"
        check("the teacher stores its patterns", wrong_by(words) == 0, wrong_by(words))
    found = answer("--inputs 1000 --load 2 --labels teacher --seed 1")
    check("a recovered teacher is a solution", found["status"] == "solved", found["message"])
    possible(found)


def scaled(factor):
    lines = gzip.open(HERE / "scales" / "s0.txt.gz", "rt").read().splitlines()
    path = pathlib.Path(f"s{factor}.txt")
    path.write_text("\n".join(" ".join(repr(float(x) * factor) for x in line.split())
                              for line in lines) + "\n", encoding="ascii")
    return path


def scales():
    # Kappa is 0: a common factor changes nothing (scale 1: three methods agree within 0.003).
    for factor in (1.0, 1e-10, 1e-20, 1e19, 1e20, 1e-30, 1e30):
        file = scaled(factor)
        for solver, phi, q in (("bp", -0.4978, 0.370), ("amp", -0.4952, 0.390),
                               ("ep", -0.4962, None)):
            found = answer(f"--patterns {file} --weights spherical --solver {solver} {MEASURE}")
            near(f"{solver} at {factor}: free entropy", found["free_entropy"], phi, 2e-3)
            if q:
                near(f"{solver} at {factor}: overlap", found["overlap"], q, 5e-3)
            found = answer(f"--patterns {file} --solver {solver} {MEASURE}")
            possible(found)
        found = answer(f"--patterns {file} --weights spherical")
        check(f"solved at {factor}", found["status"] == "solved", found["message"])
    for factor in (1e-40, 1e-60, 1e-300):
        refused(f"solve --patterns {scaled(factor)} --weights spherical", "multiply")
    refused(f"solve --patterns {scaled(1e39)} --weights spherical", "single precision")


def huge_scale():
    files = f"--patterns {HERE}/huge_scale/r.txt --labels-file {HERE}/huge_scale/rl.txt"
    for solver in ("auto", "bp", "amp", "ep", "adatron"):
        done = run(f"solve {files} --weights spherical --solver {solver}")
        check(f"{solver} ends with an answer", done.returncode in (0, 1), done.stderr)


def load19_seed5():
    # A linear programme (HiGHS) finds no weights, with multipliers; by Gordan's theorem they prove
    # it.
    words = "--inputs 1001 --load 1.9 --weights spherical --seed 5"
    check("generated", run(f"generate {words} --out s5.txt").returncode == 0)
    found = answer(f"{words} --solver adatron --proof proof.txt")
    check("proved to have no solution", found["infeasible"], found)
    patterns = [[int(x) for x in line.split()]
                for line in pathlib.Path("s5.txt").read_text(encoding="ascii").splitlines()]
    given = gzip.open(HERE / "load19_seed5" / "s5_lambda.txt.gz", "rt").read().split()
    for whose, words in (("the linear programme", given),
                         ("adatron", pathlib.Path("proof.txt").read_text("ascii").split())):
        multipliers = [float(x) for x in words]
        check(f"multipliers of {whose}", len(multipliers) == len(patterns) and
              min(multipliers) >= -0.0 and abs(sum(multipliers) - 1.0) < 1e-9)
        sums = [0.0] * 1001
        for x, row in zip(multipliers, patterns):
            if x > 0.0:
                for i, xi in enumerate(row):
                    sums[i] += x * xi
        check(f"{whose}: the patterns sum to nothing", max(map(abs, sums)) < 1e-9,
              max(map(abs, sums)))


def pipe():
    path = HERE / "pipe" / "pipe_5x2000.txt"
    whole = answer(f"--patterns {path} --max-iterations 5")
    with open(path, "rb") as file:
        done = run("solve --patterns /dev/stdin --max-iterations 5 --json --quiet", stdin=file)
    check("the same from a pipe", json.loads(done.stdout)["patterns"] == whole["patterns"],
          done.stdout)
    done = run("solve --patterns - --max-iterations 5 --json --quiet", input=path.read_bytes())
    check("and from -", json.loads(done.stdout)["patterns"] == whole["patterns"], done.stdout)
    os.mkfifo("fifo")
    writer = threading.Thread(target=lambda: open("fifo", "wb").write(path.read_bytes()))
    writer.start()
    done = run("solve --patterns fifo --max-iterations 5 --json --quiet")
    writer.join()
    check("and from a FIFO", json.loads(done.stdout)["errors"] == whole["errors"], done.stdout)


def rank_zero():
    folder = HERE / "rank_zero"
    zeros = f"--input-values numbers --patterns {folder}/r.txt --labels-file {folder}/rl.txt"
    block = (f"--model committee --hidden 3 --wiring tree --patterns {folder}/dead_block.txt "
             f"--labels-file {folder}/dead_labels.txt")
    for problem in (zeros, block):
        for weights in ("binary", "spherical"):
            found = answer(f"{problem} --weights {weights} --solver ep {MEASURE}")
            possible(found, weights == "binary")
            answer(f"{problem} --weights {weights}")


def small_separable():
    # A linear programme stores each of them.
    for path in sorted((HERE / "small_separable").glob("*.txt")):
        done = run(f"solve --patterns {path} --weights spherical --out w.txt")
        check(f"{path.name} is stored", done.returncode == 0, done.stdout)
        found = wrong_by(f"w.txt --weights spherical --patterns {path}")
        check("and check says so", found == 0, found)


def zero_weights():
    folder = HERE / "zero_weights"
    problems = (f"--patterns {folder}/corr.txt.gz --labels-file {folder}/corrl.txt "
                "--weights spherical --margin -0.3",
                "--weights spherical --margin -0.1 --inputs 101 --load 5 --solver ep",
                "--model parity --hidden 8 --wiring tree --weights spherical --inputs 24 --count 1 "
                "--seed 4021459944 --solver ep --max-iterations 9",
                "--weights spherical --inputs 11 --count 3 --solver lal --start-norm 1e-30")
    for problem in problems:
        done = run(f"solve {problem} --out w.txt")
        check(f"{problem} ends", done.returncode in (0, 1), done.stderr)
        rows = [[float(x) for x in line.split()]
                for line in pathlib.Path("w.txt").read_text(encoding="ascii").splitlines()]
        for row in rows:
            near("squares of a unit", sum(x * x for x in row) / len(row), 1.0, 1e-5)
        rest = problem.split(" --solver")[0]
        wrong = wrong_by(f"w.txt {rest}")
        check("exit status and errors go together", (wrong == 0) == (done.returncode == 0), wrong)


def damaged_hdf5():
    refused("solve --inputs 21 --count 9223372036854775807", "9223372036854775807")
    refused("solve --inputs 21 --count 4611686018427387904")
    refused("generate --inputs 9223372036854775807 --count 1 --out g.txt")
    refused("generate --inputs 21 --count 9223372036854775807 --out g.txt")
    check("nothing is written", not os.path.exists("g.txt"))
    for file in ("h62", "hb2", "hash_arr", "inputs_arr", "huge7"):
        check(f"{file}.h5 is here", (HERE / "damaged_hdf5" / f"{file}.h5").exists())
    for file in ("h62", "hb2"):
        refused(f"solve --patterns {HERE}/damaged_hdf5/{file}.h5", f"{file}.h5")
    for file in ("hash_arr", "inputs_arr", "huge7"):
        refused(f"check {HERE}/damaged_hdf5/{file}.h5 --inputs 11 --count 5", f"{file}.h5")


def outputs():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "solve", "--inputs", "101", "--json"], stdout=full,
                              stderr=subprocess.PIPE, timeout=60)
    check("a full disk ends with status 2", done.returncode == 2, done.stderr)
    if os.geteuid() == 0:
        try:
            os.mknod("null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        except OSError:
            pass
        else:
            run("solve --inputs 11 --count 2 --quiet --out null")
            check("a device stays one", stat.S_ISCHR(os.stat("null").st_mode))
    refused("generate --inputs 5 --count 3 --labels teacher --out a.txt --labels-out a.txt",
            "--out", "--labels-out")


def words():
    near("0101", answer("--inputs 0101")["model"]["inputs"], 101, 0)
    for seed in ("-1", "99999999999999999999"):
        refused(["solve", "--inputs", "11", "--seed", seed], "--seed", seed)
    refused(["solve", "--inputs", "11", "--seed", ""], "--seed")
    refused(["solve", "--inputs", "11", "--damping", ""], "--damping")
    # Names that are no UTF-8.
    schedule, weights = os.fsencode("s") + b"\xff", os.fsencode("w") + b"\xff.txt"
    pathlib.Path(os.fsdecode(schedule)).write_text("0 1\ninf 2\n", encoding="ascii")
    for words in ([b"solve", b"--inputs", b"11", b"--schedule", schedule, b"--json"],
                  [b"solve", b"--inputs", b"11", b"--quiet", b"--out", weights],
                  [b"check", weights, b"--inputs", b"11", b"--json"]):
        done = subprocess.run([PROGRAM, *words], capture_output=True, timeout=60)
        check(f"{words} ends well", done.returncode in (0, 1), done.stderr)


def solutions_that_check_reads():
    run("solve --model committee --hidden 1 --wiring tree --inputs 11 --out c.h5 --quiet")
    done = run("check c.h5 --inputs 11")
    check("a tree of one unit", done.returncode == 0, (done.stdout, done.stderr))
    run("solve --weights spherical --inputs 1 --count 1 --out w1.txt --quiet")
    done = run("check w1.txt --weights spherical --inputs 1 --count 1")
    check("one real weight of 1", done.returncode in (0, 1) and not done.stderr, done.stderr)


CASES = (amp_phi_recovered, bp_phi_images, contradictory, cr_line_ends, duplicates,
         even_inputs_teacher, scales, huge_scale, load19_seed5, pipe, rank_zero, small_separable,
         zero_weights, damaged_hdf5, outputs, words, solutions_that_check_reads)
chosen = sys.argv[2:]
for case in CASES:
    name = case.__name__
    if chosen and name not in chosen:
        continue
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        before = failures
        case()
        print(f"{name}: {'right' if failures == before else 'WRONG'}")
        os.chdir("/")
sys.exit(failures > 0)
