"""Fault 33: a Unix socket file that nobody listens on any more."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import pytest_twisted
from faultbed import event, settled

from nodecompat import net


@pytest.fixture
def stale(tmp_path: Path) -> str:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    return path


async def closed(server: net.Server) -> None:
    done = event(server, "close")
    server.close()
    await done
    await settled()


@pytest_twisted.ensureDeferred
async def testByDefaultItIsInUse(stale: str) -> None:
    server = net.createServer()
    server.listen(stale)
    assert (await event(server, "error")).message == f"listen EADDRINUSE: address already in use {stale}"
    assert Path(stale).is_socket()
    await settled()


@pytest_twisted.ensureDeferred
async def testTakeOver(stale: str) -> None:
    """An option of ours."""
    server = net.createServer(lambda each: each.end("new")).listen(path=stale, takeOver=True)
    await event(server, "listening")
    client = net.connect(stale)
    assert await event(client, "data") == b"new"
    await event(client, "close")
    await closed(server)
    assert not Path(stale).exists()


@pytest_twisted.ensureDeferred
async def testALivingServerIsNotTakenOver(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    living = net.createServer().listen(path)
    await event(living, "listening")
    server = net.createServer()
    server.listen(path=path, takeOver=True)
    assert (await event(server, "error")).code == "EADDRINUSE"
    assert Path(path).is_socket()
    await closed(living)


@pytest_twisted.ensureDeferred
async def testAFileOfAnotherKindIsLeftAlone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("precious")
    server = net.createServer()
    server.listen(path=str(path), takeOver=True)
    assert (await event(server, "error")).code == "EADDRINUSE"
    assert path.read_text() == "precious"
    await settled()
