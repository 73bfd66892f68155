"""treq and twisted.web's Agent as real clients of our http server, and listeners of every kind that Twisted knows."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_twisted
import treq
from net.conftest import settled
from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.task import deferLater
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, readBody
from twisted.web.http_headers import Headers

from nodecompat import events, http

check = pytest_twisted.ensureDeferred
# readBody says so with any server: the transport that it means is the Agent's own.
pytestmark = pytest.mark.filterwarnings("ignore:Using readBody with a transport:DeprecationWarning")
BIG = bytes(range(256)) * 4096  # 1 MiB


@asynccontextmanager
async def serving(listener: Callable[..., Any], **options: Any) -> AsyncIterator[str]:
    """An http server, its URL; nothing is left of it afterwards."""
    server = http.createServer(options, listener).listen(0, "127.0.0.1")
    await events.once(server, "listening")
    try:
        yield f"http://127.0.0.1:{server.address().port}"
    finally:
        async with server:
            pass
        await settled()


@asynccontextmanager
async def pooled() -> AsyncIterator[HTTPConnectionPool]:
    """Connections that are kept and used again."""
    pool = HTTPConnectionPool(reactor, persistent=True)
    try:
        yield pool
    finally:
        await pool.closeCachedConnections()


def wait(seconds: float = 0.001) -> Deferred[None]:
    return deferLater(reactor, seconds, lambda: None)


# -- treq


def about(req: Any, res: Any) -> None:
    """What came, as JSON."""
    body: list[bytes] = []
    req.on("data", body.append)

    def onEnd() -> None:
        data = b"".join(body)
        told = {"method": req.method, "url": req.url, "size": len(data), "sha": hashlib.sha256(data).hexdigest()}
        res.setHeader("Content-Type", "application/json")
        res.end(json.dumps({**told, "headers": dict(req.headers)}))

    req.on("end", onEnd)


@check
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def testMethods(method: str) -> None:
    async with serving(about) as url:
        response = await treq.request(method, f"{url}/a?b=c", params={"d": "e f"}, persistent=False)
        found = await response.json()
        assert (found["method"], found["url"]) == (method, "/a?b=c&d=e+f")


@check
async def testHead() -> None:
    async with serving(lambda req, res: res.end("hello")) as url:
        response = await treq.head(url, persistent=False)
        assert (response.code, await response.content()) == (200, b"")


@check
@pytest.mark.parametrize("size", [0, 1, 65536, len(BIG)])
async def testBodies(size: int) -> None:
    async with serving(about) as url:
        response = await treq.post(url, BIG[:size], persistent=False)
        found = await response.json()
        assert (found["size"], found["sha"]) == (size, hashlib.sha256(BIG[:size]).hexdigest())


@check
async def testFormsAndFiles() -> None:
    async with serving(about) as url:
        found = await (await treq.post(url, {"a": "1 2"}, persistent=False)).json()
        assert found["headers"]["content-type"] == "application/x-www-form-urlencoded" and found["size"] == 5
        found = await (await treq.post(url, files={"f": ("name", b"content")}, persistent=False)).json()
        assert found["headers"]["content-type"].startswith("multipart/form-data; boundary=")


@check
async def testAChunkedAnswer() -> None:
    def listener(req: Any, res: Any) -> None:
        for start in range(0, len(BIG), 100_000):
            res.write(BIG[start : start + 100_000])
        res.end()

    async with serving(listener) as url:
        response = await treq.get(url, persistent=False)
        assert await response.content() == BIG


@check
async def testRedirectsCookiesAndAuthentication() -> None:
    def listener(req: Any, res: Any) -> None:
        if req.url == "/":
            res.writeHead(302, {"Location": "/there", "Set-Cookie": "a=b"}).end()
        else:
            res.end(f"{req.headers['cookie']} {req.headers['authorization']}")

    async with serving(listener) as url:
        response = await treq.get(url, auth=("me", "secret"), persistent=False)
        assert await response.text() == "a=b Basic bWU6c2VjcmV0"


@check
async def testAnAnswerThatIsCompressed() -> None:
    def listener(req: Any, res: Any) -> None:
        assert "gzip" in req.headers["accept-encoding"]
        res.setHeader("Content-Encoding", "gzip")
        res.end(gzip.compress(BIG))

    async with serving(listener) as url:
        response = await treq.get(url, persistent=False)
        assert await response.content() == BIG


@check
async def testConnectionsAreUsedAgain() -> None:
    sockets: set[Any] = set()

    def listener(req: Any, res: Any) -> None:
        sockets.add(req.socket)
        res.end("ok")

    async with serving(listener) as url, pooled() as pool:
        for _ in range(20):
            response = await treq.get(url, pool=pool)
            assert await response.text() == "ok"
    assert len(sockets) == 1


@check
async def testARequestThatTheClientGivesUp() -> None:
    closed: Deferred[None] = Deferred()
    async with serving(lambda req, res: res.on("close", lambda: closed.callback(None))) as url:
        with pytest.raises(Exception):  # noqa: B017 - which one is treq's business
            await treq.get(url, timeout=0.05, persistent=False)
        await closed


# -- Agent


@check
async def testAgent() -> None:
    async with serving(about) as url:
        body = FileBodyProducer(io.BytesIO(BIG))
        agent = Agent(reactor)
        response = await agent.request(b"POST", url.encode(), Headers({"User-Agent": ["agent"]}), body)
        assert (response.code, response.headers.getRawHeaders("content-type")) == (200, ["application/json"])
        assert hashlib.sha256(BIG).hexdigest().encode() in await readBody(response)


@check
async def testAgentWithAPool() -> None:
    async with serving(lambda req, res: res.end(req.url)) as url, pooled() as pool:
        agent = Agent(reactor, pool=pool)
        for number in range(5):
            response = await agent.request(b"GET", f"{url}/{number}".encode())
            assert await readBody(response) == f"/{number}".encode()


@check
async def testInterimAnswersAreNoTrouble() -> None:
    def listener(req: Any, res: Any) -> None:
        res.writeEarlyHints({"link": "</a.css>; rel=preload; as=style"})
        res.writeProcessing()
        res.end("ok")

    async with serving(listener) as url:
        response = await Agent(reactor).request(b"GET", url.encode())
        assert (response.code, await readBody(response)) == (200, b"ok")


# -- listeners


@check
async def testACoroutineIsAListener() -> None:
    async def listener(req: Any, res: Any) -> None:
        await wait()
        body = b"".join([chunk async for chunk in req])
        await wait()
        res.end(body)

    async with serving(listener) as url:
        response = await treq.post(url, BIG, persistent=False)
        assert await response.content() == BIG


@check
async def testInlineCallbacksIsAListener() -> None:
    @inlineCallbacks
    def listener(req: Any, res: Any) -> Any:
        yield wait()
        text = yield wait().addCallback(lambda _: f"{req.method} ")
        res.write(text)
        yield wait()
        res.end("done")

    async with serving(listener) as url:
        response = await treq.get(url, persistent=False)
        assert await response.text() == "GET done"


@check
async def testAListenerThatReturnsADeferred() -> None:
    async with serving(lambda req, res: wait().addCallback(lambda _: res.end("later"))) as url:
        response = await treq.get(url, persistent=False)
        assert await response.text() == "later"


@check
async def testAListenerThatAsksAnother() -> None:
    """A server that is a client of its own, as a proxy is."""

    async def listener(req: Any, res: Any) -> None:
        if req.url == "/inner":
            res.end("inner")
            return
        response = await treq.get(f"http://{req.headers['host']}/inner", persistent=False)
        res.end(f"outer {await response.text()}")

    async with serving(listener) as url:
        response = await treq.get(f"{url}/outer", persistent=False)
        assert await response.text() == "outer inner"


@check
@pytest.mark.parametrize("kind", ["coroutine", "inlineCallbacks"])
async def testAListenerThatFailsLater(kind: str) -> None:
    """With captureRejections the server answers 500, as in Node, without the headers that were set."""

    async def coroutine(req: Any, res: Any) -> None:
        res.setHeader("X-Own", "1")
        await wait()
        raise ValueError("no")

    @inlineCallbacks
    def generator(req: Any, res: Any) -> Any:
        yield wait()
        raise ValueError("no")

    async with serving(coroutine if kind == "coroutine" else generator, captureRejections=True) as url:
        response = await treq.get(url, persistent=False)
        assert (response.code, await response.text()) == (500, "Internal Server Error")
        assert not response.headers.hasHeader("x-own")


@check
async def testAListenerThatFailsInItsAnswer() -> None:
    async def listener(req: Any, res: Any) -> None:
        res.write("the beginning")
        await wait()
        raise ValueError("no")

    async with serving(listener, captureRejections=True) as url:
        response = await treq.get(url, persistent=False)
        with pytest.raises(Exception):  # noqa: B017
            await response.content()
