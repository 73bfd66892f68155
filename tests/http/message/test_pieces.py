"""Pieces of a body as bytes, and how several reach a socket."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.http.message import pieces


@pytest.mark.parametrize(
    ("chunk", "encoding", "expected"),
    [
        ("ü", None, "ü".encode()),
        ("ü", "latin1", b"\xfc"),
        ("YQ==", "base64", b"a"),
        ("6162", "HEX", b"ab"),
        (b"ab", "base64", b"ab"),
        (bytearray(b"ab"), None, b"ab"),
        (memoryview(b"ab"), None, b"ab"),
        ("", None, b""),
    ],
)
def testBytesOfAChunk(chunk: Any, encoding: str | None, expected: bytes) -> None:
    assert pieces.toBytes(chunk, encoding) == expected


@pytest.mark.parametrize(
    ("chunk", "encoding", "code"),
    [
        (None, None, "ERR_STREAM_NULL_VALUES"),
        (5, None, "ERR_INVALID_ARG_TYPE"),
        (["a"], None, "ERR_INVALID_ARG_TYPE"),
        ("a", "nonsense", "ERR_UNKNOWN_ENCODING"),
    ],
)
def testWhatIsNoChunk(chunk: Any, encoding: str | None, code: str) -> None:
    with pytest.raises(TypeError) as caught:
        pieces.toBytes(chunk, encoding)
    assert caught.value.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("chunk", "expected"), [(None, False), ("", False), ("a", True), (b"", True), (0, False), (5, True)]
)
def testEmptyTextIsNothingAndEmptyBytesAreSomething(chunk: Any, expected: bool) -> None:
    assert pieces.isChunk(chunk) is expected


def testShortPartsAreJoined() -> None:
    assert pieces.joined([b"head", b"body"]) == b"headbody"
    limit = bytes(pieces.JOIN_LIMIT)
    assert pieces.joined([limit]) == limit
    assert pieces.joined([limit, b"x"]) is None


@pytest.mark.parametrize("taken", [True, False])
def testPartsReachTheSystemInOneCall(taken: bool, log: list[Any]) -> None:
    class Socket:
        def cork(self) -> None:
            log.append("cork")

        def uncork(self) -> None:
            log.append("uncork")

        def write(self, data: bytes, encoding: Any = None, callback: Any = None) -> bool:
            log.append((data, callback))
            return taken

    assert pieces.writeParts(Socket(), [b"a", b"b"], print) is taken
    assert log == ["cork", (b"a", None), (b"b", print), "uncork"]


def testACallbackGetsWhatItTakes(log: list[Any]) -> None:
    error = ValueError("boom")
    pieces.callWith(lambda: log.append("none"), None)
    pieces.callWith(lambda error=5: log.append(error), None)
    pieces.callWith(lambda: log.append("none"), error)
    pieces.callWith(log.append, error)
    assert log == ["none", 5, "none", error]
