"""Runs a child process to its end while everything else waits: `spawnSync` and its kin."""

from __future__ import annotations

import errno
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .children import Start, start

_READ_SIZE = 64 * 1024


@dataclass
class Outcome:
    """What became of it.

    Attributes:
        error: 0, or -errno: it could not be started, took too long (-ETIMEDOUT), printed too much (-ENOBUFS).
        code: the exit code, or None. signal: the number of the signal that ended it, or 0.
        outputs: what it wrote, by its descriptor.
    """

    pid: int = 0
    error: int = 0
    code: int | None = None
    signal: int = 0
    outputs: dict[int, bytearray] = field(default_factory=dict)


def runToEnd(
    what: Start,
    pipes: Mapping[int, socket.socket],
    inputs: Mapping[int, Any],
    closeTheirs: Any,
    timeout: float,
    limit: float,
    killSignal: int,
) -> Outcome:
    """Start it, and return when it has ended and its pipes are closed.

    Args:
        pipes: our ends, by the descriptor of the child; inputs: what is written into them.
        closeTheirs: called when the child has its copies.
        timeout: milliseconds, 0 for none. limit: bytes of an output.
    """
    process = start(what)
    closeTheirs()
    if isinstance(process, int):
        return Outcome(error=process)
    return _Run(process, pipes, inputs, timeout, limit, killSignal).outcome()


class _Run:
    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipes: Mapping[int, socket.socket],
        inputs: Mapping[int, Any],
        timeout: float,
        limit: float,
        killSignal: int,
    ) -> None:
        self._process = process
        self._deadline = time.monotonic() + timeout / 1000 if timeout else None
        self._limit = limit
        self._killSignal = killSignal
        self._outcome = Outcome(process.pid, outputs={number: bytearray() for number in pipes})
        self._rest = {number: memoryview(data) for number, data in inputs.items()}
        self._selector = selectors.DefaultSelector()
        self._isKilled = False
        for number, sock in pipes.items():
            sock.setblocking(False)
            if number in self._rest:
                self._selector.register(sock, selectors.EVENT_WRITE | selectors.EVENT_READ, number)
            else:
                sock.shutdown(socket.SHUT_WR)
                self._selector.register(sock, selectors.EVENT_READ, number)

    def outcome(self) -> Outcome:
        while self._selector.get_map():
            self._step()
        self._selector.close()
        self._wait()
        code = self._process.returncode
        if code >= 0:
            self._outcome.code = code
        else:
            self._outcome.signal = -code
        return self._outcome

    def _step(self) -> None:
        for key, events in self._selector.select(self._left()):
            if events & selectors.EVENT_WRITE:
                self._write(key.fileobj, key.data)
            if events & selectors.EVENT_READ and not self._isKilled:
                self._read(key.fileobj, key.data)
        self._checkTime()

    def _left(self) -> float | None:
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0)

    def _checkTime(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._kill(-errno.ETIMEDOUT)

    def _write(self, sock: Any, number: int) -> None:
        try:
            sent = sock.send(self._rest[number])
        except BlockingIOError:
            return
        except OSError as error:  # the child reads no more
            self._outcome.error = self._outcome.error or -(error.errno or errno.EIO)
            sent = len(self._rest[number])
        self._rest[number] = self._rest[number][sent:]
        if not self._rest[number]:
            try:
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            self._selector.modify(sock, selectors.EVENT_READ, number)

    def _read(self, sock: Any, number: int) -> None:
        try:
            data = sock.recv(_READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(sock)
            return
        output = self._outcome.outputs[number]
        output += data
        if len(output) > self._limit:
            self._kill(-errno.ENOBUFS)

    def _kill(self, error: int) -> None:
        """End it, and read no more: somebody else may have the pipes."""
        if self._isKilled:
            return
        self._isKilled = True
        self._outcome.error = error
        try:
            os.kill(self._process.pid, self._killSignal or signal.SIGTERM)
        except OSError:
            pass
        for key in list((self._selector.get_map() or {}).values()):
            self._selector.unregister(key.fileobj)

    def _wait(self) -> None:
        while self._process.poll() is None:
            try:
                self._process.wait(None if self._isKilled else self._left())
            except subprocess.TimeoutExpired:
                self._kill(-errno.ETIMEDOUT)
