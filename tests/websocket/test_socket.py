"""The WebSocket of `ws`: sending, events, its browser-like side; on the simulated network."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
import websocketcases as cases
from websocketbed import ServerBed

from nodecompat.blob import Blob
from nodecompat.errors import NodeError
from nodecompat.testing import Network
from nodecompat.websocket import WebSocket

OFFER = {"sec_websocket_extensions": "permessage-deflate"}


@pytest.mark.parametrize(
    "data, options, first, payload",
    [
        ("µ", None, cases.TEXT, "µ".encode()),
        (b"x", None, cases.BINARY, b"x"),
        (bytearray(b"x"), {"binary": False}, cases.TEXT, b"x"),
        ("x", {"binary": True}, cases.BINARY, b"x"),
        (Blob(["x"]), None, cases.BINARY, b"x"),
        (1.5, None, cases.TEXT, b"1.5"),
        (1e21, None, cases.TEXT, b"1e+21"),
        (None, None, cases.BINARY, b""),
        ("", None, cases.TEXT, b""),
        (False, None, cases.BINARY, b""),
        (0, None, cases.TEXT, b"0"),
    ],
)
def testWhatIsSent(net: Network, data: Any, options: Any, first: int, payload: bytes) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.send(data, options)
    net.run()
    assert bed.sent(peer) == [(first, payload.hex())]


def testTrueIsNoMessage(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    with pytest.raises(TypeError, match='The "data" argument must be of type string'):
        ws.send(True)
    ws.ping(b"x")
    net.run()
    assert bed.sent(peer) == [(cases.PING, b"x".hex())]


def testFragments(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.send("a", {"fin": False})
    ws.ping("p")
    ws.send("b", {"fin": False})
    ws.send("c")
    net.run()
    assert bed.sent(peer) == [(0x01, "61"), (cases.PING, "70"), (0x00, "62"), (0x80, "63")]


def testMasksWhereItIsTold(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.send("abc", {"mask": True})
    ws.ping("p", True)
    net.run()
    assert [tuple(each) for each in cases.framesIn(peer.take(), True)] == [
        (cases.TEXT, b"abc".hex()),
        (cases.PING, "70"),
    ]


def testCompression(net: Network) -> None:
    bed = ServerBed(net, perMessageDeflate=True)
    peer, ws = bed.open(**OFFER)
    ws.send("hello " * 20)
    ws.send("x" * 100, {"compress": False})
    net.run()
    (first, packed), plain = bed.sent(peer)
    unpacked = zlib.decompressobj(-15).decompress(bytes.fromhex(packed) + b"\0\0\xff\xff")
    assert (first, unpacked) == (cases.PACKED, b"hello " * 20) and plain == (cases.TEXT, (b"x" * 100).hex())


def testShortMessagesStandForThemselvesWithoutContext(net: Network) -> None:
    bed = ServerBed(net, perMessageDeflate={"serverNoContextTakeover": True, "threshold": 10})
    peer, ws = bed.open(**OFFER)
    ws.send("x" * 9)
    ws.send("x" * 10)
    net.run()
    assert [first for first, _ in bed.sent(peer)] == [cases.TEXT, cases.PACKED]


@pytest.mark.parametrize("call", [lambda ws, done: ws.ping(done), lambda ws, done: ws.pong("a", done)])
def testCallbacksInAnyPlace(net: Network, log: list[Any], call: Any) -> None:
    bed = ServerBed(net)
    _, ws = bed.open()
    call(ws, lambda error: log.append(error))
    net.run()
    assert log == [None]


def testControlFramesAreShort(net: Network) -> None:
    _, ws = ServerBed(net).open()
    with pytest.raises(ValueError, match="The data size must not be greater than 125 bytes"):
        ws.ping("x" * 126)


def testAfterTheEnd(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    _, ws = bed.open()
    ws.terminate()
    ws.send("abc", lambda error: log.append(error.message))
    ws.ping("de")
    net.run()
    ws.send("f", lambda error: log.append(error.message))
    net.run()
    assert log == [
        "WebSocket is not open: readyState 2 (CLOSING)",
        "WebSocket is not open: readyState 3 (CLOSED)",
    ]
    assert ws.bufferedAmount == 6 and bed.log == [("close", 1006, b"")]
    ws.close()
    ws.terminate()
    ws.pause()
    assert not ws.isPaused


def testBeforeTheBeginning() -> None:
    ws = WebSocket()
    assert (ws.readyState, ws.url, ws.protocol, ws.extensions, ws.bufferedAmount) == (ws.CONNECTING, "", "", "", 0)
    for call in (ws.send, ws.ping, ws.pong):
        with pytest.raises(NodeError, match=r"WebSocket is not open: readyState 0 \(CONNECTING\)"):
            call("x")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 5000, "1000", True])
def testCodesThatAreNone(net: Network, code: Any) -> None:
    _, ws = ServerBed(net).open()
    with pytest.raises(TypeError, match="First argument must be a valid error code number"):
        ws.close(code)
    assert ws.readyState == ws.OPEN


def testReasonsThatAreNone(net: Network) -> None:
    _, ws = ServerBed(net).open()
    with pytest.raises(ValueError, match="The message must not be greater than 123 bytes"):
        ws.close(1000, "µ" * 62)
    with pytest.raises(TypeError, match="Second argument must be a string or a Uint8Array"):
        ws.close(1000, 5)


@pytest.mark.parametrize(
    "kind, expected", [("nodebuffer", b"ab"), ("arraybuffer", b"ab"), ("fragments", [b"a", b"b"]), ("other", b"ab")]
)
def testTheBinaryType(net: Network, kind: str, expected: Any) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.binaryType = kind
    assert ws.binaryType == (kind if kind != "other" else "nodebuffer")
    bed.send(peer, (cases.BEGIN_BINARY, b"a"), (cases.LAST, b"b"), (cases.TEXT, b"t"))
    assert bed.log == [("message", expected, True), ("message", b"t", False)]


def testABlob(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.binaryType = "blob"
    bed.send(peer, (cases.BINARY, b"abc"))
    assert isinstance(bed.log[0][1], Blob) and bed.log[0][1].size == 3


def testPingsAreLeftToTheProgram(net: Network) -> None:
    bed = ServerBed(net, autoPong=False)
    peer, _ = bed.open()
    bed.send(peer, (cases.PING, b"x"), (cases.PONG, b"y"))
    assert bed.sent(peer) == [] and bed.log == [("ping", b"x"), ("pong", b"y")]


# -- as in a browser


def testListenersAsInABrowser(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()

    def onMessage(event: Any) -> None:
        log.append((event.type, event.data, event.target is ws))

    ws.addEventListener("message", onMessage)
    ws.addEventListener("message", onMessage)
    ws.addEventListener("message", lambda event: log.append("once"), {"once": True})
    ws.addEventListener("other", onMessage)
    bed.send(peer, (cases.TEXT, b"a"), (cases.BINARY, b"b"))
    assert log == [("message", "a", True), "once", ("message", b"b", True)]
    ws.removeEventListener("message", onMessage)
    ws.onmessage = lambda event: log.append("first")
    ws.onmessage = handler = lambda event: log.append("second")
    assert ws.onmessage is handler and ws.onopen is None
    bed.send(peer, (cases.TEXT, b"c"))
    ws.onmessage = None
    bed.send(peer, (cases.TEXT, b"d"))
    assert log[3:] == ["second"] and ws.onmessage is None


def testItsEndAsInABrowser(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.onclose = lambda event: log.append((event.code, event.reason, event.wasClean))
    ws.onerror = lambda event: log.append(event.message)
    ws.onopen = log.append
    bed.send(peer, (0x83, b""))
    peer.end()
    net.run()
    assert log == ["Invalid WebSocket frame: invalid opcode 3", (1006, "", False)]
    assert ws.onclose and ws.onerror and ws.onopen


def testACleanEnd(net: Network, log: list[Any]) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.onclose = lambda event: log.append((event.code, event.reason, event.wasClean))
    bed.send(peer, cases.closing(4000, b"x"))
    peer.end()
    net.run()
    assert log == [(4000, "x", True)]


def testWhatAProgramEmitsReachesABrowsersListenersAsAnEvent(net: Network, log: list[Any]) -> None:
    _, ws = ServerBed(net).open()
    ws.addEventListener("open", lambda event: log.append((event.type, event.target is ws)))
    ws.emit("open")
    assert log == [("open", True)]
