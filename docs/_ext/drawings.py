"""Pictures and pages of anatomy, made by the build from runs of the examples; and the page that lists the examples.

A picture goes to `docs/reference/pictures`, the page of the same run to `docs/_extra/recordings`, from where the site
has it as it is.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from nodecompat.anatomy import Entry, Recording

from .docstrings import escaped

_ROOT = Path(__file__).resolve().parent.parent.parent
_EXAMPLES = _ROOT / "examples"
PICTURES = _ROOT / "docs" / "reference" / "pictures"
RECORDINGS = _ROOT / "docs" / "_extra" / "recordings"
#: What is drawn: the example, and its arguments. None: what `nodecompat anatomy` runs without a program.
DRAWN: dict[str, tuple[str, ...] | None] = {
    "connection": None,
    "order": ("order.py",),
    "backpressure": ("backpressure.py",),
}
#: Of entries with one name on one connection, so many are drawn; the pages have all.
_MOST = 4
_INTRODUCTION = (
    "Programs that show one thing each, in the folder `examples/` of the source. Each runs as it is, and a test runs "
    "it as a user does."
)


def write() -> None:
    """Run the examples and draw them."""
    for folder in (PICTURES, RECORDINGS):
        folder.mkdir(parents=True, exist_ok=True)
    for name, words in DRAWN.items():
        recording = record(words)
        (RECORDINGS / f"{name}.html").write_text(recording.html(), "utf-8")
        (PICTURES / f"{name}.svg").write_text(brief(recording).svg(), "utf-8")


def record(words: tuple[str, ...] | None) -> Recording:
    """A run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recording.json"
        program = [str(_EXAMPLES / words[0]), *words[1:]] if words else []
        command = [sys.executable, "-m", "nodecompat", "anatomy", "--json", str(file), *program]
        subprocess.run(command, check=True, capture_output=True, cwd=_ROOT, timeout=120)
        return Recording.fromJson(json.loads(file.read_text("utf-8")))


def brief(recording: Recording) -> Recording:
    """Without the repetitions that make a picture long."""
    seen: Counter[tuple[object, ...]] = Counter()

    def isNew(entry: Entry) -> bool:
        kind = (entry.connection, entry.kind, entry.name, entry.origin)
        seen[kind] += 1
        return seen[kind] <= _MOST

    kept = [entry for entry in recording.entries if isNew(entry)]
    recording.entries.clear()
    recording.entries.extend(kept)
    return recording


def pages() -> dict[str, str]:
    """The page of the examples: what each shows, and its source."""
    rows, blocks = [], []
    for path in sorted(each for each in _EXAMPLES.iterdir() if each.suffix in (".py", ".tac")):
        source = path.read_text("utf-8")
        said = escaped(" ".join((ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0].split()))
        rows.append(f"| [`{path.name}`](#{path.name.replace('.', '')}) | {said} |")
        blocks.append(f"## {path.name}\n\n````python\n{source}````")
    table = "\n".join(["| program | what it shows |", "| --- | --- |", *rows])
    return {"examples": "\n\n".join(["# Examples", _INTRODUCTION, table, *blocks]) + "\n"}
