"""The limits of heads, trailers and chunk extensions, counted over any cut of the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat.http.wire.limits import (
    MAX_EXTENSIONS_SIZE,
    MAX_UNCOUNTED,
    REQUEST_HEAD,
    RESPONSE_HEAD,
    TRAILERS,
    ExtensionMeter,
    HeadMeter,
)

REQUEST = b"GET /target HTTP/1.1\r\nHost: abc\r\nLonger-Name:   value with blanks\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 Fine\r\nA: b\r\n\r\n"


def counted(kind: int, head: bytes, cuts: list[int] | None = None) -> tuple[int, int]:
    """The size and the number of headers of a head, counted in pieces."""
    meter = HeadMeter(kind, 1 << 20, 0)
    pos = 0
    for cut in [*sorted(cuts or []), len(head)]:
        assert meter.add(head[pos:cut]) == -1
        pos = cut
    return meter.size, meter.headers


@pytest.mark.parametrize(
    ("kind", "head", "expected"),
    [
        # Target, names and values; no method, version, blanks before a value or line ends.
        (REQUEST_HEAD, REQUEST, (len("/targetHostabcLonger-Namevalue with blanks"), 2)),
        (RESPONSE_HEAD, RESPONSE, (len("FineAb"), 1)),
        (RESPONSE_HEAD, b"HTTP/1.1 200\r\nA: b\r\n\r\n", (len("Ab"), 1)),
        (TRAILERS, b"A: b\r\nC: d\r\n\r\n", (4, 2)),
        (REQUEST_HEAD, b"\r\n\r\n" + REQUEST, (len("/targetHostabcLonger-Namevalue with blanks"), 2)),
        (REQUEST_HEAD, b"GET / HTTP/1.1\r\nEmpty:\r\n\r\n", (len("/Empty"), 1)),
    ],
)
def testWhatCounts(kind: int, head: bytes, expected: tuple[int, int]) -> None:
    assert counted(kind, head) == expected


@given(st.lists(st.integers(0, len(REQUEST)), max_size=8))
def testCutsDoNotMatter(cuts: list[int]) -> None:
    assert counted(REQUEST_HEAD, REQUEST, cuts) == counted(REQUEST_HEAD, REQUEST)


@pytest.mark.parametrize("step", [1, 7, 10_000])
def testAHeadThatIsTooLarge(step: int) -> None:
    """At the byte where its part ends, or with the piece: never later."""
    head = b"GET / HTTP/1.1\r\nA: " + b"x" * 100 + b"\r\n\r\n"
    meter, at = HeadMeter(REQUEST_HEAD, 50, 0), 0
    while at < len(head):
        over = meter.add(head[at : at + step])
        if over >= 0:
            break
        at += step
    assert over >= 0
    assert meter.size >= 50
    assert at + over <= head.index(b"\r\n\r\n") + 1


def testTheLimitItselfIsTooLarge() -> None:
    head = b"GET / HTTP/1.1\r\nA: bcd\r\n\r\n"
    assert HeadMeter(REQUEST_HEAD, 5, 0).add(head) >= 0
    assert HeadMeter(REQUEST_HEAD, 6, 0).add(head) == -1


def testTooManyHeaders() -> None:
    lines = b"GET / HTTP/1.1\r\nA: b\r\nC: d\r\nE: f\r\n\r\n"
    assert HeadMeter(REQUEST_HEAD, 1000, 3).add(lines) == -1
    assert HeadMeter(REQUEST_HEAD, 1000, 2).add(lines) == lines.index(b"E:") + 2
    assert HeadMeter(REQUEST_HEAD, 1000, 0).add(lines) == -1


@pytest.mark.parametrize("filler", [b" ", b"\t"])
def testWhatDoesNotCountIsBoundedToo(filler: bytes) -> None:
    """Blanks before a value end up in our memory all the same."""
    meter = HeadMeter(REQUEST_HEAD, 1 << 30, 0)
    assert meter.add(b"GET / HTTP/1.1\r\nA:") == -1
    fed = 0
    while meter.add(filler * 1000) < 0:
        fed += 1000
        assert fed <= MAX_UNCOUNTED + 1000
    assert fed >= MAX_UNCOUNTED - 1000


# Chunk extensions


@pytest.mark.parametrize("step", [1, 1000, 1 << 20])
def testExtensionsThatAreTooLong(step: int) -> None:
    line = b"5;name=" + b"x" * (MAX_EXTENSIONS_SIZE + 10) + b"\r\n"
    meter, at = ExtensionMeter(), 0
    while at < len(line):
        over = meter.add(line[at : at + step])
        if over >= 0:
            break
        at += step
    assert over >= 0
    assert MAX_EXTENSIONS_SIZE <= at + over <= len(line)


def testExtensionsUpToTheLimit() -> None:
    assert ExtensionMeter().add(b"5;a=" + b"x" * (MAX_EXTENSIONS_SIZE - 1) + b"\r\n") == -1
    assert ExtensionMeter().add(b"5;a=" + b"x" * MAX_EXTENSIONS_SIZE + b"\r\n") >= 0


def testMarksDoNotCount() -> None:
    assert ExtensionMeter().add(b"5" + b";a=" * (MAX_EXTENSIONS_SIZE // 1) + b"\r\n") == -1


def testASizeOfZerosIsBounded() -> None:
    meter = ExtensionMeter()
    assert meter.add(b"0" * MAX_UNCOUNTED) == -1
    assert meter.add(b"0") == 1
