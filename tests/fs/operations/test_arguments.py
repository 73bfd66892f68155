"""What the functions of fs accept, and what they say of the rest; random arguments are in test_differential.py."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE
from nodecompat.fs.operations import arguments as a
from nodecompat.url import URL


@pytest.mark.parametrize("path", ["/x y", b"/x y", Path("/x y"), URL("file:///x%20y"), bytearray(b"/x y")])
def testAPath(path: Any) -> None:
    assert a.toPath(path) == b"/x y"


def testASurrogateAloneIsReplaced() -> None:
    assert a.toPath("\ud800") == "\ufffd".encode()


@pytest.mark.parametrize("path", [None, 5, [], {}, True])
def testNoPath(path: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'"path" argument must be of type string or an instance of'):
        a.toPath(path)


def testAPathWithoutNul() -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"must be a string, Uint8Array, or URL without null bytes"):
        a.toPath("a\0b")


def testFlags() -> None:
    assert a.toFlags("r") == a.toFlags(None) == os.O_RDONLY
    assert a.toFlags("xa+") == os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_EXCL
    assert a.toFlags(5) == 5
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"The argument 'flags' is invalid. Received 'zz'"):
        a.toFlags("zz")


def testModes() -> None:
    assert (a.toMode("755"), a.toMode(0o644), a.toMode(None, default=3)) == (0o755, 0o644, 3)
    with pytest.raises(ERR_INVALID_ARG_VALUE, match=r"must be a 32-bit unsigned integer or an octal string"):
        a.toMode("9x")
    with pytest.raises(ERR_OUT_OF_RANGE):
        a.toMode(2**33)


def testTimes() -> None:
    moment = datetime(2020, 1, 2, tzinfo=timezone.utc)
    assert a.toTime(moment) == int(moment.timestamp()) * 10**9
    assert (a.toTime("1.5"), a.toTime(1234567890.123)) == (1_500_000_000, 1_234_567_890_123_000_000)
    assert abs(a.toTime(-2) / 1e9 - time.time()) < 60  # below 0 is now, as in Node
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r"must be an instance of Date or an Time in seconds"):
        a.toTime("x")


def testTheCallbackIsTheLastArgumentGiven() -> None:
    def callback() -> None: ...

    assert a.toCallback(callback, None) == (callback, [None])
    assert a.toCallback(1, callback, None) == (callback, [1, None])
    assert a.toCallback(1, 2, callback) == (callback, [1, 2])
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'The "cb" argument must be of type function. Received undefined'):
        a.toCallback(1, None)


def testABufferThatCannotBeWrittenTo() -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE):
        a.toView(b"x", isWritable=True)
    assert a.toView(bytearray(b"x"), isWritable=True) == b"x"
