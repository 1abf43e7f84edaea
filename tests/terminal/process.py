#!/usr/bin/env python3
"""What needs a real process, terminal or signal: standard output that cannot be written, files that
may not be, the progress line, and signals.

    process.py PROGRAM [sanitized]
"""
import fcntl
import json
import os
import pty
import random
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = os.path.abspath(sys.argv[1])
SMALL = ["solve", "--inputs", "11", "--count", "4", "--quiet"]
# Goes on for minutes unless it is stopped.
ENDLESS = ["solve", "--inputs", "301", "--load", "1.5", "--steps", "1000000"]
# Whose eigendecomposition alone takes many seconds.
EIGEN = ["solve", "--solver", "ep", "--weights", "spherical", "--inputs", "3000", "--count", "3000"]
failures = 0


def check(what, holds, more=""):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {what} {more}")


def run(words, **more):
    return subprocess.run([PROGRAM, *words], capture_output="stdout" not in more, timeout=300,
                          **more)


def standard_output():
    for words in (SMALL, SMALL + ["--json"], ["help"], ["--version"], ["manual"], ["info"],
                  ["solve", "--help"], SMALL + ["--out", "-"],
                  ["generate", "--inputs", "5", "--count", "3", "--out", "-"]):
        with open("/dev/full", "wb") as full:
            done = run(words, stdout=full, stderr=subprocess.PIPE)
        check(f"{words} > /dev/full", done.returncode == 2, done)
        check(f"{words} > /dev/full says why",
              done.stderr.count(b"cannot be written: No space left on device") == 1, done.stderr)
        reader, writer = os.pipe()
        os.close(reader)
        done = run(words, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        check(f"{words} | closed", done.returncode == 2, done)
        check(f"{words} | closed says why", b"cannot be written: Broken pipe" in done.stderr,
              done.stderr)
    with tempfile.TemporaryDirectory() as folder:
        # A descriptor that is closed is not given to the file of weights.
        path = os.path.join(folder, "w.txt")
        done = subprocess.run(f'"{PROGRAM}" {" ".join(SMALL)} --out {path} >&-', shell=True,
                              stderr=subprocess.PIPE, timeout=300)
        check("closed standard output", done.returncode == 2, done)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        check("weights beside closed standard output", re.fullmatch(r"(-?1[ \n])+", text), text)


def weights_to_standard_output():
    done = run(SMALL + ["--out", "-"])
    check("--out -: weights alone", re.fullmatch(rb"-?1( -?1){10}\n", done.stdout), done.stdout)
    check("--out -: summary on standard error", done.stderr.startswith(b"status "), done.stderr)
    done = run(SMALL + ["--log", "/dev/stdout"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    check("--log /dev/stdout", [line["iteration"] for line in lines] == list(
        range(1, len(lines) + 1)), done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out")
        with open(path, "wb") as file:
            file.write(b"before\n")
            file.flush()
            run(["generate", "--inputs", "3", "--count", "2", "--out", "/dev/stdout"], stdout=file,
                stderr=subprocess.DEVNULL)
            os.write(file.fileno(), b"after\n")
        with open(path, "rb") as file:
            text = file.read()
        check("> file: written where it stands", re.fullmatch(
            rb"before\n(-?1 -?1 -?1\n){2}after\n", text), text)


def may_not_be_written():
    def drop():
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        file = os.path.join(folder, "w.txt")
        closed = os.path.join(folder, "closed")
        os.mkdir(closed, 0o555)
        os.chmod(closed, 0o555)
        with open(file, "w", encoding="utf-8") as out:
            out.write("old")
        os.chmod(file, 0o444)
        for path, why in ((file, "Permission denied"),
                          (os.path.join(closed, "w.txt"), "no file can be made in folder")):
            for option in ("--out", "--log"):
                done = run(ENDLESS + ["--quiet", option, path], preexec_fn=drop)
                check(f"{option} {path}", done.returncode == 2 and why.encode() in done.stderr,
                      done)
        with open(file, encoding="utf-8") as out:
            check("a read-only file stays", out.read() == "old")


def start(words, log):
    """A run that has begun, which its log tells."""
    process = subprocess.Popen([PROGRAM, *words, "--log", log], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    end = time.monotonic() + 120
    while not os.path.exists(log) and time.monotonic() < end:
        time.sleep(0.02)
    return process


def signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        for words in (ENDLESS, EIGEN):
            if words is EIGEN and number != signal.SIGINT:
                continue
            with tempfile.TemporaryDirectory() as folder:
                weights = os.path.join(folder, "w.txt")
                process = start(words + ["--json", "--out", weights], os.path.join(folder, "log"))
                process.send_signal(number)
                out, err = process.communicate(timeout=300)
                check(f"{number!r}: status", process.returncode == 3, err)
                check(f"{number!r}: answer", json.loads(out)["status"] == "interrupted", out)
                check(f"{number!r}: weights", os.path.getsize(weights) > 0)
    done = run(EIGEN + ["--time-limit", "0.2", "--json", "--quiet"])
    answer = json.loads(done.stdout)
    check("time limit in the start of ep", answer["status"] == "time-limit", answer)
    check("no iteration in that time", answer["iterations"] == 0, answer)


def progress():
    for columns in (40, 80, 132):
        terminal, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([PROGRAM, *ENDLESS, "--time-limit", "1.5", "--exit-zero"],
                                   stdout=subprocess.DEVNULL, stderr=other,
                                   env={**os.environ, "TERM": "xterm", "COLUMNS": "300"})
        os.close(other)
        text = b""
        while process.poll() is None or select.select([terminal], [], [], 0.1)[0]:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                text += os.read(terminal, 65536)
            except OSError:
                break
        os.close(terminal)
        process.wait(timeout=300)
        lines = [line for line in text.decode().replace("\r", "").split("\033[K") if line]
        check(f"{columns} columns: there are lines", len(lines) > 1, text)
        check(f"{columns} columns: they fit", all(len(line) < columns for line in lines), lines)
        check(f"{columns} columns: errors", all("errors" in line for line in lines), lines)
        if columns >= 80:
            check("time left, tries",
                  all("left" in line and "try 1/" in line for line in lines), lines)
        check(f"{columns} columns: --exit-zero", process.returncode == 0, process.returncode)


def second_signal():
    """A first signal asks for the answer; a second of its kind ends the program at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "log")
            process = start(ENDLESS + ["--json"], log)
            # The one that is stopped cannot go on to its end in between.
            process.send_signal(signal.SIGSTOP)
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.001)
            process.send_signal(number)
            out, _ = process.communicate(timeout=60)
            check(f"two {number!r}", process.returncode in (-number, 3), process.returncode)
            check(f"two {number!r}: no half answer", not out or json.loads(out), out)


def wait_for(what):
    end = time.monotonic() + 120
    while not what() and time.monotonic() < end:
        time.sleep(0.01)


def landscape():
    """A signal ends the measures, and what is whole is printed."""
    with tempfile.TemporaryDirectory() as folder:
        weights = os.path.join(folder, "w.txt")
        problem = ["--inputs", "1001", "--load", "0.6"]
        run(["solve", *problem, "--quiet", "--out", weights])
        # Thousands of runs of belief propagation.
        words = ["landscape", weights, *problem, "--measure",
                 "stabilities,local-entropy", "--solver", "bp", "--gamma", "0.0001:0.9999:0.0001"]
        for form in ([], ["--json"]):
            process = subprocess.Popen([PROGRAM, *words, *form], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            time.sleep(2.0)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
            check("landscape: status", process.returncode == 3, err)
            if not form:
                check("landscape: not finished", out.endswith(b"local-entropy  not finished\n"), out)
                continue
            answer = json.loads(out)
            check("landscape: interrupted", answer["status"] == "interrupted", answer["status"])
            found = answer["measures"]
            check("landscape: unfinished", found["local-entropy"]["unfinished"] is True)
            check("landscape: what was whole", len(found["stabilities"]["counts"]) == 50, found)
        for option in (["--out", "-"], ["--csv", "/dev/stdout"]):
            short = ["landscape", weights, *problem, "--measure",
                     "stabilities", *option]
            done = run(short)
            check(f"{option}: alone on standard output",
                  json.loads(done.stdout) if option[1] == "-" else
                  done.stdout.startswith(b"solution,measure,"), done)
            check(f"{option}: words on standard error", b"stabilities    smallest" in done.stderr,
                  done)
            with open("/dev/full", "wb") as full:
                done = run(short, stdout=full, stderr=subprocess.PIPE)
            check(f"{option} > /dev/full", done.returncode == 2 and
                  b"No space left on device" in done.stderr, done)


def study():
    """A study that was stopped or killed goes on where it was, and comes to the same."""
    def begin(folder):
        results = os.path.join(folder, "results.jsonl")
        words = [PROGRAM, "study", "parity", "--sets", "2", "--seeds", "1", "--threads", "1",
                 "--quiet", "--folder", folder]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return words, results, process

    def rows(path):
        with open(path, "rb") as file:
            return file.read().split(b"\n")[:-1]

    def table(folder):
        with open(os.path.join(folder, "parity.csv"), "rb") as file:
            return file.read()

    with tempfile.TemporaryDirectory() as whole:
        _, wanted, process = begin(whole)
        process.communicate(timeout=300)
        check("study: status", process.returncode == 0, process.returncode)
        for number in (signal.SIGKILL, signal.SIGINT):
            with tempfile.TemporaryDirectory() as folder:
                words, results, process = begin(folder)
                wait_for(lambda: os.path.exists(results) and len(rows(results)) > 1)
                process.send_signal(number)
                out, err = process.communicate(timeout=60)
                before = rows(results)
                check(f"study, {number!r}: in the middle", 1 < len(before) < 14, len(before))
                check(f"study, {number!r}: nothing printed", not out, out)
                if number != signal.SIGKILL:
                    check(f"study, {number!r}: status", process.returncode == 3, err)
                    check(f"study, {number!r}: a sentence", err.decode() ==
                          f"steppe: interrupted; what was reached is in {folder}, and the same "
                          "command goes on with it\n", err)
                done = subprocess.run(words, capture_output=True, timeout=300)
                check(f"study, {number!r}: goes on", done.returncode == 0, done)
                after = rows(results)
                check(f"study, {number!r}: nothing twice", after[:len(before)] == before)
                keys = [json.loads(row)["key"] for row in after]
                check(f"study, {number!r}: all once",
                      keys == [json.loads(row)["key"] for row in rows(wanted)], keys)
                check(f"study, {number!r}: the same table",
                      table(folder) == table(whole))
                left = sorted(os.listdir(folder))
                check(f"study, {number!r}: no other files", left == sorted(os.listdir(whole)), left)


def killed_runs():
    """A run with checkpoints that is killed at any moment goes on from the last one."""
    runs = (["--solver", "amp", "--load", "0.9", "--restarts", "60"],
            ["--solver", "bp", "--load", "0.6", "--steps", "60", "--restarts", "1",
             "--continue-after-solution"],
            ["--load", "1.3", "--max-iterations", "4000"],
            ["--solver", "elal", "--weights", "spherical", "--load", "1.7", "--epochs", "300"],
            ["--solver", "adatron", "--weights", "spherical", "--load", "1.9"])
    dice = random.Random(7)
    resumed = 0
    for words in runs:
        words = ["solve", "--inputs", "501", "--quiet", "--exit-zero", "--threads", "1", *words]
        begun = time.monotonic()
        whole = answer_of(run(words + ["--json"]))
        length = time.monotonic() - begun
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "run.h5")
            kept = ["--checkpoint", file, "--checkpoint-every", "0.01"]
            for _ in range(int(os.environ.get("STEPPE_KILLS", "3"))):
                resume = ["--resume", file] if os.path.exists(file) else []
                process = subprocess.Popen([PROGRAM, *words, *kept, *resume],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                time.sleep(dice.uniform(0.0, max(length, 0.05)))
                process.kill()
                resumed += bool(resume)
                err = process.communicate(timeout=300)[1]
                check(f"{words}: no word before the end", not err, err)
                # What a kill leaves of a file that was being written has another name.
                for name in os.listdir(folder):
                    check("temporary files are told apart", name == "run.h5" or "run.h5" in name,
                          name)
            resume = ["--resume", file] if os.path.exists(file) else []
            done = run(words + ["--json", *kept, *resume])
            check(f"{words}: killed, and the same in the end", answer_of(done) == whole,
                  f"{done}\n{whole}")
            again = run(words + ["--json", "--resume", file])
            check(f"{words}: the end is kept", answer_of(again) == whole, again)
    check("some were killed after a checkpoint", resumed > 0)


def sweeps():
    """Sweeps that are killed, stopped, or share a store: the rows of one that ran through."""
    grid = [PROGRAM, "sweep", "--inputs", "201,401", "--load", "0.6:0.9:0.1", "--seed", "1:5",
            "--solver", "amp", "--restarts", "20", "--threads", "2", "--json", "--quiet"]

    def rows(store):
        done = run(["export", "--store", store, "--format", "json"])
        found = []
        for line in done.stdout.splitlines():
            row = json.loads(line)
            for part, key in ((row, "seconds"), (row, "edge_updates_per_second"), (row, "threads"),
                              (row["request"], "threads")):
                part.pop(key, None)
            found.append(json.dumps(row, sort_keys=True))
        return sorted(found)

    def begin(store):
        return subprocess.Popen([*grid, "--store", store], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def end(process):
        out, err = process.communicate(timeout=300)
        return process.returncode, json.loads(out) if out else err

    def has_rows(store):
        return os.path.exists(store) and len(rows(store)) > 2

    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "whole")
        begun = time.monotonic()
        status, answer = end(begin(store))
        length = time.monotonic() - begun
        whole = rows(store)
        check("sweep: whole", status == 0 and answer["computed"] == 40 and len(whole) == 40, answer)

        dice = random.Random(11)
        kills = int(os.environ.get("STEPPE_KILLS", "5"))
        partly = 0
        for first in range(0, kills, 5):
            store = os.path.join(folder, f"killed {first}")
            for _ in range(min(5, kills - first)):
                process = begin(store)
                time.sleep(dice.uniform(0.0, 0.4 * length))
                process.kill()
                end(process)
                partly += 0 < (len(rows(store)) if os.path.exists(store) else 0) < 40
            status, answer = end(begin(store))
            check("sweep: killed and resumed", status == 0 and answer["missing"] == 0, answer)
            check("sweep: kills lose and double nothing", rows(store) == whole)
        check("sweep: some were killed at work", partly > 0)

        store = os.path.join(folder, "stopped")
        process = begin(store)
        wait_for(lambda: has_rows(store))
        process.send_signal(signal.SIGINT)
        status, answer = end(process)
        check("sweep: stopped", status == 3 and answer["interrupted"] and answer["missing"] > 0 and
              len(rows(store)) == answer["computed"] == 40 - answer["missing"], answer)
        status, again = end(begin(store))
        check("sweep: goes on", status == 0 and again["there"] == answer["computed"] and
              again["computed"] == answer["missing"] and rows(store) == whole, again)

        # Runs of minutes: the first signal waits for them, the second does not.
        store = os.path.join(folder, "dropped")
        log = os.path.join(folder, "err")
        with open(log, "wb") as err:
            process = subprocess.Popen(
                [PROGRAM, "sweep", "--inputs", "301", "--load", "1.5", "--steps", "1000000",
                 "--store", store], stdout=subprocess.PIPE, stderr=err)
            wait_for(lambda: os.path.exists(store))
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            wait_for(lambda: b"1 run is left to end" in open(log, "rb").read())
            check("sweep: the first signal drops nothing", process.poll() is None)
            process.send_signal(signal.SIGINT)
            status, answer = end(process)
        check("sweep: the second one does", status == -signal.SIGINT, f"{status} {answer}")

        store = os.path.join(folder, "shared")
        both = [begin(store) for _ in range(2)]
        ends = [end(process) for process in both]
        computed = [answer["computed"] for _, answer in ends]
        check("sweep: two processes on one store", all(status == 0 for status, _ in ends) and
              sum(computed) == 40 and min(computed) > 0 and rows(store) == whole, ends)


def answer_of(done):
    """The answer of a run but for what the clock says."""
    if not done.stdout:
        return done.stderr
    answer = json.loads(done.stdout)
    for part in (answer, answer.get("finish", {})):
        for key in ("seconds", "edge_updates_per_second"):
            part.pop(key, None)
    return answer


def memory_limits():
    """Under a limit on memory (ulimit -v) a run ends, with an answer or a sentence."""
    runs = (["solve", "--solver", "ep"], ["solve", "--solver", "amp"],
            ["solve", "--solver", "adatron", "--weights", "spherical"],
            ["solve", "--solver", "sgd", "--weights", "spherical"])
    for words in runs:
        for threads in ("1", "2", "8"):
            for megabytes in (100, 150, 250, 400, 2000):
                limit = megabytes * 1024 * 1024
                done = run(words + ["--threads", threads, "--inputs", "301", "--count", "120",
                                    "--quiet", "--time-limit", "20", "--exit-zero"],
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                 (limit, limit)))
                what = f"{words} on {threads} threads in {megabytes} MB"
                if done.returncode == 127 and not done.stdout:
                    continue  # less than the program itself takes
                check(f"{what}: status", done.returncode in (0, 2), done)
                if done.returncode == 2:
                    check(f"{what}: a sentence", done.stderr.startswith(b"steppe: ") and
                          done.stderr.count(b"\n") == 1 and b"ulimit -v" in done.stderr,
                          done.stderr)
                    check(f"{what}: nothing printed", not done.stdout, done.stdout)
    largest = run(runs[0] + ["--inputs", "301", "--count", "120", "--quiet", "--exit-zero"])
    check("without a limit", largest.returncode == 0, largest)


def results_alone():
    """No library's words come between the results."""
    cases = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases", "rank_zero")
    tree = ["--model", "committee", "--hidden", "3", "--wiring", "tree"]
    for network, patterns, labels in (([], "r.txt", "rl.txt"),
                                      (tree, "dead_block.txt", "dead_labels.txt")):
        done = run(["solve", *network, "--patterns", os.path.join(cases, patterns),
                    "--labels-file", os.path.join(cases, labels), "--input-values", "numbers",
                    "--solver", "ep", "--schedule", "none", "--json", "--quiet"])
        check(f"{patterns}: one object", len(done.stdout.splitlines()) == 1 and
              json.loads(done.stdout)["solver"]["name"] == "ep", done)


standard_output()
weights_to_standard_output()
may_not_be_written()
signals()
second_signal()
landscape()
study()
results_alone()
killed_runs()
sweeps()
if len(sys.argv) < 3:
    # A sanitizer takes terabytes of address space for itself.
    memory_limits()
progress()
print(f"{failures} failures")
sys.exit(failures > 0)
