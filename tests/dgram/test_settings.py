"""Settings of a socket: what they return, and how they fail."""

from __future__ import annotations

from typing import Any

import pytest

from nodecompat import dgram
from nodecompat.testing import FakeDatagram, Network

HERE = "127.0.0.1"


@pytest.fixture
def socket(wire: Network) -> dgram.Socket:
    made = dgram.createSocket("udp4")
    made.bindSync(address=HERE)
    return made


def options(wire: Network) -> dict[str, Any]:
    handle = list(wire.handles)[-1]
    assert isinstance(handle, FakeDatagram)
    return handle.options


def testWhatTheyReturn(socket: dgram.Socket) -> None:
    results: list[Any] = [
        socket.setTTL(64),
        socket.setMulticastTTL(0),
        socket.setMulticastLoopback(True),
        socket.setBroadcast(True),  # type: ignore[func-returns-value]
        socket.setMulticastInterface(HERE),  # type: ignore[func-returns-value]
        socket.addMembership("224.0.0.114"),  # type: ignore[func-returns-value]
        socket.setRecvBufferSize(4096),  # type: ignore[func-returns-value]
        socket.getRecvBufferSize(),
    ]
    assert results == [64, 0, True, None, None, None, None, 4096]


def testTheyReachTheHandle(wire: Network, socket: dgram.Socket) -> None:
    socket.setTTL(64)
    socket.setBroadcast(True)
    socket.setMulticastLoopback(False)
    socket.addMembership("224.0.0.114", HERE)
    socket.addSourceSpecificMembership("192.0.2.1", "232.1.1.1")
    assert options(wire) == {
        "setTTL": 64,
        "setBroadcast": True,
        "setMulticastLoopback": False,
        "memberships": {("224.0.0.114", HERE), ("192.0.2.1", "232.1.1.1", None)},
    }
    socket.dropMembership("224.0.0.114", HERE)
    socket.dropSourceSpecificMembership("192.0.2.1", "232.1.1.1")
    assert options(wire)["memberships"] == set()


def testJoiningBinds(wire: Network) -> None:
    socket = dgram.createSocket("udp4")
    socket.addMembership("224.0.0.114")
    assert socket.address().port > 0


@pytest.mark.parametrize(
    "method, args",
    [
        ("setTTL", (3,)),
        ("setMulticastTTL", (3,)),
        ("setMulticastLoopback", (True,)),
        ("setMulticastInterface", (HERE,)),
        ("setBroadcast", (True,)),
    ],
)
def testBeforeBind(wire: Network, method: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(OSError) as caught:
        getattr(dgram.createSocket("udp4"), method)(*args)
    error: Any = caught.value
    assert (error.code, error.syscall, str(error)) == ("EBADF", method, f"{method} EBADF")


@pytest.mark.parametrize("direction", ["Recv", "Send"])
def testBufferSizesBeforeBind(wire: Network, direction: str) -> None:
    socket = dgram.createSocket("udp4")
    for call in (getattr(socket, f"get{direction}BufferSize"), lambda: getattr(socket, f"set{direction}BufferSize")(9)):
        with pytest.raises(OSError) as caught:
            call()
        error: Any = caught.value
        assert error.code == "ERR_SOCKET_BUFFER_SIZE"
        syscall = f"uv_{direction.lower()}_buffer_size"
        assert error.info == {"errno": -9, "code": "EBADF", "message": "bad file descriptor", "syscall": syscall}


@pytest.mark.parametrize(
    "method, args, message",
    [
        ("setTTL", ("x",), "The \"ttl\" argument must be of type number. Received type string ('x')"),
        ("setTTL", (0,), "setTTL EINVAL"),
        ("setMulticastTTL", (None,), 'The "ttl" argument must be of type number. Received undefined'),
        ("setMulticastTTL", (256,), "setMulticastTTL EINVAL"),
        (
            "setMulticastInterface",
            (5,),
            'The "interfaceAddress" argument must be of type string. Received type number (5)',
        ),
        ("setRecvBufferSize", ("x",), "Buffer size must be a positive integer"),
        ("setSendBufferSize", (-1,), "Buffer size must be a positive integer"),
        ("setSendBufferSize", (1.5,), "Buffer size must be a positive integer"),
        ("setSendBufferSize", (2**32,), "Buffer size must be a positive integer"),
        ("addMembership", (), 'The "multicastAddress" argument must be specified'),
        ("addMembership", (5,), "addMembership EINVAL"),
        ("dropMembership", (), 'The "multicastAddress" argument must be specified'),
        ("dropMembership", ("224.0.0.114",), "dropMembership EADDRNOTAVAIL"),
        (
            "addSourceSpecificMembership",
            (None, "232.1.1.1"),
            'The "sourceAddress" argument must be of type string. Received undefined',
        ),
        (
            "dropSourceSpecificMembership",
            (HERE, 5),
            'The "groupAddress" argument must be of type string. Received type number (5)',
        ),
    ],
)
def testWrongArguments(socket: dgram.Socket, method: str, args: tuple[Any, ...], message: str) -> None:
    with pytest.raises((TypeError, ValueError, OSError)) as caught:
        getattr(socket, method)(*args)
    assert str(caught.value) == message
