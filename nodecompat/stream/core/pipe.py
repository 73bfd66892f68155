"""pipe and unpipe: a Readable writes into a Writable at the Writable's pace.

Follows `Readable.prototype.pipe` of Node 26 by behaviour. One pipe is one set of listeners on both ends; the order in
which they are added is visible to users, and is Node's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import EXHAUSTED
from ...events.listeners import Entry, OwnFirst, OwnOnce
from ...events.own import addOwn, dropOwn
from ...reactor.loop.ticks import nextTick
from . import state
from .legacy import destinationOf, listens

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
_NOBODY: frozenset[Any] = frozenset()


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
    ends = options.get("end") is not False and not getattr(destination, "_isStdio_", False)
    _Pipe(source, destination, ends).start()
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


def fileTaker(source: Readable) -> Any:
    """What takes a file in place of its bytes: of the destination that all data of `source` goes to, while nothing else
    can see it (`Socket._takeFile_`). Else None."""
    pipes, events = source._pipes_, source._events
    if not pipes or len(pipes) != 1 or not source._flowing_ or source._readLength_ or source._decoder_ is not None:
        return None
    entry = events.get("data")
    if entry is None or entry.members is not None or "readable" in events:
        return None
    pipe = getattr(entry.listener, "__self__", None)
    isPlain = pipe.__class__ is _Pipe and pipe.destination is pipes[0]
    return getattr(pipes[0], "_takeFile_", None) if isPlain else None


class _Pipe:
    """The listeners of one pipe."""

    __slots__ = (
        "alone",
        "awaitsDrain",
        "cleanedUp",
        "destination",
        "ends",
        "held",
        "limit",
        "nesting",
        "onDestination",
        "onSource",
        "source",
    )

    def __init__(self, source: Readable, destination: Any, ends: bool) -> None:
        self.source = source
        self.destination = destination
        #: What the source waits for when this is its only pipe; made at the first wait, and kept for all.
        self.alone: frozenset[Any] = _NOBODY
        self.awaitsDrain = False  # `onDrain` listens; added at the first write that returns False
        self.cleanedUp = False
        self.nesting = _nesting
        self.limit = DEEPEST  # 0 while chunks are held: what comes meanwhile belongs behind them
        self.held: list[Any] | None = None  # chunks that go on in the next tick
        self.ends = ends  # the destination ends with the source
        onData, onEnd, onClose, onFinish = self.onData, self.onEnd, self.onClose, self.onFinish
        onError, onUnpipe = self.onError, self.onUnpipe
        #: What listens on either side: one step to add it, one to remove it.
        self.onSource: tuple[tuple[str, Entry], ...] = (
            ("end", OwnOnce(onEnd, onEnd)),
            ("data", Entry(onData, None, onData)),
        )
        self.onDestination: tuple[tuple[str, Entry], ...] = (
            ("unpipe", Entry(onUnpipe, None, None, onUnpipe)),
            ("error", OwnFirst(onError, None, onError)),
            ("close", OwnOnce(onClose, onClose)),
            ("finish", OwnOnce(onFinish, onFinish)),
        )

    def start(self) -> None:
        source, destination = self.source, self.destination
        if source._readPhase_ == state.END_EMITTED:
            nextTick(self.endOrUnpipe)
            self.onSource = self.onSource[1:]
        if addOwn(source, self.onSource):
            source._onDataListener_()
        addOwn(destination, self.onDestination)
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
            self.held = []
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
        if not self.alone:
            self.alone = frozenset((destination,))
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
        dropOwn(self.source, self.onSource[:1])
        self.endOrUnpipe()

    def endOrUnpipe(self) -> None:
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
        dropOwn(destination, self.onDestination[1:2])
        if listens(destination, "error"):
            return
        # No other listener: this one must not swallow the error.
        if getattr(destination, "_errorEmitted_", True):
            destination.emit("error", error)
        else:
            destination._errorOrDestroy_(error)  # 'error' was emitted by hand: the stream fails with it

    def onClose(self) -> None:
        dropOwn(self.destination, self.onDestination[2:])  # 'close', which has come, and 'finish'
        self.unpipe()

    def onFinish(self) -> None:
        dropOwn(self.destination, self.onDestination[:1:-1])  # 'finish', which has come, and 'close'
        self.unpipe()

    def cleanup(self) -> None:
        source, destination = self.source, self.destination
        # In Node's order, which listeners of 'removeListener' see.
        if self.onDestination:
            unpipe, error, close, finish = self.onDestination
            if self.awaitsDrain:
                dropOwn(destination, (close, finish))
                destination.removeListener("drain", self.onDrain)
                dropOwn(destination, (error, unpipe))
            else:
                dropOwn(destination, (close, finish, error, unpipe))
            dropOwn(source, self.onSource)
            self.onSource = self.onDestination = ()  # they hold this pipe: without the cycle it is freed at once
        self.cleanedUp = True
        # A source waiting only for this destination would wait forever.
        if self.awaitsDrain and source._awaitDrain_ is not None:
            self.onDrain()
