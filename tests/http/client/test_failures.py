"""Requests to servers that fail at random, in the middle of anything: each has one 'close', one 'error' at most, and
nothing behind its 'close'. What Node does with such servers stands in `test_client_cases.py` and the transcripts.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from nodecompat import http
from nodecompat.testing import network

ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nbytes",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 2x0 OK\r\n\r\n",
    b"nonsense\r\n\r\n",
]
AGENTS: list[dict[str, Any] | None] = [
    None,
    {},
    {"keepAlive": True},
    {"keepAlive": True, "maxSockets": 1},
    {"maxTotalSockets": 2, "timeout": 40},
]
FAILURES = ["end", "reset", "close"]
ACTS = ["abort", "destroy", "destroy with an error", "destroy the answer", "destroy the socket", "pause", "end"]
MOMENTS = ["socket", "response", "data", "end", "finish", "error", "later"]


class Subject:
    """A request, what it told, and what was done to it."""

    def __init__(self, chance: random.Random, options: dict[str, Any]) -> None:
        self.log: list[str] = []
        self.res: Any = None
        self.moment, self.act = chance.choice(MOMENTS), chance.choice(ACTS)
        self.reads = chance.random() < 0.7
        method = chance.choice(["GET", "HEAD", "POST", "PUT", "CONNECT"])
        self.req = http.request({**options, "method": method, "timeout": chance.choice([None, 30])})
        for event in ("socket", "finish", "close", "abort", "timeout"):
            self.req.on(event, lambda *args, event=event: self.tell(event))
        self.req.on("error", lambda error: self.tell("error"))
        self.req.on("response", self.onResponse)
        if chance.random() < 0.5:
            for event in ("connect", "upgrade"):
                self.req.on(event, lambda res, socket, head: socket.on("error", lambda error: None))
        if method in ("POST", "PUT"):
            self.req.write("x" * chance.choice([1, 200_000]))
        if chance.random() < 0.8:
            self.req.end()

    def tell(self, event: str) -> None:
        self.log.append(event)
        if event == self.moment:
            self.do()

    def onResponse(self, res: Any) -> None:
        self.res = res
        self.tell("response")
        res.on("error", lambda error: None)
        res.on("end", lambda: self.moment == "end" and self.do())
        if self.reads:
            res.on("data", lambda chunk: self.moment == "data" and self.do())

    def do(self) -> None:
        self.moment = ""
        req, act = self.req, self.act
        if act == "abort":
            req.abort()
        elif act.startswith("destroy the") and self.res is not None:
            (self.res if act.endswith("answer") else self.res.socket or req).destroy()
        elif act == "pause" and self.res is not None:
            self.res.pause()
        elif act == "end":
            req.end()
        else:
            req.destroy(ValueError("mine") if act.endswith("error") else None)


@pytest.mark.parametrize("seed", range(8))
def testEachRequestClosesOnceAndFailsAtMostOnce(seed):
    chance = random.Random(seed)
    for _ in range(40):
        with network(segment=chance.choice([1000, 65536])) as fake:
            server = fake.listen()
            given = chance.choice(AGENTS)
            agent = False if given is None else http.Agent(given)
            options = {"port": server.server.getsockname().port, "host": "127.0.0.1", "agent": agent}
            subjects = [Subject(chance, options) for _ in range(chance.choice([1, 2, 4]))]
            for _ in range(chance.randrange(1, 12)):
                step(fake, server, chance, subjects)
            finish(fake, server, agent, subjects)
        for each in subjects:
            log = each.log
            assert log.count("close") == 1 and log[-1] in ("close", "abort"), log
            assert log.count("error") <= 1 and log.count("finish") <= 1 and each.req.destroyed, log


def step(fake: Any, server: Any, chance: random.Random, subjects: list[Subject]) -> None:
    """Something happens on a connection, or time passes."""
    what = chance.randrange(6)
    if what == 0:
        fake.advance(chance.choice([5, 35, 50]))
    elif what == 1:
        each = chance.choice(subjects)
        if each.moment == "later":
            each.do()
    elif server.peers:
        peer = chance.choice(server.peers)
        if what == 2:
            getattr(peer, chance.choice(FAILURES))()
        else:
            answer = chance.choice(ANSWERS)
            peer.send(answer[: chance.choice([len(answer), len(answer), chance.randrange(1, len(answer))])])
    fake.run()


def finish(fake: Any, server: Any, agent: Any, subjects: list[Subject]) -> None:
    """The server goes, and with it every connection."""
    for each in subjects:
        if not each.req.writableEnded:
            each.req.end()
    fake.run()
    for _ in range(2 * len(subjects) + 1):  # who waited for a socket gets one now
        for peer in list(server.peers):
            peer.reset()
        fake.run()
    if agent:
        agent.destroy()
    fake.run()
