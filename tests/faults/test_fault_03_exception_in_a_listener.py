"""Fault 3: an exception in a listener; an 'error' that nobody listens for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
import pytest_twisted
from faultbed import criticalLog, echo, event, receive, serve, settled, until
from program import program

from nodecompat import events, http, net, process, queueMicrotask, stream, timers


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


def fail(*_: Any) -> None:
    raise ZeroDivisionError("mine")


async def failLater(*_: Any) -> None:
    await timers.promises.setTimeout(1)
    fail()


async def failAtOnce(*_: Any) -> None:
    fail()


#: How a listener, or what it begins, may raise.
WAYS: dict[str, Callable[..., Any]] = {
    "at once": fail,
    "in a tick": lambda *_: process.nextTick(fail),
    "in a tick of a tick": lambda *_: process.nextTick(process.nextTick, fail),
    "in a microtask": lambda *_: queueMicrotask(fail),
    "in a coroutine": failAtOnce,
    "in a coroutine, later": failLater,
    "in a coroutine begun in a tick, later": lambda *_: process.nextTick(failLater),
}


class _Raises(stream.Writable):
    def _write(self, chunk: Any, encoding: str, callback: Any) -> None:
        fail()


async def _iterate(socket: net.Socket, way: Any) -> None:
    async for _ in socket:
        fail()


async def _awaitAnEvent(socket: net.Socket, way: Any) -> None:
    await events.once(socket, "data")
    fail()


#: Where: each prepares the server's side of a connection so that `way` is called when its peer has sent something.
PLACES: dict[str, Callable[[Any, Any], Any]] = {
    "data": lambda each, way: each.on("data", way),
    "readable": lambda each, way: each.once("readable", way),
    "end": lambda each, way: each.resume().on("end", way),
    "timeout": lambda each, way: each.resume().setTimeout(1).once("timeout", way),
    "the callback of setTimeout": lambda each, way: each.resume().setTimeout(1, way),
    "pause": lambda each, way: each.on("pause", way).on("data", lambda data: each.pause()),
    "the callback of write": lambda each, way: each.on("data", lambda data: each.write(data, way)),
    "the callback of end": lambda each, way: each.on("data", lambda data: each.end(data, way)),
    "finish": lambda each, way: each.on("finish", way).on("data", lambda data: each.end(data)),
    "error": lambda each, way: each.on("error", way).on("data", lambda data: each.destroy(ValueError())),
    "the callback of finished": lambda each, way: stream.finished(each.resume(), {"writable": False}, way),
    "the callback of pipeline": lambda each, way: stream.pipeline(each, stream.PassThrough(), each, way),
}
#: Those that have a way of their own.
ALONE: dict[str, Callable[[Any, Any], Any]] = {
    "_write of the destination of pipe": lambda each, way: each.pipe(_Raises()),
    "async for": _iterate,
    "an awaited event": _awaitAnEvent,
}


@pytest.mark.parametrize(
    ("place", "way"), [*((place, way) for place in PLACES for way in WAYS), *((place, "at once") for place in ALONE)]
)
@pytest_twisted.ensureDeferred
async def testEverywhere(place: str, way: str) -> None:
    """Logged once, and the connection that it came from is given up: its peer does not wait for ever."""
    prepare = {**PLACES, **ALONE}[place]
    bed = await serve(lambda each: prepare(each, WAYS[way]), allowHalfOpen=True)
    with criticalLog() as logged:
        ours, peer = await bed.pair()
        peer.send(b"x")
        if place in ("end", "the callback of finished", "the callback of pipeline"):
            peer.shutdown(socket.SHUT_WR)
        await until(lambda: logged and ours.destroyed)
        await bed.close()
    assert [str(error) for error in logged] == ["mine"]


@pytest_twisted.ensureDeferred
async def testATimerBelongsToNobody() -> None:
    """It may outlive what began it: only logged. So are an immediate, the answer of a thread, a Deferred's callback."""
    bed = await serve(lambda each: each.on("data", lambda data: timers.setTimeout(fail, 1)))
    with criticalLog() as logged:
        ours, peer = await bed.pair()
        peer.send(b"x")
        await until(lambda: logged)
        await settled()
        assert not ours.destroyed
    await bed.close()


#: What raises in an http server: (the event, a way), or a request listener.
REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
HTTP_PLACES: dict[str, Callable[[Any, Any], Any]] = {
    "request": lambda server, way: server.on("request", way),
    "checkContinue": lambda server, way: server.on("checkContinue", way),
    "checkExpectation": lambda server, way: server.on("checkExpectation", way),
    "data": lambda server, way: server.on("request", lambda req, res: req.on("data", way)),
    "end": lambda server, way: server.on("request", lambda req, res: req.resume().on("end", way)),
    "readable": lambda server, way: server.on("request", lambda req, res: req.once("readable", way)),
    "timeout": lambda server, way: server.on("request", lambda req, res: res.setTimeout(1, way)),
}
EXPECTATIONS = {"checkContinue": b"Expect: 100-continue\r\n", "checkExpectation": b"Expect: more\r\n"}


@pytest.mark.parametrize(("place", "way"), [(place, way) for place in HTTP_PLACES for way in WAYS])
@pytest_twisted.ensureDeferred
async def testARequestOfWhichNothingWasAnswered(place: str, way: str) -> None:
    """It gets a 500, whichever way its listener raised; then the connection ends."""
    server = http.createServer()
    HTTP_PLACES[place](server, WAYS[way])
    logged, answer = await ask(server, REQUEST.replace(b"Host", EXPECTATIONS.get(place, b"") + b"Host"))
    assert logged == ["mine"]
    head = answer.split(b"\r\n")
    assert head[0] == b"HTTP/1.1 500 Internal Server Error" and b"Connection: close" in head
    assert answer.endswith(b"Internal Server Error")


@pytest.mark.parametrize("way", WAYS)
@pytest_twisted.ensureDeferred
async def testARequestOfWhichSomethingWasAnswered(way: str) -> None:
    """The connection is destroyed: the client can tell that the response is not complete."""

    def onRequest(req: Any, res: Any) -> Any:
        res.writeHead(200, {"X-Mine": "1"})
        res.write("a part")
        return WAYS[way](req, res)

    logged, answer = await ask(http.createServer(onRequest))
    assert logged == ["mine"]
    assert answer == b"" or (answer.startswith(b"HTTP/1.1 200 OK") and not answer.endswith(b"0\r\n\r\n"))


@pytest.mark.parametrize("way", WAYS)
@pytest_twisted.ensureDeferred
async def testAnAnswerThatIsCompleteStands(way: str) -> None:
    def onRequest(req: Any, res: Any) -> Any:
        res.end("whole")
        return WAYS[way](req, res)

    logged, answer = await ask(http.createServer(onRequest), connection=b"close")
    assert logged == ["mine"]
    assert answer.startswith(b"HTTP/1.1 200 OK") and answer.endswith(b"whole")


@pytest_twisted.ensureDeferred
async def testTheNextRequestIsNotBlamed() -> None:
    """A coroutine that fails when its response is long complete: its connection may serve another one."""

    async def onRequest(req: Any, res: Any) -> Any:
        if req.url == "/next":
            res.end("next")
            return
        res.end("first")
        await timers.promises.setTimeout(1)
        fail()

    server = http.createServer(onRequest)
    server.listen(0)
    await event(server, "listening")
    with criticalLog() as logged, socket.create_connection(("127.0.0.1", server.address().port)) as client:
        client.setblocking(False)
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: logged)
        client.sendall(b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await receive(client, 1 << 16)).endswith(b"next")
    await event(server.close(), "close")


@pytest_twisted.ensureDeferred
async def testOnlyTheRequestThatFailedGetsThe500() -> None:
    """Pipelined behind one that is still being answered."""
    waiting: list[Any] = []

    def onRequest(req: Any, res: Any) -> None:
        if req.url == "/bad":
            timers.setTimeout(lambda: waiting[0].end("good"), 1)
            fail()
        waiting.append(res)

    both = b"GET /good HTTP/1.1\r\nHost: a\r\n\r\nGET /bad HTTP/1.1\r\nHost: a\r\n\r\n"
    logged, answer = await ask(http.createServer(onRequest), both)
    assert logged == ["mine"]
    assert next(line for line in answer.split(b"\r\n") if b"HTTP/1.1" in line) == b"HTTP/1.1 200 OK"
    assert b"goodHTTP/1.1 500 " in answer


@pytest.mark.parametrize("name", ["upgrade", "connect", "clientError", "connection", "timeout"])
@pytest.mark.parametrize("way", ["at once", "in a tick", "in a coroutine", "in a coroutine, later"])
@pytest_twisted.ensureDeferred
async def testWhereThereIsNoResponse(name: str, way: str) -> None:
    """The connection is destroyed."""
    server = http.createServer()
    server.on(name, WAYS[way])
    if name == "timeout":
        server.setTimeout(1)
    first = {"connect": b"CONNECT a:1", "clientError": b"?", "timeout": b"", "connection": b""}.get(name, b"GET /")
    more = b"Connection: upgrade\r\nUpgrade: x\r\n" if name == "upgrade" else b""
    logged, answer = await ask(server, first and first + b" HTTP/1.1\r\n" + more + b"Host: a\r\n\r\n")
    assert (logged[0], answer) == ("mine", b"")


@pytest.mark.parametrize("place", ["response", "data", "end"])
@pytest.mark.parametrize("way", WAYS)
@pytest_twisted.ensureDeferred
async def testInAnHttpClientsListener(place: str, way: str) -> None:
    server = http.createServer(lambda req, res: res.write("a part") if place == "data" else res.end("whole"))
    server.listen(0)
    await event(server, "listening")
    with criticalLog() as logged:
        req = http.get({"port": server.address().port, "agent": False})
        if place == "response":
            req.on("response", WAYS[way])
        else:
            req.on("response", lambda res: res.resume().on(place, WAYS[way]))
        used = await event(req, "socket")
        await until(lambda: logged and used.destroyed)
    assert [str(error) for error in logged] == ["mine"]
    server.closeAllConnections()
    await event(server.close(), "close")


async def ask(server: Any, request: bytes = REQUEST, connection: bytes = b"keep-alive") -> tuple[list[str], bytes]:
    """What a raw client gets until the connection ends, and what was logged."""
    server.listen(0)
    await event(server, "listening")
    with criticalLog() as logged, socket.create_connection(("127.0.0.1", server.address().port)) as client:
        client.setblocking(False)
        client.sendall(
            request.replace(b"Host: a", b"Host: a\r\nConnection: " + connection, 1 if connection == b"close" else 0)
        )
        answer = await receive(client, 1 << 16)
        await until(lambda: logged)
    await event(server.close(), "close")
    return [str(error) for error in logged], answer


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
