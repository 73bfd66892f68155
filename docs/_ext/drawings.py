"""Pictures and pages of anatomy, made by the build of runs of the examples (`runs.py`), and the pages that list them.

A picture goes to `docs/reference/pictures`, the page of a run to `docs/_extra/recordings`, from where the site has it
as it is.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nodecompat.anatomy import Entry, Recording

from . import runs
from .docstrings import escaped

_ROOT = Path(__file__).resolve().parent.parent.parent
_EXAMPLES = _ROOT / "examples"
PICTURES = _ROOT / "docs" / "reference" / "pictures"
RECORDINGS = _ROOT / "docs" / "_extra" / "recordings"
#: Of which runs the pages of the site show the picture.
DRAWN = ("connection", "order", "backpressure", "slow_heads")
#: Of entries with one name on one connection, so many are drawn; the pages have all.
_MOST = 4
_INTRODUCTION = (
    "Programs that show one thing each, in the folder `examples/` of the source. Each runs as it is, and a test runs "
    "it as a user does. [Runs of the examples](gallery.md) shows what their connections do."
)
_GALLERY = (
    "What the connections of the [examples](examples.md) do, step by step: each page is a recording that the build of "
    "this site made with [`nodecompat anatomy`](../anatomy.md), over loopback. `↓` and `↑` step through it; "
    "[how to read it](../anatomy.md#reading-a-diagram). One end of most connections is a plain socket "
    "outside the program, so that only the other is shown."
)


class Drawing:
    """The runs, under way while the pages of the reference are written."""

    def __init__(self) -> None:
        for folder in (PICTURES, RECORDINGS):
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.iterdir():
                if old.stem not in map(runs.stem, runs.RUNS):
                    old.unlink()
        # Twice as many as processors: a run waits half of its time.
        self._executor = ThreadPoolExecutor(2 * (os.cpu_count() or 1))
        self._recordings = {runs.stem(name): self._executor.submit(_current, name) for name in runs.RUNS}

    def finish(self) -> None:
        """Wait for all of them, and draw what the pages show."""
        with self._executor:
            for name, recording in self._recordings.items():
                found = recording.result()
                if found is not None:
                    (RECORDINGS / f"{name}.html").write_text(found.html(), "utf-8")
                    if name in DRAWN:
                        (PICTURES / f"{name}.svg").write_text(brief(found).svg(), "utf-8")


def _current(name: str) -> Recording | None:
    """The recording of a run; None where the page is newer than all that it depends on."""
    page = RECORDINGS / f"{runs.stem(name)}.html"
    sources = [_EXAMPLES / name] if name else [_EXAMPLES / "anatomy_of_a_connection.py"]
    sources += [Path(runs.__file__), *(_ROOT / "nodecompat").rglob("*.py")]
    pictures = [PICTURES / f"{page.stem}.svg"] if page.stem in DRAWN else []
    isThere = all(each.exists() for each in [page, *pictures])
    isNew = isThere and page.stat().st_mtime > max(each.stat().st_mtime for each in sources)
    return None if isNew else runs.record(name)


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
    """The page of the examples: what each shows, and its source; and that of their runs."""
    rows, blocks, shown = [], [], []
    for path in sorted(each for each in _EXAMPLES.iterdir() if each.suffix in (".py", ".tac")):
        source = path.read_text("utf-8")
        said = escaped(" ".join((ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0].split()))
        place = f"#{path.name.replace('.', '')}"
        rows.append(f"| [`{path.name}`]({place}) | {said} |")
        run = _run(path.name)
        if run:
            shown.append(f"| {_run(path.name, f'<code>{path.name}</code>')} | {said} | [source](examples.md{place}) |")
        blocks.append("\n\n".join([f"## {path.name}", *([f"{run}, step by step."] if run else []), _source(source)]))
    table = "\n".join(["| program | what it shows |", "| --- | --- |", *rows])
    gallery = "\n".join(["| run | what it shows | program |", "| --- | --- | --- |", *shown])
    rest = ", ".join(f"`{name}` ({reason})" for name, reason in runs.WITHOUT.items())
    return {
        "examples": "\n\n".join(["# Examples", _INTRODUCTION, table, *blocks]) + "\n",
        "gallery": "\n\n".join(["# Runs of the examples", _GALLERY, gallery, f"Without a page: {rest}."]) + "\n",
    }


def _run(name: str, text: str = "A run of it") -> str:
    """A link to the page of a run, which no builder of Sphinx knows; "" where there is none."""
    known = {"anatomy_of_a_connection.py": "connection"} | {each: runs.stem(each) for each in runs.RUNS if each}
    return f'<a href="../recordings/{known[name]}.html">{text}</a>' if name in known else ""


def _source(text: str) -> str:
    return f"````python\n{text}````"
