#!/usr/bin/env python3
"""One page of the manual: Markdown to HTML by cmark-gfm, in a frame with links to the others.

    build_page.py CMARK BLAHTEXML INPUT OUTPUT [TO_PAGES]

TO_PAGES leads from a page in a folder of its own to the others: "../".

Equations are LaTeX where GitHub looks for it, in blocks fenced as `math` and in $`...`$ within a
line; blahtexml makes them MathML, all those of a page in one call.

Headings get the anchors that GitHub gives them: small letters, hyphens for spaces, no other signs.
"""
import html
import pathlib
import re
import subprocess
import sys
from xml.sax.saxutils import quoteattr

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
math {{ font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math; font-size: 110%; }}
math[display=block] {{ margin: 1em 0; overflow-x: auto; overflow-y: hidden; }}
mtable[columnalign] mtd {{ padding: .35em .1em; text-align: left; text-align: -webkit-left; }}
mtable[columnalign^="right"] mtd:nth-child(odd) {{ padding-left: 1em; text-align: right; text-align: -webkit-right; }}
</style>
<nav>{links}</nav>
{body}
</html>
"""
PAGES = {
    "index": "Manual", "problem": "The problem", "solver": "The solvers",
    "learning": "Greedy and gradient learning",
    "images": "Images", "landscape": "The landscape", "theory": "Theory",
    "sweeps": "Sweeps", "command-line": "Command line", "files": "Files", "library": "The library",
    "measurements": "Measurements",
}


# What cmark-gfm makes of the two forms of an equation.
EQUATION = re.compile(r'<pre><code class="language-math">(.*?)</code></pre>|\$<code>(.*?)</code>\$', re.S)


def with_equations(body, blahtexml, page):
    """The page with MathML in the place of LaTeX; ends the program at one that is not understood."""
    equations = [(html.unescape(block or inline).strip(), "block" if block else "inline")
                 for block, inline in EQUATION.findall(body)]
    if not equations:
        return body
    asked = "".join(f"<e b:{form}={quoteattr(latex)}/>" for latex, form in equations)
    namespace = "http://gva.noekeon.org/blahtexml"
    done = subprocess.run([blahtexml, "--xmlin"], input=f'<p xmlns:b="{namespace}">{asked}</p>',
                          capture_output=True, text=True, check=False)
    answers = re.findall(r"<e\b[^>]*>(.*?)</e>", done.stdout, flags=re.S)
    for (latex, _), answer in zip(equations, answers):
        refused = re.search(r"<error[^>]*>(.*?)</error>", answer, flags=re.S)
        if refused:
            sys.exit(f"{page}: the equation '{latex}' cannot be set: {html.unescape(refused[1])}.")
    if done.returncode != 0 or len(answers) != len(equations):
        sys.exit(f"{page}: blahtexml answered {len(answers)} of {len(equations)} equations, "
                 f"with status {done.returncode}: {done.stderr.strip()}")
    # A browser takes the minus of a keyboard for a hyphen.
    made = iter(re.sub(r"(<mo[^>]*>)-</mo>", "\\1\u2212</mo>", answer) for answer in answers)
    return EQUATION.sub(lambda _: next(made), body)


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


cmark, blahtexml, source, target, *rest = sys.argv[1:]
to_pages = rest[0] if rest else ""
text = pathlib.Path(source).read_text(encoding="utf-8")
# Marks of the tables that commands write (tables.py).
text = re.sub(r"^<!-- .* -->\n", "", text, flags=re.M)
body = subprocess.run([cmark, "-e", "table"], input=text, capture_output=True, text=True,
                      check=True).stdout
# Pages link to each other as Markdown files, so that they can be read unbuilt too.
body = re.sub(r'href="([a-z/.-]+)\.md(#[a-z0-9-]+)?"', r'href="\1.html\2"', body)
body = with_anchors(with_equations(body, blahtexml, source))
links = " ".join(f'<a href="{to_pages}{name}.html">{title}</a>' for name, title in PAGES.items())
title = PAGES.get(pathlib.Path(source).stem) or re.match(r"# (.*)", text)[1]
pathlib.Path(target).write_text(FRAME.format(title=title, links=links, body=body), encoding="utf-8")
