"""http.Server: options, limits, deadlines and the end."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from web import GET, OK, OK_CLOSE, Web, ok, web

from nodecompat import errors, http

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"requestTimeout": -1}, "ERR_OUT_OF_RANGE", '"requestTimeout" is out of range. It must be >= 0'),
        ({"requestTimeout": "x"}, "ERR_INVALID_ARG_TYPE", '"requestTimeout" argument must be of type number'),
        ({"keepAliveTimeout": -1}, "ERR_OUT_OF_RANGE", '"keepAliveTimeout" is out of range'),
        ({"keepAliveTimeoutBuffer": "a"}, "ERR_INVALID_ARG_TYPE", '"keepAliveTimeoutBuffer" argument'),
        ({"connectionsCheckingInterval": "x"}, "ERR_INVALID_ARG_TYPE", '"connectionsCheckingInterval" argument'),
        ({"maxHeaderSize": -1}, "ERR_OUT_OF_RANGE", '"maxHeaderSize" is out of range'),
        ({"insecureHTTPParser": 1}, "ERR_INVALID_ARG_TYPE", '"options.insecureHTTPParser" property must be of type'),
        ({"requireHostHeader": 1}, "ERR_INVALID_ARG_TYPE", '"options.requireHostHeader" property'),
        ({"joinDuplicateHeaders": 1}, "ERR_INVALID_ARG_TYPE", '"options.joinDuplicateHeaders" property'),
        ({"rejectNonStandardBodyWrites": 1}, "ERR_INVALID_ARG_TYPE", '"options.rejectNonStandardBodyWrites"'),
        ({"optimizeEmptyRequests": 1}, "ERR_INVALID_ARG_TYPE", '"options.optimizeEmptyRequests" property'),
        ({"highWaterMark": "x"}, "ERR_INVALID_ARG_TYPE", '"options.highWaterMark" property'),
        ({"shouldUpgradeCallback": 1}, "ERR_INVALID_ARG_TYPE", '"options.shouldUpgradeCallback" property'),
        ({"httpValidation": "x"}, "ERR_INVALID_ARG_VALUE", "must be one of: 'strict', 'relaxed', 'insecure'"),
        (
            {"httpValidation": "strict", "insecureHTTPParser": True},
            "ERR_INVALID_ARG_VALUE",
            "cannot be used together with options.insecureHTTPParser",
        ),
        (
            {"requestTimeout": 10, "headersTimeout": 20},
            "ERR_OUT_OF_RANGE",
            'The value of "headersTimeout" is out of range. It must be <= requestTimeout. Received 20',
        ),
        (5, "ERR_INVALID_ARG_TYPE", 'The "options" argument must be of type object. Received type number (5)'),
    ],
)
def testWrongOptions(options: Any, code: str, message: str) -> None:
    with pytest.raises(errors.NodeError) as raised:
        http.createServer(options)
    assert raised.value.code == code
    assert message in raised.value.message


def testDefaults() -> None:
    server = http.createServer()
    assert (server.timeout, server.headersTimeout, server.requestTimeout) == (0, 60000, 300000)
    assert (server.keepAliveTimeout, server.keepAliveTimeoutBuffer) == (5000, 1000)
    assert (server.maxRequestsPerSocket, server.maxHeadersCount, server.httpAllowHalfOpen) == (0, None, False)
    assert (server.noDelay, server.keepAlive, server.connectionsCheckingInterval) == (True, False, 30000)
    assert http.createServer(requestTimeout=10).headersTimeout == 10


def testFormsOfCreateServer() -> None:
    for server in (
        http.createServer(ok),
        http.createServer({}, ok),
        http.createServer(None, ok),
        http.Server({"keepAliveTimeout": 5}, ok),
    ):
        assert server.listeners("request") == [ok]
    assert http.createServer({"keepAliveTimeout": 5}, keepAliveTimeout=7).keepAliveTimeout == 7


def testSetTimeout() -> None:
    server = http.createServer()
    assert server.setTimeout(50, ok) is server
    assert (server.timeout, server.listeners("timeout")) == (50, [ok])


def testAnswerIsOneWrite() -> None:
    with web(ok) as it:
        peer = it.connect()
        writes: list[bytes] = []
        handle = next(iter(it.server._httpConnections_)).socket._handle
        plain = type(handle).write
        type(handle).write = lambda self, data: (writes.append(bytes(data)), plain(self, data))[1]
        try:
            assert it.ask(GET, peer=peer) == OK
        finally:
            type(handle).write = plain
        assert len([data for data in writes if data.startswith(b"HTTP/1.1 200")]) == 1
        assert len(writes) == 2  # the request and the answer


def testKeepAliveTimeout() -> None:
    with web(ok, keepAliveTimeout=100, keepAliveTimeoutBuffer=50) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.net.advance(140)
        assert not peer.ended
        it.ask(GET, peer=peer)  # begins anew
        it.net.advance(140)
        assert not peer.ended
        it.net.advance(20)
        assert peer.ended


def testKeepAliveTimeoutOfZeroKeeps() -> None:
    with web(ok, keepAliveTimeout=0) as it:
        peer = it.connect()
        assert b"Keep-Alive" not in it.ask(GET, peer=peer)
        it.net.advance(3_000)
        assert not peer.ended


def testAnInfiniteKeepAliveTimeoutKeeps() -> None:
    with web(ok) as it:
        it.server.keepAliveTimeout = math.inf  # as an option it would be refused
        peer = it.connect()
        assert b"Keep-Alive: timeout=Infinity\r\n" in it.ask(GET, peer=peer)
        it.net.advance(3_000_000)
        assert not peer.ended


def testABusyConnectionIsNotIdle() -> None:
    def handler(req: Any, res: Any) -> None:
        if req.url == "/slow":
            it.log.append(res)
        else:
            res.end("ok")

    with web(handler, keepAliveTimeout=100, keepAliveTimeoutBuffer=0) as it:
        peer = it.connect()
        it.ask(GET, GET.replace(b"/ ", b"/slow "), peer=peer)
        it.net.advance(1000)
        assert not peer.ended
        it.log[0].end("ok")
        it.net.advance(99)
        assert not peer.ended
        it.net.advance(2)
        assert peer.ended


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n", GET + b"GET / HT"])
def testHeadersTimeout(sent: bytes) -> None:
    with web(ok, headersTimeout=300, connectionsCheckingInterval=50, requestTimeout=1000) as it:
        peer = it.connect()
        for at in range(len(sent)):
            peer.send(sent[at : at + 1])
        it.net.advance(200)
        peer.take()
        assert not peer.ended
        it.net.advance(200)
        assert peer.ended
        assert peer.received == b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"


def testADripDoesNotExtendTheDeadline() -> None:
    with web(ok, headersTimeout=300, connectionsCheckingInterval=50, requestTimeout=1000) as it:
        peer = it.connect()
        for byte in GET[:20]:
            peer.send(bytes([byte]))
            it.net.advance(20)
        assert peer.ended


@pytest.mark.parametrize("drop", [b"\r\n", b"\n", b"\r", b"\r\n" * 1000])
@pytest.mark.parametrize("served", [b"", GET, GET + b"\r\nGE"])
@pytest.mark.parametrize("serverTimeout", [0, 200])
def testBytesThatAreNoMessageKeepNoConnectionAlive(drop: bytes, served: bytes, serverTimeout: int) -> None:
    """In Node they do behind the first message: a written departure."""
    with web(ok, headersTimeout=300, connectionsCheckingInterval=50, keepAliveTimeout=200) as it:
        it.server.timeout = serverTimeout
        peer = it.connect()
        it.ask(served, peer=peer)
        for _ in range(20):
            it.net.advance(80)
            peer.send(drop)
        assert peer.ended


FRAMED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("begun", "drop"), [(b"0\r\n", b"A: b\r\n"), (b"", b"1\r\nx\r\n"), (b"1", b";a"), (b"1;", b"a")]
)
@pytest.mark.parametrize("early", [True, False])
def testABodyThatDripsHasADeadline(begun: bytes, drop: bytes, early: bool) -> None:
    """Chunks, their extensions, trailers; also when the answer is out."""
    with web(ok if early else lambda req, res: req.resume(), requestTimeout=600, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        it.ask(FRAMED + begun, peer=peer)
        for _ in range(10):
            peer.send(drop)
            it.net.advance(80)
        assert peer.ended


@pytest.mark.parametrize("serverTimeout", [0, 60_000])
def testKeepAliveTimeoutBehindAnEarlyAnswer(serverTimeout: int) -> None:
    """The answer came before the body: the time counts from the last that came."""
    with web(ok, keepAliveTimeout=100, keepAliveTimeoutBuffer=0) as it:
        it.server.timeout = serverTimeout
        silent, slow, done = it.connect(), it.connect(), it.connect()
        for peer in (silent, slow, done):
            it.ask(POST, peer=peer)
        it.ask(b"hello", peer=done)
        it.net.advance(90)
        it.ask(b"hel", peer=slow)
        it.net.advance(20)
        assert (silent.ended, slow.ended, done.ended) == (True, False, True)
        it.ask(b"lo", peer=slow)
        it.net.advance(90)
        assert not slow.ended
        it.net.advance(20)
        assert slow.ended


def testATimeoutOfAnIdleConnectionComesOnce() -> None:
    with web(ok, keepAliveTimeout=100, keepAliveTimeoutBuffer=0) as it:
        it.server.setTimeout(1000, lambda socket: it.log.append("timeout"))
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.net.advance(5000)
        assert (it.log, peer.ended) == (["timeout"], False)
        it.ask(GET, peer=peer)
        it.net.advance(5000)
        assert it.log == ["timeout"] * 2


def testALongAnswerThatClosesIsNotCutOffForTheRequestsBehindIt() -> None:
    responses: list[Any] = []

    def handler(req: Any, res: Any) -> None:
        responses.append(res.writeHead(200, {"Connection": "close", "Content-Length": 2}))
        res.flushHeaders()

    with web(handler, headersTimeout=100, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        it.ask(GET + GET, peer=peer)
        it.net.advance(1000)
        responses[0].end("ok")
        it.net.run()
        assert peer.take() == b"ok"


def testTheDeadlinesOfAMessageCountFromItsFirstByte() -> None:
    """Not from the beginning of the connection, also for its first message."""
    with web(ok, headersTimeout=300, requestTimeout=500, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        it.net.advance(200)
        it.ask(GET[:10], peer=peer)
        it.net.advance(200)
        assert it.ask(GET[10:], peer=peer) == OK
        it.net.advance(200)
        it.ask(POST[:10], peer=peer)
        it.net.advance(200)
        it.ask(POST[10:], peer=peer)
        it.net.advance(250)
        assert not peer.ended
        it.net.advance(100)
        assert peer.ended


def testRequestTimeoutOfASlowBody() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "aborted", "close")
        req.on("error", lambda error: it.log.append(error.code))

    with web(handler, headersTimeout=100, requestTimeout=300, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        for byte in (POST, b"h", b"e", b"l"):
            peer.send(byte)
            it.net.advance(60)
        assert it.log == []
        it.net.advance(150)
        assert peer.received == b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
        assert it.log == ["aborted", "ECONNRESET", "close"]


def testASlowHandlerHasNoDeadline() -> None:
    with web(lambda req, res: None, headersTimeout=100, requestTimeout=100, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.net.advance(10_000)
        assert not peer.ended


def testTimeoutsOfZeroMeanNone() -> None:
    with web(ok, headersTimeout=0, requestTimeout=0, connectionsCheckingInterval=50) as it:
        peer = it.connect()
        peer.send(b"GET ")
        it.net.advance(1_000_000)
        assert not peer.ended


def testServerTimeoutDestroys() -> None:
    with web(lambda req, res: None) as it:
        it.server.setTimeout(30)
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.net.advance(40)
        assert peer.ended


def testTimeoutListenersKeepTheSocket() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        req.setTimeout(20, lambda: it.log.append("req"))
        res.setTimeout(20, lambda: it.log.append("res"))
        req.resume()

    with web(handler) as it:
        it.server.setTimeout(30, lambda socket: it.log.append("server"))
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.net.advance(25)
        assert (it.log, peer.ended) == (["res", "server"], False)


def testMaxRequestsPerSocket() -> None:
    with web(ok) as it:
        it.server.maxRequestsPerSocket = 2
        it.watch(it.server, "dropRequest")
        answers = it.ask(GET * 3)
        assert answers.count(b"Keep-Alive: timeout=5, max=2") == 1
        assert answers.count(b"Connection: close") == 2
        assert answers.endswith(b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert b"HTTP/1.1 503 Service Unavailable" in answers
        assert it.log == ["dropRequest"]


def testPipelinedAnswersLeaveInOrder() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append((req.url, res))

    with web(handler) as it:
        peer = it.connect()
        it.ask(*[GET.replace(b"/ ", b"/%d " % number) for number in range(3)], peer=peer)
        for url, res in reversed(it.log):
            assert peer.take() == b""
            res.end(url)
            it.net.run()
        assert [line for line in peer.take().split(b"\r\n") if line.startswith(b"/")] == [
            b"/0HTTP/1.1 200 OK",
            b"/1HTTP/1.1 200 OK",
            b"/2",
        ]


def testPipelinedFlood() -> None:
    """GHSA-4fvr-rgm6-gqmc: behind one handler that does not answer a bounded number is read; then all are answered."""

    def handler(req: Any, res: Any, it: Web) -> None:
        if it.log:
            res.end("ok")
        it.log.append(res)

    with web(handler) as it:
        peer = it.connect()
        peer.send(GET * 3_000)
        it.net.run()
        assert len(it.log) == 128
        it.log[0].end("ok")
        it.net.run()
        assert len(it.log) == 3_000
        assert peer.received.count(b"HTTP/1.1 200 OK") == 3_000


def testAStalledHandlerHoldsNoMemory() -> None:
    """GHSA-4fvr-rgm6-gqmc."""
    with web(lambda req, res, it: it.log.append(res)) as it:
        peer = it.connect()
        peer.send(GET * 100_000)
        it.net.run()
        connection = next(iter(it.server._httpConnections_))
        assert len(it.log) == 128
        assert len(connection.parser.rest) <= 64 * 1024


def testReadingPausesWhileTheClientDoesNotRead() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(req.url)
        res.end(b"x" * 100_000)

    with web(handler) as it:
        peer = it.connect()
        peer.pause()
        peer.send(GET * 300)
        it.net.run()
        assert len(it.log) < 20
        peer.resume()
        it.net.run()
        assert len(it.log) == 300


def testCloseDestroysIdleConnections() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        if req.url == "/":
            res.end("ok")
        else:
            it.log.append(res)

    with web(handler) as it:
        idle, busy, fresh = it.connect(), it.connect(), it.connect()
        it.ask(GET, peer=idle)
        it.ask(GET.replace(b"/ ", b"/busy "), peer=busy)
        closed: list[str] = []
        it.server.close(lambda: closed.append("closed"))
        it.net.run()
        assert (idle.ended, busy.ended, fresh.ended, closed) == (True, False, True, [])
        it.log[0].end("ok")
        it.net.run()
        it.server.closeIdleConnections()
        it.net.run()
        assert (busy.ended, closed) == (True, ["closed"])


@pytest.mark.parametrize(
    ("sent", "isIdle"),
    [(b"", True), (b"\r\n", True), (b"G", False), (GET, True), (GET + b"\r\n", True), (GET + b"G", False)],
)
@pytest.mark.parametrize("way", ["close", "closeIdleConnections"])
def testIdleIsWhereNoMessageHasBegun(sent: bytes, isIdle: bool, way: str) -> None:
    with web(ok) as it:
        peer = it.connect()
        it.ask(sent, peer=peer)
        getattr(it.server, way)()
        it.net.run()
        assert peer.ended is isIdle


def testCloseAllConnections() -> None:
    with web(lambda req, res: None) as it:
        peers = [it.connect(), it.connect()]
        it.ask(GET, peer=peers[0])
        it.server.closeAllConnections()
        it.net.run()
        assert [peer.ended for peer in peers] == [True, True]


def testClientErrorListenerAnswersItself() -> None:
    def onClientError(error: Any, socket: Any) -> None:
        it.log.append((error.code, error.bytesParsed, error.rawPacket, socket.writable))
        socket.end("HTTP/1.1 400 Mine\r\n\r\n")

    with web(ok) as it:
        it.server.on("clientError", onClientError)
        assert it.ask(b"BAD\x01 / HTTP/1.1\r\n\r\n") == b"HTTP/1.1 400 Mine\r\n\r\n"
        assert it.log == [("HPE_INVALID_METHOD", 1, b"BAD\x01 / HTTP/1.1\r\n\r\n", True)]


def testNothingIsParsedAfterAnError() -> None:
    with web(ok) as it:
        it.watch(it.server, "clientError", "request")
        it.ask(b"BAD\x01\r\n\r\n", GET, b"BAD\x01\r\n\r\n")
        assert it.log == ["clientError"]


def testNothingIsParsedAfterATimeout() -> None:
    """Nor does the end of a request that came too late tell again that it is not whole."""
    with web(ok, headersTimeout=300, connectionsCheckingInterval=50, requestTimeout=1000) as it:
        it.server.on("clientError", lambda error, socket: (it.log.append(error.code), socket.end("late")))
        peer = it.connect()
        peer.send(GET[:20])
        it.net.advance(400)
        peer.end()
        it.net.run()
        assert (it.log, peer.received) == (["ERR_HTTP_REQUEST_TIMEOUT"], b"late")


def testAnErrorDoesNotGoIntoTheMidstOfAnAnswer() -> None:
    def handler(req: Any, res: Any) -> None:
        res.write("half")

    with web(handler) as it:
        answer = it.ask(GET, b"BAD\x01\r\n\r\n")
        assert answer.endswith(b"4\r\nhalf\r\n")


def testHandlerDestroysTheSocket() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(req.url)
        req.socket.destroy()

    with web(handler) as it:
        assert it.ask(GET * 3) == b""
        assert it.log == ["/"]


def testHalfCloseEndsTheConnection() -> None:
    with web(lambda req, res, it: it.log.append(res)) as it:
        peer = it.connect()
        it.ask(GET, peer=peer)
        it.watch(it.log[0].req, "aborted", "close", prefix="req ")
        it.watch(it.log[0], "close", prefix="res ")
        peer.end()
        it.net.run()
        assert peer.ended
        assert it.log[1:] == ["req aborted", "res close", "req close"]


def testHttpAllowHalfOpen() -> None:
    with web(lambda req, res, it: it.log.append(res)) as it:
        it.server.httpAllowHalfOpen = True
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.end()
        it.net.run()
        it.log[0].end("ok")
        it.net.run()
        assert peer.received.endswith(b"ok")
        assert peer.ended


def testMaxHeadersCount() -> None:
    with web(ok) as it:
        it.server.maxHeadersCount = 2
        assert it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n") == OK
        assert b"431" in it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n")
        it.server.maxHeadersCount = 0
        assert it.ask(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 3000 + b"\r\n") == OK


def testMissingHost() -> None:
    missing = b"GET / HTTP/1.1\r\n\r\n"
    with web(ok) as it:
        refused = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        assert it.ask(missing) == refused
        assert it.ask(b"GET / HTTP/1.1\r\nhOsT:\r\n\r\n") == OK
        assert it.ask(b"GET / HTTP/1.1\r\nX-Host: a\r\n\r\n").startswith(b"HTTP/1.1 400")
        assert it.ask(b"GET / HTTP/1.0\r\n\r\n") == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok"
    with web(ok, requireHostHeader=False) as it:
        assert it.ask(missing) == OK


def testJoinDuplicateHeaders() -> None:
    text = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nAge: 1\r\nAge: 2\r\nCookie: x\r\nCookie: y\r\nX: 1\r\nX: 2\r\n\r\n"

    def handler(req: Any, res: Any) -> None:
        res.end(json.dumps(req.headers))

    with web(handler, joinDuplicateHeaders=True) as it:
        joined = json.loads(it.ask(text).partition(b"\r\n\r\n")[2])
        assert joined == {"host": "a, b", "age": "1, 2", "cookie": "x; y", "x": "1, 2"}
    with web(handler) as it:
        first = json.loads(it.ask(text).partition(b"\r\n\r\n")[2])
        assert first == {"host": "a", "age": "1", "cookie": "x; y", "x": "1, 2"}


def testUniqueHeaders() -> None:
    def handler(req: Any, res: Any) -> None:
        res.setHeader("X-A", ["1", "2"])
        res.setHeader("X-B", ["1", "2"])
        res.end()

    with web(handler, uniqueHeaders=["x-a"]) as it:
        assert b"X-A: 1; 2\r\nX-B: 1\r\nX-B: 2\r\n" in it.ask(GET)


def testOptimizeEmptyRequests() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append((req.readableEnded, req.destroyed, req.complete))
        req.on("end", lambda: it.log.append("end"))
        res.end("ok")

    with web(handler, optimizeEmptyRequests=True) as it:
        it.ask(GET, POST + b"hello")
        assert it.log == [(True, True, True), (False, False, False), "end"]


def testClassesOfTheProgram() -> None:
    class Request(http.IncomingMessage):
        def who(self) -> str:
            return "mine"

    class Response(http.ServerResponse):
        def finishWith(self, text: str) -> None:
            self.end(text)

    with web(lambda req, res: res.finishWith(req.who()), IncomingMessage=Request, ServerResponse=Response) as it:
        assert it.ask(GET).endswith(b"mine")


def testInsecureParser() -> None:
    with web(ok, insecureHTTPParser=True) as it:
        assert it.ask(b"GET / HTTP/1.0\n\n") == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok"
        assert it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n") == OK
    with web(ok) as it:
        assert it.ask(b"GET / HTTP/1.0\n\n") == b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"


def testConnectionCloseIsObeyed() -> None:
    with web(ok) as it:
        peer = it.connect()
        assert it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", peer=peer) == OK_CLOSE
        assert peer.ended


def testNothingIsDecoded() -> None:
    """A compressed body arrives compressed: decoding is the program's decision."""
    body = b"\x1f\x8b" + b"\0" * 100
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    with web(lambda req, res, it: req.on("data", it.log.append)) as it:
        it.ask(head + body)
        assert it.log == [body]
