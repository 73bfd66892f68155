"""The work on what stands at a path: `stat`, `rename`, `unlink`, `link`, `chmod`, `truncate`, …"""

from __future__ import annotations

import os
import sys
from typing import Any

from ...errors import ERR_METHOD_NOT_IMPLEMENTED, NodeRangeError
from ...validators import validateInteger, validateOneOf
from . import arguments as a
from .stats import StatFs, toStatFs, toStats
from .system import Work, failure, system

#: Errors of `stat` that mean "nothing is there".
_NOTHING = (FileNotFoundError, NotADirectoryError)


def access(path: Any, mode: Any = None) -> Work[None]:
    name = a.toPath(path)
    wanted = os.F_OK if mode is None else _small(mode)

    def work() -> None:
        # os.access tells no errno; its effective ids are the real ones here.
        if not os.access(name, wanted):
            system(os.stat, name, syscall="access", path=name)
            raise failure(PermissionError(13, ""), "access", name)

    return work


def _small(mode: Any) -> int:
    validateInteger(mode, "mode", -(2**31), 2**31 - 1)
    if not 0 <= mode <= 7:
        raise NodeRangeError("mode is out of range: >= 0 && <= 7", code="ERR_OUT_OF_RANGE")
    return int(mode)


def exists(path: Any) -> Work[bool]:
    """Never an error: what is no path does not exist."""
    try:
        name = a.toPath(path)
    except (TypeError, ValueError):
        return lambda: False
    return lambda: os.path.exists(name)


def stat(path: Any, bigint: bool = False, throwIfNoEntry: bool = True, followLinks: bool = True) -> Work[Any]:
    name = a.toPath(path)
    syscall = "stat" if followLinks else "lstat"

    def work() -> Any:
        try:
            found = os.stat(name, follow_symlinks=followLinks)
        except _NOTHING as error:
            if not throwIfNoEntry:
                return None
            raise failure(error, syscall, name) from None
        except OSError as error:
            raise failure(error, syscall, name) from None
        return toStats(found, bigint)

    return work


def statfs(path: Any, bigint: bool = False) -> Work[StatFs]:
    name = a.toPath(path)

    def work() -> StatFs:
        if not hasattr(os, "statvfs"):
            raise ERR_METHOD_NOT_IMPLEMENTED("statfs()")
        return toStatFs(system(os.statvfs, name, syscall="statfs", path=name), 0, bigint)

    return work


def rename(oldPath: Any, newPath: Any) -> Work[None]:
    old, new = a.toPath(oldPath, "oldPath"), a.toPath(newPath, "newPath")
    return lambda: system(os.replace, old, new, syscall="rename", path=old, dest=new)


def link(existingPath: Any, newPath: Any) -> Work[None]:
    old, new = a.toPath(existingPath, "existingPath"), a.toPath(newPath, "newPath")
    return lambda: system(lambda: os.link(old, new, follow_symlinks=False), syscall="link", path=old, dest=new)


def symlink(target: Any, path: Any, type: Any = None) -> Work[None]:
    validateOneOf(type, "type", ("dir", "file", "junction", None))
    goal, name = a.toPath(target, "target"), a.toPath(path)
    isFolder = type in ("dir", "junction")
    return lambda: system(os.symlink, goal, name, isFolder, syscall="symlink", path=goal, dest=name)


def readlink(path: Any, encoding: Any = None) -> Work[Any]:
    name = a.toPath(path)
    return lambda: a.inEncoding(system(os.readlink, name, syscall="readlink", path=name), encoding)


def realpath(path: Any, encoding: Any = None) -> Work[Any]:
    """Names the part of the path that fails, as Node's own `realpath` does."""
    name = a.toPath(path)

    def work() -> Any:
        try:
            found = os.path.realpath(name, strict=True)
        except OSError as error:
            where = error.filename if isinstance(error.filename, bytes) else name
            raise failure(error, "lstat", where) from None
        return a.inEncoding(found, encoding)

    return work


def realpathNative(path: Any, encoding: Any = None) -> Work[Any]:
    """As the system's `realpath`."""
    name = a.toPath(path)

    def work() -> Any:
        return a.inEncoding(
            system(lambda: os.path.realpath(name, strict=True), syscall="realpath", path=name), encoding
        )

    return work


def unlink(path: Any) -> Work[None]:
    name = a.toPath(path)
    return lambda: system(os.unlink, name, syscall="unlink", path=name)


def chmod(path: Any, mode: Any) -> Work[None]:
    name, permissions = a.toPath(path), a.toMode(mode)
    return lambda: system(os.chmod, name, permissions & 0o7777, syscall="chmod", path=name)


def lchmod(path: Any, mode: Any) -> Work[None]:
    """Where links have permissions of their own, as on macOS."""
    name, permissions = a.toPath(path), a.toMode(mode)
    if sys.platform != "darwin":
        raise ERR_METHOD_NOT_IMPLEMENTED("lchmod()")
    return lambda: system(
        lambda: os.chmod(name, permissions & 0o7777, follow_symlinks=False), syscall="lchmod", path=name
    )


def chown(path: Any, uid: Any, gid: Any) -> Work[None]:
    name, owner, group = a.toPath(path), a.toOwner(uid, "uid"), a.toOwner(gid, "gid")
    return lambda: system(os.chown, name, owner, group, syscall="chown", path=name)


def lchown(path: Any, uid: Any, gid: Any) -> Work[None]:
    name, owner, group = a.toPath(path), a.toOwner(uid, "uid"), a.toOwner(gid, "gid")
    return lambda: system(os.lchown, name, owner, group, syscall="lchown", path=name)


def utimes(path: Any, atime: Any, mtime: Any) -> Work[None]:
    name, times = a.toPath(path), (a.toTime(atime), a.toTime(mtime))
    return lambda: system(lambda: os.utime(name, ns=times), syscall="utime", path=name)


def lutimes(path: Any, atime: Any, mtime: Any) -> Work[None]:
    name, times = a.toPath(path), (a.toTime(atime), a.toTime(mtime))
    return lambda: system(lambda: os.utime(name, ns=times, follow_symlinks=False), syscall="lutime", path=name)


def truncate(path: Any, length: Any = None) -> Work[None]:
    """Node opens the file for it, and its errors say so."""
    name, size = a.toPath(path), a.toLength(length)

    def work() -> None:
        fd = system(os.open, name, os.O_RDWR, syscall="open", path=name)
        try:
            system(os.ftruncate, fd, size, syscall="ftruncate")
        finally:
            os.close(fd)

    return work
