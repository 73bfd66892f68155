"""A file that log lines are appended to, once in each turn of the loop.

A logger must never break what it logs: a full disk or a closed pipe costs lines, with at most one warning per
`WARNING_INTERVAL`, and no connection.
A file that was moved away (logrotate) is reopened within a second.
"""

from __future__ import annotations

import os

from ..process import process
from ..reactor.loop import host, ticks

#: Milliseconds between checks that the file still exists.
CHECK_INTERVAL = 1000.0
#: At most one warning per this many milliseconds.
WARNING_INTERVAL = 60_000.0
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)


class LogFile:
    """Appends lines to a file; `-` is standard output.

    Raises: OSError when the file cannot be opened.
    """

    def __init__(self, path: str) -> None:
        # Absolute: a daemon changes its working directory.
        self._path = None if path == "-" else os.path.abspath(path)
        self._descriptor = 1 if self._path is None else os.open(self._path, _APPEND, 0o666)
        self._lines: list[str] = []
        self._checkedAt = 0.0
        self._warnedAt = -WARNING_INTERVAL

    def write(self, line: str) -> None:
        """Append a line that ends with a newline."""
        if not self._lines:
            ticks.queueCheck(self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Pass everything to the operating system."""
        if not self._lines or self._descriptor < 0:
            return
        data = "".join(self._lines).encode("utf-8", "backslashreplace")
        self._lines.clear()
        try:
            self._followRotation()
        except OSError as error:  # the old file is better than none
            self._warn(error)
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            self._warn(error)

    def _followRotation(self) -> None:
        now = host.current().now()
        if self._path is None or now - self._checkedAt < CHECK_INTERVAL:
            return
        self._checkedAt = now
        try:
            if os.path.samestat(os.stat(self._path), os.fstat(self._descriptor)):
                return
        except FileNotFoundError:
            pass
        fresh = os.open(self._path, _APPEND, 0o666)
        os.close(self._descriptor)
        self._descriptor = fresh

    def _warn(self, error: OSError) -> None:
        now = host.current().now()
        if now - self._warnedAt >= WARNING_INTERVAL:
            self._warnedAt = now
            process.emitWarning(f"Cannot write the access log: {error}", "AccessLogWarning")

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        if self._path is not None and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
