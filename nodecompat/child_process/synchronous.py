"""`spawnSync`, `execSync`, `execFileSync`: everything else waits until the child has ended.

Follows lib/child_process.js of Node 26 by behaviour.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..coercion import optionsOf
from ..encodings import decode, encode
from ..errors import ERR_INVALID_ARG_TYPE, NodeError, errnoException
from ..optionbags import check
from ..reactor.loop.blocking import Outcome, runToEnd
from ..reactor.loop.children import Start
from ..records import Record
from ..validators import isTruthy, validateObject
from . import stdio
from .arguments import Command, checkKillSignal, checkMaxBuffer, checkTimeout, command, signalName, splitOptions
from .options import ExecFileSyncOptions, ExecSyncOptions, SpawnSyncOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

_BYTES = (bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True)
class SpawnSyncReturns(Record):
    """What became of a process.

    Attributes:
        pid: The number of the process; 0 if there was none.
        output: By descriptor; None for what is no pipe.
        stdout: What it wrote to stdout, None if that was no pipe.
        stderr: What it wrote to stderr, None if that was no pipe.
        status: The exit code, None when a signal ended it.
        signal: The name of the signal that ended it, or None.
        error: Why it could not be started, or was killed; or None.
    Node: https://nodejs.org/api/child_process.html#child_processspawnsynccommand-args-options
    """

    pid: int
    output: list[Any] | None
    stdout: Any
    stderr: Any
    status: int | None
    signal: str | None
    error: BaseException | None


def spawnSync(
    command: str, args: Any = None, options: Any = None, /, **keywords: Unpack[SpawnSyncOptions]
) -> SpawnSyncReturns:
    """Run a process to its end.

    Args: as of `spawn`; options: SpawnSyncOptions, as a mapping or as keywords.
    Returns: SpawnSyncReturns.
    Raises: as `spawn`; ERR_IPC_SYNC_FORK.
    Node: https://nodejs.org/api/child_process.html#child_processspawnsynccommand-args-options
    """
    check(SpawnSyncOptions, args if options is None else options, keywords)
    return _run(_command(command, args, options, keywords))


def _command(file: Any, args: Any, options: Any, keywords: Mapping[str, Any]) -> Command:
    args, options = splitOptions(args, options)
    if options is not None:
        validateObject(options, "options")
    given = {"maxBuffer": None, **optionsOf(options, keywords)}
    return command(file, args, given)


def _run(made: Command) -> SpawnSyncReturns:
    given = made.options
    timeout, limit = checkTimeout(given.get("timeout")), checkMaxBuffer(given.get("maxBuffer"))
    killSignal = checkKillSignal(given.get("killSignal"))
    places = stdio.places(given.get("stdio"), isSync=True)
    inputs: dict[int, bytes] = {}
    if isTruthy(given.get("input")):
        data = _toBytes(given["input"], given.get("encoding"))
        if places[0].kind == "pipe":
            inputs[0] = data
    try:
        outcome = _runPlaces(made, places, inputs, timeout, limit, killSignal)
    finally:
        for each in places:
            each.close()
    return _result(made, places, outcome, given.get("encoding"))


def _runPlaces(
    made: Command,
    places: list[stdio.Place],
    inputs: dict[int, bytes],
    timeout: float,
    limit: float,
    killSignal: int,
) -> Outcome:
    descriptors = [each.open() for each in places]
    pipes = {number: each.ours for number, each in enumerate(places) if each.ours is not None}

    def closeTheirs() -> None:
        for each in places:
            each.closeTheirs()

    what = Start(
        file=made.file,
        args=made.args,
        descriptors=descriptors,
        env=made.env,
        cwd=made.cwd,
        uid=made.uid,
        gid=made.gid,
        detached=made.detached,
    )
    return runToEnd(what, pipes, inputs, closeTheirs, timeout, limit, killSignal)


def _toBytes(value: Any, encoding: Any) -> bytes:
    if isinstance(value, str):
        return encode(value, encoding if isinstance(encoding, str) else None)
    if isinstance(value, _BYTES):
        return bytes(value)
    raise ERR_INVALID_ARG_TYPE("options.stdio[0]", ["Buffer", "TypedArray", "DataView", "string"], value)


def _result(made: Command, places: list[stdio.Place], outcome: Outcome, encoding: Any) -> SpawnSyncReturns:
    error: Any = None
    if outcome.error:
        error = errnoException(outcome.error, f"spawnSync {made.file}")
        error.path = made.file
        error.spawnargs = made.args[1:]
    output: list[Any] | None = None
    if outcome.pid:
        form = encoding if isTruthy(encoding) and encoding != "buffer" else None
        output = [None if n == 0 or each.kind != "pipe" else _output(outcome, n, form) for n, each in enumerate(places)]
    return SpawnSyncReturns(
        pid=outcome.pid,
        output=output,
        stdout=output[1] if output else None,
        stderr=output[2] if output else None,
        status=outcome.code,
        signal=signalName(outcome.signal) if outcome.signal else None,
        error=error,
    )


def _output(outcome: Outcome, number: int, form: Any) -> Any:
    data = bytes(outcome.outputs.get(number, b""))
    if form is None:
        return data
    return decode(data, form) if data else ""  # where there is nothing, no encoding is unknown


def execFileSync(file: str, args: Any = None, options: Any = None, /, **keywords: Unpack[ExecFileSyncOptions]) -> Any:
    """Run a program to its end.

    Args: as of `execFile`; options: ExecFileSyncOptions, as a mapping or as keywords. Unless `stdio` is given, its
        error output goes to ours.
    Returns: what it printed: bytes, or a text with `encoding`.
    Raises: as `spawnSync`; the error, with all fields of `spawnSync`'s record, when the program fails.
    Node: https://nodejs.org/api/child_process.html#child_processexecfilesyncfile-args-options
    """
    check(ExecFileSyncOptions, args if options is None else options, keywords)
    made = _command(file, args, options, keywords)
    words = [made.options.get("argv0") or file, *made.args[1:]]
    return _printed(made, " ".join(words))


def execSync(command: str, options: Any = None, /, **keywords: Unpack[ExecSyncOptions]) -> Any:
    """Run a line in a shell to its end.

    Args: command: the line. Never put what comes from elsewhere into it. options: ExecSyncOptions, as a mapping or as
        keywords. Unless `stdio` is given, its error output goes to ours.
    Returns, Raises: as `execFileSync`.
    Node: https://nodejs.org/api/child_process.html#child_processexecsynccommand-options
    """
    check(ExecSyncOptions, options, keywords)
    if options is not None:
        validateObject(options, "options")
    given = optionsOf(options, keywords)
    given["shell"] = given["shell"] if isinstance(given.get("shell"), str) else True
    return _printed(_command(command, None, given, {}), command)


def _printed(made: Command, shown: str) -> Any:
    showsErrors = not made.options.get("stdio")
    found = _run(made)
    if showsErrors and found.stderr:
        told = found.stderr
        sys.stderr.write(told if isinstance(told, str) else told.decode("utf-8", "replace"))
    error: Any = found.error
    if error is None and found.status != 0:
        told = found.stderr
        text = f"Command failed: {shown}"
        if told:
            text += "\n" + (told if isinstance(told, str) else told.decode("utf-8", "replace"))
        error = NodeError(text)
    if error is not None:
        for name in found:
            if name != "error":
                setattr(error, name, found[name])
        raise error
    return found.stdout
