"""http.Agent: which socket a request gets, and what happens to it afterwards.

Follows `http.Agent` of Node 26. Sockets are kept by name (host, port, local address): those in use in `sockets`,
idle ones in `freeSockets`, requests that wait for one in `requests`.

    create ──> sockets ──'free'──> waiting request, else freeSockets (keepAlive), else destroyed
                  ^                                       │
                  └──────────── reuseSocket <─────────────┘

Differs: a free socket that has unread input, or its end, is not used again but destroyed. The input would be taken
for the response to the next request (response queue poisoning).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

from ... import errors, net
from ...coercion import PRIMITIVES, optionsOf
from ...errors import toText
from ...events import EventEmitter
from ...optionbags import check
from ...reactor.descriptor.unread import hasUnread
from ...reactor.loop import ticks
from ...records import BareRecord
from ...validators import isNumber, isTruthy, validateNumber, validateOneOf, validateString
from .options import AgentOptions, RequestOptions
from .proxy import ProxyConfig, checkProxyUrl, proxyFor

if TYPE_CHECKING:
    from typing import Literal, TypeVar, overload

    from typing_extensions import Self, Unpack

    from ...events.listeners import Listener, Listener2
    from ...net.socket import Socket
    from ...optionbags import Bag
    from ...symbols import Symbol

KEEP_ALIVE_MSECS = 1000  # ms, until the first TCP keep-alive probe
MAX_FREE_SOCKETS = 256  # per name
KEEP_ALIVE_TIMEOUT_BUFFER = 1000  # ms, how much earlier than the server a socket is dropped
GLOBAL_TIMEOUT = 5000  # ms, of the global agent

_findHint = re.compile(r"timeout=(\d+)", re.ASCII).match
_findHintInHead = re.compile(rb"\r\nkeep-alive:[ \t]*timeout=(\d+)", re.IGNORECASE).search
_Created = Callable[..., object]


class Agent(EventEmitter):
    """Pools the sockets of requests.

    Args:
        options: AgentOptions, as a mapping or as keywords; also the options of every connection.
    Emits:
        free: socket, options: a request is done with its socket.
    Raises:
        ERR_INVALID_ARG_VALUE, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_PROXY_INVALID_CONFIG.
    Node: https://nodejs.org/api/http.html#class-httpagent
    """

    __slots__ = (
        "_proxy_",
        "agentKeepAliveTimeoutBuffer",
        "defaultPort",
        "freeSockets",
        "keepAlive",
        "keepAliveMsecs",
        "maxFreeSockets",
        "maxSockets",
        "maxTotalSockets",
        "options",
        "protocol",
        "requests",
        "scheduling",
        "sockets",
        "totalSocketCount",
    )

    __events__: dict[str, tuple[str, ...]] = {"free": ("socket: Socket", "options: dict[str, Any]")}

    # events: written by tools/eventtypes.py
    if TYPE_CHECKING:
        _Event = Literal["newListener", "removeListener", "free"]
        _F0 = TypeVar("_F0", bound=Listener2[Any, Any])
        _F1 = TypeVar("_F1", bound=Listener2[Socket, dict[str, Any]])

        @overload  # type: ignore[override, unused-ignore]
        def on(self, eventName: Literal["newListener", "removeListener"], listener: Listener2[Any, Any]) -> Self: ...
        @overload
        def on(self, eventName: Literal["free"], listener: Listener2[Socket, dict[str, Any]]) -> Self: ...
        @overload
        def on(self, eventName: Symbol, listener: Listener) -> Self: ...
        @overload
        def on(self, eventName: Literal["newListener", "removeListener"]) -> Callable[[_F0], _F0]: ...
        @overload
        def on(self, eventName: Literal["free"]) -> Callable[[_F1], _F1]: ...
        def on(self, eventName: Any, listener: Any = None) -> Any: ...

        addListener = on  # type: ignore[assignment, unused-ignore]
        once = on  # type: ignore[assignment, unused-ignore]
        prependListener = on  # type: ignore[assignment, unused-ignore]
        prependOnceListener = on  # type: ignore[assignment, unused-ignore]

        def removeListener(self, eventName: _Event | Symbol, listener: Listener) -> Self: ...  # type: ignore[override, unused-ignore]

        off = removeListener  # type: ignore[assignment, unused-ignore]
    # end of events

    #: The options of such agents, and of requests that go by one.
    _agentOptions_: Any = AgentOptions
    _requestOptions_: Any = RequestOptions
    #: The limit per name of agents that were not given one.
    defaultMaxSockets: float = inf

    def __init__(self, options: AgentOptions | Bag | None = None, /, **keywords: Unpack[AgentOptions]) -> None:
        check(self._agentOptions_, options, keywords)
        super().__init__()
        given = optionsOf(options, keywords)
        if given.get("noDelay") is None:
            given["noDelay"] = True
        # A path given here would make every connection one to a Unix socket.
        given["path"] = None
        #: Names of what is known; what other requests pass is completed with these.
        self.options: BareRecord[Any] = BareRecord(given)
        self.defaultPort: int = given.get("defaultPort") or 80
        self.protocol: str = given.get("protocol") or "http:"
        self.requests: BareRecord[list[Any]] = BareRecord()
        self.sockets: BareRecord[list[Any]] = BareRecord()
        self.freeSockets: BareRecord[list[Any]] = BareRecord()
        self.keepAliveMsecs: float = given.get("keepAliveMsecs") or KEEP_ALIVE_MSECS
        self.keepAlive: bool = isTruthy(given.get("keepAlive"))
        self.maxSockets: float = given.get("maxSockets") or type(self).defaultMaxSockets
        self.maxFreeSockets: float = given.get("maxFreeSockets") or MAX_FREE_SOCKETS
        scheduling: Any = given.get("scheduling")
        self.scheduling: str = scheduling if isTruthy(scheduling) else "lifo"
        self.totalSocketCount: int = 0
        buffer: Any = given.get("agentKeepAliveTimeoutBuffer")
        if not isNumber(buffer) or not 0 <= buffer < inf:
            buffer = KEEP_ALIVE_TIMEOUT_BUFFER
        self.agentKeepAliveTimeoutBuffer: float = buffer
        validateOneOf(self.scheduling, "scheduling", ["fifo", "lifo"])
        self.maxTotalSockets: float = inf
        if given.get("maxTotalSockets") is not None:
            validateNumber(given["maxTotalSockets"], "maxTotalSockets", 1)
            self.maxTotalSockets = given["maxTotalSockets"]
        self._proxy_: ProxyConfig | None = proxyFor(self.protocol, given.get("proxyEnv"))
        self.on("free", self._onFree_)

    def createConnection(self, options: Mapping[str, Any], callback: Callable[..., Any] | None = None) -> Any:
        """Make a socket for a request. May be replaced, on the class or on the agent.

        Args:
            options: what net.createConnection takes.
            callback: `callback(error, socket)`, for a replacement that cannot return the socket at once.
        Returns: the socket, or None when the callback is called later.
        Node: https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback
        """
        if self._proxyOf_(options) is not None:
            return self._connectToProxy_(options)
        return net.createConnection(options)

    def getName(self, options: Any = None) -> str:
        """The pool key of such requests' sockets.

        Args:
            options: `host`, `port`, `localAddress`, `family`, `socketPath`, of a mapping or any object.
        Node: https://nodejs.org/api/http.html#agentgetnameoptions
        """
        if isinstance(options, (dict, Mapping)):  # a dict is told without the look into Mapping's registry
            get = options.get
        else:
            get = partial(_attribute, options)
        host, port, localAddress = get("host"), get("port"), get("localAddress")
        # The common case is written out.
        if host.__class__ is not str or port.__class__ is not int or localAddress is not None:
            host, port, localAddress = map(_part, (host, port, localAddress))
        name = f"{host or 'localhost'}:{port or ''}:{localAddress or ''}"
        family = get("family")
        if family == 4 or family == 6:
            name += f":{family}"
        path = get("socketPath")
        if path is not None and isTruthy(path):
            name += f":{_part(path)}"
        return name

    def _poolName_(self, options: Any) -> str:
        """What requests have in common that may share a connection."""
        return self.getName(options)

    def addRequest(self, req: Any, options: Any, port: Any = None, localAddress: Any = None) -> None:
        """Give a request a socket, now or when one is available."""
        if isinstance(options, str):
            options = {"host": options, "port": port, "localAddress": localAddress}
        options = req._poolOptions_ = self._completed_(req, options)
        name = self._poolName_(options)
        socket = self._takeFree_(name)
        if socket is not None:
            self.reuseSocket(socket, req)
            self._assign_(req, socket)
            self.sockets.setdefault(name, []).append(socket)
            return
        count = len(self.sockets.get(name, ())) + len(self.freeSockets.get(name, ()))
        if count < self.maxSockets and self.totalSocketCount < self.maxTotalSockets:
            self.createSocket(req, options, _assigner(self, req))
        else:
            req._agentOptions_ = options
            self.requests.setdefault(name, []).append(req)

    def createSocket(self, req: Any, options: Mapping[str, Any], callback: _Created) -> None:
        """Make a socket for a request; `callback(error, socket)`."""
        options = self._completed_(req, options)
        timeout = req.timeout or self.options.get("timeout")
        if timeout:
            options["timeout"] = timeout
        name = options["_agentKey"] = self._poolName_(options)
        if self.keepAlive:
            options["keepAlive"] = True
            options["keepAliveInitialDelay"] = self.keepAliveMsecs
        oncreate = _Creation(self, name, options, callback)
        socket = self.createConnection(options, oncreate)
        if socket is not None:
            oncreate(None, socket)
        elif oncreate.callback is not None:
            req._awaitSocket_(timeout)

    def removeSocket(self, socket: Any, options: Mapping[str, Any]) -> None:
        """Drop a socket; a waiting request gets a new one instead."""
        name = options.get("_agentKey") or self._poolName_(options)
        _removeFrom(self.sockets, name, socket)
        if not socket.writable:
            _removeFrom(self.freeSockets, name, socket)
        self._createForWaiting_(name)

    def keepSocketAlive(self, socket: Any) -> bool:
        """Prepare a socket for the pool. May be replaced.

        Returns: False to destroy it instead.
        Node: https://nodejs.org/api/http.html#agentkeepsocketalivesocket
        """
        if not hasattr(socket, "setKeepAlive"):
            return True  # a Duplex that is no socket has no probes, no timer, and keeps no program alive
        socket.setKeepAlive(True, self.keepAliveMsecs)
        socket.unref()
        timeout = self.options.get("timeout") or 0
        hint = _hintedTimeout(socket)
        if hint is not None:
            # Closed before the server does: a request sent at that moment would be lost.
            left = hint - self.agentKeepAliveTimeoutBuffer
            if left <= 0:
                return False
            timeout = min(timeout, left)
        if socket.timeout != timeout:
            socket.setTimeout(timeout)
        return True

    def reuseSocket(self, socket: Any, req: Any) -> None:
        """Take a socket out of the pool for a request. May be replaced.

        Node: https://nodejs.org/api/http.html#agentreusesocketsocket-request
        """
        try:
            req.reusedSocket = True
        except AttributeError as error:  # a number or the like is no request, and keeps nothing
            if isinstance(req, PRIMITIVES) or req is None:
                raise errors.ERR_INVALID_ARG_TYPE("request", "ClientRequest", req) from error
        if hasattr(socket, "ref"):
            socket.ref()

    def destroy(self) -> None:
        """Destroy all sockets, idle or in use. Node: https://nodejs.org/api/http.html#agentdestroy"""
        for table in (self.freeSockets, self.sockets):
            for sockets in list(table.values()):
                for socket in list(sockets):
                    socket.destroy()

    def _waitAgain_(self, req: Any) -> None:
        """A request lost its socket and is next to get another, at the latest when the lost one closes.

        Those for which a socket is being made stay in front: the socket serves whoever is first.
        """
        req._agentOptions_ = req._poolOptions_
        waiting = self.requests.setdefault(self._poolName_(req._poolOptions_), [])
        place = next((index for index, each in enumerate(waiting) if each._agentOptions_ is not None), len(waiting))
        waiting.insert(place, req)

    # -- sockets in and out of use

    def _onFree_(self, socket: Any, options: Mapping[str, Any]) -> None:
        """A request is done: its socket serves a waiting one, goes to the pool, or is destroyed."""
        name = options.get("_agentKey") or self._poolName_(options)
        if not socket.writable or self._isSpoilt_(socket):
            socket.destroy()
            return
        waiting = self.requests.get(name)
        if waiting:
            req = waiting.pop(0)
            req._agentOptions_ = None
            self._assign_(req, socket)
            if not waiting:
                self.requests.pop(name, None)
            return
        req = getattr(socket, "_httpMessage", None)
        mayStay = req is not None and req.shouldKeepAlive and self.keepAlive and self._hasRoom_(name)
        if not mayStay or not self.keepSocketAlive(socket):
            socket.destroy()
            return
        socket._httpMessage = None
        self.removeSocket(socket, options)
        self.freeSockets.setdefault(name, []).append(socket)

    def _hasRoom_(self, name: str) -> bool:
        free, used = self.freeSockets.get(name, ()), self.sockets.get(name, ())
        return (
            self.totalSocketCount <= self.maxTotalSockets
            and len(free) + len(used) <= self.maxSockets
            and len(free) < self.maxFreeSockets
        )

    def _takeFree_(self, name: str) -> Any:
        """A usable socket of the pool, or None. Unusable ones are destroyed."""
        free = self.freeSockets.get(name)
        if not free:
            return None
        isFifo = self.scheduling == "fifo"
        taken = None
        while free and taken is None:
            socket = free.pop(0) if isFifo else free.pop()
            if socket.destroyed or not socket.writable:
                continue
            if self._isSpoilt_(socket):
                socket.destroy()
            else:
                taken = socket
        if not free:
            self.freeSockets.pop(name, None)
        return taken

    @staticmethod
    def _isSpoilt_(socket: Any) -> bool:
        """True when an idle connection received unexpected data."""
        if getattr(socket, "encrypted", False):
            return False  # session tickets come unasked, and are not our bytes
        handle = getattr(socket, "_handle", None)
        return handle is not None and hasUnread(handle.fileno())

    def _assign_(self, req: Any, socket: Any) -> None:
        req.onSocket(socket)
        timeout = self.options.get("timeout") or 0
        if req.timeout is not None and req.timeout != timeout and hasattr(socket, "setTimeout"):
            socket.setTimeout(req.timeout)

    def _createForWaiting_(self, name: str) -> None:
        """There is room: a request that waits gets a new socket, one of this pool first."""
        req = self._firstWaiting_(name)
        if req is None:
            return
        options, req._agentOptions_ = req._agentOptions_, None

        def created(error: BaseException | None, socket: Any = None) -> None:
            if error is None:
                socket.emit("free")
                return
            _removeFrom(self.requests, self._poolName_(options), req)
            req.onSocket(None, error)
            ticks.nextTick(self._createForWaiting_, name)

        try:
            self.createSocket(req, options, created)
        except Exception as error:
            created(error)

    def _firstWaiting_(self, name: str) -> Any:
        """The first that waits and for which no socket is being made: for this pool, or because of the total limit."""
        waiting = self.requests.get(name)
        if not waiting:
            other, waiting = next(iter(self.requests.items()), ("", []))
            if self.sockets.get(other):
                return None
        return next((each for each in waiting if each._agentOptions_ is not None), None)

    # -- options

    def _completed_(self, req: Any, options: Mapping[str, Any]) -> BareRecord[Any]:
        """The options of a request with those of the agent."""
        options = BareRecord(options)
        options.update(self.options)
        path = options.get("socketPath")
        if path is not None and isTruthy(path):
            options["path"] = path
        if self.protocol == "https:" and options.get("servername") is None:
            options["servername"] = serverName(options, req)
        return options

    def _proxyOf_(self, options: Mapping[str, Any]) -> ProxyConfig | None:
        proxy = self._proxy_
        if proxy is None or options.get("socketPath"):
            return None
        return proxy if proxy.covers(options.get("host") or "localhost", options.get("port")) else None

    def _connectToProxy_(self, options: Mapping[str, Any]) -> Any:
        """The connection to a proxy takes what concerns the socket from the options, and nothing of the target."""
        proxy = self._proxy_
        assert proxy is not None
        kept = ("timeout", "keepAlive", "keepAliveInitialDelay", "noDelay", "signal")
        target = {key: options[key] for key in kept if options.get(key) is not None}
        target.update(host=proxy.hostname, port=proxy.port)
        if proxy.protocol == "https:":
            from ... import tls  # the secure half is an optional dependency

            return tls.connect(target)
        return net.createConnection(target)


class _Creation:
    """What `createConnection` calls back, or returns to: only the first result counts."""

    __slots__ = ("agent", "callback", "name", "options")

    def __init__(self, agent: Agent, name: str, options: dict[str, Any], callback: _Created) -> None:
        self.agent = agent
        self.name = name
        self.options = options
        self.callback: _Created | None = callback

    def __call__(self, error: BaseException | None = None, socket: Any = None) -> None:
        callback, self.callback = self.callback, None
        if callback is None:
            return
        if error is not None:
            callback(error, None)
            return
        agent = self.agent
        agent.sockets.setdefault(self.name, []).append(socket)
        agent.totalSocketCount += 1
        _Membership(agent, socket, self.options)
        callback(None, socket)


class _Membership:
    """An agent's listeners on one of its sockets, for as long as the socket lives or is the agent's."""

    __slots__ = ("agent", "isExpired", "options", "socket")

    def __init__(self, agent: Agent, socket: Any, options: dict[str, Any]) -> None:
        self.agent = agent
        #: None once it is closed: with its listeners it would be a cycle.
        self.socket: Any = socket
        self.options = options
        #: It timed out while it served a request.
        self.isExpired = False
        for event, listener in self._listeners():
            socket.on(event, listener)

    def _listeners(self) -> list[tuple[str, Callable[..., object]]]:
        return [
            ("free", self.onFree),
            ("close", self.onClose),
            ("timeout", self.onTimeout),
            ("agentRemove", self.onRemove),
        ]

    def onFree(self) -> None:
        if self.socket is None:
            return
        if self.isExpired:
            self.isExpired = False
            self.socket.setTimeout(0)  # or the time in the pool would never begin
        self.agent.emit("free", self.socket, self.options)

    def onClose(self, hadError: bool | None = None) -> None:
        socket, self.socket = self.socket, None
        if socket is not None:
            self.agent.totalSocketCount -= 1
            self.agent.removeSocket(socket, self.options)

    def onTimeout(self) -> None:
        if self.socket in self.agent.freeSockets.get(self.options["_agentKey"], ()):
            self.socket.destroy()
        else:
            self.isExpired = True

    def onRemove(self) -> None:
        """Another protocol took over the socket: the agent drops it."""
        for event, listener in self._listeners():
            self.socket.removeListener(event, listener)
        self.onClose()


def _attribute(options: Any, name: str) -> Any:
    return getattr(options, name, None)


def _assigner(agent: Agent, req: Any) -> _Created:
    def created(error: BaseException | None, socket: Any = None) -> None:
        if error is not None:
            req.onSocket(socket, error)
        else:
            agent._assign_(req, socket)

    return created


def _removeFrom(table: dict[str, list[Any]], name: str, socket: Any) -> None:
    sockets = table.get(name)
    if sockets is None:
        return
    try:
        sockets.remove(socket)
    except ValueError:
        return
    if not sockets:
        table.pop(name, None)


def _hintedTimeout(socket: Any) -> int | None:
    """The milliseconds after which the server says it closes an idle connection."""
    req = getattr(socket, "_httpMessage", None)
    res = req.res if req is not None else None
    if res is None:
        return None
    head = getattr(res, "_head_", None)
    if head is not None:
        # Its headers may never be looked at: one search in their bytes costs a fifth of making the dict.
        inHead = _findHintInHead(head)
        digits = inHead[1] if inHead is not None else b""
    else:
        found = _findHint(res.headers.get("keep-alive") or "")
        digits = found[1].encode() if found is not None else b""
    # At most nine digits are read: more is "for ever", and no peer's text of any length becomes a number here.
    return int(digits[:9]) * 1000 if digits else None


def serverName(options: Mapping[str, Any], req: Any) -> str:
    """The name to ask a TLS server for: that of the Host header, or the host; empty for an address."""
    name = options.get("host") or ""
    header = req.getHeader("host")
    if header:
        validateString(header, "options.headers.host")
        if header.startswith("["):
            name = header[1 : header.index("]")] if "]" in header else header
        else:
            name = header.partition(":")[0]
    return "" if net.isIP(name) else name


def checkAgent(agent: Any) -> None:
    """Raise unless `agent` can give sockets to requests."""
    if not callable(getattr(agent, "addRequest", None)):
        raise errors.ERR_INVALID_ARG_TYPE("options.agent", ["Agent-like Object", "undefined", "false"], agent)


def wantedEnvironment() -> Any:
    """The environment when NODE_USE_ENV_PROXY asks that its proxies be used, or None.

    Node: https://nodejs.org/api/cli.html#node_use_env_proxy1
    """
    return os.environ if os.environ.get("NODE_USE_ENV_PROXY") == "1" else None


#: The agent of requests that name none. Node: https://nodejs.org/api/http.html#httpglobalagent
globalAgent: Agent = Agent(keepAlive=True, scheduling="lifo", timeout=GLOBAL_TIMEOUT, proxyEnv=wantedEnvironment())


def setGlobalProxyFromEnv(proxyEnv: Mapping[str, str] | None = None) -> Callable[[], None]:
    """Send requests without an agent of their own through the proxy that the environment names.

    Args:
        proxyEnv: HTTP_PROXY, NO_PROXY and the like; the environment when left out.
    Returns: a function that restores the previous agent.
    Raises:
        ERR_INVALID_ARG_TYPE, ERR_PROXY_INVALID_CONFIG.
    Node: https://nodejs.org/api/http.html#httpsetglobalproxyfromenvproxyenv
    """
    env = os.environ if proxyEnv is None else proxyEnv
    if not isinstance(env, Mapping):
        raise errors.ERR_INVALID_ARG_TYPE("proxyEnv", "Object", env)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        if env.get(name):
            checkProxyUrl(env[name])
    module = sys.modules["nodecompat.http"]
    before = module.globalAgent
    module.globalAgent = Agent(keepAlive=True, scheduling="lifo", timeout=GLOBAL_TIMEOUT, proxyEnv=env)  # type: ignore[attr-defined]

    def restore() -> None:
        module.globalAgent = before  # type: ignore[attr-defined]

    return restore


def _part(value: Any) -> str:
    """A value's form in a pool key."""
    return toText(value) if isTruthy(value) else ""
