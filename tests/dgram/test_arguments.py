"""How calls of bind and send are read."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest

from nodecompat.dgram.arguments import Binding, Sending, describeDescriptor, readBind, readSend, toBytes, toPort


def called(*args: Any) -> None:
    """Stands for a callback."""


def read(*args: Any, connected: bool = False) -> Sending:
    given = (*args, *[None] * (6 - len(args)))
    return readSend(*given, connected=connected)


@pytest.mark.parametrize(
    "args, expected",
    [
        ((b"abc", 9), Sending(b"abc", 9, None, None)),
        ((b"abc", "9"), Sending(b"abc", 9, None, None)),
        ((b"abc", 9, called), Sending(b"abc", 9, None, called)),
        ((b"abc", 9, "a.test"), Sending(b"abc", 9, "a.test", None)),
        ((b"abc", 9, "a.test", called), Sending(b"abc", 9, "a.test", called)),
        ((b"abc", 9, None, called), Sending(b"abc", 9, None, called)),
        ((b"abc", 9, ""), Sending(b"abc", 9, None, None)),
        ((b"abc", 1, 2, 9), Sending(b"bc", 9, None, None)),
        ((b"abc", 1, 1, 9, called), Sending(b"b", 9, None, called)),
        ((b"abc", 0, 2, 9, "a.test"), Sending(b"ab", 9, "a.test", None)),
        ((b"abc", 0, 2, 9, "a.test", called), Sending(b"ab", 9, "a.test", called)),
        ((b"abc", 3, 0, 9), Sending(b"", 9, None, None)),
        ((b"abc", "x", 1, 9), Sending(b"a", 9, None, None)),
        ((["a", b"b", bytearray(b"c")], 9), Sending(b"abc", 9, None, None)),
        (("a.test: ü", 9), Sending("a.test: ü".encode(), 9, None, None)),
        (([], 9), Sending(b"", 9, None, None)),
    ],
)
def testSend(args: tuple[Any, ...], expected: Sending) -> None:
    assert read(*args) == expected


def testSendWithKeywordsTakesTheWholeMessage() -> None:
    assert readSend(b"abc", None, None, 9, "a.test", called, False) == Sending(b"abc", 9, "a.test", called)


@pytest.mark.parametrize(
    "args, expected",
    [
        ((b"abc",), Sending(b"abc", 0, None, None)),
        ((b"abc", called), Sending(b"abc", 0, None, called)),
        ((b"abc", 1, 1), Sending(b"b", 0, None, None)),
        ((b"abc", 1, 1, called), Sending(b"b", 0, None, called)),
        ((b"abc", 9, "a.test"), Sending(b"abc", 0, None, None)),
    ],
)
def testConnectedSend(args: tuple[Any, ...], expected: Sending) -> None:
    assert read(*args, connected=True) == expected


@pytest.mark.parametrize("args", [(b"abc", 1, 1, 9), (b"abc", None, None, called), (b"abc", 0, 1, None, "a.test")])
def testAConnectedSendTakesNoAddress(args: tuple[Any, ...]) -> None:
    with pytest.raises(Exception, match="Already connected"):
        read(*args, connected=True)


_WHAT = "must be of type string or an instance of Buffer, TypedArray, or DataView."


@pytest.mark.parametrize(
    "args, message",
    [
        ((), f'The "buffer" argument {_WHAT} Received undefined'),
        ((5, 9), f'The "buffer" argument {_WHAT} Received type number (5)'),
        (({}, 9), f'The "buffer" argument {_WHAT} Received an instance of Object'),
        ((["a", 5], 9), f'The "buffer list arguments" argument {_WHAT} Received an instance of Array'),
        ((["a"], 0, 1, 9), f'The "buffer" argument {_WHAT} Received an instance of Array'),
        ((b"abc", 0), "Port should be > 0 and < 65536. Received type number (0)."),
        ((b"abc",), "Port should be > 0 and < 65536. Received undefined."),
        ((b"abc", "q"), "Port should be > 0 and < 65536. Received type string ('q')."),
        ((b"abc", -1), "Port should be > 0 and < 65536. Received type number (-1)."),
        ((b"abc", 65536), "Port should be > 0 and < 65536. Received type number (65536)."),
        ((b"abc", called), "Port should be > 0 and < 65536. Received function called."),
        ((b"abc", 9, 5), 'The "address" argument must be of type string. Received type number (5)'),
        ((b"abc", 9, False), 'The "address" argument must be of type string. Received type boolean (false)'),
        ((b"abc", 4, 1, 9), '"offset" is outside of buffer bounds'),
        ((b"abc", -1, 1, 9), '"offset" is outside of buffer bounds'),
        ((b"abc", 1, 3, 9), '"length" is outside of buffer bounds'),
    ],
)
def testWrongSend(args: tuple[Any, ...], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        read(*args)
    assert str(caught.value) == message


def testWideItemsCountInBytes() -> None:
    view = memoryview(b"\x01\0\x02\0\x03\0").cast("H")
    assert toBytes(view) == b"\x01\0\x02\0\x03\0"
    assert read(view, 2, 4, 9).data == b"\x02\0\x03\0"


@pytest.mark.parametrize(
    "args, bag, expected",
    [
        ((None, None, None), {}, Binding(None, None, 0, None)),
        ((9, None, None), {}, Binding(9, None, 0, None)),
        ((called, None, None), {}, Binding(None, None, 0, called)),
        ((9, called, None), {}, Binding(9, None, 0, called)),
        ((9, "a.test", called), {}, Binding(9, "a.test", 0, called)),
        (({"port": 9, "address": "::1"}, called, None), {}, Binding(9, "::1", 0, called)),
        ((9, "::1", None), {"exclusive": True}, Binding(9, "::1", 0, None, True)),
        (({"fd": 7}, None, None), {}, Binding(None, None, 7, None)),
        ((None, None, None), {"fd": 7}, Binding(None, None, 7, None)),
        (({"fd": -1, "port": 9}, None, None), {}, Binding(9, None, 0, None)),
        (({"fd": "x"}, None, None), {}, Binding(None, None, 0, None)),
        ((9, None, 5), {}, Binding(9, None, 0, None)),
    ],
)
def testBind(args: tuple[Any, ...], bag: dict[str, Any], expected: Binding) -> None:
    assert readBind(*args, bag) == expected


@pytest.mark.parametrize("port, number", [(9, 9), ("9", 9), (None, 0), ("x", 0), (70000, 4464), (8.5, 8), ({}, 0)])
def testThePortOfBindIsWhatNodeMakesOfIt(port: Any, number: int) -> None:
    assert toPort(port) == number


def testDescribeDescriptor(tmp_path: Any) -> None:
    read, write = os.pipe()
    with open(tmp_path / "file", "w") as file, socket.socket() as sock:
        found = [describeDescriptor(fd) for fd in (read, file.fileno(), sock.fileno(), 100_000)]
    os.close(read)
    os.close(write)
    assert found == ["PIPE", "FILE", "PIPE", "INVALID"]
