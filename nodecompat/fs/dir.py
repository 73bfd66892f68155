"""Dir: an open directory, whose entries are read one after the other.

Node: https://nodejs.org/api/fs.html#class-fsdir
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from twisted.internet.defer import Deferred

from ..errors import ERR_DIR_CLOSED, ERR_DIR_CONCURRENT_OPERATION
from ..events import fit
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..reactor.loop.threads import inThread
from ..validators import validateFunction
from .operations.directories import opendir
from .operations.entries import Dirent, Scan
from .operations.system import Work

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Dir"]


def opening(path: Any, options: dict[str, Any], namesPath: bool = True) -> Work[Dir]:
    """The work of `opendir`."""
    scan = opendir(path, options, namesPath)
    return lambda: Dir(scan())


class Dir:
    """An open directory, read one entry after the other; also by `async for`, which closes it at its end.

    Node: https://nodejs.org/api/fs.html#class-fsdir
    """

    def __init__(self, scan: Scan) -> None:
        #: The path that was given to `opendir`.
        self.path: Any = scan.path
        self._scan_ = scan
        self._ahead_: deque[Dirent] = deque()
        self._isClosed_ = False
        #: Calls that wait for the one under way; None when there is none.
        self._waiting_: deque[Callable[[], None]] | None = None

    # -- documented by Node, in its order

    @overload
    def close(self) -> Deferred[None]: ...
    @overload
    def close(self, callback: Callable[..., object]) -> None: ...
    def close(self, callback: Callable[..., object] | None = None) -> Deferred[None] | None:
        """Close the directory: with a callback, or with a Deferred.

        Raises: ERR_INVALID_ARG_TYPE. Fails with ERR_DIR_CLOSED.
        Node: https://nodejs.org/api/fs.html#dirclose
        """
        return self._answered_(self._close_, callback, 1)

    def closeSync(self) -> None:
        """Close the directory.

        Raises: ERR_DIR_CLOSED; ERR_DIR_CONCURRENT_OPERATION while another call is under way.
        Node: https://nodejs.org/api/fs.html#dirclosesync
        """
        self._requireFree_()
        self._isClosed_ = True
        self._scan_.close()

    @overload
    def read(self) -> Deferred[Dirent | None]: ...
    @overload
    def read(self, callback: Callable[..., object]) -> None: ...
    def read(self, callback: Callable[..., object] | None = None) -> Deferred[Dirent | None] | None:
        """The next entry, None at the end: given to a callback, or by a Deferred. The order is the system's.

        Raises: ERR_INVALID_ARG_TYPE. Fails with ERR_DIR_CLOSED.
        Node: https://nodejs.org/api/fs.html#dirread
        """
        return self._answered_(self._read_, callback, 2)

    def readSync(self) -> Dirent | None:
        """The next entry, None at the end.

        Raises: ERR_DIR_CLOSED; ERR_DIR_CONCURRENT_OPERATION while another call is under way.
        Node: https://nodejs.org/api/fs.html#dirreadsync
        """
        self._requireFree_()
        if not self._ahead_:
            self._ahead_.extend(self._scan_.more())
        return self._ahead_.popleft() if self._ahead_ else None

    def entries(self) -> Entries:
        """An async iterator over the entries.

        Node: https://nodejs.org/api/fs.html#dirsymbolasynciterator
        """
        return Entries(self)

    def __aiter__(self) -> Entries:
        return Entries(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Close it, if it is still open. Node: https://nodejs.org/api/fs.html#dirsymbolasyncdispose"""
        if not self._isClosed_:
            await self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        """Close it, if it is still open. Node: https://nodejs.org/api/fs.html#dirsymboldispose"""
        if not self._isClosed_:
            self.closeSync()

    # -- behind them

    def _requireFree_(self) -> None:
        if self._isClosed_:
            raise ERR_DIR_CLOSED()
        if self._waiting_ is not None:
            raise ERR_DIR_CONCURRENT_OPERATION()

    def _answered_(self, act: Callable[..., None], callback: Any, count: int) -> Deferred[Any] | None:
        if callback is not None:
            validateFunction(callback, "callback")
            if self._isClosed_:
                ticks.nextTick(fit(callback, 1), ERR_DIR_CLOSED())
                return None
            act(fit(callback, count))
            return None
        deferred: Deferred[Any] = Promised()

        def answer(error: BaseException | None, result: Any = None) -> None:
            fire = deferred.callback if error is None else deferred.errback
            ticks.queueMicrotask(lambda: None if deferred.called else fire(result if error is None else error))

        if self._isClosed_:
            answer(ERR_DIR_CLOSED())
        else:
            act(answer)
        return deferred

    def _inTurn_(self, act: Callable[[], None]) -> bool:
        """False when the call has to wait for the one under way."""
        if self._waiting_ is not None:
            self._waiting_.append(act)
            return False
        return True

    def _next_(self) -> None:
        waiting, self._waiting_ = self._waiting_, None
        for act in waiting or ():
            act()

    def _read_(self, answer: Callable[..., object]) -> None:
        if not self._inTurn_(lambda: self._read_(answer)):
            return
        if self._isClosed_:
            answer(ERR_DIR_CLOSED())
            return
        if self._ahead_:
            ticks.nextTick(answer, None, self._ahead_.popleft())
            return
        self._waiting_ = deque()

        def found(entries: list[Dirent] | None, error: BaseException | None) -> None:
            if entries:
                self._ahead_.extend(entries)
            first = self._ahead_.popleft() if self._ahead_ else None
            self._next_()
            answer(error, first)

        inThread(self._scan_.more, found, "FSReqCallback")

    def _close_(self, answer: Callable[..., object]) -> None:
        if not self._inTurn_(lambda: self._close_(answer)):
            return
        if self._isClosed_:
            answer(ERR_DIR_CLOSED())
            return
        self._isClosed_ = True
        inThread(self._scan_.close, lambda _, error: answer(error), "FSReqCallback")


class Entries:
    """The async iterator of a Dir: it closes the directory at the end, and when the loop is left."""

    __slots__ = ("_dir",)

    def __init__(self, directory: Dir) -> None:
        self._dir = directory

    def __aiter__(self) -> Entries:
        return self

    async def __anext__(self) -> Dirent:
        try:
            entry = await self._dir.read()
        except BaseException:
            await self.aclose()
            raise
        if entry is None:
            await self.aclose()
            raise StopAsyncIteration
        return entry

    async def aclose(self) -> None:
        """Close the directory."""
        if not self._dir._isClosed_:
            await self._dir.close()

    def __del__(self) -> None:
        directory = self._dir
        if not directory._isClosed_ and directory._waiting_ is None:
            directory.closeSync()
