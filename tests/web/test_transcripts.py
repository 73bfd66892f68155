"""fetch against Node's transcripts."""

from __future__ import annotations

import socket
from typing import Any

import pytest_twisted
from transcript import Env, reproduce

from nodecompat import AbortController, AbortSignal, fetch, net


def _serve(env: Env) -> Any:
    def handler(q: Any, r: Any) -> None:
        chunks: list[bytes] = []
        q.on("data", chunks.append)

        @q.on("end")
        def end() -> None:
            body = b"".join(chunks).decode()
            if q.url == "/r":
                r.writeHead(302, {"Location": "/t"})
                r.end()
            elif q.url == "/j":
                r.setHeader("Content-Type", "application/json")
                r.end('{"a":[1]}')
            elif q.url == "/404":
                r.statusCode = 404
                r.end("none")
            else:
                r.end(f"text:{q.method}:{body}:{q.headers.get('content-type') or ''}")

    return env.web({}, handler, ["request"])


@pytest_twisted.ensureDeferred
async def testFetchBasics() -> None:
    async def program(env: Env) -> None:
        server = await _serve(env)
        server.once("request", lambda q: env.log("server", "headers", q.headers))
        base = f"http://127.0.0.1:{server.address().port}"
        r = await fetch(base + "/t")
        env.log("fetch", "response", r.status, r.ok, r.statusText, r.redirected, r.type, r.bodyUsed)
        env.log("fetch", "text", await r.text(), r.bodyUsed)
        try:
            await r.text()
        except TypeError as error:
            env.log("fetch", "second-read", error)
        r = await fetch(base + "/j")
        env.log("fetch", "json", await r.json(), r.headers.get("Content-Type"))
        r = await fetch(base + "/r")
        env.log("fetch", "redirected", r.redirected, r.url, await r.text())
        kind = {"content-type": "application/json"}
        r = await fetch(base + "/p", {"method": "POST", "body": '{"x":1}', "headers": kind})
        env.log("fetch", "post", await r.text())
        r = await fetch(base + "/p", method="POST", body="plain")
        env.log("fetch", "post-string", await r.text())
        r = await fetch(base + "/404")
        env.log("fetch", "not-found", r.status, r.ok, await r.text())
        try:
            await fetch(base + "/r", redirect="error")
        except TypeError as error:
            env.log("fetch", "redirect-error", error, error.cause.message)  # type: ignore[attr-defined]
        r = await fetch(base + "/r", {"redirect": "manual"})
        env.log("fetch", "manual", r.status, r.headers.get("location"))

    await reproduce("fetch-basics", program)


@pytest_twisted.ensureDeferred
async def testFetchErrors() -> None:
    async def program(env: Env) -> None:
        def onConnection(socket: Any) -> None:
            socket.on("error", lambda: None)
            socket.once("data", lambda data: None if b"/hang" in data else socket.end())
            env.cleanup(socket.destroy)

        server = net.createServer(onConnection).listen(0, "127.0.0.1")
        await env.once(server, "listening")
        env.cleanup(server.close)
        base = f"http://127.0.0.1:{server.address().port}"
        holder = socket.socket()  # nobody listens on its port, and nobody else can have it
        env.cleanup(holder.close)
        holder.bind(("127.0.0.1", 0))
        free = env.port(holder.getsockname()[1], "free")

        async def tell(name: str, *args: Any, **keywords: Any) -> None:
            try:
                await fetch(*args, **keywords)
            except Exception as error:
                cause = getattr(error, "cause", None)
                about = cause and [getattr(cause, "name", "Error"), cause.code]
                env.log("fetch", name, error, about)

        await tell("refused", f"http://127.0.0.1:{free}")
        await tell("closed", base + "/")
        before, during, reason = AbortController(), AbortController(), AbortController()
        before.abort()
        await tell("aborted-before", base + "/hang", signal=before.signal)
        env.later(20, during.abort)
        await tell("aborted-during", base + "/hang", {"signal": during.signal})
        env.later(20, reason.abort, Exception("reason"))
        await tell("aborted-reason", base + "/hang", signal=reason.signal)
        await tell("timeout", base + "/hang", signal=AbortSignal.timeout(20))
        await tell("bad-url", "nonsense")
        await tell("get-body", base, {"method": "GET", "body": "x"})
        await tell("bad-port", "http://127.0.0.1:1/")

    await reproduce("fetch-errors", program)
