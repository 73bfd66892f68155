"""Pausing the socket of a server's connection from a program: what Node 26 does, recorded from it.

The parser is fed by the handle, and must stop all the same. Node lets go on in three cases that a program may not
expect: the end of a message, a request that is read, and the first tick of a connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from web import Web, web

from nodecompat.reactor.loop import ticks
from nodecompat.timers import setImmediate, setTimeout

GET = b"GET /N HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
Handler = Callable[[Any, Any, Web], Any]


def reads(req: Any, res: Any, it: Web) -> None:
    """Log the body, and answer at its end."""
    req.on("data", lambda chunk: it.log.append(chunk.decode()))
    req.on("end", lambda: (it.log.append("end"), res.end("ok")))


def resumes(socket: Any, it: Web, delay: float) -> None:
    setTimeout(lambda: (it.log.append("resume"), socket.resume()), delay)


def answers(res: Any, it: Web) -> None:
    it.log.append("answer")
    res.end("ok")


def pausedFirst(req: Any, res: Any, it: Web) -> None:
    req.socket.pause()
    reads(req, res, it)


def pausedLater(req: Any, res: Any, it: Web) -> None:
    reads(req, res, it)
    setTimeout(lambda: (req.socket.pause(), it.log.append(f"paused {req.socket.isPaused()}")), 10)


def readLater(req: Any, res: Any, it: Web) -> None:
    req.socket.pause()
    setTimeout(lambda: (it.log.append(f"paused {req.socket.isPaused()}"), reads(req, res, it)), 100)


def resumedLater(req: Any, res: Any, it: Web) -> None:
    reads(req, res, it)
    setTimeout(lambda: (req.socket.pause(), resumes(req.socket, it, 60)), 10)


def pausedInData(req: Any, res: Any, it: Web) -> None:
    reads(req, res, it)
    req.on("data", lambda chunk: req.socket.pause())


def pausedAndAnswered(req: Any, res: Any, it: Web) -> None:
    req.socket.pause()
    res.end("ok")


def pausedBehindTheAnswer(req: Any, res: Any, it: Web) -> None:
    socket = req.socket
    res.end("ok", lambda: (it.log.append("finish"), socket.pause()))


def pausedInTheNextTurn(req: Any, res: Any, it: Web) -> None:
    socket = req.socket
    res.end("ok")
    setImmediate(socket.pause)


def resumedAfterAWhile(req: Any, res: Any, it: Web) -> None:
    pausedInTheNextTurn(req, res, it)
    if it.log == ["/N"]:
        resumes(req.socket, it, 100)


def answeredLater(req: Any, res: Any, it: Web) -> None:
    req.socket.pause()
    setTimeout(lambda: answers(res, it), 50)


def pausedAndAnsweredLater(req: Any, res: Any, it: Web) -> None:
    setTimeout(req.socket.pause, 5)
    setTimeout(lambda: answers(res, it), 100)


def play(handler: Handler, *segments: bytes, onConnection: Any = None) -> list[Any]:
    """What is logged when segments come 30 ms apart; at the end the number of answers."""

    def logged(req: Any, res: Any, it: Web) -> None:
        it.log.append(req.url)
        handler(req, res, it)

    with web(logged) as it:
        if onConnection is not None:
            it.server.on("connection", lambda socket: onConnection(socket, it))
        peer = it.connect()
        it.net.advance(5)
        for segment in segments:
            peer.send(segment)
            it.net.advance(30)
        it.net.advance(90)
        it.log.append(peer.received.count(b"HTTP/1.1 200"))
        return it.log


@pytest.mark.parametrize(
    "handler, segments, log",
    [
        (pausedFirst, [POST + b"0123456789"], ["/p", "0123456789", "end", 1]),
        (pausedFirst, [POST, b"01234", b"56789"], ["/p", "01234", "56789", "end", 1]),
        (pausedLater, [POST, b"01234", b"56789"], ["/p", "paused True", 0]),
        (readLater, [POST, b"01234", b"56789"], ["/p", "paused True", "0123456789", "end", 1]),
        (resumedLater, [POST, b"01234", b"56789"], ["/p", "resume", "0123456789", "end", 1]),
        (pausedInData, [POST, b"01234", b"56789"], ["/p", "01234", "56789", "end", 1]),
        (pausedAndAnswered, [GET * 3, GET, GET], ["/N"] * 5 + [5]),
        (pausedBehindTheAnswer, [GET] * 3, ["/N", "finish", 1]),
        (pausedInTheNextTurn, [GET] * 3, ["/N", 1]),
        (resumedAfterAWhile, [GET] * 3, ["/N", "resume", "/N", "/N", 3]),
        (answeredLater, [GET] * 3, ["/N", "/N", "answer", "/N", "answer", "answer", 3]),
        (pausedAndAnsweredLater, [GET] * 3, ["/N", "answer", 1]),
    ],
)
def testPause(handler: Handler, segments: list[bytes], log: list[Any]) -> None:
    assert play(handler, *segments) == log


def pausedAtOnce(socket: Any, it: Web) -> None:
    socket.pause()


def pausedATickLater(socket: Any, it: Web) -> None:
    ticks.nextTick(socket.pause)


def pausedForAWhile(socket: Any, it: Web) -> None:
    setTimeout(lambda: (socket.pause(), it.log.append("pause"), resumes(socket, it, 50)), 1)


@pytest.mark.parametrize(
    "onConnection, log",
    [
        (pausedAtOnce, ["/N", "/N", 2]),
        (pausedATickLater, [0]),
        (pausedForAWhile, ["pause", "resume", "/N", "/N", 2]),
    ],
)
def testPauseOfANewConnection(onConnection: Any, log: list[Any]) -> None:
    assert play(lambda req, res, it: res.end("ok"), GET, GET, onConnection=onConnection) == log


def testAPeerWaitsWhileItsSocketIsPaused() -> None:
    """What it sends stays in the kernel, not in our memory."""
    with web(lambda req, res, it: (it.log.append(req), setTimeout(req.socket.pause, 5))) as it:
        peer = it.connect()
        it.ask(POST.replace(b"10", b"10000000"), peer=peer)
        it.net.advance(10)
        peer.send(bytes(10_000_000))
        it.net.advance(10)
        assert it.log[0].readableLength == 0
        assert it.log[0].socket.bytesRead < 100
        it.log[0].resume()
        it.net.run()
        assert it.log[0].complete


def testFlowingOfTheSocket() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        socket = req.socket
        it.log += [socket.readableFlowing, socket.isPaused()]
        socket.pause()
        it.log += [socket.readableFlowing, socket.isPaused()]

    with web(handler) as it:
        it.ask(GET)
        assert it.log == [True, False, False, True]


def testThePauseOfTheServerOutlivesAResumeOfTheProgram() -> None:
    """128 requests without an answer are enough, whoever resumes."""
    with web(lambda req, res, it: it.log.append((req, res))) as it:
        it.ask(GET * 200)
        it.log[0][0].socket.pause()
        it.log[0][0].socket.resume()
        it.net.run()
        assert len(it.log) == 128
        for _, res in it.log:
            res.end("ok")
        it.net.run()
        assert len(it.log) == 200
