"""What the web's streams share: promises for many, hooks of sources and sinks, the queue and its strategies."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ...errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_OPTION, NodeRangeError
from ...events import fit
from ...reactor.loop import ticks
from ...reactor.loop.promised import Promised
from ..core.promises import NoReason, isThenable, settle

OnValue = Callable[[Any], object]
OnError = Callable[[BaseException], object]


class Promise:
    """One outcome for any number of Deferreds and functions, now or later; each is notified in a microtask."""

    __slots__ = ("error", "settled", "value", "waiting")

    def __init__(self) -> None:
        self.settled: bool = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.waiting: list[tuple[OnValue, OnError]] = []

    def wait(self) -> Deferred[Any]:
        """A Deferred that fires with the outcome."""
        deferred: Deferred[Any] = Promised()
        self.then(deferred.callback, deferred.errback)
        return deferred

    def returned(self) -> Promise:
        """The same outcome, as late as one that an async function of JavaScript returns."""
        outer = Promise()
        ticks.queueMicrotask(self.then, outer.resolve, outer.reject)
        return outer

    def then(self, onValue: OnValue, onError: OnError) -> None:
        """Call one of two functions with the outcome."""
        if self.settled:
            self._fire(onValue, onError)
        else:
            self.waiting.append((onValue, onError))

    def resolve(self, value: Any = None) -> None:
        """Succeed, unless it is settled."""
        self._settle(value, None)

    def reject(self, error: BaseException) -> None:
        """Fail, unless it is settled."""
        self._settle(None, error)

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.settled:
            return
        self.settled, self.value, self.error = True, value, error
        for onValue, onError in self.waiting:
            self._fire(onValue, onError)
        self.waiting = []

    def _fire(self, onValue: OnValue, onError: OnError) -> None:
        if self.error is not None:
            ticks.queueMicrotask(onError, self.error)
        else:
            ticks.queueMicrotask(onValue, self.value)


def resolved(value: Any = None) -> Promise:
    """A promise that has succeeded."""
    promise = Promise()
    promise.resolve(value)
    return promise


def rejected(error: BaseException) -> Promise:
    """A promise that has failed."""
    promise = Promise()
    promise.reject(error)
    return promise


def allOf(promises: list[Promise]) -> Promise:
    """JavaScript's Promise.all."""
    done = Promise()
    waiting = len(promises)

    def one(value: Any) -> None:
        nonlocal waiting
        waiting -= 1
        if waiting == 0:
            done.resolve()

    for promise in promises:
        promise.then(one, done.reject)
    if not promises:
        done.resolve()
    return done


def nothing(*args: Any) -> None:
    """For ignored outcomes."""


def member(source: Any, name: str) -> Any:
    """A member of an underlying source or sink, or of a strategy: a mapping, or an object."""
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)


def requireObject(value: Any, name: str) -> None:
    """Raise unless `value` can have members; None counts as omitted."""
    if isinstance(value, (str, bytes, int, float)):
        raise ERR_INVALID_ARG_TYPE(name, "Object", value)


def hook(source: Any, name: str, count: int, owner: str = "source") -> Callable[..., Any] | None:
    """A function of an underlying source or sink, to call with `count` arguments."""
    found = member(source, name)
    if found is not None and not callable(found):
        raise ERR_INVALID_ARG_TYPE(f"{owner}.{name}", "Function", found)
    return None if found is None else fit(found, count)


def afterwards(call: Callable[..., Any] | None, args: tuple[Any, ...], onDone: OnValue, onError: OnError) -> None:
    """Call a hook; one of the two functions follows in a microtask, when the hook is done."""
    try:
        result = None if call is None else call(*args)
    except Exception as error:
        ticks.queueMicrotask(onError, error)
        return
    following(result, onDone, onError)


def following(result: Any, onDone: OnValue, onError: OnError) -> None:
    """What follows when a hook has returned: at the earliest in a microtask."""
    if isinstance(result, Promise):
        result.then(onDone, onError)
    elif isThenable(result):
        settle(result, onDone, onError)
    else:
        ticks.queueMicrotask(onDone, result)


def asError(reason: Any) -> BaseException:
    """A reason as an exception: JavaScript can fail with anything, Python cannot."""
    if isinstance(reason, BaseException):
        return reason
    return NoReason() if reason is None else Exception(reason)


def bytesOf(value: Any, name: str) -> memoryview:
    """A buffer of Python's, as its items. Raises ERR_INVALID_ARG_TYPE."""
    try:
        return memoryview(value)
    except TypeError:
        raise ERR_INVALID_ARG_TYPE(name, ["Buffer", "TypedArray", "DataView"], value) from None


def outOfRange(name: str, value: Any) -> NodeRangeError:
    """ERR_INVALID_ARG_VALUE as a RangeError."""
    return NodeRangeError(ERR_INVALID_ARG_VALUE(name, value).message, code="ERR_INVALID_ARG_VALUE")


class Queue:
    """Chunks and their sizes, by a strategy: `highWaterMark` and `size(chunk)`."""

    def __init__(self, strategy: Any, mark: float = 1) -> None:
        given, size = member(strategy, "highWaterMark"), member(strategy, "size")
        if given is not None and not (isinstance(given, (int, float)) and given >= 0):
            raise outOfRange("strategy.highWaterMark", given)
        if size is not None and not callable(size):
            raise ERR_INVALID_ARG_TYPE("strategy.size", "Function", size)
        self.mark: float = mark if given is None else given
        self.sizeOf: Callable[[Any], float] | None = size
        self.chunks: deque[tuple[Any, float]] = deque()
        self.total: float = 0

    def put(self, chunk: Any) -> None:
        """Append a chunk. Raises what `size` raises, and a RangeError for a size that is none."""
        size = 1 if self.sizeOf is None else self.sizeOf(chunk)
        if not isinstance(size, (int, float)) or not 0 <= size < math.inf:
            raise outOfRange("size", size)
        self.append(chunk, size)

    def append(self, chunk: Any, size: float) -> None:
        """Append a chunk of a known size."""
        self.chunks.append((chunk, size))
        self.total += size

    def take(self) -> Any:
        """The oldest chunk."""
        chunk, size = self.chunks.popleft()
        self.total = max(0, self.total - size)
        return chunk

    def clear(self) -> None:
        """Drop everything."""
        self.chunks.clear()
        self.total = 0


class _Strategy:
    """A strategy defined by its mark only."""

    def __init__(self, init: Any = None) -> None:
        if init is None or isinstance(init, (str, bytes, int, float)):
            raise ERR_INVALID_ARG_TYPE("init", "Object", init)
        mark = member(init, "highWaterMark")
        if mark is None:
            raise ERR_MISSING_OPTION("init.highWaterMark")
        self._highWaterMark_ = mark

    @property
    def highWaterMark(self) -> float:
        """The mark."""
        return self._highWaterMark_  # type: ignore[no-any-return]


class CountQueuingStrategy(_Strategy):
    """Each chunk counts one.

    Args: init: `highWaterMark`, chunks.
    Node: https://nodejs.org/api/webstreams.html#class-countqueuingstrategy
    """

    @staticmethod
    def size(chunk: Any = None) -> int:
        """One."""
        return 1


class ByteLengthQueuingStrategy(_Strategy):
    """Each chunk counts its bytes.

    Args: init: `highWaterMark`, bytes.
    Node: https://nodejs.org/api/webstreams.html#class-bytelengthqueuingstrategy
    """

    @staticmethod
    def size(chunk: Any = None) -> int:
        """The length of a chunk."""
        return len(chunk)
