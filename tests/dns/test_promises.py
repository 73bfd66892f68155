"""Queries whose methods return Deferreds."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_twisted
from nameserver import NameServer
from twisted.internet.defer import CancelledError, Deferred

from nodecompat import dns
from nodecompat.reactor.loop import activity, ticks

check = pytest_twisted.ensureDeferred


@pytest.fixture
def resolver(nameServer: NameServer) -> dns.promises.Resolver:
    made = dns.promises.Resolver({"timeout": 5000, "tries": 2})
    made.setServers([nameServer.address])
    return made


@check
@pytest.mark.parametrize("rrtype", ["A", "MX", "TXT", "SOA", "NS"])
async def testResolveByTypeIsTheMethodOfTheType(resolver: dns.promises.Resolver, rrtype: str) -> None:
    name = f"{rrtype.lower()}.test"
    method = "resolve4" if rrtype == "A" else f"resolve{rrtype.capitalize()}"
    assert await resolver.resolve(name, rrtype) == await getattr(resolver, method)(name)


@check
async def testTheTypeIsAUnlessSaid(resolver: dns.promises.Resolver) -> None:
    assert await resolver.resolve("a.test") == ["192.0.2.1", "192.0.2.2"]


@check
@pytest.mark.parametrize("given", [({"ttl": True},), ()])
async def testTimesToLive(resolver: dns.promises.Resolver, given: tuple[Any, ...]) -> None:
    keywords = {} if given else {"ttl": True}
    found = await resolver.resolve4("a.test", *given, **keywords)
    assert found == [dns.RecordWithTtl("192.0.2.1", 100), dns.RecordWithTtl("192.0.2.2", 200)]


@check
async def testAFailureHasNodesFields(resolver: dns.promises.Resolver) -> None:
    with pytest.raises(OSError, match=r"queryMx ENOTFOUND nxdomain.test") as caught:
        await resolver.resolveMx("nxdomain.test")
    assert caught.value.code == "ENOTFOUND"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "args"), [("resolve", ("a", "NOPE")), ("resolve", (5,)), ("resolve4", ("a\0b",)), ("reverse", (5,))]
)
def testAWrongArgumentIsRaisedAtOnce(method: str, args: tuple[Any, ...]) -> None:
    for where in (dns.promises, dns.promises.Resolver()):
        with pytest.raises(TypeError):
            getattr(where, method)(*args)


@check
async def testReverseOfNoAddressFailsThePromise(resolver: dns.promises.Resolver) -> None:
    promise = resolver.reverse("bad")
    assert isinstance(promise, Deferred)
    with pytest.raises(OSError, match="getHostByAddr EINVAL bad"):
        await promise


@check
async def testACancelledPromiseDropsItsQuery(resolver: dns.promises.Resolver) -> None:
    promise = resolver.resolve4("silent.test")
    assert activity.isAlive()
    promise.cancel()
    assert not activity.isAlive()
    with pytest.raises(CancelledError):
        await promise


@check
async def testCancelOfTheResolverEndsAll(resolver: dns.promises.Resolver) -> None:
    promises = [resolver.resolve4("silent.test"), resolver.resolveMx("silent.test")]
    resolver.cancel()
    for promise in promises:
        with pytest.raises(OSError, match=r"ECANCELLED silent.test"):
            await promise


@check
async def testAPromiseFiresInTheMicrotasks(resolver: dns.promises.Resolver) -> None:
    """After the ticks of the answer's turn."""
    order: list[str] = []
    done: Deferred[None] = Deferred()

    def answered(result: Any) -> None:
        order.append("promise")
        ticks.queueMicrotask(done.callback, None)

    resolver.resolve4("a.test").addCallback(answered)
    await done
    assert order == ["promise"]
