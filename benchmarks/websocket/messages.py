"""How many WebSocket messages does a server echo, and how many does it send to all?"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ..harness import HERE, Benchmark, Missing, Peer, Server, node, pingpong, python

_WS = os.environ.get("NODECOMPAT_WS", str(HERE.parent / ".node/node_modules/ws"))


def _ws(*arguments: str) -> Callable[[], Sequence[str]]:
    def command() -> Sequence[str]:
        if not os.path.isdir(_WS):
            raise Missing("npm install --prefix .node ws")
        return node("websocket_node.cjs", *arguments)()

    return command


def _peers(*arguments: str) -> tuple[Peer, ...]:
    return (
        Peer("nodecompat", python("websocket_nodecompat.py", *arguments)),
        Peer("ws on Node 26", _ws(*arguments)),
        Peer("websockets", python("websocket_websockets.py", *arguments, needs="websockets")),
    )


def _echo(server: Server, seconds: float) -> float:
    return pingpong(server, active=100, size=64, seconds=seconds, options=("websocket",))["messages"]


def _broadcast(server: Server, seconds: float) -> float:
    return pingpong(server, active=1000, size=64, seconds=seconds, options=("websocket", "broadcast"))["messages"]


_REQUIRED = (("ws on Node 26", 0.7), ("websockets", 1.5))

BENCHMARKS = (
    Benchmark(
        "websocket",
        "WebSocket echo, 64 B ping-pong, 100 connections",
        "messages/s",
        _peers(),
        _echo,
        required=_REQUIRED,
    ),
    Benchmark(
        "websocket-broadcast",
        "WebSocket, each message of 64 B to 1,000 connections",
        "messages/s",
        _peers("broadcast"),
        _broadcast,
        required=_REQUIRED,
    ),
)
