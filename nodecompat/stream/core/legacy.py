"""Stream, the class that every stream is an instance of, with the old `pipe`.

Follows lib/internal/streams/legacy.js of Node 26 by behaviour. Readable replaces `pipe`; this one serves objects
that only emit 'data', 'end' and 'close', such as streams of the first Node versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import ERR_INVALID_ARG_TYPE
from ...events import EventEmitter
from ...events.own import prepend
from ...optionbags import check
from .options import PipeOptions
from .seam import seam

if TYPE_CHECKING:
    from typing import TypeVar, overload

    from typing_extensions import Unpack

    from ...optionbags import Bag

    _D = TypeVar("_D", bound=EventEmitter)

__all__ = ["Stream"]


class Stream(EventEmitter):
    """The base of all streams.

    Emits: nothing by itself.
    Node: https://nodejs.org/api/stream.html#streams-compatibility-with-older-nodejs-versions
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def pipe(
            self, destination: _D, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
        ) -> _D: ...
        @overload
        def pipe(
            self, destination: Any, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
        ) -> Any: ...

    def pipe(
        self, destination: Any, options: PipeOptions | Bag | None = None, /, **keywords: Unpack[PipeOptions]
    ) -> Any:
        """Write all 'data' to `destination`, and end it (or destroy it) when this stream ends (or closes).

        Args: options: PipeOptions; `end` False leaves the destination open.
        Returns: the destination.
        Node: https://nodejs.org/api/stream.html#readablepipedestination-options
        """
        check(PipeOptions, options, keywords)
        destination = destinationOf(destination)
        given = {**options, **keywords} if isinstance(options, Mapping) else keywords
        end = given.get("end") is not False
        return _LegacyPipe(self, destination, end).start()


def requireEmitter(value: Any, name: str) -> None:
    """Raises ERR_INVALID_ARG_TYPE for what has no events. In Node that is a TypeError from inside, without a code."""
    if not callable(getattr(value, "on", None)):
        raise ERR_INVALID_ARG_TYPE(name, "Stream", value)


def destinationOf(value: Any) -> Any:
    """What a pipe writes to: an emitter as it is, a file as a stream. Raises: ERR_INVALID_ARG_TYPE."""
    return value if callable(getattr(value, "on", None)) else seam.sinkOf(value, "destination")


def listens(emitter: Any, event: str) -> bool:
    """True when an event has listeners, as far as the emitter reveals."""
    count = getattr(emitter, "listenerCount", None)
    return bool(count(event)) if callable(count) else event in getattr(emitter, "_events", ())


class _LegacyPipe:
    """One old-style pipe: its listeners on both ends."""

    def __init__(self, source: Any, destination: Any, end: bool) -> None:
        self.source = source
        self.destination = destination
        self.ended = False
        self.listeners: list[tuple[Any, str, Any]] = [
            (source, "data", self.onData),
            (destination, "drain", self.onDrain),
        ]
        if end:
            self.listeners += [(source, "end", self.onEnd), (source, "close", self.onClose)]
        self.errors = [(each, "error", self._errorListener(each)) for each in (source, destination)]
        self.listeners += [(each, name, self.cleanup) for each, name in self._cleanups()]

    def _cleanups(self) -> list[tuple[Any, str]]:
        return [(self.source, "end"), (self.source, "close"), (self.destination, "close")]

    def start(self) -> Any:
        for emitter, event, listener in self.listeners:
            emitter.on(event, listener)
        for emitter, event, listener in self.errors:
            prepend(emitter, event, listener)
        self.destination.emit("pipe", self.source)
        return self.destination

    def onData(self, chunk: Any) -> None:
        if getattr(self.destination, "writable", False) and self.destination.write(chunk) is False:
            pause = getattr(self.source, "pause", None)
            if pause is not None:
                pause()

    def onDrain(self) -> None:
        resume = getattr(self.source, "resume", None)
        if getattr(self.source, "readable", False) and resume is not None:
            resume()

    def onEnd(self) -> None:
        if not self.ended:
            self.ended = True
            self.destination.end()

    def onClose(self) -> None:
        if not self.ended:
            self.ended = True
            destroy = getattr(self.destination, "destroy", None)
            if destroy is not None:
                destroy()

    def _errorListener(self, emitter: Any) -> Any:
        def onError(error: BaseException) -> None:
            self.cleanup()
            if not listens(emitter, "error"):
                emitter.emit("error", error)  # no other listener: it raises, as without the pipe

        return onError

    def cleanup(self, *args: Any) -> None:
        for emitter, event, listener in self.listeners + self.errors:
            emitter.removeListener(event, listener)
