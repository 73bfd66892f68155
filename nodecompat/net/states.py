"""The states of a socket and of a server as data, and the moves between them.

A socket's *connection* goes

    IDLE -> CONNECTING -> CONNECTED -> CLOSED -> CONNECTING …

IDLE: no connection was asked for. CONNECTING: from connect() to 'connect', name look-up included. CONNECTED: a
handle carries data. CLOSED: destroyed. `connecting`, `pending` and `readyState` are comparisons with these; whether
data may still be read or written is up to the two sides of the stream (`stream/core/state.py`).

A server goes

    IDLE -> BINDING -> LISTENING -> CLOSED -> BINDING …

BINDING: a host name is looked up, or a Twisted endpoint opens its port. Connections may outlive LISTENING: 'close'
comes after the last has ended.
"""

from __future__ import annotations

from typing import Final

IDLE: Final = 0
CONNECTING: Final = 1
CONNECTED: Final = 2
CLOSED: Final = 3

SOCKET_NAMES: Final = {IDLE: "IDLE", CONNECTING: "CONNECTING", CONNECTED: "CONNECTED", CLOSED: "CLOSED"}
SOCKET_MOVES: Final[dict[int, tuple[int, ...]]] = {
    # A failed check of connect()'s arguments leads back to IDLE.
    IDLE: (CONNECTING, CONNECTED, CLOSED),
    # connect() may be called again before the first completes; the last call counts.
    CONNECTING: (CONNECTED, CLOSED, CONNECTING, IDLE),
    CONNECTED: (CLOSED, CONNECTING),
    CLOSED: (CONNECTING,),
}

BINDING: Final = 1
LISTENING: Final = 2

SERVER_NAMES: Final = {IDLE: "IDLE", BINDING: "BINDING", LISTENING: "LISTENING", CLOSED: "CLOSED"}
SERVER_MOVES: Final[dict[int, tuple[int, ...]]] = {
    IDLE: (BINDING,),
    # Back to IDLE: the address was not available. listen() may be called again.
    BINDING: (LISTENING, IDLE, CLOSED, BINDING),
    LISTENING: (CLOSED,),
    CLOSED: (BINDING,),
}
