#!/usr/bin/env python3
"""Every link of the built manual and of the README leads somewhere: to a page, an anchor or a file.

    links.py SOURCE HTML_PAGE...
"""
import html.parser
import os
import pathlib
import re
import sys


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.anchors, self.links = set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if "id" in names:
            self.anchors.add(names["id"])
        if tag == "a":
            self.links.append(names.get("href", ""))


source, *files = map(pathlib.Path, sys.argv[1:])
root = pathlib.Path(os.path.commonpath([path.parent for path in files]))
pages = {str(path.relative_to(root)): Page(path) for path in files}
wrong = []
count = 0
for name, page in pages.items():
    for link in page.links:
        if "://" in link:
            continue
        count += 1
        target, _, anchor = link.partition("#")
        there = pages.get(os.path.normpath(os.path.join(os.path.dirname(name), target)) if target
                          else name)
        if there is None:
            wrong.append(f"{name}: there is no page {link}")
        elif anchor and anchor not in there.anchors:
            wrong.append(f"{name}: {link}: that page has no such heading")
# The README, and the pages as Markdown, are read unbuilt as well.
for text in [source / "README.md", *sorted((source / "docs").glob("**/*.md"))]:
    content = re.sub(r"```.*?```", "", text.read_text(encoding="utf-8"), flags=re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", content):
        if "://" in link:
            continue
        count += 1
        target, _, anchor = link.partition("#")
        path = (text.parent / target) if target else text
        # The page of all options is printed by the program.
        if not path.exists() and path.name != "command-line.md":
            wrong.append(f"{text.name}: there is no file {target}")
        built = pages.get(os.path.relpath(path, source / "docs").replace(".md", ".html"))
        if anchor and built and anchor not in built.anchors:
            wrong.append(f"{text.name}: {link}: that page has no such heading")
print("\n".join(wrong))
print(f"{count} links, {len(wrong)} dead")
sys.exit(bool(wrong) or count == 0)
