"""Tells whether a descriptor has input that nobody has read yet, without reading it.

A pooled connection may have got bytes, or its end, since the poller last looked: a request that is sent on it
would get that answer. One poll(2) with no timeout; where the platform has none, nothing is known.
"""

from __future__ import annotations

import select

_EVENTS = select.POLLIN | select.POLLHUP | select.POLLERR if hasattr(select, "poll") else 0


def hasUnread(fd: int) -> bool:
    """True when a read on `fd` would return at once: with data, with the end, or with an error."""
    if fd < 0 or not _EVENTS:
        return False
    poll = select.poll()
    poll.register(fd, _EVENTS)
    return bool(poll.poll(0))
