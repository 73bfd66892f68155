"""fetch against servers of ours: bodies, redirects, aborting, failures."""

from __future__ import annotations

import errno
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from fetching import answering, failure, serving, turn
from treq.client import HTTPClient
from treq.testing import RequestTraversalAgent, StubTreq
from twisted.internet.defer import Deferred
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent
from twisted.web.resource import Resource
from twisted.web.static import Data
from zope.interface import implementer

from nodecompat import AbortController, AbortSignal, FormData, Request, fetch, stream
from nodecompat.reactor.loop import activity, host

ROWS = [
    row
    for row in json.loads((Path(__file__).parents[1] / "data/node-errors.json").read_text("utf-8"))["rows"]
    if row["module"] == "fetch"
]


def echo(q: Any, r: Any) -> None:
    """Answer with what came."""
    r.setHeader("content-type", q.headers.get("content-type") or "none")
    r.setHeader("x-framing", q.headers.get("content-length") or q.headers.get("transfer-encoding") or "none")
    r.setHeader("x-method", q.method)
    q.pipe(r)


@pytest_twisted.ensureDeferred
async def testAFormArrives() -> None:
    form = FormData()
    form.append("a", "1")
    async with serving(echo) as base:
        r = await fetch(base, method="POST", body=form)
        assert (await r.formData()).get("a") == "1"


@pytest.mark.parametrize("length, framing", [(None, "chunked"), ("100000", "100000")])
@pytest_twisted.ensureDeferred
async def testAStreamIsSent(length: str | None, framing: str) -> None:
    body = stream.Readable.from_([b"x" * 1000 for _ in range(100)])
    headers = {} if length is None else {"content-length": length}
    async with serving(echo) as base:
        r = await fetch(base, method="POST", body=body, duplex="half", headers=headers)
        assert len(await r.text()) == 100_000 and r.headers.get("x-framing") == framing


@pytest_twisted.ensureDeferred
async def testAStreamThatFailsFailsTheFetch() -> None:
    body = stream.Readable(read=lambda: None)
    async with serving(echo) as base:
        asked = fetch(base, method="POST", body=body, duplex="half")
        body.push(b"x")
        body.destroy(ValueError("broken"))
        error = await failure(asked)
        assert str(error) == "fetch failed" and str(error.cause) == "broken"


@pytest_twisted.ensureDeferred
async def testAnEmptyPostSaysSo() -> None:
    async with serving(echo) as base:
        r = await fetch(Request(base, method="POST"))
        assert r.headers.get("x-framing") == "0" and await r.text() == ""


@pytest_twisted.ensureDeferred
async def testHeadHasHeadersOnly() -> None:
    async with serving(lambda q, r: r.writeHead(200, {"Content-Length": 5}).end()) as base:
        r = await fetch(base, method="HEAD")
        assert r.headers.get("content-length") == "5" and r.body is None and await r.text() == ""


@pytest_twisted.ensureDeferred
async def testTheBodyIsAnAsyncIterable() -> None:
    async with serving(lambda q, r: (r.write("a"), r.end("b"))) as base:
        r = await fetch(base)
        assert b"".join([chunk async for chunk in r.body]) == b"ab" and r.bodyUsed  # type: ignore[union-attr]


@pytest_twisted.ensureDeferred
async def testACloneIsReadBeside() -> None:
    async with serving(lambda q, r: r.end(b"x" * 300_000)) as base:
        one = await fetch(base)
        two = one.clone()
        first, second = one.text(), two.bytes()
        assert len(await first) == len(await second) == 300_000 and two.url == one.url


@pytest_twisted.ensureDeferred
async def testGzipIsDecoded() -> None:
    def handler(q: Any, r: Any) -> None:
        r.setHeader("content-encoding", "gzip")
        r.end(gzip.compress(b"hello " * 100_000))

    async with serving(handler) as base:
        r = await fetch(base)
        assert r.headers.get("content-encoding") == "gzip" and await r.text() == "hello " * 100_000


@pytest_twisted.ensureDeferred
async def testABrokenEncodingTerminatesTheBody() -> None:
    def handler(q: Any, r: Any) -> None:
        r.setHeader("content-encoding", "gzip")
        r.end("plain")

    async with serving(handler) as base:
        error = await failure((await fetch(base)).text())
        assert str(error) == "terminated" and error.cause.code == "Z_DATA_ERROR"


@pytest_twisted.ensureDeferred
async def testAnUnreadBodyHoldsTheServerBack() -> None:
    sent: list[Any] = []

    def handler(q: Any, r: Any) -> None:
        sent.append(r)
        while r.write(b"x" * 65536):
            pass

        @r.on("drain")
        def more() -> None:
            while len(sent) < 2000 and r.write(b"x" * 65536):
                sent.append(1)

        r.on("close", lambda: sent.append("closed"))

    async with serving(handler) as base:
        r = await fetch(base)
        for _ in range(20):
            await turn()
        assert r.body is not None and len(sent) < 500
        r.body.cancel()
        while sent[-1] != "closed":
            await turn()


# -- redirects


@pytest.mark.parametrize(
    "status, method, becomes",
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (303, "HEAD", "HEAD"), (307, "POST", "POST"),
     (308, "PUT", "PUT"), (301, "PUT", "PUT")],
)  # fmt: skip
@pytest_twisted.ensureDeferred
async def testWhatARedirectKeeps(status: int, method: str, becomes: str) -> None:
    def handler(q: Any, r: Any) -> None:
        if q.url == "/":
            r.writeHead(status, {"location": "/next?a#b"}).end("elsewhere")
        else:
            echo(q, r)

    async with serving(handler) as base:
        body = None if method == "HEAD" else "x"
        r = await fetch(base, method=method, body=body)
        assert (r.url, r.headers.get("x-method")) == (base + "/next?a", becomes)
        assert await r.text() == ("x" if becomes == method and body else "")
        assert (r.headers.get("content-type") == "none") == (becomes in ("GET", "HEAD"))


@pytest_twisted.ensureDeferred
async def testAnotherOriginSeesNoCredentials() -> None:
    def handler(q: Any, r: Any) -> None:
        r.end(json.dumps([q.headers.get("authorization"), q.headers.get("cookie"), q.headers.get("x")]))

    async with serving(handler) as other, serving(lambda q, r: r.writeHead(302, {"location": other}).end()) as base:
        r = await fetch(base, headers={"authorization": "secret", "cookie": "a=b", "x": "y"})
        assert await r.json() == [None, None, "y"]


@pytest.mark.parametrize(
    "location, why",
    [("/", "redirect count exceeded"), ("ftp://a/", "URL scheme must be a HTTP(S) scheme"), ("http://[", None),
     ("http://127.0.0.1:6000/", "bad port")],
)  # fmt: skip
@pytest_twisted.ensureDeferred
async def testRedirectsThatAreNotFollowed(location: str, why: str | None) -> None:
    asked: list[Any] = []

    def handler(q: Any, r: Any) -> None:
        asked.append(q.url)
        r.writeHead(302, {"location": location}).end()

    async with serving(handler) as base:
        error = await failure(fetch(base))
        assert str(error) == "fetch failed" and why in (None, str(error.cause))
        assert len(asked) == (21 if location == "/" else 1)


@pytest_twisted.ensureDeferred
async def testAStreamIsNotSentTwice() -> None:
    async with serving(lambda q, r: (q.resume(), r.writeHead(307, {"location": "/"}).end())) as base:
        body = stream.Readable.from_([b"x"])
        assert str(await failure(fetch(base, method="POST", body=body, duplex="half"))) == "fetch failed"


# -- aborting


@pytest_twisted.ensureDeferred
async def testAbortingEndsTheBody() -> None:
    closed: Deferred[None] = Deferred()

    def handler(q: Any, r: Any) -> None:
        r.on("close", lambda: closed.callback(None))
        r.write("begin")

    controller = AbortController()
    async with serving(handler) as base:
        r = await fetch(base, signal=controller.signal)
        reading = r.text()
        controller.abort()
        error = await failure(reading)
        assert (error.name, error.message) == ("AbortError", "This operation was aborted")
        await closed


@pytest_twisted.ensureDeferred
async def testATimeoutEndsTheBody() -> None:
    async with serving(lambda q, r: r.write("begin")) as base:
        r = await fetch(base, signal=AbortSignal.timeout(200))
        assert (await failure(r.text())).name == "TimeoutError"


@pytest_twisted.ensureDeferred
async def testCancellingAborts() -> None:
    came: Deferred[Any] = Deferred()
    closed: Deferred[None] = Deferred()

    def handler(q: Any, r: Any) -> None:
        r.on("close", lambda: closed.callback(None))
        came.callback(None)

    async with serving(handler) as base:
        asked = fetch(base)
        await came
        asked.cancel()
        assert (await failure(asked)).name == "AbortError"
        await closed


# -- the pool and the program's life


@pytest_twisted.ensureDeferred
async def testAConnectionIsUsedAgainAndHoldsNothing() -> None:
    ports: list[int] = []

    def handler(q: Any, r: Any) -> None:
        ports.append(q.socket.remotePort)
        r.end("x")

    def sockets() -> list[str]:
        return [name for name in activity.resources() if name == "TCPSocketWrap"]

    async with serving(handler) as base:
        for _ in range(3):
            assert await (await fetch(base)).text() == "x"
        assert len(set(ports)) == 1
        while len(sockets()) > 1:  # the server's end
            await turn()


@pytest_twisted.ensureDeferred
async def testADispatcherIsAsked() -> None:
    agent, asked = Agent(host.theReactor()), []

    @implementer(IAgent)
    class Dispatcher:
        def request(self, method: bytes, uri: bytes, headers: Any = None, bodyProducer: Any = None) -> Any:
            asked.append((method, uri))
            return agent.request(method, uri, headers, bodyProducer)

    async with serving(lambda q, r: r.end("x")) as base:
        r = await fetch(base, dispatcher=Dispatcher())
        assert await r.text() == "x" and asked == [(b"GET", base.encode() + b"/")]


@pytest_twisted.ensureDeferred
async def testTreqsAgentForTestsAnswersAtOnce() -> None:
    root = Resource()
    root.putChild(b"a", Data(b"from twisted", "text/plain"))
    agent = RequestTraversalAgent(root)
    r = await fetch("http://nowhere.test/a", dispatcher=agent)
    reading = r.text()
    agent.flush()
    assert (r.status, r.headers.get("content-type"), await reading) == (200, "text/plain", "from twisted")


@pytest_twisted.ensureDeferred
async def testATreqClientIsADispatcher() -> None:
    """Its cookies and its pool are used; redirects, statuses and bodies are fetch's."""

    def handler(q: Any, r: Any) -> None:
        if q.url == "/":
            r.writeHead(307, {"Location": "/there", "Set-Cookie": "a=b"}).end()
            return
        r.writeHead(404, {"Content-Encoding": "gzip"})
        q.on("data", lambda data: r.end(gzip.compress(f"{q.method} {q.headers['cookie']} ".encode() + data)))

    async with serving(handler) as base:
        client = HTTPClient(Agent(host.theReactor()))
        r = await fetch(base, method="POST", body="sent", dispatcher=client)
        assert (r.status, r.redirected, await r.text()) == (404, True, "POST a=b sent")


@pytest_twisted.ensureDeferred
async def testTreqSendsAStream() -> None:
    async with serving(lambda q, r: q.pipe(r)) as base:
        pool = HTTPConnectionPool(host.theReactor(), persistent=False)
        client = HTTPClient(Agent(host.theReactor(), pool=pool))
        r = await fetch(base, method="POST", body=stream.Readable.from_([b"a", b"b"]), duplex="half", dispatcher=client)
        assert await r.text() == "ab"


@pytest_twisted.ensureDeferred
async def testTheStubOfTreq() -> None:
    root = Resource()
    root.putChild(b"a", Data(b"from twisted", "text/plain"))
    stub = StubTreq(root)
    reading = (await fetch("http://nowhere.test/a", dispatcher=stub)).text()
    stub.flush()
    assert await reading == "from twisted"


# -- other schemes


@pytest.mark.parametrize(
    "url, kind, text",
    [
        ("data:,a%20b", "text/plain;charset=US-ASCII", "a b"),
        ("data:text/plain;base64,YWI", "text/plain", "ab"),
        ("data:;charset=utf-8,x#y", "text/plain;charset=utf-8", "x"),
    ],
)
@pytest_twisted.ensureDeferred
async def testDataUrls(url: str, kind: str, text: str) -> None:
    r = await fetch(url)
    assert (r.status, r.headers.get("content-type"), await r.text()) == (200, kind, text)


@pytest.mark.parametrize(
    "url, why",
    [("data:x", "failed to fetch the data URL"), ("about:blank", "about scheme is not supported"),
     ("file:///x", "not implemented... yet..."), ("foo:x", "unknown scheme"), ("http://a:6000/", "bad port")],
)  # fmt: skip
@pytest_twisted.ensureDeferred
async def testUrlsThatAreNotFetched(url: str, why: str) -> None:
    error = await failure(fetch(url))
    assert (error.message, error.cause.message, error.cause.name) == ("fetch failed", why, "Error")


# -- failures, against Node's


def expected(provoked: str) -> dict[str, Any]:
    """What Node's fetch failed with, and its cause."""
    rows = [row for row in ROWS if row["provoked"] == provoked]
    return {"cause" if row["comesAs"] == "cause" else "error": (row["name"], row["message"]) for row in rows}


def seen(error: Any, withCause: bool) -> dict[str, Any]:
    parts = {"error": (error.name, error.message)}
    return {**parts, "cause": (error.cause.name, error.cause.message)} if withCause else parts


@pytest.mark.parametrize(
    "provoked, answer, code",
    [
        ("server closes without an answer", b"", "UND_ERR_SOCKET"),
        ("answer is text", b"plain text\r\n\r\n", None),
        ("answer cut inside the body", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "UND_ERR_SOCKET"),
        ("body is not JSON", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", None),
    ],
)
@pytest_twisted.ensureDeferred
async def testAnswersThatFail(provoked: str, answer: bytes, code: str | None) -> None:
    async def ask(base: str) -> Any:
        return await (await fetch(base)).json()

    async with answering(answer) as base:
        error: Any = await failure(ask(base))
    wanted = expected(provoked)
    assert seen(error, "cause" in wanted) == wanted
    assert code is None or error.cause.code == code


@pytest.mark.parametrize(
    "provoked, arguments",
    [
        ("bad URL", ("nonsense",)),
        ("unknown scheme", ("foo:bar",)),
        ("GET with a body", ("http://127.0.0.1", {"body": "x"})),
        ("bad method", ("http://127.0.0.1", {"method": "A B"})),
        ("bad header name", ("http://127.0.0.1", {"headers": {"bad name": "a"}})),
        ("URL with credentials", ("http://a:b@127.0.0.1:PORT",)),
    ],
)
@pytest_twisted.ensureDeferred
async def testRequestsThatFail(provoked: str, arguments: Any) -> None:
    if provoked == "URL with credentials":
        arguments = ("http://a:b@127.0.0.1:1234",)
    error = await failure(fetch(*arguments))
    wanted = expected(provoked)
    shown = {key: (name, text.replace("1234", "PORT")) for key, (name, text) in seen(error, "cause" in wanted).items()}
    assert shown == wanted


@pytest_twisted.ensureDeferred
async def testAnUnknownHost() -> None:
    error = await failure(fetch("http://nowhere.invalid/"))
    assert error.message == "fetch failed" and error.cause.code in ("ENOTFOUND", "EAI_AGAIN")


@pytest_twisted.ensureDeferred
async def testAWrongContentLength() -> None:
    error = await failure(fetch("http://127.0.0.1:1234/", method="POST", body="abc", headers={"content-length": "4"}))
    assert error.cause.code == "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"


@pytest_twisted.ensureDeferred
async def testARefusedConnectionTellsWhere() -> None:
    async with answering(b"") as base:
        pass
    error = await failure(fetch(base))
    assert (error.cause.code, error.cause.errno) == ("ECONNREFUSED", errno.ECONNREFUSED)
    assert error.cause.message == f"connect ECONNREFUSED {base.removeprefix('http://')}"
    assert isinstance(error.cause, ConnectionRefusedError)
