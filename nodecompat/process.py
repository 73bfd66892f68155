"""`process`: the running program, its ticks, its exit.

Follows Node 26's global `process` where a network program needs it. It also connects the layers: uncaught exceptions
(`reactor/loop/faults.py`), unhandled failures of coroutines and warnings (`events/hooks.py`), the end of the program
(`reactor/loop/run.py`).

Differs: inside another application's reactor (no `run()`) an uncaught exception or unhandled rejection without a
listener is logged as critical and does not end the process; `memoryUsage` and `versions` hold what is true for Python.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypedDict

from . import async_hooks, events, optionbags
from .coercion import PRIMITIVES, optionsOf, toNumber
from .encodings import encode
from .environment import Environment, env
from .errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET,
    ERR_UNHANDLED_REJECTION,
    ERR_UNKNOWN_SIGNAL,
    EXHAUSTED,
    className,
    errnoException,
    inspect,
    uvException,
)
from .events import EventEmitter, fit
from .events.hooks import ProcessWarning
from .reactor.loop import activity, faults, signals, ticks
from .reactor.loop import run as runner
from .reactor.loop.report import printError
from .records import BareRecord
from .rejection import Rejection
from .timers.callbacks import kept, runnable
from .timers.immediate import resumeParked, setImmediate
from .timers.lists import current as currentTimers
from .usage import CpuUsage, HighResolutionTime, Memory, ResourceUsage, cpuUsage, resourceUsage, uptime
from .validators import isNumber, isTruthy, validateFunction, validateInteger, validateString
from .version import __version__

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from .child_process.messages import Control
    from .child_process.parent import Parent
    from .events.listeners import Listener, Listener0, Listener1, Listener2
    from .stdio import ReadStream, WriteStream
    from .symbols import Symbol

#: The release of Node whose API this package follows.
NODE_VERSION = "26.10.0"
#: Exit code of Node when an 'uncaughtException' listener itself raises.
_HANDLER_FAILED = 7
_absent: Any = object()


class EmitWarningOptions(TypedDict, total=False):
    """Options of `process.emitWarning`.

    Options:
        type: The name of the warning; "Warning" by default.
        code: A code for programs; none by default.
        detail: Text printed below the warning; none by default.
    """

    type: str
    code: str
    detail: str


#: The signals that a program listens for.
_SIGNALS = (
    *("SIGABRT", "SIGALRM", "SIGBREAK", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGINT", "SIGIO", "SIGPIPE", "SIGPROF"),
    *("SIGQUIT", "SIGTERM", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH"),
)


class Process(EventEmitter):
    """The running program. There is one, `process`.

    Emits: beforeExit(code), exit(code), uncaughtException(error, origin), uncaughtExceptionMonitor(error, origin),
        unhandledRejection(reason, promise), rejectionHandled(promise), warning(warning), each signal by its name with
        (name, number); of a process that `child_process.fork` has started message(message, sendHandle) and
        disconnect().
    Node: https://nodejs.org/api/process.html#process_process
    """

    __events__: dict[str, tuple[str, ...]] = {
        "beforeExit": ("code: int",),
        "exit": ("code: int",),
        "uncaughtException": ("error: Any", "origin: str"),
        "uncaughtExceptionMonitor": ("error: Any", "origin: str"),
        "unhandledRejection": ("reason: Any", "promise: Rejection"),
        "rejectionHandled": ("promise: Rejection",),
        "warning": ("warning: Any",),
        "message": ("message: Any", "sendHandle: Any"),
        "disconnect": (),
        **dict.fromkeys(_SIGNALS, ("signal: str", "number: int")),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "beforeExit",
            "exit",
            "uncaughtException",
            "uncaughtExceptionMonitor",
            "unhandledRejection",
            "rejectionHandled",
            "warning",
            "message",
            "disconnect",
            "SIGABRT",
            "SIGALRM",
            "SIGBREAK",
            "SIGCHLD",
            "SIGCONT",
            "SIGHUP",
            "SIGINT",
            "SIGIO",
            "SIGPIPE",
            "SIGPROF",
            "SIGQUIT",
            "SIGTERM",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGUSR1",
            "SIGUSR2",
            "SIGVTALRM",
            "SIGWINCH",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener1[int])
        _F2 = TypeVar("_F2", bound=Listener2[Any, str])
        _F3 = TypeVar("_F3", bound=Listener2[Any, Rejection])
        _F4 = TypeVar("_F4", bound=Listener1[Rejection])
        _F5 = TypeVar("_F5", bound=Listener1[Any])
        _F6 = TypeVar("_F6", bound=Listener0)
        _F7 = TypeVar("_F7", bound=Listener2[str, int])

        @overload  # type: ignore[override, unused-ignore]
        def on(
            self, eventName: Literal["newListener", "removeListener", "message"], listener: Listener2[Any, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["beforeExit", "exit"], listener: Listener1[int]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["uncaughtException", "uncaughtExceptionMonitor"], listener: Listener2[Any, str]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["unhandledRejection"], listener: Listener2[Any, Rejection]) -> Self: ...
        @overload
        def on(self, eventName: Literal["rejectionHandled"], listener: Listener1[Rejection]) -> Self: ...
        @overload
        def on(self, eventName: Literal["warning"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["disconnect"], listener: Listener0) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["SIGABRT", "SIGALRM", "SIGBREAK", "SIGCHLD"], listener: Listener2[str, int]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["SIGCONT", "SIGHUP", "SIGINT", "SIGIO", "SIGPIPE"], listener: Listener2[str, int]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["SIGPROF", "SIGQUIT", "SIGTERM", "SIGTSTP"], listener: Listener2[str, int]
        ) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1"], listener: Listener2[str, int]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["SIGUSR2", "SIGVTALRM", "SIGWINCH"], listener: Listener2[str, int]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener", "message"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["beforeExit", "exit"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["uncaughtException", "uncaughtExceptionMonitor"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["unhandledRejection"]) -> Callable[[_F3], _F3]: ...
        @overload
        def on(self, eventName: Literal["rejectionHandled"]) -> Callable[[_F4], _F4]: ...
        @overload
        def on(self, eventName: Literal["warning"]) -> Callable[[_F5], _F5]: ...
        @overload
        def on(self, eventName: Literal["disconnect"]) -> Callable[[_F6], _F6]: ...
        @overload
        def on(
            self, eventName: Literal["SIGABRT", "SIGALRM", "SIGBREAK", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGINT"]
        ) -> Callable[[_F7], _F7]: ...
        @overload
        def on(
            self, eventName: Literal["SIGIO", "SIGPIPE", "SIGPROF", "SIGQUIT", "SIGTERM", "SIGTSTP", "SIGTTIN"]
        ) -> Callable[[_F7], _F7]: ...
        @overload
        def on(
            self, eventName: Literal["SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH"]
        ) -> Callable[[_F7], _F7]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self) -> None:
        super().__init__()
        self._exitCode_: int | None = None
        self._exiting = False
        self._captureCallback_: Callable[[BaseException], object] | None = None
        self._capturing_: tuple[Callable[[BaseException], object], ...] = ()
        self._origin_ = "uncaughtException"
        #: Deprecations: do not warn; raise instead.
        self.noDeprecation = False
        self.throwDeprecation = False
        self.on("warning", self._printWarning_)
        self._channelDescriptor_ = _takeChannel()

    # -- the loop

    def nextTick(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back as soon as the running callback has returned, before any I/O and before microtasks.

        Args:
            callback: called with `args`; it may be a coroutine function.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/process.html#processnexttickcallback-args
        """
        validateFunction(callback, "callback")
        if not self._exiting:
            ticks.nextTick(runnable(callback), *args)

    def getActiveResourcesInfo(self) -> list[str]:
        """What keeps the program alive: an entry per handle, then "Timeout" and "Immediate" per timer.

        Node: https://nodejs.org/api/process.html#processgetactiveresourcesinfo
        """
        timers = currentTimers()
        counted = (timers.timeouts, timers.immediates)
        names = [name for name in activity.resources() if name not in {each.resourceName for each in counted}]
        for each in counted:
            names += [each.resourceName] * each.count
        return names

    # -- the end

    @property
    def exitCode(self) -> int | None:
        """The code that the process ends with, unless `exit` gives another; None is 0.

        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE when it is set.
        Node: https://nodejs.org/api/process.html#processexitcode_1
        """
        return self._exitCode_

    @exitCode.setter
    def exitCode(self, code: int | str | None) -> None:
        self._exitCode_ = None if code is None else _toExitCode(code)

    def exit(self, code: int | str | None = _absent) -> NoReturn:
        """End the program at once: 'exit' is emitted, nothing else is called.

        Args:
            code: the exit code; `exitCode`, or 0, if left out. None is 0.
        Raises: SystemExit always, so that the caller ends too; ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/process.html#processexitcode
        """
        if code is not _absent:
            self.exitCode = code
        if not self._exiting:
            self._emitExit_()
        final = self._exitCode_ or 0
        runner.program.leave(final)
        raise SystemExit(final)

    def _emitBeforeExit_(self) -> None:
        try:
            self.emit("beforeExit", self._exitCode_ or 0)
        except BaseException:
            setImmediate(_nothing)  # the exception is reported, and 'beforeExit' comes again
            raise
        resumeParked()

    def _emitExit_(self) -> None:
        self._exiting = True
        self.emit("exit", self._exitCode_ or 0)

    def _onExit_(self, code: int | None) -> int:
        """The hook of the program runner: emit 'exit', and return the code that it came to.

        Args:
            code: the reason, unless the program ended by itself; then 'exit' is not emitted again, and failures in it
                are not reported.
        """
        if code is None:
            try:
                self._emitExit_()
                ticks.drain()  # microtasks: `nextTick` queues nothing any more
            except Exception as error:
                if not self._onUncaught_(error):
                    printError(error)
                    code = runner.UNCAUGHT
        elif not self._exiting:
            self._exitCode_ = code
            try:
                self._emitExit_()
            except Exception as error:
                if isinstance(error, EXHAUSTED):
                    printError(error)
        return (code or 0) if self._exitCode_ is None else self._exitCode_

    # -- exceptions

    def setUncaughtExceptionCaptureCallback(self, fn: Callable[[BaseException], object] | None) -> None:
        """Pass uncaught exceptions to `fn(error)` instead of 'uncaughtException'; None removes it.

        Raises: ERR_INVALID_ARG_TYPE, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET.
        Node: https://nodejs.org/api/process.html#processsetuncaughtexceptioncapturecallbackfn
        """
        if fn is None:
            self._captureCallback_ = None
            return
        if not callable(fn):
            raise ERR_INVALID_ARG_TYPE("fn", ["Function", "null"], fn)
        if self._captureCallback_ is not None:
            raise ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET()
        self._captureCallback_ = fit(fn, 1)

    def addUncaughtExceptionCaptureCallback(self, fn: Callable[[BaseException], object]) -> None:
        """Offer uncaught exceptions to `fn(error)` before 'uncaughtException'; returning True handles one.

        The one added last is asked first, and none while there is one of `setUncaughtExceptionCaptureCallback`.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/process.html#processadduncaughtexceptioncapturecallbackfn
        """
        validateFunction(fn, "fn")
        self._capturing_ = (fit(fn, 1), *self._capturing_)

    def hasUncaughtExceptionCaptureCallback(self) -> bool:
        """True while a capture callback is set.

        Node: https://nodejs.org/api/process.html#processhasuncaughtexceptioncapturecallback
        """
        return self._captureCallback_ is not None

    def _onUncaught_(self, error: BaseException) -> bool:
        """The hook of `faults.report`: True when the program handled the error."""
        context, async_hooks.failed = async_hooks.failed, None
        return self._tellUncaught_(error) if context is None else context.run(self._tellUncaught_, error)

    def _tellUncaught_(self, error: BaseException) -> bool:
        try:
            self.emit("uncaughtExceptionMonitor", error, self._origin_)
            if self._captureCallback_ is not None:
                self._captureCallback_(error)
                return True
            if any(capture(error) is True for capture in self._capturing_):
                return True
            return self.emit("uncaughtException", error, self._origin_)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as worse:
            if faults.fatal is None:
                raise
            self._exiting = True  # as in Node, no 'exit' after this
            self._exitCode_ = _HANDLER_FAILED
            faults.fatal(worse)
            return True

    def _onRejection_(self, reason: Any, promise: Any, owner: Any = None) -> None:
        """The hook of `events`: an unhandled failure. `promise` no longer holds it."""
        ticks.queueRejection(kept(self._reportRejection_), reason, owner)

    def _reportRejection_(self, reason: Any, owner: Any) -> None:
        if isinstance(reason, (SystemExit, KeyboardInterrupt)):
            ticks.report(reason)
            return
        error = reason if isinstance(reason, BaseException) else ERR_UNHANDLED_REJECTION(_shown(reason))
        if self.emit("unhandledRejection", reason, Rejection(error, self._rejectionHandled_)):
            return
        self._origin_ = "unhandledRejection"
        try:
            ticks.report(error, owner)
        finally:
            self._origin_ = "uncaughtException"

    def _rejectionHandled_(self, promise: Rejection) -> None:
        ticks.queueRejection(self.emit, "rejectionHandled", promise)

    # -- warnings

    def emitWarning(
        self,
        warning: str | BaseException,
        type: str | EmitWarningOptions | Mapping[str, Any] | None = None,
        code: str | None = None,
        ctor: object = None,
        *,
        detail: str | None = None,
    ) -> None:
        """Emit 'warning' in the next tick; by default the warning is printed on stderr.

        Args:
            warning: its text, or an exception that is the warning.
            type: its name, "Warning" if left out; or EmitWarningOptions.
            code: a code such as "DEP0001".
            detail: text printed below it.
        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/process.html#processemitwarningwarning-options
        """
        if type is not None and not isinstance(type, (*PRIMITIVES, list, tuple)) and not callable(type):
            given = optionsOf(type)
            code, detail = given.get("code", code), given.get("detail", detail)
            type = given.get("type")
            type = type if isTruthy(type) else "Warning"
        elif callable(type):
            type = code = None
        if type is not None:
            validateString(type, "type")
        if code is not None and not callable(code):
            validateString(code, "code")
        if isinstance(warning, str):
            name = type if isinstance(type, str) and type else "Warning"
            detail = detail if isinstance(detail, str) else None
            warning = ProcessWarning(warning, name, code if isinstance(code, str) else None, detail)
        elif not isinstance(warning, BaseException):
            raise ERR_INVALID_ARG_TYPE("warning", ["string", "Error"], warning)
        if _nameOf(warning) == "DeprecationWarning":
            if self.noDeprecation:
                return
            if self.throwDeprecation:
                ticks.nextTick(_raise, warning)
                return
        ticks.nextTick(self.emit, "warning", warning)

    def _printWarning_(self, warning: BaseException) -> None:
        code = getattr(warning, "code", None)
        detail = getattr(warning, "detail", None)
        text = getattr(warning, "message", None)
        head = f"(nodecompat:{os.getpid()}) " + (f"[{code}] " if code else "") + _nameOf(warning)
        text = str(warning) if text is None else text
        lines = [f"{head}: {text}" if text else head, *([detail] if isinstance(detail, str) else [])]
        try:
            print(*lines, sep="\n", file=sys.stderr, flush=True)
        except (OSError, ValueError, AttributeError):  # stderr is closed or missing
            pass

    # -- signals

    def kill(self, pid: int, signal_: int | str | None = None) -> bool:
        """Send a signal.

        Args:
            pid: the process.
            signal_: its name or number, "SIGTERM" if left out.
        Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_SIGNAL; OSError such as ESRCH.
        Node: https://nodejs.org/api/process.html#processkillpid-signal
        """
        number = toNumber(pid)
        if not -(2**31) <= number < 2**31 or number != int(number):
            raise ERR_INVALID_ARG_TYPE("pid", "number", pid)
        try:
            os.kill(int(number), _toSignal(signal_))
        except OSError as error:
            raise errnoException(-(error.errno or 0), "kill") from None
        return True

    def _add_(self, eventName: Any, listener: Any, prepend: bool) -> Process:
        if eventName in ("message", "disconnect"):
            parent = self._parent_
            if parent is not None:
                parent.listens(eventName)
        number = _signalNumber(eventName)
        if number and not self.listenerCount(eventName):
            try:
                signals.listen(number, self._onSignal_)
            except OSError as error:  # SIGKILL, SIGSTOP
                raise errnoException(-(error.errno or 0), "uv_signal_start") from None
        super()._add_(eventName, listener, prepend)
        return self

    if not TYPE_CHECKING:  # else: the events, above

        def removeListener(self, eventName: Any, listener: Any) -> Process:
            """As in EventEmitter; a signal without listeners regains its default effect."""
            super().removeListener(eventName, listener)
            self._forgetSignal_(eventName)
            return self

        off = removeListener

    def removeAllListeners(self, *eventName: Any) -> Process:
        """As in EventEmitter; signals regain their default effect."""
        names = list(eventName) or self.eventNames()
        super().removeAllListeners(*eventName)
        for name in names:
            self._forgetSignal_(name)
        return self

    def _warningName_(self) -> str:
        return "[process]"

    # -- the parent, of a process that `fork` has started

    @cached_property
    def _parent_(self) -> Parent | None:
        """The channel to the parent, which is opened when it is needed first."""
        if self._channelDescriptor_ < 0:
            return None
        from .child_process.parent import openParent

        return openParent(self, self._channelDescriptor_)

    @property
    def connected(self) -> bool | None:
        """Whether messages can be sent; None in a process that was not forked.

        Node: https://nodejs.org/api/process.html#processconnected
        """
        return None if self._parent_ is None else self._parent_.conversation.connected

    @property
    def channel(self) -> Control | None:
        """The channel to the parent, None without one. Node: https://nodejs.org/api/process.html#processchannel"""
        return None if self._parent_ is None else self._parent_.conversation.control

    @property
    def send(self) -> Callable[..., bool] | None:
        """`send(message[, sendHandle[, options]][, callback])`, as of ChildProcess; None in a process that was not
        forked. Node: https://nodejs.org/api/process.html#processsendmessage-sendhandle-options-callback
        """
        return None if self._parent_ is None else self._parent_.send

    @property
    def disconnect(self) -> Callable[[], None] | None:
        """`disconnect()` closes the channel to the parent; None in a process that was not forked.

        Node: https://nodejs.org/api/process.html#processdisconnect
        """
        return None if self._parent_ is None else self._parent_.conversation.disconnect

    def _forgetSignal_(self, eventName: Any) -> None:
        number = _signalNumber(eventName)
        if number and not self.listenerCount(eventName):
            signals.ignore(number)

    def _onSignal_(self, number: int) -> None:
        name = signal.Signals(number).name
        self.emit(name, name, number)

    # -- facts

    @property
    def argv(self) -> list[str]:
        """The interpreter, the script's absolute path, and its arguments.

        Node: https://nodejs.org/api/process.html#processargv
        """
        script = [os.path.abspath(sys.argv[0])] if sys.argv and sys.argv[0] else sys.argv[:1]
        return [sys.executable, *script, *sys.argv[1:]]

    @property
    def argv0(self) -> str:
        """The interpreter as it was called. Node: https://nodejs.org/api/process.html#processargv0"""
        return sys.orig_argv[0] if sys.orig_argv else sys.executable

    @property
    def execPath(self) -> str:
        """The absolute path of the interpreter. Node: https://nodejs.org/api/process.html#processexecpath"""
        return sys.executable

    @property
    def env(self) -> Environment:
        """The variables of the environment: `env["PORT"]` or `env.PORT`, None for one that is not set.

        Node: https://nodejs.org/api/process.html#processenv
        """
        return env

    @property
    def pid(self) -> int:
        """The number of the process. Node: https://nodejs.org/api/process.html#processpid"""
        return os.getpid()

    @property
    def ppid(self) -> int:
        """The number of the parent process. Node: https://nodejs.org/api/process.html#processppid"""
        return os.getppid()

    @property
    def platform(self) -> str:
        """The system: "linux", "darwin", "win32", … Node: https://nodejs.org/api/process.html#processplatform"""
        return sys.platform

    @property
    def arch(self) -> str:
        """The processor: "x64", "arm64", … Node: https://nodejs.org/api/process.html#processarch"""
        machine = platform.machine().lower()
        return _ARCHITECTURES.get(machine, machine)

    @property
    def version(self) -> str:
        """The release of Node whose API this package follows.

        Node: https://nodejs.org/api/process.html#processversion
        """
        return "v" + NODE_VERSION

    @property
    def versions(self) -> BareRecord[str]:
        """That release ("node"), and those of nodecompat, Python and Twisted.

        Node: https://nodejs.org/api/process.html#processversions
        """
        from importlib.metadata import version

        python = platform.python_version()
        found = {"node": NODE_VERSION, "nodecompat": __version__, "python": python, "twisted": version("twisted")}
        return BareRecord(found)

    @cached_property
    def stdin(self) -> ReadStream:
        """Standard input, a Readable. Node: https://nodejs.org/api/process.html#processstdin"""
        from .stdio import ReadStream

        return ReadStream(0)

    @cached_property
    def stdout(self) -> WriteStream:
        """Standard output, a Writable whose writes are synchronous.

        Node: https://nodejs.org/api/process.html#processstdout
        """
        from .stdio import WriteStream

        return WriteStream(1)

    @cached_property
    def stderr(self) -> WriteStream:
        """Standard error, a Writable whose writes are synchronous.

        Node: https://nodejs.org/api/process.html#processstderr
        """
        from .stdio import WriteStream

        return WriteStream(2)

    def cwd(self) -> str:
        """The working directory. Node: https://nodejs.org/api/process.html#processcwd"""
        return os.getcwd()

    def chdir(self, directory: str) -> None:
        """Change the working directory. Node: https://nodejs.org/api/process.html#processchdirdirectory"""
        validateString(directory, "directory")
        name = encode(directory.split("\0")[0])  # as a C program reads it
        try:
            os.chdir(name)
        except OSError as error:
            raise uvException(-(error.errno or 0), "chdir", path=os.getcwd(), dest=name.decode()) from None

    def uptime(self) -> float:
        """Seconds since the program started. Node: https://nodejs.org/api/process.html#processuptime"""
        return uptime()

    @property
    def memoryUsage(self) -> Memory:
        """The memory of the process, in bytes: `memoryUsage()` is a record, `memoryUsage.rss()` the first figure of it.

        Differs: `heapUsed` is `heapTotal`, of which Python does not tell how much is free; `external` and
        `arrayBuffers` are 0, as Buffers are in the heap.
        Node: https://nodejs.org/api/process.html#processmemoryusage
        """
        return _memory

    def cpuUsage(self, previousValue: CpuUsage | None = None) -> CpuUsage:
        """Processor time of the process in microseconds, since `previousValue` if given.

        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
        Node: https://nodejs.org/api/process.html#processcpuusagepreviousvalue
        """
        return cpuUsage(previousValue)

    def threadCpuUsage(self, previousValue: CpuUsage | None = None) -> CpuUsage:
        """Processor time of the calling thread in microseconds, since `previousValue` if given.

        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
        Node: https://nodejs.org/api/process.html#processthreadcpuusagepreviousvalue
        """
        return cpuUsage(previousValue, ofThread=True)

    def resourceUsage(self) -> ResourceUsage:
        """What the system counts of this process: times in microseconds, `maxRSS` in kilobytes, counts.

        Node: https://nodejs.org/api/process.html#processresourceusage
        """
        return resourceUsage()

    @property
    def hrtime(self) -> HighResolutionTime:
        """The monotonic clock: `hrtime()`, `hrtime(previous)`, `hrtime.bigint()`.

        Node: https://nodejs.org/api/process.html#processhrtimetime
        """
        return _hrtime


def _takeChannel() -> int:
    """The descriptor of the channel that a parent made, or -1. It is not passed on to children of our own."""
    found = os.environ.pop("NODE_CHANNEL_FD", "")
    os.environ.pop("NODE_CHANNEL_SERIALIZATION_MODE", None)
    if not found.isdecimal():
        return -1
    try:
        os.set_inheritable(int(found), False)
    except OSError:
        return -1
    runner.endBySignals()
    return int(found)


_hrtime = HighResolutionTime()
_memory = Memory()
#: Node's names of processors, by Python's.
_ARCHITECTURES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "i386": "ia32", "i686": "ia32", "armv7l": "arm"}


def _signalNumber(eventName: Any) -> int:
    """The number of the signal of that name, 0 for other events."""
    if isinstance(eventName, str) and eventName.startswith("SIG"):
        found = getattr(signal.Signals, eventName, None)
        return int(found) if found is not None else 0
    return 0


def _toSignal(given: Any) -> int:
    """The number of a signal that is given by its name or number, or not at all."""
    if isNumber(given) and given != given:
        return 0
    if isNumber(given) and given == given // 1 and abs(given) < 2**31:
        return int(given)
    number = _signalNumber(given if isTruthy(given) else "SIGTERM")
    if not number:
        raise ERR_UNKNOWN_SIGNAL(given)
    return number


def _toExitCode(code: Any) -> int:
    """An exit code as JavaScript takes it: a text is a number, of which 32 bits count."""
    if isinstance(code, str) and code:
        for convert in (float, lambda text: int(text, 0)):
            try:
                code = convert(code)
                break
            except ValueError:
                pass
    validateInteger(code, "code")
    return (int(code) + 2**31) % 2**32 - 2**31


def _nameOf(warning: BaseException) -> str:
    return str(getattr(warning, "name", None) or type(warning).__name__)


def _shown(reason: Any) -> str:
    """A value that is no error, as Node writes it in the text of ERR_UNHANDLED_REJECTION."""
    if isinstance(reason, str):
        return reason
    if reason is None or isinstance(reason, (bool, int, float)):
        return inspect(reason)
    return f"#<{className(reason)}>"


def _nothing() -> None:
    pass


def _raise(error: BaseException) -> NoReturn:
    raise error


process: Process = Process()
#: `process.nextTick` under a name of its own: it is as good as a global in Node.
nextTick: Final = process.nextTick
faults.hook = process._onUncaught_
events.unhandledRejection = process._onRejection_
#: Looked up for each warning: a program may replace it, as in Node.
events.emitWarning = optionbags.emitWarning = lambda warning: process.emitWarning(warning)
runner.onBeforeExit = process._emitBeforeExit_
runner.onExit = process._onExit_
runner.onUnhandled = process._onRejection_
