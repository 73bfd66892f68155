"""The PROXY header: what it says, where it ends, what is none."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat.reactor.handle import Address
from nodecompat.reactor.proxyprotocol.header import MAX_SIZE, BadHeader, Header, parse

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V1 = b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n"
IPV4 = socket.inet_aton("203.0.113.7") + socket.inet_aton("192.0.2.1") + b"\xc8\x22\x01\xbb"
ENDS = (Address("203.0.113.7", 51234, "IPv4"), Address("192.0.2.1", 443, "IPv4"))


def v2(block: bytes, family: int = 1, command: int = 1) -> bytes:
    return SIGNATURE + bytes([0x20 | command, family << 4 | 1]) + len(block).to_bytes(2, "big") + block


def testVersion1() -> None:
    assert parse(V1 + b"GET /") == Header(len(V1), *ENDS)


def testVersion1WithIPv6() -> None:
    header = parse(b"PROXY TCP6 2001:DB8:0::7 ::1 1 65535\r\n")
    assert header == Header(38, Address("2001:db8::7", 1, "IPv6"), Address("::1", 65535, "IPv6"))


@pytest.mark.parametrize("line", [b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN ff:: 1 whatever\r\n"])
def testVersion1OfSomethingElse(line: bytes) -> None:
    assert parse(line + b"x") == Header(len(line))


def testVersion2() -> None:
    assert parse(v2(IPV4) + b"GET /") == Header(28, *ENDS)


def testVersion2SkipsExtensions() -> None:
    assert parse(v2(IPV4 + b"\x04\0\x03abc") + b"x") == Header(34, *ENDS)


def testVersion2WithIPv6() -> None:
    block = socket.inet_pton(socket.AF_INET6, "2001:db8::7") + bytes(15) + b"\1" + b"\0\1\0\2"
    assert parse(v2(block, 2)) == Header(52, Address("2001:db8::7", 1, "IPv6"), Address("::1", 2, "IPv6"))


def testVersion2WithPaths() -> None:
    block = b"/tmp/a".ljust(108, b"\0") + b"/tmp/b".ljust(108, b"\0")
    assert parse(v2(block, 3)) == Header(232, Address("/tmp/a", 0, "pipe"), Address("/tmp/b", 0, "pipe"))


def testTheProxySpeaksForItself() -> None:
    """A health check: both ends are those of the connection."""
    assert parse(v2(IPV4, command=0)) == Header(28)
    assert parse(v2(b"", family=0)) == Header(16)


@pytest.mark.parametrize("whole", [V1, v2(IPV4), v2(IPV4 + b"\x04\0\x03abc")], ids=["1", "2", "2 with extensions"])
def testItMayComeInPieces(whole: bytes) -> None:
    assert [parse(whole[:size]) for size in range(len(whole))] == [None] * len(whole)
    assert parse(whole) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 51234\r\n",
        b"PROXY TCP4 203.0.113.777 192.0.2.1 51234 443\r\n",
        b"PROXY TCP4 ::1 ::1 51234 443\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n",
        b"PROXY TCP4 203.0.113.7 192.0.2.1 +1 443\r\n",
        b"PROXY UDP4 203.0.113.7 192.0.2.1 1 443\r\n",
        b"PROXY  TCP4 203.0.113.7 192.0.2.1 1 443\r\n",
        b"PROXY " + b"x" * 101,
        SIGNATURE + b"\x11\x11\0\0",
        SIGNATURE + b"\x22\x11\0\0",
        SIGNATURE + b"\x21\x11\xff\xff",
        v2(IPV4[:-1]),
        v2(bytes(35), 2),
        v2(bytes(215), 3),
    ],
)
def testWhatIsNone(data: bytes) -> None:
    with pytest.raises(BadHeader):
        parse(data)


@given(st.binary(max_size=200), st.sampled_from([b"", b"PROXY ", b"PROXY TCP4 ", SIGNATURE, SIGNATURE + b"\x21"]))
def testWhateverComes(data: bytes, beginning: bytes) -> None:
    """A header is never longer than what came, and nothing but BadHeader is raised."""
    try:
        header = parse(beginning + data)
    except BadHeader:
        return
    assert header is None or header.size <= min(len(beginning + data), MAX_SIZE)
