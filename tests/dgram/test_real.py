"""Datagram sockets where only the real kernel, or a whole program, can tell."""

from __future__ import annotations

import os
import socket as sockets
from typing import Any

import pytest
import pytest_twisted
from program import program
from transcript import Env

from nodecompat import dgram

HERE = "127.0.0.1"
check = pytest_twisted.ensureDeferred


@check
async def testADescriptorIsBoundAtOnce() -> None:
    env, log = Env(), []
    opened = sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
    opened.bind((HERE, 0))
    port = opened.getsockname()[1]
    socket = dgram.createSocket("udp4").unref()
    socket.on("listening", lambda: log.append("listening"))
    socket.bind({"fd": opened.detach()}, lambda: log.append("callback"))
    assert (log, socket.address().port, socket._handle_.hasRef()) == (["listening", "callback"], port, False)  # type: ignore[union-attr]
    socket.on("message", lambda data: log.append(data))
    socket.send("x", port, HERE)
    await env.until(lambda: b"x" in log)
    socket.close()
    await env.once(socket, "close")


def testADescriptorOfSomethingElse() -> None:
    read, write = os.pipe()
    socket = dgram.createSocket("udp4")
    for _ in range(2):
        with pytest.raises(TypeError, match="Unsupported fd type: PIPE"):
            socket.bind(fd=read)
    os.close(read)
    os.close(write)


def testALookupThatRaises() -> None:
    def lookup(*args: Any) -> None:
        raise LookupError("no")

    socket = dgram.createSocket("udp4", lookup=lookup)
    for _ in range(2):
        with pytest.raises(LookupError):
            socket.bind()


@check
async def testARefusalIsAnErrorEvent() -> None:
    env, gone = Env(), dgram.createSocket("udp4")
    port = gone.bindSync(address=HERE).port
    gone.close()
    await env.once(gone, "close")
    socket = dgram.createSocket("udp4")
    socket.connectSync(port, HERE)
    waiting = env.once(socket, "error")
    socket.send("x")
    (error,) = await waiting
    assert (error.code, error.syscall, str(error)) == ("ECONNREFUSED", "recvmsg", "recvmsg ECONNREFUSED")
    assert isinstance(error, ConnectionRefusedError)
    socket.close()
    await env.once(socket, "close")


def testAProgramEndsWhenItsSocketsAreClosed() -> None:
    code, out, err = program(
        """
from nodecompat import dgram
server, client = dgram.createSocket("udp4"), dgram.createSocket("udp4")
server.on("message", lambda data, info: server.send(b"re:" + data, info.port, info.address, lambda: server.close()))
client.on("message", lambda data: (print(data), client.close()))
server.bind(0, "127.0.0.1", lambda: client.send("hi", server.address().port))
run()
"""
    )
    assert (code, out, err) == (0, "b're:hi'\n", "")


def testASocketWithoutRefHoldsNoProgram() -> None:
    code, out, err = program(
        """
from nodecompat import dgram
socket = dgram.createSocket("udp4")
socket.bind(0, "127.0.0.1", lambda: (socket.unref(), print(process.getActiveResourcesInfo())))
run()
"""
    )
    assert (code, out, err) == (0, "[]\n", "")


def testABadDatagramEndsNoServer() -> None:
    """Outside `run()`, an exception in a listener is logged and the socket goes on."""
    code, out, err = program(
        """
from twisted.internet import reactor
from nodecompat import dgram
def read(data):
    print(data)
    if data == b"bad":
        raise ValueError("bad data")
    if data == b"end":
        socket.close(reactor.stop)
socket = dgram.createSocket("udp4", read)
def send():
    for text in ("bad", "good", "end"):
        socket.send(text, socket.address().port)
socket.bind(0, "127.0.0.1", send)
reactor.run()
"""
    )
    assert "ValueError: bad data" in err
    assert (code, out) == (0, "b'bad'\nb'good'\nb'end'\n")
