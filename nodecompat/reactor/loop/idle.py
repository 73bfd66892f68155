"""How long a loop has waited with nothing to do: for `perf_hooks.eventLoopUtilization`.

Every loop waits in one call. It is timed from the first question on, and costs nothing before. Where the call is out of
reach (uvloop), what the thread has not spent on a processor counts as waited.

Private names: `_poller` of Twisted's epoll and poll reactors, `_select` of the module of its select reactor and
`_asyncioEventloop` of its asyncio reactor (seen in 23.10 to 26.10), `_selector` of asyncio's loops (3.10 to 3.14).
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable
from typing import Any


class _Waits:
    """The waits of one loop."""

    def __init__(self) -> None:
        self.total = 0.0  # seconds

    def timed(self, wait: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, counted."""

        def waiting(*args: Any) -> Any:
            before = time.monotonic()
            try:
                return wait(*args)
            finally:
                self.total += time.monotonic() - before

        return waiting

    def time(self) -> float:
        """Milliseconds."""
        return self.total * 1000.0


class _OffProcessor:
    """What stands for the waits of a loop that cannot be timed."""

    def __init__(self) -> None:
        self._begin = time.monotonic() - time.thread_time()

    def time(self) -> float:
        """Milliseconds."""
        return (time.monotonic() - time.thread_time() - self._begin) * 1000.0


class _Timed:
    """In the place of a poller or a selector, whose one method that waits is timed."""

    def __init__(self, inner: Any, method: str, waits: _Waits) -> None:
        self._inner = inner
        setattr(self, method, waits.timed(getattr(inner, method)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


_measured: weakref.WeakKeyDictionary[Any, _Waits | _OffProcessor] = weakref.WeakKeyDictionary()


def timeOf(loop: Any) -> float:
    """Milliseconds that a loop has waited since this was asked first: a Twisted reactor, or a loop of asyncio."""
    loop = getattr(loop, "_asyncioEventloop", loop)
    found = _measured.get(loop)
    if found is None:
        found = _measured[loop] = _begin(loop)
    return found.time()


def _begin(loop: Any) -> _Waits | _OffProcessor:
    waits = _Waits()
    if hasattr(loop, "timed"):  # descriptor/direct.py
        loop.timed = waits.timed
        return waits
    for attribute, method in (("_selector", "select"), ("_poller", "poll")):
        inner = getattr(loop, attribute, None)
        if hasattr(inner, method):
            setattr(loop, attribute, _Timed(inner, method, waits))
            return waits
    module: Any = sys.modules.get("twisted.internet.selectreactor")
    if module is not None and isinstance(loop, module.SelectReactor):
        module._select = waits.timed(module._select)
        return waits
    return _OffProcessor()
