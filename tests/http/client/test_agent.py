"""Agent: names, limits, which socket a request gets, when a socket is kept and when it is not."""

from __future__ import annotations

import gc
import weakref
from math import inf
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import protocol, reactor
from twisted.internet.defer import Deferred

from nodecompat import errors, http, net
from nodecompat.http.client.agent import serverName
from nodecompat.testing import network

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.fixture
def fake():
    with network() as fake:
        yield fake


class Site:
    """A raw server on the fake network, and requests to it through one agent."""

    def __init__(self, fake: Any, answer: bytes = ANSWER, **options: Any) -> None:
        self.fake = fake
        self.answer = answer
        self.server = fake.listen()
        self.port = self.server.server.getsockname().port
        self.agent = http.Agent(options)
        self.requests: list[Any] = []

    def get(self, **options: Any) -> Any:
        req = http.get({"port": self.port, "host": "127.0.0.1", "agent": self.agent, **options})
        req.on("response", lambda res: res.resume())
        req.on("error", lambda error: None)
        self.requests.append(req)
        return req

    def reply(self, *peers: int) -> None:
        """Answer on these connections, or on all."""
        self.fake.run()
        for number in peers or range(len(self.server.peers)):
            self.server.peers[number].send(self.answer)
        self.fake.run()

    def roundTrip(self, **options: Any) -> Any:
        req = self.get(**options)
        self.fake.run()
        self.server.peers[-1].send(self.answer)
        self.fake.run()
        return req

    def counts(self) -> tuple[int, int, int]:
        tables = (self.agent.sockets, self.agent.freeSockets, self.agent.requests)
        used, free, waiting = (sum(map(len, table.values())) for table in tables)
        return used, free, waiting


# -- names and options


@pytest.mark.parametrize(
    "options, name",
    [
        ({}, "localhost::"),
        ({"host": "h"}, "h::"),
        ({"host": "h", "port": 1}, "h:1:"),
        ({"host": "h", "port": 1, "localAddress": "l"}, "h:1:l"),
        ({"host": "h", "family": 4}, "h:::4"),
        ({"socketPath": "/x"}, "localhost:::/x"),
        ({"host": "h", "family": 0}, "h::"),
        ({"host": "h", "family": 6, "socketPath": "/s"}, "h:::6:/s"),
    ],
)
def testNames(options, name):
    assert http.Agent().getName(options) == name


def testTheNameOfAnyObjectWithSuchMembers():
    """A library asks with a request, or with options of a class of its own."""
    agent = http.Agent()
    assert agent.getName(SimpleNamespace(host="h", port=1, family=6, socketPath="/s")) == "h:1::6:/s"
    assert agent.getName(SimpleNamespace()) == agent.getName("text") == agent.getName(None) == "localhost::"


def testDefaults():
    agent = http.Agent()
    assert (agent.keepAlive, agent.keepAliveMsecs, agent.scheduling) == (False, 1000, "lifo")
    assert (agent.maxSockets, agent.maxTotalSockets, agent.maxFreeSockets) == (inf, inf, 256)
    assert (agent.defaultPort, agent.protocol, agent.totalSocketCount) == (80, "http:", 0)
    assert agent.agentKeepAliveTimeoutBuffer == 1000
    assert agent.options == {"noDelay": True, "path": None}


def testTheGlobalAgentKeepsConnections():
    assert http.globalAgent.keepAlive and http.globalAgent.options["timeout"] == 5000


@pytest.mark.parametrize(
    "options, code",
    [
        ({"scheduling": "x"}, "ERR_INVALID_ARG_VALUE"),
        ({"maxTotalSockets": "x"}, "ERR_INVALID_ARG_TYPE"),
        ({"maxTotalSockets": 0}, "ERR_OUT_OF_RANGE"),
    ],
)
def testWrongOptions(options, code):
    with pytest.raises(errors.NodeError) as caught:
        http.Agent(options)
    assert caught.value.code == code


@pytest.mark.parametrize("value", [-1, "x", inf, None])
def testAnOddBufferIsTheDefault(value):
    assert http.Agent(agentKeepAliveTimeoutBuffer=value).agentKeepAliveTimeoutBuffer == 1000


# -- limits


def testRequestsWaitForASocket(fake):
    site = Site(fake, keepAlive=True, maxSockets=1)
    first, second = site.get(), site.get()
    assert site.counts() == (1, 0, 1)
    site.reply()
    assert second.socket is first.socket and not second.reusedSocket
    site.reply()
    assert site.counts() == (0, 1, 0)
    site.agent.destroy()


def testTheLimitOnAllSocketsCountsEveryHost(fake):
    site = Site(fake, keepAlive=True, maxTotalSockets=1)
    other = Site(fake)
    other.agent.destroy()
    site.get()
    req = http.get({"port": other.port, "host": "127.0.0.1", "agent": site.agent}).on("error", lambda error: None)
    fake.run()
    assert site.agent.totalSocketCount == 1 and req.socket is None
    site.requests[0].destroy()
    fake.run()
    assert req.socket is not None and req.socket.remotePort == other.port
    req.destroy()


def testWithoutKeepAliveASocketServesOnlyThoseWhoWait(fake):
    site = Site(fake, maxSockets=1)
    first, second = site.get(), site.get()
    site.reply()
    assert second.socket is first.socket
    site.reply()
    assert site.counts() == (0, 0, 0) and first.socket.destroyed


def testFreeSocketsAreLimited(fake):
    site = Site(fake, keepAlive=True, maxFreeSockets=1)
    site.get(), site.get()
    site.reply()
    assert site.counts() == (0, 1, 0) and site.agent.totalSocketCount == 1
    site.agent.destroy()


@pytest.mark.parametrize("scheduling, served", [("lifo", 1), ("fifo", 0)])
def testWhichFreeSocketIsTaken(fake, scheduling, served):
    site = Site(fake, keepAlive=True, scheduling=scheduling)
    two = [site.get(), site.get()]
    site.reply()
    third = site.get()
    fake.run()
    assert third.reusedSocket and third.socket is two[served].socket
    site.agent.destroy()


# -- keeping


def testASocketIsUsedAgain(fake):
    site = Site(fake, keepAlive=True)
    site.roundTrip()
    req = site.roundTrip()
    assert req.reusedSocket and len(site.server.peers) == 1
    site.agent.destroy()


@pytest.mark.parametrize(
    "hint, options, kept, timeout",
    [
        ("timeout=5", {}, True, 0),
        ("timeout=5", {"timeout": 3000}, True, 3000),
        ("timeout=5", {"timeout": 9000}, True, 4000),
        ("timeout=1", {}, False, None),
        ("timeout=1", {"timeout": 3000}, False, None),
        ("timeout=2, max=1", {"timeout": 3000, "agentKeepAliveTimeoutBuffer": 0}, True, 2000),
        ("timeout=0", {}, False, None),
        ("timeout=" + "9" * 400, {"timeout": 3000}, True, 3000),
        ("foo", {}, True, 0),
    ],
)
def testTheServersHint(fake, hint, options, kept, timeout):
    answer = f"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: {hint}\r\nContent-Length: 0\r\n\r\n"
    site = Site(fake, answer.encode(), keepAlive=True, **options)
    req = site.roundTrip()
    assert site.counts() == (0, int(kept), 0)
    if kept:
        assert req.socket.timeout == timeout
    site.agent.destroy()


def testAnIdleSocketIsGivenUpInTime(fake):
    site = Site(fake, keepAlive=True, timeout=3000)
    site.roundTrip()
    fake.advance(2999)
    assert site.counts() == (0, 1, 0)
    fake.advance(2)
    assert site.counts() == (0, 0, 0) and site.agent.totalSocketCount == 0


def testAnIdleSocketDoesNotKeepTheProgramAlive(fake):
    from nodecompat.reactor.loop import activity

    site = Site(fake, keepAlive=True)
    site.roundTrip()
    site.server.close()
    site.server.peers[0].stream.unref()
    assert not activity.isAlive()
    site.agent.destroy()


def testTheServerClosesAnIdleSocket(fake):
    site = Site(fake, keepAlive=True)
    site.roundTrip()
    site.server.peers[0].close()
    fake.run()
    assert site.counts() == (0, 0, 0)


@pytest.mark.parametrize("late", [b"HTTP/1.1 418 X\r\nContent-Length: 0\r\n\r\n", b"x"])
def testBytesOnAnIdleSocketEndIt(fake, late):
    """CVE-2026-48931, CVE-2026-105481: what nobody asked for must not answer the next request."""
    site = Site(fake, keepAlive=True)
    site.roundTrip()
    site.server.peers[0].send(late)
    fake.run()
    assert site.counts() == (0, 0, 0)
    req = site.roundTrip()
    assert not req.reusedSocket and req.res.statusCode == 200
    site.agent.destroy()


def testARequestOnAStaleSocketTellsThatItWasReused(fake):
    """The keep-alive race: the server closes while the request is on its way, and the program may try again."""
    site = Site(fake, keepAlive=True)
    site.roundTrip()
    seen = []
    req = site.get(method="POST")
    req.on("error", lambda error: seen.append((error.code, req.reusedSocket)))
    fake.clock.step()
    site.server.peers[0].reset()
    fake.run()
    assert seen == [("ECONNRESET", True)]


def testWhatWaitsGetsANewSocketWhenOneFails(fake):
    site = Site(fake, keepAlive=True, maxSockets=1)
    first, second = site.get(), site.get()
    fake.run()
    site.server.peers[0].reset()
    fake.run()
    assert first.destroyed and len(site.server.peers) == 2
    site.reply(1)
    assert second.res.statusCode == 200
    site.agent.destroy()


def testDestroyEndsIdleAndBusySockets(fake):
    site = Site(fake, keepAlive=True)
    site.get(), site.get()
    site.reply(0)
    assert site.counts() == (1, 1, 0)
    site.agent.destroy()
    fake.run()
    assert site.counts() == (0, 0, 0) and site.agent.totalSocketCount == 0


def testAnUpgradedSocketIsNoneOfTheAgentsBusiness(fake):
    answer = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"
    site = Site(fake, answer, keepAlive=True)
    req = site.get(headers={"Connection": "Upgrade", "Upgrade": "x"})
    taken = []
    req.on("upgrade", lambda res, socket: taken.append(socket))
    site.reply()
    assert site.counts() == (0, 0, 0) and not taken[0].destroyed
    events = set(taken[0].eventNames())
    assert not events & {"free", "agentRemove", "timeout", "data", "drain"}
    taken[0].destroy()


# -- what a program may replace


def testCreateConnectionMayAnswerLater(fake):
    site = Site(fake, keepAlive=True)
    pending = []

    class Slow(http.Agent):
        def createConnection(self, options: Any, callback: Any = None) -> None:
            pending.append((options, callback))

    agent = Slow()
    req = site.get(agent=agent)
    options, callback = pending[0]
    assert options["host"] == "127.0.0.1" and options["port"] == site.port
    assert (options["family"], agent.options["family"], agent.sockets["x"], agent.freeSockets["x"]) == (None,) * 4
    callback(None, net.createConnection(site.port, "127.0.0.1"))
    callback(None, None)  # only the first answer counts
    site.reply()
    assert req.res.statusCode == 200


def testCreateConnectionMayFail(fake):
    agent = http.Agent()
    agent.createConnection = lambda options, callback: callback(ConnectionError("no way"))  # type: ignore[method-assign]
    seen = []
    req = http.get({"agent": agent, "port": 1})
    req.on("error", lambda error: seen.append(str(error)))
    req.on("close", lambda: seen.append("close"))
    fake.run()
    assert seen == ["no way", "close"] and agent.totalSocketCount == 0


def testKeepSocketAliveMayRefuse(fake):
    site = Site(fake, keepAlive=True)
    site.agent.keepSocketAlive = lambda socket: False  # type: ignore[method-assign]
    site.roundTrip()
    assert site.counts() == (0, 0, 0)


def testReuseSocketIsCalled(fake):
    site = Site(fake, keepAlive=True)
    seen = []
    site.agent.reuseSocket = lambda socket, req: (seen.append(req), http.Agent.reuseSocket(site.agent, socket, req))
    site.roundTrip()
    req = site.roundTrip()
    assert seen == [req]
    site.agent.destroy()


def testTheOptionsOfTheAgentReachTheSocket(fake):
    site = Site(fake, keepAlive=True, keepAliveMsecs=5000)
    req = site.roundTrip()
    options = req.socket._handle.options
    assert options["setKeepAlive"][:2] == (True, 5000)
    assert options["setNoDelay"] in (True, (True,))
    site.agent.destroy()


def testAnUnixPathIsANameOfItsOwn(fake):
    server = fake.listen("/run/site")
    agent = http.Agent(keepAlive=True)
    req = http.get({"socketPath": "/run/site", "agent": agent}).on("response", lambda res: res.resume())
    fake.run()
    server.peers[0].send(ANSWER)
    fake.run()
    assert req.res.statusCode == 200 and list(agent.freeSockets) == ["localhost:80::/run/site"]
    assert b"Host: localhost\r\n" in server.peers[0].received
    agent.destroy()


def testNamesOfHostsAreForgotten(fake):
    """CVE-2026-34513: nothing is left of hosts that were asked once, however many."""
    agent = http.Agent(keepAlive=True)
    for number in range(1_000):
        http.get({"host": f"127.1.{number >> 8}.{number & 255}", "agent": agent}).on("error", lambda error: None)
        fake.run()
    assert (agent.sockets, agent.freeSockets, agent.requests, agent.totalSocketCount) == ({}, {}, {}, 0)


# -- with a kernel


class _Answering(protocol.Protocol):
    """Answers, and sends a second answer that nobody asked for a moment before it is asked again."""

    def dataReceived(self, data: bytes) -> None:
        self.transport.write(ANSWER)
        self.factory.last = self


@pytest_twisted.ensureDeferred
async def testUnreadBytesInTheKernelAreNoAnswer():
    """CVE-2026-48931, CVE-2026-105481: no turn of the loop lies between their arrival and the next request."""
    factory = protocol.Factory.forProtocol(_Answering)
    port = reactor.listenTCP(0, factory, interface="127.0.0.1")
    agent = http.Agent(keepAlive=True)
    options = {"port": port.getHost().port, "host": "127.0.0.1", "agent": agent}

    def ask() -> tuple[Any, Deferred[Any]]:
        done: Deferred[Any] = Deferred()
        req = http.get(options, lambda res: res.resume())
        agent.once("free", lambda: done.callback(req))
        return req, done

    first = await ask()[1]
    assert sum(map(len, agent.freeSockets.values())) == 1
    # Written by the kernel while this function runs: the poller cannot have seen it.
    factory.last.transport.socket.send(b"HTTP/1.1 418 X\r\nContent-Length: 0\r\n\r\n")
    second, done = ask()
    await done
    assert second.res.statusCode == 200 and not second.reusedSocket and second.socket is not first.socket
    agent.destroy()
    await port.stopListening()


# -- a connection that the server closes while a request is on its way


class Queue:
    """Requests one behind the other on one connection, of which the first has its answer."""

    def __init__(self, fake: Any, method: str = "GET", prepare: Any = None) -> None:
        self.site = Site(fake, keepAlive=True, maxSockets=1)
        self.log: list[str] = []
        self.site.roundTrip()
        self.req = http.request(
            {"port": self.site.port, "host": "127.0.0.1", "agent": self.site.agent, "method": method}
        )
        for event in ("socket", "finish", "response", "close"):
            self.req.on(event, lambda *args, event=event: self.log.append(event))
        self.req.on("error", lambda error: self.log.append(error.code)).on("response", lambda res: res.resume())
        if prepare is not None:
            prepare(self.req)
        self.req.end()
        fake.run()

    def lose(self, how: str) -> None:
        getattr(self.site.server.peers[0], how)()
        self.site.fake.run()


@pytest.mark.parametrize("how", ["end", "reset"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def testARequestThatMayBeRepeatedIsSentOnANewConnection(fake, how, method):
    queue = Queue(fake, method, lambda req: req.setHeader("Content-Length", 0))
    assert queue.req.reusedSocket
    queue.lose(how)
    first, second = queue.site.server.peers
    assert bytes(first.received).count(b" HTTP/1.1\r\n") == 2
    assert bytes(second.received) == bytes(first.received).partition(b"\r\n\r\n")[2]
    assert not queue.req.reusedSocket
    second.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    fake.run()
    assert queue.log == ["socket", "finish", "socket", "response", "close"]
    assert queue.site.counts() == (0, 1, 0)
    queue.site.agent.destroy()


def testWhatMayNotBeRepeatedFails(fake):
    """A POST, a body, an answer that has begun, a connection that never served anybody."""
    log = ["socket", "finish", "ECONNRESET", "close"]
    posted = Queue(fake, "POST")
    posted.lose("end")
    assert posted.log == log
    withBody = Queue(fake, "PUT", lambda req: req.write("x"))
    withBody.lose("end")
    assert withBody.log == log
    begun = Queue(fake)
    begun.site.server.peers[0].send(b"HTTP/1.1 200")
    fake.run()
    begun.lose("end")
    assert begun.log == log
    site = Site(fake, keepAlive=True)
    first = site.get()
    first.on("error", lambda error: log.append(error.code))
    fake.run()
    site.server.peers[0].end()
    fake.run()
    assert log[4:] == ["ECONNRESET"]


def testARequestThatIsDestroyedMeanwhileIsNotRepeated(fake):
    queue = Queue(fake)
    queue.req.once("socket", lambda socket: None)
    queue.site.server.peers[0].end()
    queue.req.destroy()
    fake.run()
    assert queue.log == ["socket", "finish", "ECONNRESET", "close"]


def testTheRequestsOwnLimitGoesWithIt(fake):
    queue = Queue(fake, prepare=lambda req: req.setTimeout(50))
    queue.req.on("timeout", lambda: queue.log.append("timeout"))
    queue.lose("end")
    fake.advance(60)
    assert queue.log == ["socket", "finish", "socket", "timeout"]
    queue.req.destroy()
    fake.run()


def testAConnectionWhoseTimeWasOverWhileItServedHasANewOneInThePool(fake):
    site = Site(fake, keepAlive=True, timeout=50)
    answers: list[Any] = []
    req = http.get({"port": site.port, "host": "127.0.0.1", "agent": site.agent}, answers.append)
    site.reply()
    fake.advance(60)
    answers[0].resume()  # read only now
    fake.run()
    assert site.counts() == (0, 1, 0) and not req.socket.destroyed
    fake.advance(60)
    assert site.counts() == (0, 0, 0) and req.socket.destroyed


# -- a request that waits, and no connection for it


def failing(agent: Any, log: list[str], how: str) -> None:
    """From now on the agent makes no connection."""

    def create(options: Any, done: Any) -> None:
        log.append("create")
        if how == "raises":
            raise ValueError("no")
        done(ValueError("no"))

    agent.createConnection = create


@pytest.mark.parametrize("how", ["raises", "calls back"])
def testEachRequestThatWaitsIsToldThatThereIsNoConnection(fake, how):
    """In Node what is raised is uncaught, and those behind the first wait for ever."""
    site = Site(fake, keepAlive=True, maxSockets=1)
    log: list[str] = []
    requests = [site.get() for _ in range(4)]
    for index, req in enumerate(requests):
        req.on("error", lambda error, index=index: log.append(f"{index} {error}"))
        req.on("close", lambda index=index: log.append(f"{index} close"))
    fake.run()
    failing(site.agent, log, how)
    site.server.peers[0].reset()
    fake.run()
    told = [f"{index} {what}" for index in (1, 2, 3) for what in ("no", "close")]
    assert sorted(log) == sorted(["0 read ECONNRESET", "0 close", *["create"] * 3, *told])
    assert site.counts() == (0, 0, 0)


def testARequestThatIsSentAgainHasAnErrorWhenThereIsNoConnection(fake):
    queue = Queue(fake)
    failing(queue.site.agent, [], "raises")
    queue.req.on("error", lambda error: None)
    queue.req.removeAllListeners("error").on("error", lambda error: queue.log.append(str(error)))
    queue.lose("end")
    assert queue.log == ["socket", "finish", "no", "close"]


def testARequestThatIsSentAgainTakesNoSocketFromOneThatHasItMade(fake):
    site = Site(fake, keepAlive=True, maxSockets=2)
    site.roundTrip()
    again = site.get()  # on the kept connection
    fake.run()
    other = site.get()
    fake.run()
    third = site.get()  # waits
    site.server.peers[1].reset()
    site.server.peers[0].end()  # both places are free in one turn
    fake.run()
    site.reply(*range(2, len(site.server.peers)))
    fake.run()
    assert again.res is not None and third.res is not None and other.res is None
    site.agent.destroy()


@pytest.mark.parametrize("isKept", [True, False])
def testASocketThatIsClosedIsGarbageAtOnce(fake: Any, isKept: bool) -> None:
    gc.collect()
    gc.disable()
    try:
        site = Site(fake, keepAlive=isKept)
        sockets: list[Any] = []
        req = site.get()
        req.on("socket", lambda socket: sockets.append(weakref.ref(socket)))
        del req
        site.reply()
        site.requests.clear()
        site.agent.destroy()
        fake.run()
        assert [each() for each in sockets] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "host, header, expected",
    [
        ("a.test", None, "a.test"),
        ("a.test", "b.test:443", "b.test"),
        ("127.0.0.1", None, ""),
        ("a.test", "127.0.0.1:443", ""),
        ("a.test", "[::1]:443", ""),
        ("a.test", "[::1", "[::1"),
        (None, None, ""),
    ],
)
def testTheNameThatATLSServerIsAskedFor(host: str | None, header: str | None, expected: str) -> None:
    assert serverName({"host": host}, SimpleNamespace(getHeader=lambda name: header)) == expected
