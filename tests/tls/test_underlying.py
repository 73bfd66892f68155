"""A Duplex as a stream handle: the contract that TLS needs of it."""

from __future__ import annotations

import errno
from typing import Any

from nodecompat.reactor.handle import EOF, PENDING, UNSUPPORTED
from nodecompat.stream import Duplex, duplexPair
from nodecompat.testing import network
from nodecompat.tls.underlying import UnderlyingStream


def logged(stream: Any) -> tuple[UnderlyingStream, list[Any]]:
    handle, log = UnderlyingStream(stream), []  # type: ignore[var-annotated]
    for name in ("onread", "onreadend", "onwrite", "onshutdown", "onclose"):
        setattr(handle, name, lambda *args, name=name: log.append((name, *args)))
    return handle, log


def testDataAndItsEnd() -> None:
    with network() as net:
        one, other = duplexPair()
        handle, log = logged(one)
        handle.readStart()
        other.end(b"abc")
        net.run()
        assert log == [("onread", b"abc"), ("onreadend", EOF)]


def testAnAnswerInsideWriteComesLater() -> None:
    """No handle calls back into its caller."""
    with network() as net:
        one, other = duplexPair()
        other.on("data", lambda data: other.write(data.upper()))
        handle, log = logged(one)
        handle.readStart()
        net.run()
        status = handle.write(b"abc")
        assert log == []
        net.run()
        assert ("onread", b"ABC") in log and (status == 0 or (status == PENDING and ("onwrite", 0) in log))


def testAWriteThatFails() -> None:
    with network() as net:
        stream = Duplex(read=lambda self, n: None, write=lambda self, c, e, done: done(OSError(errno.EIO, "no")))
        stream.on("error", lambda error: None)
        handle, log = logged(stream)
        status = handle.write(b"abc")
        net.run()
        assert status == -errno.EIO or ("onwrite", -errno.EIO) in log
        assert handle.write(b"more") == -errno.EPIPE


def testCloseComesOnceAndOnlyWhenItWasAskedFor() -> None:
    with network() as net:
        one, _ = duplexPair()
        handle, log = logged(one)
        one.destroy()
        net.run()
        assert log == [("onreadend", EOF)]
        handle.close()
        net.run()
        assert log == [("onreadend", EOF), ("onclose",)] and handle.onclose is None


def testWhatADuplexHasNot() -> None:
    handle, _ = logged(duplexPair()[0])
    assert handle.fileno() == -1
    assert handle.setNoDelay(True) == handle.getTypeOfService() == UNSUPPORTED
    assert handle.getpeername() == handle.getsockname() == -errno.ENOTCONN
    assert handle.connect("127.0.0.1", 1) == -errno.EISCONN
    handle.ref()
    handle.unref()
