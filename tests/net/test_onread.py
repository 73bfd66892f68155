"""The option `onread`: data goes into a buffer of the program."""

from __future__ import annotations

from typing import Any

import pytest
from net.conftest import connectedPair

from nodecompat import net
from nodecompat.testing import Network


def reader(log: Any, size: int = 8, answers: Any = ()) -> dict[str, Any]:
    """`onread` that logs what came; each callback returns the next of `answers`."""
    left = list(answers)

    def callback(count: int, buffer: bytearray) -> Any:
        log.append(bytes(buffer[:count]))
        return left.pop(0) if left else None

    return {"buffer": bytearray(size), "callback": callback}


def testDataGoesIntoTheBuffer(wire: Network, log: Any) -> None:
    socket, peer = connectedPair(wire, onread=reader(log))
    socket.on("data", lambda data: log.append("data"))
    peer.send(b"abc")
    wire.run()
    assert (log, socket.bytesRead) == ([b"abc"], 3)
    socket.destroy()


def testMoreThanTheBufferHoldsComesInParts(wire: Network, log: Any) -> None:
    socket, peer = connectedPair(wire, onread=reader(log, 3))
    peer.send(b"abcdefgh")
    wire.run()
    assert log == [b"abc", b"def", b"gh"]
    socket.destroy()


def testTheSameBufferIsUsedAgain(wire: Network) -> None:
    buffers: list[Any] = []
    buffer = bytearray(4)
    onread = {"buffer": buffer, "callback": lambda count, given: buffers.append(given)}
    socket, peer = connectedPair(wire, onread=onread)
    peer.send(b"abcdefgh")
    wire.run()
    assert all(each is buffer for each in buffers) and len(buffers) == 2
    socket.destroy()


def testAFunctionMakesTheBuffer(wire: Network, log: Any) -> None:
    onread = {"buffer": lambda: bytearray(4), "callback": lambda count, given: log.append(bytes(given[:count]))}
    socket, peer = connectedPair(wire, onread=onread)
    peer.send(b"abcdef")
    wire.run()
    assert log == [b"abcd", b"ef"]
    socket.destroy()


def testFalsePauses(wire: Network, log: Any) -> None:
    """What was not handed over yet is kept for `resume()`."""
    socket, peer = connectedPair(wire, onread=reader(log, 3, [None, False]))
    peer.send(b"abcdefgh")
    wire.run()
    peer.send(b"ijk")
    wire.run()
    assert log == [b"abc", b"def"]
    socket.resume()
    wire.run()
    assert log == [b"abc", b"def", b"gh", b"ijk"]
    socket.destroy()


def testPauseAndResume(wire: Network, log: Any) -> None:
    socket, peer = connectedPair(wire, onread=reader(log))
    socket.pause()
    peer.send(b"abc")
    wire.run()
    assert log == []
    socket.resume()
    wire.run()
    assert log == [b"abc"]
    socket.destroy()


def testPauseInsideTheCallback(wire: Network, log: Any) -> None:
    def callback(count: int, buffer: bytearray) -> None:
        log.append(bytes(buffer[:count]))
        socket.pause()

    socket, peer = connectedPair(wire, onread={"buffer": bytearray(2), "callback": callback})
    peer.send(b"abcd")
    wire.run()
    assert log == [b"ab"]
    socket.resume()
    wire.run()
    assert log == [b"ab", b"cd"]
    socket.destroy()


def testTheEndIsStillAnEvent(wire: Network, log: Any) -> None:
    socket, peer = connectedPair(wire, onread=reader(log))
    log.watch(socket, "end", "close")
    peer.send(b"abc")
    peer.end()
    wire.run()
    assert log == [b"abc", "end", ("close", False)]


def testDestroyInsideTheCallback(wire: Network, log: Any) -> None:
    onread = reader(log, 2)
    before = onread["callback"]
    onread["callback"] = lambda count, buffer: (before(count, buffer), socket.destroy())
    socket, peer = connectedPair(wire, onread=onread)
    log.watch(socket, "close")
    peer.send(b"abcdef")
    wire.run()
    assert log == [b"ab", ("close", False)]


@pytest.mark.parametrize("onread", [5, {}, {"buffer": bytearray(1)}, {"callback": print}])
def testAnIncompleteOptionIsIgnored(onread: Any) -> None:
    assert net.Socket(onread=onread)._onreadBuffer_ is None
