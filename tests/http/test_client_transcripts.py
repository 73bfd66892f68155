"""What Node did around client requests, event by event, over real sockets."""

from __future__ import annotations

from typing import Any

import pytest_twisted
from transcript import CREQ, CRES, REQ, RES, Env, none, reproduce

from nodecompat import diagnostics_channel, http
from nodecompat.http.client.agent import globalAgent


def local(server: Any, **options: Any) -> dict[str, Any]:
    """Options of a request to `server` on a connection of its own."""
    return {"port": server.address().port, "host": "127.0.0.1", "agent": False, **options}


@pytest_twisted.ensureDeferred
async def testRequestClient() -> None:
    async def program(env: Env) -> None:
        def handler(q: Any, r: Any) -> None:
            env.watch("server-req", q, REQ)
            env.watch("server-res", r, RES)
            q.resume()
            r.writeHead(200, {"Content-Type": "text/plain"})
            r.end("hello world\n", lambda: env.log("server-res", "end-callback"))

        def onResponse(r: Any) -> None:
            r.setEncoding("utf8")
            env.watch("client-res", r, CRES)

        server = await env.web(handler)
        q = http.get(local(server, path="/a?b=1"))
        response = lambda r: [r.statusCode, r.statusMessage, r.httpVersion, r.headers]  # noqa: E731
        env.watch("client-req", q, CREQ, {"socket": none, "response": response})
        q.on("response", onResponse)
        await env.once(q, "close")
        await env.sleep(10)
        server.close()

    await reproduce("http-request-client", program)


@pytest_twisted.ensureDeferred
async def testPostBody() -> None:
    async def program(env: Env) -> None:
        def handler(q: Any, r: Any) -> None:
            env.watch("server-req", q, REQ)
            env.watch("server-res", r, RES)
            q.setEncoding("utf8")
            body: list[str] = []
            q.on("data", body.append)
            q.on("end", lambda: (env.log("server-req", "complete", q.complete), r.end("".join(body))))

        server = await env.web(handler)
        q = http.request(local(server, method="POST", headers={"Content-Length": 6}))
        env.watch("client-req", q, CREQ, {"socket": none, "response": lambda r: [r.statusCode, r.headers]})
        q.on("response", lambda r: (r.setEncoding("utf8"), env.watch("client-res", r, CRES)))
        q.write("abc", lambda: env.log("client-req", "write-callback"))
        q.end("def", lambda: env.log("client-req", "end-callback"))
        await env.once(q, "close")
        await env.sleep(10)

    await reproduce("http-post-body", program)


@pytest_twisted.ensureDeferred
async def testExpectContinue() -> None:
    async def program(env: Env) -> None:
        def handler(q: Any, r: Any) -> None:
            q.setEncoding("utf8")
            q.on("data", lambda d: env.log("server-req", "data", d))
            q.on("end", lambda: r.end("ok"))

        server = await env.web(handler)
        headers = {"Expect": "100-continue", "Content-Length": 4}
        q = http.request(local(server, method="POST", headers=headers))
        information = lambda i: [i.statusCode, i.statusMessage]  # noqa: E731
        picks = {"socket": none, "response": lambda r: [r.statusCode], "information": information}
        env.watch("client-req", q, CREQ, picks)
        q.on("continue", lambda: q.end("body"))
        q.on("response", lambda r: (r.resume(), env.watch("client-res", r, ["end", "close"])))
        q.flushHeaders()
        await env.once(q, "close")

    await reproduce("http-expect-continue", program)


@pytest_twisted.ensureDeferred
async def testAgentKeepalive() -> None:
    async def program(env: Env) -> None:
        server = await env.web(lambda q, r: (q.resume(), r.end(q.url)), events=("connection", "request"))
        agent = http.Agent(keepAlive=True, maxSockets=1)
        env.watch("agent", agent, ["free"], {"free": none})

        def counts() -> None:
            tables = (agent.sockets, agent.freeSockets, agent.requests)
            env.log("agent", "counts", *(sum(map(len, table.values())) for table in tables))

        def go(path: str) -> Any:
            q = http.get(local(server, agent=agent, path=path))
            response = lambda r: [r.headers["connection"], r.headers.get("keep-alive")]  # noqa: E731
            picks = {"socket": lambda s: [q.reusedSocket], "response": response}
            env.watch("req" + path, q, ["socket", "finish", "response", "close"], picks)
            q.on("response", lambda r: (r.resume(), env.watch("res" + path, r, ["end", "close"])))
            return q

        go("/1")
        second = go("/2")
        counts()
        await env.once(second, "close")
        await env.sleep(5)
        counts()
        (socket,) = next(iter(agent.freeSockets.values()))
        env.watch("socket", socket, ["end", "error", "close"])
        agent.destroy()
        await env.sleep(10)
        counts()
        await env.sleep(10)

    await reproduce("http-agent-keepalive", program)


@pytest_twisted.ensureDeferred
async def testDefaultAgentReuse() -> None:
    async def program(env: Env) -> None:
        def handler(q: Any, r: Any) -> None:
            env.log("server", "headers", q.headers)
            q.resume()
            r.end("x")

        server = await env.web(handler, events=("connection", "request"))
        for path in ("/1", "/2"):
            q = http.get({"port": server.address().port, "host": "127.0.0.1", "path": path})
            q.on("socket", lambda path=path, q=q: env.log("req" + path, "socket", q.reusedSocket))
            (r,) = await env.once(q, "response")
            r.resume()
            await env.once(q, "close")
            await env.sleep(5)
        globalAgent.destroy()

    await reproduce("http-default-agent-reuse", program)


@pytest_twisted.ensureDeferred
async def testHangUp() -> None:
    async def program(env: Env) -> None:
        server = await env.tcp(lambda s: (s.on("error", none), s.once("data", lambda d: s.end())))
        q = http.get(local(server))
        env.watch("client-req", q, CREQ, {"socket": none, "response": none})
        await env.once(q, "close")
        env.log("client-req", "flags", q.destroyed, q.reusedSocket)

    await reproduce("http-hang-up", program)


def answering(text: bytes) -> Any:
    """A connection listener that answers the first data with `text` and ends."""
    return lambda s: (s.on("error", none), s.once("data", lambda d: s.end(text)))


@pytest_twisted.ensureDeferred
async def testResponseCut() -> None:
    async def program(env: Env) -> None:
        def onResponse(r: Any) -> None:
            r.setEncoding("utf8")
            env.watch("client-res", r, CRES)
            r.on("close", lambda: env.log("client-res", "complete", r.complete))

        server = await env.tcp(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"))
        q = http.get(local(server))
        env.watch("client-req", q, CREQ, {"socket": none, "response": lambda r: [r.statusCode]})
        q.on("response", onResponse)
        await env.once(q, "close")
        await env.sleep(10)

    await reproduce("http-response-cut", program)


@pytest_twisted.ensureDeferred
async def testResponseParseError() -> None:
    answers = {
        "garbage": b"hello\r\n\r\n",
        "version": b"HTTP/9.9 200 OK\r\n\r\n",
        "length": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "extra": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nabc",
    }

    async def program(env: Env) -> None:
        for name, text in answers.items():
            server = await env.tcp(answering(text))
            q = http.get(local(server))
            env.watch(f"req-{name}", q, ["response", "error", "close"], {"response": lambda r: [r.statusCode]})
            watch = lambda r, name=name: (r.setEncoding("utf8"), env.watch(f"res-{name}", r, CRES))  # noqa: E731
            q.on("response", watch)
            await env.once(q, "close")
            await env.sleep(5)

    await reproduce("http-response-parse-error", program)


@pytest_twisted.ensureDeferred
async def testDestroyRequest() -> None:
    async def program(env: Env) -> None:
        server = await env.web(none, events=("connection",))
        for name in ("destroy", "destroy-error", "abort"):
            q = http.get(local(server))
            env.watch(f"req-{name}", q, ["finish", "abort", "response", "error", "close"])
            await env.once(q, "finish")
            if name == "destroy":
                q.destroy()
            elif name == "abort":
                q.abort()
            else:
                q.destroy(RuntimeError("mine"))
            env.log(f"req-{name}", "returned", q.destroyed)
            await env.once(q, "close")

    await reproduce("http-destroy-request", program)


@pytest_twisted.ensureDeferred
async def testInformation() -> None:
    async def program(env: Env) -> None:
        def handler(q: Any, r: Any) -> None:
            r.writeProcessing()
            link = "</a.css>; rel=preload; as=style"
            r.writeEarlyHints({"link": link}, lambda: env.log("server-res", "hints-callback"))
            r.end("x")

        server = await env.web(handler)
        q = http.get(local(server))
        information = lambda i: [i.statusCode, i.statusMessage, i.headers]  # noqa: E731
        picks = {"socket": none, "response": lambda r: [r.statusCode], "information": information}
        env.watch("client-req", q, CREQ, picks)
        q.on("response", lambda r: r.resume())
        await env.once(q, "close")

    await reproduce("http-information", program)


@pytest_twisted.ensureDeferred
async def testUpgrade() -> None:
    async def program(env: Env) -> None:
        def onUpgrade(q: Any, s: Any, head: bytes) -> None:
            try:
                s.setEncoding("latin1")
            except Exception as error:
                env.log("server-socket", "setEncoding-threw", error)
            s.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nhi")
            s.on("data", lambda d: env.log("server-socket", "data", d.decode()))
            s.on("end", lambda: (env.log("server-socket", "end"), s.end()))

        server = await env.web(events=("connection", "request", "upgrade"))
        server.on("upgrade", onUpgrade)
        c = env.raw(server, "GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\nHEADBYTES")
        await env.once(c, "data")
        await env.sleep(10)
        c.end("more")
        await env.once(c, "close")
        q = http.request(local(server, path="/v", headers={"Connection": "Upgrade", "Upgrade": "foo"}))
        upgrade = lambda r, s, h: [r.statusCode, r.headers, h]  # noqa: E731
        picks = {"socket": none, "response": lambda r: [r.statusCode], "upgrade": upgrade}
        env.watch("client-req", q, [*CREQ, "upgrade"], picks)
        q.end()
        _, s, _ = await env.once(q, "upgrade")
        s.end()
        s.resume()
        await env.once(s, "close")
        await env.sleep(10)

    await reproduce("http-upgrade", program)


@pytest_twisted.ensureDeferred
async def testConnect() -> None:
    async def program(env: Env) -> None:
        def onConnect(q: Any, s: Any, head: bytes) -> None:
            s.on("error", none)
            s.write("HTTP/1.1 200 Connection Established\r\n\r\n")
            s.pipe(s)

        server = await env.web(events=("connection", "request", "connect"))
        server.on("connect", onConnect)
        q = http.request(local(server, method="CONNECT", path="example.test:443"))
        connect = lambda r, s, h: [r.statusCode, h]  # noqa: E731
        picks = {"socket": none, "response": lambda r: [r.statusCode], "connect": connect}
        env.watch("client-req", q, [*CREQ, "connect"], picks)
        q.end()
        _, s, _ = await env.once(q, "connect")
        s.setEncoding("utf8")
        env.watch("tunnel", s, ["data", "end", "close"])
        s.end("through")
        await env.once(s, "close")
        bare = await env.web(lambda q, r: r.end("no"), events=("connection", "request"))
        c = env.raw(bare, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "client2")
        await env.once(c, "close")

    await reproduce("http-connect", program)


@pytest_twisted.ensureDeferred
async def testDiagnosticsChannels() -> None:
    names = [
        "http.client.request.created",
        "http.client.request.start",
        "http.client.request.error",
        "http.client.response.finish",
        "http.server.request.start",
        "http.server.response.created",
        "http.server.response.finish",
        "net.client.socket",
        "net.server.socket",
    ]

    async def program(env: Env) -> None:
        def subscribe(name: str) -> None:
            onMessage = lambda message, name=name: env.log("channel", name, list(message))  # noqa: E731
            diagnostics_channel.subscribe(name, onMessage)
            env.cleanup(lambda: diagnostics_channel.unsubscribe(name, onMessage))

        for name in names:
            subscribe(name)
        server = await env.web(lambda q, r: r.end("x"), events=("request",))
        q = http.get(local(server))
        q.on("response", lambda r: (env.log("client", "response"), r.resume()))
        await env.once(q, "close")
        has = diagnostics_channel.hasSubscribers
        env.log("channel", "hasSubscribers", has(names[0]), has("nobody"))

    await reproduce("diagnostics-http", program)
