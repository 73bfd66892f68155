"""What the program does while it is recorded: events with their listeners, its calls, messages, lookups.

Recording replaces a few methods of our own classes by recording ones, and restores them afterwards: a program that is
not recorded runs unchanged code. Only calls from the program's own files are recorded as calls; what the library does
inside shows as steps and events. Failures of the recorder never reach the program.
"""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from .. import dgram, http, net
from ..dgram import RemoteInfo
from ..dgram import Socket as DatagramSocket
from ..events import EventEmitter, errorMonitor
from ..events.listeners import OnceWrapper
from ..http.client.agent import Agent
from ..http.client.request import ClientRequest
from ..http.message.incoming import IncomingMessage
from ..http.message.outgoing import OutgoingMessage
from ..http.server.response import ServerResponse
from ..net import Server, Socket, takeover
from ..net.connecting import Job, TcpJob
from ..process import Process
from ..subscriptions import Subscriptions
from .entries import CLIENT_PROGRAM, CLIENT_SOCKET, KERNEL, SERVER_PROGRAM, SERVER_SOCKET, Entry, Source
from .recorder import CLIENT, SERVER, Recorder, Side, callSource, isOwn, shorten, sourceOf
from .steps import Steps
from .turns import Turns

#: Recorded without a listener too, and under load: the main events of a connection.
_ALWAYS = {
    "listening",
    "connection",
    "lookup",
    "connect",
    "ready",
    "end",
    "finish",
    "error",
    "timeout",
    "close",
    "drop",
    "secureConnect",
    "secureConnection",
    "tlsClientError",
}
#: Listeners of the library that are recorded: the article's diagrams show the connectionListener.
_OWN_LISTENERS = {"connection", "secureConnection"}
#: Their names in Node, and in the article.
_ARTICLE_NAME = {"_onHTTPConnection_": "connectionListener", "_onTCPConnection_": "tlsConnectionListener"}
#: Never recorded: they are about listeners, not connections.
_SILENT = {"newListener", "removeListener", errorMonitor}

#: The recorded calls, by class.
_CALLS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Server, ("listen", "close")),
    (Socket, ("connect", "write", "end", "destroy", "resetAndDestroy", "pause", "resume", "setTimeout")),
    (OutgoingMessage, ("write", "end", "destroy")),
    (ServerResponse, ("writeHead",)),
    (IncomingMessage, ("destroy", "pause", "resume")),
    (ClientRequest, ("abort",)),
    (DatagramSocket, ("bind", "bindSync", "connect", "send", "disconnect", "close")),
)
_FUNCTIONS = {
    net: ("createServer", "createConnection", "connect"),
    http: ("createServer", "request", "get"),
    dgram: ("createSocket",),
}
#: Recorded messages, by channel: the lanes, and whether it is a response.
_CHANNELS = {
    "http.server.request.start": (SERVER_SOCKET, SERVER_PROGRAM, False),
    "http.server.response.finish": (SERVER_PROGRAM, SERVER_SOCKET, True),
    "http.client.request.start": (CLIENT_PROGRAM, CLIENT_SOCKET, False),
    "http.client.response.finish": (CLIENT_SOCKET, CLIENT_PROGRAM, True),
}
#: Calls that make a UDP socket a server's.
_BINDING = {"bind", "bindSync"}
#: Types of arguments shown as they are, and the most characters shown of a text.
_SHOWN = {bool, int, float}
_LONGEST = 24
#: Never recorded: their events belong to no connection.
_UNRECORDED = (Process, Agent)


class Program:
    """The replaced methods, and what they record."""

    def __init__(self, recorder: Recorder, steps: Steps) -> None:
        self._recorder = recorder
        self._steps = steps
        self._restore: list[Callable[[], object]] = []
        #: The side of each socket, past or present: its handle is gone when 'close' comes.
        self._known: WeakKeyDictionary[Any, Side] = WeakKeyDictionary()
        #: Entries of a socket, or of a request, before it had a connection, and its provisional side.
        self._early: WeakKeyDictionary[Any, tuple[Side, list[Entry]]] = WeakKeyDictionary()
        #: There may be requests among them: a server never looks.
        self._hasRequests = False
        self._ignored: WeakSet[Any] = WeakSet()
        #: The last recorded failure: it passes several listeners on its way out.
        self._raised: BaseException | None = None
        #: The last recorded message, and its side.
        self._last: tuple[Any, Side | None] = (None, None)

    def start(self) -> None:
        """Start recording."""
        self.replace(EventEmitter, "emit", self._recordingEmit())
        for owner, names in _CALLS:
            for cls in _withSubclasses(owner):
                for name in names:
                    # A subclass only if it overrides the method; the first class always.
                    if cls is owner or name in vars(cls):
                        self.replace(cls, name, self._recordingCall(name, getattr(cls, name)))
        # What the package writes into a socket passes by the recording function, as by the plain one.
        self.replace(takeover, "ownWrite", Socket.write)
        for module, names in (_FUNCTIONS | _secureFunctions()).items():
            for name in names:
                self.replace(module, name, self._recordingFunction(f"{module.__name__}.{name}", getattr(module, name)))
        self.replace(TcpJob, "begin", self._recordingLookup(TcpJob.begin))
        self.replace(Job, "_open", self._noticing(Job._open))
        Turns(self._recorder, self._recordAround).start(self.replace)
        messages = Subscriptions({name: self._recordingMessage(*what) for name, what in _CHANNELS.items()})
        messages.start()
        self._restore.append(messages.stop)

    def stop(self) -> None:
        """Restore everything."""
        while self._restore:
            self._restore.pop()()
        self._raised = None
        self._last = (None, None)

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Replace a method or function until `stop`."""
        own = name in vars(owner)
        before = vars(owner)[name] if own else None
        setattr(owner, name, value)
        self._restore.append(lambda: setattr(owner, name, before) if own else delattr(owner, name))

    # Sides

    def _sideOf(self, thing: Any) -> Side | None:
        """The side of a socket, a server, or a message on a socket; else the one in progress."""
        if thing is self._last[0]:  # a message is looked up several times in a row
            return self._last[1]
        socket = thing if isinstance(thing, (Socket, Server)) else getattr(thing, "socket", None)
        handle = getattr(socket, "_handle", None)
        side = None
        if handle is not None:
            side = self._steps.sides.get(handle) or self._secured(socket, handle)
        if side is not None:
            if side.connection is not None:
                if side.socket is None or side.socket() is not socket:  # an encrypted one follows the one below
                    self._meet(socket, side)
                if socket is not thing:
                    self._last = thing, side
                    if self._hasRequests and thing in self._early:
                        self._attach(thing, side)
            return side
        if isinstance(socket, Server):
            return Side(SERVER)
        if isinstance(thing, DatagramSocket):
            return self._datagramSide(thing)
        if socket is None and isinstance(thing, ClientRequest):
            return self._early[thing][0] if thing in self._early else Side(CLIENT)
        if not isinstance(socket, Socket):
            return self._recorder.side
        side = self._known.get(socket)
        if side is None:
            early = self._early.get(socket)
            side = early[0] if early is not None else Side(CLIENT if socket.server is None else SERVER)
        return side

    def _secured(self, socket: Any, handle: Any) -> Side | None:
        """The side of a socket whose handle stands on another: known when the lowest one is."""
        side = self._steps.secured(handle) if isinstance(socket, Socket) else None
        if side is not None and side.connection is not None:
            self._known[socket] = side
        return side

    def _datagramSide(self, socket: Any, name: str = CLIENT) -> Side | None:
        side = self._known.get(socket)
        if side is None and socket._handle_ is not None:
            side = self._known[socket] = self._steps.datagramSide(socket._handle_, name)
            self._attach(socket, side)
        return side

    def _meet(self, socket: Any, side: Side) -> None:
        """The socket's connection is now known: its earlier entries move to it."""
        side.socket = weakref.ref(socket)
        self._known[socket] = side
        self._attach(socket, side)

    def _attach(self, thing: Any, side: Side) -> None:
        early = self._early.pop(thing, None)
        for entry in early[1] if early is not None else ():
            entry.connection = side.number
            if early is not None and early[0].name != side.name:  # a UDP socket turned out to be a server's
                entry.origin, entry.target = side.programLane, side.socketLane

    def _place(self, recorded: Entry, thing: Any, side: Side | None) -> None:
        """Remember an entry that precedes its socket's connection, to attach it later."""
        if side is not None and side.connection is None and isinstance(thing, (Socket, ClientRequest, DatagramSocket)):
            self._hasRequests = self._hasRequests or isinstance(thing, ClientRequest)
            self._early.setdefault(thing, (side, []))[1].append(recorded)
            side.lastStep = recorded.number

    def _isIgnored(self, thing: Any) -> bool:
        socket = thing if isinstance(thing, (Socket, Server)) else getattr(thing, "socket", None)
        if not isinstance(socket, (Socket, Server)):
            return False
        if self._steps.isIgnored(socket._handle):
            self._ignored.add(socket)  # it has no handle any more at 'close'
        return socket in self._ignored

    # Events

    def _recordingEmit(self) -> Callable[..., bool]:
        recorder, real, begin, call = self._recorder, EventEmitter.emit, self._beginEvent, self._callListener
        leaveOut = self._leaveOut

        @functools.wraps(real)
        def emit(emitter: Any, eventName: Any, *args: Any) -> bool:
            if recorder.busy and eventName not in _ALWAYS:
                leaveOut(emitter, eventName)
                return real(emitter, eventName, *args)
            begun = begin(emitter, eventName, args)
            if begun is None:
                return real(emitter, eventName, *args)
            recorded, entry, side = begun
            try:
                if entry is None or recorder.busy:
                    return real(emitter, eventName, *args)
                if eventName == "error" and errorMonitor in emitter._events:
                    emitter.emit(errorMonitor, *args)
                for one in entry.entries():
                    call(emitter, eventName, one, args, side)
                return True
            finally:
                recorder.finish(recorded)

        return emit

    def _beginEvent(self, emitter: Any, eventName: Any, args: tuple[Any, ...]) -> tuple[Entry, Any, Side | None] | None:
        """Record an event if it is of interest; what its listeners do is caused by it."""
        try:
            events = getattr(emitter, "_events", None)
            entry = events.get(eventName) if events is not None else None
            recorded = entry is not None and eventName not in _SILENT and self._hasOutsider(entry)
            if not recorded and (
                eventName not in _ALWAYS
                or not isinstance(emitter, (Socket, Server, DatagramSocket))
                or emitter in self._steps.carriers
                or getattr(emitter, "isCarrier", False)
            ):
                return None
            if isinstance(emitter, _UNRECORDED):
                return None
            if self._steps.ignores and self._isIgnored(emitter):
                for arg in args[:1]:  # ignore a server's new socket before its first event
                    self._isIgnored(arg)
                return None
            # A server's event with a socket or a request belongs to that connection.
            side = self._sideOf(args[0] if args and isinstance(emitter, Server) else emitter)
            recorder = self._recorder
            if side is None:
                origin = target = recorder.home
            else:
                origin, target = side.socketLane, side.programLane
            detail = _brief(eventName, args) if args else ""
            event = recorder.add("event", str(eventName), origin, target, detail, side)
            if side is not None and side.connection is None:
                self._place(event, emitter, side)
            if recorder.busy and entry is not None:
                recorder.recording.skipped += entry.count()
            recorder.stack.append((event, side))
            return event, entry, side
        except Exception as error:
            self._recorder.fail(error)
            return None

    def _leaveOut(self, emitter: Any, eventName: Any) -> None:
        """Count an event, with its listeners, that is skipped under load."""
        try:
            events = getattr(emitter, "_events", None)
            entry = events.get(eventName) if events is not None else None
            if entry is not None and eventName not in _SILENT and self._hasOutsider(entry):
                self._recorder.recording.skipped += 1 + entry.count()
        except Exception as error:
            self._recorder.fail(error)

    @staticmethod
    def _hasOutsider(entry: Any) -> bool:
        """Whether one of an event's listeners is the program's."""
        if entry.members is None:
            return not sourceOf(_function(entry))[1]
        return any(not sourceOf(_function(one))[1] for one in entry.members)

    def _callListener(self, emitter: Any, eventName: Any, one: Any, args: tuple[Any, ...], side: Side | None) -> None:
        """Call one listener as `emit` does, recorded and timed."""
        source, own = sourceOf(_function(one))
        if own and eventName not in _OWN_LISTENERS:
            # A listener such as `response.end` is the library's: its effects show as steps.
            _fire(emitter, eventName, one, args)
            return
        lane = side.programLane if side is not None else self._recorder.home
        name = _listenerName(one, source)
        self._recordAround("listener", name, "", lane, side, source, _fire, emitter, eventName, one, args)

    def _recordAround(
        self,
        kind: str,
        name: str,
        detail: str,
        lane: int,
        side: Side | None,
        source: Source | None,
        function: Callable[..., Any],
        *args: Any,
    ) -> Any:
        """Call a function of the program; record it, its duration, and what it raised."""
        recorder = self._recorder
        try:
            recorded = recorder.add(kind, name, lane, lane, detail, side, source)
            recorder.stack.append((recorded, side))
        except Exception as error:
            recorder.fail(error)
            return function(*args)
        try:
            return function(*args)
        except Exception as error:
            self._recordFailure(error, lane, side)
            raise
        finally:
            recorder.finish(recorded)

    def _recordFailure(self, error: Exception, lane: int, side: Side | None) -> None:
        """Record what a listener raised, and where."""
        if error is self._raised:  # already recorded by an inner listener
            return
        self._raised = error
        try:
            where = _whereRaised(error)
            text = f"{type(error).__name__}: {error}".rstrip(": ")
            self._recorder.add("error", "raised", lane, lane, text, side, where)
        except Exception as worse:
            self._recorder.fail(worse)

    # Calls

    def _recordingCall(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        recorder, begin, getFrame = self._recorder, self._beginCall, sys._getframe

        @functools.wraps(real)
        def call(thing: Any, *args: Any, **options: Any) -> Any:
            if recorder.busy:
                recorder.recording.skipped += not isOwn(getFrame(1).f_code.co_filename)
                return real(thing, *args, **options)
            frame = getFrame(1)
            if isOwn(frame.f_code.co_filename):
                return real(thing, *args, **options)
            recorded = begin(frame, name, args, options, thing)
            if recorded is None:
                return real(thing, *args, **options)
            try:
                return real(thing, *args, **options)
            finally:
                recorder.finish(recorded)

        return call

    def _beginCall(
        self, frame: FrameType, name: str, args: tuple[Any, ...], options: dict[str, Any], thing: Any
    ) -> Entry | None:
        try:
            if self._steps.ignores and self._isIgnored(thing):
                return None
            if name in _BINDING and isinstance(thing, DatagramSocket):
                self._datagramSide(thing, SERVER)
            side = self._last[1] if thing is self._last[0] else self._sideOf(thing)
            recorded = self._recordCall(frame, name, args, options, side)
            if side is not None and side.connection is None:
                self._place(recorded, thing, side)
            return recorded
        except Exception as error:
            self._recorder.fail(error)
            return None

    def _recordingFunction(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Wraps a module function that makes a server, a socket or a request."""
        program, recorder, short = self, self._recorder, name.partition(".")[2]

        @functools.wraps(real)
        def call(*args: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            if isOwn(frame.f_code.co_filename):
                return real(*args, **options)
            if recorder.busy:
                recorder.recording.skipped += 1
                return real(*args, **options)
            side = Side(SERVER if name.endswith("createServer") else CLIENT)
            try:
                recorded = program._recordCall(frame, short, args, options, side)
            except Exception as error:
                recorder.fail(error)
                return real(*args, **options)
            try:
                made = real(*args, **options)
            finally:
                recorder.finish(recorded)
            try:
                program._place(recorded, made, side)
                if not isinstance(made, DatagramSocket):  # its next call tells what it is
                    program._sideOf(made)
            except Exception as error:
                recorder.fail(error)
            return made

        return call

    def _recordCall(
        self, frame: FrameType, name: str, args: tuple[Any, ...], options: dict[str, Any], side: Side | None
    ) -> Entry:
        recorder = self._recorder
        if side is None:
            origin, target = recorder.home, CLIENT_SOCKET if recorder.home == CLIENT_PROGRAM else SERVER_SOCKET
        else:
            origin, target = side.programLane, side.socketLane
            if recorder.homeLane is None:
                recorder.homeLane = origin
        text = f"{name}({_arguments(args, options)})"
        recorded = recorder.add("call", text, origin, target, "", side, callSource(frame))
        recorder.stack.append((recorded, side if side is not None and side.connection is not None else None))
        return recorded

    # Look-ups and messages

    def _recordingLookup(self, real: Callable[[Any], None]) -> Callable[[Any], None]:
        program = self

        @functools.wraps(real)
        def begin(job: Any) -> None:
            try:
                if not net.isIP(job.host):
                    side = program._sideOf(job.socket)
                    recorded = program._recorder.add("step", "name look-up", CLIENT_SOCKET, KERNEL, str(job.host), side)
                    program._place(recorded, job.socket, side)
            except Exception as error:
                program._recorder.fail(error)
            real(job)

        return begin

    def _noticing(self, real: Callable[..., int]) -> Callable[..., int]:
        """The socket has its handle now; after a failed attempt it has none."""
        program = self

        @functools.wraps(real)
        def open(job: Any, *args: Any) -> int:
            status = real(job, *args)
            try:
                program._sideOf(job.socket)
            except Exception as error:
                program._recorder.fail(error)
            return status

        return open

    def _recordingMessage(self, origin: int, target: int, isResponse: bool) -> Callable[[Any, Any], None]:
        recorder, program = self._recorder, self

        def tell(message: Any, channel: Any) -> None:
            try:
                request = message["request"]
                if program._steps.ignores and program._isIgnored(request):
                    return
                if isResponse:
                    response = message["response"]
                    side = program._sideOf(request)  # of the same connection, and usually the last one looked up
                    detail = f"{response.statusCode} {response.statusMessage or ''}"
                    recorder.add("message", "response", origin, target, detail, side)
                else:
                    side = program._sideOf(request)
                    detail = f"{request.method} {request.url if origin == SERVER_SOCKET else request.path}"
                    recorded = recorder.add("message", "request", origin, target, detail, side)
                    program._place(recorded, request, side)
            except Exception as error:
                recorder.fail(error)

        return tell


def _secureFunctions() -> dict[Any, tuple[str, ...]]:
    """Those of `tls` and `https`, where the extra is installed."""
    try:
        from .. import https, tls
    except ModuleNotFoundError:  # as says whoever imports them
        return {}
    return {tls: ("createServer", "connect"), https: ("createServer", "request", "get")}


def _fire(emitter: Any, eventName: Any, one: Any, args: tuple[Any, ...]) -> None:
    """Call one listener as `emit` does, by the calls cached in its entry; for 'error' none are cached."""
    count = len(args)
    if eventName == "error":
        result = one.calls(count)(*args)
    elif count < 3:
        result = ((one.call0, one.call1, one.call2)[count] or one.make(count))(*args)
    else:
        result = (one.callN or one.make(count))(*args)
    if result is not None:
        emitter._settle_(result, eventName, args)


def _listenerName(one: Any, source: Source | None) -> str:
    name = source.function if source is not None else _name(_function(one))
    if "." not in name:
        return name
    return _ARTICLE_NAME.get(name.rpartition(".")[2], name.rpartition("<locals>.")[2])


def _whereRaised(error: BaseException) -> Source | None:
    """The innermost line of the program in the traceback."""
    found, trace = None, error.__traceback__
    while trace is not None:
        if not isOwn(trace.tb_frame.f_code.co_filename):
            found = trace
        trace = trace.tb_next
    if found is None:
        return None
    code = found.tb_frame.f_code
    return Source(shorten(code.co_filename), found.tb_lineno, code.co_name)


def _withSubclasses(owner: type) -> list[type]:
    """A class and the library's own classes below it."""
    found = [owner]
    below: list[Any] = owner.__subclasses__()
    for cls in below:
        if cls.__module__.startswith("nodecompat."):
            found += _withSubclasses(cls)
    return found


def _function(entry: Any) -> Any:
    listener = entry.listener
    return listener.listener if isinstance(listener, OnceWrapper) else listener


def _name(function: Any) -> str:
    name = getattr(function, "__qualname__", None) or type(function).__name__
    return str(name).rpartition("<locals>.")[2]


def _brief(eventName: Any, args: tuple[Any, ...]) -> str:
    """The arguments of an event in one line."""
    if not args:
        return ""
    if eventName == "message" and isinstance(args[-1], RemoteInfo):
        return f"{len(args[0])} bytes from {args[1].address}:{args[1].port}"
    if eventName in ("data", "message") and isinstance(args[0], (bytes, str)):
        return f"{len(args[0])} {'bytes' if isinstance(args[0], bytes) else 'characters'}"
    if isinstance(args[0], BaseException):
        return f"{getattr(args[0], 'code', None) or type(args[0]).__name__}: {args[0]}"
    if eventName == "request" and isinstance(args[0], IncomingMessage):
        return f"{args[0].method} {args[0].url}"
    if eventName == "response" and hasattr(args[0], "statusCode"):
        return f"{args[0].statusCode} {args[0].statusMessage or ''}".rstrip()
    if eventName == "close":
        return "after an error" if args[0] else ""
    if eventName == "lookup":
        return f"{args[-1]} → {args[1]}"
    return ", ".join(str(a) for a in args if isinstance(a, (str, int, float)) and not isinstance(a, bool))


def _arguments(args: tuple[Any, ...], options: dict[str, Any]) -> str:
    shown = ", ".join([_argument(value) for value in args])
    if options:
        shown += (", " if shown else "") + ", ".join(f"{key}={_argument(value)}" for key, value in options.items())
    return shown


def _argument(value: Any) -> str:
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is str or kind is bytes:
        return repr(value) if len(value) <= _LONGEST else f"{value[: _LONGEST - 4]!r}… {len(value)}"
    if kind is dict:
        return "{…}"
    if value is None or kind in _SHOWN:
        return str(value)
    return _name(value) if callable(value) else kind.__name__
