"""Plays answers of a raw server to fetch, on the in-memory network, and tells how each fetch ends.

The cases are those of `tools/fuzz_fetch.py`: `replies` to the first, second, … request (the last one repeats), each a
list of segments; `close` False to leave the connection open, `reset` to reset it, `count` of requests, `request`: its
options.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from hostile import toBytes

from nodecompat import Response, fetch, http
from nodecompat.testing import Network, network
from nodecompat.web import pool

GAP = 4  # ms between segments
PATIENCE = 1500  # ms until a fetch counts as stuck


def settled(net: Network, awaitable: Any, limit: int = 60_000) -> Any:
    """What a Deferred gives, or the exception it fails with, after as much of the network's time as it takes."""
    found: list[Any] = []
    awaitable.addCallbacks(found.append, lambda failure: found.append(failure.value))
    waited = 0
    net.run()
    while not found:
        assert waited < limit, "it does not come"
        net.advance(5)
        waited += 5
    return found[0]


class Server:
    """Answers the nth request with the nth reply."""

    def __init__(self, net: Any, case: dict[str, Any]) -> None:
        self.net, self.case = net, case
        self.replies = [[toBytes(segment) for segment in reply] for reply in case["replies"]]
        self.connections = self.answered = 0
        handle = net.tcpServer()
        handle.bind("127.0.0.1", 0)
        handle.listen(511)
        handle.onconnection = self.accept
        self.port = handle.getsockname().port

    def accept(self, status: int, stream: Any) -> None:
        self.connections += 1
        stream.onread = lambda data: self.answer(stream)
        stream.onreadend = lambda status: stream.close()
        stream.readStart()

    def answer(self, stream: Any) -> None:
        reply = self.replies[min(self.answered, len(self.replies) - 1)]
        self.answered += 1
        self.send(stream, list(reply))

    def send(self, stream: Any, segments: list[bytes]) -> None:
        if segments:
            if not stream.closed:
                stream.write(segments.pop(0))
            self.net.clock.callLater(self.case.get("gap_ms", GAP), lambda: self.send(stream, segments))
        elif stream.closed:
            pass
        elif self.case.get("reset"):
            stream.reset()
        elif self.case.get("close", True):
            stream.shutdown()


class Asked:
    """One fetch, and how it ends."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.seen: dict[str, Any] = {}
        self.isOver = False
        fetch(url, options).addCallbacks(self.onResponse, self.onError)

    def onResponse(self, response: Any) -> None:
        self.seen |= {
            "status": response.status,
            "text": response.statusText,
            "headers": [list(pair) for pair in response.headers],
        }
        self.response = response
        response.bytes().addCallbacks(self.onBody, self.onBodyError)

    def onBody(self, body: bytes) -> None:
        self.isOver, self.seen["body"] = True, body.decode("latin-1")

    def onBodyError(self, failure: Any) -> None:
        if not self.isOver:
            self.isOver, self.seen["bodyError"] = True, failed(failure.value)

    def onError(self, failure: Any) -> None:
        if not self.isOver:
            self.isOver, self.seen["error"] = True, failed(failure.value)


def failed(error: Any) -> list[Any]:
    """An error and its cause."""
    cause = getattr(error, "cause", None)
    facts = None if cause is None else [cause.name, getattr(cause, "code", None), cause.message]
    return [error.name, error.message, facts]


def play(case: dict[str, Any]) -> dict[str, Any]:
    """How the fetches of a case end."""
    with network() as net:
        server = Server(net, case)
        requests = []
        for _ in range(case.get("count", 1)):
            asked = Asked(f"http://127.0.0.1:{server.port}/", case.get("request", {}))
            waited = 0
            while not asked.isOver and waited < PATIENCE:
                net.advance(5)
                waited += 5
            if not asked.isOver:
                asked.isOver = True
                asked.seen["bodyError" if "status" in asked.seen else "error"] = [
                    "AbortError", "This operation was aborted", None
                ]  # fmt: skip
            requests.append(asked.seen)
            if case.get("count", 1) > 1:
                net.advance(60)
        pool.destroy()
        net.advance(5000)
        assert net.faults == [], "nothing escapes"
    return {"requests": requests, "connections": server.connections}


def follow(case: dict[str, Any]) -> dict[str, Any]:
    """How a fetch ends that two servers send on its way, and what they have seen."""
    seen: list[Any] = []

    def plain(text: str) -> str:
        return text.replace("http://127.0.0.1:8001", "A").replace("http://127.0.0.1:8002", "B")

    def answer(name: str, req: Any, res: Any) -> None:
        chunks: list[bytes] = []

        def onEnd() -> None:
            status, location = case["hops"][min(len(seen), len(case["hops"]) - 1)]
            raw = [name if place % 2 and req.rawHeaders[place - 1] == "host" else plain(text)
                   for place, text in enumerate(req.rawHeaders)]  # fmt: skip
            seen.append([name, req.method, req.url, raw, b"".join(chunks).decode("latin-1")])
            target = location.replace("A", "http://127.0.0.1:8001").replace("B", "http://127.0.0.1:8002")
            res.writeHead(status, {**({"Location": target} if location else {}), "Content-Length": 5})
            res.end("hello")

        req.on("data", chunks.append)
        req.on("end", onEnd)

    outcome: dict[str, Any] = {}
    options = dict(case["request"])
    if isinstance(options.get("body"), dict):
        options["body"] = _pieces(options["body"]["chunks"])
    if options.get("referrer"):
        options["referrer"] = options["referrer"].replace("A", "http://127.0.0.1:8001")
    with network() as net:
        servers = []
        for name, port in (("A", 8001), ("B", 8002)):
            servers.append(http.createServer(lambda req, res, name=name: answer(name, req, res)).listen(port))
        net.run()
        found = settled(net, fetch("http://127.0.0.1:8001" + case["path"], options))
        body = settled(net, found.text()) if isinstance(found, Response) else None
        if isinstance(found, Response) and isinstance(body, str):
            outcome["result"] = [found.status, plain(found.url), found.redirected, body]
        else:
            outcome["error"] = failed(body or found)
        pool.destroy()
        for server in servers:
            server.close()
        net.advance(6000)
        assert net.faults == [], "nothing escapes"
    return {**outcome, "seen": seen}


async def _pieces(chunks: list[str]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk.encode("latin-1")


def similar(case: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whether two outcomes are the same to a program, but for what docs/departures.md and this list say.

    - undici's reason phrase is the last piece of one that came in several.
    - Whatever is wrong with HTTP is one kind of cause: undici names the length of a body that it could not begin to
      read, and an older llhttp has other texts.
    - It fails an assertion of its own at a 101 that does not say to what, and at a status below 100.
    - It closes a connection behind a 304 with a length.
    - It keeps blanks at the end of a value, and takes an empty Transfer-Encoding and a CR in the place of an LF.
    - It has no limit for a reason phrase, nor for the extensions of a chunk.
    """
    if any(text in str(each) for each in ours["requests"] for text in STRICTER):
        return True
    if len(theirs["requests"][0].get("text", "")) > 16_384:
        return "UND_ERR_HEADERS_OVERFLOW" in str(ours["requests"][0].get("error"))
    isSplit = len(case["replies"][0]) > 1
    return shown(theirs, isSplit) == shown(ours, isSplit) and (
        theirs["connections"] == ours["connections"] or any(each.get("status") == 304 for each in ours["requests"])
    )


STRICTER = ("Empty Transfer-Encoding", "Expected LF after CR", "Chunk extensions overflow")
BROKEN = ("HTTPParserError", "ResponseContentLengthMismatchError", "AssertionError", "bad upgrade")


def shown(outcome: dict[str, Any], isSplit: bool) -> list[dict[str, Any]]:
    """The requests of an outcome without what may differ."""
    requests = []
    for each in outcome["requests"]:
        seen = dict(each)
        if "headers" in seen:
            seen["headers"] = [[name, re.sub("[\t ]+(?=,|$)", "", value)] for name, value in seen["headers"]]
        if isSplit:
            seen.pop("text", None)
        for key in ("error", "bodyError"):
            cause = seen[key][2] if key in seen else None
            if cause and (cause[0] in BROKEN or cause[2] in BROKEN):
                seen[key] = "broken"
        requests.append(seen)
    return requests
