#!/usr/bin/env python3
"""The README lists the packages that the Makefile installs; meson's version is the citation's.

    packages.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
makefile = (source / "Makefile").read_text(encoding="utf-8")
readme = (source / "README.md").read_text(encoding="utf-8")
installed = re.search(r"^PACKAGES := ((?:.*\\\n)*.*)$", makefile, re.M)[1].replace("\\", " ").split()
listed = re.search(r"packages that `make` installs.*?\n\n((?:    .*\n)+)", readme)[1].split()
wrong = []
if sorted(installed) != sorted(listed):
    wrong.append(f"README and Makefile differ in {sorted(set(installed) ^ set(listed))}")
version = re.search(r"version: '([^']+)'", (source / "meson.build").read_text())[1]
cited = re.search(r"^version: (.*)$", (source / "CITATION.cff").read_text(), re.M)[1]
if version != cited:
    wrong.append(f"CITATION.cff has version {cited}, meson.build {version}")
for page in ("README.md", "docs/index.md"):
    text = (source / page).read_text(encoding="utf-8")
    if "10.1073/pnas.1908636117" not in text or "CITATION.cff" not in text:
        wrong.append(f"{page} does not say what to cite")
print("\n".join(wrong) or f"{len(listed)} packages")
sys.exit(bool(wrong))
