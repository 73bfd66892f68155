"""The steps of `cp`: a file, a link or a whole tree is copied.

The steps are a generator, so that they serve all forms: it gives pieces of work, which may be done in any thread, and
questions to the option `filter`, which is the program's and asked in the loop. `runAll` answers both at once.
"""

from __future__ import annotations

import errno
import os
import stat as kinds
from collections.abc import Callable, Generator
from typing import Any

from ...errors import (
    ERR_FS_CP_DIR_TO_NON_DIR,
    ERR_FS_CP_EEXIST,
    ERR_FS_CP_EINVAL,
    ERR_FS_CP_FIFO_PIPE,
    ERR_FS_CP_NON_DIR_TO_DIR,
    ERR_FS_CP_SOCKET,
    ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY,
    ERR_FS_CP_UNKNOWN,
    ERR_FS_EISDIR,
    ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_INVALID_RETURN_VALUE,
    NodeSystemError,
)
from ...validators import validateFunction, validateInteger, validateObject
from . import arguments as a
from .contents import copyNow
from .system import failure, system

__all__ = ["Question", "Steps", "cp", "runAll"]


class Question:
    """Whether something is to be copied: asked of the option `filter`."""

    def __init__(self, ask: Callable[[str, str], Any], source: bytes, target: bytes) -> None:
        self.ask: Callable[[], Any] = lambda: ask(a.shown(source), a.shown(target))


Steps = Generator[Any, Any, None]


class _Copying:
    """The options of one `cp`."""

    def __init__(self, options: dict[str, Any]) -> None:
        def flag(name: str, default: bool = False) -> bool:
            return a.theFlag(options, name, default)

        self.dereference = flag("dereference")
        self.errorOnExist = flag("errorOnExist")
        self.force = flag("force", True)
        self.preserveTimestamps = flag("preserveTimestamps")
        self.recursive = flag("recursive")
        self.verbatimSymlinks = flag("verbatimSymlinks")
        mode = options.get("mode")
        self.mode = 0 if mode is None else _mode(mode)
        if self.dereference and self.verbatimSymlinks:
            raise ERR_INCOMPATIBLE_OPTION_PAIR("dereference", "verbatimSymlinks")
        self.filter = options.get("filter")
        if self.filter is not None:
            validateFunction(self.filter, "options.filter")

    def stat(self, path: bytes) -> os.stat_result:
        """Of a link its target, with the option `dereference`."""
        syscall = "stat" if self.dereference else "lstat"
        return system(lambda: os.stat(path, follow_symlinks=self.dereference), syscall=syscall, path=path)


def _mode(mode: Any) -> int:
    validateInteger(mode, "mode", 0, 7)
    return int(mode)


def cp(source: Any, destination: Any, options: Any, isSync: bool = False) -> Steps:
    """Check the arguments, and give the steps. isSync: a directory is refused before anything else, as in Node."""
    if options is not None:
        validateObject(options, "options")
    copying = _Copying(a.toBag(options, {}))
    start, end = a.toPath(source, "src"), a.toPath(destination, "dest")
    return _whole(copying, start, end, isSync)


def runAll(steps: Steps) -> None:
    """Do all steps here and now.

    Raises: ERR_INVALID_RETURN_VALUE when the filter gives a promise.
    """
    try:
        request = next(steps)
        while True:
            if isinstance(request, Question):
                answer = request.ask()
                if hasattr(answer, "__await__") or hasattr(answer, "addCallbacks"):
                    raise ERR_INVALID_RETURN_VALUE("boolean", "filter", answer)
            else:
                try:
                    answer = request()
                except Exception as error:
                    request = steps.throw(error)
                    continue
            request = steps.send(answer)
    except StopIteration:
        pass


def _whole(copying: _Copying, source: bytes, target: bytes, isSync: bool) -> Steps:
    def check() -> Any:
        return _checked(copying, source, target, isSync and not copying.recursive)

    found, there = yield check
    yield lambda: _checkParents(source, found, target)
    if copying.filter is not None and not (yield Question(copying.filter, source, target)):
        return
    yield lambda: os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
    yield from _copy(copying, source, found, target, there)


def _entry(copying: _Copying, source: bytes, target: bytes) -> Steps:
    if copying.filter is not None and not (yield Question(copying.filter, source, target)):
        return
    found, there = yield lambda: _checked(copying, source, target)
    yield from _copy(copying, source, found, target, there)


def _copy(
    copying: _Copying, source: bytes, found: os.stat_result, target: bytes, there: os.stat_result | None
) -> Steps:
    kind = kinds.S_IFMT(found.st_mode)
    if kind == kinds.S_IFDIR:
        if not copying.recursive:
            raise _notCopied(source)
        yield from _directory(copying, source, found, target, there)
    elif kind in (kinds.S_IFREG, kinds.S_IFCHR, kinds.S_IFBLK):
        yield lambda: _file(copying, source, found, target, there)
    elif kind == kinds.S_IFLNK:
        yield lambda: _link(copying, source, found, target, there)
    elif kind == kinds.S_IFSOCK:
        raise _error(ERR_FS_CP_SOCKET, errno.EINVAL, f"cannot copy a socket file: {a.shown(target)}", target)
    elif kind == kinds.S_IFIFO:
        raise _error(ERR_FS_CP_FIFO_PIPE, errno.EINVAL, f"cannot copy a FIFO pipe: {a.shown(target)}", target)
    else:
        raise _error(ERR_FS_CP_UNKNOWN, errno.EINVAL, f"cannot copy an unknown file type: {a.shown(target)}", target)


def _directory(
    copying: _Copying, source: bytes, found: os.stat_result, target: bytes, there: os.stat_result | None
) -> Steps:
    if there is None:
        yield lambda: system(os.mkdir, target, syscall="mkdir", path=target)
    elif copying.errorOnExist and not copying.force:
        raise _error(ERR_FS_CP_EEXIST, errno.EEXIST, f"{a.shown(target)} already exists", target)
    names = yield lambda: system(os.listdir, source, syscall="opendir", path=source)
    for name in names:
        yield from _entry(copying, os.path.join(source, name), os.path.join(target, name))
    if there is None:
        yield lambda: _setMode(target, found)


# -- in any thread


def _checked(
    copying: _Copying, source: bytes, target: bytes, refusesFolders: bool = False
) -> tuple[os.stat_result, os.stat_result | None]:
    """What stands at both places, when the one may be copied onto the other."""
    found = copying.stat(source)
    there = None
    try:
        there = copying.stat(target)
    except FileNotFoundError:
        pass
    if there is not None:
        _requireLike(source, found, target, there)
    if kinds.S_ISDIR(found.st_mode):
        if refusesFolders:
            raise _notCopied(source)
        if _isWithin(target, source):
            raise _intoItself(source, target)
    return found, there


def _requireLike(source: bytes, found: os.stat_result, target: bytes, there: os.stat_result) -> None:
    """A directory goes onto a directory, all else onto all else, and nothing onto itself."""
    fromDirectory, intoDirectory = kinds.S_ISDIR(found.st_mode), kinds.S_ISDIR(there.st_mode)
    shownSource, shownTarget = a.shown(source), a.shown(target)
    if os.path.samestat(found, there):
        raise _error(ERR_FS_CP_EINVAL, errno.EINVAL, "src and dest cannot be the same", target)
    if fromDirectory and not intoDirectory:
        text = f"cannot overwrite non-directory {shownTarget} with directory {shownSource}"
        raise _error(ERR_FS_CP_DIR_TO_NON_DIR, errno.EISDIR, text, target)
    if intoDirectory and not fromDirectory:
        text = f"cannot overwrite directory {shownTarget} with non-directory {shownSource}"
        raise _error(ERR_FS_CP_NON_DIR_TO_DIR, errno.ENOTDIR, text, target)


def _checkParents(source: bytes, found: os.stat_result, target: bytes) -> None:
    """A directory is not copied to where a link leads back into it."""
    if not kinds.S_ISDIR(found.st_mode):
        return
    folder = os.path.dirname(os.path.abspath(target))
    while True:
        try:
            if os.path.samestat(found, os.stat(folder)):
                raise _intoItself(source, target)
        except FileNotFoundError:
            pass
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _intoItself(source: bytes, target: bytes) -> NodeSystemError:
    text = f"cannot copy {a.shown(source)} to a subdirectory of self {a.shown(target)}"
    return _error(ERR_FS_CP_EINVAL, errno.EINVAL, text, target)


def _isWithin(path: bytes, folder: bytes) -> bool:
    inner, outer = os.path.abspath(path), os.path.abspath(folder)
    return inner == outer or inner.startswith(outer.rstrip(b"/") + b"/")


def _file(copying: _Copying, source: bytes, found: os.stat_result, target: bytes, there: os.stat_result | None) -> None:
    if there is not None:
        if not copying.force:
            if copying.errorOnExist:
                raise _error(ERR_FS_CP_EEXIST, errno.EEXIST, f"{a.shown(target)} already exists", target)
            return
        system(os.unlink, target, syscall="unlink", path=target)
    copyNow(source, target, bool(copying.mode & 1))
    if copying.preserveTimestamps:
        _setMode(target, found)
        system(lambda: os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns)), syscall="utime", path=target)
    else:
        _setMode(target, found)


def _setMode(target: bytes, found: os.stat_result) -> None:
    system(os.chmod, target, kinds.S_IMODE(found.st_mode), syscall="chmod", path=target)


def _link(copying: _Copying, source: bytes, found: os.stat_result, target: bytes, there: os.stat_result | None) -> None:
    goal = system(os.readlink, source, syscall="readlink", path=source)
    if not copying.verbatimSymlinks and not os.path.isabs(goal):
        goal = os.path.normpath(os.path.join(os.path.abspath(os.path.dirname(source)), goal))
    if there is None:
        system(os.symlink, goal, target, syscall="symlink", path=goal, dest=target)
        return
    try:
        old = os.readlink(target)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise failure(error, "readlink", target) from None
        # No link stands there: as in Node the system says what is wrong with it.
        system(os.symlink, goal, target, syscall="symlink", path=goal, dest=target)
        return
    if not os.path.isabs(old):
        old = os.path.normpath(os.path.join(os.path.abspath(os.path.dirname(target)), old))
    shownGoal, shownOld = a.shown(goal), a.shown(old)
    if kinds.S_ISDIR(system(os.stat, source, syscall="stat", path=source).st_mode):
        if _isWithin(old, goal):
            text = f"cannot copy {shownGoal} to a subdirectory of self {shownOld}"
            raise _error(ERR_FS_CP_EINVAL, errno.EINVAL, text, target)
        if _isWithin(goal, old):
            text = f"cannot overwrite {shownOld} with {shownGoal}"
            raise _error(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, errno.EINVAL, text, target)
    system(os.unlink, target, syscall="unlink", path=target)
    system(os.symlink, goal, target, syscall="symlink", path=goal, dest=target)


def _notCopied(source: bytes) -> NodeSystemError:
    return _error(ERR_FS_EISDIR, errno.EISDIR, f"{a.shown(source)} is a directory (not copied)", source)


def _error(kind: type[NodeSystemError], number: int, message: str, path: bytes) -> NodeSystemError:
    return kind(
        {
            "code": errno.errorcode[number],
            "message": message,
            "path": a.shown(path),
            "syscall": "cp",
            "errno": -number,
        }
    )
