"""What the program does while it is recorded: events with their listeners, its calls, its ticks and timers.

Recording replaces a few methods of our own classes by ones that tell, and puts the real ones back afterwards: a program
that nobody records runs the very code it always ran. Only what the program's own files call is told as a call; what
the library does inside shows as steps and events.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from .. import diagnostics_channel, http, net
from ..events import EventEmitter, errorMonitor
from ..events.listeners import OnceWrapper
from ..http.agent import Agent
from ..http.client import ClientRequest
from ..http.incoming import IncomingMessage
from ..http.outgoing import OutgoingMessage
from ..http.server import ServerResponse
from ..net import Server, Socket
from ..process import Process
from ..reactor import ticks
from ..timers.immediate import Immediate
from ..timers.timeout import Timeout
from .model import CLIENT_PROGRAM, CLIENT_SOCKET, SERVER_PROGRAM, SERVER_SOCKET, Entry, Source
from .recorder import CLIENT, SERVER, Recorder, Side, isOwn, shorten, sourceOf
from .steps import Steps

#: Told although nobody listens: without them a reader would miss a part of the story.
_ALWAYS = {"listening", "connection", "lookup", "connect", "ready", "end", "finish", "error", "timeout", "close", "drop"}
#: Listeners of the library itself that are told: the article's diagrams show the connectionListener.
_OWN_LISTENERS = {"connection"}
#: The name under which the article knows it.
_ARTICLE_NAME = {"_onHTTPConnection": "connectionListener"}
#: Never told: they speak of listeners, not of connections.
_SILENT = {"newListener", "removeListener", errorMonitor}

#: The calls that are told, by class.
_CALLS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Server, ("listen", "close")),
    (Socket, ("connect", "write", "end", "destroy", "resetAndDestroy", "pause", "resume", "setTimeout")),
    (OutgoingMessage, ("write", "end", "destroy")),
    (ServerResponse, ("writeHead",)),
    (IncomingMessage, ("destroy", "pause", "resume")),
    (ClientRequest, ("abort",)),
)
_FUNCTIONS = (
    (net, ("createServer", "createConnection", "connect")),
    (http, ("createServer", "request", "get")),
)
_CHANNELS = (
    "http.server.request.start",
    "http.server.response.finish",
    "http.client.request.start",
    "http.client.response.finish",
)


class Program:
    """The replaced methods, and what they tell."""

    def __init__(self, recorder: Recorder, steps: Steps) -> None:
        self._recorder = recorder
        self._steps = steps
        self._restore: list[Callable[[], object]] = []
        #: The side that each socket is, or was: its handle is gone when 'close' comes.
        self._known: WeakKeyDictionary[Any, Side] = WeakKeyDictionary()
        self._early: WeakKeyDictionary[Any, list[Entry]] = WeakKeyDictionary()

    def start(self) -> None:
        """Begin to tell."""
        self._replace(EventEmitter, "emit", self._tellingEmit())
        for owner, names in _CALLS:
            for cls in _withSubclasses(owner):
                for name in names:
                    # A subclass only where it has a method of its own; the first in any case, inherited or not.
                    if cls is owner or name in vars(cls):
                        self._replace(cls, name, self._tellingCall(name, getattr(cls, name)))
        for module, names in _FUNCTIONS:
            for name in names:
                self._replace(module, name, self._tellingFunction(f"{module.__name__}.{name}", getattr(module, name)))
        self._replace(Timeout, "_fire", self._tellingTimer(Timeout._fire))
        self._replace(Immediate, "_run", self._tellingTimer(Immediate._run))
        self._replace(ticks, "_runOne", self._tellingTick(ticks._runOne))
        for name in _CHANNELS:
            diagnostics_channel.subscribe(name, self._onMessage)
            self._restore.append(lambda name=name: diagnostics_channel.unsubscribe(name, self._onMessage))

    def stop(self) -> None:
        """Put everything back."""
        while self._restore:
            self._restore.pop()()

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        own = name in vars(owner)
        before = getattr(owner, name)
        setattr(owner, name, value)
        self._restore.append(lambda: setattr(owner, name, before) if own else delattr(owner, name))

    # Sides

    def _sideOf(self, thing: Any) -> Side | None:
        """The side of a socket, a server, or a message on a socket; else the one that is at work."""
        socket = thing if isinstance(thing, (Socket, Server)) else getattr(thing, "socket", None)
        if isinstance(socket, Server):
            return self._steps.sideOf(socket._handle) or Side(SERVER)
        if not isinstance(socket, Socket):
            return self._recorder.side
        side = self._steps.sideOf(socket._handle) if socket._handle is not None else None
        if side is None:
            side = self._known.get(socket)
        elif self._known.get(socket) is not side:
            self._known[socket] = side
            for entry in self._early.pop(socket, ()):
                entry.connection = side.number
        return side or Side(CLIENT if socket.server is None else SERVER)

    def _place(self, told: Entry, thing: Any, side: Side | None) -> None:
        """What a socket does before it has a connection is shown with the connection that it gets."""
        if isinstance(thing, Socket) and side is not None and side.connection is None:
            self._early.setdefault(thing, []).append(told)

    def _isIgnored(self, thing: Any) -> bool:
        socket = thing if isinstance(thing, (Socket, Server)) else getattr(thing, "socket", None)
        return isinstance(socket, (Socket, Server)) and self._steps.isIgnored(socket._handle)

    # Events

    def _tellingEmit(self) -> Callable[..., bool]:
        recorder, real, program = self._recorder, EventEmitter.emit, self

        def emit(emitter: Any, eventName: Any, *args: Any) -> bool:
            entry = emitter._events.get(eventName) if hasattr(emitter, "_events") else None
            if eventName in _SILENT or not program._isWorthTelling(emitter, eventName, entry):
                return real(emitter, eventName, *args)
            # The event of a server that brings a socket or a request belongs to that connection.
            side = program._sideOf(args[0] if args and isinstance(emitter, Server) else emitter)
            told = recorder.add("event", str(eventName), *program._way(side), detail=_brief(eventName, args), side=side)
            program._place(told, emitter, side)
            recorder.begin(told, side)
            try:
                if entry is None or eventName == "error":
                    if entry is not None:
                        program._tellListeners(entry, side)
                    return real(emitter, eventName, *args)
                return program._callEach(emitter, eventName, entry, args, side)
            finally:
                recorder.finish(told)

        return emit

    def _isWorthTelling(self, emitter: Any, eventName: Any, entry: Any) -> bool:
        if isinstance(emitter, (Process, Agent)) or self._isIgnored(emitter):
            return False
        if entry is not None and any(not sourceOf(_function(e))[1] for e in entry.entries()):
            return True
        return isinstance(emitter, (Socket, Server)) and eventName in _ALWAYS

    def _way(self, side: Side | None) -> tuple[int, int]:
        """From which lane to which an event goes."""
        if side is None:
            return CLIENT_PROGRAM, CLIENT_PROGRAM
        return side.socketLane, side.programLane

    def _callEach(self, emitter: Any, eventName: Any, entry: Any, args: tuple[Any, ...], side: Side | None) -> bool:
        """What `emit` does, one listener after the other, each told and timed."""
        for one in entry.entries():
            source, own = sourceOf(_function(one))
            if own and eventName not in _OWN_LISTENERS:
                self._callOne(emitter, eventName, one, args)
                continue
            told = self._tellListener(source, one, side)
            self._recorder.begin(told, side)
            try:
                self._callOne(emitter, eventName, one, args)
            finally:
                self._recorder.finish(told)
        return True

    @staticmethod
    def _callOne(emitter: Any, eventName: Any, one: Any, args: tuple[Any, ...]) -> None:
        result = one.calls(len(args))(*args)
        if result is not None:
            emitter._settle(result, eventName, args)

    def _tellListeners(self, entry: Any, side: Side | None) -> None:
        for one in entry.entries():
            source, own = sourceOf(_function(one))
            if not own:
                self._tellListener(source, one, side)

    def _tellListener(self, source: Source | None, one: Any, side: Side | None) -> Any:
        name = source.function if source is not None else _name(_function(one))
        lane = side.programLane if side is not None else CLIENT_PROGRAM
        name = _ARTICLE_NAME.get(name.rpartition(".")[2], name.rpartition("<locals>.")[2])
        return self._recorder.add("listener", name, lane, lane, side=side, source=source)

    # Calls

    def _tellingCall(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        program = self

        @functools.wraps(real)
        def call(thing: Any, *args: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            if isOwn(frame.f_code.co_filename):
                return real(thing, *args, **options)
            side = program._sideOf(thing)
            told = program._tellCall(frame, f"{name}({_arguments(args, options)})", side)
            program._place(told, thing, side)
            try:
                return real(thing, *args, **options)
            finally:
                program._recorder.finish(told)

        return call

    def _tellingFunction(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """A function of a module that makes a server, a socket or a request."""
        program, short = self, name.partition(".")[2]

        @functools.wraps(real)
        def call(*args: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            if isOwn(frame.f_code.co_filename):
                return real(*args, **options)
            side = Side(SERVER if name.endswith("createServer") else CLIENT)
            told = program._tellCall(frame, f"{short}({_arguments(args, options)})", side)
            try:
                made = real(*args, **options)
            finally:
                program._recorder.finish(told)
            program._place(told, made, side)
            program._sideOf(made)
            return made

        return call

    def _tellCall(self, frame: FrameType, text: str, side: Side | None) -> Entry:
        origin, target = (side.programLane, side.socketLane) if side is not None else (CLIENT_PROGRAM, CLIENT_SOCKET)
        source = Source(shorten(frame.f_code.co_filename), frame.f_lineno, frame.f_code.co_name)
        told = self._recorder.add("call", text, origin, target, side=side, source=source)
        self._recorder.begin(told, side if side is not None and side.connection is not None else None)
        return told

    # Turns of the loop

    def _tellingTimer(self, real: Callable[[Any], object]) -> Callable[[Any], object]:
        recorder = self._recorder

        def fire(timer: Any) -> object:
            callback = getattr(timer, "_callback", None)
            source, own = sourceOf(callback)
            if callback is None or own:
                return real(timer)
            name = "setImmediate" if isinstance(timer, Immediate) else "timer"
            told = recorder.add("timer", name, CLIENT_PROGRAM, CLIENT_PROGRAM, detail=_name(callback), source=source)
            recorder.begin(told, None)
            try:
                return real(timer)
            finally:
                recorder.finish(told)

        return fire

    def _tellingTick(self, real: Callable[[Any], None]) -> Callable[[Any], None]:
        recorder = self._recorder

        def runOne(queue: Any) -> None:
            callback = queue[0][0]
            source, own = sourceOf(callback)
            if own or source is None:
                real(queue)
                return
            told = recorder.add("tick", "nextTick", CLIENT_PROGRAM, CLIENT_PROGRAM, detail=_name(callback), source=source)
            recorder.begin(told, None)
            try:
                real(queue)
            finally:
                recorder.finish(told)

        return runOne

    # Messages

    def _onMessage(self, message: dict[str, Any], name: str) -> None:
        request, response = message.get("request"), message.get("response")
        if self._isIgnored(request):
            return
        server = ".server." in str(name)
        side = self._sideOf(request)
        if str(name).endswith("request.start"):
            detail = f"{request.method} {request.url if server else request.path}"
            origin, target = (SERVER_SOCKET, SERVER_PROGRAM) if server else (CLIENT_PROGRAM, CLIENT_SOCKET)
            self._recorder.add("message", "request", origin, target, detail=detail, side=side)
            return
        detail = f"{getattr(response, 'statusCode', '')} {getattr(response, 'statusMessage', '') or ''}".strip()
        origin, target = (SERVER_PROGRAM, SERVER_SOCKET) if server else (CLIENT_SOCKET, CLIENT_PROGRAM)
        self._recorder.add("message", "response", origin, target, detail=detail, side=side)


def _withSubclasses(owner: type) -> list[type]:
    """A class and the library's own classes below it."""
    found = [owner]
    for cls in owner.__subclasses__():
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
    """The arguments of an event, as far as they say something in one line."""
    if eventName == "data" and args and isinstance(args[0], (bytes, str)):
        return f"{len(args[0])} {'bytes' if isinstance(args[0], bytes) else 'characters'}"
    if args and isinstance(args[0], BaseException):
        return str(args[0])
    if eventName == "request" and hasattr(args[0], "method"):
        return f"{args[0].method} {args[0].url}"
    if eventName == "response" and hasattr(args[0], "statusCode"):
        return f"{args[0].statusCode} {args[0].statusMessage or ''}".rstrip()
    if eventName == "close" and args and args[0]:
        return "after an error"
    return ", ".join(str(a) for a in args if isinstance(a, (str, int, float)) and not isinstance(a, bool))


def _arguments(args: tuple[Any, ...], options: dict[str, Any]) -> str:
    shown = [_argument(a) for a in args] + [f"{key}={_argument(value)}" for key, value in options.items()]
    return ", ".join(shown)


def _argument(value: Any) -> str:
    if isinstance(value, (str, bytes)):
        return repr(value) if len(value) <= 24 else f"{value[:20]!r}… {len(value)}"
    if value is None or isinstance(value, (bool, int, float)):
        return str(value)
    if callable(value):
        return _name(value)
    return "{…}" if isinstance(value, dict) else type(value).__name__
