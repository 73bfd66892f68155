"""Socket: data, its end, errors and 'close'; addresses, options of the transport, idle time, ref and unref."""

from __future__ import annotations

import errno
import gc
import weakref
from typing import Any

import pytest
from net.conftest import connectedPair

from nodecompat import AbortController, errors, net
from nodecompat.net.options import AddressInfo
from nodecompat.reactor.loop import activity
from nodecompat.testing import Network, Peer

Pair = tuple[net.Socket, Peer]


def codes(log: list[Any]) -> list[Any]:
    """The log with errors as their codes."""
    return [tuple(getattr(part, "code", part) for part in each) if isinstance(each, tuple) else each for each in log]


# -- data


def testEcho(wire: Network) -> None:
    server = net.createServer(lambda socket: socket.on("data", socket.write))
    server.listen(8124)
    peer = wire.connect(8124)
    peer.send(b"ping")
    wire.run()
    assert peer.received == b"ping"
    peer.end()
    wire.run()
    server.close()


def testDataIsBytes(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "data")
    peer.send(b"ab")
    wire.run()
    assert log == [("data", b"ab")]
    assert socket.bytesRead == 2


def testEncoding(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.setEncoding("utf8"), "data")
    peer.send("é€".encode()[:3])
    wire.run()
    peer.send("é€".encode()[3:])
    wire.run()
    assert log == [("data", "é"), ("data", "€")]


def testPausedSocketStopsTheHandle(wire: Network, pair: Pair) -> None:
    """Up to the high-water mark data is taken; then the kernel keeps it, and the peer feels it."""
    socket, peer = pair
    socket.pause()
    wire.capacity = 1 << 20
    peer.send(bytes(1 << 20))
    wire.run()
    assert 64 * 1024 <= socket.readableLength <= 128 * 1024
    taken: list[bytes] = []
    socket.on("data", taken.append)
    socket.resume()
    wire.run()
    assert len(b"".join(taken)) == 1 << 20


def testReadInsteadOfFlow(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    socket.on("readable", lambda: log.append(socket.read()))
    peer.send(b"abc")
    wire.run()
    assert log[0] == b"abc"


def testWriteReturnsFalseFromTheMarkOnAndDrains(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    peer.pause()
    log.watch(socket, "drain")
    log.append(socket.write(bytes(64 * 1024)))  # what the fake kernel holds
    log.append(socket.write(bytes(70 * 1024)))
    wire.run()
    assert log == [True, False]
    assert socket.writableLength == 70 * 1024
    peer.resume()
    wire.run()
    assert log == [True, False, "drain"]
    assert len(peer.received) == 134 * 1024
    assert socket.bytesWritten == 134 * 1024


def testWriteCallbacksComeInOrder(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    socket.write("a", log.note("a"))
    socket.write(b"b", log.note("b"))
    socket.end("c", log.note("end"))
    wire.run()
    assert log == ["a", "b", "end"]
    assert peer.received == b"abc" and peer.ended


def testCorkedWritesGoOutTogether(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    socket.cork()
    for part in (b"a", b"b", b"c"):
        socket.write(part)
    wire.run()
    assert peer.received == b""
    socket.uncork()
    wire.run()
    assert peer.received == b"abc"


def testASubclassSeesItsWrites(wire: Network, log: Any) -> None:
    """The fast path must not go round an override."""

    class Shouting(net.Socket):
        def _write(self, chunk: Any, encoding: Any, callback: Any) -> None:
            super()._write(chunk.upper(), encoding, callback)

    server = wire.listen(8124)
    socket = Shouting().connect(8124, "127.0.0.1")
    wire.run()
    socket.write(b"quiet", log.note("written"))
    wire.run()
    assert (server.peers[0].received, log) == (b"QUIET", ["written"])
    socket.destroy()
    server.close()


@pytest.mark.parametrize("name", ["emit", "push"])
@pytest.mark.parametrize("onInstance", [False, True])
def testWhoWatchesTheDataSeesIt(wire: Network, monkeypatch: pytest.MonkeyPatch, name: str, onInstance: bool) -> None:
    """An `emit` or `push` of somebody else's, as instrumentation puts in place."""
    seen: list[Any] = []
    real = getattr(net.Socket, name)

    def watching(self: net.Socket, *args: Any) -> Any:
        seen.append(args)
        return real(self, *args)

    if not onInstance:
        monkeypatch.setattr(net.Socket, name, watching)
    server = wire.listen(8124)
    socket = net.Socket()
    if onInstance:
        setattr(socket, name, lambda *args: watching(socket, *args))
    socket.on("data", lambda data: None)
    socket.connect(8124, "127.0.0.1")
    wire.run()
    server.peers[0].send(b"abc")
    wire.run()
    assert (("data", b"abc") if name == "emit" else (b"abc",)) in seen
    socket.destroy()
    server.close()


def testPushOfTheEndInADataListener(wire: Network, pair: Pair, log: Any) -> None:
    """Reading stops then: later data is no error."""
    socket, peer = pair
    log.watch(socket, "data", "end", "error")
    socket.on("data", lambda: socket.push(None))
    peer.send(b"abc")
    wire.run()
    peer.send(b"def")
    wire.run()
    assert log == [("data", b"abc"), "end"]


def testWriteBeforeTheConnectionWaits(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = net.connect(8124, "127.0.0.1", log.note("connect"))
    assert socket.write("a", log.note("a")) is True
    socket.write("b", log.note("b"))
    assert (socket.bytesWritten, socket.writableLength) == (2, 2)
    log.watch(socket, "ready")
    wire.run()
    assert log == ["connect", "a", "ready", "b"]
    assert server.peers[0].received == b"ab"
    socket.destroy()
    server.close()


def testEndBeforeTheConnectionWaits(wire: Network) -> None:
    server = wire.listen(8124)
    socket = net.connect(8124, "127.0.0.1")
    socket.end()
    wire.run()
    assert server.peers[0].ended
    server.close()
    socket.destroy()


# -- errors


def testReadError(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "error", "close")
    peer.reset()
    wire.run()
    assert codes(log) == [("error", "ECONNRESET"), ("close", True)]
    error = log[0][1]
    assert isinstance(error, ConnectionResetError)
    assert (error.message, error.syscall, error.errno) == ("read ECONNRESET", "read", errno.ECONNRESET)


def testWriteError(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "error", "close")
    wire.fail("write", -errno.EPIPE, socket._handle)
    socket.write(b"x", log.note("callback"))
    assert log == []
    wire.run()
    assert codes(log) == [("callback", "EPIPE"), ("error", "EPIPE"), ("close", True)]
    assert log[0][1].message == "write EPIPE"


def testAWriteThatNobodyAsksAboutFailsInTheSameOrder(wire: Network, pair: Pair, log: Any) -> None:
    """Bytes without a callback go past the stream's state; what comes of them is what comes of all others."""
    socket, _peer = pair
    log.watch(socket, "error", "close")
    wire.fail("write", -errno.EPIPE, socket._handle)
    log.append((socket.write(b"x"), socket.writableLength))
    socket.write(b"y", log.note("callback"))
    assert log == [(False, 0)]
    wire.run()
    assert codes(log) == [(False, 0), ("callback", "EPIPE"), ("error", "EPIPE"), ("close", True)]


class _Counting(net.Socket):
    """A program's own `_write`."""

    def _write(self, chunk: Any, encoding: Any, callback: Any) -> None:
        self.seen = [*getattr(self, "seen", ()), chunk]
        super()._write(chunk, encoding, callback)


@pytest.mark.parametrize("way", ["of its class", "its own"])
def testAProgramsWriteHookSeesEveryChunk(wire: Network, pair: Pair, way: str) -> None:
    socket, peer = pair
    seen: list[bytes] = []
    if way == "its own":
        write = socket._write
        socket._write = lambda *args: (seen.append(args[0]), write(*args))[1]  # type: ignore[method-assign]
    else:
        socket.__class__ = _Counting
    socket.write(b"a")
    socket.write(b"b")
    wire.run()
    assert (seen or socket.seen, peer.received) == ([b"a", b"b"], b"ab")


def testErrorOfAWriteUnderWay(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    peer.pause()
    log.watch(socket, "error", "close")
    socket.write(bytes(1 << 20), log.note("callback"))
    wire.run()
    wire.fail("onwrite", -errno.ECONNRESET, socket._handle)
    wire.run()
    assert codes(log) == [("callback", "ECONNRESET"), ("error", "ECONNRESET"), ("close", True)]
    assert log[0][1].message == "write ECONNRESET"


def testDestroyCutsAWriteOff(wire: Network, pair: Pair, log: Any) -> None:
    """The write under way and those behind it fail before 'close', and no 'error' is emitted."""
    socket, peer = pair
    peer.pause()
    log.watch(socket, "error", "close")
    socket.write(bytes(1 << 20), log.note("first"))
    socket.write(b"x", log.note("second"))
    socket.end(log.note("end"))
    socket.destroy()
    wire.run()
    cut = "ECANCELED"
    assert codes(log) == [("first", cut), ("second", cut), ("end", cut), ("close", False)]


def testWriteOnASocketWithoutConnection(wire: Network, log: Any) -> None:
    socket = log.watch(net.Socket(), "error", "close")
    socket.write("x", log.note("callback"))
    wire.run()
    assert codes(log) == [("callback", "ERR_SOCKET_CLOSED"), ("error", "ERR_SOCKET_CLOSED"), ("close", False)]


def testWriteBeforeAConnectionThatFails(wire: Network, log: Any) -> None:
    socket = log.watch(net.connect(1, "127.0.0.1"), "error", "close")
    socket.write("x", log.note("callback"))
    wire.run()
    assert codes(log) == [
        ("error", "ECONNREFUSED"),
        ("close", True),
        ("callback", "ERR_SOCKET_CLOSED_BEFORE_CONNECTION"),
    ]


def testWriteAfterThePeerHasEnded(wire: Network, pair: Pair, log: Any) -> None:
    """Without allowHalfOpen the socket ends by itself; a later write says whose doing that was."""
    socket, peer = pair
    log.watch(socket.resume(), "end", "error", "close")
    peer.end()
    socket.on("finish", lambda: socket.write("late", log.note("callback")))
    wire.run()
    assert codes(log)[:2] == ["end", ("callback", "EPIPE")]
    assert log[1][1].message == "This socket has been ended by the other party"


def testAnEndWithAChunkAfterThePeerHasEndedIsAWriteAfterEnd(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.resume(), "error")
    peer.end()
    socket.on("finish", lambda: socket.end("late", log.note("callback")))
    wire.run()
    assert codes(log) == [("error", "ERR_STREAM_WRITE_AFTER_END"), ("callback", "ERR_STREAM_WRITE_AFTER_END")]


def testWhatWaitedForAConnectionThatFailedCountsAsWritten(wire: Network) -> None:
    socket = net.connect(1, "127.0.0.1").on("error", lambda error: None)
    socket.write("abc")
    wire.run()
    assert socket.bytesWritten == 3


def testAWriteThatWasCutOffCountsAsWritten(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    socket.on("error", lambda error: None)
    socket.write("abc")
    wire.run()
    peer.pause()
    socket.write(bytes(1_000_000))
    wire.run()
    assert socket.bytesWritten == 1_000_003
    peer.reset()
    wire.run()
    assert socket.destroyed and socket.bytesWritten == 1_000_003


def testReadStartFails(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = log.watch(net.connect(8124, "127.0.0.1"), "error", "close")
    wire.fail("readStart", -errno.ENOMEM, socket._handle)
    wire.run()
    assert log[0][1].message == "read ENOMEM"
    server.close()


# -- the end


def testHalfOpen(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = net.connect(port=8124, host="127.0.0.1", allowHalfOpen=True)
    log.watch(socket.resume(), "end", "finish", "close")
    wire.run()
    server.peers[0].end()
    wire.run()
    assert (log, socket.readyState) == (["end"], "writeOnly")
    socket.end("later")
    wire.run()
    assert log == ["end", "finish", ("close", False)]
    assert server.peers[0].received == b"later"
    server.close()


def testEndWithoutReaderWhenNothingIsBuffered(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "end", "close")
    peer.end()
    wire.run()
    assert log == ["end", ("close", False)]


def testBufferedDataHoldsTheEndBack(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "end", "close")
    peer.send(b"x")
    peer.end()
    wire.run()
    assert log == []
    socket.resume()
    wire.run()
    assert log == ["end", ("close", False)]


def testReadyState(wire: Network, pair: Pair) -> None:
    assert net.Socket().readyState == "open"
    socket, _peer = pair
    assert (socket.readyState, socket.pending, socket.connecting) == ("open", False, False)
    socket.end()
    assert socket.readyState == "readOnly"
    socket.destroy()
    assert (socket.readyState, socket.pending, socket.destroyed) == ("closed", True, True)


def testCountersOutliveTheHandle(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    peer.send(b"abc")
    socket.write(b"de")
    wire.run()
    socket.destroy()
    wire.run()
    assert (socket.bytesRead, socket.bytesWritten) == (3, 2)


def testDestroyIsTheLastThingButClose(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    peer.send(b"a")
    log.watch(socket, "data", "end", "error", "close")
    socket.on("data", lambda: socket.destroy())
    wire.segment = 1
    peer.send(b"bcd")
    wire.run()
    assert log == [("data", b"a"), ("close", False)]


def testErrorAndCloseComeInThatOrder(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    boom = Exception("boom")
    log.watch(socket, "error", "close")
    socket.destroy(boom)
    socket.destroy(Exception("again"))
    assert log == []
    wire.run()
    assert log == [("error", boom), ("close", True)]


def testDestroySoonWritesEverythingFirst(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "finish", "close")
    socket.write(bytes(100_000))
    socket.destroySoon()
    wire.run()
    assert log == ["finish", ("close", False)]
    assert (len(peer.received), peer.ended) == (100_000, True)


def testDestroySoonAfterFinish(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    socket.end()
    wire.run()
    socket.destroySoon()
    assert socket.destroyed


def testResetAndDestroy(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "error", "close")
    assert socket.resetAndDestroy() is socket
    wire.run()
    assert (log, peer.error) == ([("close", False)], -errno.ECONNRESET)


def testResetBehindAnEndCloses(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "error", "close")
    socket.end()
    socket.resetAndDestroy()
    wire.run()
    assert (log, peer.error) == ([("close", False)], -errno.ECONNRESET)


def testResetWhileConnectingWaitsForTheConnection(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = log.watch(net.connect(8124, "127.0.0.1"), "connect", "ready", "close")
    socket.resetAndDestroy()
    assert not socket.destroyed
    wire.run()
    assert log == ["connect", "ready", ("close", False)]
    assert server.peers[0].error == -errno.ECONNRESET
    server.close()


def testResetWithoutHandle(wire: Network, log: Any) -> None:
    log.watch(net.Socket(), "error", "close").resetAndDestroy()
    wire.run()
    assert codes(log) == [("error", "ERR_SOCKET_CLOSED"), ("close", False)]


def testResetOfAUnixSocket(wire: Network) -> None:
    server = wire.listen("/run/x")
    socket = net.connect("/run/x")
    wire.run()
    with pytest.raises(errors.ERR_INVALID_HANDLE_TYPE):
        socket.resetAndDestroy()
    socket.destroy()
    server.close()


def testShutdownFailureIsNotTold(wire: Network, pair: Pair, log: Any) -> None:
    """As in Node, which looks for the trouble when it reads."""
    socket, _peer = pair
    log.watch(socket, "error", "finish")
    wire.fail("onshutdown", -errno.ECONNRESET, socket._handle)
    socket.end()
    wire.run()
    assert log == ["finish"]


def testShutdownThatIsRefused(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "error", "close")
    wire.fail("shutdown", -errno.EIO, socket._handle)
    socket.end()
    wire.run()
    assert log[0][1].message == "shutdown EIO"


# -- reconnecting


def testTheSameSocketConnectsAgain(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket, "connect", "ready", "data", "close")
    peer.send(b"abc")
    wire.run()
    socket.destroy()
    wire.run()
    assert log == [("data", b"abc"), ("close", False)]
    log.clear()
    server = wire.listen(9000)
    socket.connect(9000, "127.0.0.1")
    assert (socket.connecting, socket.destroyed, socket.bytesRead) == (True, False, 0)
    wire.run()
    server.peers[0].send(b"new")
    socket.write(b"hello")
    wire.run()
    assert log == ["connect", "ready", ("data", b"new")]
    assert (server.peers[0].received, socket.remotePort) == (b"hello", 9000)
    socket.destroy()
    server.close()


# -- how it is made


def testSignal(wire: Network, log: Any) -> None:
    controller = AbortController()
    server = wire.listen(8124)
    socket = log.watch(net.connect(port=8124, host="127.0.0.1", signal=controller.signal), "error", "close")
    wire.run()
    controller.abort()
    wire.run()
    assert codes(log) == [("error", "ABORT_ERR"), ("close", True)]
    assert isinstance(log[0][1], errors.AbortError) and socket.destroyed
    server.close()


def testSignalThatIsAbortedAlready(wire: Network, log: Any) -> None:
    controller = AbortController()
    controller.abort()
    log.watch(net.Socket(signal=controller.signal), "error", "close")
    wire.run()
    assert codes(log) == [("error", "ABORT_ERR"), ("close", False)]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"objectMode": True}, "The property 'options.objectMode' is not supported. Received true"),
        ({"readableObjectMode": True}, "The property 'options.readableObjectMode' is not supported. Received true"),
        ({"signal": 5}, 'The "signal" argument must be an instance of AbortSignal. Received type number (5)'),
        ({"blockList": 5}, 'The "options.blockList" property must be an net.BlockList. Received type number (5)'),
        ({"fd": "x"}, "The \"fd\" argument must be of type number. Received type string ('x')"),
        ({"fd": -1}, 'The value of "fd" is out of range. It must be >= 0 && <= 2147483647. Received -1'),
        ({"fd": 999}, "Unsupported fd type: UNKNOWN"),
        (
            {"typeOfService": 300},
            'The value of "options.typeOfService" is out of range. It must be >= 0 && <= 255. Received 300',
        ),
        (
            {"keepAliveInitialDelay": "x"},
            "The \"options.keepAliveInitialDelay\" property must be of type number. Received type string ('x')",
        ),
    ],
)
def testWrongOptions(wire: Network, options: Any, message: str) -> None:
    with pytest.raises(Exception) as caught:
        net.Socket(options)
    assert str(caught.value) == message


def testKeywordOptions(wire: Network) -> None:
    assert net.Socket(allowHalfOpen=True).allowHalfOpen is True
    assert net.Socket().allowHalfOpen is False


def testHighWaterMark(wire: Network) -> None:
    socket = net.Socket(highWaterMark=10)
    assert (socket.readableHighWaterMark, socket.writableHighWaterMark) == (10, 10)


def testAFaultDestroysTheSocketQuietly(wire: Network, pair: Pair, log: Any) -> None:
    """A listener raised and nobody took the error: `handle.onfault`."""
    socket, peer = pair
    log.watch(socket, "error", "close")
    socket._handle.onfault()
    wire.run()
    assert log == [("close", False)]
    assert peer.ended


def testEveryEventIsListed() -> None:
    assert {"close", "connect", "data", "drain", "end", "error", "lookup", "ready", "timeout"} <= set(
        net.Socket.__events__
    )


# -- addresses


def testAddresses(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    port = peer.stream.getpeername().port
    assert socket.address() == AddressInfo("127.0.0.1", "IPv4", port)
    assert (socket.localAddress, socket.localFamily, socket.localPort) == ("127.0.0.1", "IPv4", port)
    assert (socket.remoteAddress, socket.remoteFamily, socket.remotePort) == ("127.0.0.1", "IPv4", 8124)


def testNoAddressesWithoutConnection() -> None:
    socket = net.Socket()
    assert socket.address() == {}
    assert (socket.localAddress, socket.localFamily, socket.localPort) == (None, None, None)
    assert (socket.remoteAddress, socket.remoteFamily, socket.remotePort) == (None, None, None)


def testNoRemoteAddressWhileConnecting(wire: Network) -> None:
    server = wire.listen(8124)
    socket = net.connect(8124, "127.0.0.1")
    assert socket.remoteAddress is None
    wire.run()
    assert socket.remoteAddress == "127.0.0.1"
    socket.destroy()
    server.close()


def testThePeersAddressIsKnownAfterTheEndIfItWasAskedFor(wire: Network) -> None:
    asked, _ = connectedPair(wire)
    assert asked.remotePort == 8124
    unasked, _ = connectedPair(wire)
    asked.destroy()
    unasked.destroy()
    assert (asked.remotePort, unasked.remotePort) == (8124, None)
    assert asked.address() == {}


def testAUnixSocketHasNoAddress(wire: Network) -> None:
    server = wire.listen("/run/x")
    socket = net.connect("/run/x")
    wire.run()
    assert (socket.address(), socket.remoteAddress, socket.remotePort) == ({}, None, None)
    socket.destroy()
    server.close()


# -- options of the transport


def options(socket: net.Socket) -> dict[str, Any]:
    return dict(socket._handle.options)


def testNoDelay(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    assert socket.setNoDelay() is socket
    assert options(socket) == {"setNoDelay": True}
    socket.setNoDelay(False)
    assert options(socket) == {"setNoDelay": False}


def testOnlyChangesReachTheSystem(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    socket.setNoDelay(False).setTypeOfService(0x10)
    socket._handle.options.clear()
    socket.setTypeOfService(0x10)
    assert options(socket) == {}


def testOptionsBeforeTheConnectionAreApplied(wire: Network) -> None:
    server = wire.listen(8124)
    socket = net.connect(
        port=8124, host="127.0.0.1", noDelay=True, keepAlive=True, keepAliveInitialDelay=5500, typeOfService=8
    )
    wire.run()
    assert options(socket) == {"setNoDelay": True, "setKeepAlive": (True, 5000, 1000, 10), "setTypeOfService": 8}
    socket.destroy()
    server.close()


@pytest.mark.parametrize(
    "args, applied",
    [
        ((True,), (True, 0, 1000, 10)),
        ((True, 5999), (True, 5000, 1000, 10)),
        ((True, 500), (True, 0, 1000, 10)),
        ((True, 5000, 2000, 3), (True, 5000, 2000, 3)),
        ((True, 5000, 100, 3), (True, 5000, 0, 3)),
        ((True, "x"), (True, 0, 1000, 10)),
        (({"enable": True, "initialDelay": 7000, "interval": 2000, "count": 4},), (True, 7000, 2000, 4)),
        (({"initialDelay": 7000},), (False, 7000, 1000, 10)),
    ],
)
def testKeepAlive(wire: Network, pair: Pair, args: Any, applied: Any) -> None:
    """The kernel takes whole seconds; what is no number counts as none."""
    socket, _peer = pair
    assert socket.setKeepAlive(*args) is socket
    assert options(socket)["setKeepAlive"] == applied


def testTypeOfService(wire: Network, pair: Pair) -> None:
    fresh = net.Socket().setTypeOfService(5)
    assert (fresh.getTypeOfService(), net.Socket().getTypeOfService()) == (5, 0)
    socket, _peer = pair
    assert socket.setTypeOfService(0x10).getTypeOfService() == 0x10


def testTypeOfServiceFails(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    wire.fail("setTypeOfService", -errno.EPERM, socket._handle)
    with pytest.raises(PermissionError, match="setTypeOfService EPERM"):
        socket.setTypeOfService(3)


@pytest.mark.parametrize(
    "tos, code",
    [
        (-1, "ERR_OUT_OF_RANGE"),
        (256, "ERR_OUT_OF_RANGE"),
        ("a", "ERR_INVALID_ARG_TYPE"),
        (float("nan"), "ERR_INVALID_ARG_TYPE"),
    ],
)
def testWrongTypeOfService(tos: Any, code: str) -> None:
    with pytest.raises(Exception) as caught:
        net.Socket().setTypeOfService(tos)
    assert caught.value.code == code  # type: ignore[attr-defined]


def testWithoutSuchAnOption(wire: Network) -> None:
    """A Unix socket has no type of service; the value is only remembered."""
    server = wire.listen("/run/x")
    socket = net.connect("/run/x")
    wire.run()
    assert socket.setTypeOfService(3).getTypeOfService() == 3
    socket.setNoDelay().setKeepAlive(True).destroy()
    server.close()


# -- idle time


def testTimeout(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "timeout")
    assert socket.setTimeout(40, log.note("callback")) is socket
    assert socket.timeout == 40
    wire.advance(39)
    assert log == []
    wire.advance(1)
    assert log == ["timeout", "callback"]
    wire.advance(200)
    assert len(log) == 2, "not again without new activity"
    assert not socket.destroyed


def testActivityPutsTheTimeoutOff(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.resume(), "timeout").setTimeout(40)
    wire.advance(30)
    peer.send(b"x")
    wire.advance(30)
    socket.write(b"y")
    wire.advance(30)
    assert log == []
    wire.advance(10)
    assert log == ["timeout"]


def testActivityAfterATimeoutStartsItAnew(wire: Network, pair: Pair, log: Any) -> None:
    socket, peer = pair
    log.watch(socket.resume(), "timeout").setTimeout(40)
    wire.advance(50)
    peer.send(b"x")
    wire.advance(40)
    assert log == ["timeout", "timeout"]


def testProgressOfABigWriteIsActivity(wire: Network, pair: Pair, log: Any) -> None:
    """The peer takes it bit by bit: each look at the queue finds it shorter."""
    socket, peer = pair
    peer.pause()
    log.watch(socket, "timeout").setTimeout(40)
    socket.write(bytes(300_000))
    wire.run()
    peer.stream.inbound.take(1000)  # type: ignore[union-attr]
    socket._handle.writable()
    wire.advance(40)
    assert log == []
    wire.advance(40)
    assert log == ["timeout"]


def testZeroSwitchesTheTimeoutOff(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    callback = log.note("timeout")
    socket.setTimeout(40, callback)
    socket.setTimeout(0, callback)
    wire.advance(100)
    assert (log, socket.timeout, socket.listenerCount("timeout")) == ([], 0, 0)


def testATimeoutBeforeTheConnection(wire: Network, log: Any) -> None:
    wire.blackhole("10.0.0.1", 80)
    socket = log.watch(net.connect(port=80, host="10.0.0.1", timeout=40), "timeout")
    assert socket.timeout == 40
    wire.advance(40)
    assert log == ["timeout"] and socket.connecting
    socket.destroy()


def testDestroyStopsTheTimeout(wire: Network, pair: Pair, log: Any) -> None:
    socket, _peer = pair
    log.watch(socket, "timeout").setTimeout(40)
    socket.destroy()
    wire.advance(100)
    assert log == []
    assert socket.setTimeout(10) is socket


@pytest.mark.parametrize(
    "args, message",
    [
        (("x",), "The \"msecs\" argument must be of type number. Received type string ('x')"),
        ((-1,), 'The value of "msecs" is out of range. It must be a non-negative finite number. Received -1'),
        (
            (float("nan"),),
            'The value of "msecs" is out of range. It must be a non-negative finite number. Received NaN',
        ),
        ((10, "x"), "The \"callback\" argument must be of type function. Received type string ('x')"),
        ((0, 5), 'The "callback" argument must be of type function. Received type number (5)'),
    ],
)
def testWrongTimeout(args: Any, message: str) -> None:
    with pytest.raises(Exception) as caught:
        net.Socket().setTimeout(*args)
    assert str(caught.value) == message


def testATimeoutThatIsTooLongIsCut(wire: Network, log: Any) -> None:
    from nodecompat import process

    warned = log.watch(process, "warning")
    socket = net.Socket().setTimeout(2**33)
    wire.run()
    process.off("warning", warned.listeners("warning")[-1])
    assert (socket.timeout, log[0][1].name) == (2**33, "TimeoutOverflowWarning")
    socket.destroy()


# -- ref


def testAReadingSocketKeepsTheProgramAlive(wire: Network, pair: Pair) -> None:
    socket, peer = pair
    peer.stream.unref()
    assert activity.isAlive()
    assert socket.unref() is socket
    assert not activity.isAlive()
    socket.ref()
    assert activity.isAlive()
    socket.destroy()
    assert not activity.isAlive()


def testUnrefBeforeTheConnection(wire: Network) -> None:
    server = wire.listen(8124)
    server.server.unref()
    socket = net.Socket().unref()
    socket.connect(8124, "127.0.0.1")
    wire.run()
    assert not socket._handle.hasRef()
    socket.destroy()
    server.close()


def testBufferSize(wire: Network, pair: Pair) -> None:
    socket, _peer = pair
    assert (socket.bufferSize, net.Socket().bufferSize) == (0, None)


# -- memory


def testReferenceCountingFreesAFinishedConnection(wire: Network) -> None:
    """No cycle is left when both sides have ended: nothing waits for the garbage collector."""
    gone: list[weakref.ref[Any]] = []

    def onConnection(socket: net.Socket) -> None:
        gone.append(weakref.ref(socket))
        socket.setTimeout(5000)
        socket.on("data", lambda data: None)
        socket.once("end", lambda: None)
        socket.end("bye")

    server = net.createServer(onConnection).listen(8124)
    gc.collect()
    gc.disable()
    try:
        client = net.connect(8124, "127.0.0.1")
        gone.append(weakref.ref(client))
        client.resume().write("hello")
        del client
        wire.run()
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()
        server.close()


@pytest.mark.parametrize("how", ["destroySoon", "resetAndDestroy", "refused", "endPending"])
def testReferenceCountingFreesOtherEnds(wire: Network, how: str) -> None:
    server = wire.listen(8124)
    gc.collect()
    gc.disable()
    try:
        socket = net.connect(1 if how == "refused" else 8124, "127.0.0.1")
        socket.on("error", lambda error: None)
        socket.write("before", lambda error: None)
        if how == "endPending":
            socket.end()
            socket.destroy()
        elif how != "refused":
            wire.run()
            getattr(socket, how)()
            socket.destroy()
        gone = weakref.ref(socket)
        del socket
        wire.run()
        assert gone() is None
    finally:
        gc.enable()
        server.close()


def testConnectingMayBeSet():
    """As a plain attribute in Node: a socket over another transport says so that writes wait."""
    socket = net.Socket()
    socket.connecting = True
    assert socket.readyState == "opening" and socket.pending
    socket.connecting = False
    assert not socket.connecting and socket.readyState == "open" and socket.pending
