"""What can go wrong in a simulated network."""

from __future__ import annotations

import errno
import json
from typing import Any

import pytest

from nodecompat import dns, net, process
from nodecompat.reactor.names.resolver import NONAME
from nodecompat.testing import Network
from nodecompat.testing.seams import EPOCH


@pytest.fixture
def simulated() -> Any:
    with Network(seed=3) as made:
        made.host("a", "10.0.0.1")
        made.host("b", "10.0.0.2")
        made.link(latency=10)
        yield made


def connected(network: Network) -> tuple[Any, list[Any]]:
    """A socket on `a`, connected to an echo server on `b`, and the events of both."""
    log: list[Any] = []

    def watch(who: str, socket: Any) -> None:
        socket.on("error", lambda error: log.append((who, error.code)))
        socket.on("end", lambda: log.append((who, "end")))
        socket.on("close", lambda: log.append((who, "close")))
        socket.on("data", lambda data: log.append((who, data)))

    with network.host("b"):
        server = net.createServer(lambda socket: (watch("b", socket), socket.on("data", socket.write)))
        server.listen(80)
    with network.host("a"):
        socket = net.connect(80, "b")
        watch("a", socket)
        socket.setKeepAlive(True, 1000)
    network.run(until=lambda: not socket.connecting)
    network.advance(10)
    return socket, log


def testReset(simulated: Network) -> None:
    _, log = connected(simulated)
    simulated.reset("a", "b")
    simulated.advance(9)
    assert log == []
    simulated.advance(1)
    assert sorted(log) == [("a", "ECONNRESET"), ("a", "close"), ("b", "ECONNRESET"), ("b", "close")]


def testAResetWaitsBehindAPartition(simulated: Network) -> None:
    _, log = connected(simulated)
    simulated.partition("a", "b", duration=500, oneWay=True)
    simulated.reset("a", "b")
    simulated.advance(100)
    assert log == [("a", "ECONNRESET"), ("a", "close")], "what goes to a is not kept back"
    simulated.advance(500)
    assert log[2:] == [("b", "ECONNRESET"), ("b", "close")]


def testHalfClose(simulated: Network) -> None:
    _, log = connected(simulated)
    simulated.halfClose("a", "b")
    simulated.advance(100)
    assert log[0] == ("b", "end")
    assert ("a", "close") in log and ("b", "close") in log


def testAPartitionKeepsBackAndHeals(simulated: Network) -> None:
    socket, log = connected(simulated)
    simulated.partition("a", "b")
    socket.write("x")
    simulated.advance(500)
    assert log == []
    simulated.heal()
    simulated.advance(30)
    assert log == [("b", b"x"), ("a", b"x")]


def testAPartitionEndsByItself(simulated: Network) -> None:
    socket, log = connected(simulated)
    simulated.partition(["a"], ["b", "localhost"], duration=200, oneWay=True)
    socket.write("x")
    simulated.advance(199)
    assert log == []
    simulated.advance(30)
    assert len(log) == 2


def testKeepAliveFindsAPartition(simulated: Network) -> None:
    _, log = connected(simulated)
    simulated.partition("a", "b")
    simulated.advance(1000 + 10 * 1000 + 1)
    assert log == [("a", "ETIMEDOUT"), ("a", "close")]


def testUnansweredDataIsGivenUp(simulated: Network) -> None:
    socket, log = connected(simulated)
    socket.setKeepAlive(False)
    simulated.partition("a", "b")
    socket.write("x")
    simulated.advance(1_000_000)
    assert log[0] == ("a", "ETIMEDOUT")


def testConnectsThroughAPartition(simulated: Network) -> None:
    log: list[Any] = []
    simulated.partition("a", "b", duration=2500)
    with simulated.host("b"):
        net.createServer().listen(80)
    with simulated.host("a"):
        net.connect(80, "b", lambda: log.append(simulated.clock.elapsed()))
    simulated.advance(10_000)
    assert log == [3020], "the third SYN, after 3 s, gets through"


def testAConnectTimesOut(simulated: Network) -> None:
    log: list[Any] = []
    simulated.partition("a", "b")
    with simulated.host("a"):
        net.connect(80, "10.0.0.2").on("error", lambda error: log.append((error.code, simulated.clock.elapsed())))
    simulated.advance(200_000)
    assert log == [("ETIMEDOUT", 127_000)]


def testRefuse(simulated: Network) -> None:
    log: list[Any] = []
    with simulated.host("b"):
        net.createServer().listen(80)
    simulated.refuse("b", 80)
    with simulated.host("a"):
        net.connect(80, "b").on("error", lambda error: log.append(error.code))
    simulated.advance(30)
    simulated.accept("b", 80)
    with simulated.host("a"):
        net.connect(80, "b", lambda: log.append("connected"))
    simulated.advance(30)
    assert log == ["ECONNREFUSED", "connected"]


def testDescriptorsRunOut(simulated: Network) -> None:
    log: list[Any] = []
    simulated.exhaust("a", 1)
    with simulated.host("b"):
        net.createServer().listen(80)
    with simulated.host("a"):
        for _ in range(2):
            socket = net.connect(80, "10.0.0.2", lambda: log.append("connected"))
            socket.on("error", lambda error: log.append(error.code))
    simulated.advance(30)
    assert sorted(log) == ["EMFILE", "connected"]


def testASlowReader(simulated: Network) -> None:
    socket, log = connected(simulated)
    simulated.slow("b", 10)
    socket.write(b"x" * 1000)
    simulated.advance(60)
    assert 0 < sum(len(data) for who, data in log if who == "b") < 700
    simulated.advance(100)
    assert sum(len(data) for who, data in log if who == "b") == 1000


def testNames(simulated: Network) -> None:
    log: list[Any] = []
    simulated.names("b", delay=500)
    simulated.names("a", fail=NONAME)
    simulated.names("never", silent=True)
    for name in ("a", "b", "never"):
        dns.lookup(name, lambda error, *rest: log.append((error and error.code, simulated.clock.elapsed())))
    simulated.advance(1000)
    assert log == [("ENOTFOUND", 0), (None, 500)]


def testAClockJumps(simulated: Network) -> None:
    from nodecompat import File

    before = process.hrtime.bigint()
    with simulated.host("a") as host:
        host.jumpClock(3_600_000)
        assert File([], "x").lastModified == EPOCH + 3_600_000
    assert File([], "x").lastModified == EPOCH
    assert process.hrtime.bigint() == before


def testACrash(simulated: Network) -> None:
    _, log = connected(simulated)
    simulated.crash("b")
    simulated.advance(100)
    assert log[-1] == ("a", "close")
    assert [each.owner.name for each in simulated.handles] == []
    with simulated.host("a"):
        net.connect(80, "b").on("error", lambda error: log.append(error.code))
    simulated.advance(30)
    assert log[-1] == "ECONNREFUSED", "its kernel still answers"
    again = simulated.revive("b")
    with again:
        net.createServer().listen(80)
    with simulated.host("a"):
        net.connect(80, "b", lambda: log.append("again"))
    simulated.advance(30)
    assert log[-1] == "again"


def testASilentCrash(simulated: Network) -> None:
    socket, log = connected(simulated)
    simulated.crash("b", silently=True)
    socket.write("x")
    simulated.advance(5000)
    assert log == []


def testAScriptIsPlayedAgain() -> None:
    def play(script: Any) -> tuple[list[Any], Any]:
        with Network(seed=5) as network:
            network.host("a", "10.0.0.1")
            network.host("b", "10.0.0.2")
            if script is None:
                network.link(latency=10)
                network.at(100, "reset", "a", "b")
            else:
                network.replay(script)
                network.run()
            _, log = connected(network)
            network.advance(300)
            return log, network.script

    log, script = play(None)
    assert ("a", "ECONNRESET") in log
    assert [step[:2] for step in script] == [(0, "link"), (100, "reset")]
    assert play(json.loads(json.dumps(script)))[0] == log


def testAnUnknownFault(simulated: Network) -> None:
    with pytest.raises(ValueError, match="no fault: 'fire'"):
        simulated.at(1, "fire")


def testAFaultOfOneHandle(simulated: Network) -> None:
    handle = simulated.tcp()
    simulated.fail("bind", -errno.EACCES, handle)
    assert (simulated.tcp().bind("127.0.0.1", 1), handle.bind("127.0.0.1", 2)) == (0, -errno.EACCES)


def testASlowReaderWakesOnceForEachRead(simulated: Network) -> None:
    """Whatever arrives meanwhile: a wake-up for each arrival grew with every read."""
    socket, log = connected(simulated)
    simulated.slow("b", 10)
    for _ in range(20):
        socket.write(b"x" * 100)
        simulated.advance(1)
    most = max(len(simulated.clock._alarms_) for _ in range(100) if simulated.advance(2) is None)
    assert most < 20
    assert sum(len(data) for who, data in log if who == "b") == 2000


def testAResetAfterSoManyBytes(simulated: Network) -> None:
    socket, log = connected(simulated)
    simulated.resetAfter("a", "b", 5)
    socket.write("123")
    simulated.advance(10)
    socket.write("456")
    simulated.advance(10)
    assert log == [("b", b"123"), ("a", b"123"), ("b", b"45"), ("b", "ECONNRESET"), ("b", "close")]
    simulated.advance(10)
    assert log[5:] == [("a", "ECONNRESET"), ("a", "close")], "a latency later"
