"""An open file that several use: it is closed when the last of them is done. The base of FileHandle."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..events import EventEmitter
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from .operations import descriptors
from .running import promised, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from ..events.listeners import Listener, Listener0, Listener2
    from ..symbols import Symbol

__all__ = ["SharedFile"]


class SharedFile(EventEmitter):
    """The descriptor, who uses it, and how it is closed.

    Emits: close, when it is being closed.
    """

    __events__: dict[str, tuple[str, ...]] = {"close": ()}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "close"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["close"]) -> Callable[[_F1], _F1]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

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
