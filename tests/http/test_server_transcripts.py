"""What Node did in the http-* scenarios that are about the server, reproduced event by event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_twisted
import transcript
from transcript import REQ, RES, Env

from nodecompat import http, net

PROGRAMS: dict[str, Callable[[Env], Awaitable[None]]] = {}
BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\n\r\n"
BAD_REQUEST_CLOSE = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"


def scenario(program: Callable[[Env], Awaitable[None]]) -> Callable[[Env], Awaitable[None]]:
    """Register `httpHead` as the program of http-head."""
    name = "".join("-" + each.lower() if each.isupper() or each.isdigit() else each for each in program.__name__)
    PROGRAMS[name.replace("http-1-0", "http-http10")] = program
    return program


def raceClose(env: Env, client: Any, milliseconds: float) -> Any:
    """Until the client is closed, or the time is over."""
    state: list[bool] = []
    client.once("close", lambda: state.append(True))
    env.later(milliseconds, state.append, True)
    return env.until(lambda: state)


@scenario
async def httpPostBody(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        env.watch("server-req", q, REQ)
        env.watch("server-res", r, RES)
        q.setEncoding("utf8")
        body: list[str] = []
        q.on("data", body.append)

        def onEnd() -> None:
            env.log("server-req", "complete", q.complete)
            r.end("".join(body))

        q.on("end", onEnd)

    server = await env.web(handler)
    port = server.address().port
    q = http.request(port=port, host="127.0.0.1", agent=False, method="POST", headers={"Content-Length": 6})
    picks = {"socket": transcript.none, "response": lambda r: [r.statusCode, r.headers]}
    env.watch("client-req", q, transcript.CREQ, picks)

    def onResponse(r: Any) -> None:
        r.setEncoding("utf8")
        env.watch("client-res", r, transcript.CRES)

    q.on("response", onResponse)
    q.write("abc", lambda: env.log("client-req", "write-callback"))
    q.end("def", lambda: env.log("client-req", "end-callback"))
    await env.once(q, "close")
    await env.sleep(10)


@scenario
async def httpKeepaliveTwo(env: Env) -> None:
    server = await env.web(lambda q, r: r.end("r" + q.url))
    c = env.raw(server, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
    await env.once(c, "data")
    await env.sleep(10)
    c.write("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    await env.once(c, "close")


@scenario
async def httpPipelined(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        env.watch("res" + q.url, r, RES)
        if q.url == "/1":
            env.later(30, r.end, "one")
        else:
            r.end(q.url)

    server = await env.web(handler)
    plain = "GET {} HTTP/1.1\r\nHost: x\r\n"
    text = plain.format("/1") + "\r\n" + plain.format("/2") + "\r\n" + plain.format("/3") + "Connection: close\r\n\r\n"
    await env.once(env.raw(server, text), "close")


@scenario
async def httpHead(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        if q.url == "/set":
            r.setHeader("Content-Length", 5)
        if q.url == "/parts":
            r.write("he")
            r.end("llo")
        else:
            r.end("hello")

    server = await env.web(handler)
    for url in ("/", "/parts", "/set"):
        c = env.raw(server, f"HEAD {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "client" + url)
        await env.once(c, "close")


@scenario
async def httpCheckContinue(env: Env) -> None:
    def refuse(q: Any, r: Any) -> None:
        r.writeHead(417, {"Connection": "close"})
        r.end()

    server = await env.web(None, None, ["connection", "request", "checkContinue", "checkExpectation"])
    server.on("checkContinue", refuse)
    server.on("checkExpectation", refuse)
    for who, expect in (("client", "100-continue"), ("client2", "sausages")):
        c = env.raw(server, f"POST / HTTP/1.1\r\nHost: x\r\nExpect: {expect}\r\nContent-Length: 4\r\n\r\n", who)
        await env.once(c, "end")
        c.destroy()
        await env.once(c, "close")


@scenario
async def httpUnknownExpectation(env: Env) -> None:
    server = await env.web(lambda q, r: r.end("ok"))
    d = env.raw(server, "GET / HTTP/1.1\r\nHost: x\r\nExpect: sausages\r\nConnection: close\r\n\r\n")
    await env.once(d, "close")


@scenario
async def httpChunkedTrailers(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        q.setEncoding("utf8")
        env.watch("server-req", q, REQ)

        def onEnd() -> None:
            env.log("server-req", "trailers", q.trailers, q.rawTrailers)
            r.writeHead(200, {"Trailer": "X-Sum"})
            r.write("part one,")
            r.write("part two")
            r.addTrailers({"X-Sum": "42"})
            r.end()

        q.on("end", onEnd)

    server = await env.web(handler)
    head = "POST /t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-A, X-B\r\nConnection: close\r\n\r\n"
    body = "4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"
    await env.once(env.raw(server, head + body), "close")


@scenario
async def httpClientAborts(env: Env) -> None:
    seen: list[Any] = []

    def handler(q: Any, r: Any) -> None:
        seen.append(q)
        q.setEncoding("utf8")
        env.watch("server-req", q, REQ)
        env.watch("server-res", r, RES)
        q.on("aborted", lambda: env.log("server-req", "flags", q.complete, q.destroyed, q.aborted))

    server = await env.web(handler)
    c = net.connect(server.address().port, "127.0.0.1")
    c.on("error", lambda: None)
    c.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    await env.until(lambda: seen and seen[0].readableFlowing)
    await env.sleep(10)
    c.destroy()
    await env.sleep(30)


@scenario
async def httpClientGoneBeforeAnswer(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        q.resume()
        env.watch("server-req", q, REQ)
        env.watch("server-res", r, RES)

        def answer() -> None:
            r.end("late", lambda e=None: env.log("server-res", "end-callback", e))
            env.log("server-res", "end-called", r.destroyed, r.writableFinished)

        env.later(40, answer)

    server = await env.web(handler)
    c = net.connect(server.address().port, "127.0.0.1")
    c.on("error", lambda: None)
    c.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await env.once(server, "request")
    await env.sleep(10)
    c.destroy()
    await env.sleep(60)


@scenario
async def httpUpgrade(env: Env) -> None:
    def onUpgrade(q: Any, s: Any, head: Any) -> None:
        try:
            s.setEncoding("latin1")
        except Exception as error:
            env.log("server-socket", "setEncoding-threw", error)
        s.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nhi")
        s.on("data", lambda d: env.log("server-socket", "data", d.decode()))

        def onEnd() -> None:
            env.log("server-socket", "end")
            s.end()

        s.on("end", onEnd)

    server = await env.web(None, None, ["connection", "request", "upgrade"])
    server.on("upgrade", onUpgrade)
    c = env.raw(server, "GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nHEADBYTES")
    await env.once(c, "data")
    await env.sleep(10)
    c.end("more")
    await env.once(c, "close")
    headers = {"Connection": "Upgrade", "Upgrade": "foo"}
    q = http.request(port=server.address().port, host="127.0.0.1", agent=False, path="/v", headers=headers)
    picks = {
        "socket": transcript.none,
        "response": lambda r: [r.statusCode],
        "upgrade": lambda r, s, h: [r.statusCode, r.headers, h],
    }
    env.watch("client-req", q, [*transcript.CREQ, "upgrade"], picks)
    q.end()
    _, s, _ = await env.once(q, "upgrade")
    s.end()
    s.resume()
    await env.once(s, "close")
    await env.sleep(10)


@scenario
async def httpUpgradeNoListener(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        env.log("server-req", "headers", q.headers["upgrade"], q.headers["connection"])
        r.end("plain")

    server = await env.web(handler)
    text = "GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: foo\r\n\r\n"
    await env.once(env.raw(server, text), "close")


@scenario
async def httpConnect(env: Env) -> None:
    def onConnect(q: Any, s: Any, head: bytes) -> None:
        s.on("error", lambda: None)
        s.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        s.pipe(s)

    server = await env.web(None, None, ["connection", "request", "connect"])
    server.on("connect", onConnect)
    port = server.address().port
    q = http.request(port=port, host="127.0.0.1", agent=False, method="CONNECT", path="example.test:443")
    picks = {
        "socket": transcript.none,
        "response": lambda r: [r.statusCode],
        "connect": lambda r, s, h: [r.statusCode, h],
    }
    env.watch("client-req", q, [*transcript.CREQ, "connect"], picks)
    q.end()
    _, s, _ = await env.once(q, "connect")
    s.setEncoding("utf8")
    env.watch("tunnel", s, ["data", "end", "close"])
    s.end("through")
    await env.once(s, "close")
    bare = await env.web({}, lambda q, r: r.end("no"), ["connection", "request"])
    await env.once(env.raw(bare, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "client2"), "close")


@scenario
async def httpClientError(env: Env) -> None:
    def onClientError(e: Any, s: Any) -> None:
        packet = e.rawPacket
        env.log("server", "fields", e.bytesParsed, e.reason or None, None if packet is None else len(packet))
        if s.writable:
            s.end(BAD_REQUEST)

    server = await env.web({}, lambda q, r: r.end("ok"), ["request", "clientError"])
    server.on("clientError", onClientError)
    for name, text in {
        "method": "BAD\x01 / HTTP/1.1\r\n\r\n",
        "version": "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "url": "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "header": "GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        "chunk": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "length": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
    }.items():
        await env.once(env.raw(server, text, "client-" + name), "close")


@scenario
async def httpClientErrorDefault(env: Env) -> None:
    server = await env.web({}, lambda q, r: r.end("ok"), ["request"])
    both = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    for name, text in {
        "garbage": "NONSENSE\r\n\r\n",
        "nohost": "GET / HTTP/1.1\r\n\r\n",
        "twohosts": "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "smuggle": f"POST / HTTP/1.1\r\nHost: x\r\n{both}\r\n0\r\n\r\n",
    }.items():
        await raceClose(env, env.raw(server, text, "client-" + name), 2000)


async def httpBareLf(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        r.writeHead(200, {"Content-Type": "text/plain"})
        r.end("hello world\n")

    def onClientError(e: Any, s: Any) -> None:
        if not s.destroyed:
            s.end(BAD_REQUEST_CLOSE)

    server = await env.web({}, handler, ["request", "clientError"])
    server.on("clientError", onClientError)
    for name, text in {
        "a": "GET / HTTP/1.0\n\n",
        "b": "GET / HTTP/1.1\nHost: x\nConnection: close\n\n",
        "c": "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\n",
        "e": "GET / HTTP/1.0\n\n",
    }.items():
        c = env.raw(server, text, "client-" + name)
        if name == "e":
            c.end()
        await raceClose(env, c, 2000)
    lax = await env.web({"insecureHTTPParser": True}, handler, ["request", "clientError"])
    lax.on("clientError", onClientError)
    for name in ("d", "f"):
        c = env.raw(lax, "GET / HTTP/1.0\n\n", "client-" + name)
        if name == "f":
            c.end()
        await raceClose(env, c, 2000)


@scenario
async def http10(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        if q.url == "/parts":
            r.write("a")
            r.end("b")
            return
        if q.url == "/len":
            r.setHeader("Content-Length", 5)
        r.end("hello")

    server = await env.web(handler)
    keep = "HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    await env.once(env.raw(server, "GET / HTTP/1.0\r\n\r\n", "plain"), "close")
    await env.once(env.raw(server, f"GET / {keep}", "keep"), "close")
    c = env.raw(server, f"GET /len {keep}", "keep-len")
    await env.once(c, "data")
    await env.sleep(30)
    env.log("keep-len", "still-open", c.readyState)
    c.destroy()
    await env.once(c, "close")
    await env.once(env.raw(server, f"GET /parts {keep}", "parts"), "close")


@scenario
async def httpServerCloseIdle(env: Env) -> None:
    answers: list[Any] = []

    def handler(q: Any, r: Any) -> None:
        if q.url == "/busy":
            answers.append(r)
        else:
            r.end("x")

    server = await env.web({"keepAliveTimeout": 60, "keepAliveTimeoutBuffer": 10}, handler)
    idle = env.raw(server, "GET /idle HTTP/1.1\r\nHost: x\r\n\r\n", "idle")
    await env.once(idle, "data")
    await env.sleep(10)
    env.raw(server, "GET /busy HTTP/1.1\r\nHost: x\r\n\r\n", "busy")
    await env.until(lambda: answers)
    server.close(lambda: env.log("server", "close-callback"))
    env.log("server", "close-returned", server.listening)
    await env.once(idle, "close")
    await env.sleep(10)
    answers[0].end("done")
    await env.once(server, "close")


@scenario
async def httpHeadersTimeout(env: Env) -> None:
    options = {"headersTimeout": 60, "requestTimeout": 1000, "connectionsCheckingInterval": 20}
    text = "GET / HTTP/1.1\r\nHost: x\r\nX-Slow:"
    server = await env.web(options, lambda q, r: r.end("x"), ["request"])
    await env.once(env.raw(server, text), "close")
    second = await env.web(options, lambda q, r: r.end("x"), ["request", "clientError"])
    second.on("clientError", lambda e, s: s.destroy())
    await env.once(env.raw(second, text, "client2"), "close")


@scenario
async def httpRequestTimeout(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        env.watch("server-req", q, REQ)
        env.watch("server-res", r, RES)

    options = {"headersTimeout": 50, "requestTimeout": 60, "connectionsCheckingInterval": 20}
    server = await env.web(options, handler, ["request"])
    c = env.raw(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
    await env.once(c, "close")
    await env.sleep(10)


@scenario
async def httpKeepAliveTimeout(env: Env) -> None:
    server = await env.web({"keepAliveTimeout": 40, "keepAliveTimeoutBuffer": 10}, lambda q, r: r.end("x"))
    await env.once(env.raw(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "close")


@scenario
async def httpHeaderOverflow(env: Env) -> None:
    text = "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + "y" * 2000 + "\r\n\r\n"
    server = await env.web({"maxHeaderSize": 1024}, lambda q, r: r.end("x"), ["request"])
    await env.once(env.raw(server, text), "close")
    second = await env.web({"maxHeaderSize": 1024}, lambda q, r: r.end("x"), ["request", "clientError"])
    second.on("clientError", lambda e, s: s.destroy())
    await env.once(env.raw(second, text, "client2"), "close")


@scenario
async def httpWriteAfterEnd(env: Env) -> None:
    def attempt(what: str, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as error:
            env.log("server-res", what, error)

    def handler(q: Any, r: Any) -> None:
        env.watch("server-res", r, RES)
        r.end("x")
        env.log("server-res", "write-returned", r.write("y", lambda e: env.log("server-res", "write-callback", e)))
        r.end("z", lambda e=None: env.log("server-res", "end-callback", e))
        attempt("setHeader-threw", lambda: r.setHeader("A", "b"))
        attempt("writeHead-threw", lambda: r.writeHead(200))

    server = await env.web(handler)
    await env.once(env.raw(server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "close")


@scenario
async def httpHeaderForms(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        env.log("server-req", "rawHeaders", q.rawHeaders)
        env.log("server-req", "headers", q.headers)
        env.log("server-req", "headersDistinct", q.headersDistinct)
        r.setHeader("X-Many", ["1", "2"])
        r.setHeader("Set-Cookie", ["a=1", "b=2"])
        r.setHeader("X-Num", 5)
        r.appendHeader("X-Many", "3")
        env.log("server-res", "getHeaders", r.getHeaders())
        env.log("server-res", "names", r.getHeaderNames(), r.hasHeader("x-NUM"), r.getHeader("X-NUM"))
        r.end()

    server = await env.web({}, handler, ["request"])
    lines = [
        "GET / HTTP/1.1", "Host: x", "x-a: 1", "X-A: 2", "Cookie: a=1", "cookie: b=2", "Set-Cookie: s=1",
        "set-cookie: t=2", "User-Agent: u1", "User-Agent: u2", "X-Empty:", "X-Sp:   padded  ", "Connection: close",
    ]  # fmt: skip
    await env.once(env.raw(server, "\r\n".join(lines) + "\r\n\r\n"), "close")


@scenario
async def httpWriteReturns(env: Env) -> None:
    def handler(q: Any, r: Any) -> None:
        r.sendDate = False
        if q.url == "/chunked":
            r.write("ab")
            r.end("c")
        elif q.url == "/len":
            r.end("abc")
        elif q.url == "/204":
            r.statusCode = 204
            r.end("ignored")
        elif q.url == "/304":
            r.writeHead(304)
            r.end()
        elif q.url == "/msg":
            r.statusCode = 299
            r.statusMessage = "Fine"
            r.end()
        elif q.url == "/raw":
            r.writeHead(200, ["X-One", "1", "x-one", "2"])
            r.end("x")
        else:
            r.flushHeaders()
            env.log("server-res", "headersSent", r.headersSent)
            r.end("x")

    server = await env.web({}, handler, ["request"])
    for url in ("/chunked", "/len", "/204", "/304", "/msg", "/raw", "/flush"):
        c = env.raw(server, f"GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "client" + url)
        await env.once(c, "close")


@pytest.mark.parametrize("name", sorted(PROGRAMS))
@pytest_twisted.ensureDeferred
async def testTranscript(name: str) -> None:
    await transcript.reproduce(name, PROGRAMS[name])


@pytest_twisted.ensureDeferred
async def testBareLf() -> None:
    """Node 26 leaves a lenient server hanging on "GET / HTTP/1.0\\n\\n"; ours answers. A written departure."""
    env = await transcript.run(httpBareLf)
    node = transcript.load("http-bare-lf")

    def of(events: Any, *actors: str) -> list[Any]:
        return [event for event in events if event[0] in actors]

    strict = [f"client-{name}" for name in "abce"]
    assert of(env.events, *strict) == of(node.events, *strict)
    answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: <date>\r\nConnection: close\r\n\r\nhello world\n"
    lax = [["connect"], ["data", answer], ["end"], ["close", False]]
    assert [event[1:] for event in of(env.events, "client-d")] == lax
    assert [event[1:] for event in of(env.events, "client-f")] == lax
