"""The work on whole trees of directories: `rm` and `cp`."""

from __future__ import annotations

import errno
import os
import stat as kinds
import time
from collections.abc import Callable
from typing import Any

from ...errors import ERR_FS_EISDIR, getSystemErrorMessage
from ...validators import validateInt32, validateUint32
from . import arguments as a
from .system import Work, failure

#: What may go away by itself.
_PASSING = {errno.EBUSY, errno.EMFILE, errno.ENFILE, errno.ENOTEMPTY, errno.EPERM}


def rm(path: Any, options: dict[str, Any]) -> Work[None]:
    name = a.toPath(path)
    isForced, isRecursive = a.theFlag(options, "force"), a.theFlag(options, "recursive")
    retries, delay = options.get("maxRetries"), options.get("retryDelay")
    retries, delay = 0 if retries is None else retries, 100 if delay is None else delay
    validateInt32(delay, "options.retryDelay", 0)
    validateUint32(retries, "options.maxRetries")

    def work() -> None:
        try:
            found = os.lstat(name)
        except FileNotFoundError as error:
            if isForced:
                return
            raise failure(error, "lstat", name) from None
        except OSError as error:
            raise failure(error, "lstat", name) from None
        if kinds.S_ISDIR(found.st_mode):
            if not isRecursive:
                raise ERR_FS_EISDIR(about(errno.EISDIR, "rm", name, "is a directory"))
            _removeTree(name, int(retries), delay / 1000)
        else:
            _again(os.unlink, name, "unlink", int(retries), delay / 1000)

    return work


def about(number: int, syscall: str, path: bytes, message: str = "", dest: bytes | None = None) -> dict[str, Any]:
    """What an error of a whole operation tells of its cause."""
    info = {
        "code": errno.errorcode[number],
        "message": message or getSystemErrorMessage(-number),
        "path": a.shown(path),
        "syscall": syscall,
        "errno": -number,
    }
    return info if dest is None else {**info, "dest": a.shown(dest)}


def _again(act: Callable[[bytes], object], name: bytes, syscall: str, retries: int, delay: float) -> None:
    """Do it, and again after an error that may pass. What is not there any more is done."""
    attempt = 0
    while True:
        try:
            act(name)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in _PASSING or attempt >= retries:
                raise failure(error, syscall, name) from None
        attempt += 1
        time.sleep(attempt * delay)


def _removeTree(top: bytes, retries: int, delay: float) -> None:
    """Without recursion: a tree may be deeper than the stack."""
    waiting: list[tuple[bytes, bool]] = [(top, False)]
    while waiting:
        name, isEmpty = waiting.pop()
        if isEmpty:
            _again(os.rmdir, name, "rmdir", retries, delay)
            continue
        waiting.append((name, True))
        try:
            with os.scandir(name) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, False))
                    else:
                        _again(os.unlink, entry.path, "unlink", retries, delay)
        except FileNotFoundError:
            continue
        except OSError as error:
            if not error.errno or hasattr(error, "syscall"):
                raise
            raise failure(error, "scandir", name) from None
