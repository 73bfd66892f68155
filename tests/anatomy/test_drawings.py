"""Every picture of a recording: all entries, in recorded order, and nothing that breaks out of its format."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from anatomycases import payload, synthetic

from nodecompat.anatomy import Recording

_SVG = "{http://www.w3.org/2000/svg}"


def rows(text: str) -> list[float]:
    return [float(m[1]) for m in re.finditer(r"^ *(\d+\.\d\d)  ", text, re.MULTILINE)]


@pytest.mark.parametrize("count", [0, 1, 8, 200])
def testEveryPictureHasTheRecordedOrder(count: int) -> None:
    recording = synthetic(count)
    times, numbers = [e.at for e in recording.entries], [e.number for e in recording.entries]
    assert rows(recording.text()) == pytest.approx(times)
    groups = [g.get("data-number") for g in ElementTree.fromstring(recording.svg()).iter(f"{_SVG}g")]
    assert [int(n) for n in groups if n] == numbers
    lines = [line for line in recording.mermaid().splitlines() if ": " in line]
    assert [line.partition(": ")[2].split()[0] for line in lines] == [e.label.split()[0] for e in recording.entries]
    entries = payload(recording.html())["entries"]
    assert [e["number"] for e in entries] == numbers  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["text", "svg", "mermaid", "html"])
def testDroppedEntriesAndTroubleAreShown(form: str) -> None:
    recording = synthetic(25, limit=10)
    recording.trouble, recording.skipped = "KeyError: 1", 77
    drawn = getattr(recording, form)()
    if form != "html":
        assert "15 older entries were dropped" in drawn
        assert "77 calls, listeners and events were left out under load" in drawn
    assert "KeyError: 1" in drawn


def testAnEmptyRecordingCanBeDrawn() -> None:
    recording = Recording()
    for form in ("text", "svg", "mermaid", "html"):
        assert getattr(recording, form)()
