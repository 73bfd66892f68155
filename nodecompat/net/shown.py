"""What `repr()` says of sockets and servers: what somebody who looks for a mistake wants to know.

Not in Node, whose `util.inspect` prints every field. A repr never raises, whatever state the object is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .options import AddressInfo

_UNITS = ("B", "kB", "MB", "GB", "TB")


def sizeText(count: float) -> str:
    """A number of bytes: 340 B, 1.2 kB, 15 MB."""
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    return f"{count:.1f} {_UNITS[unit]}" if unit and count < 9.95 else f"{count:.0f} {_UNITS[unit]}"


def endText(end: AddressInfo | None) -> str:
    """One end of a connection: 127.0.0.1:80, [::1]:80; "?" where it is not known."""
    if end is None:
        return "?"
    return f"[{end.address}]:{end.port}" if ":" in end.address else f"{end.address}:{end.port}"


def socketText(socket: Any) -> str:
    """`<Socket 127.0.0.1:50312 → 127.0.0.1:80 open, 1.2 kB in, 340 B out>`: from this end to the other."""
    local, remote = socket._getsockname(), socket._getpeername()
    ends = f" {endText(local)} → {endText(remote)}" if local is not None or remote is not None else ""
    state = "destroyed" if socket.destroyed else socket.readyState
    said = [state, *socket._further_(), f"{sizeText(socket.bytesRead)} in", f"{sizeText(socket.bytesWritten)} out"]
    waiting = socket.writableLength
    if waiting:
        said.append(f"{sizeText(waiting)} waiting")
    return f"<{type(socket).__name__}{ends} {', '.join(said)}>"


def serverText(server: Any) -> str:
    """`<Server listening on [::]:80, 3 connections>`."""
    where = server.address()
    state = "not listening" if where is None else f"listening on {where if isinstance(where, str) else endText(where)}"
    count = server._connections
    return f"<{type(server).__name__} {state}, {count} connection{'' if count == 1 else 's'}>"
