"""Resource usage for `process` and `perf_hooks`: memory, CPU time, the clock.

Follows Node 26. Differs: Python does not tell how much of its heap is free, and has Buffers in it; `threadCpuUsage` and
`resourceUsage` need a Unix system.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import Any

from .coercion import optionsOf
from .errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, NodeRangeError
from .records import Record
from .validators import MAX_SAFE_INTEGER, isTruthy, validateNumber, validateObject

#: When the program started: nanoseconds of the monotonic clock, and seconds since 1970.
started: int = time.monotonic_ns()
origin: float = time.time()


def uptime() -> float:
    """Seconds since the program started."""
    return (time.monotonic_ns() - started) / 1e9


@dataclass(frozen=True, slots=True)
class MemoryUsage(Record):
    """Memory of the process in bytes.

    Attributes:
        rss: all of it that is in use.
        heapTotal: what of that is no file and not shared, which is Python's heap and that of the C library; where the
            system does not tell that (it needs Linux), the same as `rss`.
        heapUsed: the same as `heapTotal`: Python does not tell how much of its heap is free.
        external, arrayBuffers: 0: what they count in Node is in the heap here.
    """

    rss: int
    heapTotal: int
    heapUsed: int
    external: int = 0
    arrayBuffers: int = 0


@dataclass(frozen=True, slots=True)
class CpuUsage(Record):
    """CPU time in microseconds."""

    user: int
    system: int


@dataclass(frozen=True, slots=True)
class ResourceUsage(Record):
    """What `getrusage` tells: times in microseconds, `maxRSS` in kilobytes, counts."""

    userCPUTime: int
    systemCPUTime: int
    maxRSS: int
    sharedMemorySize: int
    unsharedDataSize: int
    unsharedStackSize: int
    minorPageFault: int
    majorPageFault: int
    swappedOut: int
    fsRead: int
    fsWrite: int
    ipcSent: int
    ipcReceived: int
    signalsCount: int
    voluntaryContextSwitches: int
    involuntaryContextSwitches: int


class Memory:
    """What `process.memoryUsage` is."""

    __slots__ = ()

    def __call__(self) -> MemoryUsage:
        """The memory of the process."""
        resident, own = _sizes()
        return MemoryUsage(resident, own, own)

    def rss(self) -> int:
        """Bytes of memory in use. Node: https://nodejs.org/api/process.html#processmemoryusagerss"""
        return residentSize()


def residentSize() -> int:
    """Bytes of memory in use."""
    return _sizes()[0]


def _sizes() -> tuple[int, int]:
    """Bytes of memory in use, and how many of them are neither a file's nor shared."""
    try:
        with open("/proc/self/statm", "rb") as file:
            resident, shared = map(int, file.read().split()[1:3])
    except OSError:  # no /proc: the peak is the closest portable figure
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return peak, peak
    page = os.sysconf("SC_PAGE_SIZE")
    return resident * page, (resident - shared) * page


def resourceUsage() -> ResourceUsage:
    """What the system counts of this process."""
    import resource

    found = resource.getrusage(resource.RUSAGE_SELF)
    kilo = 1024 if sys.platform == "darwin" else 1  # bytes there
    counts = (int(each) for each in found[3:])
    return ResourceUsage(_micro(found.ru_utime), _micro(found.ru_stime), found.ru_maxrss // kilo, *counts)


def cpuUsage(previousValue: Any = None, ofThread: bool = False) -> CpuUsage:
    """CPU time so far, of the process or the calling thread, or since an earlier result."""
    try:
        import resource

        found = resource.getrusage(resource.RUSAGE_THREAD if ofThread else resource.RUSAGE_SELF)
        user, system = _micro(found.ru_utime), _micro(found.ru_stime)
    except (ImportError, AttributeError):  # Windows; macOS has it for processes only
        times = os.times()
        user, system = _micro(times.user), _micro(times.system)
    if not isTruthy(previousValue):
        return CpuUsage(user, system)
    validateObject(previousValue, "prevValue")
    before = optionsOf(previousValue)
    for name in ("user", "system"):
        _checkUsage(before.get(name), f"prevValue.{name}")
    return CpuUsage(user - before["user"], system - before["system"])


def _micro(seconds: float) -> int:
    return int(seconds * 1e6)


def _checkUsage(number: Any, name: str) -> None:
    validateNumber(number, name)
    if not 0 <= number <= MAX_SAFE_INTEGER:
        raise NodeRangeError(str(ERR_INVALID_ARG_VALUE(name, number)), code="ERR_INVALID_ARG_VALUE")


class HighResolutionTime:
    """What `process.hrtime` is."""

    __slots__ = ()

    def __call__(self, time_: list[int] | tuple[int, int] | None = None) -> list[int]:
        """Seconds and nanoseconds since some moment, or since `time_`, an earlier result."""
        now = time.monotonic_ns()
        if time_ is not None:
            if not isinstance(time_, (list, tuple)):
                raise ERR_INVALID_ARG_TYPE("time", "Array", time_)
            if len(time_) != 2:
                raise ERR_OUT_OF_RANGE("time", "2", len(time_))
            now -= time_[0] * 1_000_000_000 + time_[1]
        return list(divmod(now, 1_000_000_000))

    def bigint(self) -> int:
        """Nanoseconds since some moment. Node: https://nodejs.org/api/process.html#processhrtimebigint"""
        return time.monotonic_ns()
