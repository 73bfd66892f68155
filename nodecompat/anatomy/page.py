"""A recording as one self-contained web page: lanes, filters, stepping, source lines; needs no network."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Recording


def draw(recording: Recording, live: str | None = None) -> str:
    """The page's text. `live` is the path of a server-sent event stream that brings more, None for a closed page."""
    template = resources.files(__package__).joinpath("page.html").read_text("utf-8")
    # "<" inside the JSON could end the script element that holds it, or open a comment in it.
    data = json.dumps(recording.toJson(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    head, _, tail = template.partition("__RECORDING__")
    return head + data + (tail.replace("'__LIVE__'", json.dumps(live)) if live else tail)
