"""The connection: the closing handshake and its limits, back-pressure, floods; on the simulated network."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import websocketcases as cases
from websocketbed import ClientBed, ServerBed

from nodecompat.testing import Network
from nodecompat.websocket.protocol.connection import MAX_PENDING_PONGS

CLOSED = cases.closing(1000)


def testThePeerCloses(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    bed.send(peer, cases.closing(4000, b"why"))
    assert bed.sent(peer) == [(cases.CLOSE, (b"\x0f\xa0why").hex())] and peer.ended
    peer.end()
    net.run()
    assert bed.log == [("close", 4000, b"why")] and ws.readyState == ws.CLOSED


def testWeClose(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.close(1000, "bye")
    assert ws.readyState == ws.CLOSING
    net.run()
    assert bed.sent(peer) == [(cases.CLOSE, (b"\x03\xe8bye").hex())] and not peer.ended
    bed.send(peer, (cases.TEXT, b"late"), cases.closing(1000, b"bye"))
    assert peer.ended
    peer.end()
    net.run()
    assert bed.log == [("message", b"late", False), ("close", 1000, b"bye")]


@pytest.mark.parametrize("answers", [True, False])
def testAPeerThatNeverLeavesIsDropped(net: Network, answers: bool) -> None:
    bed = ServerBed(net, closeTimeout=5000)
    peer, ws = bed.open()
    ws.close()
    if answers:
        bed.send(peer, CLOSED)
    net.advance(4999)
    assert bed.log == []
    net.advance(2)
    assert bed.log == [("close", 1000 if answers else 1006, b"")]


def testAPeerThatTakesNothingIsDropped(net: Network) -> None:
    """Its end comes, ours cannot leave."""
    bed = ServerBed(net, closeTimeout=5000)
    peer, ws = bed.open()
    peer.pause()
    ws.send(bytes(1_000_000))
    peer.end()
    net.run()
    assert ws.readyState == ws.CLOSING and bed.log == []
    net.advance(5001)
    assert bed.log == [("close", 1006, b"")]


def testAFaultyPeerThatNeverLeavesIsDropped(net: Network) -> None:
    bed = ServerBed(net)
    peer, _ = bed.open()
    bed.send(peer, (0x83, b""))
    assert bed.sent(peer) == [(cases.CLOSE, "03ea")] and bed.log == [("error", "WS_ERR_INVALID_OPCODE")]
    for _ in range(3):
        bed.send(peer, (cases.TEXT, b"ignored"))
    net.advance(30_001)
    assert bed.log[1:] == [("close", 1006, b"")]


def testAResetIsAClose(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    peer.reset()
    net.run()
    assert bed.log == [("close", 1006, b"")] and ws.readyState == ws.CLOSED


def testTheEndWithoutAWord(net: Network) -> None:
    bed = ServerBed(net)
    peer, _ = bed.open()
    peer.end()
    net.run()
    assert bed.log == [("close", 1006, b"")]


def testBytesBehindTheHandshake(net: Network) -> None:
    bed = ServerBed(net)
    peer = net.connect(80)
    from websocketbed import request

    peer.send(request() + cases.frame(cases.TEXT, b"early", True) + cases.frame(cases.TEXT, b"x" * 200, True)[:50])
    net.run()
    assert bed.log == [("message", b"early", False)]
    peer.send(cases.frame(cases.TEXT, b"x" * 200, True)[50:])
    net.run()
    assert bed.log[1:] == [("message", b"x" * 200, False)]


def testPauseKeepsBytesInTheKernel(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.pause()
    assert ws.isPaused
    bed.send(peer, (cases.TEXT, b"a"), CLOSED)
    assert bed.log == []
    ws.resume()
    net.run()
    assert bed.log == [("message", b"a", False)] and not ws.isPaused


def testAPausedConnectionSeesTheEndOfAFault(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    ws.on("message", lambda: ws.pause())
    bed.send(peer, (cases.TEXT, b"a"), (0x83, b""))
    peer.end()
    net.run()
    assert [each[0] for each in bed.log] == ["message", "error", "close"]


def testWhatThePeerDoesNotReadIsCounted(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    sent: list[Any] = []
    ws.send(b"small", lambda error: sent.append(error))
    assert ws.bufferedAmount == 0 and sent == []
    net.run()
    peer.pause()
    ws.send(bytes(500_000), lambda error: sent.append(error))
    assert ws.bufferedAmount >= 500_000 and sent == [None]
    peer.resume()
    net.run()
    assert ws.bufferedAmount == 0 and sent == [None, None]


def testAFloodOfPingsIsBounded(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    peer.pause()
    ws.send(bytes(500_000))
    pings = [(cases.PING, b"x" * 125)] * MAX_PENDING_PONGS
    bed.send(peer, *pings)
    assert ws.readyState == ws.OPEN
    bed.send(peer, (cases.PING, b""))
    assert bed.log[-1] == ("close", 1006, b"")


def testPingsThatAreReadAreNoFlood(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    bed.send(peer, *[(cases.PING, b"x")] * 1000)
    assert bed.sent(peer) == [(cases.PONG, b"x".hex())] * 1000 and ws.readyState == ws.OPEN


def testTheClientLeavesTheEndToTheServer(net: Network) -> None:
    bed = ClientBed(net).answer(cases.closing(1000, b"bye"))
    assert bed.sent() == [(cases.CLOSE, "03e8")] and not bed.peer.ended and bed.ws.readyState == bed.ws.CLOSING
    bed.peer.end()
    net.run()
    assert bed.log == ["open", (1000, "bye", True)]


def testTheClientDropsAServerThatNeverEnds(net: Network) -> None:
    bed = ClientBed(net).answer(CLOSED)
    net.advance(30_001)
    assert bed.log == ["open", (1000, "", True)]


def testNothingIsLeft(net: Network) -> None:
    bed = ServerBed(net)
    peer, ws = bed.open()
    connection, left = weakref.ref(ws._connection_.socket), weakref.ref(ws)
    bed.send(peer, (cases.TEXT, b"a"), CLOSED)
    peer.end()
    net.run()
    gc.collect()
    del ws
    bed.sockets.clear()
    gc.disable()
    try:
        assert connection() is None and left() is None
    finally:
        gc.enable()
