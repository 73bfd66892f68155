"""The hostile corpus, 2,500 broken answers and 1,250 ways through redirects: how fetch ends is what Node recorded.

The data is made by `python tools/fuzz_fetch.py record tests/data/web/answers.jsonl.gz 2500 7`. Without arguments the
program plays others.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from fetchplay import follow, play, similar

from nodecompat import fetch
from nodecompat.testing import Network
from nodecompat.web import pool

PATH = Path(__file__).parents[1] / "data/web/answers.jsonl.gz"
CASES: list[Any] = [json.loads(line) for line in gzip.decompress(PATH.read_bytes()).splitlines()]
NAMED = [case for case in CASES if "id" in case[0]]
MADE = [case for case in CASES if "id" not in case[0] and "hops" not in case[0]]
WAYS = [case for case in CASES if "hops" in case[0]]


@pytest.mark.parametrize("case, theirs", NAMED, ids=[case["id"] for case, _ in NAMED])
def testAnAnswerOfTheCorpus(case: Any, theirs: Any) -> None:
    ours = play(case)
    assert similar(case, theirs, ours)


@pytest.mark.parametrize("start", range(0, len(MADE), 250))
def testABrokenAnswer(start: int) -> None:
    for case, theirs in MADE[start : start + 250]:
        ours = play(case)
        assert similar(case, theirs, ours), (case, theirs, ours)


@pytest.mark.parametrize("start", range(0, len(WAYS), 250))
def testAWayThroughRedirects(start: int) -> None:
    """What is sent along it counts, too."""
    for case, theirs in WAYS[start : start + 250]:
        ours = follow(case)
        assert ours == theirs, (case, theirs, ours)


def testMostAnswersAreTakenOrRefusedByBoth() -> None:
    """So that a list of exceptions cannot grow over the whole."""
    outcomes = [("error" in theirs["requests"][0], "body" in theirs["requests"][0]) for _, theirs in MADE]
    assert min(sum(error for error, _ in outcomes), sum(body for _, body in outcomes)) > len(MADE) / 6


def testEndlessHeadersCostNothing(net: Network) -> None:
    """The server stops being read as soon as it has said too much."""
    written = 0

    def accept(status: int, stream: Any) -> None:
        stream.onreadend = lambda status: stream.close()
        stream.onread = lambda data: more(stream)
        stream.readStart()

    def more(stream: Any) -> None:
        nonlocal written
        if not stream.closed and written < 100:
            written += 1
            stream.write((b"HTTP/1.1 200 OK\r\n" if written == 1 else b"") + b"x: y\r\n" * 1000)
            net.clock.callLater(1, lambda: more(stream))

    handle = net.tcpServer()
    handle.bind("127.0.0.1", 80)
    handle.listen(511)
    handle.onconnection = accept
    errors: list[Any] = []
    fetch("http://127.0.0.1/").addErrback(lambda failure: errors.append(failure.value))
    net.advance(200)
    assert [error.cause.code for error in errors] == ["UND_ERR_HEADERS_OVERFLOW"] and written < 10
    pool.destroy()
    net.advance(1)
