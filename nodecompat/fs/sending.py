"""Which part of a file can go to a socket without being read: what stands in memory already.

sendfile(2) waits for the disk in the thread of the loop. So a part goes that way only if the kernel has it, which a
read of a byte at either end tells (RWF_NOWAIT, on the file systems that know it); all else is read in the thread pool.
"""

from __future__ import annotations

import os
import stat

from .opening import localDevices

#: The most that is given to the kernel at once, bytes: what is under way when the program listens, pauses or unpipes.
MOST = 1024 * 1024
#: What is tried when that is not in memory, bytes: what would be read at once.
LEAST = 64 * 1024
_PROBE = bytearray(1)
_isAble = hasattr(os, "RWF_NOWAIT") and hasattr(os, "sendfile")


def sendableSize(fd: int, position: int | None, most: float) -> int | None:
    """How many bytes can go, at most `most`, from `position` or where the descriptor stands.

    Returns: 0 at the end of a file; None when it has to be read.
    """
    if not _isAble:
        return None
    try:
        found = os.fstat(fd)
        # An empty file may be one of those that the kernel writes while they are read (/proc).
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            return None
        start = os.lseek(fd, 0, os.SEEK_CUR) if position is None else position
        size = int(min(found.st_size - start, most, MOST))
        if size <= 0:
            return 0
        if not isInMemory(fd, start):
            return None
        if not isInMemory(fd, start + size - 1):
            size = min(size, LEAST)  # of a file that comes from the disk the kernel has read ahead less
            if not isInMemory(fd, start + size - 1):
                return None
        localDevices.add(found.st_dev)
        return size
    except (OSError, OverflowError):
        return None


def isInMemory(fd: int, place: int) -> bool:
    """Whether a byte of a file can be had without waiting. Raises OSError where not."""
    return bool(os.preadv(fd, [_PROBE], place, os.RWF_NOWAIT))
