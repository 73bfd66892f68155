"""Opening files without a thread: those whose path is in the kernel's memory, on a file system that need not wait.

openat2(2) with RESOLVE_CACHED (Linux 5.12) finds a file only where no disk and no server is asked. What it has found is
looked at before it is opened: a FIFO, a device or a file of a network's must not be opened in the loop. A thread for
opening it is an eighth of the processor time of a request for 64 KiB.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys

#: The numbers of the devices with file systems that read without waiting, or say that they cannot: see `sending.py`.
localDevices: set[int] = set()
_OPENAT2 = 437  # the same on all architectures
_RESOLVE_CACHED = 0x20
_AT_FDCWD = -100
#: What a kernel without it, or a sandbox, answers.
_NEVER = (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.E2BIG)


class _How(ctypes.Structure):
    """struct open_how."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


class _Finder:
    """Finds files by openat2."""

    def __init__(self) -> None:
        self.isAble = sys.platform == "linux"
        if self.isAble:
            self._syscall = ctypes.CDLL(None, use_errno=True).syscall
            self._how = _How(os.O_PATH | os.O_CLOEXEC, 0, _RESOLVE_CACHED)
            self._rest = ctypes.byref(self._how), ctypes.c_size_t(ctypes.sizeof(_How))

    def find(self, path: bytes) -> int:
        """A descriptor that stands for a file, or -1 where it is not known without waiting."""
        found: int = self._syscall(_OPENAT2, _AT_FDCWD, path, *self._rest)
        if found < 0 and ctypes.get_errno() in _NEVER:
            self.isAble = False
        return found


_finder: _Finder | None = None


def openAtOnce(path: bytes) -> int | None:
    """Open a file for reading if that cannot wait. Returns: its descriptor; None where a thread has to do it."""
    global _finder
    if not localDevices:
        return None
    if _finder is None:
        _finder = _Finder()
    if not _finder.isAble or b"\0" in path:
        return None
    found = _finder.find(path)
    if found < 0:
        return None
    try:
        status = os.fstat(found)
        if not stat.S_ISREG(status.st_mode) or status.st_dev not in localDevices:
            return None
        # Not by its path, which may be another file's by now. O_NONBLOCK: it does not wait for a lease either.
        with contextlib.suppress(OSError):
            opened = os.open(b"/proc/self/fd/%d" % found, os.O_RDONLY | os.O_NONBLOCK)
            os.set_blocking(opened, True)
            return opened
        return None
    finally:
        os.close(found)
