"""A client's connection: how data comes, stops and goes on, and what a program's own listeners do to it."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import http, net
from nodecompat.stream import duplexPair
from nodecompat.testing import network

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
def fake():
    with network() as fake:
        yield fake


class Exchange:
    """One request, the connection behind it, and what came of the answer."""

    def __init__(self, fake: Any, onResponse: Any = None, **options: Any) -> None:
        self.fake = fake
        self.server = fake.listen()
        self.body: list[bytes] = []
        self.seen: list[str] = []
        port = self.server.server.getsockname().port
        self.req = http.get({"port": port, "host": "127.0.0.1", "agent": False, **options})
        self.req.on("response", onResponse or self.onResponse)
        self.req.on("error", lambda error: self.seen.append(error.message))
        self.req.on("close", lambda: self.seen.append("close"))
        fake.run()
        self.peer = self.server.peers[0]

    def onResponse(self, res: Any) -> None:
        res.on("data", self.body.append)
        res.on("end", lambda: self.seen.append("end"))

    def send(self, data: bytes) -> None:
        self.peer.send(data)
        self.fake.run()


def testAProgramMayWatchTheSocket(fake):
    """Its listener sees the bytes, before and after it was added, and the answer is read all the same."""
    exchange = Exchange(fake)
    watched: list[bytes] = []
    exchange.send(HEAD % 6 + b"ab")
    exchange.req.socket.on("data", watched.append)
    exchange.send(b"cd")
    exchange.req.socket.removeListener("data", watched.append)
    exchange.send(b"ef")
    assert b"".join(exchange.body) == b"abcdef" and b"".join(watched) == b"cd"
    assert exchange.seen == ["end", "close"]


def testAListenerFromTheBeginningSeesEverything(fake):
    watched: list[bytes] = []
    exchange = Exchange(fake)
    exchange.req.socket.on("data", watched.append)
    exchange.send(HEAD % 2 + b"hi")
    assert b"".join(watched) == HEAD % 2 + b"hi" and exchange.body == [b"hi"]


def testAFullAnswerStopsTheSocket(fake):
    """What nobody reads stays with the sender: the kernel's buffers fill, ours do not."""
    held: list[Any] = []
    exchange = Exchange(fake, held.append)
    size = 1_000_000
    exchange.send(HEAD % size + b"x" * size)
    (res,) = held
    assert res.readableLength < 200_000 and exchange.peer.stream.writeQueueSize > 500_000
    res.on("data", exchange.body.append)
    fake.run()
    assert sum(map(len, exchange.body)) == size and exchange.seen == ["close"]


def testAPausedAnswerGoesOn(fake):
    exchange = Exchange(fake)
    size = 1_000_000
    exchange.peer.send(HEAD % size)
    fake.run()
    exchange.req.res.pause()
    exchange.send(b"x" * size)
    assert sum(map(len, exchange.body)) == 0
    exchange.req.res.resume()
    fake.run()
    assert sum(map(len, exchange.body)) == size and exchange.seen == ["end", "close"]


def testTheSocketIsAnOrdinaryOneAfterAnUpgrade(fake):
    exchange = Exchange(fake, headers={"Connection": "Upgrade", "Upgrade": "x"})
    taken: list[Any] = []
    exchange.req.on("upgrade", lambda res, socket, head: taken.extend((socket, head)))
    exchange.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhead")
    socket, head = taken
    assert head == b"head" and socket.readableFlowing is None
    exchange.send(b"more")
    assert socket.read() == b"more"
    socket.write(b"ours")
    fake.run()
    assert exchange.peer.received.endswith(b"ours")
    socket.destroy()


def testAListenerThatRaisesCostsItsConnectionOnly(fake):
    def onResponse(res: Any) -> None:
        raise ValueError("mine")

    exchange = Exchange(fake, onResponse)
    exchange.send(HEAD % 5 + b"hi")
    assert [str(error) for error in fake.faults] == ["mine"]
    fake.faults.clear()
    exchange.req.destroy()
    other = Exchange(fake)
    other.send(HEAD % 2 + b"hi")
    assert other.body == [b"hi"]


def testNothingComesAfterDestroy(fake):
    chunks: list[int] = []

    def onResponse(res: Any) -> None:
        res.on("data", lambda chunk: (chunks.append(len(chunk)), exchange.req.destroy()))

    exchange = Exchange(fake, onResponse)
    exchange.send(HEAD % 300_000 + b"x" * 300_000)
    assert len(chunks) == 1 and exchange.seen == ["close"]


def testTrailersAndChunksInPieces(fake):
    exchange = Exchange(fake)
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
    for position in range(len(answer)):
        exchange.send(answer[position : position + 1])
    assert b"".join(exchange.body) == b"abcde" and exchange.seen == ["end", "close"]
    assert exchange.req.res.trailers == {"x-sum": "5"}


PAUSES = {
    # Node 26: a pause holds until somebody reads on, resumes the socket, or the message ends.
    "in 'response', then read": (b"abcdef", True),
    "later": (b"ab", False),
    "later, then resumed": (b"abcdef", True),
    "in 'data'": (b"abcdef", True),
    "nobody reads": (b"", False),
}


@pytest.mark.parametrize("name", PAUSES)
def testAProgramPausesTheSocket(fake, name):
    exchange = Exchange(fake, lambda res: onResponse(res))

    def onResponse(res: Any) -> None:
        if name in ("in 'response', then read", "nobody reads"):
            res.socket.pause()
        if name != "nobody reads":
            exchange.onResponse(res)
        if name == "in 'data'":
            res.on("data", lambda chunk: res.socket.pause())

    exchange.send(HEAD % 6)
    if name != "nobody reads":
        exchange.send(b"ab")
    if name.startswith("later"):
        exchange.req.socket.pause()
    exchange.send(b"cd")
    exchange.send(b"ef")
    if name == "later, then resumed":
        assert b"".join(exchange.body) == b"ab"
        exchange.req.socket.resume()
        fake.run()
    assert (b"".join(exchange.body), exchange.req.res.complete) == PAUSES[name]
    exchange.req.destroy()


@pytest.mark.parametrize("how", ["reset", "destroyed"])
def testAnAnswerWithoutLengthIsNotWholeWhenItsConnectionBreaks(fake, how):
    answers: list[Any] = []
    exchange = Exchange(fake, lambda res: (answers.append(res), res.resume()))
    exchange.send(b"HTTP/1.1 200 OK\r\n\r\nhalf of it")
    res = answers[0]
    for event in ("end", "aborted", "error"):
        res.on(event, lambda *args, event=event: exchange.seen.append(f"res {event}"))
    if how == "reset":
        exchange.peer.reset()
    else:
        res.socket.destroy()
    fake.run()
    assert not res.complete and "res aborted" in exchange.seen and "res error" in exchange.seen
    assert "res end" not in exchange.seen


def testAnAnswerWithoutLengthIsWholeWhenItsConnectionEnds(fake):
    answers: list[Any] = []
    exchange = Exchange(fake, lambda res: (answers.append(res), exchange.onResponse(res)))
    exchange.send(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    exchange.peer.end()
    fake.run()
    assert answers[0].complete and exchange.seen == ["end", "close"]


# -- idle time


def idleOrder(fake: Any, onResponse: Any, **options: Any) -> list[str]:
    """Who hears of an idle socket, in which order: the request, a listener of 'socket', the answer."""
    order: list[str] = []

    def hear(res: Any) -> None:
        res.on("timeout", lambda *args: order.append(f"res{args}"))
        onResponse(res)

    exchange = Exchange(fake, hear, **options)
    exchange.req.on("timeout", lambda: order.append("req"))
    exchange.req.socket.on("timeout", lambda: order.append("socket"))
    exchange.send(HEAD % 2)
    fake.advance(60)
    fake.run()
    exchange.req.destroy()
    return order


def testAnAnswerHearsOfAnIdleSocket(fake):
    """In the order of Node, where each has its own listener on the socket."""
    assert idleOrder(fake, lambda res: res.setTimeout(50)) == ["socket", "res()"]
    assert idleOrder(fake, lambda res: res.req.setTimeout(50)) == ["socket", "res()", "req"]
    assert idleOrder(fake, lambda res: res.resume(), timeout=50) == ["req", "socket", "res()"]


def testTheNextAnswerOnAConnectionHearsOfAnIdleSocketToo(fake):
    agent, heard = http.Agent(keepAlive=True), []
    exchange = Exchange(fake, lambda res: res.resume(), agent=agent)
    exchange.send(HEAD % 2 + b"ok")

    def onResponse(res: Any) -> None:
        res.setTimeout(50, lambda: heard.append("timeout"))

    port = exchange.server.server.getsockname().port
    second = http.get({"port": port, "host": "127.0.0.1", "agent": agent}, onResponse)
    fake.run()
    assert second.reusedSocket
    exchange.send(HEAD % 2)
    fake.advance(60)
    assert heard == ["timeout"]
    second.on("error", lambda error: None)
    agent.destroy()
    fake.run()


def testOnAConnectionThatIsUsedAgainTheRequestHearsFirst(fake):
    agent, order = http.Agent(keepAlive=True), []
    exchange = Exchange(fake, lambda res: res.resume(), agent=agent)
    exchange.send(HEAD % 2 + b"ok")
    port = exchange.server.server.getsockname().port
    second = http.get({"port": port, "host": "127.0.0.1", "agent": agent, "timeout": 50})
    second.on("response", lambda res: res.on("timeout", lambda: order.append("res")))
    second.on("timeout", lambda: order.append("req")).on("error", lambda error: None)
    fake.run()
    exchange.send(HEAD % 2)
    fake.advance(60)
    assert order == ["req", "res"]
    agent.destroy()
    fake.run()


def testAnAnswerThatHasEndedHearsNothingMore(fake):
    """Its request is not sent yet, so the connection is still theirs."""
    heard: list[str] = []
    exchange = Exchange(fake)
    req = http.request(
        {"port": exchange.server.server.getsockname().port, "method": "POST", "agent": http.Agent(keepAlive=True)}
    )
    req.on("response", lambda res: res.resume().on("timeout", lambda: heard.append("res")))
    req.on("timeout", lambda: heard.append("req")).on("error", lambda error: None)
    req.write("x")
    fake.run()
    exchange.server.peers[1].send(HEAD % 0)
    fake.run()
    req.socket.setTimeout(50)
    fake.advance(60)
    assert heard == []
    req.destroy()
    exchange.req.destroy()
    fake.run()


def testTheAgentsLimitIsToldOnce(fake):
    """Also when the request sets one of its own afterwards."""
    heard: list[str] = []
    exchange = Exchange(fake, agent=http.Agent(timeout=50))
    exchange.req.on("timeout", lambda: heard.append("timeout"))
    fake.advance(60)
    exchange.req.setTimeout(50)
    fake.advance(60)
    assert heard == ["timeout"]
    exchange.req.destroy()
    fake.run()


def testALimitThatIsTheSocketsOwnIsNoneOfTheRequest(fake):
    server, seen = fake.listen(), []
    port = server.server.getsockname().port
    req = http.get({"createConnection": lambda *given: net.connect({"port": port, "host": "127.0.0.1", "timeout": 50})})
    req.on("timeout", lambda: seen.append("req")).on("error", lambda error: None)
    req.on("socket", lambda socket: socket.on("timeout", lambda: seen.append("socket")))
    fake.run()
    fake.advance(60)
    assert seen == ["socket"]
    req.destroy()
    fake.run()


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class OverDuplexes(http.Agent):
    """An agent whose connections are pairs of streams; the other side answers each segment."""

    made = 0

    def createConnection(self, options: Any, callback: Any = None) -> Any:
        self.made += 1
        client, server = duplexPair()
        server.on("data", lambda data: server.write(ANSWER))
        return client


@pytest.mark.parametrize("keepAlive, made", [(False, 2), (True, 1)])
def testAnAgentOverDuplexes(fake, keepAlive: bool, made: int) -> None:
    """Node's agent keeps alive only what has a socket's methods: see docs/departures.md."""
    seen: list[Any] = []
    agent = OverDuplexes(keepAlive=keepAlive)
    for _ in range(2):

        def onResponse(res: Any) -> None:
            res.on("data", seen.append)
            res.on("end", lambda: seen.append("end"))
            res.on("close", lambda: seen.append("close"))

        req = http.get({"agent": agent, "timeout": 1000}, onResponse)
        req.setNoDelay(True)
        fake.run()
    assert (seen, agent.made) == ([b"ok", "end", "close"] * 2, made)


def testARequestOverADuplex(fake) -> None:
    seen: list[Any] = []
    client, server = duplexPair()
    server.resume()
    req = http.request(createConnection=lambda *args: client)
    req.on("response", lambda res: (seen.append(res.statusCode), res.resume()))
    req.on("close", lambda: seen.append("close"))
    req.end()
    server.end(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert seen == [200, "close"]
