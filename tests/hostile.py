"""Plays the hostile corpus against a server of ours, over the in-memory network, and tells what happened.

`tests/data/hostile/http1.jsonl` holds raw requests and what Node 26 did with them; see the README there.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
from typing import Any

from nodecompat import http
from nodecompat.testing import network

DIRECTORY = pathlib.Path(__file__).parent / "data" / "hostile"
GAP = 4  # ms between segments, unless the case says otherwise
QUIET = 400  # ms to wait for what still comes


def load(name: str) -> dict[str, dict[str, Any]]:
    """The cases of a file, by their ids."""
    lines = (DIRECTORY / name).read_text("utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def toBytes(segment: Any) -> bytes:
    """A segment: a text of bytes, or a list of them in which ["x", n] stands for n times x."""
    if isinstance(segment, str):
        return segment.encode("latin-1")
    return b"".join(
        part.encode("latin-1") if isinstance(part, str) else part[0].encode("latin-1") * part[1] for part in segment
    )


def shorten(value: Any) -> Any:
    """Long texts and lists as the corpus writes them."""
    if isinstance(value, str) and len(value) > 200:
        return f"{value[:20]}...{len(value)}"
    if isinstance(value, list):
        short = [shorten(each) for each in value]
        return [*short[:8], f"...{len(value)}"] if len(value) > 100 else short
    if isinstance(value, dict):
        return {name: shorten(each) for name, each in value.items()}
    return value


class Recorder:
    """The program of a case: its handlers, and what they saw."""

    def __init__(self, case: dict[str, Any], listens: bool) -> None:
        settings = case.get("server", {})
        self.handler = settings.get("handler")
        self.requests: list[dict[str, Any]] = []
        self.error: dict[str, Any] | None = None
        self.server = http.createServer(settings.get("options", {}), self.onRequest)
        for name, value in settings.get("props", {}).items():
            setattr(self.server, name, value)
        for name in settings.get("listeners", []):
            self.server.on(name, self.onUpgrade if name == "upgrade" else self.onConnect)
        if listens:
            self.server.on("clientError", self.onClientError)

    def record(self, kind: str, req: Any, **more: Any) -> dict[str, Any]:
        seen = {
            "kind": kind,
            "method": req.method,
            "url": shorten(req.url),
            "version": req.httpVersion,
            "raw": shorten(list(req.rawHeaders)),
            "headers": shorten(dict(req.headers)),
            "body": b"",
            "ended": False,
            "aborted": None,
            "req": req,
            **more,
        }
        self.requests.append(seen)
        return seen

    def onRequest(self, req: Any, res: Any) -> None:
        seen = self.record("request", req)

        def onData(chunk: bytes) -> None:
            seen["body"] += chunk

        def answer() -> None:
            res.writeHead(200, {"Content-Length": 2})
            res.end("ok")

        def onEnd() -> None:
            seen["ended"] = True
            if self.handler != "no_read":
                answer()

        req.on("data", onData)
        req.on("end", onEnd)
        req.on("error", lambda error: seen.update(aborted=error.code))
        if self.handler == "no_read":
            answer()
        elif self.handler == "destroy":
            req.socket.destroy()

    def onUpgrade(self, req: Any, socket: Any, head: bytes) -> None:
        self.record("upgrade", req, head=head.decode("latin-1"))
        socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n")
        socket.on("end", socket.end)
        socket.resume()

    def onConnect(self, req: Any, socket: Any, head: bytes) -> None:
        self.record("connect", req, head=head.decode("latin-1"))
        socket.write("HTTP/1.1 200 OK\r\n\r\n")
        socket.on("end", socket.end)
        socket.resume()

    def onClientError(self, error: Any, socket: Any) -> None:
        if self.error is None:
            self.error = {"code": error.code, "message": error.message}
            packet = getattr(error, "rawPacket", None)
            known = {"reason": getattr(error, "reason", None), "bytesParsed": getattr(error, "bytesParsed", None)}
            self.error.update({name: value for name, value in known.items() if value is not None})
            if packet is not None:
                self.error["rawPacket"] = len(packet)
        socket.destroy()

    def seen(self) -> list[dict[str, Any]]:
        """What the handlers saw, as the corpus writes it."""
        result = []
        for each in self.requests:
            req, body = each.pop("req"), each["body"]
            text = body.decode("latin-1")
            each["body"] = [len(body), hashlib.sha256(body).hexdigest()] if len(body) > 600 else text
            each["trailers"] = list(req.rawTrailers)
            each["complete"] = req.complete
            result.append(each)
        return result


def exchange(case: dict[str, Any], listens: bool) -> tuple[Recorder, dict[str, Any]]:
    """Send the case's bytes to its server."""
    with network() as net:
        recorder = Recorder(case, listens)
        recorder.server.listen(8080)
        net.run()
        peer = net.connect(8080)
        net.run()
        for segment in case["send"]:
            peer.send(toBytes(segment))
            net.advance(case.get("gap_ms", GAP))
        net.advance(case.get("wait_ms", QUIET))
        before, closed = peer.take(), peer.ended or bool(peer.error)
        if not closed:
            peer.end()
        net.advance(QUIET)
        after = peer.take()
        outcome = {
            "received": before + after,
            "statuses": statuses(before),
            "after_fin": statuses(after),
            "closed_by": "server" if closed else "after-client-fin" if peer.ended or peer.error else "nobody",
            "requests": recorder.seen(),
        }
        peer.close()
        recorder.server.close()
        recorder.server.closeAllConnections()
        net.advance(1)
        return recorder, outcome


def statuses(received: bytes) -> list[int]:
    """The status of each answer."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d\d\d) ", received)]


def play(case: dict[str, Any]) -> dict[str, Any]:
    """What our server does with a case, in the form of the corpus."""
    _, outcome = exchange(case, False)
    del outcome["received"]
    recorder, _ = exchange(case, True)
    outcome["error"] = recorder.error
    return outcome


def lastAnswer(received: bytes) -> bytes:
    """The last of the answers that were received."""
    return received[received.rindex(b"HTTP/1.1 ") :]
