"""BoundSocket."""

from __future__ import annotations

import errno
from typing import Any

import pytest
import pytest_twisted
from net.conftest import settled
from twisted.internet.defer import Deferred

from nodecompat import errors, net
from nodecompat.net.options import AddressInfo
from nodecompat.testing import Network

ADOPTED = errors.ERR_SOCKET_HANDLE_ADOPTED


def testTheAddressIsTakenAtOnce(wire: Network) -> None:
    bound = net.BoundSocket(host="127.0.0.1", port=8124)
    assert bound.address() == AddressInfo("127.0.0.1", "IPv4", 8124)
    assert (bound.fd(), bound.isPipe) == (-1, False)
    bound.close()


def testDefaults(wire: Network) -> None:
    with net.BoundSocket() as any4, net.BoundSocket(ipv6Only=True) as any6:
        assert (any4.address().address, any6.address().address) == ("0.0.0.0", "::")  # type: ignore[union-attr]
        assert any4.address().port > 0  # type: ignore[union-attr]
    assert not wire.handles


def testAServerAdoptsIt(wire: Network, log: Any) -> None:
    bound = net.BoundSocket(host="127.0.0.1", port=8124)
    server = log.watch(net.createServer(), "listening").listen(bound)
    wire.run()
    assert (log, server.address()) == (["listening"], AddressInfo("127.0.0.1", "IPv4", 8124))
    for use in (bound.address, bound.fd, bound.close, lambda: net.createServer().listen(bound)):
        with pytest.raises(ADOPTED):
            use()
    with bound:
        pass  # leaving a block is allowed all the same
    server.close()


def testAsAnOptionOfListen(wire: Network) -> None:
    server = net.createServer().listen(handle=net.BoundSocket(port=8124))
    assert server.address().port == 8124  # type: ignore[union-attr]
    server.close()


def testASocketConnectsFromIt(wire: Network, log: Any) -> None:
    """A numeric host is connected to before connect() returns."""
    server = wire.listen(8124)
    bound = net.BoundSocket(host="127.0.0.1", port=4567)
    socket = log.watch(net.Socket(handle=bound), "connect")
    assert (socket.localPort, socket.pending, socket.readyState) == (4567, False, "open")
    socket.connect(8124, "127.0.0.1")
    assert (socket.localPort, socket.connecting, socket._handle.connecting) == (4567, True, True)
    wire.run()
    assert log == ["connect"] and server.peers[0].stream.getpeername().port == 4567  # type: ignore[union-attr]
    socket.destroy()
    server.close()


def testPath(wire: Network) -> None:
    bound = net.BoundSocket(path="/run/x")
    assert (bound.address(), bound.isPipe) == ("/run/x", True)
    bound.close()


def testAddressInUse(wire: Network) -> None:
    with net.BoundSocket(port=8124), pytest.raises(OSError, match=r"bind EADDRINUSE 0\.0\.0\.0:8124") as caught:
        net.BoundSocket(port=8124)
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize(
    "options, code",
    [
        (5, "ERR_INVALID_ARG_TYPE"),
        ({"host": "x"}, "ERR_INVALID_ARG_VALUE"),
        ({"host": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"port": -1}, "ERR_SOCKET_BAD_PORT"),
        ({"port": "x"}, "ERR_SOCKET_BAD_PORT"),
        ({"ipv6Only": 1}, "ERR_INVALID_ARG_TYPE"),
        ({"reusePort": 1}, "ERR_INVALID_ARG_TYPE"),
    ],
)
def testWrongOptions(wire: Network, options: Any, code: str) -> None:
    with pytest.raises(Exception) as caught:
        net.BoundSocket(options)
    assert caught.value.code == code  # type: ignore[attr-defined]


@pytest_twisted.ensureDeferred
async def testOnRealSockets() -> None:
    """A reserved port serves, and a reserved port is where a connection comes from."""
    reserved = net.BoundSocket(host="127.0.0.1")
    port = reserved.address().port  # type: ignore[union-attr]
    assert reserved.fd() >= -1
    done: Deferred[int] = Deferred()
    server = net.createServer(lambda peer: (done.callback(peer.remotePort), peer.end())).listen(reserved)
    assert server.address().port == port  # type: ignore[union-attr]
    origin = net.BoundSocket(host="127.0.0.1")
    wanted = origin.address().port  # type: ignore[union-attr]
    client = net.Socket(handle=origin).connect(port, "127.0.0.1").resume()
    assert await done == wanted
    closed: Deferred[None] = Deferred()
    client.on("close", lambda: server.close(lambda: closed.callback(None)))
    await closed
    await settled()
