"""Draws the two diagrams of docs/the-article.md from a live run: `python docs/draw_article.py [FOLDER]`.

A committed diagram must not change with every run: ports, descriptors and times are replaced by fixed ones, and steps
of the two sides that may come in either order are apart, since each side has its own picture.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from nodecompat.anatomy import Recording  # noqa: E402

#: side → the file of its diagram, in docs/.
FILES = {"server": "article-server.svg", "client": "article-client.svg"}
#: What depends on the machine's load rather than on the program.
_CHANCE = {"EAGAIN"}


def record() -> Recording:
    """A run of the article's program in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "article.json"
        command = [sys.executable, "-m", "nodecompat", "anatomy", "--json", str(file)]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=HERE.parent, timeout=120
        )
        return Recording.fromJson(json.loads(file.read_text("utf-8")))


def side(recording: Recording, name: str) -> Recording:
    """One side, without what differs from run to run."""
    made = recording.side(name)
    kept = [entry for entry in made.entries if entry.name not in _CHANCE]
    for number, entry in enumerate(kept, 1):
        entry.at = float(number)
        entry.name, entry.detail = _fixed(entry.name, recording), _fixed(entry.detail, recording)
    made.entries.clear()
    made.entries.extend(kept)
    made.program = f"the article's {name}"
    return made


def _fixed(text: str, recording: Recording) -> str:
    for connection in recording.connections.values():
        for address, port in ((connection.local, "50000"), (connection.remote, "8124")):
            number = address.rpartition(":")[2]
            text = re.sub(rf"\b{number}\b", port, text) if number else text
    return re.sub(r"→ fd \d+", "→ fd", text)


def steps(svg: str) -> list[str]:
    """The labels of a diagram, from top to bottom."""
    return re.findall(r'<g data-number="\d+"[^>]*><title>(.*?)(?: at [^<]*)?</title>', svg)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    recording = record()
    for name, file in FILES.items():
        drawn = side(recording, name).svg()
        # Rows are steps, not times.
        drawn = re.sub(r'(<text class="time"[^>]*>)(\d+)\.00 ms', r"\1\2", drawn)
        (folder / file).write_text(re.sub(r" at /[^<]*/examples/", " at examples/", drawn), "utf-8")


if __name__ == "__main__":
    main()
