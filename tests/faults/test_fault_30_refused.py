"""Fault 30: refused, unreachable, no such Unix path."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest_twisted
from faultbed import event, serve, settled

from nodecompat import net


@pytest_twisted.ensureDeferred
async def testRefused() -> None:
    bed = await serve()
    port = bed.port
    await bed.close()
    error = await event(net.connect(port, "127.0.0.1"), "error")
    assert (error.code, error.errno, error.syscall) == ("ECONNREFUSED", errno.ECONNREFUSED, "connect")
    assert (error.address, error.port) == ("127.0.0.1", port)
    assert isinstance(error, ConnectionRefusedError)
    await settled()


@pytest_twisted.ensureDeferred
async def testUnreachable() -> None:
    """The broadcast address: the kernel refuses at once."""
    error = await event(net.connect(9, "255.255.255.255"), "error")
    assert error.code in ("ENETUNREACH", "EACCES", "EHOSTUNREACH", "EINVAL")
    assert (error.syscall, error.address, error.port) == ("connect", "255.255.255.255", 9)
    await settled()


@pytest_twisted.ensureDeferred
async def testNoSuchPath(tmp_path: Path) -> None:
    path = str(tmp_path / "none")
    error = await event(net.connect(path), "error")
    assert (error.code, error.syscall, error.address) == ("ENOENT", "connect", path)
    assert isinstance(error, FileNotFoundError)
    await settled()
