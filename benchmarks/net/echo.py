"""How many messages does an echo server answer, and how fast is the single one?"""

from __future__ import annotations

from collections.abc import Callable

from ..harness import Benchmark, Peer, Server, idleBytes, native, node, onReactor, pingpong, python, reactors

PEERS = (
    Peer("nodecompat", python("echo_nodecompat.py")),
    Peer("C epoll", native("peers/echo_epoll.c")),
    Peer("Python epoll loop", python("echo_loop.py")),
    Peer("uvloop", python("echo_asyncio.py", "uvloop", needs="uvloop")),
    Peer("asyncio", python("echo_asyncio.py")),
    Peer("Node 26", node("echo_node.cjs")),
    Peer("Twisted", python("echo_twisted.py")),
)
_PIPE = (Peer("nodecompat", python("pipe_nodecompat.py")), Peer("Node 26", node("pipe_node.cjs")))
_REACTORS = reactors("echo_nodecompat.py")
_DIRECT = (Peer("nodecompat", onReactor("direct", "echo_nodecompat.py")), *PEERS[1:4])
_MANY = (
    Peer("nodecompat", python("echo_nodecompat.py")),
    Peer("nodecompat, 100 connections", python("echo_nodecompat.py")),
    Peer("Node 26", node("echo_node.cjs")),
)
_IDLE = (Peer("nodecompat", python("echo_nodecompat.py")), Peer("Node 26", node("echo_node.cjs")))


def _messages(active: int, size: int, idle: int = 0) -> Callable[[Server, float], float]:
    def measure(server: Server, seconds: float) -> float:
        return pingpong(server, active=active, size=size, idle=idle, seconds=seconds)["messages"]

    return measure


def _many(server: Server, seconds: float) -> float:
    idle = 0 if server.peer.name.endswith("100 connections") else 9900
    return pingpong(server, active=100, size=64, idle=idle, seconds=seconds)["messages"]


def _memory(server: Server, seconds: float) -> float:
    return idleBytes(server.peer, 10_000)


def _latency(server: Server, seconds: float) -> float:
    return pingpong(server, active=1, size=64, seconds=seconds)["median"]


def _bulk(server: Server, seconds: float) -> float:
    return pingpong(server, active=1, size=65536, seconds=seconds, bulk=True)["bytes"] / 1e6


BENCHMARKS = (
    Benchmark(
        "echo",
        "echo, 64 B ping-pong, 100 connections",
        "messages/s",
        PEERS,
        _messages(100, 64),
        required=(("uvloop", 0.9), ("Node 26", 1.2), ("Twisted", 2.5)),
        aims=(("uvloop", 1.0), ("Python epoll loop", 0.9)),
    ),
    Benchmark(
        "reactors-echo",
        "echo, 64 B ping-pong, 100 connections, on each reactor (the first is epoll)",
        "messages/s",
        _REACTORS,
        _messages(100, 64),
        variants=tuple((peer.name, 0.9) for peer in _REACTORS[1:]),
    ),
    Benchmark(
        "echo-16k",
        "echo, 16 KiB ping-pong, 100 connections",
        "messages/s",
        PEERS,
        _messages(100, 16384),
        required=(("uvloop", 1.0), ("Node 26", 1.0)),
    ),
    Benchmark(
        "latency",
        "one connection, 64 B ping-pong, median round trip",
        "µs",
        PEERS,
        _latency,
        required=(("uvloop", 1 / 1.1),),
        higherIsBetter=False,
        aims=(("uvloop", 1.0),),
    ),
    Benchmark(
        "latency-direct",
        "the same, on the reactor that waits in our epoll (`--reactor direct`)",
        "µs",
        _DIRECT,
        _latency,
        required=(("uvloop", 1 / 1.05),),
        higherIsBetter=False,
        aims=(("uvloop", 1.0),),
    ),
    Benchmark(
        "echo-10k",
        "echo, 64 B ping-pong, 10,000 connections of which 100 are active",
        "messages/s",
        _MANY,
        _many,
        required=(("nodecompat, 100 connections", 0.9),),
        aims=(("nodecompat, 100 connections", 1.0),),
    ),
    Benchmark(
        "memory",
        "memory for each idle connection, 10,000 connections",
        "bytes",
        _IDLE,
        _memory,
        required=(("Node 26", 1.0),),
        higherIsBetter=False,
    ),
    Benchmark(
        "bulk",
        "64 KiB writes, socket → pipe → socket, one connection",
        "MB/s",
        _PIPE,
        _bulk,
        required=(("Node 26", 1.0),),
    ),
)
