#!/usr/bin/env python3
"""Counts tests from meson's own records and prints `N passed, N failed`.

A doctest program counts as its test cases, by its closing line; any other test, and a program that
ended without that line, counts as one. A test that says that it skips, because something it needs
is not there, is named and counts as neither. A build folder without a record counts as one failure.
"""
import json
import pathlib
import re
import sys

CASES = re.compile(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")


def count(folder):
    record = pathlib.Path(folder) / "meson-logs" / "testlog.json"
    if not record.exists():
        print(f"{folder}: no record of tests")
        return 0, 1
    passed = failed = 0
    for line in record.read_text(encoding="utf-8").splitlines():
        test = json.loads(line)
        if test["result"] == "SKIP":
            print(f"{folder}: skipped: {test['name']}")
            continue
        good = test["result"] == "OK"
        cases = CASES.search(test.get("stdout", ""))
        if cases:
            passed += int(cases[2])
            # A program may fail otherwise than by a case (a sanitizer, a crash at the end).
            failed += int(cases[3]) or int(not good)
        else:
            passed += int(good)
            failed += int(not good)
    print(f"{folder}: {passed} passed, {failed} failed")
    return passed, failed


totals = [count(folder) for folder in sys.argv[1:]]
passed, failed = (sum(column) for column in zip(*totals))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
