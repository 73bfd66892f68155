"""The functions of `fs` that return when the work is done: the loop stands still meanwhile.

Node: https://nodejs.org/api/fs.html#synchronous-api
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..optionbags import check, named
from .dir import Dir, opening
from .operations import arguments as a
from .operations import contents, descriptors, directories, paths, trees
from .operations.arguments import given, mkdirOptions, statOptions
from .operations.stats import StatFs
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

__all__ = [
    "accessSync",
    "appendFileSync",
    "chmodSync",
    "chownSync",
    "closeSync",
    "copyFileSync",
    "existsSync",
    "fchmodSync",
    "fchownSync",
    "fdatasyncSync",
    "fstatSync",
    "fsyncSync",
    "ftruncateSync",
    "futimesSync",
    "lchmodSync",
    "lchownSync",
    "linkSync",
    "lstatSync",
    "lutimesSync",
    "mkdirSync",
    "mkdtempSync",
    "openSync",
    "opendirSync",
    "readFileSync",
    "readSync",
    "readdirSync",
    "readlinkSync",
    "readvSync",
    "realpathSync",
    "renameSync",
    "rmSync",
    "rmdirSync",
    "statSync",
    "statfsSync",
    "symlinkSync",
    "truncateSync",
    "unlinkSync",
    "utimesSync",
    "writeFileSync",
    "writeSync",
    "writevSync",
]


def accessSync(path: a.PathLike, mode: int | None = None) -> None:
    """Is a file there, and may it be read, written or executed?

    Args: mode: F_OK (it is there), R_OK, W_OK, X_OK of `constants`, or several; F_OK if left out.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsaccesssyncpath-mode
    """
    paths.access(path, mode)()


@named
def appendFileSync(
    path: a.PathLike | int,
    data: str | a.BytesLike,
    options: WriteFileOptions | Mapping[str, Any] | str | None = None,
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
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsappendfilesyncpath-data-options
    """
    keywords = given(encoding=encoding, mode=mode, flag=flag, flush=flush)
    contents.writeFile(path, data, a.toOptions(options, keywords, {}), "a")()


def chmodSync(path: a.PathLike, mode: a.Mode) -> None:
    """Change the permissions of a file.

    Args: mode: a number, or a text of octal digits.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fschmodsyncpath-mode
    """
    paths.chmod(path, mode)()


def chownSync(path: a.PathLike, uid: int, gid: int) -> None:
    """Change the owner and the group of a file; -1 leaves it.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fschownsyncpath-uid-gid
    """
    paths.chown(path, uid, gid)()


def closeSync(fd: int) -> None:
    """Close a descriptor.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsclosesyncfd
    """
    descriptors.close(fd)()


def copyFileSync(src: a.PathLike, dest: a.PathLike, mode: int | None = None) -> None:
    """Copy a file with its permissions; what was there is overwritten.

    Args: mode: COPYFILE_EXCL of `constants`: fail with EEXIST if `dest` is there.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fscopyfilesyncsrc-dest-mode
    """
    contents.copyFile(src, dest, mode)()


def fchmodSync(fd: int, mode: a.Mode) -> None:
    """As `chmod`, of an open file.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfchmodsyncfd-mode
    """
    descriptors.fchmod(fd, mode)()


def fchownSync(fd: int, uid: int, gid: int) -> None:
    """As `chown`, of an open file.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfchownsyncfd-uid-gid
    """
    descriptors.fchown(fd, uid, gid)()


def fdatasyncSync(fd: int) -> None:
    """Wait until the data of an open file is on the disk.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfdatasyncsyncfd
    """
    descriptors.fdatasync(fd)()


@named
def fstatSync(fd: int, options: StatFsOptions | Mapping[str, Any] | None = None, *, bigint: bool | None = None) -> Any:
    """As `stat`, of an open file.

    Args: options: `bigint`.
    Returns: Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfstatsyncfd-options
    """
    return descriptors.fstat(fd, statOptions(options, given(bigint=bigint))[0])()


def fsyncSync(fd: int) -> None:
    """Wait until an open file is on the disk.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfsyncsyncfd
    """
    descriptors.fsync(fd)()


def ftruncateSync(fd: int, len: int | None = None) -> None:
    """As `truncate`, of an open file.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsftruncatesyncfd-len
    """
    descriptors.ftruncate(fd, len)()


def futimesSync(fd: int, atime: a.TimeLike, mtime: a.TimeLike) -> None:
    """As `utimes`, of an open file.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsfutimessyncfd-atime-mtime
    """
    descriptors.futimes(fd, atime, mtime)()


def lchmodSync(path: a.PathLike, mode: a.Mode) -> None:
    """Change the permissions of a link, on macOS.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslchmodsyncpath-mode
    """
    paths.lchmod(path, mode)()


def lchownSync(path: a.PathLike, uid: int, gid: int) -> None:
    """As `chown`, of a link itself.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslchownsyncpath-uid-gid
    """
    paths.lchown(path, uid, gid)()


def linkSync(existingPath: a.PathLike, newPath: a.PathLike) -> None:
    """Give a file a further name.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslinksyncexistingpath-newpath
    """
    paths.link(existingPath, newPath)()


@named
def lstatSync(
    path: a.PathLike,
    options: StatOptions | Mapping[str, Any] | None = None,
    *,
    bigint: bool | None = None,
    throwIfNoEntry: bool | None = None,
) -> Any:
    """As `stat`, of a link itself.

    Args: options: `bigint`; `throwIfNoEntry` False: None for what is not there.
    Returns: Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslstatsyncpath-options
    """
    return paths.stat(path, *statOptions(options, given(bigint=bigint, throwIfNoEntry=throwIfNoEntry)), False)()


def lutimesSync(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike) -> None:
    """As `utimes`, of a link itself.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fslutimessyncpath-atime-mtime
    """
    paths.lutimes(path, atime, mtime)()


@named
def mkdirSync(
    path: a.PathLike,
    options: MakeDirectoryOptions | Mapping[str, Any] | a.Mode | None = None,
    *,
    recursive: bool | None = None,
    mode: a.Mode | None = None,
) -> str | None:
    """Make a directory.

    Args: options: `recursive`: also those that it is in, and no error if it is there; `mode` (0o777). Or the mode.
    Returns: with `recursive` the first that was made, else None.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsmkdirsyncpath-options
    """
    return directories.mkdir(path, mkdirOptions(options, given(recursive=recursive, mode=mode)))()


@named
def mkdtempSync(
    prefix: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Any:
    """Make a directory with a new name.

    Args:
        prefix: such as `/tmp/x-`.
        options: `encoding`.
    Returns: its path: the prefix and six letters.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsmkdtempsyncprefix-options
    """
    return directories.mkdtemp(prefix, a.toOptions(options, given(encoding=encoding), {}).get("encoding"))()


def openSync(path: a.PathLike, flags: a.Flags | None = None, mode: a.Mode | None = None) -> int:
    """Open a file.

    Args:
        flags: "r" if left out; "r+", "w", "wx", "a", …
        mode: permissions of a new file (0o666).
    Returns: its descriptor.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsopensyncpath-flags-mode
    """
    return descriptors.open(path, flags, mode)()


@named
def opendirSync(
    path: a.PathLike,
    options: OpenDirOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    bufferSize: int | None = None,
    recursive: bool | None = None,
) -> Dir:
    """Open a directory, to read its entries one after the other.

    Args: options: `encoding` of names; `bufferSize`: entries read at once (32); `recursive`: also what is in its
        directories.
    Returns: a Dir.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsopendirsyncpath-options
    """
    keywords = given(encoding=encoding, bufferSize=bufferSize, recursive=recursive)
    # The error does not name the path: as in Node.
    return opening(path, a.toOptions(options, keywords, {}), False)()


@named
def readFileSync(
    path: a.PathLike | int,
    options: ReadFileOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    flag: a.Flags | None = None,
    signal: Any | None = None,
    buffer: Any | None = None,
) -> Any:
    """Read a whole file; of a descriptor, from where it is.

    Args: options: `encoding`; `flag` ("r"); `signal`; `buffer`: where to read it.
    Returns: bytes, or text with an encoding.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreadfilesyncpath-options
    """
    return contents.readFile(
        path, a.toOptions(options, given(encoding=encoding, flag=flag, signal=signal, buffer=buffer), {}), False
    )()


@named
def readdirSync(
    path: a.PathLike,
    options: ReaddirOptions | Mapping[str, Any] | str | None = None,
    *,
    encoding: str | None = None,
    withFileTypes: bool | None = None,
    recursive: bool | None = None,
) -> list[Any]:
    """What a directory holds.

    Args: options: `encoding` of names ("buffer": bytes); `withFileTypes`; `recursive`: also what is in its
        directories.
    Returns: names, or with `withFileTypes` Dirents.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreaddirsyncpath-options
    """
    return directories.readdir(
        path, a.toOptions(options, given(encoding=encoding, withFileTypes=withFileTypes, recursive=recursive), {})
    )()


@named
def readlinkSync(
    path: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Any:
    """Where a link leads.

    Args: options: `encoding` ("buffer": bytes).
    Returns: the path in it.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsreadlinksyncpath-options
    """
    return paths.readlink(path, a.toOptions(options, given(encoding=encoding), {}).get("encoding"))()


def readvSync(fd: int, buffers: Sequence[Any], position: int | None = None) -> int:
    """Read into several buffers.

    Args: position: where in the file; None for where it is.
    Returns: how many bytes there were, 0 at the end.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fsreadvsyncfd-buffers-position
    """
    return descriptors.readv(fd, buffers, position)()


@named
def realpathSync(
    path: a.PathLike, options: EncodingOptions | Mapping[str, Any] | str | None = None, *, encoding: str | None = None
) -> Any:
    """The absolute path, without links.

    Args: options: `encoding` ("buffer": bytes).
    Returns: the path.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrealpathsyncpath-options
    """
    return paths.realpath(path, a.toOptions(options, given(encoding=encoding), {}).get("encoding"))()


def renameSync(oldPath: a.PathLike, newPath: a.PathLike) -> None:
    """Give a file another name; what had it is overwritten.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrenamesyncoldpath-newpath
    """
    paths.rename(oldPath, newPath)()


@named
def rmSync(
    path: a.PathLike,
    options: RmOptions | Mapping[str, Any] | None = None,
    *,
    recursive: bool | None = None,
    force: bool | None = None,
    maxRetries: int | None = None,
    retryDelay: int | None = None,
) -> None:
    """Remove a file, or with `recursive` a directory and all that it holds.

    Args: options: `recursive`; `force`: no error for what is not there; `maxRetries` (0) and `retryDelay` (100 ms)
        after EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrmsyncpath-options
    """
    trees.rm(
        path, a.toBag(options, given(recursive=recursive, force=force, maxRetries=maxRetries, retryDelay=retryDelay))
    )()


def rmdirSync(path: a.PathLike, options: RmOptions | Mapping[str, Any] | None = None) -> None:
    """Remove an empty directory.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsrmdirsyncpath-options
    """
    directories.rmdir(path, options)()


@named
def statSync(
    path: a.PathLike,
    options: StatOptions | Mapping[str, Any] | None = None,
    *,
    bigint: bool | None = None,
    throwIfNoEntry: bool | None = None,
) -> Any:
    """What is known about a file.

    Args: options: `bigint`; `throwIfNoEntry` False: None for what is not there.
    Returns: Stats, or BigIntStats.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsstatsyncpath-options
    """
    return paths.stat(path, *statOptions(options, given(bigint=bigint, throwIfNoEntry=throwIfNoEntry)))()


@named
def statfsSync(
    path: a.PathLike, options: StatFsOptions | Mapping[str, Any] | None = None, *, bigint: bool | None = None
) -> StatFs:
    """What is known about a file system.

    Args: options: `bigint`.
    Returns: StatFs.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsstatfssyncpath-options
    """
    return paths.statfs(path, statOptions(options, given(bigint=bigint))[0])()


def symlinkSync(target: a.PathLike, path: a.PathLike, type: str | None = None) -> None:
    """Make a link to a path, which need not exist.

    Args: type: on Windows "dir", "file" or "junction".
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fssymlinksynctarget-path-type
    """
    paths.symlink(target, path, type)()


def truncateSync(path: a.PathLike, len: int | None = None) -> None:
    """Cut a file off, or fill it up with zeros.

    Args: len: bytes, 0 if left out.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fstruncatesyncpath-len
    """
    paths.truncate(path, len)()


def unlinkSync(path: a.PathLike) -> None:
    """Remove a file or a link.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsunlinksyncpath
    """
    paths.unlink(path)()


def utimesSync(path: a.PathLike, atime: a.TimeLike, mtime: a.TimeLike) -> None:
    """Change the times of a file.

    Args: atime, mtime: seconds since 1970, or a datetime.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fsutimessyncpath-atime-mtime
    """
    paths.utimes(path, atime, mtime)()


@named
def writeFileSync(
    path: a.PathLike | int,
    data: str | a.BytesLike,
    options: WriteFileOptions | Mapping[str, Any] | str | None = None,
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
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; ENOENT, EACCES, ….
    Node: https://nodejs.org/api/fs.html#fswritefilesyncpath-data-options
    """
    keywords = given(encoding=encoding, mode=mode, flag=flag, signal=signal, flush=flush)
    contents.writeFile(path, data, a.toOptions(options, keywords, {}))()


def writevSync(fd: int, buffers: Sequence[Any], position: int | None = None) -> int:
    """Write several buffers.

    Args: position: where in the file; None for where it is.
    Returns: how many bytes were written.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF.
    Node: https://nodejs.org/api/fs.html#fswritevsyncfd-buffers-position
    """
    return descriptors.writev(fd, buffers, position)()


def existsSync(path: a.PathLike) -> bool:
    """Is something there? What is no path does not exist.

    Node: https://nodejs.org/api/fs.html#fsexistssyncpath
    """
    return paths.exists(path)()


def readSync(
    fd: int, buffer: Any, offset: Any = None, length: int | None = None, position: int | None = None, **options: Any
) -> int:
    """Read into a buffer.

    Args:
        buffer: a bytearray, a Buffer or another that can be written to.
        offset: where in the buffer (0), or the options, also as keywords: `offset`, `length`, `position`.
        length: bytes, as many as there is room for if left out.
        position: where in the file; None, and -1, for where it is.
    Returns: how many bytes there were, 0 at the end.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF, EISDIR, ….
    Node: https://nodejs.org/api/fs.html#fsreadsyncfd-buffer-offset-length-position
    """
    check(ReadOptions, None, options)
    a.toView(buffer)
    target, place, size, where = descriptors.reading(buffer, offset, length, position, options, True)
    return descriptors.read(fd, target, place, size, where)()


def writeSync(
    fd: int, buffer: Any, offset: Any = None, length: Any = None, position: int | None = None, **options: Any
) -> int:
    """Write a buffer or a text.

    Args:
        buffer: bytes; or a text: then the arguments are `position` and `encoding`.
        offset: where in the buffer, or the options, also as keywords: `offset`, `length`, `position`.
        length: bytes, all that are left if left out.
        position: where in the file; None for where it is.
    Returns: how many bytes were written.
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EBADF, ENOSPC, ….
    Node: https://nodejs.org/api/fs.html#fswritesyncfd-buffer-offset-length-position
    """
    check(WriteOptions, None, options)
    make, arguments = descriptors.writing(buffer, offset, length, position, options)
    return make(fd, *arguments)()


def _realpathNativeSync(path: a.PathLike, options: Any = None, **keywords: Any) -> Any:
    """As `realpathSync`, by the system's own function: the error names the whole path.

    Node: https://nodejs.org/api/fs.html#fsrealpathsyncnativepath-options
    """
    return paths.realpathNative(path, a.toOptions(options, keywords, {}).get("encoding"))()


realpathSync.native = _realpathNativeSync  # type: ignore[attr-defined]
