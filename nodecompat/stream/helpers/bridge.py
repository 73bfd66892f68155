"""Bridge: a Duplex in front of other streams: what is written goes into one, what is read comes out of another.

Duplex.from_() puts it in front of a pair of streams; compose() puts a variant in front of a pipeline. Backpressure
passes through: a hook's callback is kept until the inner stream can go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import AbortError
from ..core.base import Callback
from ..core.duplex import Duplex

__all__ = ["Bridge"]


def objectModes(head: Any, tail: Any) -> tuple[bool, bool]:
    """Whether the writable side of one stream and the readable side of another have object mode."""
    return bool(getattr(head, "writableObjectMode", False)), bool(getattr(tail, "readableObjectMode", False))


class Bridge(Duplex):
    """One Duplex in front of an inner writable `head` and an inner readable `tail`; either may be None.

    Args: modes: whether the writable and the readable side have object mode; that of the inner streams if left out.
    Emits: what Duplex emits.
    """

    __events__: dict[str, tuple[str, ...]] = Duplex.__events__

    def __init__(
        self,
        head: Any,
        tail: Any,
        destroyInner: Callable[[BaseException | None], object],
        modes: tuple[bool, bool] | None = None,
    ) -> None:
        writableMode, readableMode = objectModes(head, tail) if modes is None else modes
        super().__init__(
            writableObjectMode=writableMode,
            readableObjectMode=readableMode,
            writable=head is not None,
            readable=tail is not None,
        )
        self._head = head
        self._tail = tail
        self._destroyInner = destroyInner
        self._innerDone = False  # the inner streams are over: `_destroy` need not wait for them
        self._onDrain: Callback | None = None
        self._onFinish: Callback | None = None
        self._onClose: Callback | None = None
        self._wantsRead = False
        if head is not None:
            head.on("drain", self._drained)
        if tail is not None:
            self._listenTo(tail)
            tail.on("end", lambda: self.push(None))

    def _listenTo(self, tail: Any) -> None:
        tail.on("readable", self._readableAgain)

    def _write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        if self._head.write(chunk, encoding):
            callback()
        else:
            self._onDrain = callback

    def _final(self, callback: Callback) -> None:
        self._head.end()
        self._onFinish = callback

    def _read(self, size: int) -> None:
        while True:
            chunk = self._tail.read()
            if chunk is None:
                self._wantsRead = True
                return
            if not self.push(chunk):
                return

    def _destroy(self, err: BaseException | None, callback: Callback) -> None:
        if err is None and not self._innerDone:
            err = AbortError()
        self._onDrain = self._onFinish = None
        self._wantsRead = False
        if self._innerDone:
            self._destroyInner(err)
            callback(err)
        else:
            self._onClose = callback
            self._destroyInner(err)

    def _drained(self) -> None:
        callback, self._onDrain = self._onDrain, None
        if callback is not None:
            callback()

    def _readableAgain(self) -> None:
        if self._wantsRead:
            self._wantsRead = False
            self._read(0)

    def headFinished(self) -> None:
        """The inner sink has taken everything."""
        callback, self._onFinish = self._onFinish, None
        if callback is not None:
            callback()

    def innerDone(self, error: BaseException | None, destroyWithout: bool) -> None:
        """The inner streams are over. `destroyWithout`: destroy this one too when there was no error."""
        callback, self._onClose = self._onClose, None
        self._innerDone = True
        if callback is not None:
            callback(error)
        elif error is not None:
            self.destroy(error)
        elif destroyWithout:
            self.destroy()
