"""Queries against a real name server: what each method answers with, and how it fails."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from nameserver import NameServer
from twisted.internet.defer import Deferred

from nodecompat import dns
from nodecompat.dns import servers
from nodecompat.reactor.loop import ticks

check = pytest_twisted.ensureDeferred


def resolverOf(server: NameServer, **options: Any) -> dns.Resolver:
    resolver = dns.Resolver({"timeout": 5000, "tries": 2, **options})
    resolver.setServers([server.address])
    return resolver


async def answer(resolver: Any, method: str, *args: Any, **options: Any) -> Any:
    """The result of a query; raises its error."""
    done: Deferred[tuple[Any, Any]] = Deferred()
    getattr(resolver, method)(*args, callback=lambda error, result: done.callback((error, result)), **options)
    error, result = await done
    if error is not None:
        raise error
    return result


@pytest.mark.parametrize(
    "method, name, expected",
    [
        ("resolve4", "a.test", ["192.0.2.1", "192.0.2.2"]),
        ("resolve4", "A.TEST.", ["192.0.2.1", "192.0.2.2"]),
        ("resolve6", "a.test", ["2001:db8::1"]),
        ("resolve4", "alias.test", ["192.0.2.1"]),
        ("resolve4", "lost.test", []),
        ("resolve4", "bücher.test", ["192.0.2.3"]),
        ("resolveCname", "alias.test", ["b.test"]),
        ("resolveCname", "chain.test", ["b.test"]),
        ("resolveMx", "mx.test", [dns.AnyMxRecord(20, "m2.test"), dns.AnyMxRecord(10, "m1.test")]),
        ("resolveMx", "root.test", [dns.AnyMxRecord(0, "")]),
        ("resolveTxt", "txt.test", [["one", "two"], ["Ã¼", "", "ÿ\0x"]]),
        ("resolveNs", "ns.test", ["n1.test", "n2.test"]),
        ("resolvePtr", "ptr.test", ["p1.test", "p2.test"]),
        ("resolveSrv", "srv.test", [dns.AnySrvRecord(1, 2, 3, "s.test")]),
        ("resolveSoa", "soa.test", dns.SoaRecord("ns.test", "admin.test", 7, 1, 2, 3, 4)),
        ("resolveNaptr", "naptr.test", [dns.NaptrRecord("s", "SIP+D2U", "", "_sip._udp.test", 30, 100)]),
        (
            "resolveCaa",
            "caa.test",
            [
                dns.AnyCaaRecord(0, issue="ca.test"),
                dns.AnyCaaRecord(128, issuewild=";"),
                dns.AnyCaaRecord(0, iodef="mailto:x@y"),
            ],
        ),
        ("resolveTlsa", "tlsa.test", [dns.TlsaRecord(3, 1, 2, bytes(range(32)))]),
        ("reverse", "192.0.2.1", ["h1.test", "h2.test"]),
        ("reverse", "192.0.2.2", ["h2.test"]),
        ("reverse", "2001:db8::1", ["six.test"]),
    ],
)
@check
async def testAnswers(nameServer: NameServer, method: str, name: str, expected: Any) -> None:
    assert await answer(resolverOf(nameServer), method, name) == expected
    assert await getattr(promised(nameServer), method)(name) == expected


def promised(server: NameServer) -> dns.promises.Resolver:
    resolver = dns.promises.Resolver(timeout=5000, tries=2)
    resolver.setServers([server.address])
    return resolver


@pytest.mark.parametrize("given", [{"options": {"ttl": True}}, {"ttl": True}])
@check
async def testTimeToLive(nameServer: NameServer, given: Any) -> None:
    resolver = resolverOf(nameServer)
    found = await answer(resolver, "resolve4", "a.test", **given)
    assert found == [dns.RecordWithTtl("192.0.2.1", 100), dns.RecordWithTtl("192.0.2.2", 200)]
    assert await answer(resolver, "resolve6", "a.test", **given) == [dns.RecordWithTtl("2001:db8::1", 60)]
    assert await promised(nameServer).resolve6("a.test", **given) == [dns.RecordWithTtl("2001:db8::1", 60)]


@check
async def testAnAliasLimitsTheTimeToLive(nameServer: NameServer) -> None:
    found = await answer(resolverOf(nameServer), "resolve4", "alias.test", {"ttl": True})
    assert found == [dns.RecordWithTtl("192.0.2.1", 30)]


@check
async def testRecordsOfAllTypes(nameServer: NameServer) -> None:
    found = await answer(resolverOf(nameServer), "resolveAny", "any.test")
    assert [each.type for each in found] == [
        "A",
        "A",
        "MX",
        "MX",
        "NS",
        "NS",
        "TXT",
        "TXT",
        "SRV",
        "PTR",
        "PTR",
        "NAPTR",
        "SOA",
    ]
    assert found[0] == dns.AnyARecord("192.0.2.1", 100)
    assert found[2]["exchange"] == "m2.test"
    assert found[6].entries == ["one", "two"]
    assert isinstance(found[-1], dns.SoaRecord)


@check
async def testAnAnswerThatIsCutComesOverTCP(nameServer: NameServer) -> None:
    found = await answer(resolverOf(nameServer), "resolve4", "big.test")
    assert (len(found), found[299]) == (300, "10.0.1.49")
    assert [sender is None for sender in nameServer.senders] == [False, True]


@check
async def testResolveByType(nameServer: NameServer) -> None:
    resolver = resolverOf(nameServer)
    assert await answer(resolver, "resolve", "a.test") == ["192.0.2.1", "192.0.2.2"]
    assert await answer(resolver, "resolve", "ns.test", "NS") == ["n1.test", "n2.test"]
    assert await promised(nameServer).resolve("ns.test", "NS") == ["n1.test", "n2.test"]
    assert nameServer.asked == ["a.test A", "ns.test NS", "ns.test NS"]


@pytest.mark.parametrize(
    "name, code",
    [
        ("formerr.test", dns.FORMERR),
        ("servfail.test", dns.SERVFAIL),
        ("nxdomain.test", dns.NOTFOUND),
        ("notimp.test", dns.NOTIMP),
        ("refused.test", dns.REFUSED),
        ("empty.test", dns.NODATA),
        ("other.test", dns.NODATA),
        ("a..b", dns.BADNAME),
        ("x" * 64, dns.BADNAME),
    ],
)
@check
async def testFailures(nameServer: NameServer, name: str, code: str) -> None:
    with pytest.raises(socket.gaierror) as caught:
        await answer(resolverOf(nameServer), "resolve4", name)
    error: Any = caught.value
    assert (error.code, error.syscall, error.hostname, str(error)) == (code, "queryA", name, f"queryA {code} {name}")
    with pytest.raises(socket.gaierror) as caught:
        await promised(nameServer).resolve4(name)
    assert str(caught.value) == f"queryA {code} {name}"


@check
async def testSilence(nameServer: NameServer) -> None:
    with pytest.raises(socket.gaierror, match="queryMx ETIMEOUT"):
        await answer(resolverOf(nameServer, timeout=1, tries=3), "resolveMx", "silent.test")
    assert nameServer.asked == ["silent.test MX"] * 3


@check
async def testAPortThatRefuses(nameServer: NameServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    resolver = dns.Resolver()
    resolver.setServers([f"127.0.0.1:{port}"])
    with pytest.raises(socket.gaierror, match="queryA ECONNREFUSED"):
        await answer(resolver, "resolve4", "a.test")


@check
async def testCancel(nameServer: NameServer) -> None:
    resolver = resolverOf(nameServer)
    order: list[str] = []
    done: Deferred[None] = Deferred()
    for method, name in (("resolve4", "silent.test"), ("reverse", "192.0.2.9")):
        getattr(resolver, method)(name, lambda error, result: order.append(str(error)))
    resolver.cancel()
    ticks.nextTick(order.append, "tick")
    ticks.queueCheck(done.callback, None)
    await done
    assert order == ["tick", "queryA ECANCELLED silent.test", "getHostByAddr ECANCELLED 192.0.2.9"]


@check
async def testServersCannotChangeDuringAQuery(nameServer: NameServer) -> None:
    resolver = resolverOf(nameServer)
    resolver.resolve4("silent.test", lambda *result: None)
    with pytest.raises(Exception) as caught:
        resolver.setServers(["192.0.2.1"])
    message = "c-ares failed to set servers: \"There are pending queries.\" [[ '192.0.2.1' ]]"
    assert (caught.value.code, str(caught.value)) == ("ERR_DNS_SET_SERVERS_FAILED", message)  # type: ignore[attr-defined]
    resolver.cancel()


@check
async def testLocalAddress(nameServer: NameServer) -> None:
    resolver = resolverOf(nameServer)
    resolver.setLocalAddress("127.0.0.2")
    await answer(resolver, "resolve4", "a.test")
    assert nameServer.senders[0][0] == "127.0.0.2"


@check
async def testReverseAsksTheHostsFileFirst(
    nameServer: NameServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("192.0.2.1 one two\n")
    monkeypatch.setattr(servers, "HOSTS", hosts)
    assert await answer(resolverOf(nameServer), "reverse", "192.0.2.1") == ["one", "two"]
    assert await promised(nameServer).reverse("192.0.2.1") == ["one", "two"]
    assert nameServer.asked == []


@check
async def testReverseOfNoAddress() -> None:
    with pytest.raises(OSError, match="getHostByAddr EINVAL bad") as caught:
        dns.Resolver().reverse("bad", lambda *result: None)
    assert (caught.value.errno, caught.value.hostname) == (22, "bad")  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="getHostByAddr EINVAL bad"):
        await dns.promises.Resolver().reverse("bad")


# Arguments


@pytest.mark.parametrize(
    "method, args, message",
    [
        ("resolve", ("a",), 'The "rrtype" argument must be of type string. Received undefined'),
        ("resolve", ("a", 5, print), 'The "rrtype" argument must be of type string. Received type number (5)'),
        ("resolve", ("a", "NOPE", print), "The argument 'rrtype' is invalid. Received 'NOPE'"),
        ("resolve", (5, print), 'The "name" argument must be of type string. Received type number (5)'),
        ("resolve4", ("a",), 'The "callback" argument must be of type function. Received undefined'),
        ("resolve4", ("a", {}, 5), 'The "callback" argument must be of type function. Received type number (5)'),
        ("resolveMx", ("a", None), 'The "callback" argument must be of type function. Received undefined'),
        ("reverse", (5, print), 'The "name" argument must be of type string. Received type number (5)'),
        ("reverse", ("::1", None), 'The "callback" argument must be of type function. Received undefined'),
        ("setLocalAddress", (), 'The "ipv4" argument must be of type string. Received undefined'),
        ("setLocalAddress", ("::1", 5), 'The "ipv6" argument must be of type string. Received type number (5)'),
        ("setLocalAddress", ("x",), "Invalid IP address."),
        ("setLocalAddress", ("192.0.2.1", "192.0.2.2"), "Cannot specify two IPv4 addresses."),
        ("setLocalAddress", ("::1", "::2"), "Cannot specify two IPv6 addresses."),
    ],
)
def testWrongArguments(method: str, args: tuple[Any, ...], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(dns.Resolver(), method)(*args)
    assert str(caught.value) == message


@pytest.mark.parametrize("resolver", [dns.Resolver(), dns.promises.Resolver()])
def testFault32NulInAQuery(resolver: Any) -> None:
    args = () if isinstance(resolver, dns.promises.Resolver) else (print,)
    with pytest.raises(TypeError, match="must be a string without null bytes") as caught:
        resolver.resolve4("a\0b", *args)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"timeout": "x"}, "The \"options.timeout\" property must be of type number. Received type string ('x')"),
        (
            {"timeout": -2},
            'The value of "options.timeout" is out of range. It must be >= -1 && <= 2147483647. Received -2',
        ),
        ({"timeout": 1.5}, 'The value of "options.timeout" is out of range. It must be an integer. Received 1.5'),
        ({"tries": 0}, 'The value of "options.tries" is out of range. It must be >= 1 && <= 2147483647. Received 0'),
        (
            {"maxTimeout": -1},
            'The value of "options.maxTimeout" is out of range. It must be >= 0 && <= 4294967295. Received -1',
        ),
    ],
)
def testWrongOptions(options: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        dns.Resolver(options)
    assert str(caught.value) == message


@pytest.mark.parametrize("options", [None, {}, {"timeout": None}, {"timeout": -1, "tries": 1, "maxTimeout": 0}])
def testFineOptions(options: Any) -> None:
    dns.Resolver(options)
    dns.promises.Resolver(options)
