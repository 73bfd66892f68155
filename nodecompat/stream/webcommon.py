"""What the web's streams share: promises for many, hooks of sources and sinks, the queue with its strategy."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..events import fit
from ..reactor import ticks
from .awaiting import isThenable, settle


class Promise:
    """One outcome for any number of Deferreds, now or later."""

    __slots__ = ("error", "settled", "value", "waiting")

    def __init__(self) -> None:
        self.settled = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.waiting: list[Deferred[Any]] = []

    def wait(self) -> Deferred[Any]:
        """A Deferred that fires with the outcome."""
        deferred: Deferred[Any] = Deferred()
        if self.settled:
            self._fire(deferred)
        else:
            self.waiting.append(deferred)
        return deferred

    def resolve(self, value: Any = None) -> None:
        self._settle(value, None)

    def reject(self, error: BaseException) -> None:
        self._settle(None, error)

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.settled:
            return
        self.settled, self.value, self.error = True, value, error
        for deferred in self.waiting:
            self._fire(deferred)
        self.waiting = []

    def _fire(self, deferred: Deferred[Any]) -> None:
        if self.error is not None:
            ticks.queueMicrotask(deferred.errback, self.error)
        else:
            ticks.queueMicrotask(deferred.callback, self.value)


def hook(source: Any, name: str, count: int) -> Callable[..., Any] | None:
    """A function of an underlying source or sink (a mapping, or an object with methods), to call with `count` args."""
    found = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    return fit(found, count) if callable(found) else None


def afterwards(
    call: Callable[..., Any] | None,
    args: tuple[Any, ...],
    onDone: Callable[[], object],
    onError: Callable[[BaseException], object],
) -> None:
    """Call a hook; one of the two functions follows in a microtask, when the hook is done."""
    try:
        result = None if call is None else call(*args)
    except Exception as error:
        ticks.queueMicrotask(onError, error)
        return
    if isThenable(result):
        settle(result, lambda value: onDone(), onError)
    else:
        ticks.queueMicrotask(onDone)


def asError(reason: Any) -> BaseException:
    """A reason as an exception: JavaScript can fail with anything, Python cannot."""
    return reason if isinstance(reason, BaseException) else Exception(reason)


class Queue:
    """Chunks and their sizes, by a strategy: `highWaterMark` and `size(chunk)`."""

    def __init__(self, strategy: Mapping[str, Any] | None) -> None:
        mark = (strategy or {}).get("highWaterMark")
        self.mark: float = 1 if mark is None else mark
        self.sizeOf: Callable[[Any], float] = (strategy or {}).get("size") or (lambda chunk: 1)
        self.chunks: deque[tuple[Any, float]] = deque()
        self.total: float = 0

    def put(self, chunk: Any, entry: Any = None) -> None:
        """Append a chunk, or an entry that holds it."""
        size = self.sizeOf(chunk)
        self.chunks.append((chunk if entry is None else entry, size))
        self.total += size

    def take(self) -> Any:
        chunk, size = self.chunks.popleft()
        self.total -= size
        return chunk

    def clear(self) -> None:
        self.chunks.clear()
        self.total = 0


def failed(error: BaseException) -> Deferred[Any]:
    """A Deferred that fails."""
    promise = Promise()
    promise.reject(error)
    return promise.wait()
