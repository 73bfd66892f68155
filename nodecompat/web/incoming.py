"""The body of a response: fed by an exchange, decoded when it is read, with back-pressure to the socket.

It is read once, in one of two ways: as a whole (`collect`), or as a ReadableStream (`stream`). Until then it reads
ahead by `READ_AHEAD`, so that a short body frees its connection wanted or not.

    exchange ──onData──> decoder ──take──> the reader, while it wants more
       └──────<──────── pause, resume ────────┘
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container
from typing import Any, Protocol

from twisted.internet.defer import Deferred

from ..http.client.exchange import CLOSED
from ..reactor.loop import ticks
from ..reactor.loop.promised import Promised
from ..stream.web import ReadableStream
from ..stream.web.bytes import finishBytes
from ..stream.web.common import Promise
from .decoding import Decoder, DecodingError
from .failures import HTTPParserError, ResponseContentLengthMismatchError, causeOf, terminated

#: Bytes that are taken from the socket before anybody asks for them.
READ_AHEAD = 64 * 1024


class Source(Protocol):
    """What an IncomingBody needs of its exchange."""

    @property
    def isKept(self) -> bool: ...
    def resume(self) -> object: ...
    def pause(self) -> object: ...
    def abort(self) -> object: ...


class Reader(Protocol):
    """Whoever reads a body."""

    def onPiece(self, piece: bytes) -> bool:
        """A decoded piece. Returns whether the next one is wanted at once."""

    def onEnd(self) -> object: ...
    def onFailure(self, error: BaseException) -> object: ...


class IncomingBody:
    """The body of a response.

    Args:
        exchange: where it comes from.
        decoder: of its Content-Encoding; None when it is not encoded.
        framing: the names of the headers, some of which say where it ends.
        onOver: called once when nothing more will come.
    """

    def __init__(
        self,
        exchange: Source,
        decoder: Decoder | None,
        framing: Container[str],
        onOver: Callable[[], object] | None,
    ) -> None:
        self._exchange = exchange
        self._encoded = decoder
        #: What has come of a body that is not encoded, and was not taken.
        self._pieces: deque[bytes] = deque()
        self._framing = framing
        self._onOver = onOver
        self._reader: Reader | None = None
        self._held = 0  # bytes in the decoder, or in the pieces, at most
        self._isOver = self._isComplete = self._isPumping = self._isWanted = False
        self._error: BaseException | None = None

    # -- reading

    def start(self) -> None:
        """Read ahead."""
        self._exchange.resume()

    def collect(self, convert: Callable[[bytes], Any]) -> Deferred[Any]:
        """The whole content, converted."""
        outcome: Deferred[Any] = Promised()
        if self._isComplete and self._encoded is None and not self._isOver:
            # All of it is here, as it is for most when they are read.
            self._over()
            _conclude(outcome, convert, b"".join(self._pieces))
            self._pieces.clear()
        else:
            self._reader = _Whole(outcome, convert)
            self._want()
        return outcome

    def stream(self) -> ReadableStream:
        """The content as a stream."""
        return _Pieces(self).stream

    def abandon(self) -> None:
        """Nobody will read it."""
        if self._reader is None and not self._isOver and not self._isComplete:
            self._over()
            self._exchange.abort()

    def fail(self, error: BaseException) -> None:
        """It is over, with this error for its reader."""
        if self._isOver:
            return
        self._error = error
        self._over()
        self._exchange.abort()
        if self._reader is not None:
            self._reader.onFailure(error)

    def _want(self) -> None:
        if self._error is not None:
            if self._reader is not None:
                self._reader.onFailure(self._error)
            return
        self._isWanted = True
        self._pump()

    def _pump(self) -> None:
        """Pass decoded pieces on while they are wanted, and pause or resume the socket to match."""
        if self._isPumping or self._isOver:
            return
        self._isPumping = True
        piece: bytes | None = b""
        try:
            while self._isWanted and not self._isOver:
                piece = self._take()
                if piece is None:
                    break
                assert self._reader is not None, "somebody wants it"
                self._isWanted = self._reader.onPiece(piece)
        finally:
            self._isPumping = False
        if self._isOver:
            return
        if self._isComplete:
            if piece is None and self._reader is not None and self._isWhole():
                self._over()
                self._reader.onEnd()
        elif self._isWanted or self._held < READ_AHEAD:
            self._exchange.resume()
        else:
            self._exchange.pause()

    def _take(self) -> bytes | None:
        try:
            if self._encoded is not None:
                piece = self._encoded.take()
            else:
                piece = self._pieces.popleft() if self._pieces else None
        except DecodingError as error:
            self.fail(terminated(error))
            return None
        if piece is None:
            self._held = 0
        return piece

    def _isWhole(self) -> bool:
        try:
            if self._encoded is not None:
                self._encoded.finish()
        except DecodingError as error:
            self.fail(terminated(error))
            return False
        return True

    def _over(self) -> None:
        self._isOver, onOver, self._onOver = True, self._onOver, None
        if onOver is not None:
            onOver()

    # -- callbacks of the exchange

    def onData(self, data: bytes) -> None:
        if self._isOver:
            return
        self._held += len(data)
        if self._encoded is None:
            self._pieces.append(data)
        else:
            self._encoded.feed(data)
        if self._isWanted or self._held >= READ_AHEAD:
            self._pump()

    def onEnd(self) -> None:
        self._isComplete = True
        if self._isWanted:
            self._pump()

    def onProblem(self, problem: Any) -> None:
        cause = causeOf(problem)
        if problem == CLOSED and not self._exchange.isKept:
            # The end of the connection may be that of the body, if nothing else says where it is.
            if "transfer-encoding" in self._framing:
                cause = HTTPParserError("Invalid EOF state")
            elif "content-length" in self._framing:
                cause = ResponseContentLengthMismatchError("Response body length does not match content-length header")
        self.fail(terminated(cause))


class _Whole:
    """Reads all of a body."""

    def __init__(self, outcome: Deferred[Any], convert: Callable[[bytes], Any]) -> None:
        self._outcome = outcome
        self._convert = convert
        self._pieces: list[bytes] = []

    def onPiece(self, piece: bytes) -> bool:
        self._pieces.append(piece)
        return True

    def onEnd(self) -> None:
        _conclude(self._outcome, self._convert, b"".join(self._pieces))

    def onFailure(self, error: BaseException) -> None:
        ticks.queueMicrotask(self._outcome.errback, error)


def _conclude(outcome: Deferred[Any], convert: Callable[[bytes], Any], content: bytes) -> None:
    """Give what `convert` makes of the content, in a microtask."""
    try:
        value = convert(content)
    except Exception as error:
        ticks.queueMicrotask(outcome.errback, error)
    else:
        ticks.queueMicrotask(outcome.callback, value)


class _Pieces:
    """A body under a ReadableStream."""

    def __init__(self, body: IncomingBody) -> None:
        self._body = body
        self._asked: Promise | None = None
        hooks = {"type": "bytes", "start": self._start, "pull": self._pull, "cancel": self._cancel}
        self.stream = ReadableStream(hooks)
        body._reader = self
        if body._error is not None:
            self.onFailure(body._error)

    def _start(self, controller: Any) -> None:
        self._controller = controller

    def _pull(self, controller: Any) -> Promise:
        asked = self._asked = Promise()
        self._body._want()
        return asked

    def _cancel(self, reason: Any) -> None:
        self._body._over()
        self._body._exchange.abort()

    def _answer(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.resolve()

    def onPiece(self, piece: bytes) -> bool:
        if not piece:
            return True
        self._controller.enqueue(piece)
        self._answer()
        return False

    def onEnd(self) -> None:
        finishBytes(self._controller)
        self._answer()

    def onFailure(self, error: BaseException) -> None:
        self._controller.error(error)
        self._answer()


def settle(promise: Promise, convert: Callable[[bytes], Any], content: bytes) -> None:
    """Resolve with what `convert` makes of the content, or reject with what it raises."""
    try:
        promise.resolve(convert(content))
    except Exception as error:
        promise.reject(error)
