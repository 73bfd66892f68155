"""The work on what stands at a path: `stat`, `rename`, `unlink`, `link`, `chmod`, `truncate`, …"""

from __future__ import annotations

import errno
import os
import stat as kinds
import sys
from typing import Any

from ...errors import ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED
from . import arguments as a
from .stats import StatFs, toStatFs, toStats
from .system import Work, failure, system


def access(path: Any, mode: Any = None) -> Work[None]:
    name = a.toPath(path)
    wanted = a.smallMode(mode)

    def work() -> None:
        # os.access tells no errno; its effective ids are the real ones here.
        if not os.access(name, wanted):
            system(os.stat, name, syscall="access", path=name)
            raise failure(PermissionError(errno.EACCES, ""), "access", name)

    return work


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
    # As in Node: to `lstat` a part of the path that is no directory is something.
    nothing = (FileNotFoundError, NotADirectoryError) if followLinks else (FileNotFoundError,)

    def work() -> Any:
        try:
            found = os.stat(name, follow_symlinks=followLinks)
        except nothing as error:
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
    if type not in ("dir", "file", "junction", None):
        raise ERR_INVALID_ARG_VALUE("type", type, "must be one of: 'dir', 'file', 'junction', null, undefined")
    goal, name = a.toPath(target, "target"), a.toPath(path)
    isFolder = type in ("dir", "junction")
    return lambda: system(os.symlink, goal, name, isFolder, syscall="symlink", path=goal, dest=name)


def readlink(path: Any, encoding: Any = None, pathName: str = "path") -> Work[Any]:
    name = a.toPath(path, pathName)
    return lambda: a.inEncoding(system(os.readlink, name, syscall="readlink", path=name), encoding)


def realpath(path: Any, encoding: Any = None) -> Work[Any]:
    """Names the part of the path that fails, as Node's own `realpath` does."""
    name = a.toPath(path)

    def work() -> Any:
        where = os.path.abspath(name)
        try:
            found = os.path.realpath(where, strict=True)
        except OSError:
            _blame(where)
            raise
        return a.inEncoding(found, encoding)

    return work


def _blame(path: bytes) -> None:
    """Raise the error of the first part of an absolute path that does not lead on."""
    base = b"/"
    for part in path.split(b"/"):
        base = os.path.join(base, part)
        found = system(os.lstat, base, syscall="lstat", path=base)
        if kinds.S_ISLNK(found.st_mode):
            system(os.stat, base, syscall="stat", path=base)
            base = os.path.realpath(base)


def realpathNative(path: Any, encoding: Any = None) -> Work[Any]:
    """As the system's `realpath`."""
    name = a.toPath(path)

    def find() -> bytes:
        if not name:
            raise FileNotFoundError(errno.ENOENT, "")
        return os.path.realpath(name, strict=True)

    return lambda: a.inEncoding(system(find, syscall="realpath", path=name), encoding)


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


def truncate(path: Any, length: Any = None, isChecked: bool = False) -> Work[None]:
    """Node opens the file for it, and its errors say so. isChecked: a wrong length is told before."""
    name = a.toPath(path)
    if isChecked:
        a.toLength(length)

    def work() -> None:
        fd = system(os.open, name, os.O_RDWR, syscall="open", path=name)
        try:
            system(os.ftruncate, fd, a.toLength(length), syscall="ftruncate")
        finally:
            os.close(fd)

    return work
