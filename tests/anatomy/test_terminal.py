"""The diagram in a terminal: its width, its colours."""

from __future__ import annotations

import io
import re

import pytest
from anatomycases import synthetic

from nodecompat.anatomy import terminal

_ESCAPE = re.compile(r"\x1b\[\d+m")


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def testTheTerminalKeepsItsWidth(width: int) -> None:
    lines = synthetic(24).text(width).splitlines()[2:-3]
    assert max(map(len, lines)) <= width
    assert sum("│" in line for line in lines) == 24
    assert "GET /;#x" in "".join(lines)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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


@pytest.mark.parametrize("width", [0, 10, 56])
def testATerminalThatIsTooNarrowGetsTheLeastWidth(width: int) -> None:
    assert terminal.draw(synthetic(8), width=width) == terminal.draw(synthetic(8), width=56)


def testTheTextStandsBelowWhereThereIsNoRoomBeside() -> None:
    narrow, wide = (terminal.draw(synthetic(8), width=width).splitlines() for width in (56, 200))
    assert len(narrow) > len(wide)


def testALabelThatIsTooLongIsCut() -> None:
    recording = synthetic(1)
    recording.entries[0].detail = "x" * 500
    lines = terminal.draw(recording, width=80).splitlines()
    (row,) = [line for line in lines if "connect" in line]
    assert (len(row), row[-1]) == (80, "…")


def testTheFactsOfEachConnection() -> None:
    drawn = terminal.draw(synthetic(8), width=200)
    assert "10 bytes to the server, 20 to the client, closed after 900.00 ms by the server" in drawn
    assert "ECONNRESET" in drawn.splitlines()[-1]
