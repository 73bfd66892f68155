"""What does an application server do all day? It parses some JSON and answers with more, and tells many the same.

`python -m benchmarks.http.api PORT CLIENTS SECONDS` is the load of the second: it listens to a server's events on many
connections, and prints how many it has seen.
"""

from __future__ import annotations

import select
import socket
import sys
import time

from ..harness import HERE, Benchmark, Peer, Server, node, onLoadCore, python, wrk

JSON = HERE / "load/json.lua"
CLIENTS = 1_000
_GET = b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
_MARK = b"data: "


def _json(server: Server, seconds: float) -> float:
    return wrk(server, connections=64, seconds=seconds, arguments=["-s", str(JSON)])


def _events(server: Server, seconds: float) -> float:
    """The server's microseconds for each event that a client has seen, headers and connecting included."""
    before = server.cpuSeconds
    command = [sys.executable, "-m", "benchmarks.http.api", server.port, CLIENTS, seconds]
    seen = int(onLoadCore([str(each) for each in command]))
    return (server.cpuSeconds - before) / seen * 1e6


def listen(port: int, clients: int, seconds: float) -> int:
    """Connect all, then count the events that come."""
    poller, sockets, seen = select.epoll(), {}, 0
    for _ in range(clients):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(_GET)
        client.setblocking(False)
        sockets[client.fileno()] = client
        poller.register(client, select.EPOLLIN)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for descriptor, _ in poller.poll(0.1):
            seen += sockets[descriptor].recv(65536).count(_MARK)
    return seen


BENCHMARKS = (
    Benchmark(
        "http-json",
        "JSON API: a body of 1 KiB parsed, 2 KiB answered, keep-alive, 64 connections",
        "requests/s",
        (
            Peer("nodecompat", python("json_nodecompat.py", "json")),
            # What of the time is Python's `json`: this one's, and what another library leaves of it.
            Peer("Python httptools loop", python("json_loop.py", needs="httptools")),
            Peer("nodecompat, orjson", python("json_nodecompat.py", "orjson", needs="orjson")),
            Peer("Node 26", node("json_node.cjs")),
        ),
        _json,
        required=(("Node 26", 1.0),),
    ),
    Benchmark(
        "sse",
        f"server-sent events to {CLIENTS:,} connections, 50 a second: CPU time of the server",
        "µs/event",
        (Peer("nodecompat", python("sse_nodecompat.py")), Peer("Node 26", node("sse_node.cjs"))),
        _events,
        required=(("Node 26", 1.0),),
        higherIsBetter=False,
    ),
)

if __name__ == "__main__":
    print(listen(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
