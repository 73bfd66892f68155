"""`glob` in its forms: with a callback, as an async iterator, and at once.

Node: https://nodejs.org/api/fs.html#fsglobpattern-options-callback
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..events import fit
from ..optionbags import named
from ..reactor.loop import ticks
from .operations import arguments as a
from .operations.globbing import Globbing, globbing
from .options import GlobOptions
from .running import later, promised

__all__ = ["Matches", "glob", "globSync"]

#: Matches that the iterator asks for at once.
_AT_ONCE = 100


@named
def glob(
    pattern: str | Sequence[str],
    options: GlobOptions | Mapping[str, Any] | Callable[..., object] | None = None,
    callback: Callable[..., object] | None = None,
    *,
    cwd: Any = None,
    exclude: Any = None,
    withFileTypes: bool | None = None,
    followSymlinks: bool | None = None,
) -> None:
    """Find the paths that match a pattern: `glob("src/**/*.py", lambda error, found: …)`.

    Args:
        pattern: one or several; `*`, `?`, `[a-z]`, `{a,b}`, `+(a|b)`, and `**` for any number of directories.
        options: `cwd`: where to look; `exclude`: patterns, or a function that is given a name, or a Dirent, and says
            True for what is left out; `withFileTypes`: Dirents in place of paths; `followSymlinks`: also by `**`.
        callback: called with (error, a list of paths), in no particular order.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/fs.html#fsglobpattern-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    given = a.given(cwd=cwd, exclude=exclude, withFileTypes=withFileTypes, followSymlinks=followSymlinks)
    search = globbing(pattern, a.bagOf(options, given))
    if search.isExcluded is None:
        later(lambda: list(search.matches()), callback, 2)
        return
    answer = fit(callback, 2)

    def here() -> None:
        # The program's function must be called in the loop.
        try:
            found = list(search.matches())
        except Exception as error:
            answer(error, None)
        else:
            answer(None, found)

    ticks.queueCheck(here)


@named
def globSync(
    pattern: str | Sequence[str],
    options: GlobOptions | Mapping[str, Any] | None = None,
    *,
    cwd: Any = None,
    exclude: Any = None,
    withFileTypes: bool | None = None,
    followSymlinks: bool | None = None,
) -> list[Any]:
    """Find the paths that match a pattern.

    Args: as of `glob`.
    Returns: paths, or Dirents, in no particular order.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/fs.html#fsglobsyncpattern-options
    """
    given = a.given(cwd=cwd, exclude=exclude, withFileTypes=withFileTypes, followSymlinks=followSymlinks)
    return list(globbing(pattern, a.bagOf(options, given)).matches())


class Matches:
    """What `fs.promises.glob` returns: an async iterator over paths, or Dirents."""

    def __init__(self, search: Globbing) -> None:
        self._found = search.matches()
        self._isInLoop = search.isExcluded is not None
        self._ahead: list[Any] = []
        self._isOver = False

    def __aiter__(self) -> Matches:
        return self

    async def __anext__(self) -> Any:
        if not self._ahead and not self._isOver:
            self._ahead = self._some() if self._isInLoop else await promised(lambda: self._some)
        if not self._ahead:
            raise StopAsyncIteration
        return self._ahead.pop(0)

    def _some(self) -> list[Any]:
        found = [each for _, each in zip(range(_AT_ONCE), self._iterate(), strict=False)]
        return found

    def _iterate(self) -> Iterator[Any]:
        yield from self._found
        self._isOver = True

    async def aclose(self) -> None:
        """Stop."""
        self._isOver = True
        self._ahead.clear()
