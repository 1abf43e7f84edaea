#!/usr/bin/env python3
"""docs/tables.py writes a table where its marker stands and nowhere else, and refuses pages that do
not keep to the markers.

    table_markers.py TABLES_SCRIPT
"""
import importlib.util
import pathlib
import sys
import tempfile

spec = importlib.util.spec_from_file_location("tables", sys.argv[1])
tables = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(tables)

MARK = "<!-- table: {}, made by benchmarks/measure.py x -->"
TABLE = "| a |\n|---|\n| 1 |"
PAGE = f"# T\n\nbefore | x\n\n{MARK.format('one')}\n\n{TABLE}\n\n<!-- end of table -->\n\nafter\n"


def refused(text):
    try:
        tables.parts(text.split("\n"), "page")
    except tables.Wrong as wrong:
        return str(wrong)
    sys.exit(f"this was not refused:\n{text}")


with tempfile.TemporaryDirectory() as folder:
    page = pathlib.Path(folder) / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    tables.replace(page, "one", ["| b |", "|---|", "| 2 |", "| 3 |"])
    expected = PAGE.replace(TABLE, "| b |\n|---|\n| 2 |\n| 3 |")
    assert page.read_text(encoding="utf-8") == expected, page.read_text(encoding="utf-8")
    assert list(tables.read([page])) == ["one"]

assert "without markers" in refused(f"x\n\n{TABLE}\n")
assert "without markers" in refused(f"<!-- not measured -->\n\n{TABLE}\n\ntext\n\n{TABLE}\n")
settings = f"<!-- settings: damping -->\n\n{TABLE}\n\n<!-- end of settings -->\n"
assert tables.parts(settings.split("\n"), "page") == []
assert "without markers" in refused(f"{settings}\n{TABLE}\n")
assert "unknown" in refused(PAGE.replace("made by", "made with"))
assert "no command" in refused(PAGE.replace("benchmarks/measure.py", "rm -r"))
assert "inside another" in refused(PAGE.replace("| 1 |", MARK.format("two")))
assert "no end" in refused(PAGE.replace("<!-- end of table -->\n\nafter\n", ""))
assert "no table begins" in refused(f"{tables.END}\n")
assert "no line of it" in refused(PAGE.replace("| 1 |", "words"))
assert tables.parts(f"```\n{TABLE}\n```\n".split("\n"), "page") == []
