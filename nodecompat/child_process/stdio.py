"""The option `stdio`: what each descriptor of a child is, and the ends of its pipes that stay here."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import (
    ERR_CHILD_PROCESS_IPC_REQUIRED,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_SYNC_FORK_INPUT,
    ERR_IPC_ONE_PIPE,
    ERR_IPC_SYNC_FORK,
)
from ..net import Socket
from ..net.passing import descriptorOf
from ..reactor.loop.channel import pair
from ..validators import isNumber

_STANDARD = 3
_KINDS = ("ignore", "pipe", "overlapped", "inherit")


@dataclass
class Place:
    """A descriptor of the child.

    Attributes:
        kind: "ignore", "pipe", "ipc", or "fd" for one of ours.
        fd: the descriptor that the child gets.
        stream: the Socket whose descriptor it is, if any.
        ours: the end of a pipe that stays here.
    """

    kind: str
    fd: int | None = None
    stream: Any = None
    ours: socket.socket | None = None
    theirs: socket.socket | None = None

    def open(self) -> int | None:
        """Make the pipe, if it is one. Returns the descriptor for the child, None for the null device.

        Raises: OSError.
        """
        if self.kind not in ("pipe", "ipc"):
            return self.fd
        self.ours, self.theirs = pair()
        return self.theirs.fileno()

    def closeTheirs(self) -> None:
        """The child has its copy."""
        if self.theirs is not None:
            self.theirs.close()
            self.theirs = None

    def close(self) -> None:
        """Nothing was started."""
        self.closeTheirs()
        if self.ours is not None:
            self.ours.close()
            self.ours = None


def places(stdio: Any, isSync: bool = False) -> list[Place]:
    """What the option means.

    Raises: ERR_INVALID_ARG_VALUE, ERR_IPC_ONE_PIPE, ERR_IPC_SYNC_FORK.
    """
    if stdio is None:
        stdio = "pipe"
    if isinstance(stdio, str):
        if stdio not in _KINDS:
            raise ERR_INVALID_ARG_VALUE("stdio", stdio)
        stdio = [stdio] * _STANDARD
    elif not isinstance(stdio, (list, tuple)):
        raise ERR_INVALID_ARG_VALUE("stdio", stdio)
    entries = [*stdio, *[None] * (_STANDARD - len(stdio))]
    made = [_place(entry, number, isSync) for number, entry in enumerate(entries)]
    channels = sum(each.kind == "ipc" for each in made)
    if channels > 1:
        raise ERR_IPC_ONE_PIPE()
    if channels and isSync:
        raise ERR_IPC_SYNC_FORK()
    return made


def _place(entry: Any, number: int, isSync: bool) -> Place:
    if entry is None:
        return Place("pipe" if number < _STANDARD else "ignore")
    if isinstance(entry, str) and entry in ("ignore", "ipc", "pipe"):
        return Place(entry)
    if entry == "overlapped":
        return Place("pipe")
    if entry == "inherit":
        return Place("fd", number)
    if isNumber(entry) and not isinstance(entry, bool):
        return Place("fd", int(entry)) if entry >= 0 else Place("pipe")
    if isinstance(entry, Socket):
        fd = descriptorOf(entry)
        if fd >= 0:
            return Place("fd", fd, entry)
    given: Any = entry.get("fd") if isinstance(entry, Mapping) else _descriptor(entry)
    if isNumber(given) and given >= 0:
        return Place("fd", int(given))
    if isinstance(entry, (bytes, bytearray, memoryview, str)):
        if not isSync:
            raise ERR_INVALID_SYNC_FORK_INPUT(entry)
        return Place("ignore")  # as in Node, where only the option `input` is written
    raise ERR_INVALID_ARG_VALUE("stdio", entry)


def _descriptor(entry: Any) -> Any:
    """Of Node's streams, or of Python's files."""
    fd = getattr(entry, "fd", None)
    if fd is None and callable(getattr(entry, "fileno", None)):
        try:
            fd = entry.fileno()
        except (OSError, ValueError):
            return None
    return fd


def forFork(stdio: Any, silent: bool) -> Any:
    """The option as `fork` takes it: with a channel.

    Raises: ERR_INVALID_ARG_VALUE, ERR_CHILD_PROCESS_IPC_REQUIRED.
    """
    if isinstance(stdio, str):
        if stdio not in _KINDS:
            raise ERR_INVALID_ARG_VALUE("stdio", stdio)
        return [*[stdio] * _STANDARD, "ipc"]
    if not isinstance(stdio, (list, tuple)):
        return [*["pipe" if silent else "inherit"] * _STANDARD, "ipc"]
    if "ipc" not in [each for each in stdio if isinstance(each, str)]:
        raise ERR_CHILD_PROCESS_IPC_REQUIRED("options.stdio")
    return stdio
