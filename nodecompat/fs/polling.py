"""`fs.watchFile`: a file is looked at again and again, in a thread.

Node: https://nodejs.org/api/fs.html#fswatchfilefilename-options-listener
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ERR_INVALID_ARG_TYPE
from ..events import EventEmitter
from ..optionbags import named
from ..reactor.loop import ticks
from ..reactor.loop.threads import inThread
from ..timers.timeout import Timeout, setTimeout
from ..validators import validateUint32
from .operations import arguments as a
from .operations.paths import stat
from .operations.stats import ABSENT, ABSENT_BIGINT
from .options import WatchFileOptions

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self

    from ..events.listeners import Listener, Listener0, Listener2
    from ..symbols import Symbol

__all__ = ["StatWatcher", "unwatchFile", "watchFile"]

#: Milliseconds between two looks. Node's.
_INTERVAL = 5007

_watchers: dict[bytes, StatWatcher] = {}


class StatWatcher(EventEmitter):
    """Looks at a file; made by `watchFile`.

    Emits: change(current, previous); stop.
    Node: https://nodejs.org/api/fs.html#class-fsstatwatcher
    """

    __events__: dict[str, tuple[str, ...]] = {"change": ("current: Any", "previous: Any"), "stop": ()}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "change", "stop"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener0)

        @overload  # type: ignore[override, unused-ignore]
        def on(
            self, eventName: Literal["newListener", "removeListener", "change"], listener: Listener2[Any, Any]
        ) -> Self: ...
        @overload
        def on(self, eventName: Literal["stop"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener", "change"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["stop"]) -> Callable[[_F1], _F1]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self, path: bytes, bigint: bool, interval: int, persistent: bool) -> None:
        super().__init__()
        self._path_ = path
        self._bigint_ = bigint
        self._interval_ = interval
        self._refed_ = persistent
        self._absent_: Any = ABSENT_BIGINT if bigint else ABSENT
        #: What was seen last, None before the first look.
        self._seen_: Any = None
        self._isOpen_ = True
        self._timer_: Timeout | None = None
        self._look_()

    def ref(self) -> StatWatcher:
        """Keep the program alive, as at the beginning. Node: https://nodejs.org/api/fs.html#watcherref_1"""
        self._refed_ = True
        if self._timer_ is not None:
            self._timer_.ref()
        return self

    def unref(self) -> StatWatcher:
        """Let the program end although this looks. Node: https://nodejs.org/api/fs.html#watcherunref_1"""
        self._refed_ = False
        if self._timer_ is not None:
            self._timer_.unref()
        return self

    # -- behind them

    def _stop_(self) -> None:
        if not self._isOpen_:
            return
        self._isOpen_ = False
        if self._timer_ is not None:
            self._timer_.close()
        ticks.nextTick(self.emit, "stop")

    def _look_(self) -> None:
        self._timer_ = None
        inThread(stat(self._path_, self._bigint_), self._found_, "StatWatcher")

    def _found_(self, found: Any, error: BaseException | None) -> None:
        if not self._isOpen_:
            return
        now, before = (self._absent_ if error is not None else found), self._seen_
        self._seen_ = now
        self._timer_ = setTimeout(self._look_, self._interval_)
        if not self._refed_:
            self._timer_.unref()
        if before is None:
            if error is not None:  # as in Node: told once of a file that is not there
                self.emit("change", now, now)
        elif _marks(now) != _marks(before):
            self.emit("change", now, before)


def _marks(found: Any) -> Any:
    """Everything but the time of the last access."""
    return [value for name, value in {**found}.items() if name not in ("atimeMs", "atimeNs")]


@named
def watchFile(
    filename: a.PathLike,
    options: WatchFileOptions | Mapping[str, Any] | Callable[..., object] | None = None,
    listener: Callable[..., object] | None = None,
    *,
    bigint: bool | None = None,
    persistent: bool | None = None,
    interval: int | None = None,
) -> StatWatcher:
    """Look at a file again and again; `watch` is better where it works.

    Args:
        options: `bigint`: BigIntStats; `persistent`: keep the program alive (True); `interval`: milliseconds (5007).
        listener: called with (current, previous) Stats after each change. Those of a file that is not there are all 0.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/fs.html#fswatchfilefilename-options-listener
    """
    path = os.path.abspath(a.toPath(filename, "filename"))
    if callable(options):
        options, listener = None, options
    if not callable(listener):
        raise ERR_INVALID_ARG_TYPE("listener", "Function", listener)
    given = a.toBag(options, a.given(bigint=bigint, persistent=persistent, interval=interval))
    pause = given.get("interval")
    pause = _INTERVAL if pause is None else pause
    watcher = _watchers.get(path)
    if watcher is None:
        validateUint32(pause, "interval")
        watcher = StatWatcher(path, bool(given.get("bigint")), int(pause), given.get("persistent") is not False)
        _watchers[path] = watcher
    watcher.addListener("change", listener)
    return watcher


def unwatchFile(filename: a.PathLike, listener: Callable[..., object] | None = None) -> None:
    """Stop looking at a file; with a listener, only when no other is left.

    Node: https://nodejs.org/api/fs.html#fsunwatchfilefilename-listener
    """
    path = os.path.abspath(a.toPath(filename, "filename"))
    watcher = _watchers.get(path)
    if watcher is None:
        return
    if callable(listener):
        watcher.removeListener("change", listener)
    else:
        watcher.removeAllListeners("change")
    if not watcher.listenerCount("change"):
        del _watchers[path]
        watcher._stop_()
