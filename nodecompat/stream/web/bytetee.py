"""A stream of bytes that feeds two: a branch that is read with a buffer passes that buffer on to the source."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...errors import ERR_INVALID_STATE_TYPE
from .piping import Tee

if TYPE_CHECKING:
    from .bytes import ReadableByteStreamController
    from .readable import ReadableStream


class ByteTee(Tee):
    """One stream of bytes that feeds two; `branches` are these."""

    isReading: bool

    def __init__(self, source: Any, make: Callable[..., Any]) -> None:
        self.wanted: list[int] = []  # branches that asked while something was read
        super().__init__(source, make)

    def hooksOf(self, index: int) -> dict[str, Any]:
        return {**super().hooksOf(index), "type": "bytes", "pull": lambda controller: self.pullFor(index)}

    def pullFor(self, index: int) -> None:
        if self.isReading:
            self.wanted.append(index)
            return
        self.isReading = True
        request = self.controllerOf(index).byobRequest
        if request is None or request.view is None:
            self.source._read_(self.asking(self.give))
        else:
            asked = self.asking(lambda result: self.giveInto(index, result))
            self.source._readInto_(request.view, 1, asked)

    def give(self, result: Any) -> None:
        """A chunk for both."""
        self.next()
        for branch in self.open():
            branch._enqueue_(result.value)
        self.goOn()

    def giveInto(self, index: int, result: Any) -> None:
        """The buffer of one branch was filled; the other one gets a copy."""
        self.next()
        copy = bytes(result.value)
        if not self.cancelled[index]:
            self.controllerOf(index)._answer_(copy)
        if not self.cancelled[1 - index]:
            self.branches[1 - index]._enqueue_(copy)
        self.goOn()

    def next(self) -> None:
        """Forget who has asked: this chunk is for them."""
        self.wanted = []

    def goOn(self) -> None:
        self.isReading = False
        if self.wanted:
            self.pullFor(min(self.wanted))

    def close(self, result: Any = None) -> None:
        super().close()
        for index in range(2):
            controller = self.controllerOf(index)
            if controller._waiting_:
                controller._respond_(0)

    def end(self, branch: ReadableStream) -> None:
        with suppress(ERR_INVALID_STATE_TYPE):  # half an item was read: the branch has failed, and its reader knows
            branch._requestClose_()

    def controllerOf(self, index: int) -> ReadableByteStreamController:
        controller: Any = self.branches[index]._controller_
        return controller  # type: ignore[no-any-return]
