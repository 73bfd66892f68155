"""asyncio's StreamReader and StreamWriter as streams, where asyncio's loop runs.

A reader is read in blocks of the mark; a writer is awaited (`drain`) after each write, so that back-pressure holds. At
the end a writer is closed, as a file is; a destroyed one drops what it has not sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from ...errors import ERR_INVALID_ARG_TYPE, ofSystem
from ...reactor.loop import activity, ticks
from ..core.base import Callback
from ..core.writable import Writable


def isAsyncioStream(value: Any) -> bool:
    """True for either of them."""
    return isinstance(value, (asyncio.StreamReader, asyncio.StreamWriter))


def asyncioReader(cls: Any, reader: asyncio.StreamReader, name: str, options: Mapping[str, Any]) -> Any:
    """A stream of class `cls` that reads a StreamReader. Raises: ERR_INVALID_ARG_TYPE."""
    end = _End(reader, None, True, name)
    end.stream = cls({"read": end.read, "destroy": end.destroy, **options})
    return end.stream


def asyncioWriter(writer: asyncio.StreamWriter, name: str, closes: bool = True) -> Writable:
    """A Writable over a StreamWriter; `closes` False leaves it open at the end. Raises: ERR_INVALID_ARG_TYPE."""
    end = _End(None, writer, closes, name)
    return Writable({"write": end.write, "writev": end.writev, "final": end.final, "destroy": end.destroy})


def asyncioPair(cls: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> Any:
    """A Duplex of class `cls` over both sides of a connection: its end is the end of the writer only."""
    end = _End(reader, writer, True, name)
    end.stream = cls(
        {"read": end.read, "write": end.write, "writev": end.writev, "final": end.halfClose, "destroy": end.destroy}
    )
    return end.stream


class _End:
    """The tasks that read and write for a stream, one each at a time."""

    resourceName = "AsyncioStream"
    stream: Any = None

    def __init__(
        self, reader: asyncio.StreamReader | None, writer: asyncio.StreamWriter | None, closes: bool, name: str
    ) -> None:
        loop = asyncio._get_running_loop()
        if loop is None:
            hint = "asyncio's loop does not run here: see insideAsyncio, and `nodecompat run --reactor asyncio`"
            raise ERR_INVALID_ARG_TYPE(name, ["Stream", "Iterable"], reader or writer, hint)
        self.loop = loop
        self.reader: Any = reader
        self.writer: Any = writer
        self.mayClose = closes
        self.tasks: set[asyncio.Task[Any]] = set()

    def run(
        self, syscall: str, work: Coroutine[Any, Any, Any], answer: Callable[[Any, BaseException | None], object]
    ) -> None:
        """Run `work` as a task of asyncio, then call `answer(result, error)`; nothing when the task is cancelled."""
        task = self.loop.create_task(work)

        def done(task: asyncio.Task[Any]) -> None:
            self.tasks.discard(task)
            if not self.tasks:
                activity.release(self)
            if task.cancelled():
                return
            error = task.exception()
            if error is None:
                ticks.call(answer, task.result(), None)
            else:
                ticks.call(answer, None, ofSystem(error, syscall))

        self.tasks.add(task)
        activity.hold(self)
        task.add_done_callback(done)

    def read(self, size: int) -> None:
        self.run("read", self.reader.read(max(size, 1)), self.give)

    def give(self, chunk: Any, error: BaseException | None) -> None:
        if error is not None:
            self.stream.destroy(error)
        else:
            self.stream.push(chunk or None)

    def write(self, chunk: Any, encoding: str | None, callback: Callback) -> None:
        self.writer.write(chunk)
        self.run("write", self.writer.drain(), lambda result, error: callback(error))

    def writev(self, chunks: Any, callback: Callback) -> None:
        self.write(b"".join([each["chunk"] for each in chunks]), None, callback)

    def halfClose(self, callback: Callback) -> None:
        if self.writer.can_write_eof():
            self.writer.write_eof()
        callback(None)

    def final(self, callback: Callback) -> None:
        if not self.mayClose:
            callback(None)
            return
        self.mayClose = False
        self.writer.close()
        self.run("close", self.writer.wait_closed(), lambda result, error: callback(error))

    def destroy(self, error: BaseException | None, callback: Callback) -> None:
        for task in list(self.tasks):
            task.cancel()
        if self.writer is not None and self.mayClose:
            self.mayClose = False
            if error is None and self.stream is not None:  # both sides have ended
                self.writer.close()
            else:
                self.writer.transport.abort()
        callback(error)
