"""An answer whose body goes straight to an exchange.

It stands where a client's connection has an IncomingMessage, and has its head; in the place of the stream there is one
consumer, so a piece costs a call and not the ways of a Readable (benchmarks/http/fetch.py, a fifth of a request). The
connection is free as soon as the last byte has come, read or not.
"""

from __future__ import annotations

from typing import Any, Protocol

from ...reactor.loop import ticks
from ..message.incoming import IncomingMessage, startReading
from ..wire import headtext


class Consumer(Protocol):
    """Who gets the body."""

    def onPiece(self, data: bytes) -> object: ...
    def onWhole(self) -> object:
        """There is no more. Called a tick after the last piece at the earliest."""

    def onCut(self) -> object:
        """The connection was lost before the end."""


class Answer(IncomingMessage):
    """A message being received for a Consumer; it waits until `resume`."""

    __slots__ = ("_consumer", "_held", "_isDue", "_isStopped", "isFlowing")

    def __init__(self, socket: Any, consumer: Consumer) -> None:
        self._setFields_(socket)
        self._consumer: Consumer | None = consumer
        self._held: list[bytes] = []
        self._isDue = False
        #: The connection was told not to read on.
        self._isStopped = False
        self.isFlowing: bool = False

    def resume(self: Any) -> Any:
        """Let the body come: first what has come already."""
        if not self.isFlowing:
            self.isFlowing = True
            if self._held:
                held, self._held = self._held, []
                for piece in held:
                    self.push(piece)
            if self._isDue:
                self._tellEnd()
            elif self._isStopped and self.isFlowing and self.socket is not None:
                self._isStopped = False
                startReading(self.socket)
        return self

    def pause(self: Any) -> Any:
        """Let it wait, in the kernel."""
        self.isFlowing = False
        return self

    # -- what the connection calls

    def _start_(self) -> None:
        """There is no stream to set up."""

    def emit(self, eventName: Any, *args: Any) -> bool:
        """Nobody listens."""
        return False

    @property
    def readableEnded(self) -> bool:
        """Whether the end has been told."""
        return self._over_

    def push(self, chunk: Any, encoding: str | None = None) -> bool:
        """A piece has come. Returns: whether the next one is wanted now."""
        consumer = self._consumer
        if not self.isFlowing:
            self._held.append(chunk)
        elif consumer is not None:
            consumer.onPiece(chunk)
        if not self.isFlowing:
            self._isStopped = True
        return self.isFlowing

    def _end_(self, rawTrailers: list[str]) -> None:
        self._complete_ = True
        if rawTrailers:
            self._rawTrailers_ = rawTrailers
        ticks.nextTick(self._endNow_)

    def _endNow_(self) -> None:
        if self._beforeEnd_ is not None:
            self._beforeEnd_()
            self._beforeEnd_ = None  # whoever keeps the head need not keep the connection
        self._isDue = True
        if self.isFlowing:
            self._tellEnd()

    def _tellEnd(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._over_ = True
        if consumer is not None:
            consumer.onWhole()

    def __contains__(self, name: object) -> bool:
        """Whether its head has a field of that name, in lower case."""
        assert self._head_ is not None and isinstance(name, str), "the parser of an exchange is a strict one"
        return headtext.fieldFinder(name)(self._head_) is not None

    def destroy(self: Any, error: BaseException | None = None, callback: Any = None) -> Any:
        """The connection is lost."""
        consumer, self._consumer = self._consumer, None
        self.aborted: bool = not self._complete_
        if consumer is not None and not self._complete_:
            consumer.onCut()
        return self

    def _dump(self) -> None:
        self._consumer = None
        self.resume()
