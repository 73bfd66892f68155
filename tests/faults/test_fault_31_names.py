"""Fault 31: names that do not resolve, or whose look-up hangs."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, logOf, serve, settled, sleep, until

from nodecompat import net


@pytest_twisted.ensureDeferred
async def testNoSuchName(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: Any, **keywords: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error = await event(net.connect(80, "nonexistent.invalid"), "error")
    assert error.message == "getaddrinfo ENOTFOUND nonexistent.invalid"
    assert (error.code, error.syscall, error.hostname) == ("ENOTFOUND", "getaddrinfo", "nonexistent.invalid")
    await settled()


@pytest_twisted.ensureDeferred
async def testALookupThatHangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop goes on, other look-ups are answered, and destroy makes the answer harmless."""
    real, release = socket.getaddrinfo, threading.Event()

    def getaddrinfo(name: Any, *args: Any, **keywords: Any) -> Any:
        if name == b"slow.test":
            release.wait(20)
        return real(b"127.0.0.1", *args, **keywords)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    bed = await serve("echo")
    try:
        slow = net.connect(bed.port, "slow.test")
        log = logOf(slow, "lookup", "connect", "error", "close")
        quick = net.connect(bed.port, "quick.test")
        await event(quick, "connect")
        assert await bed.echoes() and slow.connecting
        slow.destroy()
        await until(lambda: log)
        release.set()
        await sleep(50)
        assert log == [("close", False)] and bed.server.connections == 2
        quick.destroy()
    finally:
        release.set()
    await bed.close()
