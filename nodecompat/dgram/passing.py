"""Handing datagram sockets to another process: what child_process needs of them."""

from __future__ import annotations

from .socket import Socket


def descriptorOf(socket: Socket) -> int:
    """The descriptor behind a socket; -1 when it is closed, or not bound yet."""
    handle = socket._handle_
    return -1 if handle is None else int(handle.fileno())
