"""`nodecompat run` without a script: a prompt at which `await` works, as `node` has one.

It is Python's console (`code`), with its editing and history (`readline`), in a thread of its own, where it may wait
for the next line; what is typed runs in the loop, so that servers and timers go on meanwhile. A program that comes
through a pipe is no matter of this file: `run.py` reads it whole, as Node does.
"""

from __future__ import annotations

import ast
import atexit
import code
import contextlib
import inspect
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from twisted.internet.defer import CancelledError

import nodecompat

from ..process import NODE_VERSION, process
from ..reactor.loop import activity, host, report, ticks
from ..reactor.loop import run as runner
from ..reactor.loop.coroutines import drive
from ..version import __version__

#: The variable with the path of the file of history; empty for none.
HISTORY = "NODECOMPAT_REPL_HISTORY"
#: Lines that are kept in it, as in Node.
HISTORY_SIZE = 1000
_HELP = """\
.break   drop what was begun and is not complete, as Ctrl-C does
.exit    leave, as Ctrl-D does
.help    this list
What Node has as globals and modules is there by its name (net, http, fs, setTimeout, …); _ is the last result.\
"""
_PROMPT, _MORE = "> ", "| "
_LEAVE = "(To exit, press Ctrl+C again or Ctrl+D or type .exit)"

#: The flag by which `await` may stand outside of a function.
TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def namesOfNode() -> dict[str, Any]:
    """What Node has at its prompt: its globals, and its modules by their names, without those that lack an extra."""
    found: dict[str, Any] = {}
    for name in (*nodecompat.__all__, *nodecompat._MODULES):
        with contextlib.suppress(ImportError):
            found[name] = getattr(nodecompat, name)
    return found


class Prompt(code.InteractiveConsole):
    """The console. `converse` is its thread; all else runs in the loop, but for what says otherwise."""

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__(names, "<repl>")
        self.compile.compiler.flags |= TOP_LEVEL_AWAIT
        #: The Deferred of what was typed, while that waits.
        self._running: Any = None
        self._isBusy = False
        #: Ctrl-C was typed, and nothing since.
        self._isWarned = False
        self._finished = threading.Event()

    def run(self) -> int:
        """Until it is left; returns the exit code."""
        activity.hold(_Holder)
        process.on("SIGINT", self._onInterrupt)
        process.on("uncaughtException", self._onUncaught)
        return runner.program.run(threading.Thread(target=self._converse, daemon=True).start)

    # -- in its thread

    def _converse(self) -> None:
        banner = f'Welcome to nodecompat {__version__} (Node.js v{NODE_VERSION}).\nType ".help" for more information.'
        try:
            self.interact(banner, "")
        finally:
            self._inLoop(process.exit, 0)

    def raw_input(self, prompt: str = "") -> str:
        """The next line that is no command."""
        while True:
            line = super().raw_input(prompt)
            self._isWarned = False
            command = line.strip()
            if command == ".exit":
                raise EOFError  # as Ctrl-D
            if command == ".help":
                print(_HELP)
            elif command == ".break":
                self.resetbuffer()
                prompt = _PROMPT
            else:
                return line

    def runcode(self, code: CodeType) -> None:
        """Run it in the loop, and wait for its end."""
        self._finished.clear()
        self._inLoop(self._execute, code)
        self._finished.wait()

    def _inLoop(self, callback: Callable[..., object], *args: Any) -> None:
        host.current().callFromThread(ticks.call, callback, *args)

    # -- in the loop

    def _execute(self, code: CodeType) -> None:
        # What runs without end is broken off by Ctrl-C, as in Python's own prompt.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self._isBusy = True
        try:
            result = FunctionType(code, self.locals)()
            waiting = drive(result) if inspect.iscoroutine(result) else None
        except SystemExit:
            raise
        except BaseException:
            self.showtraceback()
            waiting = None
        finally:
            signal.signal(signal.SIGINT, before)
        if waiting is None:
            self._done(None)
        else:
            self._running = waiting
            waiting.addCallbacks(self._done, self._failed)

    def _failed(self, failure: Any) -> None:
        if isinstance(failure.value, SystemExit):
            ticks.nextTick(_raise, failure.value)
            return
        if failure.check(CancelledError):
            self.write("KeyboardInterrupt\n")
        else:
            frames = report.userFrames(failure.value.__traceback__)
            self.write("".join(traceback.format_exception(type(failure.value), failure.value, frames)))
        self._done(None)

    def _done(self, result: Any) -> None:
        self._running = None
        self._isBusy = False
        self._finished.set()

    def _onInterrupt(self, name: str) -> None:
        if self._running is not None:
            self._running.cancel()
            return
        if self._isBusy:
            return
        if self._isWarned:
            process.exit(0)
        self._isWarned = True
        print(f"\n{_LEAVE}\n{_PROMPT}", end="", flush=True)

    def _onUncaught(self, error: BaseException) -> None:
        print(file=sys.stderr)
        report.printError(error)
        print(_PROMPT, end="", flush=True)


class _Holder:
    """Keeps the program alive while the prompt waits."""

    resourceName = "TTYWRAP"


def _raise(error: BaseException) -> None:
    raise error


def _useHistory() -> None:
    """Editing, completion, and what was typed before."""
    try:
        import readline
        import rlcompleter
    except ImportError:  # Windows
        return
    main = sys.modules["__main__"]
    readline.set_completer(rlcompleter.Completer(vars(main)).complete)
    readline.parse_and_bind("tab: complete")
    path = os.environ.get(HISTORY, os.path.join(os.path.expanduser("~"), ".nodecompat_repl_history"))
    if not path:
        return
    with contextlib.suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(HISTORY_SIZE)

    def write() -> None:
        with contextlib.suppress(OSError):
            readline.write_history_file(path)

    atexit.register(write)


def _keepTerminal() -> None:
    """The thread may be waiting for a line when the program ends: then nobody else puts the terminal right."""
    try:
        import termios
    except ImportError:
        return
    attributes = termios.tcgetattr(0)
    atexit.register(termios.tcsetattr, 0, termios.TCSADRAIN, attributes)


def converse(main: Any) -> int:
    """Talk to whoever sits at the terminal, with the names of this module; returns the exit code."""
    vars(main).update(namesOfNode())
    sys.ps1, sys.ps2 = _PROMPT, _MORE
    _useHistory()
    _keepTerminal()
    return Prompt(vars(main)).run()
