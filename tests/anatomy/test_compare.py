"""Two recordings, compared: chance makes no difference, and what does stands on its side."""

from __future__ import annotations

import copy
from collections import deque
from typing import Any

from anatomycases import synthetic

from nodecompat.anatomy import Comparison, compare
from nodecompat.anatomy.entries import CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, Entry


def changed(count: int, change: Any) -> Comparison:
    """A recording beside a copy of it that `change` has had."""
    first = synthetic(count)
    second = copy.deepcopy(first)
    change(second)
    return compare(first, second)


def marks(comparison: Comparison) -> list[tuple[str, str, str]]:
    """What differs: where, on which side, and its label."""
    return [
        (part.title, row.mark, (row.first or row.second).label)  # type: ignore[union-attr]
        for part in comparison.parts
        for row in part.rows
        if row.mark != " "
    ]


def testTimesPortsAndDescriptorsAreNoDifference() -> None:
    def change(recording: Any) -> None:
        for entry in recording.entries:
            entry.at += 7.5
            entry.detail = entry.detail.replace("127.0.0.1:80", "127.0.0.1:8080")
        for connection in recording.connections.values():
            connection.local, connection.remote = "127.0.0.1:61234", "127.0.0.1:8080"
            connection.closed += 3

    found = changed(40, change)
    assert (found.differences, marks(found)) == (0, [])
    assert (
        found.text()
        == "--- made up, 2026-01-01T00:00:00.000+00:00\n+++ made up, 2026-01-01T00:00:00.000+00:00\n"
        + ("The runs are the same.\n")
    )


def testWhichConnectionComesFirstIsNoDifference() -> None:
    def change(recording: Any) -> None:
        recording.entries = deque(sorted(recording.entries, key=lambda entry: (-entry.connection, entry.number)))

    assert changed(40, change).differences == 0


def testWhatOnlyOneRunHasStandsOnItsSide() -> None:
    def change(recording: Any) -> None:
        gone = next(each for each in recording.entries if each.name == "data")
        recording.entries.remove(gone)
        recording.add(Entry(99, 50.0, "error", "recv", KERNEL, CLIENT_SOCKET, "→ EPIPE", gone.connection))
        recording.add(Entry(100, 50.1, "event", "error", CLIENT_SOCKET, CLIENT_PROGRAM, "EPIPE", gone.connection))

    found = changed(8, change)
    title = "connection 3 client"
    assert marks(found) == [
        (title, "-", "'data' 17 bytes"),
        (title, "+", "recv → EPIPE"),
        (title, "+", "'error' EPIPE"),
    ]
    assert found.differences == 3
    lines = found.text().splitlines()
    assert f"{title}: 3 differ" in lines and lines[-1] == "3 differ"
    assert any(line.startswith("- ") and line.endswith(" ms  'data' 17 bytes") for line in lines)
    assert "\x1b[31m- " in found.text(colour=True) and "\x1b[" not in found.text()


def testAConnectionThatIsMissingOrEndsOtherwise() -> None:
    def change(recording: Any) -> None:
        recording.connections[1].closedBy = "client"
        recording.connections[1].bytesToClient = 7
        del recording.connections[3]

    facts = [fact for part in changed(8, change).parts for fact in part.facts]
    assert facts == [
        ("bytes to the client", "20", "7"),
        ("closed by", "server", "client"),
        ("connection", "#3 127.0.0.1:5003 → 127.0.0.1:80", "none"),
    ]


def testALongStretchOfTheSameIsLeftOut() -> None:
    found = changed(2_000, lambda recording: recording.entries.pop())
    assert len(found.text().splitlines()) < 10 and "  …" in found.text().splitlines()
    assert marks(found)[0][1] == "-"
