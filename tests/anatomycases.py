"""What the tests of anatomy share: recordings of real connections in this process, and what to look for in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred

from nodecompat import http, net
from nodecompat.anatomy import Entry, Recording, Source
from nodecompat.anatomy.entries import CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_PROGRAM, SERVER_SOCKET, Connection

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = str(ROOT / "examples" / "anatomy_of_a_connection.py")


def event(emitter: Any, name: str) -> Deferred[Any]:
    """The first argument of the next such event; listened to once, so the recording shows a listener."""
    waiting: Deferred[Any] = Deferred()
    emitter.once(name, lambda *args: waiting.called or waiting.callback(args[0] if args else None))
    return waiting.addTimeout(30, reactor)


def names(entries: Iterable[Entry]) -> list[str]:
    """`connect` of a step, `'connect'` of an event: what a picture writes before the details."""
    return [f"'{e.name}'" if e.kind == "event" else e.name for e in entries]


def inOrder(entries: Iterable[Entry], *wanted: str) -> list[str]:
    """The labels of `wanted` that were found, each after the one before: equal to `wanted` when all are there.

    `wanted` is the beginning of a label, such as `connect → EINPROGRESS`.
    """
    found: list[str] = []
    for entry in entries:
        if len(found) < len(wanted) and entry.label.startswith(wanted[len(found)]):
            found += [wanted[len(found)]]
    return found


def onLanes(recording: Recording, lanes: set[int]) -> list[Entry]:
    """The entries that begin or end on some lanes."""
    return [entry for entry in recording.entries if lanes & {entry.origin, entry.target}]


def clientSide(recording: Recording) -> list[Entry]:
    return onLanes(recording, {CLIENT_PROGRAM, CLIENT_SOCKET})


def serverSide(recording: Recording) -> list[Entry]:
    return onLanes(recording, {SERVER_PROGRAM, SERVER_SOCKET})


def synthetic(count: int, *, limit: int = 10_000) -> Recording:
    """A recording of `count` entries on three connections, with every kind, a source, and nasty characters."""
    recording = Recording(program="made up", startedAt="2026-01-01T00:00:00.000+00:00", limit=limit)
    for number in range(1, 4):
        recording.connections[number] = Connection(
            number, f"127.0.0.1:{5000 + number}", "127.0.0.1:80", True, True, 0.0, 1.0, 2.0, 900.0, 10, 20, "server"
        )
    recording.connections[3].error = "ECONNRESET"
    source = Source("app.py", 7, "onData")
    recording.sources["app.py"] = {6: "", 7: "def onData(chunk):", 8: "    print('</script><!--', chunk)"}
    shapes = (
        ("step", "connect", CLIENT_SOCKET, KERNEL, "→ EINPROGRESS 127.0.0.1:80"),
        ("event", "data", CLIENT_SOCKET, CLIENT_PROGRAM, "17 bytes"),
        ("listener", "onData", CLIENT_PROGRAM, CLIENT_PROGRAM, ""),
        ("call", "write('</script> <b>&\"')", CLIENT_PROGRAM, CLIENT_SOCKET, ""),
        ("message", "request", SERVER_SOCKET, SERVER_PROGRAM, "GET /;#x"),
        ("tick", "nextTick", SERVER_PROGRAM, SERVER_PROGRAM, "later"),
        ("timer", "timer", SERVER_PROGRAM, SERVER_PROGRAM, "later"),
        ("error", "recv", KERNEL, SERVER_SOCKET, "→ ECONNRESET"),
    )
    for number in range(1, count + 1):
        kind, name, origin, target, detail = shapes[(number - 1) % len(shapes)]
        where = source if kind in ("listener", "call") else None
        duration = 0.25 if kind == "listener" else None
        connection = 0 if kind in ("tick", "timer") else number % 3 + 1
        recording.add(
            Entry(number, number * 0.5, kind, name, origin, target, detail, connection, number - 1, duration, where)
        )
    return recording


def helloServer() -> Any:
    """An http server that answers hello."""

    def onRequest(req: Any, res: Any) -> None:
        res.writeHead(200, {"Content-Type": "text/plain"})
        res.end("hello world\n")

    return http.createServer(onRequest)


async def listening(server: Any, *where: Any) -> int:
    """Listen on loopback; the port."""
    server.listen(*(where or (0, "127.0.0.1")))
    await event(server, "listening")
    address = server.address()
    return address.port if hasattr(address, "port") else 0


async def closed(server: Any) -> None:
    """Close a server and wait until its last connection is gone."""
    done = event(server, "close")
    server.close()
    if isinstance(server, http.Server):
        server.closeAllConnections()
    await done


def echoServer() -> Any:
    """Sends back what comes, and ends when the peer has."""
    return net.createServer({"allowHalfOpen": True}, lambda socket: socket.pipe(socket))


def payload(page: str) -> dict[str, object]:
    """The recording inside a page."""
    found = re.search(r'<script id="recording" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    value: dict[str, object] = json.loads(found[1])
    return value
