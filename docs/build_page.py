#!/usr/bin/env python3
"""One page of the manual: Markdown to HTML by cmark-gfm, in a frame with links to the others.

    build_page.py CMARK INPUT OUTPUT [TO_PAGES]

TO_PAGES leads from a page in a folder of its own to the others: "../".

Headings get the anchors that GitHub gives them: small letters, hyphens for spaces, no other signs.
"""
import html
import pathlib
import re
import subprocess
import sys

FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} - Steppe</title>
<style>
body {{ max-width: 52em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 serif; color: #222; }}
nav {{ font-family: sans-serif; font-size: 14px; border-bottom: 1px solid #ccc; padding-bottom: .5em; }}
nav a {{ margin-right: 1em; }}
pre {{ background: #f5f5f2; padding: .7em 1em; overflow-x: auto; }}
code {{ font-size: 14px; }}
img {{ max-width: 100%; }}
table {{ border-collapse: collapse; }}
td, th {{ border-bottom: 1px solid #ddd; padding: .25em .8em .25em 0; text-align: left; vertical-align: top; }}
</style>
<nav>{links}</nav>
{body}
</html>
"""
PAGES = {
    "index": "Manual", "problem": "The problem", "solver": "The solvers",
    "learning": "Greedy and gradient learning",
    "images": "Images", "landscape": "The landscape",
    "command-line": "Command line", "files": "Files", "library": "The library",
    "measurements": "Measurements",
}


def with_anchors(body):
    given = {}

    def heading(match):
        level, content = match.groups()
        words = html.unescape(re.sub(r"<[^>]*>", "", content)).lower()
        anchor = re.sub(r"[^\w -]", "", words).replace(" ", "-")
        given[anchor] = given.get(anchor, 0) + 1
        if given[anchor] > 1:
            anchor += f"-{given[anchor] - 1}"
        return f'<h{level} id="{anchor}">{content}</h{level}>'

    return re.sub(r"<h([1-6])>(.*?)</h\1>", heading, body, flags=re.S)


cmark, source, target, *rest = sys.argv[1:]
to_pages = rest[0] if rest else ""
text = pathlib.Path(source).read_text(encoding="utf-8")
# Marks of the tables that commands write (tables.py).
text = re.sub(r"^<!-- .* -->\n", "", text, flags=re.M)
body = subprocess.run([cmark, "-e", "table"], input=text, capture_output=True, text=True,
                      check=True).stdout
# Pages link to each other as Markdown files, so that they can be read unbuilt too.
body = re.sub(r'href="([a-z/.-]+)\.md(#[a-z0-9-]+)?"', r'href="\1.html\2"', body)
body = with_anchors(body)
links = " ".join(f'<a href="{to_pages}{name}.html">{title}</a>' for name, title in PAGES.items())
title = PAGES.get(pathlib.Path(source).stem) or re.match(r"# (.*)", text)[1]
pathlib.Path(target).write_text(FRAME.format(title=title, links=links, body=body), encoding="utf-8")
