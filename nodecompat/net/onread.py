"""The option `onread` of Socket: data goes into one buffer of the program, which is notified by a callback.

Follows Node 26 by behaviour. Handles give their own bytes, so the data is copied here, in parts if the
buffer is smaller; the rest is kept when the callback pauses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..events import fit

if TYPE_CHECKING:
    from .socket import Socket


class BufferedReading:
    """The reading side of a socket with `onread`."""

    __slots__ = ("_callback", "_isHandingOver", "_isReading", "_makeBuffer", "_rest", "_socket")

    def __init__(self, socket: Socket, buffer: Any, callback: Callable[..., Any]) -> None:
        self._socket: Socket | None = socket
        self._makeBuffer = buffer if callable(buffer) else lambda: buffer
        self._callback = fit(callback, 2)
        self._rest = memoryview(b"")
        self._isReading = True
        self._isHandingOver = False

    def deliver(self, data: bytes) -> None:
        """`handle.onread`."""
        socket = self._socket
        if socket is not None:
            socket._touch_()
            self._rest = memoryview(data)
            self._handOver()

    def stop(self) -> None:
        """The program pauses."""
        self._isReading = False
        if self._socket is not None and self._socket._isOpen_:
            self._socket._handle.readStop()

    def start(self) -> None:
        """The program resumes."""
        socket = self._socket
        if self._isReading or socket is None or not socket._isOpen_:
            return
        self._isReading = True
        if not self._isHandingOver:
            self._handOver()
        if self._isReading and socket._isOpen_:
            socket._startReading_()

    def forget(self) -> None:
        """The socket is destroyed."""
        self._socket = None

    def _handOver(self) -> None:
        self._isHandingOver = True
        try:
            while self._rest and self._isReading and self._socket is not None:
                if self._fill() is False:
                    self.stop()
        finally:
            self._isHandingOver = False

    def _fill(self) -> Any:
        buffer = self._makeBuffer()
        target = memoryview(buffer).cast("B")
        part = self._rest[: len(target)]
        self._rest = self._rest[len(part) :]
        target[: len(part)] = part
        return self._callback(len(part), buffer)
