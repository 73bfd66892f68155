"""Numeric addresses and paths, to and from what the socket module wants."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path

import pytest
from udpbed import needsIPv6

from nodecompat.reactor import sockaddr
from nodecompat.reactor.handle import Address

INET, INET6, UNIX = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", (INET, ("127.0.0.1", 80))),
        ("::1", (INET6, ("::1", 80, 0, 0))),
        ("fe80::1%1", (INET6, ("fe80::1", 80, 0, 1))),
        ("fe80::1%lo", (INET6, ("fe80::1", 80, 0, 1))),
    ],
)
def testANumericAddress(address: str, expected: object) -> None:
    assert sockaddr.fromAddress(address, 80) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost",
        "1",
        "127.1",
        "0x7f.0.0.1",
        "127.0.0.1 ",
        "127.0.0.1\0",
        "1.2.3.4.5",
        ":::",
        "[::1]",
        "::1%nosuch",
    ],
)
def testWhatIsNoNumericAddress(address: str) -> None:
    """`socket.connect` would take some of these, or look them up and block the loop."""
    assert sockaddr.fromAddress(address, 80) == -errno.EINVAL


def testBackToAnAddress() -> None:
    assert sockaddr.toAddress(INET, ("10.0.0.1", 5)) == Address("10.0.0.1", 5, "IPv4")
    assert sockaddr.toAddress(INET6, ("::1", 5, 0, 0)) == Address("::1", 5, "IPv6")
    assert sockaddr.toAddress(UNIX, "/tmp/x") == Address("/tmp/x", 0, "pipe")
    assert sockaddr.toAddress(UNIX, b"\0abstract") == Address("\0abstract", 0, "pipe")
    assert sockaddr.toAddress(UNIX, "") == Address("", 0, "pipe")


def testTheScopeOfALinkLocalAddressIsItsInterface() -> None:
    name = socket.if_indextoname(1)
    assert sockaddr.toAddress(INET6, ("fe80::1", 5, 0, 1)).address == f"fe80::1%{name}"
    assert sockaddr.toAddress(INET6, ("2001:db8::1", 5, 0, 1)).address == "2001:db8::1"


def testTheScopeOfAnInterfaceThatHasGoneIsItsNumber() -> None:
    assert sockaddr.toAddress(INET6, ("fe80::1", 5, 0, 99_999)).address == "fe80::1%99999"


def testPaths() -> None:
    assert sockaddr.fromPath("/tmp/ä") == "/tmp/ä".encode()
    assert sockaddr.fromPath("\0abstract\0too") == b"\0abstract\0too"
    assert sockaddr.fromPath("x" * sockaddr.MAX_PATH) == b"x" * sockaddr.MAX_PATH


@pytest.mark.parametrize("path", ["", "/tmp/a\0b", "x" * (sockaddr.MAX_PATH + 1)])
def testPathsThatNameNoSocket(path: str) -> None:
    """A NUL or a cut would make it another socket's name."""
    assert sockaddr.fromPath(path) == -errno.EINVAL


def testTheLongestPathIsTheKernels(tmp_path: Path) -> None:
    """One byte more, and the kernel refuses it."""
    here = Path("/tmp")
    for extra, fits in ((0, True), (1, False)):
        path = here / ("x" * (sockaddr.MAX_PATH - len(os.fsencode(here)) - 1 + extra))
        with socket.socket(UNIX) as sock:
            try:
                sock.bind(str(path))
            except OSError:
                assert not fits
            else:
                path.unlink()
                assert fits


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [("tcp", "::1", 0), ("tcp", "localhost", -errno.EINVAL), ("pipe", "/tmp/x", 0), ("pipe", "a\0b", -errno.EINVAL)],
)
def testWhyNoAddress(kind: str, address: str, expected: int) -> None:
    assert sockaddr.whyNoAddress(kind, address, 1) == expected


def testABoundSocketHasItsOptions() -> None:
    with sockaddr.boundSocket("127.0.0.1", 0, False, True) as made:
        assert made.getsockname()[1] > 0
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT)


@needsIPv6
@pytest.mark.parametrize("only", [True, False])
def testABoundSocketOfIPv6(only: bool) -> None:
    with sockaddr.boundSocket("::", 0, only, False) as made:
        assert bool(made.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)) is only


def testABoundSocketThatCannotBeIsClosed() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError) as caught:
        sockaddr.boundSocket("192.0.2.1", 0, False, False)
    assert caught.value.errno == errno.EADDRNOTAVAIL
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (sockaddr.FOR_READING, 0o444),
        (sockaddr.FOR_WRITING, 0o222),
        (sockaddr.FOR_READING | sockaddr.FOR_WRITING, 0o666),
    ],
)
def testPermissionsAreSet(tmp_path: Path, mode: int, expected: int) -> None:
    path = tmp_path / "socket"
    path.touch()
    path.chmod(0o600)
    assert sockaddr.chmodSocket(os.fsencode(path), mode) == 0
    assert stat.S_IMODE(path.stat().st_mode) == expected


def testPermissionsOfNoFile(tmp_path: Path) -> None:
    assert sockaddr.chmodSocket(os.fsencode(tmp_path / "none"), sockaddr.FOR_READING) == -errno.ENOENT
