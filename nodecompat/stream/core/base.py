"""The base of all streams: their slots, and the life that both sides of a Duplex share.

Follows what Node 26 keeps in lib/internal/streams/destroy.js: construct, destroy, and how 'error' and 'close' go
out. All state of both sides is in slots of one object: no state object stands on the path of a chunk, and a Duplex,
which is both a Readable and a Writable, has one layout. `_readableState` and `_writableState` are views
(`views.py`). `state.py` has the theory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import ERR_MULTIPLE_CALLBACK, aggregateTwoErrors
from ...reactor.loop.ticks import nextTick
from . import state
from .legacy import Stream
from .options import HOOKS
from .promises import driven, fitCallback, isCoroutineFunction
from .state import (
    CLOSED,
    CONSTRUCTING,
    DESTROYED,
    DOOMED,
    GONE,
    IS_DESTROYED,
    IS_ERRORED,
    LIFE_MOVES,
    LIFE_NAMES,
    LIVE,
    NOT_CONSTRUCTED,
)

if TYPE_CHECKING:
    from collections import deque

Callback = Callable[..., Any]


class BaseStream(Stream):
    """What Readable and Writable have in common; not used by itself."""

    __slots__ = (
        "_afterWrite",
        "_autoDestroy",
        "_awaitDrain",
        "_bufferProcessing",
        "_corked",
        "_dataEmitted",
        "_decodeStrings",
        "_decoder",
        "_defaultEncoding",
        "_drainTick",
        "_emitClose",
        "_emittedReadable",
        "_errorEmitted",
        "_errored",
        "_flowing",
        "_isPlain",
        "_life",
        "_multiAwaitDrain",
        "_needDrain",
        "_needReadable",
        "_onFinished",
        "_owesReadable",
        "_paused",
        "_pendingCallbacks",
        "_pipes",
        "_readBuffer",
        "_readDefaultEncoding",
        "_readGate",
        "_readHighWaterMark",
        "_readLength",
        "_readObjectMode",
        "_readPhase",
        "_readPossible",
        "_readSync",
        "_readableListening",
        "_readingMore",
        "_resumeScheduled",
        "_writeBuffer",
        "_writeCallback",
        "_writeFast",
        "_writeGate",
        "_writeHighWaterMark",
        "_writeLength",
        "_writeObjectMode",
        "_writePhase",
        "_writePossible",
        "_writeSize",
        "_writeSync",
        "allowHalfOpen",
    )

    #: Which sides this class has.
    _hasReadable = False
    _hasWritable = False
    #: A hook of the user; `callback(err)` ends the construction.
    _construct: Any = None

    if TYPE_CHECKING:
        _life: int
        _errored: BaseException | None
        _errorEmitted: bool
        _emitClose: bool
        _autoDestroy: bool
        _readGate: int
        _writeGate: int
        _readBuffer: deque[Any] | None
        allowHalfOpen: bool
        # Each side asks the other how far it is when it comes to its own end.
        _readPhase: int
        _readPossible: bool
        _writePhase: int
        _writePossible: bool
        # Only there when the stream was destroyed before it was constructed.
        _doom: tuple[BaseException | None, Callback | None]

    def __init_subclass__(cls, **options: Any) -> None:
        # A hook may be a coroutine function, as it may be an async function in Node: calling it starts it.
        super().__init_subclass__(**options)
        for hook, _ in HOOKS.values():
            method = cls.__dict__.get(hook)
            if method is not None and isCoroutineFunction(method):
                setattr(cls, hook, driven(method))

    def _initLife(self, options: Mapping[str, Any]) -> None:
        self._life = LIVE
        self._errored = None
        self._errorEmitted = self._isPlain = False
        self._readGate = self._writeGate = 0
        self._emitClose = options.get("emitClose") is not False
        self._autoDestroy = options.get("autoDestroy") is not False

    # -- what Node exposes about the life

    @property
    def destroyed(self) -> bool:
        """True after destroy().

        Node: stream.html#readabledestroyed
        """
        return self._life > LIVE

    @destroyed.setter
    def destroyed(self, value: bool) -> None:
        # Node keeps this setter for streams that manage their own end; it starts nothing.
        if bool(value) is self.destroyed:
            return
        if self._life == CONSTRUCTING:
            self._moveLife(DOOMED)
            self._doom = (None, None)
        else:
            self._moveLife(DESTROYED if value else LIVE)

    @property
    def closed(self) -> bool:
        """True when `_destroy` has called back: 'close' is out or about to be.

        Node: stream.html#readableclosed
        """
        return self._life >= CLOSED

    @property
    def errored(self) -> BaseException | None:
        """The error that the stream failed with, or None.

        Node: stream.html#readableerrored
        """
        return self._errored

    # -- the moves

    def _moveLife(self, to: int) -> None:
        assert to in LIFE_MOVES[self._life], f"life: {LIFE_NAMES[self._life]} -> {LIFE_NAMES[to]}"
        self._life = to
        bits = (NOT_CONSTRUCTED if to in (CONSTRUCTING, DOOMED) else 0) | (IS_DESTROYED if to > LIVE else 0)
        keep = ~(NOT_CONSTRUCTED | IS_DESTROYED)
        self._readGate = self._readGate & keep | bits
        self._writeGate = self._writeGate & keep | bits

    def _fail(self, error: BaseException) -> None:
        """Remember the first error."""
        if self._errored is None:
            self._errored = error
            self._readGate |= IS_ERRORED
            self._writeGate |= IS_ERRORED

    # -- construct

    def _startConstruct(self) -> None:
        """Run the user's `_construct`, if there is one, in the next tick; reads and writes wait for it."""
        if self._construct is not None:
            self._moveLife(CONSTRUCTING)
            nextTick(self._runConstruct)

    def _runConstruct(self) -> None:
        called = False

        def onConstruct(error: BaseException | None = None) -> None:
            nonlocal called
            if called:
                self._errorOrDestroy(error if error is not None else ERR_MULTIPLE_CALLBACK())
                return
            called = True
            self._endConstruct(error)

        try:
            self._construct(lambda error=None: nextTick(onConstruct, error))
        except Exception as error:
            nextTick(onConstruct, error)

    def _endConstruct(self, error: BaseException | None) -> None:
        if self._life == DOOMED:
            first, callback = self.__dict__.pop("_doom")
            self._moveLife(DESTROYED)
            self._runDestroy(aggregateTwoErrors(error, first), callback)
            return
        self._moveLife(LIVE)
        if error is not None:
            self._errorOrDestroy(error, True)
        else:
            self._afterConstruct()

    def _afterConstruct(self) -> None:
        """Do what was asked for during the construction."""

    # -- destroy

    def destroy(self, error: BaseException | None = None, callback: Callback | None = None) -> Any:
        """End the stream now: 'error' if there is an error, then 'close'. What is buffered is lost.

        Args: error: what it failed with; callback: called with the error when `_destroy` is done.
        Returns: the stream.
        Emits: error(err), close.
        Node: stream.html#readabledestroyerror
        """
        if self._life > LIVE:
            if callback is not None:
                fitCallback(callback, 1)(None)
            return self
        if error is not None:
            self._fail(error)
        if self._life == CONSTRUCTING:
            self._moveLife(DOOMED)
            self._doom = (error, callback)  # in __dict__: hardly any stream is destroyed this early
        else:
            self._moveLife(DESTROYED)
            self._runDestroy(error, callback)
        return self

    def _runDestroy(self, error: BaseException | None, callback: Callback | None) -> None:
        called = False

        def onDestroy(error: BaseException | None = None) -> None:
            nonlocal called
            if called:
                return
            called = True
            if error is not None:
                self._fail(error)
            self._moveLife(CLOSED)
            if callback is not None:
                fitCallback(callback, 1)(error)
            # 'error' and 'close' go out in one tick, as in Node: no other callback runs between them.
            if error is not None:
                nextTick(self._emitErrorAndClose, error)
            else:
                nextTick(self._emitCloseNow)

        try:
            self._destroy(error, onDestroy)
        except Exception as failure:
            onDestroy(failure)

    def _destroy(self, err: BaseException | None, callback: Callback) -> None:
        """A hook of the user: give back what the stream holds, then call `callback(err)`.

        Node: stream.html#readable_destroyerr-callback
        """
        callback(err)

    def _emitErrorAndClose(self, error: BaseException) -> None:
        try:
            self._emitError(error)
        finally:
            # Node loses 'close' when nobody listens for the error, but then it also ends the process. A program
            # that goes on (a guest in somebody's reactor) must see that the stream is gone.
            self._emitCloseNow()

    def _emitError(self, error: BaseException) -> None:
        if not self._errorEmitted:
            self._errorEmitted = True
            self.emit("error", error)

    def _emitCloseNow(self) -> None:
        if self._life == CLOSED:
            self._moveLife(GONE)
        if self._emitClose:
            self.emit("close")

    def _errorOrDestroy(self, error: BaseException, sync: bool = False) -> None:
        """The stream failed by itself: destroy it, or without autoDestroy only tell. `sync`: tell in the next tick."""
        if self._life > LIVE:
            return
        if self._autoDestroy:
            self.destroy(error)
            return
        self._fail(error)
        if sync:
            nextTick(self._emitError, error)
        else:
            self._emitError(error)

    def _obeySignal(self, options: Mapping[str, Any]) -> None:
        signal = options.get("signal")
        if signal is not None:
            from ..helpers.addabortsignal import addAbortSignal

            addAbortSignal(signal, self)

    def _undestroy(self) -> None:
        """Make the stream as new, for one that connects again."""
        self._errored = None
        self._errorEmitted = False
        if self._life != LIVE:
            self._moveLife(LIVE)
        self._readGate = self._writeGate = 0

    def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
        """A coroutine listener failed (with captureRejections): the stream fails with its error."""
        self.destroy(error)

    #: Events whose names `eventNames()` gives first, in this order, as Node does.
    _firstEvents: tuple[str, ...] = ()

    def eventNames(self) -> list[Any]:
        """The events that have listeners. Node: events.html#emittereventnames"""
        names = super().eventNames()
        return [name for name in self._firstEvents if name in names] + [
            name for name in names if name not in self._firstEvents
        ]

    # -- for `async with`

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Destroy the stream and wait until it is closed.

        Node: stream.html#readablesymbolasyncdispose
        """
        from ..helpers.finished import dispose

        await dispose(self)


__all__ = ["BaseStream", "state"]
