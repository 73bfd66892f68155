"""text/event-stream: hundreds of random streams as recorded from Node, and the limit, which is our own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import oracle
import pytest
from eventplay import play
from toolloader import load

from nodecompat.web.eventstream import EventStream, EventTooLarge

fuzz = load("fuzz_events")
RECORDED = Path(__file__).resolve().parent.parent / "data/web/events.jsonl.gz"


def testRecordedStreamsAreReadAsInNode() -> None:
    pairs = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).splitlines()]
    assert [pair for pair in pairs if play(pair[0]) != pair[1]] == []
    assert len(pairs) == 800


def testWhereAStreamIsCutMakesNoDifference() -> None:
    maker = fuzz.Maker(3)
    for _ in range(100):
        content = maker.content().decode("latin-1")
        assert play(list(content)) == play([content])


@oracle.needsNode
def testNewStreamsAreReadAsInNode() -> None:
    node = oracle.findNode()
    assert node is not None
    assert fuzz.run(node, 200, 9) == []


def testAnEventMayNotGrowWithoutEnd() -> None:
    stream = EventStream(limit=10)
    assert [event.data for event in stream.feed(b"data: 1234\n\ndata: 5678\n\n")] == ["1234", "5678"]
    with pytest.raises(EventTooLarge):
        stream.feed(b"data: 12345")


def testEmptyDataCounts() -> None:
    stream = EventStream(limit=10)
    with pytest.raises(EventTooLarge):
        stream.feed(b"data\n" * 10)


def testCommentsAreNotKept() -> None:
    stream = EventStream(limit=10)
    assert stream.feed(b": comment\n" * 100 + b"data: 1\n\n")[0].data == "1"


def testALineInManyPiecesIsReadInLinearTime() -> None:
    stream = EventStream()
    for _ in range(50_000):
        stream.feed(b"x")
    assert len(stream._line) == 50_000  # joined once, at its end


def testAVeryLongRetryIsANumber() -> None:
    (event,) = EventStream().feed(b"retry: " + b"9" * 5000 + b"\n\n")
    assert event.retry == float("inf")
