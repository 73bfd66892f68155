"""Docstrings, as `inspect.getdoc` gives them, as Markdown.

They are plain text: code stands in backticks, a section begins with a word and a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

_SECTION = re.compile(r"(Args|Raises|Returns|Emits|Options|Keys|Attributes|Example|Differs|Node):(?: (.*))?$")
_ENTRY = re.compile(r"([\w.*, ]+): (.*)", re.DOTALL)
_PARTS = re.compile(r"(`[^`]+`)|(https?://[^\s)`]*[^\s)`.,;:])|([\\*_<>\[\]$~{}#])")


def escaped(text: str) -> str:
    """Text in which only code and addresses mean something to Markdown."""
    return _PARTS.sub(lambda found: found[1] or (f"<{found[2]}>" if found[2] else "\\" + found[3]), text)


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return escaped(" ".join(text.split())).replace("|", "\\|")


def code(text: str) -> str:
    """Code for a cell of a table or a line of text."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|")


def optionsOf(docstring: str) -> dict[str, str]:
    """The text of each option, by name."""
    lines = docstring.splitlines()
    start = lines.index("Options:") + 1 if "Options:" in lines else len(lines)
    return dict(_entriesOf(_indented(lines, start)))


def markdown(docstring: str, *, without: str = "") -> str:
    """A docstring; `without` names a section that the caller shows in another way."""
    lines = docstring.splitlines()
    blocks = []
    place = 0
    while place < len(lines):
        line = lines[place]
        section = _SECTION.match(line)
        if section:
            body = _indented(lines, place + 1)
            place += 1 + len(body)
            if section[1] != without:
                blocks.append(_sectionOf(section[1], section[2] or "", body))
        elif line.startswith((" ", ">>> ")):
            body = [line, *_block(lines, place + 1)]
            place += len(body)
            blocks.append(_fence(body))
        elif line:
            body = [line, *_text(lines, place + 1)]
            place += len(body)
            blocks.append("\n".join(_prose(each) for each in body))
        else:
            place += 1
    return "\n\n".join(blocks)


def _prose(line: str) -> str:
    """A line of text; the mark of a list stays."""
    mark = re.match(r"\s*(?:[*-]|\d+\.) ", line)
    return line if line.startswith("|") else (mark[0] + escaped(line[mark.end() :]) if mark else escaped(line))


def _indented(lines: list[str], start: int) -> list[str]:
    """The lines from `start` that are indented, with the empty ones between them."""
    end = start
    for place in range(start, len(lines)):
        if lines[place].startswith(" "):
            end = place + 1
        elif lines[place]:
            break
    return lines[start:end]


def _block(lines: list[str], start: int) -> list[str]:
    """The lines of an example, which an empty line ends, or of a block, which ends with its indentation."""
    if not lines[start - 1].startswith(">>> "):
        return _indented(lines, start)
    end = start
    while end < len(lines) and lines[end]:
        end += 1
    return lines[start:end]


def _text(lines: list[str], start: int) -> list[str]:
    """The rest of a paragraph."""
    end = start
    while end < len(lines) and lines[end] and not _SECTION.match(lines[end]):
        end += 1
    return lines[start:end]


def _sectionOf(name: str, text: str, body: list[str]) -> str:
    inner = dedent("\n".join(body))
    if name == "Example":
        return "\n\n".join(["**Example**", *([escaped(text)] if text else []), _fence(body)])
    entries = list(_entriesOf(body)) if not text else []
    if entries:
        return f"**{name}**\n\n" + "\n".join(
            f"- `{entry}`: {escaped(' '.join(said.split()))}" for entry, said in entries
        )
    return f"**{name}:** " + escaped(" ".join(f"{text} {inner}".split()))


def _entriesOf(body: list[str]) -> Iterator[tuple[str, str]]:
    """The entries of a section, `name: text`; none where something else stands there."""
    inner = dedent("\n".join(body))
    entries = [_ENTRY.fullmatch(each) for each in re.split(r"\n(?=\S)", inner) if each]
    if all(entries):
        yield from ((entry[1], entry[2]) for entry in entries if entry)


def _fence(body: list[str]) -> str:
    inner = dedent("\n".join(body)).strip("\n")
    return f"```{'pycon' if '>>> ' in inner else 'text'}\n{inner}\n```"
