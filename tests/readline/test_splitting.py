"""Text to lines."""

from __future__ import annotations

import math
import random
import re
from unittest import mock

import pytest

from nodecompat.readline.splitting import LineSplitter


@pytest.mark.parametrize("seed", range(30))
def testLinesDoNotDependOnThePieces(seed: int) -> None:
    choose = random.Random(seed)
    text = "".join(choose.choice(["a", "b", "\r", "\n", "\r\n", "\u2028", "\u2029", "\u0085", "\v"]) for _ in range(60))
    splitter = LineSplitter(math.inf)
    lines, at = [], 0
    while at < len(text):
        size = choose.randint(1, 9)
        lines += splitter.feed(text[at : at + size])
        at += size
    assert [*lines, splitter.rest] == re.split("\r\n|[\r\n\u2028\u2029]", text)


def testAReturnAndANewlineThatComeFarApartAreTwoEnds() -> None:
    for seconds, lines in ((0.1, []), (0.2, [""])):
        splitter = LineSplitter(150)
        with mock.patch("nodecompat.readline.splitting.time.monotonic", side_effect=[1.0, 1.0 + seconds]):
            assert list(splitter.feed("a\r")) == ["a"]
            assert list(splitter.feed("\n")) == lines


def testALineIsGivenWhenItsReturnComes() -> None:
    splitter = LineSplitter(100)
    assert list(splitter.feed("a\r")) == ["a"]
    assert (list(splitter.feed("b")), splitter.rest) == ([], "b")
