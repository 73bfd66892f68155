"""`fs.watch` and `fs.promises.watch`: what happens to a file, or to the names in a directory.

Node: https://nodejs.org/api/fs.html#fswatchfilename-options-listener
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ..errors import ERR_FS_WATCH_QUEUE_OVERFLOW, ERR_INVALID_ARG_TYPE, AbortError, SystemCallError
from ..events import EventEmitter, addAbortListener, fit
from ..events.hooks import ProcessWarning, deliverWarning
from ..optionbags import check
from ..reactor.loop import ticks, watches
from ..reactor.loop.activity import Activity
from ..reactor.loop.promised import Promised
from ..records import Record
from ..validators import (
    isNumber,
    validateAbortSignal,
    validateBoolean,
    validateFunction,
    validateInteger,
    validateOneOf,
)
from .operations import arguments as a
from .operations.globbing import fits, partsOf
from .operations.system import failure
from .running import settle

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ..events.listeners import Listener, Listener0, Listener1, Listener2
    from ..symbols import Symbol

__all__ = ["FSWatcher", "FileChangeInfo", "WatchIterator", "WatchOptions", "watch"]


class WatchOptions(TypedDict, total=False):
    """Options of `watch`.

    Options:
        encoding: Of names, "buffer" for bytes; "utf8" by default.
        persistent: Keep the program alive; True by default.
        recursive: Also what is in the directories within; False by default.
        signal: An AbortSignal that closes the watcher; none by default.
        ignore: Names that are not told of: a pattern of `glob`, a regular expression, a function of the name, or a list
            of these; none by default.
    """

    encoding: str
    persistent: bool
    recursive: bool
    signal: Any
    ignore: Any


@dataclass(frozen=True)
class FileChangeInfo(Record):
    """One event of `fs.promises.watch`."""

    #: "rename": a name came or went; "change".
    eventType: str
    #: The name, relative to what is watched.
    filename: Any


class _Holder(Activity):
    """Keeps the program alive as long as the watcher is open."""

    resourceName = "FSEventWrap"


class FSWatcher(EventEmitter):
    """Tells of changes; made by `watch`.

    Emits: change(eventType, filename); close; error(err).
    Node: https://nodejs.org/api/fs.html#class-fsfswatcher
    """

    __events__: dict[str, tuple[str, ...]] = {
        "change": ("eventType: str", "filename: str | bytes | None"),
        "close": (),
        "error": ("err: Any",),
    }

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "change", "close", "error"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener2[str, str | bytes | None])
        _F2 = TypeVar("_F2", bound=Listener0)
        _F3 = TypeVar("_F3", bound=Listener1[Any])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["change"], listener: Listener2[str, str | bytes | None]) -> Self: ...
        @overload
        def on(self, eventName: Literal["close"], listener: Listener0) -> Self: ...
        @overload
        def on(self, eventName: Literal["error"], listener: Listener1[Any]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["change"]) -> Callable[[_F1], _F1]: ...
        @overload
        def on(self, eventName: Literal["close"]) -> Callable[[_F2], _F2]: ...
        @overload
        def on(self, eventName: Literal["error"]) -> Callable[[_F3], _F3]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    def __init__(self, path: bytes, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._encoding_ = options.get("encoding")
        self._isIgnored_ = _ignoring(options.get("ignore"))
        self._top_ = path
        self._isRecursive_ = bool(options.get("recursive"))
        self._watches_: dict[bytes, watches.Watch] = {}
        self._holder_ = _Holder()
        self._isOpen_ = True
        try:
            self._watch_(path, b"")
        except OSError as error:
            raise _failure(error, path) from None
        if options.get("persistent") is False:
            self._holder_.unref()
        self._holder_._setActive_(True)

    def close(self) -> None:
        """Stop watching.

        Emits: close, in the next tick.
        Node: https://nodejs.org/api/fs.html#watcherclose
        """
        if not self._isOpen_:
            return
        self._isOpen_ = False
        for each in self._watches_.values():
            each.close()
        self._watches_.clear()
        self._holder_._setActive_(False)
        ticks.nextTick(self.emit, "close")

    def ref(self) -> FSWatcher:
        """Keep the program alive, as at the beginning. Node: https://nodejs.org/api/fs.html#watcherref"""
        self._holder_.ref()
        return self

    def unref(self) -> FSWatcher:
        """Let the program end although this is open. Node: https://nodejs.org/api/fs.html#watcherunref"""
        self._holder_.unref()
        return self

    # -- behind them

    def _watch_(self, path: bytes, relative: bytes) -> None:
        """Watch a path; with `recursive` also the directories in it."""

        def heard(kind: str, name: bytes) -> None:
            self._heard_(path, relative, kind, name)

        self._watches_[path] = watches.watch(path, heard)
        if self._isRecursive_:
            for name in _folders(path):
                self._follow_(os.path.join(path, name), os.path.join(relative, name))

    def _follow_(self, path: bytes, relative: bytes) -> None:
        if path not in self._watches_:
            try:
                self._watch_(path, relative)
            except OSError:
                pass  # gone again

    def _heard_(self, path: bytes, relative: bytes, kind: str, name: bytes) -> None:
        if relative and name == os.path.basename(path) and not os.path.lexists(path):
            # The directory itself is gone: the one above tells of it.
            gone = self._watches_.pop(path, None)
            if gone is not None:
                gone.close()
            return
        shown = os.path.join(relative, name)
        if self._isRecursive_ and kind == watches.RENAME and os.path.isdir(os.path.join(path, name)):
            self._follow_(os.path.join(path, name), shown)
        if not self._isIgnored_(a.shown(shown)):
            self.emit("change", kind, a.inEncoding(shown, self._encoding_))


def _folders(path: bytes) -> Iterator[bytes]:
    try:
        with os.scandir(path) as entries:
            found = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    yield from found


def _failure(error: OSError, path: bytes) -> OSError:
    found = failure(error, "watch", path)
    if isinstance(found, SystemCallError):
        found.filename = a.shown(path)
    return found


def _ignoring(rules: Any) -> Callable[[str], bool]:
    """Whether a name is not told of."""
    if rules is None:
        return lambda name: False
    found = [_rule(each) for each in (rules if isinstance(rules, (list, tuple)) else [rules])]
    return lambda name: any(rule(name) for rule in found)


def _rule(rule: Any) -> Callable[[str], Any]:
    if isinstance(rule, str):
        patterns = partsOf(rule)
        # A pattern without a slash is of names, in whatever directory.
        return lambda name: any(fits(name.split("/")[-1 if len(each) == 1 else 0 :], each) for each in patterns)
    if isinstance(rule, re.Pattern):
        return lambda name: rule.search(name)
    if callable(rule):
        return fit(rule, 1)
    raise ERR_INVALID_ARG_TYPE("options.ignore", ["string", "RegExp", "Function", "Array"], rule)


def _checked(options: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    given = a.toOptions(options, keywords, {})
    for name in ("persistent", "recursive"):
        if given.get(name) is not None:
            validateBoolean(given[name], f"options.{name}")
    for each in given["ignore"] if isinstance(given.get("ignore"), (list, tuple)) else [given.get("ignore")]:
        if each is not None:
            _rule(each)
    return given


def watch(
    filename: a.PathLike,
    options: WatchOptions | Mapping[str, Any] | str | Callable[..., object] | None = None,
    listener: Callable[..., object] | None = None,
    **keywords: Unpack[WatchOptions],
) -> FSWatcher:
    """Watch a file, or the names in a directory: `watch("config", lambda eventType, filename: …)`.

    By inotify where the system has it, else the path is looked at twice a second.

    Args:
        options: WatchOptions, as a mapping or as keywords; a text is the encoding.
        listener: called with each 'change'.
    Returns: an FSWatcher.
    Raises: ENOENT, …; ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    Node: https://nodejs.org/api/fs.html#fswatchfilename-options-listener
    """
    check(WatchOptions, options, keywords)
    if callable(options):
        options, listener = None, options
    given = _checked(options, keywords)
    path = a.toPath(filename, "filename")
    if listener is not None:
        validateFunction(listener, "listener")
    made = FSWatcher(path, given)
    if listener is not None:
        made.on("change", listener)
    signal = given.get("signal")
    if signal is not None:
        if signal.aborted:
            ticks.nextTick(made.close)
        else:
            abort = addAbortListener(signal, made.close)
            made.once("close", abort.dispose)
    return made


class WatchIterator:
    """What `fs.promises.watch` returns: an async iterator over FileChangeInfo. It watches from the first step on."""

    def __init__(self, filename: Any, options: Any, keywords: Mapping[str, Any]) -> None:
        self._arguments = (filename, options, keywords)
        self._watcher: FSWatcher | None = None
        self._waiting: deque[Deferred[Any]] = deque()
        self._events: deque[FileChangeInfo] = deque()
        self._error: BaseException | None = None
        self._isOver = False

    def __aiter__(self) -> WatchIterator:
        return self

    def __anext__(self) -> Deferred[FileChangeInfo]:
        step: Deferred[FileChangeInfo] = Promised()
        try:
            if self._watcher is None and not self._isOver:
                self._start()
        except Exception as error:
            self._isOver = True
            ticks.queueMicrotask(settle, step, None, error, None)
            return step
        if self._events:
            ticks.queueMicrotask(settle, step, self._events.popleft(), None, None)
        elif self._error is not None:
            error_, self._error = self._error, None
            ticks.queueMicrotask(settle, step, None, error_, None)
        elif self._isOver:
            ticks.queueMicrotask(settle, step, None, StopAsyncIteration(), None)
        else:
            self._waiting.append(step)
        return step

    def _start(self) -> None:
        filename, options, keywords = self._arguments
        given = _checked(options, keywords)
        most, overflow = given.get("maxQueue"), given.get("overflow")
        self._most = 2048 if most is None else most
        if not isNumber(self._most):
            raise ERR_INVALID_ARG_TYPE("options.maxQueue", "number", most)
        validateInteger(self._most, "options.maxQueue")
        # Node's documentation says "throw", its program takes "error".
        validateOneOf("ignore" if overflow is None else overflow, "options.overflow", ("ignore", "error", "throw"))
        self._isStrict = overflow in ("error", "throw")
        signal = given.get("signal")
        validateAbortSignal(signal, "options.signal")
        path = a.toPath(filename, "filename")
        if signal is not None and signal.aborted:
            raise AbortError.by(signal)
        self._watcher = FSWatcher(path, given)
        self._watcher.on("change", self._heard)
        if signal is not None:
            abort = addAbortListener(signal, lambda: self._abort(signal))
            self._watcher.once("close", abort.dispose)

    def _abort(self, signal: Any) -> None:
        self._events.clear()
        self._end(AbortError.by(signal))

    def _heard(self, eventType: str, filename: Any) -> None:
        info = FileChangeInfo(eventType, filename)
        if self._waiting:
            ticks.queueMicrotask(settle, self._waiting.popleft(), info, None, None)
        elif len(self._events) < self._most:
            self._events.append(info)
        else:
            deliverWarning(ProcessWarning("fs.watch maxQueue exceeded", "Warning"))
            if self._isStrict:
                self._events.clear()
                self._end(ERR_FS_WATCH_QUEUE_OVERFLOW(self._most))

    def _end(self, error: BaseException | None) -> None:
        self._isOver = True
        if self._watcher is not None:
            self._watcher.close()
        if error is not None and self._waiting:
            ticks.queueMicrotask(settle, self._waiting.popleft(), None, error, None)
        else:
            self._error = error
        while self._waiting:
            ticks.queueMicrotask(settle, self._waiting.popleft(), None, StopAsyncIteration(), None)

    async def aclose(self) -> None:
        """Stop watching."""
        self._events.clear()
        self._end(None)

    def __del__(self) -> None:
        # `break` in an `async for` drops the iterator; JavaScript calls its return().
        if self._watcher is not None:
            self._watcher.close()
