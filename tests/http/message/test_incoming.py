"""http.IncomingMessage."""

from __future__ import annotations

from typing import Any

import pytest
from web import GET, OK, Web, web

from nodecompat import http, net
from nodecompat.http.message.incoming import IncomingMessage, distinctHeaders, joinHeaders
from nodecompat.stream import destroy
from nodecompat.timers import setImmediate
from nodecompat.util import inspect

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"


def testFields() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log += [req.method, req.url, req.httpVersion, req.httpVersionMajor, req.httpVersionMinor]
        it.log += [req.complete, req.aborted, req.upgrade, req.statusCode, req.readable, req.readableFlowing]
        it.log += [req.connection is req.socket, res.req is req, req.readableLength, req.rawTrailers, req.trailers]
        res.end("ok")

    with web(handler) as it:
        it.ask(b"DELETE /x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert it.log[:8] == ["DELETE", "/x?y=1", "1.1", 1, 1, False, False, False]
        assert it.log[8:] == [None, True, None, True, True, 0, [], {}]


def testWhatIsWorkedOutCanBeSet() -> None:
    req = http.IncomingMessage(net.Socket())
    req.httpVersion = "1.0"
    assert (req.httpVersionMajor, req.httpVersionMinor, req.client is req.socket) == (1, 0, True)
    req.httpVersionMinor, req.client = 1, "mine"
    assert (req.httpVersion, req.httpVersionMajor, req.httpVersionMinor, req.client) == ("1.0", 1, 1, "mine")
    req.httpVersionMajor, req.connection = 2, "other"
    assert (req.httpVersionMajor, req.client, req.socket) == (2, "mine", "other")
    other = http.IncomingMessage()
    assert (other.httpVersionMajor, other.httpVersionMinor, other.client) == (None, None, None)


@pytest.mark.parametrize(
    "name, value",
    [
        ("complete", True),
        ("headers", {"a": "1"}),
        ("headersDistinct", {"a": ["1"]}),
        ("rawHeaders", ["A", "1"]),
        ("rawTrailers", ["A", "1"]),
        ("trailers", {"a": "1"}),
        ("trailersDistinct", {"a": ["1"]}),
    ],
)
def testWhatAMessageTellsCanBeSet(name: str, value: Any) -> None:
    message = http.IncomingMessage(net.Socket())
    assert getattr(message, name) in ({}, [], False)
    setattr(message, name, value)
    assert getattr(message, name) == value


def testHeadersAreJoinedByTheRulesOfEachName() -> None:
    raw = ["Host", "a", "X", "1", "x", "2", "Cookie", "a", "COOKIE", "b", "Set-Cookie", "s", "set-cookie", "t"]
    raw += ["Age", "1", "age", "2", "__proto__", "p"]
    assert joinHeaders(raw) == {
        "host": "a",
        "x": "1, 2",
        "cookie": "a; b",
        "set-cookie": ["s", "t"],
        "age": "1",
        "__proto__": "p",
    }
    assert distinctHeaders(raw)["age"] == ["1", "2"]
    assert distinctHeaders(raw)["__proto__"] == ["p"]


def testWhatDidNotComeIsNone() -> None:
    """As `undefined`: a server must not fail because a request lacks a header."""

    def handler(req: Any, res: Any, it: Web) -> None:
        records = [req.headers, req.headersDistinct, req.trailers, req.trailersDistinct]
        it.log += [each["range"] for each in records] + [http.STATUS_CODES[799]]
        it.log += ["range" in req.headers, req.headers.get("range", 1), req.headers == {"host": "a"}]
        del req.headers["range"], req.headers["host"]
        it.log += [dict(req.headers), inspect(req.headers), inspect(req.headersDistinct)]
        res.setHeader("A", 1)
        it.log += [res.getHeaders()["range"], inspect(res.getHeaders())]
        res.end("ok")

    with web(handler) as it:
        assert it.ask(GET).endswith(b"ok")
        assert it.log[:8] == [None, None, None, None, None, False, 1, True]
        assert it.log[8:11] == [{}, "{}", "[Object: null prototype] { host: [ 'a' ] }"]
        assert it.log[11:] == [None, "[Object: null prototype] { a: 1 }"]


def testTrailersComeAtTheEnd() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(dict(req.trailers))

        def onEnd() -> None:
            it.log.extend([req.trailers, req.trailersDistinct, req.rawTrailers])
            res.end("ok")

        req.on("end", onEnd)
        req.resume()

    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with web(handler) as it:
        it.ask(head, b"1\r\na\r\n0\r\nX: 1\r\nX: 2\r\n\r\n")
        assert it.log == [{}, {"x": "1, 2"}, {"x": ["1", "2"]}, ["X", "1", "X", "2"]]


def testBodyByEveryWayOfReading() -> None:
    async def byIteration(req: Any, res: Any) -> None:
        chunks = [chunk async for chunk in req]
        res.end(b"".join(chunks))

    def byReadable(req: Any, res: Any) -> None:
        def onReadable() -> None:
            chunk = req.read()
            if chunk is not None:
                res.write(chunk)

        req.on("readable", onReadable)
        req.on("end", res.end)

    def byPipe(req: Any, res: Any) -> None:
        req.pipe(res)

    def byText(req: Any, res: Any) -> None:
        req.setEncoding("utf8")
        req.on("data", lambda text: res.end(text + "!"))

    for handler in (byIteration, byReadable, byPipe, byText):
        with web(handler) as it:
            assert b"hello" in it.ask(POST + b"hello").replace(b"\r\n5\r\n", b"")
            assert b"he" in it.ask(POST, b"he", b"llo")


def testAListenerThatComesLateGetsTheEnd() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append((req, res))

    with web(handler) as it:
        it.ask(GET)
        req, res = it.log.pop()
        it.watch(req, "data", "end", "close")
        req.resume()
        it.net.run()
        assert it.log == ["end", "close"]
        assert req.destroyed
        res.end("ok")


def testARequestNobodyLooksAtIsOverWithItsAnswer() -> None:
    with web(lambda req, res, it: (it.log.append(req), res.end("ok"))) as it:
        it.ask(GET)
        req = it.log[0]
        assert not req._started_
        assert (req.complete, req.readableEnded, req.destroyed, req.closed) == (True, True, True, True)
        assert not req.aborted


def testAMessageThatIsReadHasNoHookForMissingAttributes() -> None:
    """With it every attribute of a response, or of a request with a body, would be read thirty times as slowly."""
    with web(lambda req, res, it: (it.log.append(req), req.on("data", print))) as it:
        it.ask(GET)
        req = it.log[0]
        assert type(req) is IncomingMessage
        assert not hasattr(IncomingMessage, "__getattr__")


def testARequestOfTheProgramsOwnClass() -> None:
    class Mine(IncomingMessage):
        pass

    with web(
        lambda req, res, it: (it.log.append(type(req)), it.watch(req, "end"), req.resume()), IncomingMessage=Mine
    ) as it:
        it.ask(GET)
        assert it.log == [Mine, "end"]


def testOrderOfTheLastEvents() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "end", "close", prefix="req ")
        it.watch(res, "prefinish", "finish", "close", prefix="res ")
        res.end("ok")

    with web(handler) as it:
        it.ask(GET)
        assert it.log == ["res prefinish", "res finish", "req end", "res close", "req close"]


def testDestroy() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "aborted", "close")
        req.on("error", lambda error: it.log.append(str(error)))
        req.destroy(ValueError("mine"))
        it.log.append(req.destroyed)

    with web(handler) as it:
        peer = it.connect()
        assert it.ask(GET, peer=peer) == b""
        assert it.log == ["aborted", True, "mine", "close"]
        assert peer.ended


def testSignal() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        assert req.signal is req.signal
        assert not req.signal.aborted
        req.signal.addEventListener("abort", lambda: it.log.append("abort"))
        it.watch(res, "close", prefix="res ")
        req.resume()
        if req.url == "/":
            res.end("ok")

    with web(handler) as it:
        peer = it.connect()
        assert it.ask(GET, peer=peer) == OK
        peer.close()
        it.net.run()
        assert it.log == ["res close"]
        peer = it.connect()
        it.ask(GET.replace(b"/ ", b"/wait "), peer=peer)
        peer.close()
        it.net.run()
        assert it.log[1:] == ["res close", "abort"]


def testSignalOfARequestThatIsCutOff() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        req.signal.addEventListener("abort", lambda: it.log.append("abort"))
        it.watch(req, "aborted", "close")
        req.on("error", lambda error: it.log.append(error.code))

    with web(handler) as it:
        peer = it.connect()
        it.ask(POST, peer=peer)
        peer.close()
        it.net.run()
        assert it.log == ["aborted", "abort", "ECONNRESET", "close"]


def testASignalAskedForTooLateIsAborted() -> None:
    with web(lambda req, res, it: it.log.append(req)) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.close()
        it.net.run()
        assert it.log[0].signal.aborted


def testSetTimeout() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        assert req.setTimeout(50, lambda: it.log.append("timeout")) is req

    with web(handler) as it:
        it.ask(POST)
        it.net.advance(60)
        assert it.log == ["timeout"]


def testMadeByHand() -> None:
    message = http.IncomingMessage(None)
    assert (message.headers, message.rawHeaders, message.method, message.readable) == ({}, [], None, True)
    message.headers = {"a": "b"}
    assert message.headers == {"a": "b"}
    assert not hasattr(message, "nonsense")


def testAbortedRequestWithoutListenersRaisesNothing() -> None:
    with web(lambda req, res, it: it.log.append(req)) as it:
        peer = it.connect()
        it.ask(POST + b"abc", peer=peer)
        peer.reset()
        it.net.run()
        assert (it.log[0].aborted, it.log[0].complete, it.log[0].destroyed) == (True, False, True)


@pytest.mark.parametrize("encoding", ["latin1", "hex"])
def testSetEncodingBeforeAnythingElse(encoding: str) -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        req.setEncoding(encoding)
        req.on("data", it.log.append)

    with web(handler) as it:
        it.ask(POST, b"hello")
        assert "".join(it.log) == {"latin1": "hello", "hex": "68656c6c6f"}[encoding]


def testWhoeverDestroysTheRequestMayListenAfterwards() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        destroy(req)
        req.on("error", lambda error: it.log.append(error.name))
        req.on("close", lambda: (it.log.append("close"), res.end("still answered")))

    with web(handler) as it:
        assert it.ask(POST, b"hello").endswith(b"still answered")
        assert it.log == ["AbortError", "close"]


def testWhatIsLeftOfADumpedRequestHasNoListeners() -> None:
    """The pipe waits for 'drain' of a response that has ended; whoever read beside it must not start it again."""

    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "resume", "pause", "end")
        it.watch(res, "finish", "error")

        def begin() -> None:
            req.pipe(res)
            res.end("abc")
            req.on("data", lambda chunk: None)

        setImmediate(begin)

    with web(handler) as it:
        assert it.ask(POST + b"hello").endswith(b"abc")
        assert it.log == ["resume", "pause", "finish", "end", "error"]
