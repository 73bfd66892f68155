"""Since which Node there are what is global and the streams of the web: the types do not say so, Node's pages do.

    python tools/since.py /usr/share/doc/nodejs/api

Reads the pages as an installation of Node brings them (Markdown), and writes tests/data/since.json for docs/_ext.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
#: The pages that have what is global; the first that names something says since when it is global.
PAGES = ("globals", "webstreams", "buffer", "events", "url", "util", "perf_hooks", "webcrypto", "worker_threads")
#: What an installation older than 26 has no text about, from the pages on nodejs.org.
NEWER = {
    "CloseEvent": "v23.0.0",
    "Navigator": "v21.0.0",
    "Navigator.hardwareConcurrency": "v21.0.0",
    "Navigator.language": "v21.2.0",
    "Navigator.languages": "v21.2.0",
    "Navigator.platform": "v21.2.0",
    "Navigator.userAgent": "v21.1.0",
    "Storage": "v22.4.0",
    "URLPattern": "v24.0.0",
    "localStorage": "v22.4.0",
    "navigator": "v21.0.0",
    "sessionStorage": "v22.4.0",
}
_HEADING = re.compile(r"^(#+) (.+)$")
_CLASS = re.compile(r"(?:Class:? )?`(?:\w+\.)?([A-Z]\w+)(?: extends [\w.]+)?`$")
_EVENT = re.compile(r"Event: `'(\w+)'`$")
#: `owner.member(…)`, `Owner.member` with or without "Static method:", `function(…)`.
_MEMBER = re.compile(r"(?:[A-Z][a-z ]+: )?`(?:(\w+)\.)?(\w+)(?:\(.*\))?`$")


def namesOf(text: str) -> Iterator[tuple[str, str]]:
    """Each name of a page that has a release, and the oldest."""
    owner, depth, name = "", 0, ""
    lines = iter(text.splitlines())
    for line in lines:
        if heading := _HEADING.match(line):
            level = len(heading[1])
            if level <= depth:
                owner, depth = "", 0
            name = _named(heading[2], owner)
            if name[:1].isupper() and "." not in name and "'" not in name:
                owner, depth = name, level
        elif line.startswith("added:") and name:
            block = [line, *_until(lines, "-->")]
            found = re.findall(r"v\d+\.\d+\.\d+", "\n".join(block).split("changes:")[0])
            yield name, min(found, key=lambda each: [int(part) for part in each[1:].split(".")])
            name = ""


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line


def _named(heading: str, owner: str) -> str:
    """The name that a heading is about, as the inventories write it; "" for none."""
    if found := _CLASS.match(heading):
        return found[1]
    if found := _EVENT.match(heading):
        return f"{owner} '{found[1]}'"
    if (found := _MEMBER.match(heading)) and "`new " not in heading:
        return f"{owner or found[1]}.{found[2]}" if found[1] and (owner or found[1][0].isupper()) else found[2]
    return ""


def main(folder: Path) -> None:
    """Write the file."""
    inventory = json.loads((DATA / "inventory/globals.json").read_text("utf-8"))["names"]
    streams = dict(namesOf((folder / "webstreams.md").read_text("utf-8")))
    found: dict[str, str] = dict(NEWER)
    for page in PAGES:
        for name, version in namesOf((folder / f"{page}.md").read_text("utf-8")):
            found.setdefault(name, version)
    classes = {name for name, kind in inventory.items() if kind == "class"}
    value = {
        "globals": {name: found[name] for name in sorted(found) if name in inventory or name.split(" '")[0] in classes},
        "stream.web": {name: streams[name] for name in sorted(streams) if name.partition(".")[0] in classes},
    }
    (DATA / "since.json").write_text(json.dumps(value, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
