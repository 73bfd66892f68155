"""`spawn`, `fork`, `exec`, `execFile`: the asynchronous functions.

Follows lib/child_process.js of Node 26 by behaviour. Differs: `fork` runs a Python program, by `nodecompat run`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..coercion import PRIMITIVES, optionsOf
from ..encodings import normalizeEncoding
from ..errors import (
    ERR_CHILD_PROCESS_STDIO_MAXBUFFER,
    ERR_INVALID_ARG_TYPE,
    AbortError,
    NodeError,
    getSystemErrorName,
)
from ..events import addAbortListener, fit
from ..fs.operations.arguments import toPath
from ..optionbags import check
from ..reactor.loop.promised import Promised
from ..reactor.loop.ticks import nextTick, queueMicrotask
from ..records import Record
from ..timers import clearTimeout, setTimeout
from ..validators import isTruthy, validateAbortSignal, validateObject
from . import stdio
from .arguments import (
    Command,
    checkKillSignal,
    checkMaxBuffer,
    checkTimeout,
    command,
    splitOptions,
    takeCallback,
)
from .childprocess import ChildProcess
from .options import ExecFileOptions, ExecOptions, ForkOptions, SpawnOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: What runs a program: `python -m nodecompat run app.py`.
RUNNER = ("-m", "nodecompat", "run")


def spawn(command: str, args: Any = None, options: Any = None, /, **keywords: Unpack[SpawnOptions]) -> ChildProcess:
    """Start a process.

    Args:
        command: a path, or a name that is looked up in PATH.
        args: a list of texts; may be left out.
        options: SpawnOptions, as a mapping or as keywords.
    Returns: the process; its 'spawn' or 'error' follows.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_IPC_ONE_PIPE, ERR_UNKNOWN_SIGNAL; the
        system's error where there are mistakes in the call.
    Node: https://nodejs.org/api/child_process.html#child_processspawncommand-args-options
    """
    check(SpawnOptions, args if options is None else options, keywords)
    return _spawn(_command(command, args, options, keywords))


def _command(file: Any, args: Any, options: Any, keywords: Mapping[str, Any]) -> Command:
    made = command(file, args, options, keywords)
    checkTimeout(made.options.get("timeout"))
    validateAbortSignal(made.options.get("signal"), "options.signal")
    checkKillSignal(made.options.get("killSignal"))
    return made


def _spawn(made: Command) -> ChildProcess:
    timeout, killSignal = checkTimeout(made.options.get("timeout")), checkKillSignal(made.options.get("killSignal"))
    child = ChildProcess()
    child._start_(made)
    if timeout:
        _limit(child, timeout, killSignal)
    abortSignal = made.options.get("signal")
    if abortSignal is not None:
        _obey(child, abortSignal, killSignal)
    return child


def _limit(child: ChildProcess, timeout: float, killSignal: int) -> None:
    def expire() -> None:
        try:
            child.kill(killSignal)
        except Exception as error:
            child.emit("error", error)

    timer = setTimeout(expire, timeout)
    child.once("exit", lambda: clearTimeout(timer))


def _obey(child: ChildProcess, abortSignal: Any, killSignal: int) -> None:
    def abort(event: Any = None) -> None:
        try:
            if child.kill(killSignal):
                child.emit("error", AbortError.by(abortSignal))
        except Exception as error:
            child.emit("error", error)

    if abortSignal.aborted:
        nextTick(abort)
    else:
        watch = addAbortListener(abortSignal, abort)
        child.once("exit", lambda: watch.dispose())


def fork(modulePath: Any, args: Any = None, options: Any = None, /, **keywords: Unpack[ForkOptions]) -> ChildProcess:
    """Start a Python program that has a channel to us: `child.send`, 'message', and `process.send` over there.

    The program runs as by `nodecompat run`.

    Args:
        modulePath: the program, a path or a `file:` URL.
        args: a list of texts; may be left out.
        options: ForkOptions, as a mapping or as keywords. With an `execPath` other than this Python's, such as Node's,
            the program is its first argument.
    Returns: the process; its outputs are ours, unless `silent` or `stdio` say otherwise.
    Raises: as `spawn`; ERR_CHILD_PROCESS_IPC_REQUIRED.
    Node: https://nodejs.org/api/child_process.html#child_processforkmodulepath-args-options
    """
    check(ForkOptions, args if options is None else options, keywords)
    path = os.fsdecode(toPath(modulePath, "modulePath"))
    if args is not None and isinstance(args, PRIMITIVES):
        raise ERR_INVALID_ARG_TYPE("args", "Array", args)
    args, options = splitOptions(args, options)
    if options is not None:
        validateObject(options, "options")
    given = optionsOf(options, keywords)
    file = given.get("execPath") or sys.executable
    before = given.get("execArgv")
    if before is not None and not isinstance(before, (list, tuple)):
        raise ERR_INVALID_ARG_TYPE("options.execArgv", "Array", before)
    runner = RUNNER if file == sys.executable else ()
    given["stdio"] = stdio.forFork(given.get("stdio"), isTruthy(given.get("silent")))
    given["shell"] = False
    return _spawn(_command(file, [*(before or ()), *runner, path, *args], given, {}))


def exec(command: str, *arguments: Any, **keywords: Unpack[ExecOptions]) -> ChildProcess:
    """Run a line in a shell, and collect what it prints.

    Args:
        command: the line. Never put what comes from elsewhere into it: the shell would obey it.
        arguments: ExecOptions, as a mapping or as keywords, and `callback(error, stdout, stderr)`; either may be left
            out. The error has `code` (or the name of the failure), `killed`, `signal` and `cmd`.
    Returns: the process. `promisify(exec)` returns a promise, with the process as `promise.child`.
    Raises: as `spawn`.
    Node: https://nodejs.org/api/child_process.html#child_processexeccommand-options-callback
    """
    (options,), callback = takeCallback(arguments, ("options",))
    check(ExecOptions, options, keywords)
    return _collect(command, None, _shelled(options, keywords), callback)


def _shelled(options: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    if options is not None and not isinstance(options, str):
        validateObject(options, "options")
    given = optionsOf(options, keywords)
    given["shell"] = given["shell"] if isinstance(given.get("shell"), str) else True
    return given


def execFile(file: str, *arguments: Any, **keywords: Unpack[ExecFileOptions]) -> ChildProcess:
    """Run a program, and collect what it prints.

    Args:
        file: a path, or a name that is looked up in PATH.
        arguments: a list of texts, ExecFileOptions, as a mapping or as keywords, and
            `callback(error, stdout, stderr)`, as of `exec`; each may be left out.
    Returns: the process. `promisify(execFile)` returns a promise, with the process as `promise.child`.
    Raises: as `spawn`.
    Node: https://nodejs.org/api/child_process.html#child_processexecfilefile-args-options-callback
    """
    (args, options), callback = takeCallback(arguments, ("args", "options"))
    args, options = splitOptions(args, options)
    check(ExecFileOptions, options, keywords)
    if options is not None:
        validateObject(options, "options")
    return _collect(file, args, optionsOf(options, keywords), callback)


def _collect(file: Any, args: Any, given: dict[str, Any], callback: Any) -> ChildProcess:
    timeout, limit = checkTimeout(given.get("timeout")), checkMaxBuffer(given.get("maxBuffer"))
    killSignal = checkKillSignal(given.get("killSignal"))
    start = {name: value for name, value in given.items() if name not in ("timeout", "encoding", "stdio")}
    made = _command(file, args, start, {})
    child = _spawn(made)
    shown = file if not args else " ".join([file, *map(str, args)])
    _Collecting(child, shown, given.get("encoding", "utf8"), limit, killSignal, callback, timeout)
    return child


class ExecException(NodeError):
    """The error of a program that failed. Node: https://nodejs.org/api/child_process.html#child_processexeccommand-options-callback"""

    #: The exit code; the name of the failure of a program that could not be started.
    code: Any
    #: Whether we have killed it.
    killed: bool
    #: The signal that ended it, or None.
    signal: str | None
    #: What was to be run.
    cmd: str
    #: What it had printed; of promises only.
    stdout: Any
    stderr: Any


class PromiseWithChild(Promised[Any]):
    """What the promisified functions return. Node: https://nodejs.org/api/util.html#utilpromisifyoriginal"""

    child: ChildProcess


class _Collecting:
    """What a child prints, until it has ended, prints too much, or takes too long."""

    def __init__(
        self,
        child: ChildProcess,
        command: str,
        encoding: Any,
        limit: float,
        killSignal: int,
        callback: Callable[..., Any] | None,
        timeout: float,
    ) -> None:
        self._child = child
        self._command = command
        self._limit = limit
        self._killSignal = killSignal
        self._callback = None if callback is None else fit(callback, 3)
        self._error: BaseException | None = None
        self._isKilled = self._isOver = False
        self._encoding = encoding if isinstance(encoding, str) and normalizeEncoding(encoding) else None
        self._timer = setTimeout(self._kill, timeout) if timeout else None
        self._chunks: dict[str, list[Any]] = {"stdout": [], "stderr": []}
        self._sizes = {"stdout": 0, "stderr": 0}
        for name in self._chunks:
            stream: Any = getattr(child, name)
            if stream is not None:
                if self._encoding is not None:
                    stream.setEncoding(self._encoding)
                stream.on("data", self._taking(name))
        child.on("close", self._onClose)
        child.on("error", self._onError)

    def _taking(self, name: str) -> Callable[[Any], None]:
        def take(chunk: Any) -> None:
            size = len(chunk) if isinstance(chunk, (bytes, bytearray)) else len(chunk.encode("utf-8", "surrogatepass"))
            room = self._limit - self._sizes[name]
            self._sizes[name] += size
            if size <= room:
                self._chunks[name].append(chunk)
                return
            self._chunks[name].append(chunk[: int(max(room, 0))])
            self._error = ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name)
            self._kill()

        return take

    def _kill(self) -> None:
        self._closeStreams()
        self._isKilled = True
        try:
            self._child.kill(self._killSignal)
        except Exception as error:
            self._error = self._error or error
            self._onClose(None, None)

    def _closeStreams(self) -> None:
        for stream in (self._child.stdout, self._child.stderr):
            if stream is not None:
                stream.destroy()

    def _onError(self, error: BaseException) -> None:
        self._error = error
        self._closeStreams()
        self._onClose(None, None)

    def _onClose(self, code: int | None, name: str | None) -> None:
        if self._isOver:
            return
        self._isOver = True
        if self._timer is not None:
            clearTimeout(self._timer)
        if self._callback is None:
            return
        out, err = (self._joined(each) for each in ("stdout", "stderr"))
        if self._error is None and code == 0 and name is None:
            self._callback(None, out, err)
            return
        error: Any = self._error
        if error is None:
            told = err if isinstance(err, str) else err.decode("utf-8", "replace")
            error = ExecException(f"Command failed: {self._command}\n{told}")
            error.code = getSystemErrorName(code) if code is not None and code < 0 else code
            error.killed = self._child.killed or self._isKilled
            error.signal = name
        error.cmd = self._command
        self._callback(error, out, err)

    def _joined(self, name: str) -> Any:
        chunks = self._chunks[name]
        return b"".join(chunks) if self._encoding is None else "".join(chunks)


@dataclass(frozen=True, slots=True)
class Printed(Record):
    """What a program of `promisify(exec)` or `promisify(execFile)` has printed: texts, or bytes by its encoding.

    Node: https://nodejs.org/api/child_process.html#child_processexeccommand-options-callback
    """

    stdout: Any
    stderr: Any


def _promised(function: Callable[..., ChildProcess]) -> Callable[..., PromiseWithChild]:
    def promised(*arguments: Any, **keywords: Any) -> PromiseWithChild:
        promise = PromiseWithChild()

        def over(error: Any, out: Any, err: Any) -> None:
            if error is not None:
                error.stdout, error.stderr = out, err
                queueMicrotask(_settle, promise, promise.errback, error)
            else:
                queueMicrotask(_settle, promise, promise.callback, Printed(out, err))

        promise.child = function(*arguments, over, **keywords)
        return promise

    return promised


def _settle(promise: Any, fire: Callable[[Any], object], outcome: Any) -> None:
    if not promise.called:  # it may have been cancelled
        fire(outcome)


# What `util.promisify` returns.
exec.__promisify__ = _promised(exec)  # type: ignore[attr-defined]
execFile.__promisify__ = _promised(execFile)  # type: ignore[attr-defined]
