"""OutgoingMessage: headers, how writes become chunks and socket writes, the order of callbacks and events."""

import pytest
from httpanswers import answer, responseFor, sinkFor
from web import GET, web

from nodecompat import errors, process
from nodecompat.http.message.outgoing import HIGH_WATER_MARK, OutgoingMessage
from nodecompat.stream import Writable
from nodecompat.testing import network
from nodecompat.timers import setImmediate

HEAD = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def net():
    with network() as net:
        yield net


def log(message, *events):
    seen = []
    for event in events:
        message.on(event, lambda *args, event=event: seen.append((event, *args)))
    return seen


# -- headers


def testHeadersAreKeptAsTheyWereSet():
    res = responseFor()
    assert res.setHeader("X-Num", 5) is res
    res.setHeader("Set-Cookie", ["a=1", "b=2"])
    assert res.getHeaders() == {"x-num": 5, "set-cookie": ["a=1", "b=2"]}
    assert res.getHeaderNames() == ["x-num", "set-cookie"]
    assert res.getRawHeaderNames() == ["X-Num", "Set-Cookie"]
    assert res.getHeader("X-NUM") == 5
    assert res.hasHeader("x-NUM")
    res.removeHeader("x-num")
    assert res.getHeader("X-Num") is None and not res.hasHeader("X-Num")


def testAppendKeepsTheFirstSpelling():
    res = responseFor()
    res.appendHeader("A", "1").appendHeader("a", ["2", "3"]).appendHeader("A", "4")
    assert res.getHeaders() == {"a": ["1", "2", "3", "4"]}
    assert res.getRawHeaderNames() == ["A"]


def testSetHeadersTakesAMapping():
    res = responseFor()
    res.setHeaders({"A": 1, "Set-Cookie": ["a", "b"]})
    assert res.getHeaders() == {"a": 1, "set-cookie": ["a", "b"]}


def testSetHeadersKeepsSeveralCookies():
    class Headers:
        def items(self):
            return [("set-cookie", "a"), ("x", "1, 2"), ("set-cookie", "b")]

    res = responseFor().setHeaders(Headers())
    assert res.getHeaders() == {"x": "1, 2", "set-cookie": ["a", "b"]}


def testSetHeadersRefusesAnythingElse():
    with pytest.raises(errors.ERR_INVALID_ARG_TYPE, match='"headers" argument must be an instance of Headers or Map'):
        responseFor().setHeaders(5)


@pytest.mark.parametrize("method", ["getHeader", "hasHeader", "removeHeader"])
def testANameIsText(method):
    with pytest.raises(errors.ERR_INVALID_ARG_TYPE, match='"name" argument must be of type string'):
        getattr(responseFor(), method)(5)


@pytest.mark.parametrize(
    "call, verb",
    [
        (lambda res: res.setHeader("a", "b"), "set"),
        (lambda res: res.setHeaders({}), "set"),
        (lambda res: res.appendHeader("a", "b"), "append"),
        (lambda res: res.removeHeader("a"), "remove"),
        (lambda res: res.writeHead(200), "write"),
    ],
)
def testHeadersAreFixedOnceTheHeadIsMade(call, verb):
    res = responseFor()
    res.flushHeaders()
    assert res.headersSent
    with pytest.raises(errors.ERR_HTTP_HEADERS_SENT, match=f"^Cannot {verb} headers after they are sent"):
        call(res)


def testTheBaseClassHasNoFirstLine():
    with pytest.raises(errors.ERR_METHOD_NOT_IMPLEMENTED):
        OutgoingMessage().flushHeaders()


# -- how writes leave


def testAnAnswerIsOneWrite():
    assert answer(lambda res: res.end("hello")) == [
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"
    ]


PLAIN = {
    "no body": (lambda res: res.end(), "GET", b"0\r\n\r\n"),
    "empty bytes": (lambda res: res.end(b""), "GET", b"0\r\n\r\n"),
    "text": (lambda res: res.end("é"), "GET", b"2\r\n\xc3\xa9\r\n0\r\n\r\n"),
    "text in an encoding": (lambda res: res.end("6869", "hex"), "GET", b"2\r\nhi\r\n0\r\n\r\n"),
    "bytes-like, and a callback": (lambda res: res.end(bytearray(b"hi"), print), "GET", b"2\r\nhi\r\n0\r\n\r\n"),
    "a long chunk": (lambda res: res.end(b"x" * 5000), "GET", b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n"),
    "trailers": (lambda res: (res.addTrailers({"A": "1"}), res.end("x")), "GET", b"1\r\nx\r\n0\r\nA: 1\r\n\r\n"),
    "HEAD": (lambda res: res.end("x"), "HEAD", b""),
}


@pytest.mark.parametrize("case", PLAIN)
def testAWholeMessageIsOneWriteWhateverItsEndIsGiven(case):
    end, method, body = PLAIN[case]

    def handler(res):
        res.writeHead(200)
        end(res)

    head = HEAD if body else HEAD.replace(b"Transfer-Encoding: chunked\r\n", b"")
    assert answer(handler, method=method) == [head + body]


@pytest.mark.parametrize(
    ("before", "count"),
    [
        (lambda res: res.write("a"), 1),
        (lambda res: res.flushHeaders(), 2),
        (lambda res: res.cork(), 1),
        (lambda res: res.writeContinue(), 2),
    ],
)
def testWhatHasLeftOrWaitsComesFirst(before, count):
    """Such a message is not plain: its end must not overtake its beginning, nor send the head twice."""
    first = b"".join(answer(lambda res: (before(res), res.end("b"))))
    assert first.count(b"HTTP/1.1 200 OK") == 1
    assert len(answer(lambda res: (before(res), res.end("b")))) == count
    assert first.index(b"HTTP/1.1 200") < first.rindex(b"b")


def testWritesOfOneTurnAreOneChunkAndOneWrite():
    assert answer(lambda res: (res.write("ab"), res.write("c"), res.end("d"))) == [HEAD + b"4\r\nabcd\r\n0\r\n\r\n"]


def testTheNextTickBeginsANewChunk(net):
    received = []
    res = responseFor()
    sinkFor(res, received)
    res.write("ab")
    net.run()
    res.write("cd")
    res.end("e")
    net.run()
    assert received == [HEAD + b"2\r\nab\r\n", b"3\r\ncde\r\n0\r\n\r\n"]


def testFlushedHeadersLeaveAtOnce():
    assert answer(lambda res: (res.flushHeaders(), res.write("ab"), res.end())) == [HEAD, b"2\r\nab\r\n0\r\n\r\n"]


def testNothingIsFlushedBehindAWrite():
    """The head leaves with what was written, and that is one chunk with what comes next."""
    assert answer(lambda res: (res.write("ab"), res.flushHeaders(), res.end("c"))) == [HEAD + b"3\r\nabc\r\n0\r\n\r\n"]


@pytest.mark.parametrize("chunk, code", [("", None), (b"", "ERR_STREAM_WRITE_AFTER_END")])
def testEmptyBytesAreAChunkForEnd(chunk, code):
    failed = []

    def handler(res):
        res.on("error", lambda error: failed.append(error.code))
        res.end("a")
        res.end(chunk)

    answer(handler)
    assert failed == ([code] if code else [])


def testUncorkEndsAChunk():
    def handler(res):
        res.cork()
        res.write("ab")
        res.write("c")
        assert res.writableCorked == 1
        res.uncork()
        res.write("d")
        res.end("e")

    assert b"".join(answer(handler)) == HEAD + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


@pytest.mark.parametrize("corks", [1, 3])
def testTheEndUncorks(corks):
    def handler(res):
        for _ in range(corks):
            res.cork()
        res.write("ab")
        res.end("c")

    assert b"".join(answer(handler)) == HEAD + b"3\r\nabc\r\n0\r\n\r\n"


def testAnEmptyWriteSendsTheHeadAlone():
    assert b"".join(answer(lambda res: (res.write(""), res.end("")))) == HEAD + b"0\r\n\r\n"


def testALargeBodyIsNotCopied(net):
    """The socket is given the very object, so that a body of any size needs no second buffer."""
    body = b"x" * 1_000_000
    chunks = []
    res = responseFor()

    def writev(pieces, callback):
        chunks.extend(piece.chunk if hasattr(piece, "chunk") else piece["chunk"] for piece in pieces)
        callback()

    res.assignSocket(Writable(writev=writev))
    res.end(body)
    net.run()
    assert any(chunk is body for chunk in chunks)


@pytest.mark.parametrize(
    "chunk, encoding, sent",
    [("6162", "hex", b"ab"), ("é", "latin1", b"\xe9"), ("é", "utf16le", b"\xe9\0"), ("YWI=", "base64", b"ab")],
)
def testEncodings(chunk, encoding, sent):
    assert b"".join(answer(lambda res: res.end(chunk, encoding))).endswith(b"\r\n\r\n" + sent)


@pytest.mark.parametrize("chunk", [b"ab", bytearray(b"ab"), memoryview(b"xabx")[1:3]])
def testBytesLikeBodies(chunk):
    assert answer(lambda res: res.end(chunk))[0].endswith(b"\r\n\r\nab")


@pytest.mark.parametrize(
    "args, code",
    [
        ((5,), "ERR_INVALID_ARG_TYPE"),
        (({},), "ERR_INVALID_ARG_TYPE"),
        ((None,), "ERR_STREAM_NULL_VALUES"),
        (("x", "nope"), "ERR_UNKNOWN_ENCODING"),
    ],
)
def testWhatIsNoBody(args, code):
    with pytest.raises(errors.NodeError) as caught:
        responseFor().write(*args)
    assert caught.value.code == code


def testHeadHasNoBody():
    sent = answer(lambda res: (res.write("he"), res.end("llo")), method="HEAD")
    assert b"".join(sent) == b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n"


@pytest.mark.parametrize("call", [lambda res: res.write("x"), lambda res: res.end("x")])
def testABodyCanBeForbidden(call):
    res = responseFor(rejectNonStandardBodyWrites=True)
    res.statusCode = 204
    with pytest.raises(errors.ERR_HTTP_BODY_NOT_ALLOWED):
        call(res)


# -- before there is a socket


def testBytesWaitForTheSocket(net):
    received = []
    res = responseFor()
    pending = []
    res._onPendingData = pending.append
    assert res.write("ab") is True
    res.end("c")
    assert res.outputSize == res.writableLength > 0
    assert not res.writableFinished
    sinkFor(res, received)
    net.run()
    assert b"".join(received) == HEAD + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    assert sum(pending) == 0 and res.outputSize == 0


def testAFullBufferAsksToWait(net):
    res = responseFor()
    seen = log(res, "drain")
    assert res.write(b"x" * HIGH_WATER_MARK) is False
    assert res.writableNeedDrain
    sinkFor(res, []).on("drain", res._onDrain_)
    net.run()
    assert seen == [("drain",)]


# -- callbacks and events


def testFinishWaitsForWhatIsUnderWay(net):
    """Also when the end itself sends nothing."""
    log = []
    res = responseFor()
    res.setHeader("Content-Length", 2)
    res.on("finish", lambda: log.append("finish"))
    written = []
    sink = Writable(write=lambda chunk, encoding, callback: written.append(callback))
    res.assignSocket(sink)
    res.write("ab")
    net.run()
    res.end()
    net.run()
    assert log == []
    while written:
        written.pop()()
        net.run()
    assert log == ["finish"]


def testCallbacksComeBeforeFinish(net):
    res = responseFor()
    seen = log(res, "prefinish", "finish")
    sinkFor(res, [])
    res.write("a", lambda: seen.append("first"))
    res.write("b", "utf8", lambda error: seen.append(("second", error)))
    res.end("c", lambda: seen.append("end"))
    assert seen == [("prefinish",)]
    net.run()
    assert seen == [("prefinish",), "first", ("second", None), "end", ("finish",)]


def testWriteAfterEnd(net):
    res = responseFor()
    seen = log(res, "finish", "error")
    sinkFor(res, [])
    res.end("x")
    assert res.write("y", lambda error: seen.append(("write", error.code))) is False
    res.end("z", lambda error: seen.append(("end", error.code)))
    net.run()
    code = "ERR_STREAM_WRITE_AFTER_END"
    assert [(name, getattr(value, "code", value)) for name, *rest in seen for value in rest or [None]] == [
        ("finish", None),
        ("write", code),
        ("error", code),
        ("end", code),
        ("error", code),
    ]


def testUncorkTellsAtOnceThatThereIsRoom() -> None:
    def handler(req, res, it):
        it.watch(res, "drain")
        process.nextTick(it.log.append, "tick")
        res.cork()
        it.log.append(res.write(b"x" * 200))
        res.uncork()
        it.log.append("uncorked")

    with web(handler, highWaterMark=100) as it:
        it.ask(GET)
        assert it.log == [False, "drain", "uncorked", "tick"]


def testEndAgainTellsWhenItIsDone(net):
    res = responseFor()
    seen = []
    sinkFor(res, [])
    res.end("x")
    net.run()
    res.end(lambda error: seen.append(error.code))
    assert seen == ["ERR_STREAM_ALREADY_FINISHED"]


def testWriteAfterDestroy(net):
    res = responseFor()
    seen = log(res, "error")
    res.destroy()
    assert res.write("x", lambda error: seen.append(error.code)) is False
    net.run()
    assert seen == ["ERR_STREAM_DESTROYED"]


def testEndAfterDestroyIsSilent(net):
    received = []
    res = responseFor()
    sinkFor(res, received)
    seen = log(res, "finish", "error")
    res.destroy()
    res.end("late", lambda: seen.append("callback"))
    net.run()
    assert (seen, received, res.writableEnded, res.writableFinished) == ([], [], True, False)


def testDestroyReachesALaterSocket(net):
    res = responseFor()
    failure = ValueError("mine")
    assert res.destroy(failure) is res and res.destroyed and res.errored is failure
    sink = sinkFor(res, [])
    sink.on("error", lambda error: None)
    assert sink.destroyed


def testPipeIsAnError():
    res = responseFor()
    seen = log(res, "error")
    assert res.pipe(Writable()) is None
    assert [error.code for _, error in seen] == ["ERR_STREAM_CANNOT_PIPE"]


def testBackpressureOfOneTurn(net):
    res = responseFor()
    seen = log(res, "drain")
    sinkFor(res, [])
    assert [res.write(b"x" * 20_000) for _ in range(5)] == [True, True, True, False, False]
    assert res.writableNeedDrain and res.writableLength >= 100_000
    assert res.writableHighWaterMark == res.socket.writableHighWaterMark
    res.socket.on("drain", res._onDrain_)
    net.run()
    assert seen == [("drain",)]


def testFlagsOfAFinishedMessage(net):
    res = responseFor()
    sinkFor(res, [])
    assert (res.writableEnded, res.finished, res.writableFinished, res.writableObjectMode) == (False,) * 4
    res.end()
    net.run()
    assert (res.writableEnded, res.finished, res.writableFinished, res.writableLength) == (True, True, True, 0)


def testWritableLengthIsWhatWaitsForTheWire():
    """With the head, and the framing of a chunk."""
    lengths = []

    def handler(req, res):
        res.sendDate = False
        lengths.append(res.writableLength)
        res.writeHead(200)
        lengths.append(res.writableLength)
        for chunk in ("", "asd", "x" * 13):
            res.write(chunk)
            lengths.append(res.writableLength)
        res.end()

    with web(handler) as it:
        head, _, body = it.ask(GET).partition(b"\r\n\r\n")
    whole = len(head) + 4
    assert lengths == [0, 0, whole, whole + len("3\r\nasd\r\n"), whole + len("10\r\n0123456789abcdef\r\n")]
    assert body == b"10\r\nasd" + b"x" * 13 + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(("size", "takesMore"), [(65536 - 200, True), (65536 - 140, False), (65536 - 5, False)])
def testWhatWriteReturnsCountsHeadAndFraming(size, takesMore):
    results = []

    def handler(req, res):
        res.setHeader("X-A", "b" * 40)
        results.append(res.write("x" * size))
        res.end()

    with web(handler) as it:
        it.ask(GET)
    assert results == [takesMore]


@pytest.mark.parametrize(
    ("value", "unique", "lines"),
    [
        (["a", "b"], None, "X-A: a\r\nX-A: b\r\n"),
        (["a", "b"], {"x-a"}, "X-A: a; b\r\n"),
        (["a"], {"x-a"}, "X-A: a\r\n"),
        ([], None, "X-A: \r\n"),
        ([None], None, "X-A: \r\n"),
        ([[1, 2], 3], None, "X-A: 1,2\r\nX-A: 3\r\n"),
        (5, {"x-a"}, "X-A: 5\r\n"),
    ],
)
def testTrailersOfSeveralValues(value, unique, lines):
    res = responseFor()
    res._uniqueHeaders_ = unique
    res.addTrailers({"X-A": value})
    assert res._trailer == lines


# -- strictContentLength


def strict(declared, *writes, last=None):
    def handler(res):
        res.strictContentLength = True
        res.writeHead(200, {"Content-Length": declared})
        for each in writes:
            res.write(each)
        res.end(last)

    return handler


@pytest.mark.parametrize(
    "handler, sent, declared",
    [
        (strict(3, last="hello"), 5, "3"),
        (strict(3, "hello"), 5, "3"),
        (strict(3, "he", "llo"), 5, "3"),
        (strict(8, last="hello"), 5, "8"),
        (strict(8, "hello"), 5, "8"),
        (strict("abc", last="hello"), 5, "NaN"),
    ],
)
def testALengthThatIsNotKept(handler, sent, declared):
    with pytest.raises(errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH) as caught:
        answer(handler)
    assert f"of {sent} byte(s) does not match the content-length of {declared} byte(s)" in caught.value.message


@pytest.mark.parametrize("handler", [strict("5", "he", "llo"), strict(5, last="hello"), strict(0)])
def testALengthThatIsKept(handler):
    assert answer(handler)


@pytest.mark.parametrize("writes", [["hello world"], ["hel", "lo world"], ["hello", " world"]])
@pytest.mark.parametrize("corked", [True, False])
@pytest.mark.parametrize("isLate", [True, False])
def testNothingOfASurplusLeaves(writes, corked, isLate):
    """In Node a first piece that is too long leaves, and only `end` raises: a written departure."""
    codes = []

    def finish(res):
        with pytest.raises(errors.ERR_HTTP_CONTENT_LENGTH_MISMATCH, match="of 11 byte"):
            res.end() if len(writes) == 1 else res.write(writes[1])

    def handler(req, res):
        res.strictContentLength = True
        res.setHeader("Content-Length", 5)
        if corked:
            res.cork()
        res.write(writes[0], lambda error=None: codes.append(error and error.code))
        if corked:
            res.uncork()
        setImmediate(finish, res) if isLate else finish(res)

    with web(handler) as it:
        _, _, body = it.ask(GET).partition(b"\r\n\r\n")
    assert body == (b"" if len(writes) == 1 else writes[0].encode())
    assert codes == ["ERR_HTTP_CONTENT_LENGTH_MISMATCH" if len(writes) == 1 else None]


def testWithoutStrictnessNobodyCounts():
    assert answer(lambda res: res.writeHead(200, {"Content-Length": 3}).end("hello"))[0].endswith(b"hello")
