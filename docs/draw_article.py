"""Draws the two diagrams of docs/the-article.md, and README's moving one of both sides, from a live run.

    python docs/draw_article.py [FOLDER]

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

from nodecompat.anatomy import Entry, Recording  # noqa: E402

#: side → the file of its diagram, in docs/.
FILES = {"server": "article-server.svg", "client": "article-client.svg"}
#: README's: the steps of both sides, one after the other.
MOVING = "connection.svg"
#: What it shows: as much as one can follow.
_SHOWN = {
    *("listen", "net.createConnection", "connect", "accept", "connection"),
    *("write", "send", "recv", "request", "writeHead", "end", "data", "finish", "close"),
}
_EACH = 0.45  # seconds from a step to the next
#: A step appears at its time and stays; who wants no motion sees all at once.
_MOTION = """
@media(prefers-reduced-motion:no-preference){g[data-number]{animation:step .3s both}
@keyframes step{from{opacity:0;transform:translateY(-6px)}}}
""".replace("\n", "")
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


def moving(recording: Recording) -> str:
    """Both sides in one picture, in which each step appears after the one before."""
    kept = [entry for entry in recording.entries if entry.connection and _isShown(entry)]
    for number, entry in enumerate(kept, 1):
        entry.number, entry.at = number, float(number)
        entry.name, entry.detail = _fixed(entry.name, recording), _fixed(entry.detail, recording)
    recording.entries.clear()
    recording.entries.extend(kept)
    recording.program = "an http server and a raw client"
    drawn = re.sub(r'(<text class="time"[^>]*>)(\d+)\.00 ms', r"\1\2", recording.svg())
    drawn = drawn.replace("</style>", f"{_MOTION}</style>", 1)
    return re.sub(
        r'<g data-number="(\d+)"', lambda g: f'{g[0]} style="animation-delay:{int(g[1]) * _EACH:.2f}s"', drawn
    )


def _isShown(entry: Entry) -> bool:
    return entry.kind != "listener" and (entry.name.partition("(")[0] in _SHOWN or entry.name.startswith("SO_ERROR"))


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
    (folder / MOVING).write_text(_withoutPlace(moving(record())), "utf-8")
    for name, file in FILES.items():
        drawn = side(recording, name).svg()
        # Rows are steps, not times.
        drawn = re.sub(r'(<text class="time"[^>]*>)(\d+)\.00 ms', r"\1\2", drawn)
        (folder / file).write_text(_withoutPlace(drawn), "utf-8")


def _withoutPlace(drawn: str) -> str:
    return re.sub(r" at /[^<]*/examples/", " at examples/", drawn)


if __name__ == "__main__":
    main()
