"""Simulated hosts: what a program sets in motion stays with its host."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

import pytest
from program import REACTOR

from nodecompat import dns, events, http, net, process, setImmediate, setTimeout
from nodecompat.testing import FakeHost, Network


@pytest.fixture
def simulated() -> Any:
    with Network(seed=1) as made:
        made.host("a.test", "10.0.0.1")
        made.host("b.test", "10.0.0.2", "fd00::2")
        yield made


def testEverythingKeepsItsHost(simulated: Network, log: list[Any]) -> None:
    def note(what: str) -> Any:
        return lambda *args: log.append((what, simulated.here.name))

    for name in ("a.test", "b.test"):
        with simulated.host(name):
            process.nextTick(note("tick"))
            setImmediate(note("immediate"))
            setTimeout(note("timer"), 5)
            dns.lookup("b.test", note("lookup"))
            server = net.createServer(note("connection"))
            server.listen(80, note("listening"))
    with simulated.host("a.test"):
        net.connect(80, "b.test", note("connect"))
    simulated.advance(10)
    assert simulated.here is simulated.default
    for what in ("tick", "immediate", "timer", "lookup", "listening"):
        assert [host for name, host in log if name == what] == ["a.test", "b.test"], what
    assert ("connect", "a.test") in log and ("connection", "b.test") in log


def testACoroutineKeepsItsBlock(simulated: Network, log: list[Any]) -> None:
    async def main() -> str:
        with simulated.host("a.test"):
            await dns.promises.lookup("b.test")
            log.append(simulated.here.name)
            with simulated.host("b.test"):
                await dns.promises.lookup("a.test")
                log.append(simulated.here.name)
            log.append(simulated.here.name)
        return simulated.here.name

    assert simulated.run(until=main) == "localhost"
    assert log == ["a.test", "b.test", "a.test"]


@pytest.mark.skipif(REACTOR == "asyncio", reason="asyncio.run() makes a loop: run it on another reactor")
def testATaskOfAsyncioKeepsItsBlock(log: list[Any]) -> None:
    async def one(network: Network, name: str, address: str) -> None:
        with network.host(name, address):
            server = net.createServer()
            server.listen(80)
            await asyncio.sleep(0)
            later = net.createServer()
            later.listen(81, address)
            await events.once(later, "listening")
            log.append((name, later.address().address))
            later.close()
            server.close()

    async def main() -> None:
        async with Network(seed=1) as network:
            await asyncio.create_task(one(network, "a.test", "10.0.0.1"))
            await asyncio.create_task(one(network, "b.test", "10.0.0.2"))

    asyncio.run(main())
    assert log == [("a.test", "10.0.0.1"), ("b.test", "10.0.0.2")]


def testAddresses(simulated: Network) -> None:
    with simulated.host("a.test"):
        assert simulated.tcpServer().bind("10.0.0.2", 80) == -errno.EADDRNOTAVAIL
        assert simulated.tcpServer().bind("10.0.0.1", 80) == 0
    with pytest.raises(ValueError, match=r"10\.0\.0\.1 is the address of a\.test"):
        simulated.host("c.test", "10.0.0.1")


def testLoopbackIsEveryHostsOwn(simulated: Network, log: list[Any]) -> None:
    with simulated.host("a.test"):
        net.createServer().listen(80, "127.0.0.1")
    with simulated.host("b.test"):
        net.connect(80, "127.0.0.1").on("error", lambda error: log.append(error.code))
    simulated.run()
    assert log == ["ECONNREFUSED"]


def testDefaultAgentsAreOfTheHost(simulated: Network) -> None:
    outside = http.globalAgent
    with simulated.host("a.test"):
        inside = http.globalAgent
        assert inside is not outside
    assert http.globalAgent is outside
    with simulated.host("a.test"):
        assert http.globalAgent is inside


def testRunIsTheHostsProgram(simulated: Network) -> None:
    assert simulated.host("a.test").run(lambda: simulated.here.name) == "a.test"


def testAHostOfNoNetwork() -> None:
    with pytest.raises(RuntimeError, match="no network"):
        FakeHost().run(lambda: None)
