"""pipe and unpipe: a Readable writes into a Writable at the Writable's pace.

Follows `Readable.prototype.pipe` of Node 26 by behaviour. One pipe is one set of listeners on both ends; the order in
which they are added is visible to users, and is Node's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import EXHAUSTED
from ...reactor.loop.ticks import nextTick
from . import state
from .legacy import destinationOf, listens, prepend

if TYPE_CHECKING:
    from .readable import Readable

#: How many pipes a chunk passes at once; after that it continues in the next tick. Each pipe takes ten frames of
#: Python's stack, which has room for a thousand.
DEEPEST = 32


class _Nesting:
    """How many pipes the current chunk has passed."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        self.depth = 0


_nesting = _Nesting()


def pipe(source: Readable, destination: Any, options: Mapping[str, Any]) -> Any:
    """Start a pipe and return the destination."""
    destination = destinationOf(destination)
    if source._pipes_ is None:
        source._pipes_ = []
    elif len(source._pipes_) == 1 and not source._multiAwaitDrain_:
        source._multiAwaitDrain_ = True
        source._awaitDrain_ = frozenset(source._awaitDrain_ or ())
    source._pipes_.append(destination)
    # A pipe never ends process.stdout and process.stderr.
    _Pipe(source, destination).start(options.get("end") is not False and not getattr(destination, "_isStdio_", False))
    return destination


def unpipe(source: Readable, destination: Any) -> Any:
    """Remove one destination, or all; removing the last stops the flow."""
    pipes = source._pipes_
    if not pipes:
        return source
    if destination is None:
        source._pipes_ = []
        source.pause()
        for each in pipes:
            each.emit("unpipe", source, {"hasUnpiped": False})
        return source
    if destination in pipes:
        pipes.remove(destination)
        if not pipes:
            source.pause()
        destination.emit("unpipe", source, {"hasUnpiped": False})
    return source


class _Pipe:
    """The listeners of one pipe."""

    __slots__ = ("alone", "awaitsDrain", "cleanedUp", "destination", "ends", "held", "limit", "nesting", "source")

    def __init__(self, source: Readable, destination: Any) -> None:
        self.source = source
        self.destination = destination
        #: What the source waits for when this is its only pipe; made once, for it does so for every chunk.
        self.alone = frozenset((destination,))
        self.awaitsDrain = False  # `onDrain` listens; added at the first write that returns False
        self.cleanedUp = False
        self.nesting = _nesting
        self.limit = DEEPEST  # 0 while chunks are held: what comes meanwhile belongs behind them
        self.held: list[Any] = []  # chunks that go on in the next tick
        self.ends = True  # the destination ends with the source

    def start(self, end: bool) -> None:
        source, destination = self.source, self.destination
        self.ends = end
        if source._readPhase_ == state.END_EMITTED:
            nextTick(self.onEnd)
        else:
            source.once("end", self.onEnd)
        destination.on("unpipe", self.onUnpipe)
        source.on("data", self.onData)
        prepend(destination, "error", self.onError)
        destination.once("close", self.onClose)
        destination.once("finish", self.onFinish)
        destination.emit("pipe", source)
        if getattr(destination, "writableNeedDrain", False) is True:
            self.pause()
        elif not source._flowing_:
            source.resume()

    def onData(self, chunk: Any) -> None:
        nesting = self.nesting  # of a slot: a global that is assigned to costs three times as much
        depth = nesting.depth
        if depth >= self.limit:
            self.hold(chunk)
            return
        nesting.depth = depth + 1
        try:
            if self.destination.write(chunk) is False:
                self.pause()
        except Exception as error:
            self.sinkRaised(error)
        finally:
            nesting.depth = depth

    def sinkRaised(self, error: Exception) -> None:
        """A sink that raises has failed; its source has not (Node 24+)."""
        if isinstance(error, EXHAUSTED):
            nextTick(self.destination.destroy, error)
        else:
            self.destination.destroy(error)

    def hold(self, chunk: Any) -> None:
        """Defer a chunk that has come through many pipes; the source waits as for 'drain'."""
        if not self.held:
            nextTick(self.release)
            self.limit = 0
        self.held.append(chunk)
        self.pause()

    def release(self) -> None:
        isFull = False
        while self.held:
            try:
                isFull = self.destination.write(self.held[0]) is False
            except Exception as error:
                self.sinkRaised(error)
            del self.held[0]
        self.limit = DEEPEST
        if not isFull and not self.cleanedUp:
            self.onDrain()

    def pause(self) -> None:
        # After the end of the pipe a late False must not stop a source with another reader.
        source, destination = self.source, self.destination
        if not self.cleanedUp:
            pipes = source._pipes_
            if pipes and len(pipes) == 1 and pipes[0] is destination:
                source._awaitDrain_ = self.alone
                source._multiAwaitDrain_ = False  # of several pipes one is left
            elif pipes and destination in pipes:
                source._awaitDrain_ = self.alone.union(source._awaitDrain_ or ())
            source.pause()
        if not self.awaitsDrain:
            self.awaitsDrain = True
            destination.on("drain", self.onDrain)

    def onDrain(self) -> None:
        source = self.source
        if source._awaitDrain_ is self.alone:
            source._awaitDrain_ = None
        elif source._awaitDrain_:
            source._awaitDrain_ = source._awaitDrain_ - self.alone
        if not source._awaitDrain_ and "data" in source._events:
            source.resume()

    def onEnd(self) -> None:
        if self.ends:
            self.destination.end()
        else:
            self.unpipe()

    def unpipe(self) -> None:
        self.source.unpipe(self.destination)

    def onUnpipe(self, source: Any, info: Any) -> None:
        # `info` is shared by all pipes between these two: the first one that sees it takes it.
        if source is self.source and info is not None and info["hasUnpiped"] is False:
            info["hasUnpiped"] = True
            self.cleanup()

    def onError(self, error: BaseException) -> None:
        destination = self.destination
        self.unpipe()
        destination.removeListener("error", self.onError)
        if listens(destination, "error"):
            return
        # No other listener: this one must not swallow the error.
        if getattr(destination, "_errorEmitted_", True):
            destination.emit("error", error)
        else:
            destination._errorOrDestroy_(error)  # 'error' was emitted by hand: the stream fails with it

    def onClose(self) -> None:
        self.destination.removeListener("finish", self.onFinish)
        self.unpipe()

    def onFinish(self) -> None:
        self.destination.removeListener("close", self.onClose)
        self.unpipe()

    def cleanup(self) -> None:
        source, destination = self.source, self.destination
        destination.removeListener("close", self.onClose)
        destination.removeListener("finish", self.onFinish)
        if self.awaitsDrain:
            destination.removeListener("drain", self.onDrain)
        destination.removeListener("error", self.onError)
        destination.removeListener("unpipe", self.onUnpipe)
        source.removeListener("end", self.onEnd)
        source.removeListener("data", self.onData)
        self.cleanedUp = True
        # A source waiting only for this destination would wait forever.
        if self.awaitsDrain and source._awaitDrain_ is not None:
            self.onDrain()
