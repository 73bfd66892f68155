"""Closing a listening socket without resetting the connections in its backlog.

The kernel completes connections on its own; closing the socket resets those not accepted yet. Accepting them all and
then closing leaves a gap in which one more may come. So the kernel is first told, by a filter (SO_ATTACH_FILTER),
to drop segments that begin a connection; handshakes under way still end. A dropped client retries a second later,
and is refused or reaches the next process. Only Linux has this; elsewhere the gap stays.

The filter belongs to the socket, not to the process: it must never be put on one that another process keeps using, such
as systemd or a forked worker. So a socket counts as our own only when it was made here, was never given away, and
nothing was forked since, but for programs that `loop/children.py` starts.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import sys
from collections.abc import Callable

from ..loop import children

#: How long a pending handshake may take, milliseconds: the loop blocks that long, once.
HANDSHAKE = 2
#: Rounds of accepting; a round takes as many connections as a wakeup does.
_ROUNDS = 64
_SO_ATTACH_FILTER = 26
#: struct sock_filter (see bpf(4)): drop what has SYN and not ACK among its flags, the 14th byte of a TCP header.
_DROP_SYN = (
    (0x30, 0, 0, 13),  # load the byte
    (0x54, 0, 0, 0x12),  # and with SYN | ACK
    (0x15, 0, 1, 0x02),  # SYN alone: the next; else the one after it
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # keep all of it
)


#: What a socket that was not made here has for `ownership()`.
NOT_OURS = -1
_forks = 0


def ownership() -> int:
    """What to remember of a new socket and pass to `takeWaiting`."""
    return _forks


def takeWaiting(descriptor: int, owner: int, accept: Callable[[], object]) -> None:
    """Call `accept` as long as connections wait at a listening descriptor that is about to be closed.

    `accept` takes some of those that wait; False ends this.
    """
    ours = owner == _forks
    if ours:
        refuseNew(descriptor)
    poll = select.poll() if hasattr(select, "poll") else None
    if poll is None:
        accept()
        return
    poll.register(descriptor, select.POLLIN)
    for _ in range(_ROUNDS):
        if not poll.poll(HANDSHAKE if ours else 0) or accept() is False:
            return


def refuseNew(descriptor: int) -> None:
    """Let the kernel drop what would begin a connection to a listening descriptor, whoever accepts there."""
    if not sys.platform.startswith("linux"):
        return
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in _DROP_SYN))
    program = struct.pack("HL", len(_DROP_SYN), ctypes.addressof(code))
    try:
        with socket.socket(fileno=os.dup(descriptor)) as sock:
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    except OSError:  # not permitted: the gap stays
        pass


def _countFork() -> None:
    global _forks
    _forks += not children.isExecuting


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_countFork)
