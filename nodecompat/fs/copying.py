"""`cp` in its forms.

Node: https://nodejs.org/api/fs.html#fscpsrc-dest-options-callback
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from twisted.internet.defer import Deferred

from ..events import fit
from ..optionbags import check
from ..stream.core.promises import promise, resolve
from .operations import arguments as a
from .operations.copying import Question, Steps, runAll
from .operations.copying import cp as steps
from .running import promised

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["CopyOptions", "cp", "cpPromise", "cpSync"]


class CopyOptions(TypedDict, total=False):
    """Options of `cp`.

    Options:
        dereference: Copy what links lead to; False by default.
        errorOnExist: With `force` False, fail for what is there; False by default.
        filter: A function of the two paths that says whether to copy, in `cp` and `promises.cp` also a coroutine
            function; by default all is.
        force: Overwrite files; True by default.
        mode: As of `copyFile`; 0 by default.
        preserveTimestamps: Keep the times; False by default.
        recursive: Copy directories; False by default.
        verbatimSymlinks: Copy links as they are; False by default.
    """

    dereference: bool
    errorOnExist: bool
    filter: Callable[[str, str], Any]
    force: bool
    mode: int
    preserveTimestamps: bool
    recursive: bool
    verbatimSymlinks: bool


def cpSync(
    src: a.PathLike,
    dest: a.PathLike,
    options: CopyOptions | Mapping[str, Any] | None = None,
    **keywords: Unpack[CopyOptions],
) -> None:
    """Copy a file, or with `recursive` a directory and all that it holds.

    Args: options: CopyOptions.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE; ERR_FS_EISDIR without `recursive`; ERR_FS_CP_EINVAL into
        itself; ERR_FS_CP_EEXIST, ERR_FS_CP_DIR_TO_NON_DIR, ERR_FS_CP_NON_DIR_TO_DIR, …; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fscpsyncsrc-dest-options
    """
    check(CopyOptions, options, keywords)
    runAll(steps(src, dest, a.bagOf(options, keywords), True))


def cp(
    src: a.PathLike,
    dest: a.PathLike,
    options: CopyOptions | Mapping[str, Any] | Callable[..., object] | None = None,
    callback: Callable[..., object] | None = None,
    **keywords: Unpack[CopyOptions],
) -> None:
    """Copy a file, or with `recursive` a directory and all that it holds.

    Args:
        options: CopyOptions.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE. Fails as `cpSync`.
    Node: https://nodejs.org/api/fs.html#fscpsrc-dest-options-callback
    """
    check(CopyOptions, options, keywords)
    callback, [options] = a.toCallback(options, callback)
    answer = fit(callback, 1)
    _run(steps(src, dest, a.bagOf(options, keywords))).addCallbacks(
        lambda _: answer(None), lambda failure: answer(failure.value)
    )


def cpPromise(
    src: a.PathLike,
    dest: a.PathLike,
    options: CopyOptions | Mapping[str, Any] | None = None,
    **keywords: Unpack[CopyOptions],
) -> Deferred[None]:
    """Copy a file, or with `recursive` a directory and all that it holds.

    Args: options: CopyOptions.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE; as `cpSync`.
    Node: https://nodejs.org/api/fs.html#fspromisescpsrc-dest-options
    """

    check(CopyOptions, options, keywords)

    async def copy() -> None:
        await _run(steps(src, dest, a.bagOf(options, keywords)))

    return promise(copy())


def _run(found: Steps) -> Deferred[None]:
    """Do the steps in threads; the questions are answered in the loop."""

    async def run() -> None:
        try:
            request = next(found)
            while True:
                try:
                    if isinstance(request, Question):
                        answer = await resolve(request.ask())
                    else:
                        answer = await promised(functools.partial(_same, request))
                except Exception as error:
                    request = found.throw(error)
                else:
                    request = found.send(answer)
        except StopIteration:
            pass

    return promise(run())


def _same(work: Any) -> Any:
    return work
