"""`nodecompat run --watch app.py`: run it in a process of its own, and again whenever a file that it uses has changed.

What is printed and when is Node's. The program tells of each module that it imports over a pipe, whose descriptor is in
the variable `NODECOMPAT_WATCH`. What is watched are the folders of these files: an editor may put a new file in the
place of the old one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ..process import process
from ..reactor.loop import activity, host, ticks, watches
from ..reactor.loop import run as runner
from ..reactor.loop.threads import inThread

#: The variable that has the number of the pipe's descriptor.
_PIPE = "NODECOMPAT_WATCH"
#: Milliseconds without a further change before the program is run again: an editor writes in several steps. As Node.
QUIET = 200
_BUFFER = 64 * 1024  # bytes read at once
_RESET, _BLUE, _GREEN, _RED, _PLAIN = "\x1bc", "\x1b[34m", "\x1b[32m", "\x1b[31m", "\x1b[39m"


class Watching:
    """The process that watches, and runs the program again and again.

    Args:
        command: the program's command line.
        title: the script and its arguments, as they are shown.
        script: the path of the script.
        paths: files and folders to watch in place of those that the program uses; none if empty.
        keepsOutput: do not clear the terminal between two runs.
        killSignal: what ends a run.
    """

    def __init__(
        self,
        command: Sequence[str],
        title: str,
        script: str,
        paths: Sequence[str] = (),
        keepsOutput: bool = False,
        killSignal: int = signal.SIGTERM,
    ) -> None:
        self._command = command
        self._title = title
        self._paths = [os.path.abspath(path) for path in paths]
        self._script = os.path.realpath(script)
        self._clears = not keepsOutput and sys.stdout.isatty()
        self._killSignal = killSignal
        #: The files that count, by folder; None for all in it.
        self._files: dict[str, set[str] | None] = {}
        self._watches: dict[str, Any] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._reports: _Reports | None = None
        self._quiet: Any = None
        self._changed: str | None = None
        self._leaving: int | None = None

    def run(self) -> int:
        """Until a signal; returns the exit code."""
        activity.hold(_Holder)
        for name in ("SIGINT", "SIGTERM"):
            process.on(name, self._onSignal)
        return runner.program.run(self._start)

    # -- the program

    def _start(self) -> None:
        reading, writing = os.pipe()
        environment = {**os.environ, _PIPE: str(writing)}
        self._child = child = subprocess.Popen(self._command, env=environment, pass_fds=[writing])
        os.close(writing)
        self._reports = _Reports(reading, self._onFile)
        if self._paths:
            for path in self._paths:
                self._watchPath(path)
        else:
            self._onFile(self._script)
        inThread(child.wait, lambda code, error: self._onExit(child, code))

    def _onExit(self, child: subprocess.Popen[bytes], code: int) -> None:
        if self._reports is not None:
            self._reports.close()
        self._child = None
        if self._leaving is not None:
            process.exit(max(0, code))
        if self._changed is not None:
            self._again()
            return
        word, colour = ("Completed", _GREEN) if code == 0 else ("Failed", _RED)
        self._say(f"{word} running {self._title!r}. Waiting for file changes before restarting...", colour)

    def _onSignal(self, name: str, number: int) -> None:
        """The program gets it too, and ends first; a second one ends it at once."""
        if self._child is None:
            process.exit(0)
        elif self._leaving is not None:
            self._child.kill()
        else:
            self._leaving = number
            if not (number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()):
                self._child.send_signal(number)  # the terminal has sent its own to both

    # -- changes

    def _onFile(self, path: str) -> None:
        """The program uses this file."""
        if not self._paths or path in self._paths:
            folder, name = os.path.split(path)
            names = self._files.setdefault(folder, set())
            if names is not None:
                names.add(name)
            self._watch(folder)

    def _watchPath(self, path: str) -> None:
        if not os.path.isdir(path):
            self._onFile(path)
            return
        for folder, _, _ in os.walk(path):
            self._files[folder] = None
            self._watch(folder)

    def _watch(self, folder: str) -> None:
        if folder in self._watches:
            return
        try:
            self._watches[folder] = watches.watch(os.fsencode(folder), lambda kind, name: self._onChange(folder, name))
        except OSError as error:
            self._say(f"cannot watch {folder}: {error.strerror}", _RED)

    def _onChange(self, folder: str, name: bytes) -> None:
        path = os.path.join(folder, os.fsdecode(name))
        if f"{os.sep}__pycache__" in path:  # Python's own, written by the run
            return
        if self._reports is not None:
            self._reports.doRead()  # what the program has told before counts for this change
        names = self._files[folder]
        if names is None and os.path.isdir(path):
            self._watchPath(path)
        if self._leaving is not None or (names is not None and os.fsdecode(name) not in names):
            return
        self._changed = self._changed or path
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = host.current().callLater(QUIET, lambda: ticks.call(self._restart))

    def _restart(self) -> None:
        self._quiet = None
        if self._clears:
            sys.stdout.write(_RESET)
        self._say(f"Change detected in {self._changed!r}", _BLUE)
        self._say(f"Restarting {self._title!r}", _GREEN)
        if self._child is None:
            self._again()
        else:
            self._child.send_signal(self._killSignal)

    def _again(self) -> None:
        if self._quiet is None and self._leaving is None:
            self._changed = None
            self._start()

    def _say(self, text: str, colour: str) -> None:
        print(f"{colour}{text}{_PLAIN}" if sys.stdout.isatty() else text, flush=True)


class _Holder:
    """Keeps the process alive between two runs."""

    resourceName = "FSEventWrap"


class _Reports:
    """The end of the pipe on which a program tells of its modules: a path in each line."""

    def __init__(self, descriptor: int, onPath: Callable[[str], object]) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._onPath = onPath
        self._rest = b""
        self._host = host.current()
        self._host.addReader(self)

    def fileno(self) -> int:
        return self._descriptor

    def logPrefix(self) -> str:
        return "nodecompat"

    def doRead(self) -> None:
        if self._descriptor < 0:
            return
        try:
            data = os.read(self._descriptor, _BUFFER)
        except BlockingIOError:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            ticks.call(self._onPath, os.fsdecode(line))
        if not data:
            self.close()

    def connectionLost(self, reason: object) -> None:
        self.close()

    def close(self) -> None:
        if self._descriptor >= 0:
            self._host.removeReader(self)
            os.close(self._descriptor)
            self._descriptor = -1


# -- in the program


class _Telling:
    """A finder of modules that finds what the others do, and tells where."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._others = tuple(os.path.realpath(path) + os.sep for path in {*_libraries()})

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            found = None if finder is self else finder.find_spec(name, path, target)
            if found is not None:
                if found.has_location and found.origin is not None:
                    self.tell(found.origin)
                return found
        return None

    def tell(self, path: str) -> None:
        path = os.path.realpath(path)
        if not path.startswith(self._others):
            try:
                os.write(self._descriptor, os.fsencode(path) + b"\n")
            except OSError:  # nobody watches any more
                pass


def _libraries() -> list[str]:
    """Where Python's own modules and installed packages are, and this package."""
    paths = sysconfig.get_paths()
    return [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")] + [
        os.path.dirname(__file__) + "/.."
    ]


def takePipe() -> int | None:
    """In a program that is watched: the descriptor on which it tells of its modules."""
    found = os.environ.pop(_PIPE, None)
    if found is None:
        return None
    os.set_inheritable(int(found), False)
    return int(found)


def tell() -> None:
    """In a program that is watched: tell of each module that it imports."""
    descriptor = takePipe()
    if descriptor is not None:
        sys.meta_path.insert(0, _Telling(descriptor))
