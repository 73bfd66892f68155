"""The parts of a recording: entries, their connections, and the lanes of the pictures.

Pure data: nothing here knows sockets, reactors or pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The lanes of every picture, from left to right.
CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_SOCKET, SERVER_PROGRAM = range(5)
LANES = ("client program", "client socket", "kernel", "server socket", "server program")

#: Kinds of entries: a step below the API, a call by the program, an event, a listener's run, a turn of the loop, an
#: HTTP message, or an error at its origin.
KINDS = ("step", "call", "event", "listener", "tick", "timer", "message", "error")


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a listener or a call; `line` counts from 1."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Entry:
    """One recorded event.

    `at` and `duration` are milliseconds, `at` since the recording began. An entry goes from one lane to another, or
    stays in its lane (`origin == target`). `connection` is 0 for none; `cause` is the number of the entry
    during which this one happened, 0 if it came from outside.
    """

    number: int
    at: float
    kind: str
    name: str
    origin: int
    target: int
    detail: str = ""
    connection: int = 0
    cause: int = 0
    duration: float | None = None
    source: Source | None = None

    @property
    def failed(self) -> bool:
        """Whether this is a failure: at its origin, or the 'error' event that reports it."""
        return self.kind == "error" or (self.kind == "event" and self.name == "error")

    @property
    def label(self) -> str:
        """One line for a picture: `connect → EINPROGRESS`, `'data' 17 bytes`."""
        name = f"'{self.name}'" if self.kind == "event" else self.name
        return f"{name} {self.detail}".rstrip()


@dataclass(slots=True)
class Connection:
    """One connection; with both sides if both are in this program. Times are milliseconds, sizes bytes."""

    id: int
    local: str = ""
    remote: str = ""
    hasClient: bool = False
    hasServer: bool = False
    opened: float = 0.0
    connected: float | None = None
    firstByte: float | None = None
    closed: float | None = None
    bytesToServer: int = 0
    bytesToClient: int = 0
    closedBy: str = ""
    error: str = ""

    @property
    def label(self) -> str:
        return f"#{self.id} {self.local} → {self.remote}"
