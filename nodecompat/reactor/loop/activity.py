"""What keeps a program alive: every active handle that has not been unref'd.

As in libuv, a handle counts while it is *active*: a server that listens, a socket that reads, connects or has
a write under way, a timer that runs. `run.py` ends the program when nothing keeps it alive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Holders, oldest first; the values are unused.
_holders: dict[Any, None] = {}
#: What `suspend` put aside, the innermost last. What is done meanwhile, as by a thread, must not come back.
_suspended: list[dict[Any, None]] = []
#: Set by `run.py`: called whenever the last holder lets go.
onidle: Callable[[], None] | None = None


def hold(holder: Any) -> None:
    """Keep the program alive. getActiveResourcesInfo() shows `holder.resourceName`."""
    _holders[holder] = None


def release(holder: Any) -> None:
    """Stop keeping the program alive, if the holder does."""
    _holders.pop(holder, None)
    for holders in _suspended:
        holders.pop(holder, None)
    if not _holders and onidle is not None:
        onidle()


def isAlive() -> bool:
    """True while something keeps the program alive."""
    return bool(_holders)


def resources() -> list[str]:
    """The names of the holders, oldest first."""
    return [holder.resourceName for holder in _holders]


def suspend() -> dict[Any, None]:
    """Forget all holders until `resume`, without any callback: while a simulated network is in force."""
    holders = dict(_holders)
    _suspended.append(holders)
    _holders.clear()
    return holders


def resume(holders: dict[Any, None]) -> None:
    """Undo `suspend`; those that came since are forgotten."""
    _suspended[:] = [each for each in _suspended if each is not holders]
    _holders.clear()
    _holders.update(holders)


def reset() -> None:
    """Forget all holders without any callback: for tests."""
    _holders.clear()


class Activity:
    """Base of handles: combines "active" and "ref'd" into holding the program."""

    __slots__ = ("_active_", "_refed_")

    def __init__(self) -> None:
        self._active_ = False
        self._refed_ = True

    def ref(self) -> None:
        """Let this keep the program alive while it is active (the default)."""
        self._refed_ = True
        if self._active_:
            hold(self)

    def unref(self) -> None:
        """Never keep the program alive."""
        self._refed_ = False
        if self._active_:
            release(self)

    def hasRef(self) -> bool:
        """True unless `unref()` was called."""
        return self._refed_

    def _setActive_(self, active: bool) -> None:
        if active is self._active_:
            return
        self._active_ = active
        if self._refed_:
            (hold if active else release)(self)
