"""Duplex: both a Readable and a Writable.

Follows lib/internal/streams/duplex.js and duplexpair.js of Node 26. In Python it simply inherits from both; the two
sides share one life (`state.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...events import EventEmitter
from ...optionbags import check
from ...reactor.loop.ticks import nextTick
from . import state
from .base import Callback
from .options import DUPLEX_HOOKS, DuplexOptions, DuplexToWebOptions, adopt, merge, mergeChecked
from .readable import Readable
from .seam import seam
from .writable import Writable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener, Listener0, Listener1, Listener2
    from ...optionbags import Bag
    from ...symbols import Symbol

__all__ = ["Duplex", "duplexPair"]


class Duplex(Readable, Writable):  # type: ignore[misc]  # only a Readable can be piped
    """A stream with two independent sides.

    Implement `_read` and `_write`, and what else Readable and Writable offer.

    Args: options: DuplexOptions, as a mapping or as keywords. `allowHalfOpen` False ends the writable side when
        the readable one has ended.
    Emits: what Readable and Writable emit.
    Node: https://nodejs.org/api/stream.html#class-streamduplex
    """

    __slots__ = ()
    __events__: dict[str, tuple[str, ...]] = {**Readable.__events__, **Writable.__events__}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal[
            "newListener",
            "removeListener",
            "close",
            "data",
            "end",
            "error",
            "pause",
            "readable",
            "resume",
            "drain",
            "finish",
            "pipe",
            "unpipe",
        ]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)
        _F2 = TypeVar("_F2", bound=Listener1[Any])
        _F3 = TypeVar("_F3", bound=Listener1[Readable])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "drain"], listener: Listener0
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["finish"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["data", "error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"], listener: Listener1[Readable]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(
            self, eventName: Literal["close", "end", "pause", "readable", "resume", "drain", "finish"]
        ) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["data", "error"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["pipe", "unpipe"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    _firstEvents_: tuple[str, ...] = ("close", "error", "prefinish", "finish", "drain", "data", "end", "readable")

    def __init__(self, options: DuplexOptions | Bag | None = None, /, **keywords: Unpack[DuplexOptions]) -> None:
        check(DuplexOptions, options, keywords)
        options = merge(options, keywords)
        EventEmitter.__init__(self, options)
        self._initBoth_(options)
        if options:
            self._initSides_(options)
            adopt(self, options, DUPLEX_HOOKS)
            self._obeySignal_(options)
        self._startConstruct_()

    def _initBoth_(self, options: Mapping[str, Any]) -> None:
        """What a stream needs of which nothing was asked but marks and modes."""
        self._initLife_(options)
        self._initReading_(options, True)
        self._initWriting_(options, True)
        self.allowHalfOpen = True

    def _initSides_(self, options: Mapping[str, Any]) -> None:
        self.allowHalfOpen: bool = options.get("allowHalfOpen") is not False
        if options.get("readable") is False:
            self._readPossible_ = False
            self._moveRead_(state.END_EMITTED)
        if options.get("writable") is False:
            self._writePossible_ = False
            self._moveWrite_(state.FINISHED)

    def _afterConstruct_(self) -> None:
        Readable._afterConstruct_(self)
        Writable._afterConstruct_(self)

    @classmethod
    def from_(  # type: ignore[override]
        cls, body: Any, options: DuplexOptions | Bag | None = None, /, **keywords: Unpack[DuplexOptions]
    ) -> Any:
        """A Duplex made from another object.

        Args: body: a stream, a text or bytes, an iterable, a generator function, an async function, a Deferred, or a
            mapping with `readable` and `writable`. options: DuplexOptions.
        Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE.
        Node: https://nodejs.org/api/stream.html#streamduplexfromsrc
        """
        check(DuplexOptions, options, keywords)
        return seam.duplexify(body, "body")

    @classmethod
    def fromWeb(  # type: ignore[override]
        cls, pair: Any, options: DuplexOptions | Bag | None = None, /, **keywords: Unpack[DuplexOptions]
    ) -> Any:
        """A Duplex over a pair of web streams.

        Args: options: DuplexOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#streamduplexfromwebpair-options
        """
        check(DuplexOptions, options, keywords)
        return seam.duplexFromWeb(cls, pair, mergeChecked(options, keywords))

    @staticmethod
    def toWeb(  # type: ignore[override]
        duplex: Any, options: DuplexToWebOptions | Bag | None = None, /, **keywords: Unpack[DuplexToWebOptions]
    ) -> Any:
        """A mapping with `readable` and `writable`, web streams over a Duplex.

        Args: options: DuplexToWebOptions.
        Node: https://nodejs.org/api/stream.html#streamduplextowebstreamduplex-options
        """
        check(DuplexToWebOptions, options, keywords)
        return seam.duplexToWeb(duplex, mergeChecked(options, keywords))


class _PairedDuplex(Duplex):
    """One end of a duplex pair: what is written here is read there."""

    __slots__ = ("_other", "_waiting")

    _other: _PairedDuplex
    _waiting: Callback | None

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._waiting = None  # the callback of a write not yet read by the other end

    def _read(self, size: int) -> None:
        callback, self._waiting = self._waiting, None
        if callback is not None:
            callback()

    def _write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        if chunk:
            self._other._waiting = callback
            self._other.push(chunk)
        else:
            nextTick(callback)

    def _final(self, callback: Callback) -> None:
        self._other.on("end", callback)
        self._other.push(None)

    def _destroy(self, err: BaseException | None, callback: Callback) -> None:
        if err is None:
            nextTick(self._other.push, None)  # behind its unread data
        else:
            nextTick(self._other.destroy)  # without the error, which is reported here
        callback(err)


def duplexPair(
    options: DuplexOptions | Bag | None = None, /, **keywords: Unpack[DuplexOptions]
) -> tuple[Duplex, Duplex]:
    """Two connected streams: what is written to one is read from the other.

    Args: options: DuplexOptions for both.
    Node: https://nodejs.org/api/stream.html#streamduplexpairoptions
    """
    check(DuplexOptions, options, keywords)
    merged = merge(options, keywords)
    one, other = _PairedDuplex(merged), _PairedDuplex(merged)
    one._other, other._other = other, one
    return one, other
