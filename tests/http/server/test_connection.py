"""One connection of a server: upgrade, Expect, reading, and that nothing of it stays behind."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from web import GET, OK, OK_CLOSE, Web, ok, undated, web

from nodecompat import net, process
from nodecompat.http.wire.parser import HTTPParser
from nodecompat.stream import duplexPair
from nodecompat.timers import setImmediate

UPGRADE = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 5\r\n\r\n"


def onUpgrade(it: Web) -> Any:
    def listener(req: Any, socket: Any, head: bytes) -> None:
        it.log.append(("head", head, req.complete))
        req.on("data", lambda chunk: it.log.append(("body", chunk)))
        req.on("end", lambda: it.log.append("end"))
        socket.on("data", lambda chunk: it.log.append(("socket", chunk)))

    return listener


@pytest.mark.parametrize(
    ("segments", "log"),
    [
        ([UPGRADE + b"hellorest"], [("head", b"rest", True), ("body", b"hello"), "end"]),
        (
            [UPGRADE + b"he", b"llo", b"rest"],
            [("head", b"", False), ("body", b"he"), ("body", b"llo"), "end", ("socket", b"rest")],
        ),
        ([UPGRADE, b"hello", b"rest"], [("head", b"", False), ("body", b"hello"), "end", ("socket", b"rest")]),
        ([UPGRADE, b"hellorest"], [("head", b"", False), ("body", b"hello"), "end", ("socket", b"rest")]),
    ],
)
def testUpgradeWithABody(segments: list[bytes], log: list[Any]) -> None:
    """The body is the request's, what follows it is the other protocol's."""
    with web() as it:
        it.server.on("upgrade", onUpgrade(it))
        it.ask(*segments)
        assert sorted(map(str, it.log)) == sorted(map(str, log))
        assert [each for each in it.log if each[0] == "body"] == [each for each in log if each[0] == "body"]
        assert it.log[0] == log[0]


def testUpgradedSocketBelongsToTheProgram() -> None:
    def listener(req: Any, socket: Any, head: bytes) -> None:
        assert socket.parser is None
        socket.write("HTTP/1.1 101 X\r\n\r\n")
        socket.on("data", lambda chunk: socket.write(chunk.upper()))
        socket.on("end", lambda: it.log.append("end"))

    with web() as it:
        it.server.on("upgrade", listener)
        peer = it.connect()
        it.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", b"abc", b"def", peer=peer)
        it.server.closeAllConnections()  # it is no connection of the server any more
        assert it.ask(b"g", peer=peer) == b"G"
        peer.end()
        it.net.run()
        assert it.log == ["end"]


def testShouldUpgradeCallback() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append((req.url, req.upgrade))
        req.resume()
        res.end("ok")

    with web(handler, shouldUpgradeCallback=lambda req: req.url == "/yes") as it:
        it.server.on("upgrade", lambda req, socket, head: it.log.append("upgraded"))
        assert it.ask(UPGRADE + b"hello" + GET) == OK + OK
        assert it.log == [("/", False), ("/", False)]
        it.ask(UPGRADE.replace(b"/ ", b"/yes ") + b"hello")
        assert it.log[2:] == ["upgraded"]


def testConnectWithoutListener() -> None:
    with web(ok) as it:
        peer = it.connect()
        assert it.ask(b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", peer=peer) == b""
        assert peer.ended


def testContinueIsSentByTheServer() -> None:
    def handler(req: Any, res: Any) -> None:
        req.on("data", lambda chunk: res.end(chunk))

    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with web(handler) as it:
        peer = it.connect()
        assert it.ask(head, peer=peer) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert it.ask(b"ok", peer=peer) == OK


def testFinalAnswerWithoutContinueClosesTheConnection() -> None:
    """The client may send the body all the same; it must not be read as a request."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with web(ok) as it:
        it.server.on("checkContinue", lambda req, res: res.end("no"))
        peer = it.connect()
        assert b"Connection: close" in it.ask(head, peer=peer)
        assert peer.ended


def testAListenerForDataSeesWhatIsParsed() -> None:
    with web(ok) as it:
        it.server.on("connection", lambda socket: socket.on("data", it.log.append))
        assert it.ask(GET, GET) == OK + OK
        assert b"".join(it.log) == GET + GET


def testALateListenerForDataEndsTheShortWay() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        if not it.log:
            req.socket.on("data", it.log.append)
            it.log.append(b"")
        res.end("ok")

    with web(handler) as it:
        peer = it.connect()
        assert it.ask(GET, GET, peer=peer) == OK + OK
        assert it.log == [b"", GET]
        assert it.ask(GET, peer=peer) == OK


def testABodyNobodyReadsStopsTheSocket() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    with web(lambda req, res, it: it.log.append((req, res))) as it:
        peer = it.connect()
        peer.send(head + b"x" * 1_000_000)
        it.net.run()
        req, res = it.log[0]
        assert 64 * 1024 <= req.readableLength <= 130 * 1024
        size: list[int] = []
        req.on("data", lambda chunk: size.append(len(chunk)))
        req.on("end", lambda: res.end("ok"))
        it.net.run()
        assert sum(size) == 1_000_000
        assert peer.received.endswith(b"ok")


def testAnAnswerBeforeTheBodyEndsDumpsTheRest() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    with web(ok) as it:
        peer = it.connect()
        assert it.ask(head, b"x" * 1_000_000, GET, peer=peer) == OK + OK


def testEncodingOfASocketCannotBeSet() -> None:
    with web(ok) as it:
        it.server.on("connection", lambda socket: it.log.append(socket))
        it.connect()
        with pytest.raises(Exception, match="Changing the socket encoding is not allowed"):
            it.log[0].setEncoding("utf8")


def testParsersAreUsedAgain() -> None:
    with web(ok) as it:
        parsers: list[HTTPParser] = []
        for _ in range(3):
            peer = it.connect()
            parsers.append(next(iter(it.server._httpConnections_)).parser)
            assert it.ask(GET, peer=peer) == OK
            peer.close()
            it.net.run()
        assert parsers[0] is parsers[1] is parsers[2]


@pytest.mark.parametrize("end", ["peer", "close", "error"])
def testAFinishedConnectionIsFreedByCountingReferences(end: str) -> None:
    """No cycle is left for the garbage collector: with it switched off, the objects go at once."""
    refs: list[Any] = []

    def handler(req: Any, res: Any) -> None:
        refs.extend(map(weakref.ref, (req, res, req.socket)))
        req.on("end", lambda: None)
        req.resume()
        res.end("ok")

    gc.collect()
    gc.disable()
    try:
        with web(handler) as it:
            peer = it.connect()
            text = GET if end != "close" else GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            it.ask(text, peer=peer)
            if end == "error":
                it.ask(b"BAD\x01\r\n\r\n", peer=peer)
            peer.close()
            it.net.run()
            assert [ref() for ref in refs] == [None, None, None]
    finally:
        gc.enable()


def testAnExceptionInAHandlerGivesUpThatConnectionOnly() -> None:
    def handler(req: Any, res: Any) -> None:
        if req.url == "/bad":
            raise KeyError("mine")
        res.end("ok")

    with pytest.raises(KeyError), web(handler) as it:
        other = it.connect()
        it.ask(GET.replace(b"/ ", b"/bad "))
        assert it.ask(GET, peer=other) == OK


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n", b"Connection: keep-alive\r\n"])
def testAnExceptionInAHandlerIsNoFaultOfTheNextConnection(ending: bytes) -> None:
    """Its parser is in the midst of a message: nobody else may get it."""

    def handler(req: Any, res: Any) -> None:
        if req.url == "/bad":
            raise KeyError("mine")
        res.end("ok")

    with pytest.raises(KeyError), web(handler) as it:
        for _ in range(3):
            assert it.ask(b"GET /bad HTTP/1.1\r\nHost: a\r\n" + ending + b"\r\n") == b""
            assert it.ask(GET) == OK


def testWhatFollowsAnExceptionIsAFaultWhereItIsHandled() -> None:
    """As in Node: the parser has lost its place. The rest of the segment is not read."""
    log: list[Any] = []

    def handler(req: Any, res: Any) -> None:
        log.append(req.url)
        if req.url == "/bad":
            res.end("ended")
            raise KeyError("mine")
        res.end("ok")

    onUncaught = log.append
    process.on("uncaughtException", onUncaught)
    try:
        with web(handler) as it:
            peer = it.connect()
            it.server.on("clientError", lambda error, socket: (log.append(error.code), socket.destroy()))
            assert it.ask(get("/a", "/bad", "/b"), peer=peer).endswith(b"ended")
            it.ask(get("/c"), peer=peer)
            assert peer.ended
            assert [log[0], log[1], type(log[2]), log[3:]] == ["/a", "/bad", KeyError, ["HPE_CB_HEADERS_COMPLETE"]]
    finally:
        process.removeListener("uncaughtException", onUncaught)


def testNothingIsReadBehindAnAnswerThatCloses() -> None:
    """Node hands such requests to the handlers although it cannot answer them: a written departure."""

    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(req.url)
        res.setHeader("Connection", "close")
        res.end("ok")

    with web(handler) as it:
        it.watch(it.server, "clientError")
        assert it.ask(GET * 3 + b"BAD\x01") == OK_CLOSE
        assert it.log == ["/"]


@pytest.mark.parametrize("value", ["100-continue", "100-CONTINUE", "x, 100-continue"])
def testExpectation(value: str) -> None:
    head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: {value}\r\n\r\n".encode()
    with web(ok) as it:
        assert it.ask(head) == b"HTTP/1.1 100 Continue\r\n\r\n" + OK


def testExpectationThatOnlyLooksLikeIt() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: x100-continue\r\n\r\n"
    with web(ok) as it:
        assert it.ask(head).startswith(b"HTTP/1.1 417 Expectation Failed\r\n")


def testUpgradeWhoseBodyIsCutOff() -> None:
    def listener(req: Any, socket: Any, head: bytes) -> None:
        req.on("error", lambda error: it.log.append(error.code))
        it.watch(req, "aborted", "close")

    with web() as it:
        it.server.on("upgrade", listener)
        it.watch(it.server, "clientError")
        peer = it.connect()
        it.ask(UPGRADE + b"he", peer=peer)
        peer.close()
        it.net.run()
        assert it.log == ["aborted", "ECONNRESET", "close"]


def testUpgradeWhoseBodyIsFaulty() -> None:
    head = UPGRADE.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked")
    with web() as it:
        it.server.on("upgrade", lambda req, socket, head: it.log.append("upgrade"))
        peer = it.connect()
        assert it.ask(head, b"zz\r\n", peer=peer) == b""
        assert (it.log, peer.ended) == (["upgrade"], True)


# -- an answer that is piped from its request

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"


def noteWrites(socket: Any, log: list[Any]) -> None:
    write = socket.write

    def noted(chunk: bytes, *args: Any) -> bool:
        log.append(undated(chunk))
        return bool(write(chunk, *args))

    socket.write = noted


def testAPipedAnswerIsOneWriteWhenItsRequestCameWhole() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        noteWrites(req.socket, it.log)
        req.pipe(res)

    with web(handler) as it:
        for _ in range(2):
            it.ask(POST + b"abc")
            assert it.log == [it.log[0]] and it.log[0].endswith(b"3\r\nabc\r\n0\r\n\r\n")
            it.log.clear()
        it.ask(POST, b"abc")
        assert b"".join(it.log).endswith(b"3\r\nabc\r\n0\r\n\r\n")


def testWhatIsHeldForTheEndLeavesWithoutIt() -> None:
    """The request's 'end' comes and the answer goes on: what was written is not kept back for longer."""

    def handler(req: Any, res: Any) -> None:
        req.on("data", res.write)

    with web(handler) as it:
        assert it.ask(POST + b"abc").endswith(b"\r\n\r\n3\r\nabc\r\n")


def testTrailersOfAnEarlierRequestAreNotThoseOfTheNext() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        req.on("end", lambda: it.log.append(req.rawTrailers))
        req.resume()
        res.end("ok")

    chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n"
    with web(handler) as it:
        peer = it.connect()
        for segment in (GET, chunked, GET):
            it.ask(segment, peer=peer)
        assert it.log == [[], ["A", "b"], []]


# -- every message closes, once


def noteAll(it: Web, req: Any, res: Any) -> None:
    """Log what becomes of a request and its response, by the request's URL."""
    it.watch(req, "aborted", "end", "close", prefix=f"req {req.url} ")
    it.watch(res, "finish", "close", prefix=f"res {req.url} ")


def get(*urls: str) -> bytes:
    return b"".join(GET.replace(b"/", url.encode(), 1) for url in urls)


def closes(log: list[Any]) -> list[str]:
    return sorted(each for each in log if str(each).endswith("close"))


THREE = ["req /a close", "req /b close", "req /c close", "res /a close", "res /b close", "res /c close"]


@pytest.mark.parametrize("way", ["close", "reset", "faulty", "destroy", "closeAllConnections", "timeout", "first"])
@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("answered", [None, 0, 1])
def testEveryMessageOfALostConnectionClosesOnce(way: str, read: bool, answered: int | None) -> None:
    """Also those that wait for their turn: a proxy that pipelines would keep its upstream connections for ever."""
    responses: list[Any] = []

    def handler(req: Any, res: Any, it: Web) -> None:
        noteAll(it, req, res)
        if read:
            req.resume()
        responses.append(res)

    with web(handler) as it:
        it.server.timeout = 1000 if way == "timeout" else 0
        peer = it.connect()
        it.ask(get("/a", "/b", "/c"), peer=peer)
        if answered is not None:
            responses[answered].end("early")
            it.net.run()
        if way in ("close", "reset"):
            getattr(peer, way)()
        elif way == "faulty":
            peer.send(b"BAD\x01\r\n\r\n")
        elif way == "destroy":
            responses[-1].req.socket.destroy()
        elif way == "closeAllConnections":
            it.server.closeAllConnections()
        elif way == "timeout":
            it.net.advance(1000)
        else:
            responses[1 if answered == 0 else 0].destroy()
        it.net.run()
        assert closes(it.log) == THREE


def testAnExceptionInAHandlerClosesTheMessagesThatWait() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        noteAll(it, req, res)
        if req.url == "/c":
            raise KeyError("mine")

    log: list[Any] = []
    with pytest.raises(KeyError), web(handler) as it:
        log = it.log
        it.ask(get("/a", "/b", "/c"))
    assert closes(log) == THREE


def testTheOrderInWhichMessagesOfALostConnectionClose() -> None:
    """As Node's."""
    with web(lambda req, res, it: noteAll(it, req, res)) as it:
        peer = it.connect()
        it.ask(get("/a", "/b"), peer=peer)
        peer.reset()
        it.net.run()
        cut = ["req /a aborted", "req /b aborted"]
        assert it.log == [*cut, "res /a close", "res /b close", "req /a close", "req /b close"]


def testAnAnswerGivenUpBeforeItsTurnClosesAtOnceAndEndsTheConnectionAtItsTurn() -> None:
    """In Node it gets the socket and nobody answers: a written departure."""
    responses: list[Any] = []

    def handler(req: Any, res: Any, it: Web) -> None:
        noteAll(it, req, res)
        responses.append(res)

    with web(handler) as it:
        peer = it.connect()
        it.ask(get("/a", "/b", "/c"), peer=peer)
        responses[1].destroy()
        it.net.run()
        assert (it.log, peer.ended) == (["res /b close"], False)
        responses[0].end("ok")
        it.net.run()
        assert peer.ended and undated(peer.take()) == OK
        assert closes(it.log) == THREE


def testARequestThatIsCutOffBehindItsAnswerCloses() -> None:
    """In Node nobody is told: a written departure."""

    def handler(req: Any, res: Any, it: Web) -> None:
        noteAll(it, req, res)
        res.end("early")

    with web(handler) as it:
        peer = it.connect()
        it.ask(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", peer=peer)
        assert it.log == ["res /a finish", "res /a close"]
        peer.close()
        it.net.run()
        assert it.log[2:] == ["req /a aborted", "req /a close"]


@pytest.mark.parametrize("answers", [0, 1, 2])
def testAnswersThatAreDueWhenTheSocketIsHandedOver(answers: int) -> None:
    """They leave on it, in their order; and close with it."""
    responses: list[Any] = []

    def handler(req: Any, res: Any, it: Web) -> None:
        noteAll(it, req, res)
        responses.append(res)

    with web(handler) as it:
        it.server.on("upgrade", lambda req, socket, head: socket.on("end", socket.end).resume())
        peer = it.connect()
        upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
        it.ask(get("/a", "/b") + upgrade, peer=peer)
        for res in responses[:answers]:
            res.end("ok")
            it.net.run()
        assert undated(peer.take()) == OK * answers
        peer.end()
        it.net.advance(60_000)
        assert peer.ended
        assert closes(it.log) == ["req /a close", "req /b close", "res /a close", "res /b close"]


CLOSING = b"GET /%b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def named(req: Any, res: Any) -> None:
    res.end(req.url)


@pytest.mark.parametrize("name", ["push", "unshift"])
def testBytesThatAProgramPutsIntoTheSocketAreParsed(name: str) -> None:
    with web(named) as it:
        it.server.on("connection", lambda socket: getattr(socket, name)(CLOSING % b"pushed"))
        assert b"/pushed" in it.ask()


def testAProgramMayLookAtTheFirstBytes() -> None:
    """A server for two protocols: what it has read goes back, and the socket to http."""
    with web(named) as it:

        def sniff(socket: Any) -> None:
            first = socket.read(1)
            if first is None:
                socket.once("readable", lambda: sniff(socket))
                return
            socket.unshift(first)
            it.server.emit("connection", socket)

        front = net.createServer(sniff)
        front.listen(81)
        it.net.run()
        peer = it.net.connect(81)
        it.net.run()
        for segment in (b"G", CLOSING[1:] % b"sniffed"):
            peer.send(segment)
            it.net.run()
        assert b"/sniffed" in peer.received
        front.close()


def testASocketThatWasAcceptedPausedIsReadOnceItIsResumed() -> None:
    with web(named) as it:
        sockets: list[Any] = []
        front = net.createServer(
            {"pauseOnConnect": True}, lambda socket: (sockets.append(socket), it.server.emit("connection", socket))
        )
        front.listen(81)
        it.net.run()
        peer = it.net.connect(81)
        peer.send(CLOSING % b"paused")
        it.net.run()
        assert peer.received == b""
        sockets[0].resume()
        it.net.run()
        assert b"/paused" in peer.received
        front.close()


def testASocketTellsThatABodyHasFilledUp() -> None:
    def unread(req: Any, res: Any, it: Web) -> None:
        for name in ("pause", "resume"):
            req.socket.on(name, lambda name=name: it.log.append(name))
        it.log.append(req)

    with web(unread) as it:
        peer = it.connect()
        it.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", bytes(200_000), peer=peer)
        assert it.log[1:] == ["pause"]
        it.log[0].resume()
        it.net.run()
        assert it.log[1:3] == ["pause", "resume"]


@pytest.mark.parametrize("timeout", [0, 1000])
def testAnyDuplexIsAConnection(timeout: int) -> None:
    with web(named) as it:
        it.server.timeout = timeout
        client, side = duplexPair()
        it.watch(client, "end", "close")
        client.on("data", lambda data: it.log.append(data[:15]))
        it.server.emit("connection", side)
        client.write(GET)
        it.net.run()
        assert it.log == [b"HTTP/1.1 200 OK"]
        client.write(CLOSING % b"last")
        it.net.run()
        assert it.log[:3] == [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", "end"]


def testGarbageOnADuplexIsAClientError() -> None:
    with web(named) as it:
        client, side = duplexPair()
        it.server.on("clientError", lambda error, socket: it.log.append((error.code, socket is side)))
        it.server.emit("connection", side)
        client.end("I am no request")
        it.net.run()
        assert it.log == [("HPE_INVALID_METHOD", True)]


def testAListenerOfTheSocketHearsOfTheEndBeforeTheAnswerDoes() -> None:
    """As Node's: an answer listens to its socket from its turn on, the program from 'connection' on."""
    with web(lambda req, res, it: it.watch(res, "close", prefix="res ")) as it:
        it.server.on("connection", lambda socket: it.watch(socket, "close", prefix="socket "))
        peer = it.connect()
        it.ask(GET, peer=peer)
        peer.close()
        it.net.run()
        assert it.log == ["socket close", "res close"]


def testEventsOfAnAnswerAndOfItsRequestInNodesOrder() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "resume", "end", "close", prefix=f"req{req.url[1]} ")
        it.watch(res, "prefinish", "finish", "close", prefix=f"res{req.url[1]} ")
        if req.url == "/0":
            res.end("ok")
            req.resume()
        else:
            req.on("end", lambda: res.end("ok"))
            req.resume()

    with web(handler) as it:
        assert it.ask(get("/0", "/1")) == OK + OK
    first = ["res0 prefinish", "res0 finish", "req0 resume", "req1 resume", "res0 close", "req0 end", "req1 end"]
    assert it.log == [*first, "res1 prefinish", "req0 close", "res1 finish", "req1 close", "res1 close"]


# -- what comes between the parts of one segment

FRAMED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"


def onReadable(req: Any, log: list[Any]) -> None:
    def readAll() -> None:
        sizes = []
        while (chunk := req.read()) is not None:
            sizes.append(len(chunk))
        log.append((sizes, req.complete))

    req.on("readable", readAll)


def onData(req: Any, log: list[Any]) -> None:
    def onChunk(chunk: bytes) -> None:
        log.append((len(chunk), req.complete))
        process.nextTick(log.append, "tick")

    req.on("data", onChunk)


def pausing(req: Any, log: list[Any]) -> None:
    def onChunk(chunk: bytes) -> None:
        log.append(len(chunk))
        req.pause()
        setImmediate(lambda: (log.append("immediate"), req.resume()))

    req.on("data", onChunk)


def inATick(req: Any, log: list[Any]) -> None:
    def tick() -> None:
        log.append(("tick", req.complete))
        req.on("data", lambda chunk: log.append(len(chunk)))

    process.nextTick(tick)


ALL = [([2], False), ([3], False), ([], True), "end", "close"]


@pytest.mark.parametrize(
    ("way", "segments", "log"),
    [
        (onReadable, [POST + b"abc"], [([3], False), ([], True), "end", "close"]),
        (onReadable, [POST, b"abc"], [([3], False), ([], True), "end", "close"]),
        (onReadable, [POST + b"a", b"bc"], [([1], False), ([2], False), ([], True), "end", "close"]),
        (onReadable, [FRAMED + CHUNKS], ALL),
        (onReadable, [FRAMED, CHUNKS], ALL),
        (onData, [POST + b"abc"], [(3, False), "tick", "end", "close"]),
        (onData, [POST, b"abc"], [(3, False), "tick", "end", "close"]),
        (onData, [FRAMED, CHUNKS], [(2, False), "tick", (3, False), "tick", "end", "close"]),
        (pausing, [POST + b"abc"], [3, "immediate", "end", "close"]),
        (pausing, [POST, b"abc"], [3, "immediate", "end", "close"]),
        (inATick, [POST + b"abc"], [("tick", False), 3, "end", "close"]),
    ],
)
def testTicksRunBetweenTheChunksOfASegmentAndBeforeItsEnd(way: Any, segments: list[bytes], log: list[Any]) -> None:
    """As Node's, which makes a callback of each chunk."""

    def handler(req: Any, res: Any, it: Web) -> None:
        it.watch(req, "end", "close")
        way(req, it.log)
        req.on("end", lambda: res.end("ok"))

    with web(handler) as it:
        assert it.ask(*segments) == OK
        assert it.log == log


def testARequestThatIsPausedWhenItsAnswerIsOutKeepsItsBody() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        def onChunk(chunk: bytes) -> None:
            it.log.append(chunk)
            req.pause()
            res.end("ok")

        it.watch(req, "end")
        req.on("data", onChunk)
        it.log.append(req)

    for segments in ([POST + b"abc"], [POST, b"abc"], [POST + b"a", b"bc"]):
        with web(handler) as it:
            assert it.ask(*segments) == OK
            it.net.advance(100)
            req = it.log.pop(0)
            assert it.log == [segments[0][len(POST) :] or segments[1]]
            assert not req.readableEnded
            req.resume()
            it.net.run()
            assert it.log[-1] == "end"


def testWhatAHandlerHasWrittenLeavesBeforeAFaultInTheSameSegmentIsAnswered() -> None:
    with web(lambda req, res: req.pipe(res)) as it:
        it.server.on("clientError", lambda error, socket: socket.end("fault"))
        assert it.ask(POST + b"abc" + b"BAD\x01\r\n\r\n").endswith(b"3\r\nabc\r\nfault")


def testWhatIsHeldForTheEndLeavesWhenAnExceptionKeepsTheEndAway() -> None:
    def fail() -> None:
        raise KeyError("mine")

    def handler(req: Any, res: Any) -> None:
        req.on("data", lambda chunk: (res.write(chunk), process.nextTick(process.nextTick, fail)))

    onUncaught = [].append
    process.on("uncaughtException", onUncaught)
    try:
        with web(handler) as it:
            assert it.ask(POST + b"abc").endswith(b"3\r\nabc\r\n")
    finally:
        process.removeListener("uncaughtException", onUncaught)


def testAnExceptionInATickBetweenTwoChunksGivesUpTheConnection() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        def fail() -> None:
            raise KeyError("mine")

        it.watch(req, "close")
        req.once("data", lambda chunk: process.nextTick(fail))

    with pytest.raises(KeyError), web(handler) as it:
        log, peer = it.log, it.connect()
        it.ask(FRAMED + CHUNKS, peer=peer)
    assert peer.ended and log == ["close"]


def testCloseEmittedByHandIsTheEndOfTheConnection() -> None:
    def handler(req: Any, res: Any, it: Web) -> None:
        it.log.append(req.url)
        req.socket.emit("close")
        res.end()

    with web(handler) as it:
        peer = it.connect()
        it.ask(GET, GET, peer=peer)
        peer.end()
        it.net.run()
        assert it.log == ["/"]
        assert peer.ended
