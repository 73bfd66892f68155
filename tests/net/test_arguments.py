"""How the arguments of connect and listen are read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from nodecompat.errors import ERR_INVALID_ARG_VALUE
from nodecompat.net.arguments import connectArguments, isEndpoint, isPath, listenArguments, toCount
from nodecompat.net.options import AddressInfo


class Endpoint:
    def connect(self, factory: Any) -> None: ...

    listen = connect


def callback() -> None: ...


ENDPOINT = Endpoint()


@pytest.mark.parametrize(
    "args, options",
    [
        ((80,), {"port": 80}),
        (("80",), {"port": "80"}),
        (("",), {"port": ""}),
        ((80, "host"), {"port": 80, "host": "host"}),
        ((80, None), {"port": 80}),
        (("/path",), {"path": "/path"}),
        (("8x",), {"path": "8x"}),
        (("./tcp:x",), {"path": "./tcp:x"}),
        (({"port": 1, "host": "h"},), {"port": 1, "host": "h"}),
        ((AddressInfo("::1", "IPv6", 9),), {"address": "::1", "family": "IPv6", "port": 9}),
        (("tls:example.com:443",), {"endpoint": "tls:example.com:443"}),
        (({"path": "unix:/x"},), {"endpoint": "unix:/x"}),
        ((ENDPOINT,), {"endpoint": ENDPOINT}),
    ],
)
def testConnect(args: Any, options: Any) -> None:
    assert connectArguments(args, {}) == (options, None)
    assert connectArguments((*args, callback), {}) == (options, callback)


def testConnectWithoutATarget() -> None:
    """A function alone is a port, as in Node, and then no valid one."""
    assert connectArguments((), {}) == ({}, None)
    assert connectArguments((callback,), {}) == ({"port": callback}, callback)
    assert connectArguments((callback,), {"port": 80}) == ({"port": 80}, callback)


def testKeywordsWin() -> None:
    assert connectArguments(({"port": 1},), {"port": 2, "host": "h"})[0] == {"port": 2, "host": "h"}
    assert connectArguments((), {"path": "/x"})[0] == {"path": "/x"}


@pytest.mark.parametrize(
    "args, options",
    [
        ((), {"port": 0}),
        ((None,), {"port": 0}),
        ((0,), {"port": 0}),
        (("80",), {"port": 80}),
        ((80, "host"), {"port": 80, "host": "host"}),
        ((80, "host", 5), {"port": 80, "host": "host", "backlog": 5}),
        ((80, 5), {"port": 80, "backlog": 5}),
        (("/path", 5), {"path": "/path", "backlog": 5}),
        (({"port": None},), {"port": 0}),
        (({"port": 1, "backlog": 7},), {"port": 1, "backlog": 7}),
        (({"fd": 3},), {"fd": 3}),
        (({"path": "/x", "readableAll": True},), {"path": "/x", "readableAll": True}),
        (("systemd:domain=INET:index=0",), {"endpoint": "systemd:domain=INET:index=0"}),
        ((ENDPOINT,), {"endpoint": ENDPOINT}),
    ],
)
def testListen(args: Any, options: Any) -> None:
    expected = {"backlog": 0, **options}
    assert listenArguments(args, {}) == (expected, None)
    assert listenArguments((*args, callback), {}) == (expected, callback)


@pytest.mark.parametrize("args", [({},), ({"host": "x"},), ({"fd": -1},), ({"fd": "x"},), ({"path": 5},), (True,)])
def testNothingToListenOn(args: Any) -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        listenArguments(args, {})


@pytest.mark.parametrize("port", [-1, 65536, 1.5, "x", "80x"])
def testWrongPort(port: Any) -> None:
    with pytest.raises(ValueError, match=r"options\.port should be >= 0 and < 65536"):
        listenArguments(({"port": port},), {})


def testAHandleGoesThrough() -> None:
    handle = SimpleNamespace(onconnection=None)
    assert listenArguments((handle, 9), {})[0] == {"handle": handle, "backlog": 9}


@pytest.mark.parametrize(
    "value, number", [("", 0), (" 80 ", 80), ("0x50", 80), ("1e2", 100), ("-1", None), ("x", None), (None, None)]
)
def testToCount(value: Any, number: Any) -> None:
    assert toCount(value) == number


def testWhichTextsAreEndpoints() -> None:
    assert isEndpoint("unix:/run/x", "connect") and isEndpoint("haproxy:tcp:8080", "listen")
    assert not isEndpoint("onion:x", "connect") and not isEndpoint("tcp", "connect") and isPath("onion:x")
