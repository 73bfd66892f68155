"""Look-ups by the C library: in threads, held by requests, dropped when cancelled."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from nodecompat.reactor.loop import activity, host, ticks
from nodecompat.reactor.names import resolver
from nodecompat.testing import Network, network

check = pytest_twisted.ensureDeferred
#: Seconds that only a failing test waits.
PATIENCE = 20


@pytest.fixture
def wire() -> Iterator[Network]:
    with network() as opened:
        yield opened


@pytest.fixture
def system() -> Iterator[None]:
    """The C library in force."""
    before = resolver.use(resolver.ThreadedBackend())
    yield
    resolver.use(before)


def lookUp(name: str, family: int = 0, flags: int = 0) -> Deferred[Any]:
    done: Deferred[Any] = Deferred()
    request = resolver.getaddrinfo(name, family, flags, done.callback)
    assert isinstance(request, resolver.Request)
    return done.addTimeout(PATIENCE, host.theReactor())


# Requests, without a thread


def testAnAnswerComesLater(wire: Network) -> None:
    wire.resolver.addresses["a.test"] = ["192.0.2.1", "2001:db8::1"]
    found: list[Any] = []
    resolver.getaddrinfo("a.test", 0, 0, found.append)
    assert found == []
    wire.run()
    assert found == [["192.0.2.1", "2001:db8::1"]]


def testAFamilyIsAskedFor(wire: Network) -> None:
    wire.resolver.addresses["a.test"] = ["192.0.2.1", "2001:db8::1"]
    found: list[Any] = []
    for family in (4, 6):
        resolver.getaddrinfo("a.test", family, 0, found.append)
    wire.run()
    assert found == [["192.0.2.1"], ["2001:db8::1"]]


def testARequestHoldsTheProgramUntilItsCallbackIsDone(wire: Network) -> None:
    during: list[list[str]] = []
    resolver.getaddrinfo("localhost", 0, 0, lambda _: during.append(activity.resources()))
    resolver.getnameinfo("127.0.0.1", 22, lambda _: None)
    assert activity.resources() == ["GetAddrInfoReqWrap", "GetNameInfoReqWrap"]
    wire.run()
    assert during[0][0] == "GetAddrInfoReqWrap"
    assert activity.resources() == []


def testWhatACancelledRequestFindsIsDropped(wire: Network) -> None:
    found: list[Any] = []
    request = resolver.getaddrinfo("localhost", 0, 0, found.append)
    assert isinstance(request, resolver.Request)
    request.cancel()
    assert activity.resources() == []
    wire.run()
    request.cancel()
    assert found == []


def testACallbackMayCancelItsRequest(wire: Network) -> None:
    requests: list[Any] = []
    requests.append(resolver.getaddrinfo("localhost", 0, 0, lambda _: requests[0].cancel()))
    wire.run()
    assert activity.resources() == []


def testTicksFollowTheCallback(wire: Network) -> None:
    order: list[str] = []

    def done(result: Any) -> None:
        ticks.nextTick(order.append, "tick")
        order.append("answer")

    resolver.getaddrinfo("localhost", 0, 0, done)
    resolver.getaddrinfo("localhost", 0, 0, lambda _: order.append("next"))
    wire.run()
    assert order == ["answer", "tick", "next"]


@pytest.mark.parametrize("name", ["", "a" * 256, "ü..\u200d"])
def testWhatCannotBeAName(wire: Network, name: str) -> None:
    assert resolver.getaddrinfo(name, 0, 0, pytest.fail) == -errno.EINVAL
    assert activity.resources() == []


@pytest.mark.parametrize(
    "name, ascii",
    [
        ("example.org", "example.org"),
        ("_x._tcp.Example", "_x._tcp.Example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("_x.straße.de", "_x.xn--strae-oqa.de"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("I\u2665NY.\u2713", "xn--iny-zx5a.xn--fci"),
        ("a\u200d.b", ""),
    ],
)
def testToAscii(name: str, ascii: str) -> None:
    assert resolver.toAscii(name) == ascii


# The C library, in threads


@check
async def testLocalhost(system: None) -> None:
    found = await lookUp("localhost", 4)
    assert found == ["127.0.0.1"]


@check
async def testFlagsAreHandedOn(system: None) -> None:
    found = await lookUp("127.0.0.1", 6, socket.AI_V4MAPPED | socket.AI_ALL)
    assert found == ["::ffff:127.0.0.1"]


@check
async def testServiceNames(system: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getnameinfo", lambda address, flags: (f"name-of-{address[0]}", str(address[1])))
    done: Deferred[Any] = Deferred()
    resolver.getnameinfo("192.0.2.1", 25, done.callback)
    assert await done == ("name-of-192.0.2.1", "25")


@pytest.mark.parametrize(
    "error, code",
    [
        (socket.gaierror(socket.EAI_NONAME, "no"), -3008),
        (socket.gaierror(socket.EAI_AGAIN, "again"), -3001),
        (socket.gaierror(socket.EAI_FAMILY, "family"), -3005),
        (socket.gaierror(4711, "unheard of"), -3008),
        (OSError(errno.EMFILE, "files"), -errno.EMFILE),
    ],
)
@check
async def testErrorsAreNumbers(system: None, monkeypatch: pytest.MonkeyPatch, error: OSError, code: int) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(socket, "getnameinfo", fail)
    assert await lookUp("a.test") == code
    done: Deferred[Any] = Deferred()
    resolver.getnameinfo("127.0.0.1", 1, done.callback)
    assert await done == code


@check
async def testFault31HangingLookupBlocksNothing(system: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop turns, other look-ups are answered, and what was cancelled stays unheard."""
    release, real = threading.Event(), socket.getaddrinfo

    def hang(name: bytes, *args: Any, **options: Any) -> Any:
        if name == b"hangs.test":
            assert release.wait(PATIENCE)
            return real("127.0.0.1", *args, **options)
        return real(name, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    heard: list[Any] = []
    given = resolver.getaddrinfo("hangs.test", 0, 0, heard.append)
    kept = lookUp("hangs.test")
    assert isinstance(given, resolver.Request)
    try:
        assert await lookUp("localhost", 4) == ["127.0.0.1"]
        given.cancel()
    finally:
        release.set()
    assert await kept == ["127.0.0.1"]
    await deferLater(host.theReactor(), 0, lambda: None)
    assert heard == []
