"""Directories that remove themselves: `mkdtempDisposable`.

Node: https://nodejs.org/api/fs.html#fspromisesmkdtempdisposableprefix-options
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..optionbags import named
from .operations import arguments as a
from .operations.directories import mkdtemp
from .operations.trees import rm
from .options import EncodingOptions
from .running import promised

__all__ = ["DisposableTempDir", "DisposableTempDirSync", "mkdtempDisposable", "mkdtempDisposableSync"]


class DisposableTempDir:
    """A directory that is removed by `remove()`, or at the end of `async with`."""

    def __init__(self, path: Any) -> None:
        #: Its path.
        self.path = path
        # The program may go elsewhere meanwhile.
        self._absolute_ = os.path.abspath(a.toPath(path))

    def remove(self) -> Deferred[None]:
        """Remove it, and all that it holds."""
        return promised(rm, self._absolute_, {"recursive": True, "force": True})

    async def __aenter__(self) -> DisposableTempDir:
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Remove it. Node: https://nodejs.org/api/fs.html#fspromisesmkdtempdisposableprefix-options"""
        await self.remove()


class DisposableTempDirSync:
    """A directory that is removed by `remove()`, or at the end of `with`."""

    def __init__(self, path: Any) -> None:
        #: Its path.
        self.path = path
        self._absolute_ = os.path.abspath(a.toPath(path))

    def remove(self) -> None:
        """Remove it, and all that it holds."""
        rm(self._absolute_, {"recursive": True, "force": True})()

    def __enter__(self) -> DisposableTempDirSync:
        return self

    def __exit__(self, *exception: Any) -> None:
        """Remove it. Node: https://nodejs.org/api/fs.html#fsmkdtempdisposablesyncprefix-options"""
        self.remove()


@named
def mkdtempDisposable(
    prefix: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Deferred[DisposableTempDir]:
    """As `mkdtemp`, of a directory that removes itself: `async with await mkdtempDisposable("x-") as made: …`.

    Returns: a Deferred of a DisposableTempDir.
    Node: https://nodejs.org/api/fs.html#fspromisesmkdtempdisposableprefix-options
    """
    keywords = a.given(encoding=encoding)
    return promised(lambda: mkdtemp(prefix, a.toOptions(options, keywords, {}).get("encoding"))).addCallback(
        DisposableTempDir
    )


@named
def mkdtempDisposableSync(
    prefix: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> DisposableTempDirSync:
    """As `mkdtempSync`, of a directory that removes itself: `with mkdtempDisposableSync("x-") as made: …`.

    Returns: a DisposableTempDirSync.
    Node: https://nodejs.org/api/fs.html#fsmkdtempdisposablesyncprefix-options
    """
    found = a.toOptions(options, a.given(encoding=encoding), {})
    return DisposableTempDirSync(mkdtemp(prefix, found.get("encoding"))())
