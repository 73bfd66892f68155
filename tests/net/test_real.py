"""What only real sockets show: descriptors, both families, abstract names, modes of files, the end of a program."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, receive, serve, settled
from program import program

from nodecompat import net
from nodecompat.net.options import AddressInfo

needsIPv6 = pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 here")
needsLinux = pytest.mark.skipif(sys.platform != "linux", reason="abstract names are Linux's")


async def closed(server: net.Server) -> None:
    done = event(server, "close")
    server.close()
    await done
    await settled()


async def exchange(client: net.Socket) -> bytes:
    received: list[bytes] = []
    client.on("data", received.append)
    client.end("ping")
    await event(client, "close")
    return b"".join(received)


def echo(each: net.Socket) -> None:
    each.pipe(each)


async def echoServer(*args: Any, **options: Any) -> net.Server:
    server = net.createServer({"allowHalfOpen": True}, echo).listen(*args, **options)
    if not server.listening or server._handle is None:
        await event(server, "listening")
    return server


@needsIPv6
@pytest_twisted.ensureDeferred
async def testBothFamilies() -> None:
    server = await echoServer(0)
    info = server.address()
    assert isinstance(info, AddressInfo) and (info.address, info.family) == ("::", "IPv6")
    four, six = net.connect(info.port, "127.0.0.1"), net.connect(info.port, "::1")
    assert (await exchange(four), await exchange(six)) == (b"ping", b"ping")
    assert (four.remoteFamily, six.remoteFamily) == (None, None)
    await closed(server)


@needsIPv6
@pytest_twisted.ensureDeferred
async def testIPv6Only() -> None:
    server = await echoServer(port=0, host="::", ipv6Only=True)
    port = server.address().port  # type: ignore[union-attr]
    assert (await event(net.connect(port, "127.0.0.1"), "error")).code == "ECONNREFUSED"
    assert await exchange(net.connect(port, "::1")) == b"ping"
    await closed(server)


@pytest_twisted.ensureDeferred
async def testReusePort() -> None:
    first = await echoServer(port=0, host="127.0.0.1", reusePort=True)
    port = first.address().port  # type: ignore[union-attr]
    second = await echoServer(port=port, host="127.0.0.1", reusePort=True)
    assert second.address() == first.address()
    await closed(first)
    await closed(second)


@pytest_twisted.ensureDeferred
async def testByName() -> None:
    server = await echoServer(0, "localhost")
    port = server.address().port  # type: ignore[union-attr]
    client = net.connect(port)
    looked: list[Any] = []
    client.on("lookup", lambda *args: looked.append(args))
    assert await exchange(client) == b"ping"
    assert looked[0][0] is None and looked[0][3] == "localhost"
    await closed(server)


@pytest.mark.skipif(os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="the reactor hands out the bridge's I/O")
@pytest_twisted.ensureDeferred
async def testTheServerHearsOfAConnectionBeforeTheClient(tmp_path: Path) -> None:
    """To a path as to a port, in one turn of the loop; a path is connected to within connect(2)."""
    for where in ([0, "127.0.0.1"], [str(tmp_path / "socket")]):
        log: list[str] = []
        server = net.createServer(lambda socket, log=log: (log.append("connection"), socket.end())).listen(*where)
        await event(server, "listening")
        place: Any = server.address()
        client = net.connect(place) if isinstance(place, str) else net.connect(place.port, "127.0.0.1")
        client.resume().on("connect", lambda log=log: log.append("connect"))
        await event(client, "close")
        assert log == ["connection", "connect"]
        await closed(server)


@needsLinux
@pytest_twisted.ensureDeferred
async def testAnAbstractName() -> None:
    """No file stands for it, and it is free again as soon as nobody listens."""
    name = f"\0nodecompat-{os.getpid()}"
    for _ in range(2):
        server = await echoServer(name)
        assert server.address() == name
        assert await exchange(net.connect(name)) == b"ping"
        await closed(server)


@pytest_twisted.ensureDeferred
async def testWhoMayConnectToAPath(tmp_path: Path) -> None:
    path = tmp_path / "s"
    server = await echoServer(path=str(path), readableAll=True, writableAll=True)
    assert stat.S_IMODE(path.stat().st_mode) & 0o666 == 0o666
    await closed(server)


@pytest_twisted.ensureDeferred
async def testAListeningDescriptor() -> None:
    """As it comes from a supervisor."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        server = await echoServer(fd=os.dup(listening.fileno()))
    assert server.address() == AddressInfo("127.0.0.1", "IPv4", port)
    assert await exchange(net.connect(port, "127.0.0.1")) == b"ping"
    await closed(server)


@pytest_twisted.ensureDeferred
async def testAConnectedDescriptor() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        each = net.Socket(fd=ours.detach())
        assert (each.readyState, each.pending, each.address()) == ("open", False, {})
        each.write(b"hello")
        theirs.sendall(b"answer")
        assert await event(each, "data") == b"answer"
        theirs.setblocking(False)
        assert await receive(theirs, 5) == b"hello"
    await event(each.resume(), "close")
    await settled()


@pytest_twisted.ensureDeferred
async def testADescriptorThatIsNotRead() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        each = net.Socket(fd=ours.detach(), readable=False)
        assert (each.readable, each.writable, each.readyState) == (False, True, "writeOnly")
        each.end(b"hello")
        assert await event(each, "close") is False
        assert theirs.recv(5) == b"hello"
    await settled()


def testADescriptorOfAFile(tmp_path: Path) -> None:
    with open(tmp_path / "f", "w") as file, pytest.raises(TypeError, match="Unsupported fd type: FILE"):
        net.Socket(fd=file.fileno())


@pytest_twisted.ensureDeferred
async def testTypeOfService() -> None:
    bed = await serve("echo")
    client = net.connect(port=bed.port, host="127.0.0.1", typeOfService=0x10)
    await event(client, "connect")
    assert client.getTypeOfService() == 0x10
    assert client.setTypeOfService(0x08).getTypeOfService() == 0x08
    client.destroy()
    await bed.close()


@pytest_twisted.ensureDeferred
async def testKeepAliveReachesTheKernel() -> None:
    bed = await serve("echo")
    client = net.connect(port=bed.port, host="127.0.0.1").setKeepAlive(True, 5000, 2000, 3).setNoDelay()
    await event(client, "connect")
    with socket.socket(fileno=os.dup(client._handle.fileno())) as copy:
        options = [copy.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)]
        names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_NODELAY)
        options += [copy.getsockopt(socket.IPPROTO_TCP, name) for name in names]
    assert options == [1, 5, 2, 3, 1]
    client.destroy()
    await bed.close()


@pytest_twisted.ensureDeferred
async def testASocketAsAContext() -> None:
    bed = await serve("echo")
    async with net.connect(bed.port, "127.0.0.1") as client:
        await event(client, "connect")
    assert client.destroyed
    await bed.close()


@pytest_twisted.ensureDeferred
async def testASocketAsAnIterator() -> None:
    bed = await serve(lambda each: each.end("some data"))
    assert b"".join([chunk async for chunk in net.connect(bed.port, "127.0.0.1")]) == b"some data"
    await bed.close()


def testAProgramEndsWhenNothingIsAlive() -> None:
    """A server and a connection that are unref'd do not keep it; those that are closed neither."""
    source = """
from nodecompat import net
server = net.createServer(lambda each: each.unref())
def begin():
    client = net.connect(server.address().port, "127.0.0.1")
    client.on("connect", lambda: (client.unref(), server.unref(), print("unref", flush=True)))
server.listen(0, "127.0.0.1", begin)
run()
print("done")
"""
    code, out, err = program(source)
    assert (code, out) == (0, "unref\ndone\n"), err
