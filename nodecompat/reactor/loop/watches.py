"""Changes in the file system: by inotify on the reactor where the system has it, else by looking again and again.

One descriptor serves all watches; it is made with the first and closed with the last. Watches of the same path share a
number in the kernel. Trap: the kernel also tells of what it had queued when a watch was removed; what comes for an
unknown number is dropped.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable
from typing import Any

from . import host, threads, ticks

#: What the listener is told: a name came, went or was moved; contents or attributes changed.
RENAME, CHANGE = "rename", "change"
Listener = Callable[[str, bytes], object]

POLL = 0.5  # seconds between two looks, where there is no inotify

_ATTRIB, _MODIFY = 0x4, 0x2
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x40, 0x80, 0x100, 0x200, 0x400, 0x800
_MASK = _ATTRIB | _MODIFY | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
_IGNORED = 0x8000  # the kernel has dropped the watch
_HEAD = struct.Struct("iIII")  # the number of the watch, mask, cookie, length of the name
_BUFFER = 64 * 1024  # bytes read at once


def _library() -> Any:
    try:
        library = ctypes.CDLL(None, use_errno=True)
        return library if hasattr(library, "inotify_init1") else None
    except (OSError, TypeError):  # TypeError: Windows
        return None


class Watch:
    """One watch, which ends by `close()`."""

    def __init__(self, listener: Listener, name: bytes, stop: Callable[[Watch], object]) -> None:
        self.listener: Listener | None = listener
        #: What is told where the kernel names nothing: the last part of the path.
        self.name = name
        self.number = 0
        self._stop = stop

    def tell(self, kind: str, name: bytes) -> None:
        if self.listener is not None:
            ticks.call(self.listener, kind, name or self.name)

    def close(self) -> None:
        if self.listener is not None:
            self.listener = None
            self._stop(self)


class _Inotify:
    """An IReadDescriptor of the loop's."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._fd: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd < 0:
            raise _lastError()
        self._watches: dict[int, list[Watch]] = {}
        self._host = host.current()
        self._host.addReader(self)

    def add(self, path: bytes, watch: Watch) -> None:
        number = self._library.inotify_add_watch(self._fd, path, _MASK)
        if number < 0:
            error = _lastError()
            self._closeIfUnused()
            raise error
        watch.number = number
        self._watches.setdefault(number, []).append(watch)

    def remove(self, watch: Watch) -> None:
        watches = self._watches.get(watch.number, [])
        if watch in watches:
            watches.remove(watch)
            if not watches:
                del self._watches[watch.number]
                self._library.inotify_rm_watch(self._fd, watch.number)
        self._closeIfUnused()

    def _closeIfUnused(self) -> None:
        global _inotify
        if not self._watches and self._fd >= 0:
            self._host.removeReader(self)
            os.close(self._fd)
            self._fd = -1
            _inotify = None

    def end(self) -> None:
        """The loop has ended: no watch is told anything any more."""
        for watch in [each for watches in self._watches.values() for each in watches]:
            watch.close()

    def moveTo(self, running: host.Host) -> None:
        """Another loop runs."""
        self._host.removeReader(self)
        self._host = running
        running.addReader(self)

    # -- IReadDescriptor

    def fileno(self) -> int:
        return self._fd

    def logPrefix(self) -> str:
        return "inotify"

    def connectionLost(self, reason: Any) -> None:
        """The reactor gave the descriptor up: it stops."""

    def doRead(self) -> None:
        try:
            data = os.read(self._fd, _BUFFER)
        except BlockingIOError:
            return
        place = 0
        while place < len(data):
            number, mask, _, size = _HEAD.unpack_from(data, place)
            place += _HEAD.size
            name = data[place : place + size].rstrip(b"\0")
            place += size
            told = list(self._watches.get(number, ()))
            if mask & _IGNORED:
                self._watches.pop(number, None)
                self._closeIfUnused()
            for watch in told:
                # As libuv tells it: both, if the kernel has joined them.
                if mask & (_ATTRIB | _MODIFY):
                    watch.tell(CHANGE, name)
                if mask & ~(_ATTRIB | _MODIFY):
                    watch.tell(RENAME, name)


def _lastError() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


_inotify: _Inotify | None = None


def _onChange(running: host.Host) -> None:
    if _inotify is not None:
        _inotify.moveTo(running)


def _onEnd() -> None:
    if _inotify is not None:
        _inotify.end()


host.onChange.append(_onChange)
host.onEnd.append(_onEnd)


def watch(path: bytes, listener: Listener) -> Watch:
    """Watch a file, or the names in a directory.

    Args: listener: called from the loop with RENAME or CHANGE, and a name: that of an entry of the directory, or the
        last part of the path itself.
    Raises: OSError.
    """
    global _inotify
    name = os.path.basename(path.rstrip(b"/"))
    library = _library()
    if library is None:
        return _Polled(path, listener, name)
    if _inotify is None:
        _inotify = _Inotify(library)
    made = Watch(listener, name, _inotify.remove)
    _inotify.add(path, made)
    return made


# -- where there is no inotify


class _Polled(Watch):
    """A watch that looks at the path in a thread."""

    def __init__(self, path: bytes, listener: Listener, name: bytes) -> None:
        super().__init__(listener, name, lambda watch: self._timer.cancel())
        os.lstat(path)
        self._path = path
        self._seen = look(path)
        self._timer: Any = None
        self._again()

    def _again(self) -> None:
        self._timer = host.current().callLater(POLL * 1000, self._look)

    def _look(self) -> None:
        class Nothing:
            def cancel(self) -> None: ...

        self._timer = Nothing()
        threads.inThread(lambda: look(self._path), self._found, "FSEvent")

    def _found(self, now: dict[bytes, Any] | None, error: BaseException | None) -> None:
        if self.listener is None:
            return
        for kind, name in differences(self._seen, now or {}):
            self.tell(kind, name)
        self._seen = now or {}
        if self.listener is not None:
            self._again()


def look(path: bytes) -> dict[bytes, Any]:
    """What can be seen of a file or a directory: its names, and what changes with their contents."""
    seen: dict[bytes, Any] = {}
    try:
        seen[b""] = _mark(os.stat(path)) if not os.path.isdir(path) else True
        if seen[b""] is True:
            with os.scandir(path) as entries:
                for entry in entries:
                    seen[entry.name] = _mark(entry.stat(follow_symlinks=False))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise
    return seen


def _mark(found: os.stat_result) -> Any:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode


def differences(before: dict[bytes, Any], now: dict[bytes, Any]) -> list[tuple[str, bytes]]:
    """What a listener is told of two looks."""
    found = [(RENAME, name) for name in before if name not in now]
    for name, mark in now.items():
        if name not in before:
            found.append((RENAME, name))
        elif mark != before[name]:
            found.append((CHANGE, name))
    return found
