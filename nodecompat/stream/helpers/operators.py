"""The helpers of Readable that work like those of arrays: map, filter, reduce and so on.

Follows lib/internal/streams/operators.js of Node 26 by behaviour. Those that give several values return a Readable,
the others a Deferred. Functions may be coroutine functions or return Deferreds; `concurrency` says how many calls
run at once, the order of the results is that of the chunks. A function may take `(chunk, {"signal": …})`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ...abort import AbortController, AbortSignal
from ...coercion import toNumber
from ...errors import ERR_MISSING_ARGS, ERR_OUT_OF_RANGE, EXHAUSTED, AbortError
from ...events import fit
from ...optionbags import check
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ...validators import validateAbortSignal, validateFunction, validateInteger
from ..core.options import Abortable, ArrayOptions, ReadableOperatorOptions, mergeChecked
from ..core.promises import isThenable, iterate, job, microtask, promise, resolve, settle
from .finished import wait

if TYPE_CHECKING:
    from typing import overload

    from typing_extensions import Unpack

    from ...optionbags import Bag

    #: With what has been made so far, and the chunk; with `{"signal": …}` if it takes a third.
    _Fold = Callable[[Any, Any], Any] | Callable[[Any, Any, Any], Any]

__all__ = ["Operators"]

_EMPTY: Any = object()  # a result that is left out
_EOF: Any = object()
#: A call's outcome: its error or None, and its value.
_Outcome = tuple[BaseException | None, Any]


class Operators:
    """The helpers, inherited by Readable."""

    __slots__ = ()

    def map(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Any:
        """A stream of `fn(chunk)`.

        Args: options: ReadableOperatorOptions.
        Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
        Node: https://nodejs.org/api/stream.html#readablemapfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return _stream(_Mapping(self, fn, mergeChecked(options, keywords)).values())

    def filter(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Any:
        """A stream of the chunks for which `fn(chunk)` is true.

        Args: options: ReadableOperatorOptions.
        Node: https://nodejs.org/api/stream.html#readablefilterfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return _stream(_filtering(self, fn, mergeChecked(options, keywords)).values())

    def flatMap(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Any:
        """A stream of what is in the iterables that `fn(chunk)` gives.

        Args: options: ReadableOperatorOptions.
        Node: https://nodejs.org/api/stream.html#readableflatmapfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return _stream(_flattened(_Mapping(self, fn, mergeChecked(options, keywords))))

    def drop(self, limit: float, options: Abortable | Bag | None = None, /, **keywords: Unpack[Abortable]) -> Any:
        """A stream without the first `limit` chunks.

        Args: options: Abortable, `signal` gives up.
        Node: https://nodejs.org/api/stream.html#readabledroplimit-options
        """
        check(Abortable, options, keywords)
        signal = _signalOf(mergeChecked(options, keywords))
        return _stream(_dropped(self, _toLimit(limit), signal))

    def take(self, limit: float, options: Abortable | Bag | None = None, /, **keywords: Unpack[Abortable]) -> Any:
        """A stream of the first `limit` chunks.

        Args: options: Abortable, `signal` gives up.
        Node: https://nodejs.org/api/stream.html#readabletakelimit-options
        """
        check(Abortable, options, keywords)
        signal = _signalOf(mergeChecked(options, keywords))
        return _stream(_taken(self, _toLimit(limit), signal))

    def forEach(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Deferred[None]:
        """Call `fn(chunk)` for each chunk. Unlike 'data' listeners, it can be awaited and stopped by `signal`.

        Args: options: ReadableOperatorOptions.
        Node: https://nodejs.org/api/stream.html#readableforeachfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return promise(_forEach(self, fn, options, keywords))

    def toArray(
        self, options: ArrayOptions | Bag | None = None, /, **keywords: Unpack[ArrayOptions]
    ) -> Deferred[list[Any]]:
        """All chunks.

        Args: options: ArrayOptions, `signal` gives up.
        Node: https://nodejs.org/api/stream.html#readabletoarrayoptions
        """
        check(ArrayOptions, options, keywords)
        return promise(_toArray(self, options, keywords))

    def some(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Deferred[bool]:
        """True when `fn(chunk)` is true for a chunk; then the stream is destroyed.

        Args: options: ReadableOperatorOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#readablesomefn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return promise(_some(self, fn, options, keywords))

    def every(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Deferred[bool]:
        """True when `fn(chunk)` is true for all chunks.

        Args: options: ReadableOperatorOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#readableeveryfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return promise(_every(self, fn, options, keywords))

    def find(
        self,
        fn: Callable[..., Any],
        options: ReadableOperatorOptions | Bag | None = None,
        /,
        **keywords: Unpack[ReadableOperatorOptions],
    ) -> Deferred[Any]:
        """The first chunk for which `fn(chunk)` is true, or None.

        Args: options: ReadableOperatorOptions, as a mapping or as keywords.
        Node: https://nodejs.org/api/stream.html#readablefindfn-options
        """
        check(ReadableOperatorOptions, options, keywords)
        return promise(_find(self, fn, options, keywords))

    if TYPE_CHECKING:

        @overload
        def reduce(self, fn: _Fold, /, **keywords: Unpack[Abortable]) -> Deferred[Any]: ...
        @overload
        def reduce(
            self,
            fn: _Fold,
            initial: Any,
            options: Abortable | Bag | None = ...,
            /,
            **keywords: Unpack[Abortable],
        ) -> Deferred[Any]: ...

    def reduce(self, fn: Callable[..., Any], *initial: Any, **keywords: Unpack[Abortable]) -> Deferred[Any]:
        """Fold the chunks with `fn(previous, chunk)`.

        Args: initial: the first `previous`, then Abortable, both may be left out.
        Raises: ERR_MISSING_ARGS (in the Deferred) for an empty stream without a first value.
        Node: https://nodejs.org/api/stream.html#readablereducefn-initial-options
        """
        check(Abortable, None, keywords)
        options = initial[1] if len(initial) > 1 else None
        return promise(_reduce(self, fn, initial[:1], options, keywords))

    def compose(self, stream: Any, options: Abortable | Bag | None = None, /, **keywords: Unpack[Abortable]) -> Any:
        """A Duplex that gives what `stream` makes of this one.

        Args: stream: a writable stream, an iterable or an async generator function. options: Abortable.
        Node: https://nodejs.org/api/stream.html#readablecomposestream-options
        """
        check(Abortable, options, keywords)
        from .addabortsignal import obeySignal
        from .compose import compose

        signal = _signalOf(mergeChecked(options, keywords))
        composed = compose(self, stream)
        return composed if signal is None else obeySignal(signal, composed)


def _stream(values: AsyncGenerator[Any, None]) -> Any:
    from ..core.readable import Readable

    return Readable.from_(values)


def _adapt(fn: Callable[..., Any], values: int) -> Callable[..., Any]:
    """A function of `values` arguments and the options. A built-in (`str`, `int`) gets no options: it has its own."""
    if isinstance(fn, (FunctionType, MethodType)):
        return fit(fn, values + 1)
    return lambda *args: fn(*args[:values])


def _signalOf(options: Mapping[str, Any]) -> Any:
    signal = options.get("signal")
    validateAbortSignal(signal, "options.signal")
    return signal


def _toLimit(value: Any) -> float:
    """JavaScript's Number(value), as a count."""
    number = toNumber(value)
    if math.isnan(number):
        return 0
    if number < 0:
        raise ERR_OUT_OF_RANGE("number", ">= 0", value)
    return number


class _Mapping:
    """The calls of a function for the chunks of a stream, several at once, their results in order."""

    def __init__(self, stream: Any, fn: Callable[..., Any], options: Mapping[str, Any]) -> None:
        validateFunction(fn, "fn")
        signal = _signalOf(options)
        self.concurrency = _count(options.get("concurrency"), 1)
        mark = _count(options.get("highWaterMark"), self.concurrency - 1)
        validateInteger(self.concurrency, "options.concurrency", 1)
        validateInteger(mark, "options.highWaterMark", 0)
        self.mark = mark + self.concurrency
        self.stream = stream
        self.fn = _adapt(fn, 1)
        self.signal = AbortSignal.any([signal] if signal is not None else [])
        self.results: deque[Deferred[_Outcome]] = deque()
        self.running = 0
        self.done = False
        self.onResult: Deferred[None] | None = None  # somebody waits for a result
        self.onRoom: Deferred[None] | None = None  # the pump waits for room

    async def values(self) -> AsyncGenerator[Any, None]:
        """The results; leaving this generator stops the pump."""
        job(self.pump())
        try:
            while True:
                while self.results:
                    error, value = await self.results[0]
                    if error is not None:
                        raise error
                    if value is _EOF:
                        return
                    if self.signal.aborted:
                        raise AbortError()
                    if value is not _EMPTY:
                        yield value
                    self.results.popleft()
                    self.wakePump()
                self.onResult = Promised()
                await self.onResult
        finally:
            self.done = True
            self.wake("onRoom")

    async def pump(self) -> None:
        """Go through the stream and start calls."""
        try:
            async for chunk in iterate(self.stream):
                if self.done:
                    return
                if self.signal.aborted:
                    raise AbortError()
                self.start(chunk)
                if not self.done and (len(self.results) >= self.mark or self.running >= self.concurrency):
                    self.onRoom = Promised()
                    await self.onRoom
            self.append().callback((None, _EOF))
        except Exception as error:
            self.append().callback((error, None))
        finally:
            self.done = True
            self.wake("onResult")

    def append(self) -> Deferred[_Outcome]:
        result: Deferred[_Outcome] = Promised()
        self.results.append(result)
        return result

    def start(self, chunk: Any) -> None:
        """Call the function for one chunk."""
        try:
            value = self.fn(chunk, {"signal": self.signal})
        except Exception as error:
            self.running += 1
            ticks.queueMicrotask(self.ended, self.append(), error, None)
        else:
            if value is _EMPTY:
                return
            self.running += 1
            result = self.append()
            if isThenable(value):
                settle(
                    value,
                    lambda value: self.ended(result, None, value),
                    lambda error: self.ended(result, error, None),
                )
            else:
                ticks.queueMicrotask(self.ended, result, None, value)
        self.wake("onResult")

    def ended(self, result: Deferred[_Outcome], error: BaseException | None, value: Any) -> None:
        if error is not None:
            self.done = True
        self.running -= 1
        result.callback((error, value))
        self.wakePump()

    def wakePump(self) -> None:
        if not self.done and self.running < self.concurrency and len(self.results) < self.mark:
            self.wake("onRoom")

    def wake(self, name: str) -> None:
        """Wake the waiters in `onRoom` or `onResult`."""
        waiting = getattr(self, name)
        setattr(self, name, None)
        if waiting is not None:
            ticks.queueMicrotask(waiting.callback, None)


def _count(value: Any, default: float) -> float:
    if value is None:
        return default
    number = toNumber(value)
    return math.floor(number) if math.isfinite(number) else number


# -- what gives several values


def _filtering(stream: Any, fn: Callable[..., Any], options: Mapping[str, Any]) -> _Mapping:
    validateFunction(fn, "fn")
    test = _adapt(fn, 1)

    async def keep(chunk: Any, given: Any) -> Any:
        return chunk if await resolve(test(chunk, given)) else _EMPTY

    return _Mapping(stream, keep, options)


async def _flattened(mapping: _Mapping) -> AsyncGenerator[Any, None]:
    values: Any = mapping.values()
    try:
        async for value in values:
            async for each in iterate(value):
                yield each
    finally:
        if not values.ag_running:  # else both are collected as garbage
            await values.aclose()


async def _dropped(stream: Any, limit: float, signal: Any) -> AsyncGenerator[Any, None]:
    _stopIfAborted(signal)
    async for chunk in stream:
        _stopIfAborted(signal)
        if limit > 0:
            limit -= 1
        else:
            yield chunk


async def _taken(stream: Any, limit: float, signal: Any) -> AsyncGenerator[Any, None]:
    _stopIfAborted(signal)
    async for chunk in stream:
        _stopIfAborted(signal)
        if limit > 0:
            yield chunk
        limit -= 1
        if limit <= 0:
            return


def _stopIfAborted(signal: Any) -> None:
    if signal is not None and signal.aborted:
        raise AbortError()


def _raiseIfAborted(signal: Any) -> None:
    """Where Node tells the reason as well."""
    if signal is not None and signal.aborted:
        raise AbortError.by(signal)


# -- what gives one value: the options are looked at inside, for what returns a Deferred never raises at the call


async def _forEach(stream: Any, fn: Callable[..., Any], options: Any, keywords: Mapping[str, Any]) -> None:
    validateFunction(fn, "fn")
    merged = mergeChecked(options, keywords)
    function = _adapt(fn, 1)

    async def call(chunk: Any, given: Any) -> Any:
        await resolve(function(chunk, given))
        return _EMPTY

    try:
        async for _ in _Mapping(stream, call, merged).values():
            pass
    except Exception:
        await _left()
        raise


async def _toArray(stream: Any, options: Any, keywords: Mapping[str, Any]) -> list[Any]:
    signal = _signalOf(mergeChecked(options, keywords))
    result = []
    async for chunk in stream:
        _raiseIfAborted(signal)
        result.append(chunk)
    return result


async def _first(stream: Any, fn: Callable[..., Any], options: Any, keywords: Mapping[str, Any]) -> Any:
    values = _filtering(stream, fn, mergeChecked(options, keywords)).values()
    found: Any = _EMPTY
    try:
        async for chunk in values:
            found = chunk
            # The way of a value through Node's generators takes as long: other calls may begin meanwhile.
            for _ in range(4):
                await microtask()
            break
    except GeneratorExit:  # garbage-collected: nothing can be awaited
        raise
    except BaseException:
        await _leave(values)
        raise
    await _leave(values)
    return found


async def _leave(values: AsyncGenerator[Any, None]) -> None:
    await values.aclose()
    await _left()


async def _left() -> None:
    """Node's way through its generators takes longer than the pump needs to leave the stream, which destroys it."""
    await microtask()
    await microtask()


async def _some(stream: Any, fn: Callable[..., Any], options: Any, keywords: Mapping[str, Any]) -> bool:
    return await _first(stream, fn, options, keywords) is not _EMPTY


async def _every(stream: Any, fn: Callable[..., Any], options: Any, keywords: Mapping[str, Any]) -> bool:
    validateFunction(fn, "fn")
    test = _adapt(fn, 1)

    async def fails(chunk: Any, given: Any) -> bool:
        return not await resolve(test(chunk, given))

    try:
        return await _first(stream, fails, options, keywords) is _EMPTY
    except Exception:
        await microtask()  # in Node the failure passes through `some`
        raise


async def _find(stream: Any, fn: Callable[..., Any], options: Any, keywords: Mapping[str, Any]) -> Any:
    chunk = await _first(stream, fn, options, keywords)
    return None if chunk is _EMPTY else chunk


async def _reduce(
    stream: Any, fn: Callable[..., Any], initial: tuple[Any, ...], options: Any, keywords: Mapping[str, Any]
) -> Any:
    validateFunction(fn, "reducer")
    signal = _signalOf(mergeChecked(options, keywords))
    if signal is not None and signal.aborted:
        await _giveUp(stream, signal)
    function = _adapt(fn, 2)
    controller = AbortController()
    if signal is not None:
        signal.addEventListener("abort", controller.abort, {"once": True})
    result = initial[0] if initial else _EMPTY
    try:
        async for chunk in stream:
            _stopIfAborted(signal)
            if result is _EMPTY:
                result = chunk
            else:
                result = await resolve(function(result, chunk, {"signal": controller.signal}))
        if result is _EMPTY:
            raise _emptyReduce()
    finally:
        controller.abort()
    return result


async def _giveUp(stream: Any, signal: Any) -> None:
    """The signal was aborted before anything began: the stream fails too."""
    error = AbortError.by(signal)
    stream.once("error", lambda: None)
    try:
        await wait(stream.destroy(error), {})
    except EXHAUSTED:
        raise
    except Exception:
        pass  # the stream tells of `error`, which is raised below
    raise error


def _emptyReduce() -> ERR_MISSING_ARGS:
    error = ERR_MISSING_ARGS("reduce")
    error._setMessage("Reduce of an empty stream requires an initial value")
    return error
