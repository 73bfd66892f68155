"""ClientRequest: its arguments, the bytes it sends, what it exposes."""

from __future__ import annotations

import json
import pathlib
from typing import Any
from urllib.parse import urlsplit

import hyperlink
import pytest

from nodecompat import AbortController, errors, http, net
from nodecompat.testing import network
from nodecompat.timers import setImmediate
from nodecompat.url import URL

WIRE = json.loads((pathlib.Path(__file__).parents[2] / "data/http/client-wire-node.json").read_text("ascii"))


def send(*writes: str, end: str | bytes | None = None, **extra: Any) -> Any:
    """A program: make a request with these options, write, end."""

    def program(options: dict[str, Any]) -> Any:
        req = http.request({**options, **extra})
        for each in writes:
            req.write(each)
        req.end(end)
        return req

    return program


def then(prepare: Any, **extra: Any) -> Any:
    """A program: make a request, do something with it, end it."""

    def program(options: dict[str, Any]) -> Any:
        req = http.request({**options, **extra})
        prepare(req)
        req.end()
        return req

    return program


def agent(**options: Any) -> Any:
    return lambda given: http.get({**given, "agent": http.Agent(options)})


def own(**extra: Any) -> Any:
    """A program that connects by itself, whatever host the request names."""

    def program(options: dict[str, Any]) -> Any:
        port = options["port"]
        return http.get({**options, **extra, "createConnection": lambda *given: net.connect(port, "127.0.0.1")})

    return program


def byUrl(form: str, *more: Any) -> Any:
    return lambda options: http.get(form.replace("PORT", str(options["port"])), *more)


def later(options: dict[str, Any]) -> Any:
    """Written when the connection stands, in two turns."""
    req = http.request({**options, "method": "POST"})

    def second() -> None:
        req.write("x")
        req.write("y")
        req.end("d")

    def onConnect() -> None:
        req.write("ab")
        req.write("c")
        from nodecompat.timers import setImmediate

        setImmediate(second)

    req.on("socket", lambda socket: socket.on("connect", onConnect))
    return req


def corked(req: Any) -> None:
    req.cork()
    req.write("ab")
    req.write("c")
    req.uncork()
    req.write("d")


def delayed(**extra: Any) -> Any:
    def program(options: dict[str, Any]) -> Any:
        from nodecompat.timers import setTimeout

        req = http.request({**options, "method": "POST", **extra})
        req.flushHeaders()
        setTimeout(lambda: req.end("d" if "headers" in extra else "x"), 10)
        return req

    return program


PROGRAMS = {
    "get": http.get,
    "nokeep": lambda o: http.get({**o, "agent": False}),
    "agentka": agent(keepAlive=True),
    "agentms": agent(maxSockets=3),
    "agentplain": agent(),
    "noagent": own(),
    "post": send("ab", "c", end="d", method="POST"),
    "postend": send(end="abc", method="post"),
    "postempty": send(method="POST"),
    "postlater": later,
    "getbody": send("ab", end="d"),
    "getbody1": send(end="d"),
    "del": send(end="d", method="DELETE"),
    "delw": send("a", end="d", method="DELETE"),
    "put": send(end="d", method="PUT", headers={"X-A": "1", "x-b": ["2", "3"], "Cookie": ["a=1", "b=2"]}),
    "arr": send(end="d", method="POST", headers=["X-A", "1", "x-b", "2", "X-B", "3"]),
    "arrget": send(headers=["X-A", "1", "Host", "zz"]),
    "pairs": send(end="d", method="POST", headers=[["X-A", "1"], ("x-b", "2")]),
    "expect": delayed(headers={"Expect": "100-continue"}),
    "expectend": send(end="d", method="POST", headers={"Expect": "100-continue", "Content-Length": 1}),
    "auth": send(auth="a:b"),
    "authcrlf": send(auth="a:b\r\nX: y"),
    "nosethost": send(setHost=False),
    "nodefault": send(setDefaultHeaders=False),
    "nodefaultpost": send("x", end="abc", method="POST", setDefaultHeaders=False),
    "nodefaulthost": send(setDefaultHeaders=False, setHost=True),
    "hostv6": own(host="::1"),
    "host80": own(host="h", port=80),
    "hostdef": own(host="h", port=8080, defaultPort=8080),
    "hostport": own(host="h", port="81"),
    "hosthead": send(headers={"host": "other"}),
    "urlstr": byUrl("http://u%20s:p@127.0.0.1:PORT/a/../b c?x=é#frag"),
    "urlobj": lambda o: http.get(URL(f"http://127.0.0.1:{o['port']}/p?q"), {"headers": {"A": "b"}}),
    "urlopt": byUrl("http://127.0.0.1:PORT/p?q", {"path": "/over", "method": "HEAD"}),
    "head": send(method="HEAD"),
    "opt": send(method="OPTIONS", path="*"),
    "conn": send(method="CONNECT", path="h:1"),
    "connclose": send(headers={"Connection": "close"}),
    "connka": send(agent=False, headers={"Connection": "keep-alive"}),
    "upg": send(headers={"Connection": "Upgrade", "Upgrade": "x"}),
    "te": send("a", end="b", headers={"Transfer-Encoding": "chunked"}),
    "teget": send(end="hello", method="POST", headers={"Transfer-Encoding": "chunked", "Content-Length": 5}),
    "rmhost": then(lambda req: req.removeHeader("Host")),
    "rmconn": then(lambda req: req.removeHeader("Connection")),
    "trailer": then(
        lambda req: (req.addTrailers({"X-T": "1"}), req.write("a")), method="POST", headers={"Trailer": "X-T"}
    ),
    "uniq": send(uniqueHeaders=["x-u"], headers={"X-U": ["1", "2"]}),
    "flush": delayed(),
    "flushget": then(lambda req: req.flushHeaders()),
    "emptyhdr": send(headers={"X-E": ""}),
    "cookie1": send(headers={"cookie": ["a"]}),
    "path8": send(path="/é?ü"),
    "buf": send(b"ab", end=b"cd", method="POST"),
    "hostnum": send(hostname="127.0.0.1", host="zzz"),
    "patch": send(method="PATCH"),
    "query": send(method="QUERY"),
    "trace": send(end="x", method="TRACE"),
    "foo": send(end="x", method="foo"),
}


@pytest.fixture
def fake():
    with network() as fake:
        fake.resolver.addresses.update({"h": ["127.0.0.1"], "zzz": ["127.0.0.1"]})
        yield fake
        http.globalAgent.destroy()


def received(fake: Any, program: Any) -> str:
    """What a server sees of a request, with the port made anonymous."""
    server = fake.listen()
    port = server.server.getsockname().port
    req = program({"port": port, "host": "127.0.0.1"})
    req.on("error", lambda error: None)
    fake.advance(20)
    req.destroy()
    assert len(server.peers) == 1
    return server.peers[0].received.decode("latin-1").replace(str(port), "<port>")


@pytest.mark.parametrize("name", PROGRAMS)
def testBytesAreNodes(fake, name):
    assert received(fake, PROGRAMS[name]) == WIRE[name]


def testTrailersAsPairs(fake):
    prepare = lambda req: (req.addTrailers([["X-T", "1"]]), req.write("a"))  # noqa: E731
    sent = received(fake, then(prepare, method="POST", headers={"Trailer": "X-T"}))
    assert sent == WIRE["trailer2"]


def testAnEmptyListOfHeadersIsAListOfHeaders(fake):
    assert (
        received(fake, lambda o: http.get({**o, "headers": []})) == "GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"
    )


@pytest.mark.parametrize("given", [{"headers": ["X-U", ["1", "2"]]}, {"headers": {"X-U": ["1", "2"], "Expect": "x"}}])
def testUniqueHeadersComeTooLateForAHeadThatIsMade(fake, given):
    sent = received(fake, lambda o: http.get({**o, **given, "uniqueHeaders": ["x-u"]}))
    assert "X-U: 1\r\nX-U: 2\r\n" in sent


def testAnEmptyExpectWaitsForNothing(fake):
    def program(options):
        req = http.request({**options, "headers": {"Expect": ""}})
        req.setHeader("X-A", "1")
        req.end()
        return req

    assert "X-A: 1\r\n" in received(fake, program)


def testFinishWaitsForTheConnection(fake):
    """A body that was written, an end that adds nothing to it: 'finish' does not come before they are sent."""
    log: list[str] = []
    server = fake.listen()
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False, "method": "GET"}
    req = http.request(options)
    for name in ("socket", "finish"):
        req.on(name, lambda *args, name=name: log.append(name))
    req.on("socket", lambda socket: socket.on("connect", lambda: log.append("connect")))
    req.write("x")
    req.end()
    fake.run()
    assert log == ["socket", "connect", "finish"]
    req.on("error", lambda error: None)
    req.destroy()


def testKeywordArguments(fake):
    program = lambda o: http.get(host=o["host"], port=o["port"], path="/p", headers={"A": "b"})  # noqa: E731
    expected = "GET /p HTTP/1.1\r\nA: b\r\nHost: 127.0.0.1:<port>\r\nConnection: keep-alive\r\n\r\n"
    assert received(fake, program) == expected


@pytest.mark.parametrize("make", [urlsplit, hyperlink.parse, URL], ids=["urllib", "hyperlink", "own"])
def testUrlObjectsOfOthers(fake, make):
    program = lambda o: http.get(make(f"http://u:p@127.0.0.1:{o['port']}/p?q=1"))  # noqa: E731
    head = "GET /p?q=1 HTTP/1.1\r\nHost: 127.0.0.1:<port>\r\nAuthorization: Basic dTpw\r\n"
    assert received(fake, program).startswith(head)


# -- arguments

ROWS = [
    ({"method": "BAD METHOD"}, "ERR_INVALID_HTTP_TOKEN", 'Method must be a valid HTTP token ["BAD METHOD"]'),
    ({"path": "/a b"}, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters"),
    ({"protocol": "https:"}, "ERR_INVALID_PROTOCOL", 'Protocol "https:" not supported. Expected "http:"'),
    (
        {"host": 5},
        "ERR_INVALID_ARG_TYPE",
        'The "options.host" property must be of type string or one of undefined or null. Received type number (5)',
    ),
    (
        {"agent": 5},
        "ERR_INVALID_ARG_TYPE",
        'The "options.agent" property must be one of Agent-like Object, undefined, or false. Received type number (5)',
    ),
    ({"headers": {"bad name": 1}}, "ERR_INVALID_HTTP_TOKEN", 'Header name must be a valid HTTP token ["bad name"]'),
    (
        {"insecureHTTPParser": "x"},
        "ERR_INVALID_ARG_TYPE",
        "The \"options.insecureHTTPParser\" property must be of type boolean. Received type string ('x')",
    ),
    (
        {"httpValidation": "x"},
        "ERR_INVALID_ARG_VALUE",
        "The property 'options.httpValidation' must be one of: 'strict', 'relaxed', 'insecure'. Received 'x'",
    ),
    (
        {"httpValidation": "strict", "insecureHTTPParser": False},
        "ERR_INVALID_ARG_VALUE",
        "The property 'options.httpValidation' cannot be used together with options.insecureHTTPParser."
        " Received 'strict'",
    ),
    (
        {"host": "a.example\0.evil"},
        "ERR_INVALID_ARG_VALUE",
        "The property 'options.host' must be a string without null bytes. Received 'a.example\\x00.evil'",
    ),
    ({"joinDuplicateHeaders": 1}, "ERR_INVALID_ARG_TYPE", None),
    ({"method": 5}, "ERR_INVALID_ARG_TYPE", None),
    ({"timeout": "x"}, "ERR_INVALID_ARG_TYPE", None),
    ({"signal": 5}, "ERR_INVALID_ARG_TYPE", None),
    ({"uniqueHeaders": [5]}, "ERR_INVALID_ARG_TYPE", None),
]


@pytest.mark.parametrize("options, code, message", ROWS, ids=[str(row[0]) for row in ROWS])
def testWrongOptions(fake, options, code, message):
    with pytest.raises(errors.NodeError) as caught:
        http.request(options)
    assert caught.value.code == code
    assert message is None or caught.value.message == message
    assert not fake.resolver.asked


@pytest.mark.parametrize("input", ["not a url", "", "//x"])
def testWrongUrl(input):
    with pytest.raises(errors.ERR_INVALID_URL, match=r"^Invalid URL$"):
        http.request(input)


def testAUrlOfAnotherScheme():
    with pytest.raises(errors.ERR_INVALID_PROTOCOL, match=r'Protocol "https:" not supported'):
        http.get("https://example.test/")


def testRelaxedValuesMayHoldControls(fake):
    req = http.request({"agent": False, "httpValidation": "relaxed", "headers": {"A": "b\x01"}, "port": 1})
    req.on("error", lambda error: None)
    assert req.getHeader("a") == "b\x01"
    with pytest.raises(errors.ERR_INVALID_CHAR):
        req.setHeader("A", "b\r\nc")


# -- what it exposes


def testProperties(fake):
    server = fake.listen()
    port = server.server.getsockname().port
    req = http.request(f"http://127.0.0.1:{port}/a?b", {"method": "put", "headers": {"X-A": "1"}, "agent": False})
    assert (req.method, req.path, req.host, req.protocol) == ("PUT", "/a?b", "127.0.0.1", "http:")
    assert req.getRawHeaderNames() == ["X-A", "Host"]
    assert (req.reusedSocket, req.aborted, req.res, req.maxHeadersCount) == (False, False, None, None)
    assert req.socket is None and not req.headersSent
    fake.run()
    assert req.socket is req.connection and req.socket.remotePort == port
    req.on("error", lambda error: None).destroy()


def testThePathCanBeSetUntilItIsSent(fake):
    req = http.request({"agent": False, "port": 1}).on("error", lambda error: None)
    req.path = "/x"
    with pytest.raises(errors.ERR_UNESCAPED_CHARACTERS):
        req.path = "/ b"
    assert req.path == "/x"


def testOptionsOfTheSocketWaitForTheConnection(fake):
    server = fake.listen()
    port = server.server.getsockname().port
    req = http.request({"port": port, "host": "127.0.0.1", "agent": False}).on("error", lambda error: None)
    req.setNoDelay(True)
    req.setSocketKeepAlive(True, 5000)
    fake.run()
    options = req.socket._handle.options
    assert options["setNoDelay"] in (True, (True,)) and options["setKeepAlive"][:2] == (True, 5000)
    req.destroy()


def testABodyThatNothingDelimitsIsTheLastOnItsConnection(fake):
    """As in Node the body of a GET goes out bare; what a server makes of it must not answer the next request."""
    req = http.request({"port": 1, "host": "127.0.0.1"}).on("error", lambda error: None)
    assert req.shouldKeepAlive
    req.end("GET /smuggled HTTP/1.1\r\n\r\n")
    assert not req.shouldKeepAlive


def testTheCallerMayReplaceTheGlobalAgent(fake, monkeypatch):
    mine = http.Agent()
    monkeypatch.setattr(http, "globalAgent", mine)
    req = http.get({"port": 1, "host": "127.0.0.1"}).on("error", lambda error: None)
    assert req.agent is mine


def testNobodyFollowsRedirects(fake):
    """CVE-2022-21712: credentials go nowhere else."""
    server = fake.listen()
    port = server.server.getsockname().port
    seen = []
    http.get({"port": port, "host": "127.0.0.1", "auth": "a:b", "agent": False}, seen.append)
    fake.run()
    server.peers[0].send(b"HTTP/1.1 302 Found\r\nLocation: http://other.test/\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert seen[0].statusCode == 302 and seen[0].headers["location"] == "http://other.test/"
    assert len(server.peers) == 1 and not fake.resolver.asked
    seen[0].destroy()


def testACompressedBodyStaysCompressed(fake):
    """CVE-2025-69223, CVE-2026-54278: no bomb goes off here: nothing is decoded that nobody asked to decode."""
    import gzip

    body = gzip.compress(bytes(100_000))
    server = fake.listen()
    port = server.server.getsockname().port
    chunks: list[bytes] = []
    http.get({"port": port, "host": "127.0.0.1", "agent": False}, lambda res: res.on("data", chunks.append))
    fake.run()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    server.peers[0].send(head + body)
    fake.run()
    assert b"".join(chunks) == body


def testInterimAnswersWithoutEndDoNotFillMemory(fake):
    """A stream of 102 is an event each and nothing more; the request's own timeout still comes."""
    server = fake.listen()
    port = server.server.getsockname().port
    req = http.get({"port": port, "host": "127.0.0.1", "agent": False, "timeout": 50})
    counts = {"information": 0, "timeout": 0}
    req.on("information", lambda: counts.update(information=counts["information"] + 1))
    req.on("timeout", lambda: (counts.update(timeout=1), req.destroy()))
    req.on("error", lambda error: None)
    fake.run()
    for _ in range(100):
        server.peers[0].send(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)
        fake.run()
    assert counts == {"information": 10_000, "timeout": 0}
    fake.advance(60)
    assert counts["timeout"] == 1


def testReferenceCountsFreeAFinishedRequest(fake):
    """Nothing of a request waits for the garbage collector, whether its connection is kept or not."""
    import gc
    import weakref

    server = fake.listen()
    port = server.server.getsockname().port
    gc.collect()
    gc.disable()
    try:
        for agent in (http.Agent(keepAlive=True, timeout=5000), False):
            left: list[Any] = []
            options = {"port": port, "host": "127.0.0.1", "agent": agent, "method": "POST", "timeout": 1000}
            req = http.request(options, lambda res, left=left: (left.append(weakref.ref(res)), res.resume()))
            left.append(weakref.ref(req))
            req.write("a", lambda: None)
            req.end("b", lambda: None)
            del req
            fake.run()
            server.peers[-1].send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            fake.run()
            if agent:
                agent.destroy()
                fake.run()
            assert [reference() for reference in left] == [None, None]
    finally:
        gc.enable()


def testAnAnswerKnowsItsRequestAsLongAsTheProgramDoes(fake):
    server = fake.listen()
    port = server.server.getsockname().port
    seen = []
    req = http.get({"port": port, "host": "127.0.0.1", "agent": False}, lambda res: (seen.append(res), res.resume()))
    fake.run()
    server.peers[0].send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert seen[0].req is req and req.res is seen[0]


# -- errors, and options that the socket or the parser sees


def failureOf(fake: Any, **options: Any) -> Any:
    seen: list[Any] = []
    http.get({"agent": False, **options}).on("error", seen.append)
    fake.run()
    (error,) = seen
    return error


def testNobodyListens(fake):
    error = failureOf(fake, host="127.0.0.1", port=1)
    assert (error.code, error.syscall, error.address, error.port) == ("ECONNREFUSED", "connect", "127.0.0.1", 1)
    assert error.message == "connect ECONNREFUSED 127.0.0.1:1" and isinstance(error, ConnectionRefusedError)


def testNobodyIsAtThePath(fake):
    error = failureOf(fake, socketPath="/none")
    assert (error.code, error.syscall, error.address) == ("ENOENT", "connect", "/none")
    assert error.message == "connect ENOENT /none"


def testTheNameIsUnknown(fake):
    error = failureOf(fake, host="nowhere.test")
    assert (error.code, error.syscall, error.hostname) == ("ENOTFOUND", "getaddrinfo", "nowhere.test")
    assert error.message == "getaddrinfo ENOTFOUND nowhere.test"


def testTheOptionLookupIsAsked(fake):
    server = fake.listen()
    port = server.server.getsockname().port
    asked: list[Any] = []

    def lookup(name: str, options: Any, callback: Any) -> None:
        asked.append(name)
        callback(None, [{"address": "127.0.0.1", "family": 4}] if options.get("all") else "127.0.0.1", 4)

    req = http.get({"host": "site.test", "port": port, "lookup": lookup, "agent": False})
    fake.run()
    assert asked == ["site.test"] and b"Host: site.test:" in server.peers[0].received
    req.on("error", lambda error: None).destroy()


@pytest.mark.parametrize(
    "options, code",
    [
        ({"port": 70000}, "ERR_SOCKET_BAD_PORT"),
        ({"port": "x"}, "ERR_SOCKET_BAD_PORT"),
        ({"lookup": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"localAddress": "abc", "host": "127.0.0.1"}, "ERR_INVALID_IP_ADDRESS"),
    ],
)
@pytest.mark.parametrize("agent", [False, None])
def testWhatNoSocketCanBeMadeOf(fake, options, code, agent):
    with pytest.raises(errors.NodeError) as caught:
        http.request({**options, "agent": agent})
    assert caught.value.code == code


def answered(fake: Any, answer: bytes, **options: Any) -> Any:
    """The answer that a client makes of some bytes."""
    server = fake.listen()
    seen: list[Any] = []
    req = http.get(
        {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False, **options}, seen.append
    )
    req.on("error", seen.append)
    fake.run()
    server.peers[0].send(answer)
    fake.run()
    req.destroy()
    return seen[0]


def testAnUnknownEncodingIsRefused(fake):
    res = answered(fake, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    with pytest.raises(errors.ERR_UNKNOWN_ENCODING, match=r"^Unknown encoding: nope$"):
        res.setEncoding("nope")


def testTheLenientParserTakesAFoldedHeader(fake):
    answer = b"HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n"
    assert answered(fake, answer).code == "HPE_INVALID_HEADER_TOKEN"
    assert answered(fake, answer, insecureHTTPParser=True).statusCode == 200
    assert answered(fake, answer, httpValidation="insecure").statusCode == 200


def testDuplicateHeadersMayBeJoined(fake):
    answer = b"HTTP/1.1 200 OK\r\nServer: a\r\nServer: b\r\nContent-Length: 0\r\n\r\n"
    assert answered(fake, answer).headers["server"] == "a"
    assert answered(fake, answer, joinDuplicateHeaders=True).headers["server"] == "a, b"


def testHeadersOverTheLimitAreLeftOut(fake):
    server = fake.listen()
    seen: list[Any] = []
    req = http.request({"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False}, seen.append)
    req.maxHeadersCount = 2
    req.end()
    fake.run()
    server.peers[0].send(b"HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert seen[0].rawHeaders == ["A", "1", "B", "2"]
    req.destroy()


def testTheCallbackOfSetTimeoutComesOnce(fake):
    server = fake.listen()
    seen: list[Any] = []
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False}
    req = http.get(options).on("error", lambda error: None)
    assert req.setTimeout(30, lambda: seen.append("timeout")) is req
    fake.advance(29)
    assert seen == []
    fake.advance(100)
    assert seen == ["timeout"]
    req.destroy()


def testACoroutineListenerThatFailsEndsTheRequest(fake):
    server = fake.listen()
    seen: list[Any] = []
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False}
    req = http.get(options)
    req._captures_ = True

    @req.on("socket")
    async def onSocket(socket: Any) -> None:
        raise ValueError("mine")

    req.on("error", seen.append)
    fake.run()
    assert [str(error) for error in seen] == ["mine"] and req.destroyed


def events(emitter: Any, log: list[str], *names: str) -> Any:
    for name in names:
        emitter.on(name, lambda *args, name=name: log.append(name))
    return emitter


def testDestroyedWithAnErrorWhenBothMessagesAreWholeItOnlyCloses(fake):
    log: list[str] = []
    server = http.createServer(lambda req, res: res.end("ok")).listen(80)
    fake.run()
    req = http.get({"port": 80, "agent": False})
    req.on("response", lambda res: res.resume().on("end", lambda: req.destroy(ValueError("late"))))
    events(req, log, "error", "close")
    fake.run()
    assert log == ["close"]
    server.close()


def testAServerThatEndsBeforeTheBodyIsSentCostsOneErrorAndOneClose(fake):
    log: list[str] = []
    options = {"allowHalfOpen": True, "pauseOnConnect": True}
    server = net.createServer(options, lambda socket: (kept.append(socket), socket.end())).listen(80)
    kept: list[net.Socket] = []
    fake.run()
    req = events(http.request({"port": 80, "method": "POST", "agent": False}), log, "error", "close")
    req.write(bytes(1_000_000))  # more than the kernel takes while nobody reads
    fake.run()
    assert (log, req.destroyed) == (["error", "close"], True)
    kept[0].destroy()
    server.close()


# -- createConnection


def testAConnectionThatIsBlockedIsTheRequestsError(fake):
    """It fails in the tick before the request has its socket."""
    log: list[str] = []
    blocked = net.BlockList()
    blocked.addAddress("127.0.0.1")
    options = {"host": "127.0.0.1", "port": 80, "blockList": blocked}
    req = http.get({"createConnection": lambda given, done: net.createConnection(options)})
    req.on("error", lambda error: log.append(error.code)).on("close", lambda: log.append("close"))
    fake.run()
    assert log == ["ERR_IP_BLOCKED", "close"]


def testACreateConnectionThatFailsClosesTheRequest(fake):
    def throws(options: Any, done: Any) -> None:
        raise ValueError("thrown")

    def answers(options: Any, done: Any) -> None:
        setImmediate(done, ValueError("answered"))

    for create in (throws, answers):
        log: list[str] = []
        req = http.get({"createConnection": create})
        req.on("error", lambda error, log=log: log.append(str(error))).on("close", lambda log=log: log.append("close"))
        fake.run()
        assert log in (["thrown", "close"], ["answered", "close"])


@pytest.mark.parametrize("way", ["option", "agent"])
def testACreateConnectionThatNeverAnswersFailsWhenTheTimeIsOver(fake, way):
    log: list[str] = []
    waiting: list[Any] = []
    agent = http.Agent(timeout=50)
    agent.createConnection = lambda options, done: waiting.append(done)  # type: ignore[method-assign]
    own = {"createConnection": agent.createConnection, "timeout": 50}
    req = http.get({"agent": agent} if way == "agent" else own)
    req.on("error", lambda error: log.append(error.code)).on("close", lambda: log.append("close"))
    fake.run()
    fake.advance(49)
    assert log == []
    fake.advance(2)
    assert log == ["ERR_SOCKET_CONNECTION_TIMEOUT", "close"] and req.destroyed
    late = net.Socket()
    waiting[0](None, late)  # nobody is served by it any more
    fake.run()
    assert len(log) == 2 and late.destroyed


def testWhoHearsThatNoSocketCameInTimeDecides(fake):
    log: list[str] = []
    waiting: list[Any] = []
    server = http.createServer(lambda req, res: res.end("ok")).listen(80)
    fake.run()
    req = http.get({"createConnection": lambda options, done: waiting.append(done), "timeout": 50})
    events(req, log, "timeout", "error", "response", "close").on("response", lambda res: res.resume())
    fake.advance(60)
    assert log == ["timeout"]
    waiting[0](None, net.connect(80))
    fake.run()
    assert log == ["timeout", "response", "close"]
    server.close()


def testAnAbortAfterAnErrorMeansNothing(fake):
    """Node has forgotten the signal by then: the answer is not read to its end."""
    server = fake.listen()
    controller, log, answers = AbortController(), [], []
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "signal": controller.signal}
    req = http.get(options, answers.append)
    req.on("error", lambda error: (log.append(error.code), controller.abort()))
    fake.run()
    server.peers[0].send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    fake.run()
    events(answers[0], log, "end", "close")
    server.peers[0].reset()
    fake.run()
    assert log == ["ECONNRESET"]


@pytest.mark.parametrize("way", ["option", "agent"])
def testARequestThatWaitsForItsSocketMayBeDestroyed(fake, way):
    log: list[str] = []
    agent = http.Agent()
    agent.createConnection = lambda options, done: None  # type: ignore[method-assign]
    req = http.get({"agent": agent} if way == "agent" else {"createConnection": agent.createConnection})
    req.on("error", lambda error: log.append(str(error))).on("close", lambda: log.append("close"))
    fake.run()
    req.destroy(ValueError("enough"))
    fake.run()
    assert log == ["enough", "close"]


def testCreateConnectionIsNotGivenThePathOfTheRequest(fake):
    """Whoever connects with these options would take it for that of a Unix socket."""
    seen: list[Any] = []
    for more in ({}, {"socketPath": "/run/x"}):
        create = lambda given, done: seen.append(given["path"])  # noqa: E731
        http.get({"path": "/x", "createConnection": create, **more}).on("error", lambda error: None).destroy()
    fake.run()
    assert seen == [None, "/run/x"]


def testAnAgentNeedsNothingButAddRequest(fake):
    class Tunnel:
        def addRequest(self, req: Any, options: Any) -> None:
            req.onSocket(net.connect(80))

    seen: list[Any] = []
    server = http.createServer(lambda req, res: res.end(req.headers["connection"])).listen(80)
    fake.run()
    http.get({"port": 1, "agent": Tunnel()}, lambda res: res.on("data", seen.append))
    fake.run()
    assert seen == [b"close"]
    server.close()
    fake.run()


def test101WithoutUpgradeIsAResponse(fake):
    server = fake.listen()
    seen: list[Any] = []
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": False}

    def onResponse(res: Any) -> None:
        seen.append((res.statusCode, res.headers, res.upgrade))
        events(res.resume(), seen, "end", "close")

    events(http.get(options, onResponse), seen, "upgrade", "information")
    fake.run()
    server.peers[0].send(b"HTTP/1.1 101 Switching Protocols\r\nDate: x\r\n\r\n")
    fake.run()
    assert seen == [(101, {"date": "x"}, False), "end", "close"]


@pytest.mark.parametrize("make", [http.Agent, lambda: http.get(createConnection=lambda *given: net.Socket())])
def testWhatAProgramSeesItMaySet(fake, make):
    """Libraries put things of their own in the place of what Node keeps as plain attributes."""
    subject = make()
    subject.on("error", lambda error: None)
    fake.run()
    names = [name for name in dir(subject) if not name.startswith("_") and not isinstance(getattr(subject, name), type)]
    settable = {"parser", "path", "socket", "sockets", "options", "method", "agent", "timeout", "res"} & set(names)
    assert len(settable) > 1
    for name in settable:
        setattr(subject, name, getattr(subject, name))
    subject.somethingOfItsOwn = 1
    subject.destroy()


def testTheParserIsSeenWhileThereIsOne(fake):
    server = fake.listen()
    options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": http.Agent(keepAlive=True)}
    seen: list[Any] = []
    req = http.get(options, lambda res: (seen.append(req.parser is None), res.resume()))
    assert req.parser is None
    fake.run()
    server.peers[0].send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert seen == [False] and req.parser is None
    options["agent"].destroy()
