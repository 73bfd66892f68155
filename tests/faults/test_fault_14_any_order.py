"""Fault 14: close, write, end, destroy and the like, called from any listener, in any order.

Random programs over the in-memory network: each listener of each event of both sockets carries out the next calls of
a random list. Whatever they are: no exception reaches the loop, 'close' comes exactly once, and nothing after it.
"""

from __future__ import annotations

import gc
import os
import random
from typing import Any

import pytest

from nodecompat import net
from nodecompat.testing import Network, network

RUNS = 10_000 if os.environ.get("NODECOMPAT_LONG_TESTS") == "1" else 300
EVENTS = ("connect", "ready", "data", "end", "drain", "finish", "timeout", "error", "readable", "pause", "resume")
LAST = "close"


def calls(dice: random.Random) -> list[Any]:
    """What may be called on a socket."""
    return [
        lambda s: s.write(b"x"),
        lambda s: s.write(b"y" * dice.choice((1, 1000, 200_000)), lambda *error: None),
        lambda s: s.end(),
        lambda s: s.end(b"z", lambda *error: None),
        lambda s: s.destroy(),
        lambda s: s.destroy(Exception("on purpose")),
        lambda s: s.destroySoon(),
        lambda s: s.resetAndDestroy(),
        lambda s: s.pause(),
        lambda s: s.resume(),
        lambda s: s.read(),
        lambda s: s.setTimeout(dice.choice((0, 1, 50))),
        lambda s: (s.cork(), s.write(b"c"), s.write(b"d"), s.uncork()),
        lambda s: s.setNoDelay(),
        lambda s: s.unref().ref(),
        lambda s: (s.readyState, s.pending, s.remoteAddress, s.bytesWritten, s.address()),
    ]


class Run:
    """One random program."""

    def __init__(self, wire: Network, seed: int) -> None:
        self.wire = wire
        self.dice = random.Random(seed)
        self.calls = calls(self.dice)
        self.budget = self.dice.randrange(1, 40)
        self.closed: dict[net.Socket, int] = {}
        self.late: list[str] = []
        self.server = net.createServer({"allowHalfOpen": self.dice.random() < 0.5}, self.adopt).listen(8124)
        options = {"port": 8124, "host": "127.0.0.1", "allowHalfOpen": self.dice.random() < 0.5}
        self.adopt(net.connect(options))

    def adopt(self, socket: net.Socket) -> None:
        self.closed[socket] = 0
        socket.on(LAST, lambda: self.onClose(socket))
        for event in EVENTS:
            if event == "error" or self.dice.random() < 0.7:
                socket.on(event, lambda event=event: self.onEvent(socket, event))
        self.act(socket)

    def onEvent(self, socket: net.Socket, event: str) -> None:
        if self.closed[socket]:
            self.late.append(event)
        self.act(socket)

    def onClose(self, socket: net.Socket) -> None:
        self.closed[socket] += 1
        self.act(socket)

    def act(self, socket: net.Socket) -> None:
        while self.budget > 0 and self.dice.random() < 0.5:
            self.budget -= 1
            self.dice.choice(self.calls)(self.dice.choice(list(self.closed)))

    def finish(self) -> None:
        for _ in range(4):
            self.wire.advance(60)
        for socket in list(self.closed):
            socket.destroy()
        self.server.close()
        self.wire.run()


def play(seed: int) -> None:
    with network(
        capacity=random.Random(seed).choice((1, 1000, 65536)), segment=random.Random(seed).choice((1000, 65536))
    ) as wire:
        run = Run(wire, seed)
        run.finish()
        assert set(run.closed.values()) == {1}, "each socket closes exactly once"
        assert run.late == [], "nothing comes after 'close'"
        assert run.server.connections == 0 and not wire.handles


@pytest.mark.parametrize("start", range(0, RUNS, 100))
def testAnyCallsInAnyOrder(start: int) -> None:
    for seed in range(start, start + 100):
        try:
            play(seed)
        except BaseException as error:
            error.args = (f"seed {seed}: {error}",)
            raise
    gc.collect()
