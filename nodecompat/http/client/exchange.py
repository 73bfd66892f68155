"""One request and its answer, told by plain calls: what `fetch` and the IAgent for Twisted stand on.

An exchange is a ClientRequest of the agent it is given, with the head exactly as its owner writes it. The owner is a
`Receiver`: it hears the head of the answer, the pieces of the body, then the end or one problem, and nothing
after that. The body comes only while the exchange is resumed.

    start ──> onResponse ──resume──> onData … ──> onEnd
       └──────────┴── onProblem        └── abort, discard: nothing more is told
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ...reactor.loop import ticks
from ...timers import Timeout, setTimeout
from .request import ClientRequest

if TYPE_CHECKING:
    from ..message.incoming import IncomingMessage

#: Milliseconds until the head of the answer has come, and between two pieces of its body: undici's default for both.
PATIENCE = 300_000
#: Bytes of an unwanted body that are read to keep the connection; a longer one costs the connection.
DISCARD_LIMIT = 64 * 1024

#: Why there is no answer, where no exception tells: the other side has closed, or one of the limits has passed.
CLOSED, HEADERS_LATE, BODY_LATE, BAD_RESPONSE, BAD_UPGRADE = (
    "closed", "headersTimeout", "bodyTimeout", "badResponse", "badUpgrade",
)  # fmt: skip


class Receiver(Protocol):
    """Who an exchange is for."""

    def onResponse(self, status: int, reason: str, rawHeaders: list[str]) -> object:
        """The head: the reason's bytes as Latin-1, names and values in turn."""

    def onData(self, data: bytes) -> object:
        """A piece of the body."""

    def onEnd(self) -> object:
        """The body is complete."""

    def onProblem(self, problem: BaseException | str) -> object:
        """The exchange has failed: an exception, or one of the names above."""


class BodySource(Protocol):
    """A request body that comes in pieces."""

    def start(self, write: Callable[[bytes], object], done: Callable[[BaseException | None], object]) -> object: ...
    def pause(self) -> object: ...
    def resume(self) -> object: ...
    def stop(self) -> object: ...


class _Request(ClientRequest):
    """A request whose method is sent as it is given: `fetch` makes capitals only of the common ones."""

    __slots__ = ()

    def _takeMethod_(self, method: str | None) -> None:
        super()._takeMethod_(method)
        if method:
            self.method = method


class Exchange:
    """A request under way and its answer.

    Args:
        receiver: who it is for.
        options: of ClientRequest: `agent`, `protocol`, `host`, `port`, `path`, `method`, `headers` (a flat list).
        body: all of it, a BodySource, or None.
        keepsAlive: False to close the connection behind the answer.
    """

    __slots__ = ("_body", "_isOver", "_isSent", "_left", "_receiver", "_request", "_response", "_timer", "isKept")

    def __init__(
        self, receiver: Receiver, options: dict[str, Any], body: bytes | BodySource | None, keepsAlive: bool = True
    ) -> None:
        self._receiver: Receiver | None = receiver
        #: Whether the connection outlives the answer, whose head has come.
        self.isKept = keepsAlive
        self._request: ClientRequest | None = None
        self._response: IncomingMessage | None = None
        self._body = body if body is not None and not isinstance(body, bytes) else None
        self._left = DISCARD_LIMIT
        self._isOver = self._isSent = False
        self._timer: Timeout | None = None
        # A head that cannot be sent, an agent that refuses: the caller has no exchange yet that it could be told of.
        try:
            self._start(options, body)
        except Exception as error:
            ticks.queueMicrotask(self._fail, error)

    def _start(self, options: dict[str, Any], body: bytes | BodySource | None) -> None:
        options["setDefaultHeaders"] = False
        request = self._request = _Request(options)
        request.maxHeadersCount = 0  # their size is limited
        request.on("response", self._onResponse)
        request.on("error", self._onError)
        request.on("information", self._onInformation)
        request.on("upgrade", self._onUpgrade)
        if not self.isKept:
            request.shouldKeepAlive = False
        if self._body is None:
            request.end(body or None)
        else:
            request.on("socket", self._onSocket)
        self._timer = setTimeout(self._onLate, PATIENCE).unref()

    # -- what the owner calls

    def resume(self) -> None:
        """Let the body come."""
        response = self._response
        if self._isOver or response is None or self._timer is None:
            return
        if response.readableFlowing is None:
            self._timer.refresh()
            response.on("data", self._onData)
        elif response.readableFlowing is False:
            self._timer.refresh()
            response.resume()

    def pause(self) -> None:
        """Pause the body: the other side waits, however long."""
        if not self._isOver and self._response is not None:
            self._response.pause()

    def abort(self) -> None:
        """Close the connection. No more callbacks."""
        request = self._request
        if self._finish() is not None and request is not None:
            request.destroy()

    def discard(self) -> None:
        """Skip the body if it is short, else close the connection. No more callbacks."""
        response = self._response
        if self._isOver or response is None:
            return
        request = self._request
        self._finish()
        self._request = request
        response.on("data", self._onUnwanted)

    # -- sending a body in pieces

    def _onSocket(self, socket: Any) -> None:
        """Its source is asked only when there is a connection: if that fails, nothing of it is lost."""
        if getattr(socket, "connecting", False) or getattr(socket, "secureConnecting", False):
            socket.once("secureConnect" if hasattr(socket, "secureConnecting") else "connect", self._send)
        else:
            self._send()

    def _send(self) -> None:
        request, body = self._request, self._body
        if self._isOver or self._isSent or request is None or body is None:
            return
        self._isSent = True
        request.on("drain", body.resume)
        body.start(self._write, self._onBodyEnd)

    def _write(self, data: bytes) -> None:
        request, body = self._request, self._body
        if request is not None and body is not None and not request.destroyed and not request.write(data):
            body.pause()

    def _onBodyEnd(self, error: BaseException | None) -> None:
        request, self._body = self._request, None
        if request is None or request.destroyed:
            return
        if error is None:
            request.end()
        else:
            self.abort()  # the source's owner knows why

    # -- callbacks of the request

    def _onResponse(self, response: IncomingMessage) -> None:
        if self._isOver:
            return
        if response.statusCode == 101:
            self._refuse(BAD_UPGRADE)  # it does not even say to what
            return
        self._response = response
        response.on("end", self._onEnd)
        response.on("error", self._onCut)
        assert self._request is not None and self._receiver is not None, "it is not over"
        assert response.statusCode is not None, "a response has one"
        self.isKept = self._request.shouldKeepAlive
        self._receiver.onResponse(response.statusCode, response.statusMessage or "", response.rawHeaders)

    def _onInformation(self, information: Any) -> None:
        if information.statusCode == 100:
            self._refuse(BAD_RESPONSE)  # nobody has asked whether to go on

    def _onUpgrade(self, response: Any, socket: Any, head: bytes) -> None:
        socket.destroy()
        self._refuse(BAD_UPGRADE)

    def _onData(self, data: bytes) -> None:
        if self._timer is not None and self._receiver is not None:
            self._timer.refresh()
            self._receiver.onData(data)

    def _onUnwanted(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0 and self._request is not None:
            self._request.destroy()

    def _onEnd(self) -> None:
        if self._body is not None:
            # The answer is complete, and the other side is no longer interested in the rest of the question.
            self._stopBody()
            if self._request is not None:
                self._request.destroy()
        receiver = self._finish()
        self._request = None
        if receiver is not None:
            receiver.onEnd()

    def _onCut(self, error: BaseException) -> None:
        self._fail(CLOSED)

    def _onError(self, error: Any) -> None:
        if self._response is not None and self._response.complete:
            return  # what comes behind the answer costs the connection, not the answer
        self._fail(CLOSED if str(error) == "socket hang up" else error)

    def _onLate(self) -> None:
        """Nothing has come for too long; while the receiver wants nothing, that is nobody's fault."""
        if self._response is None:
            self._refuse(HEADERS_LATE)
        elif self._response.readableFlowing:
            self._refuse(BODY_LATE)

    # -- the end

    def _refuse(self, why: str) -> None:
        receiver = self._receiver
        self.abort()
        if receiver is not None:
            receiver.onProblem(why)

    def _fail(self, problem: BaseException | str) -> None:
        receiver = self._finish()
        if receiver is not None:
            receiver.onProblem(problem)

    def _finish(self) -> Receiver | None:
        """It is over. Returns who is to hear of it, if nobody has; with whom it would be a cycle."""
        receiver, self._receiver = self._receiver, None
        self._isOver, timer, self._timer = True, self._timer, None
        self._request = self._response = None
        if timer is not None:
            timer.close()
        self._stopBody()
        return receiver

    def _stopBody(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.stop()
