"""permessage-deflate: the halves, and what is agreed (the outcomes are those of npm's `ws`)."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat.errors import NodeError
from nodecompat.websocket.protocol import deflate
from nodecompat.websocket.protocol.deflate import Deflater, Inflater
from nodecompat.websocket.protocol.faults import WebSocketError
from nodecompat.websocket.protocol.headers import parseExtensions

TEXT = b"The quick brown fox jumps over the lazy dog. " * 50


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("bits", range(8, 16))
def testWhatOneHalfPacksTheOtherUnpacks(bits: int, keeps: bool) -> None:
    deflater, inflater = Deflater(bits, keeps), Inflater(bits, keeps)
    sizes = []
    for _ in range(3):
        packed = deflater.feed(TEXT[:700], False), deflater.feed(TEXT[700:], True)
        sizes.append(sum(map(len, packed)))
        assert inflater.feed(packed[0], False, None) + inflater.feed(packed[1], True, None) == TEXT
    assert (sizes[1] < sizes[0]) is (keeps and bits > 9) or bits < 12


def testTheRoomIsKept() -> None:
    packed = Deflater().feed(TEXT, True)
    assert Inflater().feed(packed, True, len(TEXT)) == TEXT
    with pytest.raises(WebSocketError) as caught:
        Inflater().feed(packed, True, len(TEXT) - 1)
    assert caught.value.status == 1009


def testWhatIsBroken() -> None:
    with pytest.raises(WebSocketError) as caught:
        Inflater().feed(b"\xff\xff\xff", True, None)
    assert (caught.value.code, caught.value.status) == ("Z_DATA_ERROR", 1007)


def testShortMessagesAreNotWorthIt() -> None:
    assert Deflater().isWorthIt(b"x")
    assert not Deflater(keepsContext=False).isWorthIt(b"x" * 1023)
    assert Deflater(keepsContext=False).isWorthIt(b"x" * 1024)
    assert Deflater(keepsContext=False, threshold=1).isWorthIt(b"x")


def accepted(field: str, **options: Any) -> Any:
    try:
        return deflate.accept([parameters for _, parameters in parseExtensions(field)], options)
    except NodeError as error:
        return error.message


NONE_FITS = "None of the extension offers can be accepted"


@pytest.mark.parametrize(
    "field, options, agreed",
    [
        ("a", {}, {}),
        ("a; client_max_window_bits", {}, {}),
        ("a; client_max_window_bits=10", {}, {"client_max_window_bits": 10}),
        ("a; client_max_window_bits", {"clientMaxWindowBits": 9}, {"client_max_window_bits": 9}),
        ("a", {"clientMaxWindowBits": 9}, NONE_FITS),
        ("a; client_max_window_bits=8", {"clientMaxWindowBits": 9}, NONE_FITS),
        ("a; client_max_window_bits=10", {"clientMaxWindowBits": False}, {}),
        ("a; server_max_window_bits=10", {}, {"server_max_window_bits": 10}),
        ("a; server_max_window_bits=10", {"serverMaxWindowBits": False}, NONE_FITS),
        ("a; server_max_window_bits=10", {"serverMaxWindowBits": 11}, NONE_FITS),
        ("a; server_max_window_bits=10", {"serverMaxWindowBits": 9}, {"server_max_window_bits": 9}),
        ("a; server_no_context_takeover", {"serverNoContextTakeover": False}, NONE_FITS),
        ("a; server_no_context_takeover, b", {"serverNoContextTakeover": False}, {}),
        ("a", {"clientNoContextTakeover": True}, {"client_no_context_takeover": True}),
        ("a; server_no_context_takeover=1", {}, 'Invalid value for parameter "server_no_context_takeover": 1'),
        ("a; server_max_window_bits", {}, 'Invalid value for parameter "server_max_window_bits": true'),
        ("a; server_max_window_bits=7", {}, 'Invalid value for parameter "server_max_window_bits": 7'),
        ("a; client_max_window_bits=16", {}, 'Invalid value for parameter "client_max_window_bits": 16'),
        ("a; x", {}, 'Unknown parameter "x"'),
        (
            "a; client_max_window_bits; client_max_window_bits",
            {},
            'Parameter "client_max_window_bits" must have only a single value',
        ),
    ],
)
def testWhatAServerAgreesTo(field: str, options: dict[str, Any], agreed: Any) -> None:
    assert accepted(field, **options) == agreed


def testWhatAClientOffers() -> None:
    assert deflate.offer({}) == {"client_max_window_bits": True}
    assert deflate.offer({"serverNoContextTakeover": True, "serverMaxWindowBits": 10, "clientMaxWindowBits": 9}) == {
        "server_no_context_takeover": True,
        "server_max_window_bits": 10,
        "client_max_window_bits": 9,
    }
    assert deflate.offer({"clientMaxWindowBits": False}) == {}


def testWhatAClientTakes() -> None:
    assert deflate.acceptAnswer({"client_max_window_bits": ["9"]}, {}) == {"client_max_window_bits": 9}
    assert deflate.acceptAnswer({}, {"clientMaxWindowBits": 9}) == {"client_max_window_bits": 9}
    for answer, options in (
        ({"client_max_window_bits": [True]}, {}),
        ({"client_max_window_bits": ["10"]}, {"clientMaxWindowBits": 9}),
        ({"client_max_window_bits": ["10"]}, {"clientMaxWindowBits": False}),
        ({"client_no_context_takeover": [True]}, {"clientNoContextTakeover": False}),
    ):
        with pytest.raises(NodeError):
            deflate.acceptAnswer(answer, options)  # type: ignore[arg-type]


def testTheHalvesOfEitherSide() -> None:
    agreed = {"server_no_context_takeover": True, "client_max_window_bits": 9}
    inflater, deflater = deflate.halves(agreed, True, {"threshold": 5})
    assert not deflater.isWorthIt(b"xxxx") and deflater.isWorthIt(b"xxxxx")
    other, own = deflate.halves(agreed, False, {})
    assert own.isWorthIt(b"")
    for _ in range(2):
        assert inflater.feed(own.feed(TEXT, True), True, None) == TEXT
        assert other.feed(deflater.feed(TEXT, True), True, None) == TEXT
