"""The blocks of code in README and docs/, and what becomes of each.

A block is fenced, or indented as README's commands are. HTML comments above it, which readers do not see, go with it:

- without one, a block of Python is a whole program. What it prints stands in the block of text behind it; it prints
  nothing where there is none. A block of JavaScript is Node's form of the program behind it, and prints the same;
- `<!-- before … -->` and `<!-- after … -->` are Python, run with the block on a simulated network, `network`. All three
  may await; `run` starts the program and returns;
- `<!-- imported -->`: a module, which is imported and not run;
- `<!-- cells -->`: each paragraph is a cell of a notebook, run by IPython;
- `<!-- needs: a, b -->` names modules without which it is skipped;
- `<!-- not run: reason -->`. A test that the reason names must be there.

A program that begins with `# name.py` is also that file, for all blocks of the page. Functions in it whose names begin
with `test` are called, with the fixtures `network` and `tmp_path` if they take them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parent.parent
#: docs/reference is made by the build, of docstrings, whose examples tests/test_docstrings.py runs.
PAGES = [ROOT / "README.md", *sorted(each for each in (ROOT / "docs").rglob("*.md") if each.parent.name != "reference")]

_COMMENT = re.compile(r" *<!-- (before|after|imported|cells|needs:|not run:)(.*?)-->\n", re.DOTALL)
_FENCE = re.compile(r"( *)(`{3,})([^\n`]*)\n(.*?)\n? *\2\n", re.DOTALL)
_INDENTED = re.compile(r"(?: {4,}\S.*\n(?:[ \t]*\n(?= {4,}\S))*)+")


@dataclass
class Block:
    """A block of code, and what the page says of it."""

    page: str
    line: int
    language: str
    text: str
    before: str | None = None
    after: str | None = None
    needs: tuple[str, ...] = ()
    isImported: bool = False
    isNotebook: bool = False
    #: Why it is not run.
    reason: str | None = None
    #: What it prints.
    output: str = ""
    #: The block in front of it prints it.
    isOutput: bool = False

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str | None:
        """The name of the file that a program is."""
        found = re.match(r"# ([\w/]+\.py)\n", self.text)
        return found[1] if found else None

    @property
    def isRun(self) -> bool:
        return self.reason is None and self.language in ("python", "js")


def blocksOf(page: Path) -> list[Block]:
    """The blocks of a page, each with its comments and its output."""
    name = page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name
    blocks: list[Block] = []
    notes: dict[str, str] = {}
    for line, kind, text in _partsOf(page.read_text("utf-8")):
        if kind.startswith("<"):
            notes[kind] = text
        else:
            block = Block(name, line, kind, text)
            block.before, block.after = notes.get("<before"), notes.get("<after")
            block.reason = notes["<not run:"].strip() if "<not run:" in notes else None
            block.isImported = "<imported" in notes
            block.isNotebook = "<cells" in notes
            block.needs = tuple(re.findall(r"[\w.]+", notes.get("<needs:", "")))
            block.isOutput = kind == "text" and block.reason is None and bool(blocks) and blocks[-1].isRun
            if block.isOutput:
                blocks[-1].output = text
            notes = {}
            blocks.append(block)
    assert not notes, f"{name}: a comment without a block"
    for original, port in pairwise(blocks):
        if original.language == "js":
            original.output = port.output
    return blocks


def _partsOf(text: str) -> Iterator[tuple[int, str, str]]:
    """Comments and blocks: line, kind or language, content."""
    place = 0
    while place < len(text):
        line = text.count("\n", 0, place) + 1
        isBehindBlank = place == 0 or text.endswith("\n\n", 0, place)
        if found := _COMMENT.match(text, place):
            yield line, f"<{found[1]}", found[2].strip("\n")
        elif found := _FENCE.match(text, place):
            if not found[3].startswith("{"):  # a directive of Sphinx
                yield line, found[3].strip(), dedent(found[4] + "\n")
        elif isBehindBlank and (found := _INDENTED.match(text, place)):
            yield line, "indented", dedent(found[0])
        else:
            place = text.find("\n", place) + 1 or len(text)
            continue
        place = found.end()
