#!/usr/bin/env python3
"""Writes the measured tables of the manual by the commands that measure them.

    tables.py --check PAGE...            every table stands between markers (a test)
    tables.py --list PAGE...             names and commands
    tables.py NAME... -- PAGE...         measures these anew and shows what changed; `short` stands
                                         for all that are not marked as long

A measured table stands between `<!-- table: NAME, made by COMMAND -->` and `<!-- end of table -->`
(`made by COMMAND, long` where that takes more than minutes); one that holds no measurement has
`<!-- not measured -->` above it, or is one of settings (tests/docs/settings.py). Commands run in
the project's folder; of what one prints, the lines that begin with `|` are the table. Nothing else
is touched.
"""
import difflib
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEGIN = re.compile(r"<!-- table: ([a-z0-9-]+), made by (.+?)(, long)? -->")
END = "<!-- end of table -->"
EXEMPT = "<!-- not measured -->"
SETTINGS, END_OF_SETTINGS = "<!-- settings: ", "<!-- end of settings -->"
COMMANDS = ("benchmarks/", "build/benchmarks/")


class Wrong(Exception):
    """A page that does not keep to the markers."""


def parts(lines, page):
    """The tables of a page: (name, command, whether it is long, first line, line after the last)."""
    tables, begun, fenced, allowed = [], None, False, False
    for number, line in enumerate(lines):
        where = f"{page}:{number + 1}"
        if line.startswith("```"):
            fenced = not fenced
        if fenced:
            continue
        found = BEGIN.fullmatch(line)
        if found:
            if begun:
                raise Wrong(f"{where}: a table begins inside another")
            if not shlex.split(found[2])[0].startswith(COMMANDS):
                raise Wrong(f"{where}: '{found[2]}' is no command of benchmarks/")
            begun = (found[1], found[2], found[3] is not None, number + 1)
        elif line == END:
            if not begun:
                raise Wrong(f"{where}: no table begins before this end")
            tables.append((*begun, number))
            begun = None
        elif line == EXEMPT or line.startswith(SETTINGS):
            allowed = True
        elif line == END_OF_SETTINGS:
            allowed = False
        elif "<!--" in line:
            raise Wrong(f"{where}: this marker is unknown: {line}")
        elif begun and line and not line.startswith("|"):
            raise Wrong(f"{where}: this line is in table '{begun[0]}' and no line of it")
        elif line.startswith("|") and not begun and not allowed:
            raise Wrong(f"{where}: a table without markers")
        elif not line.startswith("|") and line:
            allowed = False
    if begun:
        raise Wrong(f"{page}: table '{begun[0]}' has no end")
    return tables


def read(pages):
    """All tables of all pages, each name once."""
    found = {}
    for page in pages:
        for name, command, long, first, last in parts(
                page.read_text(encoding="utf-8").split("\n"), page):
            if name in found:
                raise Wrong(f"{page}: there are two tables '{name}'")
            if first == last:
                raise Wrong(f"{page}: table '{name}' is empty")
            found[name] = (page, command, long)
    return found


def measure(command):
    print(f"+ {command}", flush=True)
    done = subprocess.run(shlex.split(command), cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        raise Wrong(f"'{command}' ended with status {done.returncode}")
    lines = [line for line in done.stdout.split("\n") if line.startswith("|")]
    columns = {line.count("|") - 2 * line.count("\\|") for line in lines}
    if len(lines) < 3 or len(columns) != 1 or not re.fullmatch(r"\|(---\|)+", lines[1]):
        raise Wrong(f"'{command}' printed no table:\n{done.stdout}")
    return lines


def replace(page, name, new):
    lines = page.read_text(encoding="utf-8").split("\n")
    first, last = next((f, l) for n, _, _, f, l in parts(lines, page) if n == name)
    old = lines[first:last]
    # A blank line on both sides, without which no table is seen.
    page.write_text("\n".join([*lines[:first], "", *new, "", *lines[last:]]), encoding="utf-8")
    print("\n".join(difflib.unified_diff(old, ["", *new, ""], f"{name}, before", f"{name}, now",
                                         lineterm="", n=0)) or f"{name}: as it was", flush=True)


def main(words):
    if words and words[0] in ("--check", "--list"):
        tables = read([pathlib.Path(word) for word in words[1:]])
        for name, (page, command, long) in tables.items():
            print(f"{page.name}: {name}: {command}{', long' if long else ''}")
        return
    if "--" not in words:
        raise Wrong(__doc__)
    at = words.index("--")
    pages = [pathlib.Path(word) for word in words[at + 1:]]
    tables = read(pages)
    names = words[:at]
    if names == ["short"]:
        names = [name for name, (_, _, long) in tables.items() if not long]
    unknown = [name for name in names if name not in tables]
    if unknown or not names:
        raise Wrong(f"no table is called {', '.join(unknown) or 'nothing'}; there are "
                    + ", ".join(tables))
    for name in names:
        page, command, _ = tables[name]
        replace(page, name, measure(command))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"tables.py: {wrong}")
