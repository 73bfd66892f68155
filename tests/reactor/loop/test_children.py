"""Child processes: how they are started, and how their end is learnt."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import activity
from nodecompat.reactor.loop.children import Child, Start, start

check = pytest_twisted.ensureDeferred
ENV = {"PATH": os.environ["PATH"]}


def started(*args: str, descriptors: Any = (), **options: Any) -> subprocess.Popen[bytes]:
    found = start(Start(args[0], args, descriptors, ENV, **options))
    assert not isinstance(found, int), os.strerror(-found)
    return found


def ending(process: subprocess.Popen[bytes]) -> tuple[Child, Deferred[tuple[int, int]]]:
    end: Deferred[tuple[int, int]] = Deferred()
    return Child(process, lambda *outcome: end.callback(outcome)), end


@pytest.mark.parametrize("hasPidfd", [True, False])
@check
async def testTheEndIsTold(hasPidfd: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasPidfd:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    child, end = ending(started("sh", "-c", "exit 3"))
    assert "ProcessWrap" in activity.resources()
    assert await end == (3, 0)
    assert child.kill(signal.SIGTERM) == -errno.ESRCH
    child, end = ending(started("sleep", "60"))
    assert child.kill(signal.SIGKILL) == 0
    assert await end == (0, signal.SIGKILL)


@check
async def testDescriptorsAreWhereTheyBelong() -> None:
    """Also when the numbers here are those of others there."""
    pipes = [os.pipe() for _ in range(3)]
    writing = [pipe[1] for pipe in pipes]
    # 3 is what stands at 5 here, and so on: none may overwrite another.
    process = started("sh", "-c", "for n in 3 4 5; do echo $n >&$n; done", descriptors=[None] * 3 + writing[::-1])
    _, end = ending(process)
    assert await end == (0, 0)
    for _, fd in pipes:
        os.close(fd)
    assert [os.read(fd, 10) for fd, _ in pipes] == [b"5\n", b"4\n", b"3\n"]
    for fd, _ in pipes:
        os.close(fd)


def testWhatWeIgnoreTheChildDoesNot() -> None:
    """As in Node: under nohup, SIGHUP still ends what a program starts."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = started("sh", "-c", "kill -HUP $$; exit 3")
        assert process.wait() == -signal.SIGHUP
    finally:
        signal.signal(signal.SIGHUP, before)


def testWhatCannotBeStartedIsANumber() -> None:
    assert start(Start("/nonexistent", ["x"], (), ENV)) == -errno.ENOENT
    assert start(Start("/", ["x"], (), ENV)) == -errno.EACCES
    assert start(Start("true", ["true"], (), ENV, cwd="/nonexistent")) == -errno.ENOENT
