"""One connection of a client: reads the responses to its requests, one after another.

Follows what Node 26 does in lib/_http_client.js. Where Node puts listeners on the socket for each request and takes
them off again, this object stays with the socket for its lifetime; `req` is the current request, None
between two.

    IDLE ──begin──> WAITING ──head──> READING ──last byte──> COMPLETE ──'end' read, request sent──> IDLE
                       └── 1xx: stays ──┘                        └── not kept alive: the socket is closed

Differs: any byte that comes while no response is due (IDLE, COMPLETE) closes the connection, so that it cannot be taken
for the response to a later request (response queue poisoning).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ref

from ... import errors
from ...diagnostics_channel import channel
from ...net.takeover import takeBytes
from ...reactor.loop import ticks
from ...records import Record
from ...timers import setImmediate
from ..wire.lenient import LenientParser
from ..wire.parser import BODY, RESPONSE, SKIP_BODY, UPGRADE, HTTPParser
from ..wire.relaxed import RelaxedParser
from ..wire.sink import parseVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...net.takeover import Takeover
    from ..message.incoming import IncomingMessage
    from .request import ClientRequest

MAX_HEADERS_COUNT = 1000  # headers kept of a response; more are dropped, as in Node

_errors = channel("http.client.request.error")
_finished = channel("http.client.response.finish")


@dataclass(frozen=True, slots=True)
class InformationEvent(Record):
    """A 1xx answer. Node: https://nodejs.org/api/http.html#event-information"""

    statusCode: int
    statusMessage: str
    httpVersion: str
    httpVersionMajor: int
    httpVersionMinor: int
    headers: Mapping[str, Any]
    rawHeaders: list[str]


class ClientConnection:
    """The listeners on a client's socket, and the parser of its responses."""

    __slots__ = (
        "_complete",
        "_hasServed",
        "_hearsIdle",
        "_isSilent",
        "_listens",
        "_ownParser",
        "awaited",
        "parser",
        "req",
        "res",
        "socket",
        "takeover",
    )

    def __init__(self, socket: Any) -> None:
        self.socket: Any = socket
        self.parser: HTTPParser | None = None
        self.req: ClientRequest | None = None
        self.res: IncomingMessage | None = None
        self._complete = False
        #: The parser was made for one request's settings.
        self._ownParser = False
        #: An answer has come: from now on it hears of an idle socket.
        self._hearsIdle = False
        #: It has served a request before.
        self._hasServed = False
        #: Nothing has arrived since the request got it.
        self._isSilent = True
        #: The other listeners than that of 'error' are there.
        self._listens = False
        #: The request that gets the socket in the next tick. An error until then is its error.
        self.awaited: ClientRequest | None = None
        #: The bytes of the socket, which reach `onData`. None while they are not taken.
        self.takeover: Takeover | None = None
        socket.on("error", self.onError)

    def _listeners(self) -> list[tuple[str, Any]]:
        return [
            ("end", self.onEnd),
            ("close", self.onClose),
            ("drain", self.onDrain),
            ("timeout", self.onTimeout),
        ]

    def begin(self, req: ClientRequest) -> None:
        """The socket is this request's now."""
        socket = self.socket
        if not self._listens:
            self._listens = True
            self.takeover = takeBytes(socket, self.onData)
            for event, listener in self._listeners():
                socket.on(event, listener)
        self.req = req
        self.awaited = None
        self.res = None
        self._complete = False
        self._isSilent = True
        parser = self.parser
        if parser is None or req._ownParser_ or self._ownParser or not parser.isReusable:
            self._newParser(req)
        req.parser = self.parser
        req.socket = socket
        req._connection_ = self
        if req.timeout is not None:
            req._hasTimeout_ = req._timeoutArmed_ = True
        else:
            # An agent may be anything with `addRequest`.
            options = getattr(req.agent, "options", None)
            if isinstance(options, dict) and options.get("timeout"):
                req._timeoutArmed_ = True  # the agent's limit stays with the socket, the request only tells of it
        req.emit("socket", socket)
        if socket.destroyed:
            # Its 'close' comes behind the turn after this one, or was there before; a request does not wait for ever.
            setImmediate(setImmediate, self._missClose, req)

    def _missClose(self, req: ClientRequest) -> None:
        if self.req is req:
            self.onClose()

    def _newParser(self, req: ClientRequest) -> None:
        if self.parser is not None:
            self.parser.free()
        self._ownParser = req._ownParser_
        lenient = req.insecureHTTPParser or req.httpValidation == "insecure"
        make = LenientParser if lenient else RelaxedParser if req.httpValidation == "relaxed" else HTTPParser
        # The number of headers is no fault here: those over the limit are left out.
        parser = self.parser = make(RESPONSE, req.maxHeaderSize or 0, 0)
        parser.onHeadersComplete = self._onHead
        parser.onBody = self._onBody
        parser.onMessageComplete = self._onMessageComplete

    # -- callbacks of the socket

    def startReading(self) -> None:
        """Resume data."""
        if self.takeover is not None and self.socket.readableFlowing is False:
            self.takeover.start()

    def onData(self, data: bytes) -> None:
        """The peer sent data."""
        parser = self.parser
        if self.req is None or self._complete or parser is None:
            # Unsolicited data.
            self.socket.destroy()
            return
        self._isSilent = False
        result = parser.execute(data)
        if type(result) is not int:
            self._onParseError(result)
        elif self.res is not None and self.res.upgrade:
            self._onUpgrade(data[result:])

    def onEnd(self) -> None:
        req = self.req
        if req is None or self._sendAgain():
            return
        if req.res is None and not self.socket._hadError:
            # No response at all, or half a head.
            self.socket._hadError = True
            emitRequestError(req, errors.connResetException("socket hang up"))
        wasComplete, res = self._complete, self.res
        if self.parser is not None:
            self.parser.finish()
        if not wasComplete and res is not None and getattr(self.socket, "wasCut", False):
            res._wasCut_()
        if wasComplete or req.writableFinished:
            self.socket.end()
        else:
            # Nobody answers any more: what is left of the body would only fail, as a second error, some time later.
            self.socket.destroy()

    def onError(self, error: BaseException) -> None:
        req = self.req or self.awaited
        if req is not None and getattr(error, "code", None) == "ECONNRESET" and self._sendAgain():
            return
        if req is not None:
            # The listener of 'close' must not report this end a second time.
            self.socket._hadError = True
            emitRequestError(req, error)
        self._dropParser()
        self.socket.destroy()

    def _sendAgain(self) -> bool:
        """The server closed an idle connection while the request was on its way: where that does no harm, send it
        again, on another connection. Not in Node, where it fails (nodejs/node 47130).
        """
        req = self.req
        if req is None or not self._hasServed or not self._isSilent or not req._maySendAgain_():
            return False
        self.req = None  # it has nothing to do with what becomes of this socket
        self.socket._httpMessage = None
        req._sendAgain_()
        self.socket.destroy()
        return True

    def onClose(self, hadError: bool | None = None) -> None:
        req, socket = self.req, self.socket
        self._detach()
        if req is None:
            return
        req.destroyed = True
        res = req.res
        if res is not None:
            if not res.complete:
                res.destroy(errors.connResetException("aborted"))
            req._close_()
        else:
            if not socket._hadError:
                # The connection was lost before a response, and this was not reported yet.
                socket._hadError = True
                emitRequestError(req, errors.connResetException("socket hang up"))
            req._close_()
        req.outputData = []
        if socket._httpMessage is req:
            socket._httpMessage = None  # the request has the socket: together they would be a cycle

    def onDrain(self) -> None:
        if self.req is not None:
            self.req._onDrain_()

    def onTimeout(self) -> None:
        req = self.req
        if req is not None and req._lateIdle_ is None:
            req._onIdle_()

    def onResponseTimeout(self) -> None:
        res = self.res
        if res is not None and not res.readableEnded:
            res.emit("timeout")

    # -- callbacks of the parser

    def _onHead(self, parser: HTTPParser) -> int:
        req = self.req
        if req is None or req.res is not None:
            self.socket.destroy()  # a second response
            self._dropParser()
            return SKIP_BODY
        limit = req.maxHeadersCount
        res = self.res = req._makeResponse_(self.socket)
        res._setHead_(parser)
        res._maxHeaders_ = MAX_HEADERS_COUNT if limit is None else limit
        if req.joinDuplicateHeaders:
            res.joinDuplicateHeaders = True
        res.statusCode = status = parser.statusCode
        res.statusMessage = parser.statusMessage
        if parser.upgrade or req.method == "CONNECT":
            res.upgrade = True
            return UPGRADE
        if 100 <= status < 200 and status != 101:
            return self._onInformation(req, res, parser)
        if req.shouldKeepAlive and not parser.shouldKeepAlive and not req.upgradeOrConnect:
            req.shouldKeepAlive = False
        req.res = res
        res._request_ = ref(req)
        if not self._hearsIdle:
            # Not earlier: this is the answer's place in Node among the listeners of a program.
            self._hearsIdle = True
            self.socket.on("timeout", self.onResponseTimeout)
        if _finished.hasSubscribers:
            _finished.publish({"request": req, "response": res})
        # Before the listeners of 'end', so that the socket is seen to before one of them can raise.
        res._beforeEnd_ = self._onResponseEnd
        if not req._written_:
            req.on("finish", self._onRequestFinish)
        # No listener: the response must still be read, or the connection would stall.
        if req.aborted or not req.emit("response", res):
            res._dump()
        if req.method == "HEAD" or status == 304:
            return SKIP_BODY
        return BODY

    def _onInformation(self, req: ClientRequest, res: IncomingMessage, parser: HTTPParser) -> int:
        self.res = None
        if parser.statusCode == 100:
            req.emit("continue")
        if req.listenerCount("information"):
            req.emit("information", _information(parser, res))
        return SKIP_BODY

    def _onBody(self, chunk: bytes) -> None:
        res = self.res
        if res is None:
            return
        if not res.push(chunk):
            if self.takeover is not None:
                self.takeover.stop()
        elif res._consumed_ and self.socket.readableFlowing is False:
            ticks.nextTick(self.startReading)  # as in Node, where the response reads ahead

    def _onMessageComplete(self) -> None:
        res, parser = self.res, self.parser
        if res is None or parser is None:
            return  # the end of a 1xx
        self._complete = not res.upgrade
        res._end_(parser.rawTrailers)
        if self.socket.readableFlowing is False:
            self.startReading()  # as in Node a pause ends with the message

    def _onParseError(self, error: Any) -> None:
        req = self.req
        self._dropParser()
        self.socket.destroy()
        if req is not None:
            self.socket._hadError = True
            emitRequestError(req, error)

    def _onUpgrade(self, head: bytes) -> None:
        """The connection switches from HTTP: hand it over, with the bytes behind the response."""
        req, res, socket = self.req, self.res, self.socket
        assert req is not None and res is not None
        req.res = res
        res._request_ = ref(req)
        event = "connect" if req.method == "CONNECT" else "upgrade"
        if not req.listenerCount(event):
            self._dropParser()
            socket.destroy()
            return
        req.upgradeOrConnect = True
        self._detach()
        socket.emit("agentRemove")
        socket._httpMessage = None
        # The new owner decides how to read.
        socket.readableFlowing = None
        req.emit(event, res, socket, head)
        req.destroyed = True
        req._close_()

    # -- after the response

    def _onResponseEnd(self) -> None:
        req, res = self.req, self.res
        if req is None or res is None:
            return
        req._ended = True
        if req._timeoutArmed_ is not None:
            req._disarmTimeout_()
        if not req.shouldKeepAlive:
            if self.socket.writable and self.takeover is not None:
                self.takeover.destroySoon()
        elif req._written_ and not res.aborted:
            self._release(req, res)

    def _onRequestFinish(self) -> None:
        """The response was complete before the request had ended."""
        req, res = self.req, self.res
        if req is not None and res is not None and req.shouldKeepAlive and req._ended:
            self._release(req, res)

    def _release(self, req: ClientRequest, res: IncomingMessage) -> None:
        """The connection has served this request and is kept alive."""
        if req._hasTimeout_:
            setSocketTimeout(self.socket, 0)
            req._hasTimeout_ = False
        # From here on the request has nothing to do with what happens to the socket.
        self.req = None
        self.res = None
        self._hasServed = True
        req._connection_ = req.parser = None
        # In the next tick, after the listeners of 'end'.
        ticks.nextTick(_freed, req)
        req.destroyed = True
        res.socket = None  # type: ignore[assignment]  # what is over has none; who is served may rely on it

    def _dropParser(self) -> None:
        parser, self.parser = self.parser, None
        if parser is not None:
            parser.finish()
            parser.free()
            if self.req is not None:
                self.req.parser = None

    def _detach(self) -> None:
        """The socket is gone or handed over: drop all references to it."""
        self._dropParser()
        socket, takeover = self.socket, self.takeover
        if takeover is not None:
            self.takeover = None
            takeover.release() if not socket.destroyed else takeover.forget()
        socket.removeListener("error", self.onError)
        for event, listener in self._listeners():
            socket.removeListener(event, listener)
        if self._hearsIdle:
            socket.removeListener("timeout", self.onResponseTimeout)
        socket._httpConnection_ = None
        self.req = None
        self.res = None


def _information(parser: HTTPParser, res: IncomingMessage) -> InformationEvent:
    major, minor = parseVersion(parser.httpVersion)
    return InformationEvent(
        parser.statusCode, parser.statusMessage, parser.httpVersion, major, minor, res.headers, res.rawHeaders
    )


def connectionOf(socket: Any) -> ClientConnection:
    """The connection that a socket has, or gets now."""
    found = getattr(socket, "_httpConnection_", None)
    if found is None:
        found = socket._httpConnection_ = ClientConnection(socket)
        socket._hadError = False
    connection: ClientConnection = found
    return connection


def emitRequestError(req: ClientRequest, error: BaseException) -> None:
    """The one 'error' of a request, and its diagnostics channel."""
    if req._hasFailed_:
        return
    req._hasFailed_ = True
    req._forgetSignal_()
    if _errors.hasSubscribers:
        _errors.publish({"request": req, "error": error})
    req.emit("error", error)


def setSocketTimeout(socket: Any, msecs: float) -> None:
    """Set the time limit of a socket, once it is connected."""
    if not hasattr(socket, "setTimeout"):
        return  # a Duplex that is no socket cannot tell that it is idle
    if socket.connecting:
        socket.once("connect", lambda: socket.setTimeout(msecs))
    else:
        socket.setTimeout(msecs)


def _freed(req: ClientRequest) -> None:
    req._close_()
    if req.socket is not None:
        req.socket.emit("free")
