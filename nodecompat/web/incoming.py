"""The body of a response: a Readable fed by an exchange, decoded on the way, with backpressure to the socket."""

from __future__ import annotations

from collections.abc import Callable

from ..reactor.twisted.httpclient import Exchange, Problem
from ..stream import Readable
from .decoding import Decoder, DecodingError
from .failures import causeOf, terminated


class IncomingBody(Readable):
    """The body of a response.

    Emits: what Readable emits.
    """

    __events__ = Readable.__events__

    def __init__(self, exchange: Exchange, decoder: Decoder, onOver: Callable[[], object]) -> None:
        super().__init__()
        self._exchange = exchange
        self._encoded = decoder
        self._onOver = onOver
        self._isWanted = False
        self._isComplete = False
        self._isPumping = False
        # A failure is reported to the reader: a body without a reader must not end the program.
        self.on("error", lambda: None)

    def _read(self, size: int) -> None:
        self._isWanted = True
        self._pump()

    def _pump(self) -> None:
        """Pass decoded pieces on while they are wanted, and pause or resume the socket to match."""
        if self._isPumping or self.destroyed:
            return
        self._isPumping = True
        piece: bytes | None = b""
        try:
            while self._isWanted and not self.destroyed:
                piece = self._take()
                if piece is None:
                    break
                self._isWanted = self.push(piece)
        finally:
            self._isPumping = False
        if self.destroyed:
            return
        if self._isComplete and piece is None:
            self._onOver()
            self.push(None)
        elif self._isWanted:
            self._exchange.resume()
        else:
            self._exchange.pause()

    def _take(self) -> bytes | None:
        try:
            return self._encoded.take()
        except DecodingError as error:
            self.destroy(terminated(error))
            return None

    # -- callbacks of the exchange

    def onData(self, data: bytes) -> None:
        if not self.destroyed:
            self._encoded.feed(data)
            self._pump()

    def onEnd(self) -> None:
        self._isComplete = True
        self._pump()

    def onProblem(self, problem: Problem) -> None:
        self.destroy(terminated(causeOf(problem)))

    def _destroy(self, err: BaseException | None, callback: Callable[[BaseException | None], object]) -> None:
        self._exchange.abort()
        self._onOver()
        callback(err)
