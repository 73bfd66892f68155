"""Since which Node there is a name: what Node's documentation and its types say, from the tests' data.

`tools/since.py` has the part of the data that the types do not say.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent.parent.parent / "tests" / "data"


def ofName(module: str, name: str) -> str | None:
    """The release, such as "v0.1.90"; `name` is `connect` or `Socket.connect`."""
    found = _versions()
    # A keyword of Python's has an underscore behind it; what is global in Node may be of either inventory.
    names = [name, f"process.{name}", name.rstrip("_")]
    places = {
        "globals": ["globals", "fetch", "buffer", "url", "events", "util"],
        "fetch": ["fetch", "globals"],
    }.get(module, [module])
    return next((found[place, each] for place in places for each in names if (place, each) in found), None)


@cache
def _versions() -> dict[tuple[str, str], str]:
    pages: dict[str, dict[str, str]] = json.loads((_DATA / "since.json").read_text("utf-8"))
    found = {(module, name): version for module, versions in pages.items() for name, version in versions.items()}
    for path in (_DATA / "inventory").glob("*.json"):
        versions: dict[str, str] = json.loads(path.read_text("utf-8")).get("since", {})
        module = re.sub(r"_(?=promises$|types$)", ".", path.stem)
        found.update({(module, name): each for name, each in versions.items()})
    for entry in json.loads((_DATA / "node-api.json").read_text("utf-8"))["entries"]:
        if entry["since"]:
            name = f"{entry['owner']}.{entry['name']}" if entry["owner"] else entry["name"]
            found[entry["module"], name] = _oldest(entry["since"])
    return found


def _oldest(versions: str) -> str:
    """Of "v13.4.0, v12.16.0" the second."""
    found: list[str] = re.findall(r"v[\d.]+\d", versions)
    return min(found, key=lambda each: [int(part) for part in each[1:].split(".")])
