"""TLSHandle, beyond the contract of stream handles (tests/conformance): what a peer can do to it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from conformance.securing import serverContext
from OpenSSL import SSL

from nodecompat.reactor.tls.handle import TLSHandle
from nodecompat.reactor.tls.session import Session
from nodecompat.testing import Network, network

SERVER = serverContext()
CLIENT = SSL.Context(SSL.TLS_METHOD)


def accepted(net: Network, log: list[Any]) -> None:
    """A server of bare handles that shake hands, and log what becomes of it."""
    listener = net.tcpServer()
    listener.bind("127.0.0.1", 80)
    listener.listen(10)

    def onconnection(status: int, inner: Any) -> None:
        handle = TLSHandle(inner, Session(SERVER, True))
        handle.onsecure = lambda: log.append("secure")
        handle.onread = lambda data: log.append(data)
        handle.onreadend = lambda status: log.append(status)

        def onerror(failure: Any) -> None:
            log.append("error")
            handle.close()

        handle.onerror = onerror
        handle.start()
        handle.readStart()

    listener.onconnection = onconnection


def clientHello() -> bytes:
    session = Session(CLIENT, False)
    session.shakeHands()
    return session.take()


HELLO = clientHello()


@pytest.mark.parametrize("size", range(0, len(HELLO), 7))
def testAHelloThatIsCut(size: int) -> None:
    with network() as net:
        log: list[Any] = []
        accepted(net, log)
        peer = net.connect(80)
        peer.send(HELLO[:size])
        net.run()
        peer.close()
        net.run()
        assert log == [-4095]


def testMutatedHellos() -> None:
    """Nothing but an error and a closed connection, whatever comes: 2,000 here, more with tools."""
    chosen = random.Random(20261129)
    with network() as net:
        log: list[Any] = []
        accepted(net, log)
        for _ in range(2000):
            data = bytearray(HELLO)
            for _ in range(chosen.randint(1, 8)):
                data[chosen.randrange(len(data))] = chosen.randrange(256)
            peer = net.connect(80)
            peer.send(bytes(data))
            net.run()
            peer.close()
            net.run()
        assert set(log) <= {"error", -4095}
        assert len(log) == 2000


def testAWriteBeforeTheHandshakeWaits() -> None:
    with network() as net:
        log: list[Any] = []
        accepted(net, log)
        inner = net.tcp()
        handle = TLSHandle(inner, Session(CLIENT, False))
        assert handle.write(b"x") < 0  # it is not connected
        handle.onconnect = lambda status: handle.start()
        handle.onwrite = lambda status: log.append(("written", status))
        handle.connect("127.0.0.1", 80)
        net.run()
        assert handle.write(b"early") in (0, 1)
        net.run()
        assert b"early" in log
        handle.close()
        net.run()
