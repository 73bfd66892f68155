"""An open file that several use: it is closed when the last of them is done. The base of FileHandle."""

from __future__ import annotations

import os
import warnings
from typing import Any

from twisted.internet.defer import Deferred

from ..events import EventEmitter
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from .operations import descriptors
from .running import promised, settle

__all__ = ["SharedFile"]


class SharedFile(EventEmitter):
    """The descriptor, who uses it, and how it is closed.

    Emits: close, when it is being closed.
    """

    __events__ = {"close": ()}

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd_ = fd
        #: How many use the file: the program, each operation and each stream.
        self._users_ = 1
        self._closing_: list[Deferred[None]] | None = None

    @property
    def fd(self) -> int:
        """The descriptor, -1 when it is closed. Node: https://nodejs.org/api/fs.html#filehandlefd"""
        return self._fd_

    def close(self) -> Deferred[None]:
        """Close the file when all that is under way is done; a second call waits for the same.

        Emits: close.
        Node: https://nodejs.org/api/fs.html#filehandleclose
        """
        deferred: Deferred[None] = Promised()
        if self._closing_ is not None:
            self._closing_.append(deferred)
            return deferred
        if self._fd_ == -1:
            ticks.queueMicrotask(settle, deferred, None, None, None)
            return deferred
        self._closing_ = [deferred]
        self._letGo_()
        self.emit("close")
        return deferred

    def __del__(self) -> None:
        fd, self._fd_ = getattr(self, "_fd_", -1), -1
        if fd != -1:
            warnings.warn(f"Closing file descriptor {fd} on garbage collection", ResourceWarning, stacklevel=2)
            os.close(fd)

    def _use_(self) -> None:
        self._users_ += 1

    def _letGo_(self) -> None:
        self._users_ -= 1
        if self._users_ or self._fd_ == -1:
            return
        fd, self._fd_ = self._fd_, -1
        promised(descriptors.close, fd).addCallbacks(self._closed_, self._closed_)

    def _closed_(self, outcome: Any) -> None:
        waiting, self._closing_ = self._closing_ or [], None
        for deferred in waiting:
            if not deferred.called:
                deferred.callback(outcome) if outcome is None else deferred.errback(outcome.value)
