"""dns.lookup and dns.lookupService over a resolver in memory."""

from __future__ import annotations

import gc
import socket
from typing import Any

import pytest
from twisted.internet.defer import CancelledError

from nodecompat import dns
from nodecompat.dns import LookupAddress
from nodecompat.ip import isIP
from nodecompat.reactor.loop import activity, ticks
from nodecompat.reactor.names import resolver
from nodecompat.testing import Network

BOTH = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]


def looked(wire: Network, *args: Any, **options: Any) -> tuple[Any, ...]:
    """What the callback of a look-up got."""
    found: list[tuple[Any, ...]] = []
    dns.lookup(*args, callback=lambda *result: found.append(result), **options)
    assert found == [], "the callback comes later"
    wire.run()
    return found[0]


def addresses(found: list[LookupAddress]) -> list[str]:
    return [each.address for each in found]


def testTheFirstAddress(wire: Network) -> None:
    wire.resolver.addresses["a.test"] = BOTH
    assert looked(wire, "a.test") == (None, "2001:db8::1", 6)


def testCVE_2026_34513_NothingIsCached(wire: Network) -> None:
    """10000 names leave nothing behind, and the same name is asked for again."""
    wire.resolver.addresses["a.test"] = ["192.0.2.1"]
    looked(wire, "a.test")
    before = len(gc.get_objects())
    for number in range(10_000):
        looked(wire, f"{number}.test")
    assert len(gc.get_objects()) - before < 100
    wire.resolver.addresses["a.test"] = ["192.0.2.2"]
    assert looked(wire, "a.test")[1] == "192.0.2.2"


def testAllAddresses(wire: Network) -> None:
    wire.resolver.addresses["a.test"] = ["192.0.2.1", "2001:db8::1"]
    error, found = looked(wire, "a.test", {"all": True})
    assert (error, found) == (None, [LookupAddress("192.0.2.1", 4), LookupAddress("2001:db8::1", 6)])


@pytest.mark.parametrize("options", [4, {"family": 4}, {"family": "IPv4"}])
def testAFamily(wire: Network, options: Any) -> None:
    wire.resolver.addresses["a.test"] = BOTH
    assert looked(wire, "a.test", options) == (None, "192.0.2.1", 4)


def testOptionsAsKeywords(wire: Network) -> None:
    wire.resolver.addresses["a.test"] = BOTH
    assert looked(wire, "a.test", family=4, all=True)[1] == [LookupAddress(each, 4) for each in BOTH[1::2]]


@pytest.mark.parametrize("options", [None, {"family": None, "all": None, "hints": None}])
def testNoneIsNoOption(wire: Network, options: Any) -> None:
    assert looked(wire, "localhost", options) == (None, "127.0.0.1", 4)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, BOTH),
        ({"order": "verbatim"}, BOTH),
        ({"order": "ipv4first"}, ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"]),
        ({"order": "ipv6first"}, ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"]),
        ({"verbatim": False}, ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"]),
        ({"verbatim": True, "order": "ipv4first"}, ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"]),
    ],
)
def testOrder(wire: Network, options: dict[str, Any], expected: list[str]) -> None:
    wire.resolver.addresses["a.test"] = BOTH
    assert addresses(looked(wire, "a.test", {**options, "all": True})[1]) == expected


def testDefaultOrder(wire: Network) -> None:
    assert dns.getDefaultResultOrder() == "verbatim"
    wire.resolver.addresses["a.test"] = BOTH
    dns.setDefaultResultOrder("ipv4first")
    try:
        assert dns.promises.getDefaultResultOrder() == "ipv4first"
        assert looked(wire, "a.test") == (None, "192.0.2.1", 4)
    finally:
        dns.setDefaultResultOrder("verbatim")


@pytest.mark.parametrize("order", ["x", 4, None])
def testWrongDefaultOrder(order: Any) -> None:
    with pytest.raises(TypeError, match="The argument 'dnsOrder' must be one of: 'verbatim', 'ipv4first', 'ipv6first'"):
        dns.setDefaultResultOrder(order)


def testHintsReachTheSystem(wire: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = wire.resolver.getaddrinfo
    monkeypatch.setattr(
        wire.resolver, "getaddrinfo", lambda name, family, flags, answer: (seen.append(flags), real(name, 0, 0, answer))
    )
    looked(wire, "localhost", {"hints": dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL})
    assert seen == [socket.AI_ADDRCONFIG | socket.AI_V4MAPPED | socket.AI_ALL]


# What is known already


@pytest.mark.parametrize("address, family", [("127.0.0.1", 4), ("::1", 6), ("fe80::1%eth0", 6), ("::ffff:1.2.3.4", 6)])
def testANumericAddressIsItsOwnAnswer(wire: Network, address: str, family: int) -> None:
    assert looked(wire, address) == (None, address, family)
    assert looked(wire, address, {"all": True}) == (None, [LookupAddress(address, family)])
    assert looked(wire, address, 10 - family) == (None, address, family), "whatever family was asked for"
    assert wire.resolver.asked == []


def testANumericAddressIsAnsweredOnTheNextTick(wire: Network) -> None:
    order: list[str] = []
    ticks.call(
        lambda: (
            ticks.nextTick(order.append, "before"),
            dns.lookup("127.0.0.1", lambda *result: order.append("answer")),
            ticks.nextTick(order.append, "after"),
            ticks.queueMicrotask(order.append, "microtask"),
            order.append("called"),
        )
    )
    assert order == ["called", "before", "answer", "after", "microtask"]


@pytest.mark.parametrize("text", ["127.1", "1.2.3.4.5", "01.2.3.4", "::1%", "1::2::3", "", "a", "1.2.3.4\0", "::g"])
def testIsNoAddress(text: str) -> None:
    assert isIP(text) == 0


# Errors


def testANameThatIsNotFound(wire: Network) -> None:
    error, address, family = looked(wire, "nowhere.test")
    assert isinstance(error, socket.gaierror)
    shown = (error.code, error.syscall, error.hostname, error.errno, str(error))
    assert shown == ("ENOTFOUND", "getaddrinfo", "nowhere.test", 3008, "getaddrinfo ENOTFOUND nowhere.test")
    assert (address, family) == (None, None)


def testAResolverThatIsAway(wire: Network) -> None:
    wire.resolver.fail("a.test", resolver.AGAIN)
    error = looked(wire, "a.test", {"all": True})[0]
    assert (error.code, str(error)) == ("EAI_AGAIN", "getaddrinfo EAI_AGAIN a.test")


def testANameThatIsTooLong(wire: Network) -> None:
    error = looked(wire, "a" * 256)[0]
    assert (error.code, error.errno) == ("EINVAL", 22)
    assert wire.resolver.asked == []


@pytest.mark.parametrize("hostname", ["a\0b.test", "\0"])
def testFault32NulInAHostName(hostname: str) -> None:
    """CVE-2026-48930, CVE-2026-105482."""
    with pytest.raises(TypeError, match="must be a string without null bytes") as caught:
        dns.lookup(hostname, lambda *result: None)
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "args, options, message",
    [
        (("",), {}, "The argument 'hostname' must be a non-empty string. Received ''"),
        ((None,), {}, "The argument 'hostname' must be a non-empty string. Received undefined"),
        (({},), {}, 'The "hostname" argument must be of type string. Received an instance of Object'),
        (([1],), {}, 'The "hostname" argument must be of type string. Received an instance of Array'),
        (("a", 7), {}, "The argument 'family' must be one of: 0, 4, 6. Received 7"),
        (("a", "x"), {}, "The \"options\" argument must be of type object or integer. Received type string ('x')"),
        (("a", True), {}, 'The "options" argument must be of type object or integer. Received type boolean (true)'),
        (("a",), {"family": "IPv5"}, "The property 'options.family' must be one of: 0, 4, 6. Received 'IPv5'"),
        (("a",), {"hints": 1}, "The argument 'hints' is invalid. Received 1"),
        (("a",), {"hints": "x"}, "The \"options.hints\" property must be of type number. Received type string ('x')"),
        (("a",), {"all": "x"}, "The \"options.all\" property must be of type boolean. Received type string ('x')"),
        (
            ("a",),
            {"verbatim": 1},
            'The "options.verbatim" property must be of type boolean. Received type number (1)',
        ),
        (
            ("a",),
            {"order": 7},
            "The property 'options.order' must be one of: 'verbatim', 'ipv4first', 'ipv6first'. Received 7",
        ),
    ],
)
def testWrongArguments(args: tuple[Any, ...], options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        dns.lookup(*args, callback=lambda *result: None, **options)
    assert str(caught.value) == message


def testWithoutACallback() -> None:
    with pytest.raises(TypeError, match='The "callback" argument must be of type function'):
        dns.lookup("a")


# Callbacks and requests


def testACallbackGetsWhatItTakes(wire: Network) -> None:
    found: list[Any] = []
    dns.lookup("localhost", lambda error, address: found.append(address))
    dns.lookup("nowhere.test", lambda error: found.append(error.code))
    dns.lookup("127.0.0.1", lambda: found.append("called"))
    wire.run()
    assert found == ["called", "127.0.0.1", "ENOTFOUND"]


def testALookupHoldsTheProgram(wire: Network) -> None:
    wire.resolver.silent.add("a.test")
    request = dns.lookup("a.test", lambda *result: pytest.fail("cancelled"))
    assert activity.resources() == ["GetAddrInfoReqWrap"]
    assert request is not None
    request.cancel()
    assert activity.resources() == []


# Services


def testLookupService(wire: Network) -> None:
    wire.resolver.services[("127.0.0.1", 22)] = ("localhost", "ssh")
    found: list[Any] = []
    dns.lookupService("127.0.0.1", 22, lambda *result: found.append(result))
    dns.lookupService("127.0.0.1", "22", lambda error, hostname: found.append(hostname))  # type: ignore[arg-type]
    wire.run()
    assert found == [(None, "localhost", "ssh"), "localhost"]


def testAServiceThatIsNotFound(wire: Network) -> None:
    found: list[Any] = []
    dns.lookupService("::1", 80, lambda error, *rest: found.append((str(error), error.hostname, rest)))
    wire.run()
    assert found == [("getnameinfo ENOTFOUND ::1", "::1", (None, None))]


@pytest.mark.parametrize(
    "args, message",
    [
        ((), 'The "address", "port", and "callback" arguments must be specified'),
        (("127.0.0.1", 80), 'The "address", "port", and "callback" arguments must be specified'),
        (("127.0.0.1", 80, 5), 'The "callback" argument must be of type function. Received type number (5)'),
        (("x", 80, print), "The argument 'address' is invalid. Received 'x'"),
        ((5, 80, print), 'The "address" argument must be of type string. Received type number (5)'),
        (("127.0.0.1", 70000, print), "Port should be >= 0 and < 65536. Received type number (70000)."),
    ],
)
def testWrongServiceArguments(args: tuple[Any, ...], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        dns.lookupService(*args)
    assert str(caught.value) == message


# Promises


def fired(wire: Network, promise: Any) -> Any:
    found: list[Any] = []
    promise.addBoth(found.append)
    assert found == [], "it fires later"
    wire.run()
    return found[0]


def testPromisedAddress(wire: Network) -> None:
    assert fired(wire, dns.promises.lookup("localhost")) == LookupAddress("127.0.0.1", 4)
    assert fired(wire, dns.promises.lookup("localhost", 6)) == LookupAddress("::1", 6)
    assert fired(wire, dns.promises.lookup("::1")) == LookupAddress("::1", 6)


def testPromisedAddresses(wire: Network) -> None:
    found = fired(wire, dns.promises.lookup("localhost", {"all": True}))
    assert found == [LookupAddress("127.0.0.1", 4), LookupAddress("::1", 6)]
    assert fired(wire, dns.promises.lookup("localhost", all=True, family=4)) == found[:1]


def testPromisedFailure(wire: Network) -> None:
    assert fired(wire, dns.promises.lookup("nowhere.test")).value.code == "ENOTFOUND"


def testAnEmptyNameFailsThePromise(wire: Network) -> None:
    assert fired(wire, dns.promises.lookup("")).value.code == "ERR_INVALID_ARG_VALUE"


@pytest.mark.parametrize("args", [(5,), ("a\0b",), ("a", 7), ("a", {"order": "x"})])
def testAWrongArgumentIsRaised(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        dns.promises.lookup(*args)


def testACancelledPromise(wire: Network) -> None:
    wire.resolver.silent.add("a.test")
    promise = dns.promises.lookup("a.test")
    promise.cancel()
    assert activity.resources() == []
    promise.addErrback(lambda failure: failure.trap(CancelledError))


def testAPromiseFiresInTheMicrotasks(wire: Network) -> None:
    order: list[str] = []
    dns.promises.lookup("127.0.0.1").addCallback(lambda _: order.append("promise"))
    ticks.nextTick(lambda: ticks.nextTick(order.append, "tick"))
    wire.run()
    assert order == ["tick", "promise"]


def testPromisedService(wire: Network) -> None:
    wire.resolver.services[("127.0.0.1", 22)] = ("localhost", "ssh")
    found = fired(wire, dns.promises.lookupService("127.0.0.1", 22))
    assert (found.hostname, found["service"]) == ("localhost", "ssh")
    assert fired(wire, dns.promises.lookupService("::1", 22)).value.code == "ENOTFOUND"


def testPromisedServiceWithoutArguments() -> None:
    with pytest.raises(TypeError, match='The "address" and "port" arguments must be specified'):
        dns.promises.lookupService("127.0.0.1")
