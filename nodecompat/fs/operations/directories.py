"""The work on directories: `readdir`, `opendir`, `mkdir`, `mkdtemp`, `rmdir`."""

from __future__ import annotations

import errno
import os
import random
import string
from typing import Any, NamedTuple

from ...coercion import optionsOf
from ...errors import ERR_INVALID_ARG_VALUE
from ...validators import isNumber, validateBoolean, validateUint32
from . import arguments as a
from .entries import Dirent, Scan, kindOf
from .system import Work, failure, system

_LETTERS = string.ascii_letters + string.digits
#: Names that `mkdtemp` tries.
_ATTEMPTS = 1000


def readdir(path: Any, options: dict[str, Any]) -> Work[list[Any]]:
    """Names in the order of their bytes, or Dirents; with `recursive` one level after the other."""
    name = a.toPath(path)
    encoding, withTypes = options.get("encoding"), bool(options.get("withFileTypes"))
    if options.get("recursive") is not None:
        validateBoolean(options["recursive"], "options.recursive")
    isRecursive = bool(options.get("recursive"))
    shown = path if isinstance(path, str) else a.inEncoding(name, None)

    def work() -> list[Any]:
        found: list[Any] = []
        folders = [_Folder(b"", name, ())]
        for folder in folders:  # grows meanwhile
            for entry in _sorted(folder.path):
                relative = os.path.join(folder.relative, entry.name)
                if withTypes:
                    parent = shown if not folder.relative else a.inEncoding(folder.path, _ofPath(encoding))
                    found.append(Dirent(a.inEncoding(entry.name, encoding), parent, kindOf(entry)))
                else:
                    found.append(a.inEncoding(relative, encoding))
                if isRecursive and entry.is_dir():
                    # Node follows links, and also one that leads back, for ever: here that ends.
                    number = entry.stat().st_dev, entry.stat().st_ino
                    if number not in folder.above:
                        path = os.path.normpath(os.path.join(folder.path, entry.name))
                        folders.append(_Folder(relative, path, (*folder.above, number)))
        return found

    return work


def _ofPath(encoding: Any) -> Any:
    """The encoding of the path beside names in this encoding: text, unless they are bytes."""
    return encoding if encoding == "buffer" else None


class _Folder(NamedTuple):
    """A directory that is read: its place below the first one, its path, and which ones it is in."""

    relative: bytes
    path: bytes
    above: tuple[tuple[int, int], ...]


def _sorted(folder: bytes) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda each: each.name)
    except OSError as error:
        raise failure(error, "scandir", folder) from None


def opendir(path: Any, options: dict[str, Any], namesPath: bool = True) -> Work[Scan]:
    """Args: namesPath: the error tells of the path, which that of the synchronous form does not."""
    name = a.toPath(path)
    encoding, size, isRecursive = options.get("encoding"), options.get("bufferSize"), options.get("recursive")
    if size is None:
        size = 32
    validateUint32(size, "options.bufferSize", True)

    def work() -> Scan:
        shown = path if isinstance(path, str) else a.inEncoding(name, encoding)
        try:
            return Scan(shown, name, encoding, int(size), bool(isRecursive))
        except OSError as error:
            raise failure(error, "opendir", name if namesPath else None) from None

    return work


def mkdir(path: Any, options: Any = None, modeName: str = "options.mode") -> Work[str | None]:
    """With `recursive` also what it is in; then the first directory that was made, None if there was none to make."""
    mode, isRecursive = 0o777, False
    if isNumber(options) or isinstance(options, str):
        mode = a.toMode(options)
    elif options:
        given = optionsOf(options)
        if given.get("recursive") is not None:
            validateBoolean(given["recursive"], "options.recursive")
            isRecursive = given["recursive"]
        if given.get("mode") is not None:
            mode = a.toMode(given["mode"], modeName)
    name = a.toPath(path)
    if not isRecursive:
        return lambda: system(os.mkdir, name, mode & 0o7777, syscall="mkdir", path=name)
    return lambda: _mkdirs(name, mode & 0o7777)


def _mkdirs(name: bytes, mode: int) -> str | None:
    missing: list[bytes] = []
    folder = name
    while True:
        try:
            os.mkdir(folder, mode)
            break
        except FileNotFoundError:
            above = os.path.dirname(folder.rstrip(b"/"))
            missing.append(folder)
            if not above or above == folder:
                raise failure(FileNotFoundError(errno.ENOENT, ""), "mkdir", name) from None
            folder = above
        except FileExistsError as error:
            if os.path.isdir(folder):
                if not missing:
                    return None
                folder = b""
                break
            cause: OSError = error
            if missing:
                cause = NotADirectoryError(errno.ENOTDIR, "")
            elif not os.path.exists(folder):  # a link that leads nowhere
                cause = FileNotFoundError(errno.ENOENT, "")
            raise failure(cause, "mkdir", name) from None
        except OSError as error:
            raise failure(error, "mkdir", name) from None
    first = folder
    for each in reversed(missing):
        try:
            os.mkdir(each, mode)
            first = first or each
        except FileExistsError:  # another process was faster, or the path has "." in it
            continue
        except OSError as error:
            raise failure(error, "mkdir", name) from None
    return a.shown(first) if first else None


def mkdtemp(prefix: Any, encoding: Any = None) -> Work[Any]:
    """A new directory: the prefix and six letters."""
    start = a.toPath(prefix, "prefix")

    def work() -> Any:
        for _ in range(_ATTEMPTS):
            name = start + "".join(random.choices(_LETTERS, k=6)).encode()
            try:
                os.mkdir(name, 0o700)
            except FileExistsError:
                continue
            except OSError as error:
                raise failure(error, "mkdtemp", start + b"XXXXXX") from None
            return a.inEncoding(name, encoding)
        raise failure(FileExistsError(errno.EEXIST, ""), "mkdtemp", start + b"XXXXXX")

    return work


def rmdir(path: Any, options: Any = None) -> Work[None]:
    name = a.toPath(path)
    given = optionsOf(options)
    if given.get("recursive") is not None:
        raise ERR_INVALID_ARG_VALUE("options.recursive", given["recursive"], "is no longer supported")
    return lambda: system(os.rmdir, name, syscall="rmdir", path=name)
