"""The way to a connection: look-up, choice of the family, attempts and their failures."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from nodecompat import errors, net
from nodecompat.reactor.loop import ticks
from nodecompat.testing import Network

EVENTS = (
    "lookup",
    "connectionAttempt",
    "connectionAttemptFailed",
    "connectionAttemptTimeout",
    "connect",
    "error",
    "close",
)


def finder(*addresses: tuple[Any, Any], error: Any = None) -> Any:
    """A `lookup` that answers in the next tick."""

    def lookup(host: str, options: Any, callback: Any) -> None:
        lookup.asked.append((host, dict(options)))  # type: ignore[attr-defined]
        if error is not None:
            ticks.nextTick(callback, error)
        elif options.get("all"):
            ticks.nextTick(callback, None, [{"address": address, "family": family} for address, family in addresses])
        else:
            ticks.nextTick(callback, None, *addresses[0])

    lookup.asked = []  # type: ignore[attr-defined]
    return lookup


def short(log: list[Any]) -> list[Any]:
    """The log with errors as their codes."""
    return [tuple(getattr(part, "code", part) for part in each) if isinstance(each, tuple) else each for each in log]


def connect(log: Any, **options: Any) -> net.Socket:
    socket: net.Socket = log.watch(net.connect(options), *EVENTS)
    return socket


# -- one address


def testANumericHostIsNotLookedUp(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    lookup = finder()
    socket = connect(log, port=8124, host="127.0.0.1", lookup=lookup)
    wire.run()
    assert log == [("connectionAttempt", "127.0.0.1", 8124, 4), "connect"]
    assert (lookup.asked, socket.autoSelectFamilyAttemptedAddresses) == ([], None)
    socket.destroy()
    server.close()


def testTheAttemptIsMadeInTheNextTick(wire: Network) -> None:
    """So that its events find their listeners."""
    socket = net.connect(1, "127.0.0.1")
    assert socket.connecting and socket._handle.connecting is False
    socket.destroy()


def testRefused(wire: Network, log: Any) -> None:
    connect(log, port=1, host="127.0.0.1")
    wire.run()
    failed = "ECONNREFUSED"
    assert short(log) == [
        ("connectionAttempt", "127.0.0.1", 1, 4),
        ("connectionAttemptFailed", "127.0.0.1", 1, 4, failed),
        ("error", failed),
        ("close", True),
    ]
    error = log[2][1]
    assert error.message == "connect ECONNREFUSED 127.0.0.1:1"
    assert (error.syscall, error.address, error.port, error.errno) == ("connect", "127.0.0.1", 1, errno.ECONNREFUSED)
    assert isinstance(error, ConnectionRefusedError)


def testAFailureThatComesAtOnceShowsTheLocalEnd(wire: Network, log: Any) -> None:
    wire.fail("connect", -errno.ENETUNREACH)
    connect(log, port=1, host="255.255.255.255")
    wire.run()
    assert short(log) == [("connectionAttempt", "255.255.255.255", 1, 4), ("error", "ENETUNREACH"), ("close", True)]
    assert log[1][1].message == "connect ENETUNREACH 255.255.255.255:1 - Local (0.0.0.0:0)"


def testLocalAddressAndPort(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = connect(log, port=8124, host="127.0.0.1", localAddress="127.0.0.5", localPort=4567)
    wire.run()
    assert (socket.localAddress, socket.localPort) == ("127.0.0.5", 4567)
    socket.destroy()
    server.close()


def testLocalAddressInAFailure(wire: Network, log: Any) -> None:
    connect(log, port=1, host="127.0.0.1", localAddress="127.0.0.5", localPort=4567)
    wire.run()
    error = log[2][1]
    assert error.message == "connect ECONNREFUSED 127.0.0.1:1 - Local (127.0.0.5:4567)"
    assert (error.localAddress, error.localPort) == ("127.0.0.5", 4567)


def testBindFails(wire: Network, log: Any) -> None:
    wire.fail("bind", -errno.EADDRNOTAVAIL)
    connect(log, port=1, host="127.0.0.1", localAddress="1.2.3.4", localPort=99)
    wire.run()
    assert short(log) == [("error", "EADDRNOTAVAIL"), ("close", True)]
    assert log[0][1].message == "bind EADDRNOTAVAIL 1.2.3.4:99"


def testLocalAddressOfTheOtherFamily(wire: Network, log: Any) -> None:
    connect(log, port=1, host="127.0.0.1", localAddress="::1")
    wire.run()
    assert log[0][1].message == "bind EINVAL ::1"


def testBlockList(wire: Network, log: Any) -> None:
    blockList = net.BlockList()
    blockList.addAddress("127.0.0.1")
    connect(log, port=1, host="127.0.0.1", blockList=blockList)
    wire.run()
    assert short(log) == [("error", "ERR_IP_BLOCKED"), ("close", True)]
    assert log[0][1].message == "IP(127.0.0.1) is blocked by net.BlockList"


# -- look-up


def testLookupOfAName(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    lookup = finder(("127.0.0.1", 4))
    socket = connect(log, port=8124, host="n.test", lookup=lookup)
    wire.run()
    assert log == [("lookup", None, "127.0.0.1", 4, "n.test"), ("connectionAttempt", "127.0.0.1", 8124, 4), "connect"]
    assert lookup.asked == [("n.test", {"family": 0, "hints": 32, "all": True})]
    assert socket.autoSelectFamilyAttemptedAddresses is None
    socket.destroy()
    server.close()


@pytest.mark.parametrize(
    "options, asked",
    [
        ({"autoSelectFamily": False}, {"family": 0, "hints": 32}),
        ({"family": 4}, {"family": 4, "hints": 0}),
        ({"family": 6, "hints": 8}, {"family": 6, "hints": 8}),
        ({"hints": 8}, {"family": 0, "hints": 8, "all": True}),
        ({"localAddress": "127.0.0.1"}, {"family": 0, "hints": 32}),
    ],
)
def testWhatTheLookupIsAsked(wire: Network, options: Any, asked: Any) -> None:
    lookup = finder(("127.0.0.1", 4))
    net.connect({"port": 1, "host": "n.test", "lookup": lookup, **options}).destroy()
    assert lookup.asked == [("n.test", asked)]


@pytest.mark.parametrize("autoSelectFamily", [True, False])
def testLookupFails(wire: Network, log: Any, autoSelectFamily: bool) -> None:
    failure = errors.dnsException("ENOTFOUND", "getaddrinfo", "n.test")
    connect(log, port=1, host="n.test", lookup=finder(error=failure), autoSelectFamily=autoSelectFamily)
    wire.run()
    assert log == [("lookup", failure, None, None, "n.test"), ("error", failure), ("close", True)]


@pytest.mark.parametrize("autoSelectFamily", [True, False])
@pytest.mark.parametrize(
    "address, family, message",
    [("foo", 4, "Invalid IP address: foo"), ("127.0.0.1", 9, "Invalid address family: 9 n.test:1")],
)
def testLookupAnswersNonsense(
    wire: Network, log: Any, autoSelectFamily: bool, address: str, family: int, message: str
) -> None:
    connect(log, port=1, host="n.test", lookup=finder((address, family)), autoSelectFamily=autoSelectFamily)
    wire.run()
    assert [log[0], log[1][1].message] == [("lookup", None, address, family, "n.test"), message]


def testALookupWithoutAnswerIsForgottenByDestroy(wire: Network, log: Any) -> None:
    answers: list[Any] = []
    socket = connect(log, port=1, host="n.test", lookup=lambda host, options, callback: answers.append(callback))
    socket.destroy()
    wire.run()
    answers[0](None, [{"address": "127.0.0.1", "family": 4}])
    wire.run()
    assert log == [("close", False)]


def testAnOldLookupDoesNotDisturbANewConnect(wire: Network, log: Any) -> None:
    """The same socket connects anew while the first look-up is still out."""
    answers: list[Any] = []
    server = wire.listen(8124)
    socket = connect(log, port=1, host="n.test", lookup=lambda host, options, callback: answers.append(callback))
    socket.destroy()
    wire.run()
    socket.connect(8124, "127.0.0.1")
    answers[0](None, [{"address": "127.0.0.9", "family": 4}])
    wire.run()
    assert log[1:] == [("connectionAttempt", "127.0.0.1", 8124, 4), "connect"]
    socket.destroy()
    server.close()


def testALookupThatKnowsOneAddressOnly(wire: Network, log: Any) -> None:
    """Asked for all addresses it answers one: that one is used."""
    server = wire.listen(8124)

    def lookup(host: str, options: Any, callback: Any) -> None:
        ticks.nextTick(callback, None, "127.0.0.1", 4)

    socket = connect(log, port=8124, host="n.test", lookup=lookup)
    wire.run()
    assert log[0] == ("lookup", None, "127.0.0.1", 4, "n.test") and log[-1] == "connect"
    socket.destroy()
    server.close()


def testDestroyInTheLookupListener(wire: Network, log: Any) -> None:
    socket = connect(log, port=1, host="n.test", lookup=finder(("127.0.0.1", 4), ("127.0.0.2", 4)))
    socket.on("lookup", lambda: socket.destroy())
    wire.run()
    assert log == [("lookup", None, "127.0.0.1", 4, "n.test"), ("close", False)]


def testANameWithNulIsRefused(wire: Network) -> None:
    """CVE-2026-48930, CVE-2026-105482."""
    with pytest.raises(errors.ERR_INVALID_ARG_VALUE, match="without null bytes"):
        net.connect(port=1, host="a\0b")


def testASocketIsUsableAfterARefusedName(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = net.Socket()
    with pytest.raises(errors.ERR_INVALID_ARG_VALUE):
        socket.connect(port=1, host="a\0b")
    log.watch(socket.connect(8124, "127.0.0.1"), "connect")
    wire.run()
    assert log == ["connect"]
    socket.destroy()
    server.close()


# -- several addresses


def testTheNextAddressIsTriedAfterAFailure(wire: Network, log: Any) -> None:
    server = wire.listen(8124, "127.0.0.1")
    found = (("127.0.0.9", 4), ("127.0.0.1", 4))
    wire.fail("onconnect", -errno.ECONNREFUSED)
    socket = connect(log, port=8124, host="n.test", lookup=finder(*found))
    wire.run()
    assert short(log) == [
        ("lookup", None, "127.0.0.9", 4, "n.test"),
        ("lookup", None, "127.0.0.1", 4, "n.test"),
        ("connectionAttempt", "127.0.0.9", 8124, 4),
        ("connectionAttemptFailed", "127.0.0.9", 8124, 4, "ECONNREFUSED"),
        ("connectionAttempt", "127.0.0.1", 8124, 4),
        "connect",
    ]
    assert socket.autoSelectFamilyAttemptedAddresses == ["127.0.0.9:8124", "127.0.0.1:8124"]
    socket.destroy()
    server.close()


def testTheFamiliesTakeTurnsAndEachAddressIsTriedOnce(wire: Network) -> None:
    found = (("127.0.0.1", 4), ("127.0.0.1", 4), ("127.0.0.2", 4), ("::1", 6), ("bad", 4))
    socket = net.connect(port=1, host="n.test", lookup=finder(*found))
    socket.on("error", lambda error: None)
    wire.run()
    assert socket.autoSelectFamilyAttemptedAddresses == ["127.0.0.1:1", "::1:1", "127.0.0.2:1"]


def testAllFail(wire: Network, log: Any) -> None:
    connect(log, port=1, host="n.test", lookup=finder(("127.0.0.1", 4), ("::1", 6)))
    wire.run()
    name, error = log[-2]
    assert (name, error.code, error.name, error.message) == ("error", "ECONNREFUSED", "AggregateError", "")
    assert isinstance(error, ConnectionRefusedError)
    assert [each.message for each in error.errors] == ["connect ECONNREFUSED 127.0.0.1:1", "connect ECONNREFUSED ::1:1"]
    assert log[-1] == ("close", True)


def testAnAttemptThatTakesTooLongIsGivenUp(wire: Network, log: Any) -> None:
    server = wire.listen(8124, "127.0.0.1")
    wire.blackhole("10.0.0.1", 8124)
    socket = connect(log, port=8124, host="n.test", lookup=finder(("10.0.0.1", 4), ("127.0.0.1", 4)))
    wire.advance(499)
    assert log[-1] == ("connectionAttempt", "10.0.0.1", 8124, 4)
    wire.advance(1)
    assert log[3:] == [
        ("connectionAttemptTimeout", "10.0.0.1", 8124, 4),
        ("connectionAttempt", "127.0.0.1", 8124, 4),
        "connect",
    ]
    assert len(wire.handles) == 3, "the handle that was given up is closed"
    socket.destroy()
    server.close()


def testTheLastAttemptHasNoLimit(wire: Network, log: Any) -> None:
    wire.blackhole("10.0.0.1", 1)
    wire.blackhole("10.0.0.2", 1)
    lookup = finder(("10.0.0.1", 4), ("10.0.0.2", 4))
    socket = connect(log, port=1, host="n.test", lookup=lookup, autoSelectFamilyAttemptTimeout=20)
    wire.advance(10_000)
    assert log[3:] == [("connectionAttemptTimeout", "10.0.0.1", 1, 4), ("connectionAttempt", "10.0.0.2", 1, 4)]
    socket.destroy()


def testATimeoutCountsAsAFailure(wire: Network, log: Any) -> None:
    wire.blackhole("10.0.0.1", 1)
    connect(log, port=1, host="n.test", lookup=finder(("10.0.0.1", 4), ("127.0.0.1", 4)))
    wire.advance(500)
    error = log[-2][1]
    assert [each.message for each in error.errors] == [
        "connect ETIMEDOUT 10.0.0.1:1",
        "connect ECONNREFUSED 127.0.0.1:1",
    ]


def testDestroyBetweenAttempts(wire: Network, log: Any) -> None:
    socket = connect(log, port=1, host="n.test", lookup=finder(("127.0.0.1", 4), ("127.0.0.2", 4)))
    socket.on("connectionAttemptFailed", lambda: socket.destroy())
    wire.run()
    assert [each[0] for each in log] == ["lookup", "lookup", "connectionAttempt", "connectionAttemptFailed", "close"]
    assert not wire.handles


@pytest.mark.parametrize("found", [(("127.0.0.1", 4),), (("127.0.0.1", 4), ("127.0.0.2", 4))])
def testDestroyInTheListenerOfAnAttempt(wire: Network, log: Any, found: Any) -> None:
    socket = connect(log, port=1, host="n.test", lookup=finder(*found))
    socket.on("connectionAttempt", lambda: socket.destroy())
    wire.run()
    assert [each[0] for each in log[len(found) :]] == ["connectionAttempt", "close"]
    assert not wire.handles


def testTheLocalPortIsOfEachAttempt(wire: Network, log: Any) -> None:
    server = wire.listen(8124, "127.0.0.1")
    wire.fail("onconnect", -errno.ECONNREFUSED)
    found = (("127.0.0.9", 4), ("127.0.0.1", 4))
    socket = connect(log, port=8124, host="n.test", localPort=9000, lookup=finder(*found))
    wire.run()
    assert (log[-1], socket.localPort) == ("connect", 9000)
    assert socket.autoSelectFamilyAttemptedAddresses == ["127.0.0.9:8124", "127.0.0.1:8124"]
    socket.destroy()
    server.close()


def testALocalPortThatIsTakenFailsEachAttempt(wire: Network, log: Any) -> None:
    wire.fail("bind", -errno.EADDRINUSE)
    wire.fail("bind", -errno.EADDRINUSE)
    socket = connect(log, port=1, host="n.test", localPort=9000, lookup=finder(("127.0.0.1", 4), ("127.0.0.2", 4)))
    wire.run()
    errors_ = log[-2][1].errors
    assert [(each.code, each.syscall) for each in errors_] == [("EADDRINUSE", "bind")] * 2
    assert socket.autoSelectFamilyAttemptedAddresses == []


def testDestroyDuringAnAttemptStopsItsTimer(wire: Network, log: Any) -> None:
    wire.blackhole("10.0.0.1", 1)
    socket = connect(log, port=1, host="n.test", lookup=finder(("10.0.0.1", 4), ("127.0.0.1", 4)))
    wire.run()
    socket.destroy()
    wire.advance(1000)
    assert log[3:] == [("close", False)]


def testBlockedAddressesAreLeftOut(wire: Network, log: Any) -> None:
    blockList = net.BlockList()
    blockList.addAddress("127.0.0.1")
    lookup = finder(("127.0.0.1", 4), ("127.0.0.2", 4))
    socket = connect(log, port=1, host="n.test", lookup=lookup, blockList=blockList)
    wire.run()
    assert socket.autoSelectFamilyAttemptedAddresses == ["127.0.0.2:1"]
    assert [each.code for each in log[-2][1].errors] == ["ERR_IP_BLOCKED", "ECONNREFUSED"]


def testUnrefSurvivesAChangeOfTheHandle(wire: Network) -> None:
    server = wire.listen(8124, "127.0.0.1")
    wire.fail("onconnect", -errno.ECONNREFUSED)
    socket = net.connect(port=8124, host="n.test", lookup=finder(("127.0.0.9", 4), ("127.0.0.1", 4))).unref()
    wire.run()
    assert socket.readyState == "open" and not socket._handle.hasRef()
    socket.destroy()
    server.close()


# -- paths


def testPath(wire: Network, log: Any) -> None:
    server = wire.listen("/run/x")
    socket = log.watch(net.connect("/run/x"), "connect", "connectionAttempt")
    wire.run()
    assert log == ["connect"]
    socket.destroy()
    server.close()


def testMissingPath(wire: Network, log: Any) -> None:
    log.watch(net.connect("/run/none"), "error", "close")
    wire.run()
    assert log[0][1].message == "connect ENOENT /run/none"
    assert (log[0][1].address, getattr(log[0][1], "port", None), log[1]) == ("/run/none", None, ("close", True))


def testAPathThatIsRefusedAtOnce(wire: Network, log: Any) -> None:
    wire.fail("connect", -errno.EINVAL)
    log.watch(net.connect("/run/" + "x" * 200), "error")
    wire.run()
    assert log[0][1].message.endswith("x - Local (undefined:undefined)")


def testAPathHasItsAttemptAsWell(wire: Network, log: Any) -> None:
    """Its events come within connect(), so only a socket that was made before hears of it."""
    socket = log.watch(net.Socket(), "connectionAttempt", "connectionAttemptFailed", "error")
    socket.connect("/run/none")
    assert log == [("connectionAttempt", "/run/none", None, None)]
    wire.run()
    assert log[1][:4] == ("connectionAttemptFailed", "/run/none", None, None)
    assert log[1][4].code == "ENOENT" and log[2] == ("error", log[1][4])


def testDestroyInTheAttemptOfAPath(wire: Network, log: Any) -> None:
    """Where Node ends with a TypeError of its own."""
    server = wire.listen("/run/x")
    socket = log.watch(net.Socket(), "connect", "close")
    socket.on("connectionAttempt", lambda *args: socket.destroy())
    socket.connect("/run/x")
    wire.run()
    assert log == [("close", False)] and server.peers == []
    server.close()


# -- connect again


def testConnectOnAConnectedSocketSaysConnectAgain(wire: Network, log: Any) -> None:
    server = wire.listen(8124)
    socket = connect(log, port=8124, host="127.0.0.1")
    wire.run()
    socket.connect(8124, "127.0.0.1")
    wire.run()
    assert log.count("connect") == 2 and socket.readyState == "open"
    assert len(server.peers) == 1
    socket.destroy()
    server.close()


def testConnectOnAnAcceptedSocketFails(wire: Network, log: Any) -> None:
    sockets: list[net.Socket] = []
    server = net.createServer(sockets.append).listen(8124)
    wire.connect(8124)
    wire.run()
    log.watch(sockets[0], "connectionAttempt", "connect", "error", "close")
    assert sockets[0].connect(8124, "127.0.0.1").connecting
    assert log == []
    wire.run()
    assert [entry[0] for entry in log] == ["connectionAttempt", "error", "close"] and log[1][1].code == "EISCONN"
    server.close()


def testConnectOnAConnectedSocketOfAPathFails(wire: Network, log: Any) -> None:
    server = wire.listen("/run/x")
    socket = log.watch(net.connect("/run/x"), "error")
    wire.run()
    socket.connect("/run/x")
    wire.run()
    assert log[0][1].code == "EISCONN"
    server.close()


def testConnectTwiceAtOnceFails(wire: Network, log: Any) -> None:
    """As in Node, where the handle says that it connects already."""
    wire.blackhole("10.0.0.1", 1)
    socket = connect(log, port=1, host="10.0.0.1")
    wire.run()
    socket.connect(2, "127.0.0.1")
    wire.run()
    assert short(log)[-2:] == [("error", "EALREADY"), ("close", True)]


# -- arguments


MISSING = 'The "options" or "port" or "path" argument must be specified'


@pytest.mark.parametrize(
    "options, code, message",
    [
        ({}, "ERR_MISSING_ARGS", MISSING),
        ({"host": "x"}, "ERR_MISSING_ARGS", MISSING),
        ({"port": -1}, "ERR_SOCKET_BAD_PORT", "Port should be >= 0 and < 65536. Received type number (-1)."),
        ({"port": 1, "host": 5}, "ERR_INVALID_ARG_TYPE", 'The "options.host" property must be of type string'),
        ({"port": 1, "localPort": "x"}, "ERR_INVALID_ARG_TYPE", 'The "options.localPort" property must be of type'),
        ({"port": 1, "autoSelectFamily": 5}, "ERR_INVALID_ARG_TYPE", 'The "options.autoSelectFamily" property must be'),
        ({"port": 1, "autoSelectFamilyAttemptTimeout": 0}, "ERR_OUT_OF_RANGE", "It must be >= 1 && <= 2147483647"),
        ({"path": 5}, "ERR_INVALID_ARG_TYPE", 'The "options.path" property must be of type string'),
        ({"port": 1, "host": "h", "family": 5}, "ERR_INVALID_ARG_VALUE", "must be one of: 0, 4, 6. Received 5"),
    ],
)
def testWrongArguments(wire: Network, options: Any, code: str, message: str) -> None:
    with pytest.raises(Exception) as caught:
        net.connect(options)
    assert caught.value.code == code  # type: ignore[attr-defined]
    assert message in str(caught.value)


def testDefaults() -> None:
    assert net.getDefaultAutoSelectFamily() is True
    assert net.getDefaultAutoSelectFamilyAttemptTimeout() == 500


def testDefaultsCanBeChanged(wire: Network) -> None:
    lookup = finder(("127.0.0.1", 4))
    net.setDefaultAutoSelectFamily(False)
    net.setDefaultAutoSelectFamilyAttemptTimeout(5)
    try:
        assert net.getDefaultAutoSelectFamily() is False
        assert net.getDefaultAutoSelectFamilyAttemptTimeout() == 10
        net.connect(port=1, host="n.test", lookup=lookup).destroy()
        assert "all" not in lookup.asked[0][1]
    finally:
        net.setDefaultAutoSelectFamily(True)
        net.setDefaultAutoSelectFamilyAttemptTimeout(500)
    with pytest.raises(TypeError):
        net.setDefaultAutoSelectFamily(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        net.setDefaultAutoSelectFamilyAttemptTimeout(0)
