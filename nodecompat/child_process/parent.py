"""The other end of a `fork`: what `process` has of its parent.

The channel keeps the program alive only while somebody listens for 'message' or 'disconnect', unless it was told
otherwise by `process.channel.ref()`.
"""

from __future__ import annotations

from typing import Any

from ..errors import errnoException
from ..events import EventEmitter
from ..reactor.loop.channel import fromDescriptor
from .messages import Conversation, missing

_NEED_IT = ("message", "disconnect")


class Parent:
    """The process that started this one."""

    def __init__(self, process: EventEmitter, conversation: Conversation) -> None:
        self.conversation = conversation
        self._control = conversation.control
        process.on("removeListener", self._onRemoved)

    def send(self, message: Any = missing, sendHandle: Any = None, options: Any = None, callback: Any = None) -> bool:
        """See `ChildProcess.send`."""
        return self.conversation.send(message, sendHandle, options, callback)

    def listens(self, eventName: str) -> None:
        """Somebody begins to listen for what comes through the channel."""
        if self._control is not None:
            self._control.refCounted()

    def _onRemoved(self, eventName: Any, listener: Any = None) -> None:
        if eventName in _NEED_IT and self._control is not None:
            self._control.unrefCounted()


def openParent(process: EventEmitter, descriptor: int) -> Parent:
    """Open the channel that this process was started with.

    Raises: the system's error.
    """
    channel = fromDescriptor(descriptor)
    if isinstance(channel, int):
        raise errnoException(channel, "open")
    channel.unref()
    return Parent(process, Conversation(process, channel, _nothing))


def _nothing() -> None:
    pass
