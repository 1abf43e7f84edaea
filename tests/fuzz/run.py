#!/usr/bin/env python3
"""Runs a fuzz target for FUZZ_SECONDS (8 if not set), from a copy of its corpus. What it finds is
kept in the folder FOUND.

    run.py TARGET CORPUS FOUND
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

target, corpus, found = sys.argv[1:]
pathlib.Path(found).mkdir(parents=True, exist_ok=True)
environment = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
               "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", **os.environ}
with tempfile.TemporaryDirectory() as folder:
    # New inputs go to the copy.
    shutil.copytree(corpus, folder, dirs_exist_ok=True)
    sys.exit(subprocess.run(
        [target, f"-max_total_time={os.environ.get('FUZZ_SECONDS', '8')}", "-timeout=20",
         "-max_len=20000", "-rss_limit_mb=3000", f"-artifact_prefix={found}/", "-print_final_stats=1", folder],
        env=environment, check=False).returncode)
