"""Programs that a simulated network runs: coroutines that stay with their host, and what `run(until=…)` waits for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..reactor.loop.coroutines import drive

if TYPE_CHECKING:
    from .network import Network


class Deadlock(AssertionError):
    """What was waited for does not come: nothing can happen any more, or only timers that have gone on for too long."""

    def __init__(self, network: Network, isLate: bool = False) -> None:
        waiting = network.waiting()
        why = "it does not happen within the limit" if isLate else "nothing can happen any more"
        super().__init__(
            f"{why} (seed {network.seed}, {network.clock.elapsed():g} ms); these wait: "
            + ("".join(f"\n  {each}" for each in waiting) or "nothing")
        )


class _HostCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine whose steps run as the host in whose block it was when it began to wait."""

    def __init__(self, network: Network, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._network = network
        self._host = network.here
        self._coroutine = coroutine
        self.__qualname__ = getattr(coroutine, "__qualname__", "coroutine")

    def send(self, value: Any) -> Any:
        return self._step(self._coroutine.send, value)

    def throw(self, *error: Any) -> Any:
        return self._step(self._coroutine.throw, *error)

    def _step(self, resume: Callable[..., Any], *args: Any) -> Any:
        outer = self._network.here
        self._network.switch(self._host)
        try:
            return resume(*args)
        finally:
            self._host = self._network.here
            self._network.switch(outer)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()


def asHost(network: Network, result: Any) -> Any:
    """`result`; a coroutine begins, and comes as a Deferred."""
    if inspect.iscoroutine(result):
        return drive(_HostCoroutine(network, result))
    return result


def outcomeOf(network: Network, until: Any) -> Callable[[], tuple[Any, ...]]:
    """A function that gives `(result,)` when it is there, and `()` before; it raises the failure."""
    if inspect.iscoroutinefunction(until):
        until = until()
    until = asHost(network, until)
    if isinstance(until, Deferred):
        return _whenFired(until)
    if not callable(until):
        raise TypeError("until: a function, a coroutine function, a coroutine or a Deferred")

    def ask() -> tuple[Any, ...]:
        result = asHost(network, until())
        if isinstance(result, Deferred):
            raise TypeError("until: a function that returns a Deferred; give the Deferred itself")
        return (result,) if result else ()

    return ask


def _whenFired(deferred: Deferred[Any]) -> Callable[[], tuple[Any, ...]]:
    results: list[tuple[Any, ...]] = []
    failures: list[BaseException] = []
    # Passed on, but for a failure, which `run` raises.

    def onResult(value: Any) -> Any:
        results.append((value,))
        return value

    deferred.addCallbacks(onResult, lambda failure: failures.append(failure.value))

    def ask() -> tuple[Any, ...]:
        if failures:
            raise failures[0]
        return results[0] if results else ()

    return ask
