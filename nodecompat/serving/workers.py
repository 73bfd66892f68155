"""Keeps a number of workers of one program alive: `nodecompat run --workers N app.py`.

Stands on `cluster`: the supervisor is its primary. A worker is *up* when it listens, or has run for `SETTLED`; then it
must answer, and a reload may take the old one away. A worker that ends unasked is replaced: at once if it was up for
`STEADY`, else after a delay that doubles when as many as there are have ended so.

SIGHUP replaces the workers one by one, the new one first. SIGTERM and SIGINT let all of them leave, when who has
connected is with one of them; a second one kills them. The ports stay open as long as the supervisor: with no worker
left, who connects waits for the next one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from .. import health
from ..cluster import ClusterSettings, cluster
from ..process import process
from ..reactor.loop import activity
from ..reactor.loop import run as runner
from ..timers import clearTimeout, setInterval, setTimeout
from .notify import SOCKET, Notifier
from .worker import PIPE, WORKER

#: Seconds in which a worker must begin.
STARTING = 60.0
#: Seconds after which a worker that has begun, but does not listen, counts as up.
SETTLED = 10.0
#: Seconds for which a worker must be up, so that its end is no sign of a lasting fault.
STEADY = 1.0
#: Seconds before a worker is replaced whose end is such a sign: the first time, and at most.
FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
#: How often each may end before any was up.
ATTEMPTS = 3
#: Seconds beyond the grace time until a worker that leaves is killed.
MARGIN = 2.0


#: What systemd tells the supervisor, and no worker.
_OURS = (SOCKET, "WATCHDOG_USEC", "WATCHDOG_PID")
#: The descriptor that a worker has for the modules that it uses.
_WATCHED = 4


@dataclass(frozen=True)
class Plan:
    """What is supervised.

    Args:
        program: the path of the script. args: its arguments.
        count: how many workers.
        grace: seconds that connections have when a worker leaves.
        health: seconds within which a worker must answer, 0 for any time.
        reactor: the name of the workers' reactor, or None.
        status: where probes are answered, or None.
        cwd: the working directory of the workers; ours if None.
        watched: the descriptor on which the workers tell which modules they use, or None.
        output: called with a worker's number, a line that it has written, and whether to stderr; the workers have our
            outputs if None.
    """

    program: str
    args: Sequence[str]
    count: int
    grace: float
    health: float
    reactor: str | None = None
    status: str | None = None
    cwd: str | None = None
    watched: int | None = None
    output: Callable[[int, str, bool], object] | None = None


class _Member:
    """A worker. Args: worker: the cluster's. replaces: the member that leaves when this one is up."""

    def __init__(self, worker: Any, replaces: _Member | None) -> None:
        self.worker = worker
        self.replaces = replaces
        self.upAt: float | None = None
        self.answeredAt = 0.0
        self.isLeaving = False
        self.timer: Any = None

    def __str__(self) -> str:
        return f"worker {self.worker.id} (pid {self.worker.process.pid})"


class Supervisor:
    """Runs a plan until it is told to end.

    Args: onend: called with the exit code, when no worker is left or none ever came up.
    """

    def __init__(self, plan: Plan, onend: Callable[[int], object] = process.exit) -> None:
        self._plan = plan
        self._onend = onend
        self._members: dict[int, _Member] = {}
        self._old: list[_Member] = []
        self._isReloading = False
        self._reloadsAgain = False
        self._isEnding = False
        self._isGivenUp = False
        self._wasUp = False
        self._isReady = False
        #: Workers in a row that ended soon.
        self._failures = 0
        #: When a worker has come up or answered last.
        self._heardAt = 0.0
        #: How many outputs of workers are not read to their end.
        self._unread = 0
        self._code: int | None = None
        self._isOver = False
        self._notifier = Notifier()
        primary: Any = cluster
        self._ports = primary.ports
        self._ports.keeps = True

    def run(self) -> int:
        """Start, and obey the signals; returns the exit code."""
        activity.hold(_Holder)
        process.on("SIGHUP", lambda name, number: self.reload())
        for name in ("SIGTERM", "SIGINT"):
            process.on(name, lambda name, number: self.kill() if self._isEnding else self.end())
        return runner.program.run(self.start)

    def open(self, description: str) -> Any:
        """Listen at an endpoint, before the workers do. Returns where, an Address, or -errno."""
        return self._ports.open(description)

    def start(self) -> None:
        """Start the workers."""
        plan = self._plan
        settings: ClusterSettings = {"exec": plan.program, "args": list(plan.args)}
        if plan.cwd is not None:
            settings["cwd"] = plan.cwd
        if plan.watched is not None:
            settings["stdio"] = ["inherit", "inherit", "inherit", "ipc", plan.watched]
        if plan.output is not None:
            settings["stdio"] = ["ignore", "pipe", "pipe", "ipc"]
        cluster.setupPrimary(settings)
        cluster.on("listening", lambda worker, address: self._onUp(worker.id))
        cluster.on("exit", self._onExit)
        if plan.health:
            setInterval(self._askAll, plan.health * 1000.0 / 3)
        self._notifier.keepWatchdog(self._isWell)
        if plan.status is not None:
            from . import status

            probes = status.serve(plan.status, status.Workers(cluster, self._serving), self._onStatusError)
            probes.once("listening", self._fill)
        else:
            self._fill()

    def _onStatusError(self, error: BaseException) -> None:
        self._giveUp(f"--status: {error}")

    def _serving(self) -> list[Any]:
        """The workers that can be asked: what only starts up answers nothing yet."""
        return [each.worker for each in self._members.values() if each.upAt is not None and each.worker.isConnected()]

    # -- one worker

    def _fork(self, replaces: _Member | None = None) -> None:
        settings = json.dumps({"grace": self._plan.grace, "reactor": self._plan.reactor, "status": self._plan.status})
        env: dict[str, Any] = {WORKER: settings, **dict.fromkeys(_OURS)}
        if self._plan.watched is not None:
            env[PIPE] = str(_WATCHED)
        if self._plan.output is not None:
            env["PYTHONUNBUFFERED"] = "1"  # lines come when they are written
        worker = cluster.fork(env)
        if self._plan.output is not None:
            self._read(worker, self._plan.output)
        member = self._members[worker.id] = _Member(worker, replaces)
        member.timer = setTimeout(self._kill, STARTING * 1000.0, member, f"has not begun after {STARTING:g} s")
        worker.once("online", lambda: self._onOnline(member))
        worker.on("error", _ignore)  # it could not be started, or is gone: its 'exit' follows

    def _read(self, worker: Any, output: Callable[[int, str, bool], object]) -> None:
        from ..readline import createInterface

        for stream, isError in ((worker.process.stdout, False), (worker.process.stderr, True)):
            if stream is None:  # it could not be started
                continue
            self._unread += 1
            lines = createInterface({"input": stream})
            lines.on("line", lambda line, isError=isError: output(worker.id, line, isError))
            lines.once("close", self._onRead)

    def _onRead(self) -> None:
        self._unread -= 1
        if not self._unread and self._code is not None:
            self._finish()

    def _fill(self) -> None:
        """Start those that are missing."""
        staying = sum(not member.isLeaving for member in self._members.values())
        for _ in range(0 if self._isEnding else self._plan.count - staying):
            self._fork()

    def _onOnline(self, member: _Member) -> None:
        if not member.isLeaving:
            clearTimeout(member.timer)
            member.timer = setTimeout(self._onUp, SETTLED * 1000.0, member.worker.id)

    def _onUp(self, id: int) -> None:
        member = self._members.get(id)
        if member is None or member.isLeaving or member.upAt is not None:
            return
        clearTimeout(member.timer)
        member.upAt = member.answeredAt = self._heardAt = monotonic()
        self._wasUp = True
        if member.replaces is not None:
            self._dismiss(member.replaces)
            member.replaces = None
            self._fill()
            self._replaceNext()
        elif not self._isReady and sum(each.upAt is not None for each in self._members.values()) >= self._plan.count:
            self._isReady = True
            self._notifier.ready()

    def _dismiss(self, member: _Member) -> None:
        """Let it end its work, within the grace time."""
        if member.worker.id not in self._members or member.isLeaving:
            return
        member.isLeaving = True
        clearTimeout(member.timer)
        member.timer = setTimeout(self._kill, (self._plan.grace + MARGIN) * 1000.0, member, "does not leave")
        member.worker.disconnect()

    def _kill(self, member: _Member, why: str) -> None:
        say(f"{member} {why}: it is killed")
        member.worker.kill("SIGKILL")

    def _onExit(self, worker: Any, code: int | None, signalName: str | None) -> None:
        member = self._members.pop(worker.id)
        clearTimeout(member.timer)
        if self._isEnding:
            if not self._members and not self._isGivenUp:
                self._over(0)
            return
        if member.isLeaving:
            return
        how = f"with {signalName}" if signalName else f"with exit code {code}"
        say(f"{member} ended {how}")
        self._replaceLater(member, how)
        if member.replaces is not None:
            say("the reload is given up: the old workers stay")
            self._old = []
            self._replaceNext()

    def _replaceLater(self, member: _Member, how: str) -> None:
        isSteady = member.upAt is not None and monotonic() - member.upAt >= STEADY
        self._failures = 0 if isSteady else self._failures + 1
        if not self._wasUp and self._failures >= ATTEMPTS * self._plan.count:
            self._giveUp(f"given up: {self._failures} workers ended before any listened, the last {how}")
            return
        setTimeout(self._fill, delayAfter(self._failures, self._plan.count) * 1000.0)

    def _giveUp(self, why: str) -> None:
        say(why)
        self._isEnding = self._isGivenUp = True
        self.kill()
        self._ports.close()
        self._over(1)

    # -- all workers

    def _askAll(self) -> None:
        """Kill those that have not answered for too long, and ask the others."""
        now = monotonic()
        for member in list(self._members.values()):
            if member.upAt is None or member.isLeaving:
                continue
            if now - member.answeredAt > self._plan.health:
                self._kill(member, f"has not answered for {self._plan.health:g} s")
            else:
                self._ask(member)

    def _ask(self, member: _Member) -> None:
        def answered(message: Any, handle: Any) -> None:
            member.answeredAt = self._heardAt = monotonic()

        member.worker.requests.send({"act": "ping"}, None, answered)

    def _isWell(self) -> bool:
        """Whether a worker was heard in time, of those that serve: what systemd's watchdog is told."""
        health = self._plan.health
        return self._isEnding or not (health and self._isReady) or monotonic() - self._heardAt <= health

    def reload(self) -> None:
        """Replace each worker; after the reload that is under way, if there is one."""
        if self._isEnding:
            return
        if self._isReloading:
            self._reloadsAgain = True
            return
        self._isReloading = True
        self._notifier.reloading()
        self._old = list(self._members.values())
        self._replaceNext()

    def _replaceNext(self) -> None:
        """The next step of a reload."""
        while self._old:
            member = self._old.pop(0)
            if member.worker.id in self._members and not member.isLeaving:
                self._fork(member)
                return
        if self._isReloading:
            self._isReloading = False
            self._ports.closeUnused()
            self._notifier.ready()
            if self._reloadsAgain:
                self._reloadsAgain = False
                self.reload()

    def end(self) -> None:
        """Let all workers leave."""
        self._isEnding = True
        health.drain()
        self._notifier.stopping()
        self._ports.keeps = False
        self._ports.retire(self._dismissAll)

    def _dismissAll(self) -> None:
        for member in list(self._members.values()):
            self._dismiss(member)
        if not self._members:
            self._ports.close()
            self._over(0)

    def _over(self, code: int) -> None:
        """End, when what the workers have written is read; a process of theirs may hold their outputs open."""
        self._code = code
        if self._unread:
            setTimeout(self._finish, MARGIN * 1000.0).unref()
        else:
            self._finish()

    def _finish(self) -> None:
        if not self._isOver:
            self._isOver = True
            self._onend(self._code or 0)

    def kill(self) -> None:
        """Do not wait for those that are left."""
        for member in self._members.values():
            member.worker.kill("SIGKILL")


class _Holder:
    """Keeps the supervisor alive while it has no worker."""

    resourceName = "Supervisor"


def delayAfter(failures: int, count: int) -> float:
    """Seconds until a worker is replaced, after so many failures in a row of `count` workers."""
    doublings = min((failures - 1) // count, 16)  # more would only overflow
    return min(FIRST_DELAY * 2.0**doublings, LONGEST_DELAY) if failures else 0.0


def countOf(text: str) -> int:
    """A number of workers as users write it; "auto" and 0 for one per processor.

    Raises: ValueError.
    """
    count = 0 if text == "auto" else int(text)
    if count < 0:
        raise ValueError(text)
    return count or processors()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def say(text: str) -> None:
    """A line for whoever runs the program."""
    print(f"nodecompat: {text}", file=sys.stderr, flush=True)


def _ignore(error: BaseException) -> None:
    pass
