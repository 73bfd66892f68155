"""Every picture of a recording: all entries, in recorded order, and nothing that breaks out of its format."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import pytest
from anatomycases import synthetic

from nodecompat.anatomy import Recording, terminal

_ESCAPE = re.compile(r"\x1b\[\d+m")
_SVG = "{http://www.w3.org/2000/svg}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def rows(text: str) -> list[float]:
    return [float(m[1]) for m in re.finditer(r"^ *(\d+\.\d\d)  ", text, re.MULTILINE)]


def payload(page: str) -> dict[str, object]:
    found = re.search(r'<script id="recording" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    value: dict[str, object] = json.loads(found[1])
    return value


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


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def testTheTerminalKeepsItsWidth(width: int) -> None:
    lines = synthetic(24).text(width).splitlines()[2:-3]
    assert max(map(len, lines)) <= width
    assert sum("│" in line for line in lines) == 24
    assert "GET /;#x" in "".join(lines)


def testColourOnlyOnATerminalWithoutNoColor(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for name, stream, no in (("pipe", io.StringIO(), ""), ("terminal", Terminal(), ""), ("plain", Terminal(), "1")):
        monkeypatch.setenv("NO_COLOR", no)
        terminal.show(synthetic(8), stream)
        shown[name] = stream.getvalue()
    assert "\x1b[" not in shown["pipe"] + shown["plain"]
    assert "\x1b[31m" in shown["terminal"]
    assert _ESCAPE.sub("", shown["terminal"]) == shown["plain"]


def testEachConnectionHasItsColour() -> None:
    colours = {}
    for line in synthetic(24).text(colour=True).splitlines():
        found = re.search(r"\x1b\[(\d+)m#(\d) ", line)
        if found and found[1] != "31":
            colours.setdefault(found[2], set()).add(found[1])
    assert all(len(each) == 1 for each in colours.values())
    assert len(set.union(*colours.values())) == 3


@pytest.mark.parametrize("form", ["text", "svg", "mermaid", "html"])
def testDroppedEntriesAndTroubleAreShown(form: str) -> None:
    recording = synthetic(25, limit=10)
    recording.trouble, recording.skipped = "KeyError: 1", 77
    drawn = getattr(recording, form)()
    if form != "html":
        assert "15 older entries were dropped" in drawn
        assert "77 calls, listeners and events were left out under load" in drawn
    assert "KeyError: 1" in drawn


def testTheSvgIsSelfContained() -> None:
    drawn = synthetic(8).svg()
    ElementTree.fromstring(drawn)
    assert not re.search(r'(href|src)="|url\((?!#)|<script', drawn)
    assert "&lt;/script&gt;" in drawn


def testThePageIsSelfContained() -> None:
    page = synthetic(8).html()
    assert not re.search(r'(?:href|src)=["\']?(?:https?:)?//|@import|<link|url\(', page)
    assert "'__LIVE__'" in page and "__RECORDING__" not in page


def testNothingInTheDataEndsTheScript() -> None:
    recording = synthetic(8)
    page = recording.html()
    assert payload(page) == json.loads(json.dumps(recording.toJson()))
    assert page.count("</script>") == 2 and "<!--" not in page


def testTheWordsOfTheTemplateInTheDataAreData() -> None:
    recording = synthetic(1)
    recording.program = "__RECORDING__ '__LIVE__'"
    assert payload(recording.html())["program"] == recording.program


def testMermaidKeepsItsGrammar() -> None:
    text = synthetic(16).mermaid()
    lines = text.splitlines()
    assert lines[0] == "sequenceDiagram"
    assert "GET /#59;#35;x" in text
    for line in lines[1:]:
        assert re.match(r"    (participant L\d as |Note over L\d: |L\d(->>|-x)L\d: )", line), line


def testAnEmptyRecordingCanBeDrawn() -> None:
    recording = Recording()
    for form in ("text", "svg", "mermaid", "html"):
        assert getattr(recording, form)()
