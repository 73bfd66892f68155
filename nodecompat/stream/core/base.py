"""The base of all streams: their slots, and the lifecycle shared by both sides of a Duplex.

Follows what Node 26 keeps in lib/internal/streams/destroy.js: construct, destroy, and how 'error' and 'close' go
out. All state of both sides is in slots of one object: no state object is on the path of a chunk, and a Duplex,
which is both a Readable and a Writable, has one layout. `nodestate.py` makes `_readableState` and `_writableState`
of them. `state.py` has the theory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import ERR_MULTIPLE_CALLBACK, EXHAUSTED, aggregateTwoErrors
from ...reactor.loop import ticks
from ...reactor.loop.ticks import nextTick
from ...validators import isTruthy
from . import state
from .legacy import Stream
from .options import HOOKS
from .promises import driven, fitCallback, isCoroutineFunction
from .seam import seam
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


def failure(error: Any) -> Any:
    """The error given to a hook or `destroy`, or None. JavaScript's falsy values are no error either."""
    return error if isinstance(error, BaseException) or isTruthy(error) else None


def tooLate(error: Any) -> None:
    """Drop an error without a listener, as in Node. Out of stack or out of memory is still reported."""
    if isinstance(error, EXHAUSTED):
        nextTick(ticks.report, error)


class BaseStream(Stream):
    """The common base of Readable and Writable; not used by itself."""

    __slots__ = (
        "_afterWrite_",
        "_autoDestroy_",
        "_awaitDrain_",
        "_bufferProcessing_",
        "_corked_",
        "_dataEmitted_",
        "_decodeStrings_",
        "_decoder_",
        "_defaultEncoding_",
        "_drainTick_",
        "_emitClose_",
        "_emittedReadable_",
        "_errorEmitted_",
        "_errored_",
        "_flowing_",
        "_life_",
        "_multiAwaitDrain_",
        "_needDrain_",
        "_needReadable_",
        "_onFinished_",
        "_owesReadable_",
        "_paused_",
        "_pendingCallbacks_",
        "_pipes_",
        "_readBuffer_",
        "_readDefaultEncoding_",
        "_readGate_",
        "_readHighWaterMark_",
        "_readLength_",
        "_readObjectMode_",
        "_readPhase_",
        "_readPossible_",
        "_readSync_",
        "_readableListening_",
        "_readingMore_",
        "_resumeScheduled_",
        "_writeBuffer_",
        "_writeCallback_",
        "_writeGate_",
        "_writeHighWaterMark_",
        "_writeLength_",
        "_writeObjectMode_",
        "_writePhase_",
        "_writePossible_",
        "_writeSize_",
        "_writeSync_",
        "allowHalfOpen",
    )

    #: Which sides this class has.
    _hasReadable_ = False
    _hasWritable_ = False
    #: A hook of the user; `callback(err)` ends the construction.
    _construct: Any = None

    if TYPE_CHECKING:
        _life_: int
        _errored_: BaseException | None
        _errorEmitted_: bool
        _emitClose_: bool
        _autoDestroy_: bool
        _readGate_: int
        _writeGate_: int
        _readBuffer_: deque[Any] | None
        allowHalfOpen: bool
        # Each side checks the other when it ends.
        _readPhase_: int
        _readPossible_: bool
        _writePhase_: int
        _writePossible_: bool
        # Only set if the stream was destroyed before it was constructed.
        _doom_: tuple[BaseException | None, Callback | None]

    def __init_subclass__(cls, **options: Any) -> None:
        # A hook may be a coroutine function, as it may be an async function in Node: calling it starts it.
        super().__init_subclass__(**options)
        for hook, _ in HOOKS.values():
            method = cls.__dict__.get(hook)
            if method is not None and isCoroutineFunction(method):
                setattr(cls, hook, driven(method))

    def _initLife_(self, options: Mapping[str, Any] | None) -> None:
        self._life_ = LIVE
        self._errored_ = None
        self._errorEmitted_ = False
        self._readGate_ = self._writeGate_ = 0
        self._emitClose_ = self._autoDestroy_ = True
        if options:
            self._emitClose_ = options.get("emitClose") is not False
            self._autoDestroy_ = options.get("autoDestroy") is not False

    # -- the lifecycle as Node exposes it

    @property
    def destroyed(self) -> bool:
        """True after destroy().

        Node: https://nodejs.org/api/stream.html#readabledestroyed
        """
        return self._life_ > LIVE

    @destroyed.setter
    def destroyed(self, value: bool) -> None:
        # Node keeps this setter for streams that manage their own end; it has no other effect.
        if bool(value) is self.destroyed:
            return
        if self._life_ == CONSTRUCTING:
            self._moveLife_(DOOMED)
            self._doom_ = (None, None)
        else:
            self._moveLife_(DESTROYED if value else LIVE)

    @property
    def closed(self) -> bool:
        """True when `_destroy` has called back: 'close' is out or about to be.

        Node: https://nodejs.org/api/stream.html#readableclosed
        """
        return self._life_ >= CLOSED

    @property
    def errored(self) -> BaseException | None:
        """The error that the stream failed with, or None.

        Node: https://nodejs.org/api/stream.html#readableerrored
        """
        return self._errored_

    # -- the moves

    def _moveLife_(self, to: int) -> None:
        assert to in LIFE_MOVES[self._life_], f"life: {LIFE_NAMES[self._life_]} -> {LIFE_NAMES[to]}"
        self._life_ = to
        bits = (NOT_CONSTRUCTED if to in (CONSTRUCTING, DOOMED) else 0) | (IS_DESTROYED if to > LIVE else 0)
        keep = ~(NOT_CONSTRUCTED | IS_DESTROYED)
        self._readGate_ = self._readGate_ & keep | bits
        self._writeGate_ = self._writeGate_ & keep | bits

    def _fail_(self, error: BaseException) -> None:
        """Keep the first error."""
        if self._errored_ is None:
            self._errored_ = error
            self._readGate_ |= IS_ERRORED
            self._writeGate_ |= IS_ERRORED

    # -- construct

    def _startConstruct_(self) -> None:
        """Run the user's `_construct`, if there is one, in the next tick; reads and writes wait for it."""
        if self._construct is not None:
            self._moveLife_(CONSTRUCTING)
            nextTick(self._runConstruct_)

    def _runConstruct_(self) -> None:
        called = False

        def onConstruct(error: BaseException | None = None) -> None:
            nonlocal called
            error = failure(error)
            if called:
                self._errorOrDestroy_(error if error is not None else ERR_MULTIPLE_CALLBACK())
                return
            called = True
            self._endConstruct_(error)

        try:
            self._construct(lambda error=None: nextTick(onConstruct, error))
        except Exception as error:
            nextTick(onConstruct, error)

    def _endConstruct_(self, error: BaseException | None) -> None:
        if self._life_ == DOOMED:
            first, callback = self.__dict__.pop("_doom_")
            self._moveLife_(DESTROYED)
            self._runDestroy_(aggregateTwoErrors(error, first), callback)
            return
        self._moveLife_(LIVE)
        if error is not None:
            self._errorOrDestroy_(error, True)
        else:
            self._afterConstruct_()

    def _afterConstruct_(self) -> None:
        """Run what was requested during construction."""

    # -- destroy

    def destroy(self, error: BaseException | None = None, callback: Callback | None = None) -> Any:
        """End the stream now: 'error' if there is an error, then 'close'. What is buffered is lost.

        Args: error: what it failed with; callback: called with the error when `_destroy` is done.
        Returns: the stream.
        Emits: error(err), close.
        Node: https://nodejs.org/api/stream.html#readabledestroyerror
        """
        if self._life_ > LIVE:
            tooLate(error)
            if callable(callback):
                fitCallback(callback, 1)(None)
            return self
        if error is not None and (error := failure(error)) is not None:
            self._fail_(error)
        if self._life_ == CONSTRUCTING:
            self._moveLife_(DOOMED)
            self._doom_ = (error, callback)  # in __dict__: hardly any stream is destroyed this early
        else:
            self._moveLife_(DESTROYED)
            self._runDestroy_(error, callback)
        return self

    def _runDestroy_(self, error: BaseException | None, callback: Callback | None) -> None:
        called = False

        def onDestroy(error: BaseException | None = None) -> None:
            nonlocal called
            if called:
                tooLate(error)
                return
            called = True
            if error is not None and (error := failure(error)) is not None:
                self._fail_(error)
            self._moveLife_(CLOSED)
            try:
                if callable(callback):
                    fitCallback(callback, 1)(error)
            finally:
                # 'error' and 'close' go out in one tick, as in Node: no other callback runs between them.
                if error is not None:
                    nextTick(self._emitErrorAndClose_, error)
                else:
                    nextTick(self._emitCloseNow_)

        try:
            self._destroy(error, onDestroy)
        except Exception as raised:
            if called:
                # Raised behind the callback, or by the callback of destroy(). Node forgets it.
                nextTick(ticks.report, raised)
            else:
                self._hookRaised_(raised, onDestroy)

    def _destroy(self, err: BaseException | None, callback: Callback) -> None:
        """A hook of the user: give back what the stream holds, then call `callback(err)`.

        Node: https://nodejs.org/api/stream.html#readable_destroyerr-callback
        """
        callback(err)

    def _emitErrorAndClose_(self, error: BaseException) -> None:
        try:
            self._emitError_(error)
        finally:
            # Node skips 'close' when the error has no listener, but then it also ends the process. A
            # program that goes on (in another application's reactor) must see that the stream is gone.
            self._emitCloseNow_()

    def _emitError_(self, error: BaseException) -> None:
        if not self._errorEmitted_:
            self._errorEmitted_ = True
            self.emit("error", error)

    def _emitCloseNow_(self) -> None:
        if self._life_ == CLOSED:
            self._moveLife_(GONE)
        if self._emitClose_:
            self.emit("close")

    def _errorOrDestroy_(self, error: BaseException, sync: bool = False) -> None:
        """The stream failed by itself: destroy it, or only report without autoDestroy. `sync`: in the next tick."""
        if self._life_ > LIVE:
            tooLate(error)
            return
        if self._autoDestroy_:
            self.destroy(error)
            return
        self._fail_(error)
        if sync:
            nextTick(self._emitError_, error)
        else:
            self._emitError_(error)

    @staticmethod
    def _hookRaised_(error: Exception, tell: Callable[[Exception], object]) -> None:
        """A hook of the user raised: `tell` about it. When the stack is at its end that would fail in turn: later."""
        if isinstance(error, EXHAUSTED):
            nextTick(tell, error)
        else:
            tell(error)

    def _obeySignal_(self, options: Mapping[str, Any]) -> None:
        signal = options.get("signal")
        if isTruthy(signal):
            seam.addAbortSignal(signal, self)

    def _undestroy(self) -> None:
        """Reset the stream, for one that reconnects."""
        self._errored_ = None
        self._errorEmitted_ = False
        if self._life_ != LIVE:
            self._moveLife_(LIVE)
        self._readGate_ = self._writeGate_ = 0

    def captureRejection(self, error: BaseException, eventName: Any, *args: Any) -> None:
        """A coroutine listener failed (with captureRejections): the stream fails with its error."""
        self.destroy(error)

    #: Events whose names `eventNames()` gives first, in this order, as Node does.
    _firstEvents_: tuple[str, ...] = ()

    def eventNames(self) -> list[Any]:
        """The events that have listeners. Node: https://nodejs.org/api/events.html#emittereventnames"""
        names = super().eventNames()
        return [name for name in self._firstEvents_ if name in names] + [
            name for name in names if name not in self._firstEvents_
        ]

    # -- for `async with`

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Destroy the stream and wait until it is closed.

        Node: https://nodejs.org/api/stream.html#readablesymbolasyncdispose
        """
        await seam.dispose(self)


__all__ = ["BaseStream", "state"]
