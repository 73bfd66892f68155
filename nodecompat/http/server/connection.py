"""One connection of an http server: its socket, its parser, its requests and the responses due.

Follows what lib/_http_server.js of Node 26 does in its connectionListener, by behaviour. Responses leave in the
order of their requests: only the first has the socket, the others keep their bytes until their turn.

The bytes come by `net/takeover.py`: from the handle straight to the parser unless something else listens for them.

Reading pauses while too much is queued for output, and while `MAX_WAITING` requests wait for their responses: a peer
that pipelines endlessly fills its own buffers, not ours. The second limit is not Node's.
"""

from __future__ import annotations

from collections import deque
from math import isinf
from time import monotonic
from typing import TYPE_CHECKING, Any

from ... import errors
from ...errors import HTTPParserError
from ...events.listeners import Entry
from ...events.own import addOwn
from ...net.takeover import takeBytes
from ...reactor.loop import ticks
from ...timers.lists import IdleTimer
from ..wire.parser import BODY, REQUEST, START, UPGRADE
from ..wire.pool import acquire, release
from .channels import requestStart, responseCreated, responseFinish
from .handover import handOver
from .preconditions import answersItself, mayNeedAnswer, refusal

if TYPE_CHECKING:
    from ...net.takeover import Takeover
    from ..message.incoming import IncomingMessage
    from ..wire.parser import HTTPParser
    from .listener import ServerBase
    from .response import ServerResponse

#: Requests of one connection that may wait for their responses before reading pauses, and when it resumes.
MAX_WAITING = 128
RESUME_WAITING = 32
#: The socket events that a response listens to.
_FOR_ANSWERS = ("close", "drain")


class ServerConnection:
    """The server's side of one socket."""

    __slots__ = (
        "_current",
        "_cutOff",
        "_failed",
        "_handedOver",
        "_hasAnswers",
        "_idleSince",
        "_idleTimer",
        "_incoming",
        "_isFresh",
        "_outgoing",
        "_outgoingData",
        "_paused",
        "_sent",
        "_socketTimer",
        "_upgrading",
        "held",
        "isParsing",
        "messageStart",
        "parser",
        "requests",
        "server",
        "socket",
        "takeover",
    )

    def __init__(self, server: ServerBase, socket: Any) -> None:
        self.server: ServerBase = server
        self.socket: Any = socket
        self.parser: HTTPParser | None = self._makeParser(server)
        #: Requests without a finished response, oldest first, and the responses waiting for their turn.
        self._incoming: deque[IncomingMessage] = deque()
        self._outgoing: deque[ServerResponse] | None = None
        self._outgoingData = 0
        #: The number of requests, if counted.
        self.requests: int = 0
        #: The request whose body is being read.
        self._current: IncomingMessage | None = None
        self._upgrading: IncomingMessage | None = None
        #: A response without listeners that was sent while its request was parsed.
        self._sent: ServerResponse | None = None
        #: The response that had the socket when it closed; it is notified in its place among the socket's listeners.
        self._cutOff: ServerResponse | None = None
        self._hasAnswers = False
        #: A response that waits for the end of its request, which is in the segment being parsed.
        self.held: ServerResponse | None = None
        self._paused = False
        self._failed = False
        #: True while the parser runs.
        self.isParsing: bool = False
        #: The program has the socket, but the next bytes are still the body of its request.
        self._handedOver = False
        #: The time of an unfinished message's first byte, or of the connection if it had none; 0 between messages. In
        #: milliseconds of the monotonic clock, which is that of every host's `now()`: read directly, once per response.
        self.messageStart: float = monotonic() * 1000.0
        #: No beginning of a message was seen so far.
        self._isFresh = True
        self._idleSince = 0.0
        self._idleTimer: IdleTimer | None = None
        self._socketTimer = False
        self._attach()

    def _makeParser(self, server: ServerBase) -> HTTPParser:
        parser = acquire(REQUEST, server._validation_, server.maxHeaderSize or 0, server._headerLimit_())
        parser.onHeadersComplete = self._onHead
        parser.onBody = self._onBody
        parser.onMessageComplete = self._onMessageComplete
        return parser

    def _attach(self) -> None:
        socket = self.socket
        socket.parser = self.parser
        socket._httpMessage = None
        socket._httpConnection_ = self
        socket.setEncoding = _refuseEncoding
        addOwn(socket, self._listeners())
        #: The source of the socket's bytes, which reach `_onData`. None once the socket is closed or the program's.
        self.takeover: Takeover | None = takeBytes(socket, self._onData)

    def _listeners(self) -> tuple[tuple[str, Entry], ...]:
        onError, onClose, onEnd = self._onError, self._onClose, self._onEnd
        onDrain, onTimeout, onResume = self._onDrain, self._onTimeout, self._onResume
        return (
            ("error", Entry(onError, None, onError)),
            ("close", Entry(onClose, onClose, onClose)),
            ("end", Entry(onEnd, onEnd)),
            ("drain", Entry(onDrain, onDrain)),
            ("timeout", Entry(onTimeout, onTimeout)),
            ("resume", Entry(onResume, onResume)),
        )

    # -- data

    def _onData(self, data: bytes) -> None:
        """The peer sent data."""
        parser = self.parser
        if parser is None or self._failed:
            return
        self.isParsing = True
        try:
            result = parser.execute(data)
        except BaseException:
            self.messageStart = self.messageStart or monotonic() * 1000.0  # a message that was cut off is incomplete
            self._releaseHeld()
            raise
        finally:
            self.isParsing = False
            if self._sent is not None:
                self._endSent()
        # Plain: every message that has begun is complete, and nothing is to be done about the connection.
        if parser._state != START or self._paused or self._upgrading is not None or type(result) is not int:
            self._afterParse(result, data)

    def _afterParse(self, result: int | HTTPParserError, data: bytes) -> None:
        parser = self.parser
        if parser is None:
            return  # the connection is gone, or is not ours any more
        if parser.isWithin:
            self._idleSince = monotonic() * 1000.0
            if self._isFresh or not self.messageStart:
                self._isFresh = False
                self.messageStart = self._idleSince
        if type(result) is not int:
            if self._isClosing(self.socket):
                self._failed = True  # behind a response that closes the connection everything is ignored
            else:
                self._onError(result)  # type: ignore[arg-type]
        elif self._upgrading is not None:
            handOver(self, self._upgrading, data, result)
        if self._paused:
            self.stopReading()

    # -- callbacks of the parser

    def _onHead(self, parser: Any) -> int:
        """A head is complete: create the request and its response, and emit them."""
        socket, server = self.socket, self.server
        if self._sent is not None:
            self._endSent()
        if self._socketTimer:
            self._resetSocketTimer()
        # Common case: nothing was answered or written that is still under way, nor has the socket ended in some way.
        takeover = self.takeover
        isIdle = takeover is not None and takeover.isAtRest() and socket._httpMessage is None
        if not isIdle and (socket is None or socket.destroyed or self._isClosing(socket)):
            # An earlier request's handler destroyed the socket, or its response closes it: this one
            # could not be answered. Node would go on.
            parser.free()
            return BODY
        Message, Response = server._IncomingMessage_, server._ServerResponse_
        req: IncomingMessage = Message(socket)
        if parser.lenient:
            req._rawHeaders_ = parser.rawHeaders
        else:
            req._head_ = parser.head
        req.httpVersion = parser.httpVersion
        req.method = parser.method
        req.url = parser.url
        self._current = req
        if parser.upgrade and self._isUpgrade(req):
            return UPGRADE
        incoming = self._incoming
        incoming.append(req)
        if len(incoming) > 1 or (not isIdle and socket.writableNeedDrain):
            self._limitReading()
        res: ServerResponse = Response(req, server._responseOptions_)
        res._connection_ = self
        res._keepAliveTimeout = server.keepAliveTimeout
        res.shouldKeepAlive = parser.shouldKeepAlive
        if server._rareOptions_:
            self._applyRareOptions(req, res)
        isObserved = responseCreated.hasSubscribers or requestStart.hasSubscribers
        if isObserved:
            self._publish(req, res)
        if not self._hasAnswers:
            self._hasAnswers = True
            addOwn(socket, (("close", Entry(self._closeAnswer, None, self._closeAnswer)),))
        if socket._httpMessage is not None:
            self._queue(res)
        elif server._plainAssign_:
            # What assignSocket does for a response that is new.
            socket._httpMessage = res
            res.socket = socket
        else:
            res.assignSocket(socket)
        mayAnswer = (server.maxRequestsPerSocket or mayNeedAnswer(parser)) and req.httpVersion == "1.1"
        if not (mayAnswer and answersItself(self, req, res)):
            if isObserved:
                with requestStart.withStores({"request": req, "response": res, "socket": socket, "server": server}):
                    server.emit("request", req, res)
            else:
                server.emit("request", req, res)
        return BODY

    def _isClosing(self, socket: Any) -> bool:
        """True when the last response of this connection is in progress or sent."""
        if socket.writableEnded:
            return True
        last = self._outgoing[-1] if self._outgoing else socket._httpMessage
        return last is not None and last._last

    def _isUpgrade(self, req: IncomingMessage) -> bool:
        """Whether the program accepts this request for another protocol."""
        if req.method != "CONNECT" and not self.server.shouldUpgradeCallback(req):
            return False
        req.upgrade = True
        self._upgrading = req
        return True

    def _publish(self, req: IncomingMessage, res: ServerResponse) -> None:
        if responseCreated.hasSubscribers:
            responseCreated.publish({"request": req, "response": res})
        if requestStart.hasSubscribers:
            requestStart.publish({"request": req, "response": res, "socket": self.socket, "server": self.server})

    def _queue(self, res: ServerResponse) -> None:
        """A response that must wait: an earlier request has none yet."""
        if self._outgoing is None:
            self._outgoing = deque()
        self._outgoing.append(res)
        res._onPendingData = self._countOutgoing

    def _applyRareOptions(self, req: IncomingMessage, res: ServerResponse) -> None:
        server = self.server
        req.joinDuplicateHeaders = server.joinDuplicateHeaders
        res._uniqueHeaders_ = server._uniqueHeaders_
        res._lenient_ = server._lenientHeaders_
        if server._optimizeEmptyRequests_ and not req._announcesBody_():
            req._dumpAndCloseReadable()

    def _onBody(self, chunk: bytes) -> None:
        req = self._current
        if req is not None and not req._dumped:
            self._push(req, chunk)
        takeover = self.takeover
        if takeover is not None and takeover.isDirect:
            # What a chunk has caused comes before the next one, and before the end, as in Node.
            self.isParsing = False
            if not ticks.drainBetween(self.socket) and self.parser is not None:
                self.parser.interrupt()
                self._releaseHeld()
            self.isParsing = True
            if ticks.loop.halted:
                self._release()

    def _push(self, req: IncomingMessage, chunk: bytes) -> None:
        goesOn = req.push(chunk)
        socket = self.socket
        if socket is None:
            return
        if not goesOn:
            self.stopReading()
        elif socket.readableFlowing is False and req._consumed_:
            ticks.nextTick(self.startReading)  # as in Node, where the request reads ahead

    def _onMessageComplete(self) -> None:
        req, self._current = self._current, None
        self.messageStart = 0.0
        if not self._incoming:
            self._idleSince = monotonic() * 1000.0  # answered before it was complete
        if req is None:
            return
        takeover = self.takeover
        if takeover is not None and takeover.isStopped():
            self.startReading()  # as in Node a pause ends with the message
        parser = self.parser
        if req._started_ or (parser is not None and parser._trailers):
            req._end_(parser.rawTrailers if parser is not None else [])
        else:
            req._complete_ = True  # common case: not accessed yet
        if self.held is not None:
            self._releaseHeld()

    def _releaseHeld(self) -> None:
        """The end of the request is read, or will not be."""
        held, self.held = self.held, None
        if held is not None:
            ticks.nextTick(held._release_)

    def isEnding(self, req: IncomingMessage) -> bool:
        """True while the last chunks of a request are handed out."""
        parser = self.parser
        return req is self._current and parser is not None and parser.isEnding

    # -- the answers

    def _endSent(self) -> None:
        """Finish a response that was sent while its request was parsed: without listeners no tick is needed."""
        res: ServerResponse
        res, self._sent = self._sent, None  # type: ignore[assignment]
        if res._events or res._endCallbacks_ is not None:
            res._onLastWritten_()
        else:
            res._written_ = True
            self.answered(res)

    def answered(self, res: ServerResponse) -> None:
        """A response was passed to the operating system."""
        socket = self.socket
        req: IncomingMessage = res.req
        incoming = self._incoming
        if incoming and incoming[0] is req:
            incoming.popleft()
        if responseFinish.hasSubscribers:
            responseFinish.publish({"request": req, "response": res, "socket": socket, "server": self.server})
        if not req._started_ and req._complete_:
            req._over_ = True  # common case: never accessed, so there is nothing to dump
        elif not req._consumed_:
            req._dumpUnread_()
        if req._abortController_ is not None:
            req._forgetSignal_()
        if socket is None:
            return
        socket._httpMessage = res.socket = None
        if res._events:
            ticks.nextTick(res._closeOnce_)
        else:
            res.destroyed = res._closed = True  # no listeners: the tick would notify nobody
        if res._last:
            if self.takeover is not None:
                self.takeover.destroySoon()
        elif self._outgoing:
            self._outgoing.popleft().assignSocket(socket)
        elif self.server.keepAliveTimeout and self.parser is not None:
            # All responses are sent: the peer has `keepAliveTimeout` for its next request. A timer that is started and
            # stopped for each request would cost more than the request's parsing. This one runs on while requests
            # come and looks, when it is due, how long the connection has been idle.
            self._idleSince = monotonic() * 1000.0
            timer = self._idleTimer
            if timer is None or timer._list_ is None or socket.timeout or self.server.timeout:
                self._startIdleTimer(socket)
        if self._paused:
            self._mayReadOn()

    def _countOutgoing(self, delta: int) -> None:
        """Bytes of responses waiting for their turn."""
        self._outgoingData += delta
        if self._paused and delta < 0:
            self._mayReadOn()

    # -- pausing

    def _limitReading(self) -> None:
        """Pause when the peer sends requests faster than it reads, or faster than the handlers respond."""
        socket = self.socket
        if (
            len(self._incoming) >= MAX_WAITING
            or socket.writableNeedDrain
            or self._outgoingData >= socket.writableHighWaterMark
        ):
            self._paused = True
            self.parser.pause()  # type: ignore[union-attr]

    def _mayReadOn(self) -> None:
        """Resume reading when the reason for the pause is gone."""
        socket, parser = self.socket, self.parser
        if (
            socket is None
            or parser is None
            or len(self._incoming) > RESUME_WAITING
            or socket.writableNeedDrain
            or self._outgoingData >= socket.writableHighWaterMark
        ):
            return
        self._paused = False
        self.startReading()
        rest = parser.rest
        result = parser.resume()
        if rest:
            self._afterParse(result, rest)

    def startReading(self) -> None:
        """Resume data."""
        if self.takeover is not None and not self._paused:
            self.takeover.start()

    def stopReading(self) -> None:
        """Pause data."""
        if self.takeover is not None:
            self.takeover.stop()

    def _onResume(self) -> None:
        """The program resumed the socket; our own pause stays in effect."""
        if self._paused:
            self.stopReading()

    def detach(self) -> None:
        """The program has the socket; only pending responses are left for this connection."""
        socket = self.socket
        answersAreDue = bool(self._incoming)
        for name, entry in self._listeners():
            if not (answersAreDue and name in _FOR_ANSWERS):
                socket.removeListener(name, entry.listener)
        if self.takeover is not None:
            self.takeover.release()
            self.takeover = None
        self._release()
        socket._httpConnection_ = None
        self._paused = False
        if not answersAreDue:
            socket.removeListener("close", self._closeAnswer)
            self.socket = None

    def _onDrain(self) -> None:
        if self._paused:
            self._mayReadOn()
        res = self.socket._httpMessage if self.socket is not None else None
        if res is not None:
            res._onDrain_()

    # -- time

    def _startIdleTimer(self, socket: Any) -> None:
        if not hasattr(socket, "setTimeout"):
            return  # no stream of its own tells when it was idle, in Node as well
        server = self.server
        duration = server.keepAliveTimeout + server.keepAliveTimeoutBuffer
        if isinf(duration):
            return
        if server.timeout or socket.timeout:
            # Somebody uses the socket's own timer. Node does this always. Any byte sets it back: ours runs behind it.
            socket.setTimeout(duration)
            self._socketTimer = True
        if self._idleTimer is None:
            self._idleTimer = IdleTimer(self._onIdle)
        self._idleTimer.start(duration)

    def _onIdle(self) -> None:
        socket = self.socket
        if socket is None or self._incoming:
            return  # a request came; its response restarts the timer
        server = self.server
        duration = server.keepAliveTimeout + server.keepAliveTimeoutBuffer
        rest = self._idleSince + duration - monotonic() * 1000.0
        if rest >= 1.0 and self._idleTimer is not None:
            self._idleTimer.start(rest)
            return
        if self._socketTimer:
            socket.setTimeout(0)
        socket.emit("timeout")

    def _resetSocketTimer(self) -> None:
        self._socketTimer = False
        self.socket.setTimeout(self.server.timeout or 0)

    def _onTimeout(self) -> None:
        """The socket was idle too long."""
        socket, server = self.socket, self.server
        if socket is None:
            return
        if self._idleTimer is not None:
            self._idleTimer.stop()
        req = self._current or (self._incoming[-1] if self._incoming else None)
        taken = req is not None and not req.complete and req.emit("timeout", socket)
        res = socket._httpMessage
        taken = (res is not None and res.emit("timeout", socket)) or taken
        taken = server.emit("timeout", socket) or taken
        if not taken:
            socket.destroy()

    def isIdle(self) -> bool:
        """True between messages and before the first, when no response is due."""
        parser, socket = self.parser, self.socket
        if parser is None or socket is None or self._paused or not parser.isIdle:
            return False
        res = socket._httpMessage
        return res is None or bool(res.finished)

    def isLate(self, now: float, headersTimeout: float, requestTimeout: float) -> bool:
        """True when the message being received has taken too long."""
        start = self.messageStart
        if not start or self.parser is None:
            return False
        if headersTimeout and self._current is None and start < now - headersTimeout:
            return True
        return bool(requestTimeout and start < now - requestTimeout)

    def refuseLate(self) -> None:
        """Respond with 408, or let the program do it."""
        self._onError(errors.ERR_HTTP_REQUEST_TIMEOUT())

    # -- the end

    def _onfault_(self) -> None:
        """A listener raised and nobody took the error. Whose request it served shows while one is read, or is alone."""
        incoming = self._incoming
        req = self._current or (incoming[0] if len(incoming) == 1 else None)
        if req is not None:
            self.giveUp(req)
        elif self.socket is not None:
            (self.socket.destroy if incoming else self.socket.destroySoon)()

    def giveUp(self, req: IncomingMessage) -> None:
        """Nobody will answer this request any more: answer 500 if nothing was sent, else the connection ends.

        An answer that is complete stands. Not in Node: see `reactor/loop/faults.py`.
        """
        socket = self.socket
        if socket is None:
            return
        due = (socket._httpMessage, *(self._outgoing or ()))
        res = next((each for each in due if each is not None and each.req is req), None)
        if res is not None:
            res.shouldKeepAlive = False
            self.server._answerFault_(res)
        elif self.parser is not None and self.parser.isBroken:
            socket.destroySoon()  # the error has interrupted it: the peer is not heard any more

    def _onError(self, error: BaseException) -> None:
        """The peer made a mistake, or the socket broke: notify the program, or respond for it and hang up."""
        socket, server = self.socket, self.server
        if self._failed or socket is None:
            return
        self._failed = True  # nothing is parsed after an error
        if self._handedOver:
            socket.destroy(error)
            return
        if server.emit("clientError", error, socket):
            return
        if socket.writable:
            # Not in the middle of a response.
            res = socket._httpMessage
            if res is None or not res._headerSent:
                socket.write(refusal(error))
        socket.destroy(error)

    def _onEnd(self) -> None:
        """The peer has ended its side."""
        parser, socket = self.parser, self.socket
        if parser is None:
            return
        error = parser.finish() if not self._failed else None
        if error is not None:
            self._onError(error)
        if not self.server.httpAllowHalfOpen:
            socket.end()
        elif self._outgoing:
            self._outgoing[-1]._last = True
        elif socket._httpMessage is not None:
            socket._httpMessage._last = True
        else:
            socket.end()

    def _onClose(self, hadError: Any = None) -> None:
        socket = self.socket
        if socket is None:
            return  # 'close' was emitted by hand before
        self._release()
        # The requests without a finished answer, and the one whose body is cut off although it was answered or handed
        # over; then the answers whose turn has not come; and the one that has the socket.
        while self._incoming:
            self._incoming.popleft().destroy(errors.connResetException("aborted"))
        if self._current is not None:
            self._current.destroy(errors.connResetException("aborted"))
        outgoing, self._outgoing = self._outgoing, None
        for waiting in outgoing or ():
            waiting.destroy(errors.connResetException("aborted"))
        self.socket = None
        self._cutOff = socket._httpMessage
        if self.takeover is not None:
            self.takeover.forget()
            self.takeover = None

    def _closeAnswer(self, hadError: Any = None) -> None:
        res, self._cutOff = self._cutOff, None
        if res is not None:
            res._closeOnce_()

    def _release(self) -> None:
        """Release the parser and unregister from the server."""
        parser, self.parser = self.parser, None
        if parser is not None:
            release(parser)
            self.socket.parser = None
        if self._idleTimer is not None:
            self._idleTimer.stop()
            self._idleTimer = None
        self.held = None
        self.server._httpConnections_.pop(self, None)


def _refuseEncoding(*args: Any) -> None:
    raise errors.ERR_HTTP_SOCKET_ENCODING()
