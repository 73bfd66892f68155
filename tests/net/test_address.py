"""SocketAddress."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oracle import evaluate, needsNode

from nodecompat.net import SocketAddress

PARSED = (
    "1.2.3.4", "1.2.3.4:80", "1.2.3.4:8080", "[::1]:5", "[::1]", "::1", "bad", "1.2.3.4:99999", "1:2", "0x7f.1:81",
    "", "192.168.257:1", "1.2.3.4:0", "1.2.3.4/x", "[::1", "1.2.3.4:", "example.com:80", "256:1", "08:1", "010.1.1.1",
    "1.2.3.4.5", "[1.2.3.4]:5", "1.2.3.", "0x:1", "4294967296:1",
)  # fmt: skip


def testDefaults() -> None:
    assert SocketAddress().toJSON() == {"address": "127.0.0.1", "port": 0, "family": "ipv4", "flowlabel": 0}
    assert SocketAddress(family="ipv6").address == "::"


def testFields() -> None:
    address = SocketAddress({"address": "2001:0DB8::0001", "family": "IPv6", "port": "80", "flowlabel": 7})
    assert (address.address, address.family, address.port, address.flowlabel) == ("2001:db8::1", "ipv6", 80, 7)


def testItDoesNotChange() -> None:
    with pytest.raises(AttributeError):
        SocketAddress().port = 5  # type: ignore[misc]


def testEqualByValue() -> None:
    assert SocketAddress(port=1) == SocketAddress(port=1) != SocketAddress(port=2)
    assert len({SocketAddress(port=1), SocketAddress(port=1)}) == 1


@pytest.mark.parametrize(
    "options, code",
    [
        ({"address": "x"}, "ERR_INVALID_ADDRESS"),
        ({"address": "::1"}, "ERR_INVALID_ADDRESS"),
        ({"address": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"family": "x"}, "ERR_INVALID_ARG_VALUE"),
        ({"family": 5}, "ERR_INVALID_ARG_VALUE"),
        ({"port": -1}, "ERR_SOCKET_BAD_PORT"),
        ({"flowlabel": -1}, "ERR_OUT_OF_RANGE"),
        ({"family": "ipv6", "flowlabel": 1 << 20}, "ERR_OUT_OF_RANGE"),
    ],
)
def testWrongOptions(options: Any, code: str) -> None:
    with pytest.raises(Exception) as caught:
        SocketAddress(options)
    assert caught.value.code == code  # type: ignore[attr-defined]


def testOptionsMustBeABag() -> None:
    with pytest.raises(TypeError, match='The "options" argument must be of type object'):
        SocketAddress(5)  # type: ignore[arg-type]


@needsNode
def testParseAsNode() -> None:
    """Node reads the text as the host of an http URL, with all that follows from it."""
    ours = [address.toJSON() if (address := SocketAddress.parse(text)) else None for text in PARSED]
    program = f"console.log(JSON.stringify({json.dumps(PARSED)}.map((t) => net.SocketAddress.parse(t) ?? null)))"
    assert ours == evaluate("const net = require('net');" + program)


def testParse() -> None:
    address = SocketAddress.parse("[::1]:8080")
    assert address is not None and (address.address, address.port, address.family) == ("::1", 8080, "ipv6")
    assert SocketAddress.parse("no address") is None


def testIsSocketAddress() -> None:
    assert SocketAddress.isSocketAddress(SocketAddress()) and not SocketAddress.isSocketAddress({})
