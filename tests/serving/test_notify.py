"""What systemd is told."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from program import finish, start

from nodecompat.serving import notify
from nodecompat.serving.notify import Notifier
from nodecompat.timers import setTimeout

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no systemd on Windows"),
]

APP = """\
from nodecompat import net, process
process.on("SIGTERM", lambda *_: process.exit(0))
net.createServer().listen(0, "127.0.0.1")
"""


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield receiver


def testReloadingTellsTheTime(manager: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    Notifier().reloading()
    line, told = manager.recv(1000).decode().split("\n")
    assert line == "RELOADING=1"
    assert before <= int(told.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
def testAnAbstractSocket(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"\0nodecompat-{os.getpid()}")
        receiver.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@nodecompat-{os.getpid()}")
        Notifier().stopping()
        assert receiver.recv(1000) == b"STOPPING=1"


@pytest.mark.parametrize("path", ["", "vsock:2:1234", "/nowhere/at/all"])
def testNobodyToTell(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    Notifier().ready()


def testAProgramIsReadyAliveAndStops(tmp_path: Path, manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    (tmp_path / "app.py").write_text(APP)
    child = start("-m", "nodecompat", "run", "app.py", cwd=tmp_path)
    told = {manager.recv(1000)}
    while told != {b"READY=1", b"WATCHDOG=1"}:
        told.add(manager.recv(1000))
    child.terminate()
    assert finish(child)[0] == 0
    while manager.recv(1000) != b"STOPPING=1":
        pass


@pytest.mark.parametrize("pid, timers", [("1", 0), ("", 1)])
def testTheWatchdogOfAnotherProcessIsNotKept(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch, pid: str, timers: int
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(notify, "setInterval", lambda *args: made.append(args) or setTimeout(id, 0, 0))
    monkeypatch.setenv("WATCHDOG_USEC", "3000000")
    monkeypatch.setenv("WATCHDOG_PID", pid)
    answers = [True, False]
    Notifier().keepWatchdog(lambda: answers.pop())
    assert [milliseconds for _, milliseconds in made] == [1500.0] * timers
    if timers:
        made[0][0]()
        made[0][0]()
        assert manager.recv(1000) == b"WATCHDOG=1"
        manager.setblocking(False)
        with pytest.raises(BlockingIOError):  # the first time it was not well
            manager.recv(1000)
