"""The states of a handle, the same over a descriptor and over a Twisted transport.

A stream goes one way only:

    NEW -> CONNECTING -> OPEN -> SHUTTING -> SHUT -> CLOSED
             |                      |          the end of our data is out
             '-> NEW (it failed)    a `shutdown` waits for the pending write
    any -> CLOSED

A server goes NEW -> OPEN (it listens) -> CLOSED, with CONNECTING while a Twisted endpoint takes its time, and SHUT
between OPEN and CLOSED when it was retired.
"""

from __future__ import annotations

import errno

NEW, CONNECTING, OPEN, SHUTTING, SHUT, CLOSED = range(6)

#: The most one `onread` carries, bytes: libuv's size of a read.
READ_SIZE = 64 * 1024

_WHY_NOT_CONNECT = {NEW: 0, CONNECTING: -errno.EALREADY, CLOSED: -errno.EBADF}


def whyNotConnect(state: int) -> int:
    """0 when `connect` is allowed, else its negative errno."""
    return _WHY_NOT_CONNECT.get(state, -errno.EISCONN)
