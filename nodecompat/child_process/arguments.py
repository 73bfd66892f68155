"""The arguments of child_process: checked, and brought into one form, `Command`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..coercion import PRIMITIVES, optionsOf
from ..environment import env as ownEnvironment
from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_UNKNOWN_SIGNAL,
    toText,
)
from ..events.hooks import ProcessWarning, deliverWarning
from ..fs.operations.arguments import toPath
from ..validators import (
    isNumber,
    isTruthy,
    validateFunction,
    validateInt32,
    validateInteger,
    validateNumber,
    validateObject,
    validateString,
)

#: The most bytes of an output that `exec` and its kin collect.
MAX_BUFFER = 1024 * 1024
_SHELL = "/bin/sh"


@dataclass
class Command:
    """A process to be started.

    Attributes:
        file: what is started. args: its arguments, the name that it sees first among them.
        env: the whole environment.
        options: what was given, for what is not about the start.
    """

    file: str
    args: list[str]
    env: dict[str, str]
    cwd: str | None = None
    uid: int | None = None
    gid: int | None = None
    detached: bool = False
    options: dict[str, Any] = field(default_factory=dict)


def command(file: Any, args: Any = None, options: Any = None, keywords: Mapping[str, Any] | None = None) -> Command:
    """What `spawn(file, args, options)` means.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    validateString(file, "file")
    _refuseNull(file, "file")
    if not file:
        raise ERR_INVALID_ARG_VALUE("file", file, "cannot be empty")
    if args is None:
        args = []
    elif not isinstance(args, (list, tuple)):
        if (not isinstance(args, Mapping) and not hasattr(args, "__dict__")) or callable(args):
            raise ERR_INVALID_ARG_TYPE("args", "object", args)
        args, options = [], args
    words = [toText(each) for each in args]
    for place, word in enumerate(words):
        _refuseNull(word, f"args[{place}]")
    if options is not None:
        validateObject(options, "options")
    given = optionsOf(options, keywords)
    _checkOptions(given)
    made = Command(file, words, _environment(given.get("env")), options=given)
    made.cwd = None if given.get("cwd") is None else os.fsdecode(toPath(given["cwd"], "options.cwd"))
    made.uid, made.gid = given.get("uid"), given.get("gid")
    made.detached = isTruthy(given.get("detached"))
    _takeShell(made, given.get("shell"))
    first = given.get("argv0")
    made.args.insert(0, made.file if first is None else first)
    return made


def splitOptions(args: Any, options: Any) -> tuple[Sequence[Any], Any]:
    """The list of arguments, which may be left out, and the options.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if args is None:
        return (), options
    if isinstance(args, (list, tuple)):
        return args, options
    if isinstance(args, PRIMITIVES) or callable(args):
        raise ERR_INVALID_ARG_TYPE("args", "object", args)
    return (), args


def _checkOptions(given: Mapping[str, Any]) -> None:
    for name in ("detached", "windowsHide", "windowsVerbatimArguments"):
        if given.get(name) is not None and not isinstance(given[name], bool):
            raise ERR_INVALID_ARG_TYPE(f"options.{name}", "boolean", given[name])
    for name in ("uid", "gid"):
        if given.get(name) is not None:
            validateInt32(given[name], f"options.{name}")
    shell, first = given.get("shell"), given.get("argv0")
    if shell is not None and not isinstance(shell, (bool, str)):
        raise ERR_INVALID_ARG_TYPE("options.shell", ["boolean", "string"], shell)
    if first is not None:
        if not isinstance(first, str):
            raise ERR_INVALID_ARG_TYPE("options.argv0", "string", first)
        _refuseNull(first, "options.argv0")
    if isinstance(shell, str):
        _refuseNull(shell, "options.shell")


def _takeShell(made: Command, shell: Any) -> None:
    if not isTruthy(shell):
        return
    if made.args:
        _warnOfArguments()
    line = " ".join([made.file, *made.args])
    made.file = shell if isinstance(shell, str) else _SHELL
    made.args = ["-c", line]


@cache
def _warnOfArguments() -> None:
    """Once in the life of a program."""
    text = "Passing args to a child process with shell option true can lead to security vulnerabilities, "
    text += "as the arguments are not escaped, only concatenated."
    deliverWarning(ProcessWarning(text, "DeprecationWarning", "DEP0190"))


def _environment(given: Any) -> dict[str, str]:
    pairs: Mapping[str, Any] = ownEnvironment if given is None else optionsOf(given)
    found: dict[str, str] = {}
    for name, value in pairs.items():
        if value is not None:
            text = toText(value)
            _refuseNull(name, f"options.env['{name}']")
            _refuseNull(text, f"options.env['{name}']")
            if name and "=" not in name:
                found[name] = text
    return found


def _refuseNull(text: Any, name: str) -> None:
    if isinstance(text, str) and "\0" in text:
        raise ERR_INVALID_ARG_VALUE(name, text, "must be a string without null bytes")


# -- what is not about the start


def checkTimeout(value: Any) -> float:
    """Milliseconds, 0 for none.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    if value is not None:
        validateInteger(value, "timeout", 0)
    return float(value or 0)


def checkMaxBuffer(value: Any) -> float:
    """Bytes.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    """
    if value is None:
        return MAX_BUFFER
    validateNumber(value, "options.maxBuffer", 0)
    return float(value)


def checkKillSignal(value: Any) -> int:
    """The number of the signal that ends a child.

    Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_SIGNAL.
    """
    if value is None:
        return signal.SIGTERM
    if isinstance(value, str) or isNumber(value):
        return signalNumber(value)
    raise ERR_INVALID_ARG_TYPE("options.killSignal", ["string", "number"], value)


def signalNumber(given: Any) -> int:
    """The number of a signal that there is, by its name or number.

    Raises: ERR_UNKNOWN_SIGNAL.
    """
    if isNumber(given):
        if given in signal.Signals.__members__.values():
            return int(given)
    elif given:
        found = signal.Signals.__members__.get(toText(given).upper())
        if found is not None:
            return int(found)
    raise ERR_UNKNOWN_SIGNAL(given)


def signalName(number: int) -> str:
    """The name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"


def checkSerialization(value: Any) -> None:
    """The option `serialization`.

    Raises: ERR_INVALID_ARG_VALUE.
    """
    if value not in (None, "json"):
        reason = "must be one of: undefined, 'json'. The form 'advanced' is V8's own; send JSON"
        raise ERR_INVALID_ARG_VALUE("options.serialization", value, reason)


def takeCallback(arguments: Sequence[Any], names: Sequence[str]) -> tuple[list[Any], Callable[..., Any] | None]:
    """Arguments of which the last may be a callback: the others, as many as there are names, and the callback.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    rest, callback = list(arguments), None
    if rest and callable(rest[-1]) and not isinstance(rest[-1], Mapping):
        callback = rest.pop()
    elif len(rest) > len(names):
        if rest[len(names)] is not None:
            validateFunction(rest[len(names)], "callback")
        rest = rest[: len(names)]
    return [*rest, None, None, None][: len(names)], callback


__all__ = [
    "MAX_BUFFER",
    "Command",
    "checkKillSignal",
    "checkMaxBuffer",
    "checkSerialization",
    "checkTimeout",
    "command",
    "signalName",
    "signalNumber",
    "splitOptions",
    "takeCallback",
]
