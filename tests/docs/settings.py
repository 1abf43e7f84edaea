#!/usr/bin/env python3
"""Tables of defaults in the manual are what the program says.

    settings.py PROGRAM PAGE...           fails where a page says something else
    settings.py PROGRAM PAGE... --write   writes them into the pages
    settings.py --self-test

Such a table stands between `<!-- settings: NAME... -->` and `<!-- end of settings -->` and has the
rows of these settings, as `steppe info --settings` has them. With cases, `<!-- settings: NAME...;
CASE; CASE -->`, each a solver and what `info --settings` calls its circumstances ("ep, spherical
weights"), there is a column for each: what a setting is there, and in brackets where it is
otherwise. Of what a case leaves open the usual holds.
"""
import difflib
import json
import pathlib
import re
import subprocess
import sys

BEGIN = re.compile(r"<!-- settings: ([^;]+?)((?:; [^;]+?)*) -->")
END = "<!-- end of settings -->"
# Circumstances of which one holds at a time, and the one that holds where a case names none.
GROUPS = [{"binary weights", "spherical weights"}, {"independent patterns", "correlated patterns"},
          {"one unit", "units with inputs of their own", "units that see all inputs"},
          {"no parity", "parity"}, {"no temperature", "a temperature"},
          {"a schedule", "schedule none"}, {"preset slow", "preset fast"},
          {"no finish by adatron", "a finish by adatron"}]
USUAL = ["no temperature", "a schedule", "no finish by adatron"]


class Wrong(Exception):
    """A page that does not keep to the markers."""


class Table:
    """What the program says: settings of rows (where, default), and the options of solvers."""

    def __init__(self, settings, solvers):
        self.settings = settings
        self.solvers = solvers
        self.options = {name for options in solvers.values() for name in options}
        self.circumstances = {part for rows in settings.values() for where, _ in rows
                              for part in where.split(", ")}
        self.circumstances |= set().union(*GROUPS) | set(solvers)

    def written(self, name):
        return f"`--{name}`" if name in self.options else f"`{name}`"

    def left_open(self, where, case):
        """What must be the case besides for a row; None where the case rules it out."""
        left = []
        for part in filter(None, where.split(", ")):
            names = part.split(" or ")
            group = set(self.solvers) if names[0] in self.solvers else next(
                (group for group in GROUPS if part in group), {part})
            if case & ({part} | (set(names) & set(self.solvers))):
                continue
            if case & group:
                return None
            left.append(part)
        return ", ".join(left)

    def cell(self, name, case):
        solvers = case & set(self.solvers)
        if name in self.options and not any(name in self.solvers[s] for s in solvers):
            return ""
        values = {}
        for where, default in self.settings[name]:
            left = self.left_open(where, case)
            if left is None:
                continue
            if left == "":
                values = {}
            if set(values.values()) == {default}:
                continue
            values.pop(left, None)
            values[left] = default
            # One of these holds, whatever was said before them.
            for group in GROUPS:
                if group <= set(values):
                    first = next(at for at, key in enumerate(values) if key in group)
                    values = dict(list(values.items())[first:])
        words = []
        for left, default in values.items():
            if words and left and words[-1].startswith(f"{default} ("):
                words[-1] = f"{words[-1][:-1]}; {left})"
            else:
                words.append(f"{default} ({left})" if left else default)
        return "; ".join(words)

    def by_case(self, names, cases):
        sets = [set(case.split(", ")) for case in cases]
        for case in sets:
            if case - self.circumstances or len(case & set(self.solvers)) != 1:
                raise Wrong(f"'{', '.join(sorted(case))}' is no solver with circumstances")
        # What all of them have is said once.
        shared = [part for part in cases[0].split(", ") if len(sets) > 1 and part not in self.solvers
                  and all(part in case for case in sets)]
        heads = [", ".join(f"`{part}`" if part in self.solvers else part
                           for part in case.split(", ") if part not in shared) for case in cases]
        rows = [[", ".join(shared) or "setting", *heads]]
        for case in sets:
            case |= {usual for usual in USUAL
                     if not case & next(group for group in GROUPS if usual in group)}
        return rows + [[self.written(name), *(self.cell(name, case) for case in sets)]
                       for name in names]

    def rows(self, names):
        return [["setting", "default", "where"],
                *([self.written(name) if at == 0 else "", default,
                   where or ("everywhere else" if len(self.settings[name]) > 1 else "everywhere")]
                  for name in names for at, (where, default) in enumerate(self.settings[name]))]

    def markdown(self, names, cases):
        unknown = [name for name in names if name not in self.settings]
        if unknown:
            raise Wrong(f"'{unknown[0]}' is no setting")
        rows = self.by_case(names, cases) if cases else self.rows(names)
        lines = ["|" + "".join(f" {cell} |" if cell else " |" for cell in row) for row in rows]
        return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def ask(program):
    def answer(words):
        done = subprocess.run([program, "info", words, "--json"], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)

    settings = {name: [(row["where"], row["default"]) for row in rows]
                for name, rows in answer("--settings").items()}
    return Table(settings, {name: solver["options"]
                            for name, solver in answer("--solvers").items()})


def rewritten(lines, table, page):
    """The page as it should be, and the markers of the blocks that differ, with their lines."""
    out, wrong, begun, fenced = [], [], None, False
    for number, line in enumerate(lines, 1):
        where = f"{page}:{number}"
        fenced ^= line.startswith("```")
        found = None if fenced else BEGIN.fullmatch(line)
        if not fenced and (line.startswith("<!-- settings") and not found or found and begun):
            raise Wrong(f"{where}: this begins no table of settings, or one inside another: {line}")
        if found:
            begun = (number, line, found)
        elif not fenced and line == END:
            if not begun:
                raise Wrong(f"{where}: no table of settings begins before this end")
            at, marker, match = begun
            try:
                new = table.markdown(match[1].split(), [c for c in match[2].split("; ") if c])
            except Wrong as why:
                raise Wrong(f"{page}:{at}: {why}") from None
            # A blank line on both sides, without which no table is seen.
            new = ["", *new, ""]
            if lines[at:number - 1] != new:
                wrong.append((at, marker, lines[at:number - 1], new))
            out += [marker, *new, END]
            begun = None
        elif not begun:
            out.append(line)
    if begun:
        raise Wrong(f"{page}:{begun[0]}: this table of settings has no end")
    return out, wrong


def main(words):
    write = "--write" in words
    program, *pages = [word for word in words if word != "--write"]
    table = ask(program)
    total = 0
    for page in map(pathlib.Path, pages):
        lines = page.read_text(encoding="utf-8").split("\n")
        out, wrong = rewritten(lines, table, page)
        for at, marker, old, new in wrong:
            print(f"{page}:{at}: {'wrote' if write else 'not what the program says:'} {marker}")
            print("\n".join(difflib.unified_diff(old, new, "page", "program", lineterm="", n=0)))
        if write:
            page.write_text("\n".join(out), encoding="utf-8")
        total += 0 if write else len(wrong)
    if total:
        print(f"\n{total} tables of settings differ; this mends them:\n"
              f"{sys.argv[0]} {' '.join(words)} --write")
    return total > 0


def self_test():
    table = Table({"damping": [("", "0.5"), ("amp, one unit", "0.3"), ("amp or bp, parity", "0.7"),
                               ("amp, spherical weights", "0.8"), ("amp, 9 weights or more", "0.9"),
                               ("ep, binary weights", "0.6"), ("ep, spherical weights", "0.6"),
                               ("amp, correlated patterns", "0.9"), ("amp, a temperature", "0.4")],
                   "block": [("bp", "0")], "patience": [("", "60"), ("amp, parity", "200")]},
                  {"amp": ["damping"], "bp": ["damping", "block"], "ep": ["damping"], "sbpi": []})

    def cells(name, *cases):
        return table.markdown([name], cases)[2].split(" | ")[1:]

    assert table.markdown(["block"], []) == ["| setting | default | where |", "|---|---|---|",
                                             "| `--block` | 0 | bp |"]
    assert table.markdown(["patience"], [])[2:] == ["| `patience` | 60 | everywhere else |",
                                                    "| | 200 | amp, parity |"]
    assert table.cell("damping", {"sbpi"}) == ""
    assert cells("damping", "ep") == ["0.6 (binary weights; spherical weights) |"]
    assert cells("damping", "amp, binary weights") == [
        "0.5; 0.3 (one unit); 0.7 (parity); 0.9 (9 weights or more; correlated patterns) |"]
    assert cells("damping", "amp, spherical weights, correlated patterns") == ["0.9 |"]
    assert cells("damping", "bp, parity") == ["0.7 |"]
    assert cells("damping", "amp, spherical weights, a temperature") == ["0.4 |"]
    assert table.markdown(["block"], ["bp, parity", "ep, parity"]) == [
        "| parity | `bp` | `ep` |", "|---|---|---|", "| `--block` | 0 | |"]

    def refused(text):
        try:
            rewritten(text.split("\n"), table, "page")
        except Wrong as wrong:
            return str(wrong)
        sys.exit(f"this was not refused:\n{text}")

    page = "before\n<!-- settings: block; bp -->\n\n| old |\n\n<!-- end of settings -->\nafter"
    out, wrong = rewritten(page.split("\n"), table, "page")
    assert len(wrong) == 1 and out[2:7] == ["", "| setting | `bp` |", "|---|---|",
                                            "| `--block` | 0 |", ""]
    assert rewritten(out, table, "page") == (out, [])
    assert rewritten(f"```\n{page}\n```".split("\n"), table, "page")[1] == []
    assert "'blok' is no setting" in refused(page.replace("block", "blok"))
    assert "no solver" in refused(page.replace("; bp", "; bb"))
    assert "no solver" in refused(page.replace("; bp", "; bp, odd weights"))
    assert "begins no table" in refused(page.replace(": block", " block"))
    assert "inside another" in refused(page.replace("| old |", "<!-- settings: block -->"))
    assert "no end" in refused(page.replace(END, ""))
    assert "no table of settings begins" in refused(END)


if __name__ == "__main__":
    try:
        sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else main(sys.argv[1:]))
    except Wrong as wrong:
        sys.exit(f"settings.py: {wrong}")
