"""Who gets the bytes of a stream that another package has taken, and when: tried with http's own consumer left out."""

from __future__ import annotations

from typing import Any

import pytest
from net.conftest import connectedPair

from nodecompat import net
from nodecompat.net.takeover import takeBytes
from nodecompat.stream import duplexPair
from nodecompat.stream.core.state import nop
from nodecompat.testing import Network


@pytest.fixture
def taken(wire: Network, log: Any) -> Any:
    """A connected socket whose bytes are logged, its peer, and the takeover."""
    socket, peer = connectedPair(wire)
    takeover = takeBytes(socket, log.append)
    wire.run()
    yield socket, peer, takeover
    socket.destroy()


def testTheHandleGivesItsBytesToTheConsumer(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, takeover = taken
    peer.send(b"abc")
    wire.run()
    assert takeover.isDirect
    assert (log, socket.bytesRead, socket.readableLength) == ([b"abc"], 3, 0)


def testWhatIsBufferedComesFirst(wire: Network, log: Any) -> None:
    socket, peer = connectedPair(wire)
    socket.pause()
    peer.send(b"abc")
    wire.run()
    socket.read(1)
    socket.unshift(b"A")
    takeover = takeBytes(socket, log.append)
    peer.send(b"def")
    wire.run()
    assert not log  # it is paused still
    socket.resume()
    wire.run()
    peer.send(b"ghi")
    wire.run()
    assert b"".join(log) == b"Abcdefghi"
    assert takeover.isDirect
    socket.destroy()


@pytest.mark.parametrize("name", ["push", "unshift"])
def testWhatTheProgramPutsInReachesTheConsumer(wire: Network, log: Any, taken: Any, name: str) -> None:
    socket, peer, _ = taken
    getattr(socket, name)(b"abc")
    wire.run()
    peer.send(b"def")
    wire.run()
    assert log == [b"abc", b"def"]


@pytest.mark.parametrize("add", ["on", "addListener", "once", "prependListener", "prependOnceListener"])
def testAListenerOfTheProgramSeesTheBytesToo(wire: Network, log: Any, taken: Any, add: str) -> None:
    socket, peer, takeover = taken
    seen: list[bytes] = []
    getattr(socket, add)("data", seen.append)
    peer.send(b"abc")
    wire.run()
    assert (seen, log, takeover.isDirect) == ([b"abc"], [b"abc"], False)


def testAReaderOfTheProgramTakesTheBytesThroughTheSocket(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, _ = taken
    socket.on("readable", socket.read)
    peer.send(b"abc")
    wire.run()
    assert log == [b"abc"]  # read() emits 'data'


def testAPausedSocketLeavesTheBytesInTheKernel(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, _ = taken
    socket.pause()
    peer.send(b"abc")
    wire.run()
    assert (log, socket.bytesRead) == ([], 0)
    socket.resume()
    wire.run()
    assert log == [b"abc"]


def testAListenerThatIsAddedWhilePausedGetsTheRest(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, _ = taken
    seen: list[bytes] = []
    socket.pause()
    socket.on("data", seen.append)
    peer.send(b"abc")
    wire.run()
    assert not seen
    socket.resume()
    wire.run()
    assert (seen, log) == ([b"abc"], [b"abc"])


def testDataCountsAsActivity(wire: Network, log: Any, taken: Any) -> None:
    """'timeout' comes 100 ms after the last byte, set before or behind the takeover."""
    socket, peer, _ = taken
    socket.setTimeout(100, lambda: log.append("timeout"))
    wire.advance(60)
    peer.send(b"a")
    wire.advance(60)
    assert log == [b"a"]
    wire.advance(60)
    assert log == [b"a", "timeout"]
    socket.setTimeout(0)
    peer.send(b"b")
    wire.advance(200)
    assert log == [b"a", "timeout", b"b"]


def testReleaseGivesTheBytesBack(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, takeover = taken
    takeover.release()
    seen: list[bytes] = []
    socket.on("data", seen.append)
    peer.send(b"abc")
    wire.run()
    assert (seen, log, socket.listenerCount("data")) == ([b"abc"], [], 1)


def testWriteNowTellsWhatTheKernelHasTaken(wire: Network, log: Any, taken: Any) -> None:
    socket, peer, takeover = taken
    assert takeover.writeNow(b"abc") is True
    wire.run()
    assert (peer.received, log) == (b"abc", [])
    socket.cork()
    socket.write(b"d")
    assert takeover.writeNow(b"e") is None  # it would overtake
    socket.uncork()
    wire.run()
    assert peer.received == b"abcd"


@pytest.mark.parametrize("isRead", [True, False])
def testCallBackTellsWhenTheRestIsOut(wire: Network, log: Any, taken: Any, isRead: bool) -> None:
    socket, peer, takeover = taken
    socket.on("error", nop)
    peer.pause()
    wire.run()
    assert takeover.writeNow(bytes(1024 * 1024)) is False
    takeover.callBack(lambda error: log.append(getattr(error, "code", error)))
    wire.run()
    assert log == []
    if isRead:
        peer.resume()
    else:
        socket.destroy()
    wire.run()
    assert log == ([None] if isRead else ["ECANCELED"])


def testWriteNowGoesByTheProgramsOwnWrite(taken: Any) -> None:
    socket, _, takeover = taken
    write = socket.write
    socket.write = lambda *args: write(*args)
    assert takeover.writeNow(b"abc") is None
    del socket.write
    assert takeover.writeNow(b"abc") is True


@pytest.mark.parametrize("name", ["write", "_write"])
def testWriteNowGoesByAWriteOnTheClass(wire: Network, log: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(net.Socket, name, lambda self, *args: None)
    socket, _ = connectedPair(wire)
    assert takeBytes(socket, log.append).writeNow(b"abc") is None
    socket.destroy()


def testAnyDuplexIsTakenByItsData(wire: Network, log: Any) -> None:
    stream, other = duplexPair()
    takeover = takeBytes(stream, log.append)
    other.write(b"abc")
    wire.run()
    assert (log, takeover.isDirect, takeover.writeNow(b"d")) == ([b"abc"], False, None)
    takeover.destroySoon()
    wire.run()
    assert stream.writableEnded


def testAClosedSocketIsForgotten(wire: Network, log: Any, taken: Any) -> None:
    """Neither keeps the other alive, and a listener that is added late harms nothing."""
    socket, _, takeover = taken
    socket.destroy()
    takeover.forget()
    assert (takeover.stream, socket._takeover_) == (None, None)
    socket.on("data", print)
    socket.setTimeout(5)


def testASocketThatConnectsIsTakenWhenItsFirstBytesCome(wire: Network, log: Any) -> None:
    listener = net.createServer(lambda accepted: accepted.end(b"hello"))
    listener.listen(80)
    wire.run()
    socket = net.connect(80)
    takeover = takeBytes(socket, log.append)
    wire.run()
    assert (log, takeover.isDirect) == ([b"hello"], True)
    listener.close()
    socket.destroy()
