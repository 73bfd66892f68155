"""Unix domain handles: paths, files and their modes."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest_twisted
from conformance.worlds import BridgePipeWorld, DescriptorPipeWorld, World

from nodecompat.reactor import sockaddr
from nodecompat.reactor.handle import Address

check = pytest_twisted.ensureDeferred


@pytest_twisted.async_yield_fixture(params=[DescriptorPipeWorld, BridgePipeWorld])
async def world(request: Any) -> Any:
    made = request.param()
    yield made
    await made.close()


@check
async def testAddresses(world: World, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    server = world.server()
    assert (server.handle.bind(path, 0), server.handle.listen(5)) == (0, 0)
    assert server.handle.getsockname() == Address(path, 0, "pipe")


@check
async def testFileGoesWithTheServer(world: World, tmp_path: Path) -> None:
    path = tmp_path / "s"
    server = world.server()
    server.handle.bind(str(path), 0)
    server.handle.listen(5)
    assert stat.S_ISSOCK(path.stat().st_mode)
    server.handle.close()
    await world.until(lambda: server.events())
    assert not path.exists()


@check
async def testFileHasTheModeOfTheProcess(world: World, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        server = world.server()
        server.handle.bind(str(tmp_path / "s"), 0)
        server.handle.listen(5)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o750
    assert server.handle.fchmod(sockaddr.FOR_READING | sockaddr.FOR_WRITING) == 0
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o666  # set, not added, as libuv does


@check
async def testStaleFileIsInUse(world: World, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(path)
    server = world.server()
    assert (server.handle.bind(path, 0) or server.handle.listen(5)) == -errno.EADDRINUSE
    assert os.path.exists(path)


@check
async def testLongPathIsNeverCut(world: World, tmp_path: Path) -> None:
    directory = tmp_path / ("d" * 40)
    directory.mkdir()
    long = str(directory / ("x" * 130))
    assert world.server().handle.bind(long, 0) == -errno.EINVAL
    assert world.stream().handle.connect(long, 0) == -errno.EINVAL
    assert world.stream().handle.connect("", 0) == -errno.EINVAL
    assert list(directory.iterdir()) == []


@check
async def testDirectoryThatIsMissing(world: World, tmp_path: Path) -> None:
    server = world.server()
    path = str(tmp_path / "no" / "s")
    status = server.handle.bind(path, 0) or server.handle.listen(5)
    assert status in (-errno.EACCES, -errno.ENOENT)
    if isinstance(world, DescriptorPipeWorld):
        assert status == -errno.EACCES  # as libuv says it


@check
async def testNobodyListensOnTheFile(world: World, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(path)
    client = world.stream()
    assert client.handle.connect(path, 0) == 0
    await world.until(client.events)
    assert client.events() == [("onconnect", -errno.ECONNREFUSED)]


@check
async def testAbstractName(world: World, tmp_path: Path) -> None:
    """No file, and nothing to remove."""
    name = "\0nodecompat" + str(tmp_path)[-60:]
    server = world.server()
    server.hooks["onconnection"] = lambda status, handle: world.recorded(handle, "peer")
    assert (server.handle.bind(name, 0), server.handle.listen(5)) == (0, 0)
    assert server.handle.getsockname() == Address(name, 0, "pipe")
    client = world.stream()
    assert client.handle.connect(name, 0) == 0
    await world.until(lambda: client.events() and server.events())
    assert client.events() == [("onconnect", 0)]


@check
async def testTakesOverDescriptors(world: World, tmp_path: Path) -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    server = world.factory.openServer(listening.detach())
    accepted: list[Any] = []
    server.onconnection = lambda status, handle: accepted.append(world.recorded(handle, "peer"))
    world.handles.append(server)
    assert server.listen(5) == 0
    plain = socket.socket(socket.AF_UNIX)
    plain.connect(str(tmp_path / "s"))
    client = world.recorded(world.factory.openStream(plain.detach()), "client")
    client.handle.write(b"hello")
    await world.until(lambda: accepted)
    accepted[0].handle.readStart()
    await world.until(lambda: accepted[0].received)
    assert (client.handle.resourceName, accepted[0].received) == ("PipeWrap", b"hello")


@check
async def testRefusesWhatIsNoStreamSocket(world: World) -> None:
    reading, writing = os.pipe()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram, os.fdopen(reading), os.fdopen(writing):
        assert world.factory.openStream(reading) == -errno.ENOTSOCK
        assert world.factory.openServer(99999) == -errno.EBADF
        assert world.factory.openStream(datagram.fileno()) == -errno.EINVAL
        os.fstat(datagram.fileno())  # it still belongs to its owner
