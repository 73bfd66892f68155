"""The name servers of a simulated network."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import dgram, dns
from nodecompat.dns import promises
from nodecompat.reactor.names import resolver as system
from nodecompat.testing import Deadlock, Network

#: A type, its records as they are given, and what `resolve` answers.
RECORDS: list[tuple[str, Any, Any]] = [
    ("A", ["10.0.0.8", "10.0.0.9"], ["10.0.0.8", "10.0.0.9"]),
    ("AAAA", "fd00::8", ["fd00::8"]),
    ("CAA", (0, "issue", "ca.example"), [{"critical": 0, "issue": "ca.example"}]),
    ("CNAME", "web.example", ["web.example"]),
    ("MX", [(10, "a.example"), (20, "b.example")], [{"priority": 10, "exchange": "a.example"}, {"priority": 20}]),
    (
        "NAPTR",
        (1, 2, "s", "SIP+D2U", "", "sip.example"),
        [{"order": 1, "preference": 2, "flags": "s", "service": "SIP+D2U", "regexp": "", "replacement": "sip.example"}],
    ),
    ("NS", "ns.example", ["ns.example"]),
    ("PTR", "web.example", ["web.example"]),
    ("SRV", (0, 5, 5060, "sip.example"), [{"priority": 0, "weight": 5, "port": 5060, "name": "sip.example"}]),
    ("TLSA", (3, 1, 1, b"abc"), [{"certUsage": 3, "selector": 1, "match": 1, "data": b"abc"}]),
    ("TXT", [("v=spf1", " -all"), "x"], [["v=spf1", " -all"], ["x"]]),
]


def failure(network: Network, ask: Any) -> str:
    """The code with which a query fails."""
    with pytest.raises(OSError) as caught:
        network.run(until=ask)
    return str(caught.value.code)  # type: ignore[attr-defined]


def isLike(found: Any, expected: Any) -> bool:
    """Equal, or a record with these fields."""
    if isinstance(expected, dict):
        return all(found[name] == value for name, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(isLike, found, expected))
    return bool(found == expected)


@pytest.fixture
def asking() -> Any:
    """A network whose program runs on a host 20 ms away from the name server."""
    with Network() as network:
        network.link(latency=20)
        network.host("web.example", "10.0.0.1", "fd00::1")
        with network.host("client.example", "10.0.0.2"):
            yield network
        network.advance(100_000)
        assert list(network.handles) == []


@pytest.mark.parametrize(("type", "given", "expected"), RECORDS, ids=[each[0] for each in RECORDS])
def testRecords(asking: Network, type: str, given: Any, expected: Any) -> None:
    asking.records("Example.COM", **{type: given})
    found = asking.run(until=promises.resolve("example.com", type))
    assert isLike(found, expected), found
    assert asking.clock.elapsed() == 40, "there and back"


def testTheStartOfAuthority(asking: Network) -> None:
    asking.records("example.com", SOA=("ns.example", "root.example", 7, 2, 3, 4, 5))
    found = asking.run(until=promises.resolveSoa("example.com"))
    assert (found.nsname, found.hostmaster, found.serial, found.minttl) == ("ns.example", "root.example", 7, 5)


def testHostsHaveTheirAddressesAndNames(asking: Network) -> None:
    async def main() -> list[Any]:
        return [
            await promises.resolve4("web.example"),
            await promises.resolve6("web.example"),
            await promises.reverse("10.0.0.1"),
            await promises.reverse("fd00::1"),
            await promises.reverse("127.0.0.1"),
            sorted(each.type for each in await promises.resolveAny("web.example")),
        ]

    assert asking.run(until=main) == [
        ["10.0.0.1"], ["fd00::1"], ["web.example"], ["web.example"], ["localhost"], ["A", "AAAA"]
    ]  # fmt: skip


def testAnAliasLeadsToAddresses(asking: Network) -> None:
    """Of queries, and of look-ups."""
    asking.records("www.example", CNAME="web.example")
    asking.records("more.example", CNAME="www.example")
    assert asking.run(until=promises.resolve4("more.example")) == ["10.0.0.1"]
    assert asking.run(until=promises.lookup("more.example")).address == "10.0.0.1"


def testALongAnswerComesOverTCP(asking: Network) -> None:
    asking.records("many.example", TXT=[f"{number}" + "x" * 200 for number in range(20)])
    found = asking.run(until=promises.resolveTxt("many.example"))
    assert [each[0][:2].rstrip("x") for each in found] == [str(number) for number in range(20)]
    assert asking.clock.elapsed() == 40 + 80, "a handshake more"


def testWhatIsNotThere(asking: Network) -> None:
    assert failure(asking, promises.resolve4("nowhere.example")) == "ENOTFOUND"
    assert failure(asking, promises.resolveMx("web.example")) == "ENODATA"
    assert failure(asking, promises.reverse("10.9.9.9")) == "ENOTFOUND"


def testAnswersThatFailAreSlowOrMissing(asking: Network) -> None:
    asking.names("a.example", fail=system.AGAIN)
    asking.names("b.example", fail=system.NONAME)
    assert failure(asking, promises.resolve4("a.example")) == "ESERVFAIL"
    assert failure(asking, promises.resolve4("b.example")) == "ENOTFOUND"
    asking.names("web.example", delay=300)
    began = asking.clock.elapsed()
    assert asking.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]
    assert asking.clock.elapsed() - began == 340
    asking.names("web.example", silent=True)
    assert failure(asking, promises.resolve4("web.example")) == "ETIMEOUT"
    assert asking.clock.elapsed() - began == 340 + 2000 + 4000 + 8000 + 16_000, (
        "four times, each time with more patience"
    )


def testFaultsConcernTheServer(asking: Network) -> None:
    asking.partition("client.example", "nameserver", duration=3000)
    assert asking.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]
    assert asking.clock.elapsed() == 2000 + 4000 + 40, "the third try"
    asking.crash("nameserver")
    assert failure(asking, promises.resolve4("web.example")) == "ECONNREFUSED"
    asking.revive("nameserver")
    assert asking.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]


def testServersOfTheTest(asking: Network) -> None:
    asking.nameServer("one.example", "10.0.0.51")
    asking.nameServer("two.example", "10.0.0.52")
    assert dns.Resolver().getServers() == ["10.0.0.51", "10.0.0.52"]
    asking.crash("one.example")
    assert asking.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]


def testWhoWasGivenNoAddressAsksAsWell() -> None:
    with Network() as network:
        network.host("web.example", "10.0.0.1")
        assert network.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]
        with network.host("client.example"):
            assert network.run(until=promises.resolve4("web.example")) == ["10.0.0.1"]


def testSettingServersIsOfOneHost(asking: Network) -> None:
    before = dns.getServers()
    dns.setServers(["10.0.0.1"])
    assert failure(asking, promises.resolve4("web.example")) == "ECONNREFUSED", "that host is no name server"
    with asking.host("other.example", "10.0.0.3"):
        assert dns.getServers() == before == ["192.0.2.53"]


def testAProgramMayAnswerItself(asking: Network) -> None:
    with asking.host("nameserver"):
        socket = dgram.createSocket("udp4").bind(53)
        socket.on(
            "message",
            lambda message, sender: socket.send(message[:2] + b"\x80\x05" + message[4:], sender.port, sender.address),
        )
    assert failure(asking, promises.resolve4("web.example")) == "EREFUSED"
    socket.close()


def testGarbageIsNotAnswered(asking: Network) -> None:
    socket = dgram.createSocket("udp4")
    socket.on("message", pytest.fail)
    socket.send(b"garbage", 53, "192.0.2.53")
    asking.advance(1000)
    socket.close()


def testAQueryThatWaitsIsInTheReport(asking: Network) -> None:
    asking.names("web.example", silent=True)
    with pytest.raises(Deadlock, match="within the limit"):
        asking.run(until=promises.resolve4("web.example"), limit=100)


@pytest.mark.parametrize("records", [{"MB": "x"}, {"MX": "a.example"}, {"A": "no address"}, {"SRV": (1, 2)}])
def testWhatIsNoRecord(records: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no "):
        Network().records("example.com", **records)


def testTheSystemsFilesComeBack() -> None:
    before = dns.Resolver().getServers()
    with Network():
        assert dns.Resolver().getServers() == ["192.0.2.53"]
    assert dns.Resolver().getServers() == before
