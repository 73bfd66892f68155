"""Fault 3: an exception in a listener; an 'error' that nobody listens for."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import pytest_twisted
from faultbed import criticalLog, echo, event, receive, serve, until
from program import program

from nodecompat import http, net, process, timers


@pytest.mark.parametrize("name", ["data", "end", "close", "drain", "finish"])
@pytest_twisted.ensureDeferred
async def testInASocketsListener(name: str) -> None:
    """Logged as critical; that connection is given up, the server lives."""

    def onConnection(each: net.Socket) -> None:
        echo(each)
        if each.remotePort == raising:
            each.on(name, fail)

    def fail() -> None:
        raise ZeroDivisionError(name)

    raising = 0
    bed = await serve(onConnection)
    with criticalLog() as logged:
        peer = __import__("socket").socket()
        peer.bind(("127.0.0.1", 0))
        raising = peer.getsockname()[1]
        peer.connect(("127.0.0.1", bed.port))
        peer.setblocking(False)
        bed.peers.append(peer)
        await until(lambda: bed.sockets)
        [ours] = bed.sockets
        if name == "drain":
            ours.write(bytes(10 << 20))
            while not logged:
                await receive(peer, 1 << 18)
        else:
            peer.send(b"x")
            await receive(peer, 1)
            peer.shutdown(1)
        await until(lambda: logged and ours.destroyed)
    assert [type(error) for error in logged] == [ZeroDivisionError]
    assert await bed.echoes()
    await bed.close()


@pytest_twisted.ensureDeferred
async def testInTheConnectionListener() -> None:
    count = 0

    def onConnection(each: net.Socket) -> None:
        nonlocal count
        count += 1
        if count == 1:
            raise ZeroDivisionError
        echo(each)

    bed = await serve(onConnection)
    with criticalLog() as logged:
        peer = bed.connect()
        assert await receive(peer, 1) == b"", "it is closed, not left hanging"
    assert [type(error) for error in logged] == [ZeroDivisionError]
    assert await bed.echoes()
    await bed.close()


@pytest.mark.parametrize("how", ["end of the request", "tick", "coroutine", "coroutine, later"])
@pytest_twisted.ensureDeferred
async def testInAnHttpServersListener(how: str) -> None:
    """The client is not left waiting for a response that never comes."""

    def fail() -> None:
        raise ZeroDivisionError(how)

    def onRequest(request: Any, response: Any) -> None:
        if how == "tick":
            process.nextTick(fail)
        else:
            request.resume().on("end", fail)

    async def onRequestAsync(request: Any, response: Any) -> None:
        if how.endswith("later"):
            await timers.promises.setTimeout(1)
        fail()

    server = http.createServer(onRequestAsync if how.startswith("coroutine") else onRequest)
    server.listen(0)
    with criticalLog() as logged, socket.create_connection(("127.0.0.1", server.address().port)) as client:
        client.setblocking(False)
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await receive(client, 1) == b"", "it is closed, not left hanging"
    assert [str(error) for error in logged] == [how]
    await event(server.close(), "close")


@pytest_twisted.ensureDeferred
async def testAnErrorWithoutListener() -> None:
    bed = await serve("echo")
    ours, _peer = await bed.pair()
    ours.removeAllListeners("error")
    with criticalLog() as logged:
        closed = event(ours, "close")
        ours.destroy(ZeroDivisionError("boom"))
        assert await closed is True
    assert [str(error) for error in logged] == ["boom"]
    assert await bed.echoes()
    await bed.close()


@pytest_twisted.ensureDeferred
async def testAnUncaughtExceptionListenerTakesIt() -> None:
    caught: list[Any] = []

    def onConnection(each: net.Socket) -> None:
        echo(each)
        each.on("data", lambda data: 1 // 0)

    bed = await serve(onConnection)
    process.on("uncaughtException", caught.append)
    try:
        with criticalLog() as logged:
            ours, peer = await bed.pair()
            peer.send(b"x")
            await until(lambda: caught)
    finally:
        process.off("uncaughtException", caught.append)
    assert logged == [] and isinstance(caught[0], ZeroDivisionError)
    assert not ours.destroyed, "as in Node: whoever takes the error decides what becomes of the connection"
    await bed.close()


def testAProgramOfItsOwnEndsAsInNode() -> None:
    """Under `run()` an uncaught exception ends the program with code 1."""
    code, _out, err = program(
        """
from nodecompat import net
server = net.createServer(lambda socket: fail("boom"))
server.listen(0, "127.0.0.1", lambda: net.connect(server.address().port, "127.0.0.1"))
run()
"""
    )
    assert code == 1 and "ValueError: boom" in err
