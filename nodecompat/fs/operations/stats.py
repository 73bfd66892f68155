"""What `stat` tells: Stats, BigIntStats, and StatFs of a file system.

Times are datetimes in UTC, and milliseconds in `…Ms`; BigIntStats has whole milliseconds, and nanoseconds in `…Ns`.
Differs: `birthtime` is the time of the last change of the inode where Python does not know better, as on Linux.

Node: https://nodejs.org/api/fs.html#class-fsstats
"""

from __future__ import annotations

import os
import stat as kinds
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ...records import Record

__all__ = ["BigIntStats", "BigIntStatsFs", "StatFs", "Stats"]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = 1_000_000_000  # nanoseconds


class _Kind:
    """What kind of file it is, by `mode`."""

    __slots__ = ()

    def _is(self, kind: int) -> bool:
        return kinds.S_IFMT(self.mode) == kind  # type: ignore[attr-defined]

    def isBlockDevice(self) -> bool:
        """A device of blocks. Node: https://nodejs.org/api/fs.html#statsisblockdevice"""
        return self._is(kinds.S_IFBLK)

    def isCharacterDevice(self) -> bool:
        """A device of characters. Node: https://nodejs.org/api/fs.html#statsischaracterdevice"""
        return self._is(kinds.S_IFCHR)

    def isDirectory(self) -> bool:
        """A directory. Node: https://nodejs.org/api/fs.html#statsisdirectory"""
        return self._is(kinds.S_IFDIR)

    def isFIFO(self) -> bool:
        """A named pipe. Node: https://nodejs.org/api/fs.html#statsisfifo"""
        return self._is(kinds.S_IFIFO)

    def isFile(self) -> bool:
        """A regular file. Node: https://nodejs.org/api/fs.html#statsisfile"""
        return self._is(kinds.S_IFREG)

    def isSocket(self) -> bool:
        """A socket. Node: https://nodejs.org/api/fs.html#statsissocket"""
        return self._is(kinds.S_IFSOCK)

    def isSymbolicLink(self) -> bool:
        """A symbolic link, which only `lstat` tells. Node: https://nodejs.org/api/fs.html#statsissymboliclink"""
        return self._is(kinds.S_IFLNK)


class _Times:
    """The times as datetimes."""

    __slots__ = ()

    @property
    def atime(self) -> datetime:
        """When it was last read."""
        return _moment(self.atimeMs)  # type: ignore[attr-defined]

    @property
    def mtime(self) -> datetime:
        """When it was last written."""
        return _moment(self.mtimeMs)  # type: ignore[attr-defined]

    @property
    def ctime(self) -> datetime:
        """When its inode was last changed."""
        return _moment(self.ctimeMs)  # type: ignore[attr-defined]

    @property
    def birthtime(self) -> datetime:
        """When it was made."""
        return _moment(self.birthtimeMs)  # type: ignore[attr-defined]


def _moment(milliseconds: float) -> datetime:
    # As a Date of JavaScript: whole milliseconds.
    return _EPOCH + timedelta(milliseconds=round(milliseconds))


@dataclass(frozen=True)
class Stats(_Kind, _Times, Record):
    """What `stat`, `lstat` and `fstat` tell of a file.

    Node: https://nodejs.org/api/fs.html#class-fsstats
    """

    dev: int
    mode: int
    nlink: int
    uid: int
    gid: int
    rdev: int
    blksize: int
    ino: int
    size: int
    blocks: int
    atimeMs: float
    mtimeMs: float
    ctimeMs: float
    birthtimeMs: float


@dataclass(frozen=True)
class BigIntStats(_Kind, _Times, Record):
    """Stats with the option `bigint`: whole milliseconds, and nanoseconds besides.

    Node: https://nodejs.org/api/fs.html#class-fsstats
    """

    dev: int
    mode: int
    nlink: int
    uid: int
    gid: int
    rdev: int
    blksize: int
    ino: int
    size: int
    blocks: int
    atimeMs: int
    mtimeMs: int
    ctimeMs: int
    birthtimeMs: int
    atimeNs: int
    mtimeNs: int
    ctimeNs: int
    birthtimeNs: int


@dataclass(frozen=True)
class StatFs(Record):
    """What `statfs` tells of a file system: blocks and inodes, free and in all.

    Node: https://nodejs.org/api/fs.html#class-fsstatfs
    """

    type: int
    bsize: int
    frsize: int
    blocks: int
    bfree: int
    bavail: int
    files: int
    ffree: int


class BigIntStatsFs(StatFs):
    """StatFs with the option `bigint`: the same in Python.

    Node: https://nodejs.org/api/fs.html#class-fsstatfs
    """


def toStats(found: os.stat_result, bigint: bool) -> Stats | BigIntStats:
    """The record of what the system tells."""
    birth = getattr(found, "st_birthtime_ns", None)
    if birth is None:
        seconds = getattr(found, "st_birthtime", None)
        birth = found.st_ctime_ns if seconds is None else round(seconds * _SECOND)
    times = (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns, birth)
    fields = (
        found.st_dev,
        found.st_mode,
        found.st_nlink,
        found.st_uid,
        found.st_gid,
        getattr(found, "st_rdev", 0),
        getattr(found, "st_blksize", 4096),
        found.st_ino,
        found.st_size,
        getattr(found, "st_blocks", -(-found.st_size // 512)),
    )
    if bigint:
        return BigIntStats(*fields, *[each // 1_000_000 for each in times], *times)  # type: ignore[call-arg]
    return Stats(*fields, *(_milliseconds(each) for each in times))


def _milliseconds(nanoseconds: int) -> float:
    # Node's sum, so that the last bit is the same.
    seconds, rest = divmod(nanoseconds, _SECOND)
    return seconds * 1000 + rest / 1_000_000


def toStatFs(found: Any, kind: int, bigint: bool) -> StatFs:
    """The record of a file system."""
    made = BigIntStatsFs if bigint else StatFs
    return made(
        kind,
        found.f_bsize,
        found.f_frsize,
        found.f_blocks,
        found.f_bfree,
        found.f_bavail,
        found.f_files,
        found.f_ffree,
    )


#: What `watchFile` tells of a file that is not there.
ABSENT = Stats(*([0] * 14))
ABSENT_BIGINT = BigIntStats(*([0] * 18))
