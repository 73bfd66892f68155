"""Tells whether a descriptor has input that nobody has read yet, without reading it.

A pooled connection may have got bytes, or its end, since the poller last looked: a request that is sent on it
would get that answer. One poll(2) with no timeout; where the platform has none, nothing is known.
"""

from __future__ import annotations

import select
from typing import Any

_EVENTS = select.POLLIN | select.POLLHUP | select.POLLERR if hasattr(select, "poll") else 0
#: What asks for each descriptor: all that it holds is the number.
_polls: dict[int, Any] = {}
#: How many are kept; with more connections than this they are made anew.
_MOST = 1024


def hasUnread(fd: int) -> bool:
    """True when a read on `fd` would return at once: with data, with the end, or with an error."""
    poll = _polls.get(fd) or _pollOf(fd)
    return poll is not None and bool(poll.poll(0))


def _pollOf(fd: int) -> Any:
    if fd < 0 or not _EVENTS:
        return None
    poll = select.poll()
    poll.register(fd, _EVENTS)
    if len(_polls) < _MOST:
        _polls[fd] = poll
    return poll
