"""http.ServerResponse: status line, interim answers, the socket."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from web import GET, OK, Web, undated, web

from nodecompat import errors, http, net, process
from nodecompat.events import EventEmitter
from nodecompat.stream import Writable
from nodecompat.testing import network


def response() -> Any:
    """A response that has no socket: what it would send is in outputData."""
    return http.ServerResponse(SimpleNamespace(method="GET", httpVersionMajor=1, httpVersionMinor=1, headers={}))


LINK = "</a>; rel=preload"


def sent(res: Any) -> bytes:
    return b"".join(data for data, _ in res.outputData)


@pytest.mark.parametrize(
    ("call", "head"),
    [
        (lambda res: res.writeHead(200), b"HTTP/1.1 200 OK\r\n"),
        (lambda res: res.writeHead(404, {"A": "b"}), b"HTTP/1.1 404 Not Found\r\nA: b\r\n"),
        (lambda res: res.writeHead(201, "Yo", {"x": "2"}), b"HTTP/1.1 201 Yo\r\nx: 2\r\n"),
        (lambda res: res.writeHead(200, None, {"A": "b"}), b"HTTP/1.1 200 OK\r\nA: b\r\n"),
        (lambda res: res.writeHead(200, ["A", "b", "A", "c"]), b"HTTP/1.1 200 OK\r\nA: b\r\nA: c\r\n"),
        (lambda res: res.writeHead(200, [["A", "b"], ["A", "c"]]), b"HTTP/1.1 200 OK\r\nA: b\r\nA: c\r\n"),
        (lambda res: res.writeHead(299), b"HTTP/1.1 299 unknown\r\n"),
        (lambda res: res.writeHead(200, ""), b"HTTP/1.1 200 \r\n"),
        (lambda res: setattr(res, "statusMessage", "") or res.writeHead(200), b"HTTP/1.1 200 OK\r\n"),
        (lambda res: res.writeHead("200"), b"HTTP/1.1 200 OK\r\n"),
        (lambda res: res.writeHead(200.7), b"HTTP/1.1 200 OK\r\n"),
        (lambda res: res.setHeader("X", 1).writeHead(200, {"x": 2, "Y": 3}), b"HTTP/1.1 200 OK\r\nx: 2\r\nY: 3\r\n"),
        (
            lambda res: res.setHeader("X", 1).writeHead(200, ["Y", 3, "Y", 4]),
            b"HTTP/1.1 200 OK\r\nX: 1\r\nY: 3\r\nY: 4\r\n",
        ),
    ],
)
def testWriteHead(call: Any, head: bytes) -> None:
    res = response()
    assert call(res) is res
    res.flushHeaders()
    tail = b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert undated(sent(res)) == head + tail
    assert res.headersSent


@pytest.mark.parametrize("status", [99, 1000, "abc", None, 0, -1])
def testBadStatus(status: Any) -> None:
    with pytest.raises(errors.ERR_HTTP_INVALID_STATUS_CODE):
        response().writeHead(status)


def testStatusMessage() -> None:
    res = response()
    res.statusMessage = "Mine"
    res.writeHead(404)
    assert res._header.startswith("HTTP/1.1 404 Mine\r\n")
    res = response()
    res.writeHead(404)
    assert res.statusMessage == "Not Found"
    with pytest.raises(errors.ERR_INVALID_CHAR, match="statusMessage"):
        response().writeHead(200, "a\nb")


def testWriteHeadTwice() -> None:
    res = response()
    res.writeHead(200)
    with pytest.raises(errors.ERR_HTTP_HEADERS_SENT, match="Cannot write headers after they are sent"):
        res.writeHead(200)


def testStatusOfAssignmentIsCheckedAtTheEnd() -> None:
    res = response()
    res.statusCode = "abc"
    with pytest.raises(errors.ERR_HTTP_INVALID_STATUS_CODE, match="abc"):
        res.end()


def testInterimAnswers() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        res.writeContinue()
        res.writeProcessing()
        links = ["</a>; rel=preload; as=style", "</b>; rel=preload"]
        res.writeEarlyHints({"link": links, "x-t": "id"}, lambda: it.log.append("hints"))
        res.writeEarlyHints({})
        res.writeInformation(150, {"A": "b"}, lambda: it.log.append("information"))
        res.writeInformation(199)
        res.end("ok")

    with web(handler) as it:
        assert it.ask(GET) == (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload; as=style, </b>; rel=preload\r\nx-t: id\r\n\r\n"
            b"HTTP/1.1 150 unknown\r\nA: b\r\n\r\nHTTP/1.1 199 unknown\r\n\r\n" + OK
        )
        assert it.log == ["hints", "information"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda res: res.writeInformation(200), "ERR_OUT_OF_RANGE"),
        (lambda res: res.writeInformation(101), "ERR_HTTP_INVALID_STATUS_CODE"),
        (lambda res: res.writeInformation("x"), "ERR_INVALID_ARG_TYPE"),
        (lambda res: res.writeInformation(150, "x"), "ERR_INVALID_ARG_TYPE"),
        (lambda res: res.writeInformation(150, {"a b": 1}), "ERR_INVALID_HTTP_TOKEN"),
        (lambda res: res.writeInformation(150, {"a": "x\ny"}), "ERR_INVALID_CHAR"),
        (lambda res: res.writeEarlyHints(None), "ERR_INVALID_ARG_TYPE"),
        (lambda res: res.writeEarlyHints({"link": "bad"}), "ERR_INVALID_ARG_VALUE"),
        (lambda res: res.writeEarlyHints({"link": 5}), "ERR_INVALID_ARG_VALUE"),
        (lambda res: res.writeEarlyHints({"link": "</a>; rel=x\r\nX: y"}), "ERR_INVALID_ARG_VALUE"),
        (lambda res: res.writeEarlyHints({"link": "</a>", "x y": "1"}), "ERR_INVALID_HTTP_TOKEN"),
        (lambda res: res.writeEarlyHints({"link": "</a>", "xy": "1\r\n2"}), "ERR_INVALID_CHAR"),
    ],
)
def testRefusedInterimAnswers(call: Any, code: str) -> None:
    res = response()
    with pytest.raises(errors.NodeError) as raised:
        call(res)
    assert (raised.value.code, res.outputData) == (code, [])


VALUES = {
    "setHeader": lambda res, value: res.setHeader("X", value),
    "setHeader, list": lambda res, value: res.setHeader("X", ["a", value]),
    "setHeaders": lambda res, value: res.setHeaders({"X": value}),
    "appendHeader": lambda res, value: res.appendHeader("X", value),
    "writeHead": lambda res, value: res.writeHead(200, {"X": value}),
    "writeHead, list": lambda res, value: res.writeHead(200, {"X": ["a", value]}),
    "writeHead, flat": lambda res, value: res.writeHead(200, ["X", value]),
    "writeHead, pairs": lambda res, value: res.writeHead(200, [["X", value]]),
    "writeHead, status": lambda res, value: res.writeHead(200, value),
    "statusMessage": lambda res, value: (setattr(res, "statusMessage", value), res.end()),
    "addTrailers": lambda res, value: res.addTrailers({"X": value}),
    "addTrailers, list": lambda res, value: res.addTrailers({"X": ["a", value]}),
    "writeEarlyHints, link": lambda res, value: res.writeEarlyHints({"link": f"<{value}>; rel=preload"}),
    "writeEarlyHints, links": lambda res, value: res.writeEarlyHints({"link": [LINK, f"<{value}>; rel=preload"]}),
    "writeEarlyHints, other": lambda res, value: res.writeEarlyHints({"link": LINK, "X": value}),
    "writeInformation": lambda res, value: res.writeInformation(103, {"X": value}),
    "writeInformation, list": lambda res, value: res.writeInformation(103, {"X": ["a", value]}),
    "writeInformation, flat": lambda res, value: res.writeInformation(103, ["X", value]),
    "writeInformation, pairs": lambda res, value: res.writeInformation(103, [["X", value]]),
    "validateHeaderValue": lambda res, value: http.validateHeaderValue("X", value),
}
NAMES: dict[str, Any] = {
    "setHeader": lambda res, name: res.setHeader(name, "a"),
    "writeHead": lambda res, name: res.writeHead(200, {name: "a"}),
    "addTrailers": lambda res, name: res.addTrailers({name: "a"}),
    "writeEarlyHints": lambda res, name: res.writeEarlyHints({"link": LINK, name: "a"}),
    "writeInformation": lambda res, name: res.writeInformation(103, {name: "a"}),
    "validateHeaderName": lambda res, name: http.validateHeaderName(name),
}


@pytest.mark.parametrize("way", VALUES)
def testWhichCharactersAValueMayHave(way: str) -> None:
    for text in ("\0", "\1", "\x1f", "\x7f", "\u0100", "\u20ac", "\ud800", "\udc00", "\U0001f600"):
        with pytest.raises(errors.ERR_INVALID_CHAR):
            VALUES[way](response(), f"a{text}b")
    for text in ("\t", "\x80", "\xff", "\xe9", " "):
        VALUES[way](response(), f"a{text}b")


@pytest.mark.parametrize("way", NAMES)
def testWhichCharactersANameMayHave(way: str) -> None:
    for text in ("\0", "\x7f", "\x80", "\xe9", "\u0100", "\ud800", "\U0001f600", " ", ":", "\t"):
        with pytest.raises(errors.ERR_INVALID_HTTP_TOKEN):
            NAMES[way](response(), f"X{text}b")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("<x>; rel=\x1ca", "ERR_INVALID_CHAR"),  # no blank in JavaScript
        ("<x>; rel=\x85a", None),
        ("<x>; rel=\xa0a", "ERR_INVALID_ARG_VALUE"),
        ("<x>\x0b; rel=a", "ERR_INVALID_CHAR"),
        ("<x>\xa0; rel=a", None),
        ("<x>\ufeff; rel=a", "ERR_INVALID_CHAR"),
        ("<x>; rel=\u2028", "ERR_INVALID_ARG_VALUE"),
        ("<x\n>", "ERR_INVALID_ARG_VALUE"),
    ],
)
def testWhatIsABlankInALink(link: str, code: str | None) -> None:
    try:
        response().writeEarlyHints({"link": link})
    except TypeError as error:
        assert getattr(error, "code", None) == code
    else:
        assert code is None


@pytest.mark.parametrize("name", ["writeContinue", "writeProcessing"])
def testNoInterimAnswerBehindTheHead(name: str) -> None:
    res = response()
    res.writeHead(200)
    with pytest.raises(errors.ERR_HTTP_HEADERS_SENT):
        getattr(res, name)()


def testASocketIsAssignedOnce() -> None:
    socket: Any = EventEmitter()
    socket._httpMessage = object()
    with pytest.raises(errors.ERR_HTTP_SOCKET_ASSIGNED):
        response().assignSocket(socket)


OLD = [False, False, True]
NEW = [True, True, True]


@pytest.mark.parametrize(
    ("req", "flags"),
    [
        (http.IncomingMessage(net.Socket()), OLD),
        (http.IncomingMessage(), OLD),
        (SimpleNamespace(), NEW),
        (SimpleNamespace(method="HEAD"), [True, True, False]),
        (SimpleNamespace(httpVersionMajor=1, httpVersionMinor=0), OLD),
        (SimpleNamespace(httpVersionMajor=1, httpVersionMinor=0, headers={"te": "chunked"}), [False, True, True]),
        (SimpleNamespace(httpVersionMajor=0, httpVersionMinor=9, headers={}), OLD),
        (SimpleNamespace(httpVersionMajor=1, httpVersionMinor=1), NEW),
        (5, NEW),
    ],
)
def testAResponseToAnythingThatMayBeARequest(req: Any, flags: list[bool]) -> None:
    """As Node's. A version that is not set is an old one: there it is null, and `null < 1`."""
    res = http.ServerResponse(req)
    assert [res.shouldKeepAlive, res.useChunkedEncodingByDefault, res._hasBody] == flags
    assert res.req is req


@pytest.mark.parametrize(
    "call",
    [lambda: http.ServerResponse(None), lambda: response().assignSocket(None), lambda: response().assignSocket(5)],
)
def testWhatIsNoRequestOrSocketAtAll(call: Any) -> None:
    with pytest.raises(TypeError):
        call()


def testAResponseMadeByHandOnAWritable() -> None:
    """What a test of a handler does. What was written before leaves when there is a socket."""
    log: list[Any] = []
    with network() as it:
        res = http.ServerResponse(SimpleNamespace())
        res.sendDate = False
        sink = Writable(write=lambda chunk, encoding, callback: (log.append(chunk), callback()))
        for name in ("socket", "prefinish", "finish", "close"):
            res.on(name, lambda *args, name=name: log.append(name))
        res.write("a", lambda *args: log.append("written"))
        res.end("b", lambda *args: log.append("ended"))
        assert log == []
        res.assignSocket(sink)
        it.run()
        chunks = b"".join(each for each in log if isinstance(each, bytes))
        head, _, body = chunks.partition(b"\r\n\r\n")
        assert head.endswith(b"Transfer-Encoding: chunked") and body == b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
        assert [each for each in log if isinstance(each, str)] == ["socket", "prefinish", "written", "ended", "finish"]
        sink.destroy()
        it.run()
        assert log[-1] == "close"


def testCloseWithoutFinish() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(res, "finish", "close")
        it.log.append(res)

    with web(handler) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.close()
        it.net.run()
        res = it.log.pop(0)
        assert it.log == ["close"]
        assert (res.destroyed, res.closed, res.writableFinished) == (True, True, False)
        callbacks: list[Any] = []
        assert res.write("x", lambda error=None: callbacks.append(error.code)) is False
        it.net.run()
        assert callbacks == ["ERR_STREAM_DESTROYED"]


def testQueuedAnswersOfALostConnectionAreSilent() -> None:
    with web(lambda req, res, it: it.log.append(res)) as it:
        peer = it.connect()
        it.ask(GET * 3, peer=peer)
        first, *others = it.log
        others[0].end("late")
        peer.close()
        it.net.run()
        first.end("late")
        it.net.run()
        assert first.destroyed


def testAnOldClientGetsNoChunks() -> None:
    def handler(req: Any, res: Any) -> None:
        res.write("a")
        res.end("b")

    with web(handler) as it:
        assert it.ask(b"GET / HTTP/1.0\r\n\r\n") == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab"
        te = it.ask(b"GET / HTTP/1.0\r\nTE: chunked\r\n\r\n")
        assert te.endswith(b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")


def testACorkBehindTheEndDoesNotHoldTheNextAnswerBack() -> None:
    def handler(req: Any, res: Any) -> None:
        res.end("ok")
        res.cork()

    with web(handler) as it:
        assert it.ask(GET * 3) == OK * 3


def testEndOfADestroyedResponse() -> None:
    """As Node's: nothing leaves, what was collected gets the error, 'prefinish' comes and no 'finish'."""

    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(res, "prefinish", "finish", "close")
        res.writeHead(200)
        res.write("begun")
        res.write("more", lambda error=None: it.log.append(error.code))
        res.cork()
        it.log.append(res)
        req.socket.destroy()

    with web(handler) as it:
        assert it.ask(GET) == b""
        res = it.log.pop(0)
        assert it.log == ["close"]
        res.end()
        it.net.run()
        assert it.log == ["close", "prefinish", "ERR_STREAM_DESTROYED"]
        assert (res.writableEnded, res.writableFinished, res.headersSent) == (True, False, True)


def testCallbacksOfADestroyedResponseGetTheError() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(res)
        res.writeHead(200)
        res.write("begun", lambda error=None: it.log.append(error.code))
        res.cork()
        res.destroy()

    with web(handler) as it:
        assert it.ask(GET) == b""
        assert it.log[1:] == ["ERR_STREAM_DESTROYED"]


def testTheCallbackOfALaterEndGetsTheErrorOfTheFirst() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(res)
        res.end("lost", lambda error=None: it.log.append(error.code))
        req.socket.destroy(errors.connResetException("mine"))

    with web(handler) as it:
        it.ask(GET)
        it.log[0].end(lambda error=None: it.log.append(error.code))
        it.net.run()
        assert it.log[1:] == ["ECONNRESET", "ECONNRESET"]


def testDrainComesWithTheTickThatSendsWhatWasCollected() -> None:
    """As Node's: the kernel takes it at once, so there is no need to wait for the socket."""

    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(res, "drain")
        it.log.append(res.write("x" * 70_000))
        process.nextTick(it.log.append, "tick")

    with network(capacity=1 << 20) as net:
        server = http.createServer(lambda req, res: handler(req, res, it))
        server.listen(80)
        it = Web(net, server)
        net.run()
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.close()
        server.close()
        net.run()
    assert it.log == [False, "drain", "tick"]


def testDestroy() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "aborted", "close", prefix="req ")
        it.watch(res, "error", "close", prefix="res ")
        res.destroy(ValueError("mine"))

    with web(handler) as it:
        peer = it.connect()
        assert it.ask(GET, peer=peer) == b""
        assert it.log == ["req aborted", "res close", "req close"]
        assert peer.ended


def testDestroyedWithAnErrorInItsLastTickItDoesNotFinish() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        for name in ("finish", "close"):
            res.on(name, lambda name=name: it.log.append((name, res.writableFinished)))
        res.end("x")
        res.destroy(ValueError("mine"))

    with web(handler) as it:
        it.ask(GET)
        assert it.log == [("close", False)]


def testAChangedStatusTextIsSent(monkeypatch):
    """As in Node, whose table the program may change."""
    first = response()
    first.writeHead(200)
    monkeypatch.setitem(http.STATUS_CODES, 200, "Fine")
    second = response()
    second.writeHead(200)
    assert first._header.startswith("HTTP/1.1 200 OK\r\n")
    assert second._header.startswith("HTTP/1.1 200 Fine\r\n")
    assert second.statusMessage == "Fine"


def testARefusedStatusTextLeavesTheHeadersReplaced():
    """As in Node, which takes the headers over first."""
    res = response()
    res.setHeader("A", "1")
    with pytest.raises(errors.ERR_INVALID_CHAR):
        res.writeHead(200, "a\nb", {"A": "2"})
    assert res.getHeader("A") == "2"


def eventsTo(it: Any) -> Any:
    """A client that has the head of a stream of events, and the response."""
    peer = it.connect()
    peer.send(GET)
    it.net.run()
    peer.take()
    return peer, it.log.pop()


def testAChunkBehindTheHeadLeavesPastTheStream() -> None:
    with web(lambda req, res, it: it.log.append(res.writeHead(200)) or res.flushHeaders()) as it:
        peer, res = eventsTo(it)
        before = res.socket.bytesWritten
        assert res.write("event") and res.write(b"s")
        it.net.run()
        assert peer.take() == b"6\r\nevents\r\n"
        assert (res.socket.bytesWritten - before, res.writableLength) == (11, 0)
        res.write("x" * 5000)
        it.net.run()
        assert peer.take() == b"1388\r\n" + b"x" * 5000 + b"\r\n"


def testAProgramThatPatchesTheSocketSeesEveryChunk() -> None:
    with web(lambda req, res, it: it.log.append(res.writeHead(200)) or res.flushHeaders()) as it:
        peer, res = eventsTo(it)
        write, seen = res.socket.write, []
        res.socket.write = lambda *args: seen.append(args[0]) or write(*args)
        res.write("event")
        it.net.run()
        assert (seen, peer.take()) == ([b"5\r\nevent\r\n"], b"5\r\nevent\r\n")


@pytest.mark.parametrize("http10", [True, False])
@pytest.mark.parametrize("isReset", [True, False])
def testWhoEndsALostResponseIsTold(http10: bool, isReset: bool) -> None:
    """As in Node: where no last chunk is due there is nothing to be lost with it."""

    def handler(req: Any, res: Any, it: Web) -> None:
        if not http10:
            res.setHeader("Content-Length", 3)
        res.write("abc")
        it.log.append(res)

    with web(handler) as it:
        peer = it.connect()
        it.ask(b"GET / HTTP/1.0\r\n\r\n" if http10 else GET, peer=peer)
        (peer.reset if isReset else peer.close)()
        it.net.run()
        it.log.pop().end(lambda error=None: it.log.append(error and error.code))
        it.net.run()
        assert it.log == ["ECONNRESET" if isReset else None]
