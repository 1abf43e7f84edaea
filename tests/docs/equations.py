#!/usr/bin/env python3
"""LaTeX of a page becomes MathML, and what cannot is an error that names page and equation.

    equations.py BUILD_PAGE CMARK BLAHTEXML
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def build(text):
    with tempfile.TemporaryDirectory() as folder:
        page, target = pathlib.Path(folder, "page.md"), pathlib.Path(folder, "page.html")
        page.write_text(text, encoding="utf-8")
        done = subprocess.run([*sys.argv[1:], page, target], capture_output=True, text=True,
                              check=False)
        return done, target.read_text(encoding="utf-8") if target.exists() else ""


done, made = build("# Title\n\nA load $`a < b - 1`$ and code `x`, `$y`.\n\n"
                   "| of |\n|---|\n| $`\\sqrt{q}`$ |\n\n"
                   "```math\nq =\n\\frac{a}{b}\n```\n\n```\n$`kept`$\n```\n")
assert done.returncode == 0, done.stderr
formulas = re.findall(r"<math.*?</math>", made, flags=re.S)
assert len(formulas) == 3, made
assert "&lt;" in formulas[0] and "\u2212" in formulas[0] and "block" not in formulas[0], formulas[0]
assert "<td><math" in made and "<msqrt>" in formulas[1], made
assert 'display="block"' in formulas[2] and "<mfrac>" in formulas[2], formulas[2]
assert "<code>x</code>, <code>$y</code>" in made and "$`kept`$" in made, made
assert "language-math" not in made and "$<" not in made, made

for wrong in (r"\unheardof q", r"\frac{a}{b", "a & b"):
    done, made = build(f"# Title\n\nGood: $`q`$.\n\n```math\n{wrong}\n```\n")
    lines = done.stderr.splitlines()
    assert done.returncode != 0 and not made, wrong
    assert len(lines) == 1 and "page.md" in lines[0] and f"'{wrong}'" in lines[0], done.stderr
    print(lines[0])
