"""Child processes: started by `subprocess`, watched by the loop. The counterpart of libuv's src/unix/process.c.

Neither Twisted's `spawnProcess` nor asyncio's subprocesses: both wrap the pipes in transports of their own, and Node's
`child.stdout` is a Socket. Here a child is given plain descriptors; what stands at the other end of a pipe is the
business of the caller, who opens it like any other connection.

The end of a child is learnt by a pidfd, which the loop watches like a socket: no SIGCHLD handler, which only the main
thread can install and which belongs to the host. Where the kernel has none (macOS, Linux before 5.3) a thread waits.

A descriptor beyond 2 is put into place in the child, between fork and exec, by `preexec_fn`, and a signal that this
process ignores, as one under nohup does, gets its default there: nothing runs but dup2(2) and sigaction(2). Only for
these a copy of this process is made; otherwise `subprocess` uses vfork.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import host, ticks
from .activity import Activity
from .watched import Watched

#: The descriptors that subprocess itself puts into place.
_STANDARD = 3
#: The signals whose default it restores itself: Python ignores them in every process.
_RESTORED = {getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name)}
#: Whether the copy of this process that is made now has nothing but what it is given: exec closes all else.
isExecuting = False


@dataclass(frozen=True)
class Start:
    """What to start.

    Attributes:
        file: a path, or a name that is looked up in PATH of `env`.
        args: with the name that the program is to see as the first.
        descriptors: what the child has as 0, 1, 2, …; None is the null device, from 3 on nothing.
        detached: in a session of its own.
    """

    file: str
    args: Sequence[str]
    descriptors: Sequence[int | None]
    env: Mapping[str, str]
    cwd: str | None = None
    uid: int | None = None
    gid: int | None = None
    detached: bool = False


def start(what: Start) -> subprocess.Popen[bytes] | int:
    """Start a process, which has its program when this returns; or -errno."""
    try:
        return _start(what)
    except OSError as error:
        return -(error.errno or errno.EIO)


def _start(what: Start) -> subprocess.Popen[bytes]:
    global isExecuting
    placed = {place: fd for place, fd in enumerate(what.descriptors) if place >= _STANDARD and fd is not None}
    standard = [subprocess.DEVNULL if fd is None else fd for fd in [*what.descriptors, None, None, None][:_STANDARD]]
    for fd in what.descriptors[:_STANDARD]:
        if fd is not None:  # programs do not expect otherwise; it is shared with us, as in libuv
            os.set_blocking(fd, True)
    ignored = [number for number in signal.valid_signals() - _RESTORED if signal.getsignal(number) is signal.SIG_IGN]
    options: dict[str, Any] = {}
    if what.uid is not None or what.gid is not None:
        options.update(user=what.uid, group=what.gid)
        if os.geteuid() == 0:
            options["extra_groups"] = []  # those of this process would go along
    copies: list[int] = []
    isExecuting = True
    try:
        moved: dict[int, int] = {}
        if placed:
            # Above all places, so that none is overwritten before it is copied, nor the pipe of subprocess itself.
            floor = max(placed) + 1
            copies += _reserve(floor)
            for place, fd in placed.items():
                moved[place] = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, floor)
                copies.append(moved[place])
        if moved or ignored:
            options["preexec_fn"] = _preparing(moved, ignored)
        return subprocess.Popen(
            list(what.args),
            executable=what.file,
            stdin=standard[0],
            stdout=standard[1],
            stderr=standard[2],
            # Every descriptor of Python's is closed by exec, unless it was made to be inherited.
            close_fds=False,
            cwd=what.cwd,
            env=dict(what.env),
            start_new_session=what.detached,
            **options,
        )
    finally:
        isExecuting = False
        for fd in copies:
            os.close(fd)


def _reserve(floor: int) -> list[int]:
    """Occupy the free numbers below `floor`: the pipe of subprocess may not be among them."""
    taken: list[int] = []
    while True:
        fd = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        if fd >= floor:
            os.close(fd)
            return taken
        taken.append(fd)


def _preparing(moved: Mapping[int, int], ignored: Sequence[int]) -> Callable[[], None]:
    def prepare() -> None:
        for target, fd in moved.items():
            os.dup2(fd, target)
        for number in ignored:
            signal.signal(number, signal.SIG_DFL)

    return prepare


class Child(Activity):
    """A process that was started, and whose end is awaited. It keeps the program alive.

    Args: onexit: called once, from the loop, with the exit code and 0, or with 0 and the number of the signal.
    """

    resourceName = "ProcessWrap"

    def __init__(self, process: subprocess.Popen[bytes], onexit: Callable[[int, int], object]) -> None:
        super().__init__()
        self.pid: int = process.pid
        self._process = process
        self._onexit = onexit
        self._pidfd = -1
        self._watch: Watched | None = None
        self._setActive_(True)
        try:
            descriptor = os.pidfd_open(self.pid)
        except (AttributeError, OSError):
            self._waitInThread()
        else:
            self._pidfd = descriptor
            self._watch = Watched(descriptor, self._reap)

    def kill(self, number: int) -> int:
        """Send a signal. Returns 0 or -errno (-ESRCH when it has ended)."""
        if self._process.returncode is not None:
            return -errno.ESRCH
        try:
            os.kill(self.pid, number)
        except OSError as error:
            return -(error.errno or errno.EIO)
        return 0

    def _waitInThread(self) -> None:
        running = host.current()

        def wait() -> None:
            self._process.wait()
            running.callFromThread(ticks.call, self._reap)

        threading.Thread(target=wait, name=f"wait for {self.pid}", daemon=True).start()

    def _reap(self) -> None:
        code = self._process.poll()
        if code is None:
            return
        if self._watch is not None:
            self._watch.stop()
            os.close(self._pidfd)
        self._setActive_(False)
        self._onexit(*((code, 0) if code >= 0 else (0, -code)))
