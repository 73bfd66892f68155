"""The functions of `fs` with a callback: the work is done in a thread, and the loop goes on meanwhile.

The callback is called with the error, or None, and with the result if there is one.

Node: https://nodejs.org/api/fs.html#callback-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred

from ..events import fit
from ..optionbags import check, named
from ..reactor.loop import ticks
from ..reactor.loop.threads import inThread
from .dir import opening
from .filehandle import FileReadResult, FileWriteResult, ReadVResult
from .operations import arguments as a
from .operations import contents, descriptors, directories, paths, trees
from .operations.arguments import given, mkdirOptions, statOptions
from .options import (
    EncodingOptions,
    MakeDirectoryOptions,
    OpenDirOptions,
    ReaddirOptions,
    ReadFileOptions,
    ReadOptions,
    RmOptions,
    StatFsOptions,
    StatOptions,
    WriteFileOptions,
    WriteOptions,
)
from .running import later, promised, settle

__all__ = [
    "access",
    "appendFile",
    "chmod",
    "chown",
    "close",
    "copyFile",
    "exists",
    "fchmod",
    "fchown",
    "fdatasync",
    "fstat",
    "fsync",
    "ftruncate",
    "futimes",
    "lchmod",
    "lchown",
    "link",
    "lstat",
    "lutimes",
    "mkdir",
    "mkdtemp",
    "open",
    "opendir",
    "read",
    "readFile",
    "readdir",
    "readlink",
    "readv",
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
    "write",
    "writeFile",
    "writev",
]

#: What is called with (error), and with (error, result).
Done = Callable[..., object]
Answer = Callable[..., object]

#: Bytes that `read` makes room for when it is given no buffer. Node's.
ROOM = 16 * 1024


def access(path: a.PathLike, mode: int | Done | None = None, callback: Done | None = None) -> None:
    """Is a file there, and may it be read, written or executed?

    Args:
        mode: F_OK (it is there), R_OK, W_OK, X_OK of `constants`, or several; F_OK if left out.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsaccesspath-mode-callback
    """
    callback, [mode] = a.toCallback(mode, callback)
    later(paths.access(path, mode), callback)


@named
def appendFile(
    path: a.PathLike | int,
    data: str | a.BytesLike,
    options: WriteFileOptions | Mapping[str, Any] | str | Done | None = None,
    callback: Done | None = None,
    *,
    encoding: str | None = None,
    mode: a.Mode | None = None,
    flag: a.Flags | None = None,
    flush: bool | None = None,
) -> None:
    """Write at the end of a file, which is made if it is not there.

    Args:
        data: a text or bytes.
        options: `encoding` of a text (UTF-8), `mode` (0o666), `flag` ("a"), `flush`: wait until it is on the disk.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsappendfilepath-data-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    keywords = given(encoding=encoding, mode=mode, flag=flag, flush=flush)
    work = contents.writeFile(path, data, a.toOptions(options, keywords, {}), "a", writesNothing=True)
    later(work, callback)


def chmod(path: a.PathLike, mode: a.Mode, callback: Done | None = None) -> None:
    """Change the permissions of a file.

    Args:
        mode: a number, or a text of octal digits.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fschmodpath-mode-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.chmod(path, mode), callback)


def chown(path: a.PathLike, uid: int, gid: int, callback: Done | None = None) -> None:
    """Change the owner and the group of a file; -1 leaves it.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fschownpath-uid-gid-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.chown(path, uid, gid), callback)


def close(fd: int, callback: Done | None = None) -> None:
    """Close a descriptor.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsclosefd-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.close(fd), callback)


def copyFile(src: a.PathLike, dest: a.PathLike, mode: int | Done | None = None, callback: Done | None = None) -> None:
    """Copy a file with its permissions; what was there is overwritten.

    Args:
        mode: COPYFILE_EXCL of `constants`: fail with EEXIST if `dest` is there.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fscopyfilesrc-dest-mode-callback
    """
    callback, [mode] = a.toCallback(mode, callback)
    later(contents.copyFile(src, dest, mode), callback)


def fchmod(fd: int, mode: a.Mode, callback: Done | None = None) -> None:
    """As `chmod`, of an open file.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfchmodfd-mode-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.fchmod(fd, mode), callback)


def fchown(fd: int, uid: int, gid: int, callback: Done | None = None) -> None:
    """As `chown`, of an open file.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfchownfd-uid-gid-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.fchown(fd, uid, gid), callback)


def fdatasync(fd: int, callback: Done | None = None) -> None:
    """Wait until the data of an open file is on the disk.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfdatasyncfd-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.fdatasync(fd), callback)


@named
def fstat(
    fd: int,
    options: StatFsOptions | Mapping[str, Any] | Answer | None = None,
    callback: Answer | None = None,
    *,
    bigint: bool | None = None,
) -> None:
    """As `stat`, of an open file.

    Args:
        options: `bigint`.
        callback: called with (error, result): Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfstatfd-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(descriptors.fstat(fd, statOptions(options, given(bigint=bigint))[0]), callback, 2)


def fsync(fd: int, callback: Done | None = None) -> None:
    """Wait until an open file is on the disk.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfsyncfd-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.fsync(fd), callback)


def ftruncate(fd: int, len: int | Done | None = None, callback: Done | None = None) -> None:
    """As `truncate`, of an open file.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsftruncatefd-len-callback
    """
    callback, [len] = a.toCallback(len, callback)
    later(descriptors.ftruncate(fd, len), callback)


def futimes(fd: int, atime: a.TimeLike, mtime: a.TimeLike, callback: Done | None = None) -> None:
    """As `utimes`, of an open file.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsfutimesfd-atime-mtime-callback
    """
    callback, _ = a.toCallback(callback)
    later(descriptors.futimes(fd, atime, mtime), callback)


def lchmod(path: a.PathLike, mode: a.Mode, callback: Done | None = None) -> None:
    """Change the permissions of a link, on macOS.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslchmodpath-mode-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.lchmod(path, mode), callback)


def lchown(path: a.PathLike, uid: int, gid: int, callback: Done | None = None) -> None:
    """As `chown`, of a link itself.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslchownpath-uid-gid-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.lchown(path, uid, gid), callback)


def link(existingPath: a.PathLike, newPath: a.PathLike, callback: Done | None = None) -> None:
    """Give a file a further name.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslinkexistingpath-newpath-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.link(existingPath, newPath), callback)


@named
def lstat(
    path: a.PathLike,
    options: StatOptions | Mapping[str, Any] | Answer | None = None,
    callback: Answer | None = None,
    *,
    bigint: bool | None = None,
) -> None:
    """As `stat`, of a link itself. In Node, too, this one knows no `throwIfNoEntry`.

    Args:
        options: `bigint`.
        callback: called with (error, result): Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslstatpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(paths.stat(path, statOptions(options, given(bigint=bigint))[0], True, False), callback, 2)


def lutimes(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike, callback: Done | None = None) -> None:
    """As `utimes`, of a link itself.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslutimespath-atime-mtime-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.lutimes(path, atime, mtime), callback)


@named
def mkdir(
    path: a.PathLike,
    options: MakeDirectoryOptions | Mapping[str, Any] | a.Mode | Answer | None = None,
    callback: Answer | None = None,
    *,
    recursive: bool | None = None,
    mode: a.Mode | None = None,
) -> None:
    """Make a directory.

    Args:
        options: `recursive`: also those that it is in, and no error if it is there; `mode` (0o777). Or the mode.
        callback: called with (error, result): with `recursive` the first that was made, else None.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsmkdirpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(directories.mkdir(path, mkdirOptions(options, given(recursive=recursive, mode=mode))), callback, 2)


@named
def mkdtemp(
    prefix: a.PathLike,
    options: EncodingOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
) -> None:
    """Make a directory with a new name.

    Args:
        prefix: such as `/tmp/x-`.
        options: `encoding`.
        callback: called with (error, result): its path: the prefix and six letters.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsmkdtempprefix-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(directories.mkdtemp(prefix, a.toOptions(options, given(encoding=encoding), {}).get("encoding")), callback, 2)


def open(
    path: a.PathLike,
    flags: a.Flags | Answer | None = None,
    mode: a.Mode | Answer | None = None,
    callback: Answer | None = None,
) -> None:
    """Open a file.

    Args:
        flags: "r" if left out; "r+", "w", "wx", "a", …
        mode: permissions of a new file (0o666).
        callback: called with (error, result): its descriptor.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsopenpath-flags-mode-callback
    """
    callback, [flags, mode] = a.toCallback(flags, mode, callback)
    later(descriptors.open(path, flags, mode), callback, 2)


@named
def opendir(
    path: a.PathLike,
    options: OpenDirOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
    bufferSize: int | None = None,
    recursive: bool | None = None,
) -> None:
    """Open a directory, to read its entries one after the other.

    Args:
        options: `encoding` of names; `bufferSize`: entries read at once (32); `recursive`: also what is in its
            directories.
        callback: called with (error, result): a Dir.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsopendirpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(
        opening(path, a.toOptions(options, given(encoding=encoding, bufferSize=bufferSize, recursive=recursive), {})),
        callback,
        2,
    )


@named
def readFile(
    path: a.PathLike | int,
    options: ReadFileOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
    flag: a.Flags | None = None,
    signal: Any | None = None,
    buffer: Any | None = None,
) -> None:
    """Read a whole file; of a descriptor, from where it is.

    Args:
        options: `encoding`; `flag` ("r"); `signal`; `buffer`: where to read it.
        callback: called with (error, result): bytes, or text with an encoding.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreadfilepath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    keywords = given(encoding=encoding, flag=flag, signal=signal, buffer=buffer)
    later(contents.readFile(path, a.toOptions(options, keywords, {}), flagName="options.flag"), callback, 2)


@named
def readdir(
    path: a.PathLike,
    options: ReaddirOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
    withFileTypes: bool | None = None,
    recursive: bool | None = None,
) -> None:
    """What a directory holds.

    Args:
        options: `encoding` of names ("buffer": bytes); `withFileTypes`; `recursive`: also what is in its directories.
        callback: called with (error, result): names, or with `withFileTypes` Dirents.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreaddirpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(
        directories.readdir(
            path, a.toOptions(options, given(encoding=encoding, withFileTypes=withFileTypes, recursive=recursive), {})
        ),
        callback,
        2,
    )


@named
def readlink(
    path: a.PathLike,
    options: EncodingOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
) -> None:
    """Where a link leads.

    Args:
        options: `encoding` ("buffer": bytes).
        callback: called with (error, result): the path in it.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreadlinkpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(paths.readlink(path, a.toOptions(options, given(encoding=encoding), {}).get("encoding")), callback, 2)


def readv(
    fd: int, buffers: Sequence[Any], position: int | Answer | None = None, callback: Answer | None = None
) -> None:
    """Read into several buffers.

    Args:
        position: where in the file; None for where it is.
        callback: called with (error, bytesRead, buffers).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fsreadvfd-buffers-position-callback
    """
    a.toDescriptor(fd)
    callback, [position] = a.toCallback(position, callback)
    answer = fit(callback, 3)
    work = descriptors.readv(fd, buffers, position)
    inThread(work, lambda count, error: answer(error, count or 0, buffers), "FSReqCallback")


@named
def realpath(
    path: a.PathLike,
    options: EncodingOptions | Mapping[str, Any] | str | Answer | None = None,
    callback: Answer | None = None,
    *,
    encoding: str | None = None,
) -> None:
    """The absolute path, without links.

    Args:
        options: `encoding` ("buffer": bytes).
        callback: called with (error, result): the path.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrealpathpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(paths.realpath(path, a.toOptions(options, given(encoding=encoding), {}).get("encoding")), callback, 2)


def rename(oldPath: a.PathLike, newPath: a.PathLike, callback: Done | None = None) -> None:
    """Give a file another name; what had it is overwritten.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrenameoldpath-newpath-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.rename(oldPath, newPath), callback)


@named
def rm(
    path: a.PathLike,
    options: RmOptions | Mapping[str, Any] | Done | None = None,
    callback: Done | None = None,
    *,
    recursive: bool | None = None,
    force: bool | None = None,
    maxRetries: int | None = None,
    retryDelay: int | None = None,
) -> None:
    """Remove a file, or with `recursive` a directory and all that it holds.

    Args:
        options: `recursive`; `force`: no error for what is not there; `maxRetries` (0) and `retryDelay` (100 ms)
            after EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrmpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(
        trees.rm(
            path,
            a.toBag(options, given(recursive=recursive, force=force, maxRetries=maxRetries, retryDelay=retryDelay)),
        ),
        callback,
    )


def rmdir(
    path: a.PathLike, options: RmOptions | Mapping[str, Any] | Done | None = None, callback: Done | None = None
) -> None:
    """Remove an empty directory.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrmdirpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(directories.rmdir(path, options), callback)


@named
def stat(
    path: a.PathLike,
    options: StatOptions | Mapping[str, Any] | Answer | None = None,
    callback: Answer | None = None,
    *,
    bigint: bool | None = None,
    throwIfNoEntry: bool | None = None,
) -> None:
    """What is known about a file.

    Args:
        options: `bigint`; `throwIfNoEntry` False: None for what is not there.
        callback: called with (error, result): Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsstatpath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(paths.stat(path, *statOptions(options, given(bigint=bigint, throwIfNoEntry=throwIfNoEntry))), callback, 2)


@named
def statfs(
    path: a.PathLike,
    options: StatFsOptions | Mapping[str, Any] | Answer | None = None,
    callback: Answer | None = None,
    *,
    bigint: bool | None = None,
) -> None:
    """What is known about a file system.

    Args:
        options: `bigint`.
        callback: called with (error, result): StatFs.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsstatfspath-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    later(paths.statfs(path, statOptions(options, given(bigint=bigint))[0]), callback, 2)


def symlink(target: a.PathLike, path: a.PathLike, type: str | Done | None = None, callback: Done | None = None) -> None:
    """Make a link to a path, which need not exist.

    Args:
        type: on Windows "dir", "file" or "junction".
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fssymlinktarget-path-type-callback
    """
    callback, [type] = a.toCallback(type, callback)
    later(paths.symlink(target, path, type), callback)


def truncate(path: a.PathLike, len: int | Done | None = None, callback: Done | None = None) -> None:
    """Cut a file off, or fill it up with zeros.

    Args:
        len: bytes, 0 if left out.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fstruncatepath-len-callback
    """
    callback, [len] = a.toCallback(len, callback)
    later(paths.truncate(path, len, True), callback)


def unlink(path: a.PathLike, callback: Done | None = None) -> None:
    """Remove a file or a link.

    Args: callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsunlinkpath-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.unlink(path), callback)


def utimes(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike, callback: Done | None = None) -> None:
    """Change the times of a file.

    Args:
        atime, mtime: seconds since 1970, or a datetime.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsutimespath-atime-mtime-callback
    """
    callback, _ = a.toCallback(callback)
    later(paths.utimes(path, atime, mtime), callback)


@named
def writeFile(
    path: a.PathLike | int,
    data: str | a.BytesLike,
    options: WriteFileOptions | Mapping[str, Any] | str | Done | None = None,
    callback: Done | None = None,
    *,
    encoding: str | None = None,
    mode: a.Mode | None = None,
    flag: a.Flags | None = None,
    signal: Any | None = None,
    flush: bool | None = None,
) -> None:
    """Write a whole file, which is made or overwritten; of a descriptor, from where it is.

    Args:
        data: a text or bytes.
        options: `encoding` of a text (UTF-8), `mode` (0o666), `flag` ("w"), `signal`, `flush`: wait until it is on
            the disk.
        callback: called with (error).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fswritefilepath-data-options-callback
    """
    callback, [options] = a.toCallback(options, callback)
    keywords = given(encoding=encoding, mode=mode, flag=flag, signal=signal, flush=flush)
    work = contents.writeFile(path, data, a.toOptions(options, keywords, {}), "w", True, "options.flag")
    later(work, callback)


def writev(
    fd: int, buffers: Sequence[Any], position: int | Answer | None = None, callback: Answer | None = None
) -> None:
    """Write several buffers.

    Args:
        position: where in the file; None for where it is.
        callback: called with (error, bytesWritten, buffers).
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF.
    Node: https://nodejs.org/api/fs.html#fswritevfd-buffers-position-callback
    """
    a.toDescriptor(fd)
    callback, [position] = a.toCallback(position, callback)
    answer = fit(callback, 3)
    work = descriptors.writev(fd, buffers, position)
    inThread(work, lambda count, error: answer(error, count or 0, buffers), "FSReqCallback")


def exists(path: a.PathLike, callback: Callable[[bool], object] | None = None) -> None:
    """Is something there? Deprecated by Node: open the file, and handle the error.

    Args: callback: called with True or False alone.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/fs.html#fsexistspath-callback
    """
    callback, _ = a.toCallback(callback)
    answer = fit(callback, 1)
    inThread(paths.exists(path), lambda found, error: answer(bool(found)), "FSReqCallback")


def read(
    fd: int,
    buffer: Any = None,
    offset: Any = None,
    length: Any = None,
    position: Any = None,
    callback: Answer | None = None,
    **options: Any,
) -> None:
    """Read into a buffer.

    Args:
        buffer: a bytearray, a Buffer or another that can be written to; or the options, also as keywords: `buffer`,
            `offset`, `length`, `position`. Without one it is 16 KiB, given to the callback as bytes.
        offset: where in the buffer (0), or the options.
        length: bytes, as many as there is room for if left out.
        position: where in the file; None, and -1, for where it is.
        callback: called with (error, bytesRead, buffer); `bytesRead` is 0 at the end. The last argument in every form.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF, EISDIR, ….
    Node: https://nodejs.org/api/fs.html#fsreadfd-buffer-offset-length-position-callback
    """
    check(ReadOptions, None, options)
    number = a.toDescriptor(fd)
    callback, [buffer, offset, length, position] = a.toCallback(buffer, offset, length, position, callback)
    target, place, size, where = descriptors.reading(buffer, offset, length, position, options)
    isOwn = target is None
    room = bytearray(ROOM) if target is None else target
    work = descriptors.read(number, room, place, size, where)
    answer = fit(callback, 3)
    inThread(work, lambda count, error: answer(error, count or 0, bytes(room) if isOwn else room), "FSReqCallback")


def write(
    fd: int,
    buffer: Any,
    offset: Any = None,
    length: Any = None,
    position: Any = None,
    callback: Answer | None = None,
    **options: Any,
) -> None:
    """Write a buffer or a text; another write must wait until this one is done.

    Args:
        buffer: bytes; or a text: then the arguments are `position` and `encoding`.
        offset: where in the buffer, or the options, also as keywords: `offset`, `length`, `position`.
        length: bytes, all that are left if left out.
        position: where in the file; None for where it is.
        callback: called with (error, bytesWritten, buffer). The last argument in every form.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE. Fails with EBADF, ENOSPC, ….
    Node: https://nodejs.org/api/fs.html#fswritefd-buffer-offset-length-position-callback
    """
    check(WriteOptions, None, options)
    a.toDescriptor(fd)
    callback, [offset, length, position] = a.toCallback(offset, length, position, callback)
    make, arguments = descriptors.writing(buffer, offset, length, position, options)
    work = make(fd, *arguments)
    answer = fit(callback, 3)
    inThread(work, lambda count, error: answer(error, count or 0, buffer), "FSReqCallback")


def _realpathNative(path: a.PathLike, options: Any = None, callback: Answer | None = None, **keywords: Any) -> None:
    """As `realpath`, by the system's own function: the error names the whole path.

    Node: https://nodejs.org/api/fs.html#fsrealpathnativepath-options-callback
    """
    check(EncodingOptions, options, keywords)
    callback, [options] = a.toCallback(options, callback)
    later(paths.realpathNative(path, a.toOptions(options, keywords, {}).get("encoding")), callback, 2)


realpath.native = _realpathNative  # type: ignore[attr-defined]


# What `util.promisify` makes of those whose callback is not called with an error and one result.


def _existsPromised(path: a.PathLike) -> Deferred[bool]:
    return promised(paths.exists, path)


def _together(function: Callable[..., None], record: Callable[[Any, Any], Any]) -> Callable[..., Deferred[Any]]:
    """The number of bytes and the buffer in one record."""

    def promisified(*args: Any, **options: Any) -> Deferred[Any]:
        deferred: Deferred[Any] = Deferred()

        def done(error: BaseException | None, count: Any, buffer: Any) -> None:
            result = record(count, buffer) if error is None else None
            ticks.queueMicrotask(settle, deferred, result, error, None)

        function(*args, callback=done, **options)
        return deferred

    return promisified


_PROMISED: list[tuple[Any, Callable[..., Deferred[Any]]]] = [
    (exists, _existsPromised),
    (read, _together(read, FileReadResult)),
    (write, _together(write, FileWriteResult)),
    (readv, _together(readv, ReadVResult)),
    (writev, _together(writev, FileWriteResult)),  # `buffer`, as in Node
]
for _function, _promised in _PROMISED:
    _function.__promisify__ = _promised
