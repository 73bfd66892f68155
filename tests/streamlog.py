"""What the tests of streams share: a log of events, and sources and sinks that work later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat.reactor.loop import ticks
from nodecompat.stream import Readable, Writable

#: What most tests look at.
READ_EVENTS = ("data", "end", "error", "close")
WRITE_EVENTS = ("drain", "finish", "error", "close")


class Log(list[str]):
    """A list of what happened, one word or phrase per event."""

    def watch(self, stream: Any, events: Iterable[str], who: str = "") -> Any:
        """Note these events of a stream; `data` and `error` with what they carry."""
        prefix = who + " " if who else ""
        for event in events:
            stream.on(event, self._noter(prefix, event))
        return stream

    def _noter(self, prefix: str, event: str) -> Callable[..., None]:
        def note(first: Any = None) -> None:
            self.append(prefix + event + (" " + text(first) if event in ("data", "error") else ""))

        return note

    def note(self, word: str) -> Callable[..., None]:
        """A callback that notes `word` and the error it is called with."""

        def callback(error: Any = None) -> None:
            self.append(word if error is None else f"{word} {text(error)}")

        return callback


def text(value: Any) -> str:
    """A chunk or an error, as a word."""
    if isinstance(value, BaseException):
        return str(getattr(value, "code", None) or value)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def source(*chunks: Any, **options: Any) -> Readable:
    """A Readable that pushes these chunks, then the end, whenever it is asked."""
    waiting = [*chunks, None]

    def read(self: Any, size: int) -> None:
        if waiting:
            self.push(waiting.pop(0))

    return Readable(options, read=read)


def silent(**options: Any) -> Readable:
    """A Readable that pushes nothing by itself."""
    return Readable(options, read=lambda: None)


def sink(**options: Any) -> Writable:
    """A Writable that takes everything at once; `sink.taken` has the chunks."""
    taken: list[Any] = []

    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        taken.append(chunk)
        callback()

    stream = Writable({"write": write, **options})
    stream.taken = taken  # type: ignore[attr-defined]
    return stream


def later(callback: Callable[..., object], *args: Any) -> None:
    """setImmediate."""
    ticks.queueCheck(callback, *args)


def slowSink(**options: Any) -> Writable:
    """A Writable that takes one chunk per turn of the loop."""

    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        stream.taken.append(chunk)  # type: ignore[attr-defined]
        later(callback)

    stream = Writable({"write": write, **options})
    stream.taken = []  # type: ignore[attr-defined]
    return stream


def start(coroutine: Any) -> Deferred[Any]:
    """Run a coroutine as a callback of the loop would."""
    results: list[Deferred[Any]] = []
    ticks.call(lambda: results.append(Deferred.fromCoroutine(coroutine)))
    return results[0]
