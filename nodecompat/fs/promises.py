"""`fs.promises`: the functions of `fs` that return a Deferred; the work is done in a thread.

A wrong argument fails the Deferred, as Node's promise.

Node: https://nodejs.org/api/fs.html#promises-api
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ..optionbags import check, named
from ..stream.core.promises import promise
from ..validators import isTruthy
from .constants import constants
from .copying import cpPromise as cp
from .dir import Dir, opening
from .filehandle import FileHandle, FileReadResult
from .operations import arguments as a
from .operations import contents, descriptors, directories, paths, trees
from .operations.arguments import given, mkdirOptions, statOptions
from .operations.globbing import globbing
from .operations.stats import StatFs
from .options import (
    EncodingOptions,
    GlobOptions,
    MakeDirectoryOptions,
    OpenDirOptions,
    ReadableWebStreamOptions,
    ReaddirOptions,
    ReadFileOptions,
    ReadOptions,
    RmOptions,
    StatFsOptions,
    StatOptions,
    WriteFileOptions,
)
from .running import promised
from .saving import isIterable, saveAll
from .searching import Matches
from .streams import ReadStreamOptions, WriteStreamOptions
from .temporary import DisposableTempDir, mkdtempDisposable
from .watching import FileChangeInfo, WatchIterator, WatchOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "DisposableTempDir",
    "FileChangeInfo",
    "FileHandle",
    "FileReadResult",
    "PromisesWatchOptions",
    "ReadOptions",
    "ReadStreamOptions",
    "ReadableWebStreamOptions",
    "WriteFileOptions",
    "WriteStreamOptions",
    "access",
    "appendFile",
    "chmod",
    "chown",
    "constants",
    "copyFile",
    "cp",
    "glob",
    "lchmod",
    "lchown",
    "link",
    "lstat",
    "lutimes",
    "mkdir",
    "mkdtemp",
    "mkdtempDisposable",
    "open",
    "opendir",
    "readFile",
    "readdir",
    "readlink",
    "realpath",
    "rename",
    "rm",
    "rmdir",
    "stat",
    "statfs",
    "symlink",
    "truncate",
    "unlink",
    "utimes",
    "watch",
    "writeFile",
]


def access(path: a.PathLike, mode: int | None = None) -> Deferred[None]:
    """Is a file there, and may it be read, written or executed?

    Args: mode: F_OK (it is there), R_OK, W_OK, X_OK of `constants`, or several; F_OK if left out.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesaccesspath-mode
    """
    return promised(paths.access, path, mode)


@named
def appendFile(
    path: a.PathLike | FileHandle,
    data: Any,
    options: WriteFileOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    mode: a.Mode | None = None,
    flag: a.Flags | None = None,
    flush: bool | None = None,
) -> Deferred[None]:
    """Write at the end of a file, which is made if it is not there.

    Args:
        data: a text, bytes, or an iterable of them, asynchronous or not; a Readable is one.
        options: `encoding` of a text (UTF-8), `mode` (0o666), `flag` ("a"), `flush`: wait until it is on the disk.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesappendfilepath-data-options
    """
    keywords = given(encoding=encoding, mode=mode, flag=flag, flush=flush)
    return _save(path, data, options, keywords, "a")


def chmod(path: a.PathLike, mode: a.Mode) -> Deferred[None]:
    """Change the permissions of a file.

    Args: mode: a number, or a text of octal digits.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseschmodpath-mode
    """
    return promised(paths.chmod, path, mode)


def chown(path: a.PathLike, uid: int, gid: int) -> Deferred[None]:
    """Change the owner and the group of a file; -1 leaves it.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseschownpath-uid-gid
    """
    return promised(paths.chown, path, uid, gid)


def copyFile(src: a.PathLike, dest: a.PathLike, mode: int | None = None) -> Deferred[None]:
    """Copy a file with its permissions; what was there is overwritten.

    Args: mode: COPYFILE_EXCL of `constants`: fail with EEXIST if `dest` is there.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisescopyfilesrc-dest-mode
    """
    return promised(contents.copyFile, src, dest, mode)


def lchmod(path: a.PathLike, mode: a.Mode) -> Deferred[None]:
    """Change the permissions of a link, on macOS.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseslchmodpath-mode
    """
    return promised(paths.lchmod, path, mode)


def lchown(path: a.PathLike, uid: int, gid: int) -> Deferred[None]:
    """As `chown`, of a link itself.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseslchownpath-uid-gid
    """
    return promised(paths.lchown, path, uid, gid)


def link(existingPath: a.PathLike, newPath: a.PathLike) -> Deferred[None]:
    """Give a file a further name.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseslinkexistingpath-newpath
    """
    return promised(paths.link, existingPath, newPath)


@named
def lstat(
    path: a.PathLike, options: StatOptions | Mapping[str, Any] | None = None, *, bigint: bool | None = None
) -> Deferred[Any]:
    """As `stat`, of a link itself. In Node, too, this one knows no `throwIfNoEntry`.

    Args: options: `bigint`.
    Returns: a Deferred of Stats, or BigIntStats.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseslstatpath-options
    """
    return promised(lambda: paths.stat(path, statOptions(a.toBag(options, {}), given(bigint=bigint))[0], True, False))


def lutimes(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike) -> Deferred[None]:
    """As `utimes`, of a link itself.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseslutimespath-atime-mtime
    """
    return promised(paths.lutimes, path, atime, mtime)


@named
def mkdir(
    path: a.PathLike,
    options: MakeDirectoryOptions | Mapping[str, Any] | a.Mode | None = None,
    *,
    recursive: bool | None = None,
    mode: a.Mode | None = None,
) -> Deferred[str | None]:
    """Make a directory.

    Args: options: `recursive`: also those that it is in, and no error if it is there; `mode` (0o777). Or the mode.
    Returns: a Deferred of with `recursive` the first that was made, else None.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesmkdirpath-options
    """
    return promised(
        lambda: directories.mkdir(path, mkdirOptions(options, given(recursive=recursive, mode=mode)), "mode")
    )


@named
def mkdtemp(
    prefix: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Deferred[Any]:
    """Make a directory with a new name.

    Args:
        prefix: such as `/tmp/x-`.
        options: `encoding`.
    Returns: a Deferred of its path: the prefix and six letters.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesmkdtempprefix-options
    """
    return promised(
        lambda: directories.mkdtemp(prefix, a.toOptions(options, given(encoding=encoding), {}).get("encoding"))
    )


@named
def opendir(
    path: a.PathLike,
    options: OpenDirOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    bufferSize: int | None = None,
    recursive: bool | None = None,
) -> Deferred[Dir]:
    """Open a directory, to read its entries one after the other.

    Args: options: `encoding` of names; `bufferSize`: entries read at once (32); `recursive`: also what is in its
        directories.
    Returns: a Deferred of a Dir.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesopendirpath-options
    """
    return promised(
        lambda: opening(
            path, a.toOptions(options, given(encoding=encoding, bufferSize=bufferSize, recursive=recursive), {})
        )
    )


@named
def readFile(
    path: a.PathLike | FileHandle,
    options: ReadFileOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    flag: a.Flags | None = None,
    signal: Any | None = None,
    buffer: Any | None = None,
) -> Deferred[Any]:
    """Read a whole file; of a FileHandle, from where it is.

    Args: options: `encoding`; `flag` ("r"); `signal`; `buffer`: where to read it.
    Returns: a Deferred of bytes, or text with an encoding.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesreadfilepath-options
    """
    keywords = given(encoding=encoding, flag=flag, signal=signal, buffer=buffer)
    if isinstance(path, FileHandle):
        return path.readFile(a.bagOf(options, keywords))

    def make() -> Any:
        found = a.toOptions(options, keywords, {})
        if not isTruthy(found.get("flag")):
            found["flag"] = None
        return contents.readFile(a.noDescriptor(path), found)

    return promised(make)


@named
def readdir(
    path: a.PathLike,
    options: ReaddirOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    withFileTypes: bool | None = None,
    recursive: bool | None = None,
) -> Deferred[list[Any]]:
    """What a directory holds.

    Args: options: `encoding` of names ("buffer": bytes); `withFileTypes`; `recursive`: also what is in its
        directories.
    Returns: a Deferred of names, or with `withFileTypes` Dirents.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesreaddirpath-options
    """
    keywords = given(encoding=encoding, withFileTypes=withFileTypes, recursive=recursive)

    def make() -> Any:
        found = a.toOptions(options, keywords, {})
        return directories.readdir(path, {**found, "recursive": isTruthy(found.get("recursive"))})

    return promised(make)


@named
def readlink(
    path: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Deferred[Any]:
    """Where a link leads.

    Args: options: `encoding` ("buffer": bytes).
    Returns: a Deferred of the path in it.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesreadlinkpath-options
    """
    return promised(
        lambda: paths.readlink(path, a.toOptions(options, given(encoding=encoding), {}).get("encoding"), "oldPath")
    )


@named
def realpath(
    path: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Deferred[Any]:
    """The absolute path, without links.

    Args: options: `encoding` ("buffer": bytes).
    Returns: a Deferred of the path.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesrealpathpath-options
    """
    keywords = given(encoding=encoding)
    return promised(lambda: paths.realpathNative(path, a.toOptions(options, keywords, {}).get("encoding")))


def rename(oldPath: a.PathLike, newPath: a.PathLike) -> Deferred[None]:
    """Give a file another name; what had it is overwritten.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesrenameoldpath-newpath
    """
    return promised(paths.rename, oldPath, newPath)


@named
def rm(
    path: a.PathLike,
    options: RmOptions | Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    force: bool | None = None,
    maxRetries: int | None = None,
    retryDelay: int | None = None,
) -> Deferred[None]:
    """Remove a file, or with `recursive` a directory and all that it holds.

    Args: options: `recursive`; `force`: no error for what is not there; `maxRetries` (0) and `retryDelay` (100 ms)
        after EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesrmpath-options
    """
    return promised(
        lambda: trees.rm(
            path,
            a.toBag(options, given(recursive=recursive, force=force, maxRetries=maxRetries, retryDelay=retryDelay)),
        )
    )


def rmdir(path: a.PathLike, options: RmOptions | Mapping[str, Any] | None = None) -> Deferred[None]:
    """Remove an empty directory.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesrmdirpath-options
    """
    return promised(directories.rmdir, path, options)


@named
def stat(
    path: a.PathLike,
    options: StatOptions | Mapping[str, Any] | None = None,
    *,
    bigint: bool | None = None,
    throwIfNoEntry: bool | None = None,
) -> Deferred[Any]:
    """What is known about a file.

    Args: options: `bigint`; `throwIfNoEntry` False: None for what is not there.
    Returns: a Deferred of Stats, or BigIntStats.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesstatpath-options
    """
    keywords = given(bigint=bigint, throwIfNoEntry=throwIfNoEntry)
    return promised(lambda: paths.stat(path, *statOptions(a.toBag(options, {}), keywords)))


@named
def statfs(
    path: a.PathLike, options: StatFsOptions | Mapping[str, Any] | None = None, *, bigint: bool | None = None
) -> Deferred[StatFs]:
    """What is known about a file system.

    Args: options: `bigint`.
    Returns: a Deferred of StatFs.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesstatfspath-options
    """
    return promised(lambda: paths.statfs(path, statOptions(options, given(bigint=bigint))[0]))


def symlink(target: a.PathLike, path: a.PathLike, type: str | None = None) -> Deferred[None]:
    """Make a link to a path, which need not exist.

    Args: type: on Windows "dir", "file" or "junction".
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisessymlinktarget-path-type
    """
    return promised(paths.symlink, target, path, type)


def truncate(path: a.PathLike, len: int | None = None) -> Deferred[None]:
    """Cut a file off, or fill it up with zeros.

    Args: len: bytes, 0 if left out.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisestruncatepath-len
    """
    return promised(paths.truncate, path, len)


def unlink(path: a.PathLike) -> Deferred[None]:
    """Remove a file or a link.

    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesunlinkpath
    """
    return promised(paths.unlink, path)


def utimes(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike) -> Deferred[None]:
    """Change the times of a file.

    Args: atime, mtime: seconds since 1970, or a datetime.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesutimespath-atime-mtime
    """
    return promised(paths.utimes, path, atime, mtime)


@named
def writeFile(
    path: a.PathLike | FileHandle,
    data: Any,
    options: WriteFileOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    mode: a.Mode | None = None,
    flag: a.Flags | None = None,
    signal: Any | None = None,
    flush: bool | None = None,
) -> Deferred[None]:
    """Write a whole file, which is made or overwritten; of a FileHandle, from where it is.

    Args:
        data: a text, bytes, or an iterable of them, asynchronous or not; a Readable is one.
        options: `encoding` of a text (UTF-8), `mode` (0o666), `flag` ("w"), `signal`, `flush`: wait until it is on
            the disk.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromiseswritefilepath-data-options
    """
    keywords = given(encoding=encoding, mode=mode, flag=flag, signal=signal, flush=flush)
    return _save(path, data, options, keywords, "w")


def open(path: a.PathLike, flags: a.Flags | None = None, mode: a.Mode | None = None) -> Deferred[FileHandle]:
    """Open a file: `async with await fs.promises.open("x") as file: …`.

    Args:
        flags: "r" if left out; "r+", "w", "wx", "a", …
        mode: permissions of a new file (0o666).
    Returns: a Deferred of a FileHandle.
    Fails with ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fspromisesopenpath-flags-mode
    """
    return promised(descriptors.open, path, flags, mode, discard=os.close).addCallback(FileHandle)


def _save(path: Any, data: Any, options: Any, keywords: dict[str, Any], flag: str) -> Deferred[None]:
    """`writeFile`, and with the flag "a" `appendFile`."""
    if isinstance(path, FileHandle):
        return path.writeFile(data, a.bagOf(options, keywords))
    if not isIterable(data):
        return promised(
            lambda: contents.writeFile(
                a.noDescriptor(path),
                data,
                a.toOptions(options, keywords, {}),
                flag,
                flagName="options.flag" if flag == "w" else "flags",
            )
        )

    async def save() -> None:
        found = a.toOptions(options, keywords, {})
        isSynced = a.theFlag(found, "flush")
        mode = a.toMode(found.get("mode"), "mode", 0o666)
        contents.obey(found.get("signal"))
        file = await open(path, found.get("flag") or flag, mode)
        try:
            await saveAll(file.fd, data, found)
            if isSynced:
                await file.sync()
        finally:
            await file.close()

    return promise(save())


@named
def glob(
    pattern: str | Sequence[str],
    options: GlobOptions | Mapping[str, Any] | None = None,
    *,
    cwd: Any = None,
    exclude: Any = None,
    withFileTypes: bool | None = None,
    followSymlinks: bool | None = None,
) -> Matches:
    """Find the paths that match a pattern: `async for path in fs.promises.glob("src/**/*.py"): …`.

    Args: as of `fs.glob`.
    Returns: an async iterator over paths, or Dirents, in no particular order.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/fs.html#fspromisesglobpattern-options
    """
    keywords = given(cwd=cwd, exclude=exclude, withFileTypes=withFileTypes, followSymlinks=followSymlinks)
    return Matches(globbing(pattern, a.bagOf(options, keywords)))


class PromisesWatchOptions(WatchOptions, total=False):
    """Options of `fs.promises.watch`.

    Also the options of `WatchOptions`.

    Options:
        maxQueue: Events that may wait; 2,048 by default.
        overflow: "ignore", the default, drops further ones, "throw" or "error" fails.
    """

    maxQueue: int
    overflow: str


def watch(
    filename: a.PathLike,
    options: PromisesWatchOptions | Mapping[str, Any] | str | None = None,
    **keywords: Unpack[PromisesWatchOptions],
) -> WatchIterator:
    """Watch a file, or the names in a directory: `async for event in fs.promises.watch("config"): …`.

    Args: options: PromisesWatchOptions, as a mapping or as keywords; a text is the encoding.
    Returns: an async iterator over records with `eventType` and `filename`. Its first step fails with ENOENT, …;
        ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE. A signal ends it with AbortError.
    Node: https://nodejs.org/api/fs.html#fspromiseswatchfilename-options
    """
    check(PromisesWatchOptions, options, keywords)
    return WatchIterator(filename, options, keywords)
