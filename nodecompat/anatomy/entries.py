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
    """The source of a listener or a call, `file:line` as text.

    Attributes:
        file: its path.
        line: counts from 1.
        function: its name.
    """

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Entry:
    """One recorded event: an arrow from one lane to another, or a dot in its lane (`origin == target`).

    Attributes:
        number: 1, 2, 3 … over the whole run, with those that were dropped.
        at: milliseconds since the recording began.
        kind: "step", "call", "event", "listener", "tick", "timer", "message" or "error"; docs/anatomy.md explains them.
        name: the step, the call with its arguments, the event or the function.
        origin, target: lanes, 0 (client program) to 4 (server program).
        detail: the rest of the label: an outcome, a size, an address; "" by default.
        connection: the connection's `id`; 0, the default, for none.
        cause: the number of the entry during which this one happened; 0, the default, if it came from outside.
        duration: milliseconds that it took with all that it called; None, the default, for what takes none.
        source: where the listener begins or the call stands; None by default.
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
    """One connection; with both sides if both are in this program.

    Attributes:
        id: 1, 2, 3 … in order of their start.
        local, remote: the client's address and the server's, `host:port` or a path.
        hasClient, hasServer: which of its ends are in this program; False by default.
        opened: milliseconds since the recording began.
        connected, firstByte, closed: the same, of the connection's establishment, the client's first byte, and the
            end of both sides; None, the default, for what did not happen.
        bytesToServer, bytesToClient: bytes on the wire; 0 by default.
        closedBy: "client", "server", or "" for neither.
        error: the code of its first failure, "" for none.
    """

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
        """One line for a picture: `#1 127.0.0.1:40112 → 127.0.0.1:8124`."""
        return f"#{self.id} {self.local} → {self.remote}"
