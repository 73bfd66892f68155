"""Connecting: name lookup, address family selection, attempts and their failures.

Follows lib/net.js of Node 26 by behaviour. `plan` checks the options of connect() and returns a *job*; the socket
starts it with `begin()` and drops it when it is connected or destroyed. A dropped job
does nothing more, however late a lookup completes.

    PathJob, EndpointJob    one attempt, at once
    TcpJob                  a numeric host: one attempt in the next tick; a name: look-up, then one attempt
    TcpJob + _Selection     a name with several addresses: one after the other, the families taking turns, each with
                            a limited time (RFC 8305 as Node does it: an attempt that takes too long is given up)
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from ..coercion import toUint32
from ..errors import (
    ERR_INVALID_ADDRESS_FAMILY,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_IP_ADDRESS,
    ERR_IP_BLOCKED,
    ERR_MISSING_ARGS,
    ERR_SOCKET_CONNECTION_TIMEOUT,
    SystemCallError,
    aggregateError,
    exceptionWithHostPort,
)
from ..ip import isIP
from ..reactor import choose
from ..reactor.handle import Address
from ..reactor.loop.ticks import nextTick, queueCheck
from ..records import OpenRecord
from ..timers.lists import IdleTimer
from ..validators import (
    isTruthy,
    validateBoolean,
    validateFunction,
    validateInt32,
    validateNumber,
    validatePort,
    validateString,
    validateStringWithoutNullBytes,
)
from . import secured
from .arguments import checkPort, toPath

if TYPE_CHECKING:
    from ..reactor.handle import StreamHandle
    from .socket import Socket

#: The shortest timeout of an attempt, milliseconds: Node's limit.
MIN_ATTEMPT_TIMEOUT = 10

_defaultAutoSelectFamily = True
_defaultAttemptTimeout = 500  # milliseconds, Node 26


def getDefaultAutoSelectFamily() -> bool:
    """Whether connect() chooses among the addresses of a name.

    Node: https://nodejs.org/api/net.html#netgetdefaultautoselectfamily
    """
    return _defaultAutoSelectFamily


def setDefaultAutoSelectFamily(value: bool) -> None:
    """Set the default of the option `autoSelectFamily`.

    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/net.html#netsetdefaultautoselectfamilyvalue
    """
    global _defaultAutoSelectFamily
    validateBoolean(value, "value")
    _defaultAutoSelectFamily = value


def getDefaultAutoSelectFamilyAttemptTimeout() -> int:
    """Milliseconds of one attempt. Node: https://nodejs.org/api/net.html#netgetdefaultautoselectfamilyattempttimeout"""
    return _defaultAttemptTimeout


def setDefaultAutoSelectFamilyAttemptTimeout(value: int) -> None:
    """Set the default of the option `autoSelectFamilyAttemptTimeout`: milliseconds, 10 or more.

    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
    Node: https://nodejs.org/api/net.html#netsetdefaultautoselectfamilyattempttimeoutvalue
    """
    global _defaultAttemptTimeout
    validateInt32(value, "value", 1)
    _defaultAttemptTimeout = max(int(value), MIN_ATTEMPT_TIMEOUT)


def plan(socket: Socket, options: Mapping[str, Any]) -> Job:
    """The job for these options of connect().

    Raises: what `socket.connect` raises.
    """
    if options.get("endpoint") is not None:
        return EndpointJob(socket, options["endpoint"])
    path: Any = options.get("path")
    if isTruthy(path):
        validateString(path, "options.path")
        return PathJob(socket, toPath(path))
    if path is None and options.get("port") is None:
        raise ERR_MISSING_ARGS(["options", "port", "path"])
    return TcpJob(socket, options)


class Job:
    """One connect() in progress."""

    __slots__ = ("socket",)

    #: Once connected, it may be asked to connect again.
    _repeats = False

    def __init__(self, socket: Socket) -> None:
        self.socket: Socket = socket

    def makeHandle(self) -> StreamHandle:
        """Creates the handle if the socket has none."""
        raise NotImplementedError

    def begin(self) -> None:
        """Start. May destroy the socket at once."""
        raise NotImplementedError

    def cancel(self) -> None:
        """The socket is destroyed."""

    def onfault(self) -> None:
        """A listener raised while connecting: see `Socket._onfault_`."""
        if self.isCurrent:
            self.socket.destroy()

    @property
    def isCurrent(self) -> bool:
        """True while the socket waits for this job."""
        return self.socket._connectJob_ is self

    def fail(self, error: BaseException) -> None:
        """Destroy the socket, unless it has another job."""
        if self.isCurrent:
            self.socket.destroy(error)

    def _open(self, address: str, port: int, done: Callable[[int], object]) -> int:
        """Start connecting the socket's handle. Returns 0 or -errno."""
        handle = self.socket._handle
        status = int(handle.connect(address, port))
        if status == -errno.EISCONN and self._repeats and self.socket.server is None:
            # connect() of a socket that has connected: on Linux the second call says that the first is done, so Node
            # emits 'connect' once more. One that was accepted has made no call, and fails.
            queueCheck(done, 0)
            return 0
        handle.onconnect = done
        return status

    def _succeed(self) -> None:
        self.socket._handle.onconnect = None
        self.socket._afterConnect_()


class PathJob(Job):
    """To a Unix domain socket."""

    __slots__ = ("_path",)

    def __init__(self, socket: Socket, path: str) -> None:
        super().__init__(socket)
        self._path = path

    def makeHandle(self) -> StreamHandle:
        return choose.current().pipe()

    def begin(self) -> None:
        self.socket.emit("connectionAttempt", self._path, None, None)
        if not self.isCurrent:
            return
        status = self._open(self._path, 0, self._done)
        if status:
            # Node has no local address here, and reports it like this.
            error = exceptionWithHostPort(status, "connect", self._path, None, "undefined:undefined")
            self.socket.destroy(error)

    def _done(self, status: int) -> None:
        if not self.isCurrent:
            return
        if status:
            error = exceptionWithHostPort(status, "connect", self._path)
            self.socket.emit("connectionAttemptFailed", self._path, None, None, error)
            self.socket.destroy(error)
        else:
            self._succeed()


class EndpointJob(Job):
    """Through a Twisted endpoint, which does everything itself, or one with TLS."""

    __slots__ = ("_endpoint", "_isSecured")

    def __init__(self, socket: Socket, endpoint: Any) -> None:
        super().__init__(socket)
        if isinstance(endpoint, str):
            checkPort(endpoint, 1)
        self._endpoint = endpoint
        self._isSecured = secured.isSecured(endpoint)

    def makeHandle(self) -> StreamHandle:
        return secured.connecting(self._endpoint) if self._isSecured else choose.fromEndpoint(self._endpoint)

    def begin(self) -> None:
        status = self._open("", 0, self._done)
        if status:
            self._done(status)

    def _done(self, status: int) -> None:
        if not self.isCurrent:
            return
        if status:
            shown = self._endpoint if isinstance(self._endpoint, str) else None
            why = getattr(self.socket._handle, "error", None)  # of a SecureStream
            self.socket.destroy(why or exceptionWithHostPort(status, "connect", shown))
        else:
            self._succeed()


class TcpJob(Job):
    """To a host and port."""

    _repeats = True

    __slots__ = (
        "_address",
        "_question",
        "_request",
        "_selection",
        "attemptTimeout",
        "autoSelect",
        "host",
        "localAddress",
        "localPort",
        "lookup",
        "port",
    )  # fmt: skip

    def __init__(self, socket: Socket, options: Mapping[str, Any]) -> None:
        super().__init__(socket)
        self._readPort(options)
        host: Any = options.get("host")
        self.host: str = host if isTruthy(host) else "localhost"
        self._readSelection(options)
        self.lookup: Any = options.get("lookup")
        if self.lookup is not None and not isIP(self.host):
            validateFunction(self.lookup, "options.lookup")
        family, hints = options.get("family") or 0, options.get("hints") or 0
        self._question: OpenRecord[Any] = OpenRecord(family=family, hints=hints)
        if self._question["family"] not in (4, 6) and not self.localAddress and self.autoSelect:
            self._question["all"] = True
        self._selection: _Selection | None = None
        self._address: tuple[str, int] = ("", 0)
        self._request: Any = None

    def _readPort(self, options: Mapping[str, Any]) -> None:
        self.localAddress, self.localPort = options.get("localAddress"), options.get("localPort")
        if not isTruthy(self.localAddress):
            self.localAddress = None
        elif not isIP(self.localAddress):
            raise ERR_INVALID_IP_ADDRESS(self.localAddress)
        if not isTruthy(self.localPort):
            self.localPort = None
        else:
            validateNumber(self.localPort, "options.localPort")
        port = options.get("port")
        port = 0 if port is None else port
        if isinstance(port, bool) or not isinstance(port, (int, float, str)):
            raise ERR_INVALID_ARG_TYPE("options.port", ["number", "string"], port)
        self.port: int = validatePort(port)

    def _readSelection(self, options: Mapping[str, Any]) -> None:
        validateStringWithoutNullBytes(self.host, "options.host")
        chosen, timeout = options.get("autoSelectFamily"), options.get("autoSelectFamilyAttemptTimeout")
        if chosen is not None:
            validateBoolean(chosen, "options.autoSelectFamily")
        if timeout is not None:
            validateInt32(timeout, "options.autoSelectFamilyAttemptTimeout", 1)
        self.autoSelect: bool = _defaultAutoSelectFamily if chosen is None else chosen
        self.attemptTimeout: int = _defaultAttemptTimeout if timeout is None else max(timeout, MIN_ATTEMPT_TIMEOUT)

    def makeHandle(self) -> StreamHandle:
        return choose.current().tcp()

    def begin(self) -> None:
        family = isIP(self.host)
        if family:
            handle = self.socket._handle
            if isinstance(handle.getsockname(), Address) and not isinstance(handle.getpeername(), Address):
                # A BoundSocket: its connection is under way when connect() returns.
                self.attempt(self.host, family)
            else:
                nextTick(self._attemptHost, family)
            return
        from ..dns import ADDRCONFIG, lookup

        if self._question["family"] not in (4, 6) and not self._question["hints"]:
            self._question["hints"] = ADDRCONFIG
        answered = self._onAddresses if self._question.get("all") else self._onAddress
        self._request = (self.lookup or lookup)(self.host, self._question, answered)

    def cancel(self) -> None:
        if self._selection is not None:
            self._selection.timer.stop()
        cancel = getattr(self._request, "cancel", None)
        if cancel is not None:
            cancel()

    # -- look-up

    def _attemptHost(self, family: int) -> None:
        if self.isCurrent:
            self.attempt(self.host, family)

    def _onAddress(self, error: BaseException | None = None, address: Any = None, family: Any = None) -> None:
        """Called when the lookup of one address is done."""
        socket = self.socket
        if self.isCurrent:
            socket.emit("lookup", error, address, family, self.host)
        if not self.isCurrent:
            return
        if error is None:
            error = self._wrongAddress(address, family)
        if error is not None:
            nextTick(self.fail, error)
        else:
            socket._touch_()
            self.attempt(address, family)

    def _onAddresses(self, error: BaseException | None = None, addresses: Any = None, *rest: Any) -> None:
        """Called when the lookup of all addresses is done."""
        if not self.isCurrent:
            return
        if error is not None:
            self.socket.emit("lookup", error, None, None, self.host)
            nextTick(self.fail, error)
            return
        if not isinstance(addresses, (list, tuple)):  # a lookup function that ignores "all"
            self._onAddress(None, addresses, *rest[:1])
            return
        found = [(entry["address"], entry["family"]) for entry in addresses]
        for address, family in found:
            self.socket.emit("lookup", None, address, family, self.host)
            if not self.isCurrent:
                return
        usable = _inTurns([each for each in found if self._wrongAddress(*each) is None])
        self.socket._touch_()
        if len(usable) > 1:
            self._selection = _Selection(self, usable)
            self._selection.next()
        elif usable:
            self.attempt(*usable[0])
        else:
            wrong = self._wrongAddress(*found[0]) if found else ERR_INVALID_IP_ADDRESS(None)
            assert wrong is not None
            nextTick(self.fail, wrong)

    def _wrongAddress(self, address: Any, family: Any) -> BaseException | None:
        if not isIP(address):
            return ERR_INVALID_IP_ADDRESS(address)
        return None if family in (4, 6) else ERR_INVALID_ADDRESS_FAMILY(family, self.host, self.port)

    # -- one attempt

    def attempt(self, address: str, family: int) -> None:
        """Connect to one address; if that fails, the socket fails."""
        socket = self.socket
        if self.localAddress or self.localPort:
            error = self.bind(self.localAddress or _anyAddress(family), family)
            if error is not None:
                socket.destroy(error)
                return
        if self.isBlocked(address, family):
            socket.destroy(ERR_IP_BLOCKED(address))
            return
        self._address = (address, family)
        socket.emit("connectionAttempt", address, self.port, family)
        if not self.isCurrent:
            return
        status = self._open(address, self.port, self._done)
        if status:
            socket.destroy(self.immediateError(status, address))

    def _done(self, status: int) -> None:
        if not self.isCurrent:
            return
        if not status:
            self._succeed()
            return
        address, family = self._address
        error = self.error(status, address)
        self.socket.emit("connectionAttemptFailed", address, self.port, family, error)
        self.socket.destroy(error)

    def bind(self, localAddress: str, family: int) -> SystemCallError | None:
        """Bind to the requested local address."""
        localPort = self.localPort or 0
        status = -errno.EINVAL
        if isIP(localAddress) == family:
            handle = self.socket._handle
            status = handle.bind(localAddress, toUint32(localPort) & 0xFFFF)
            if not status and localPort > 0 and getattr(handle.getsockname(), "port", localPort) != localPort:
                status = -errno.EADDRINUSE  # of an invalid port 16 bits were bound
        return exceptionWithHostPort(status, "bind", localAddress, localPort) if status else None

    def isBlocked(self, address: str, family: int) -> bool:
        """The block list forbids this address."""
        blockList = self.socket.blockList
        return blockList is not None and blockList.check(address, f"ipv{family}")

    def error(self, status: int, address: str) -> SystemCallError:
        """The error of a failed attempt, with the local address if one was requested."""
        details = None
        if self.localAddress and self.localPort:
            details = f"{self.localAddress}:{int(self.localPort)}"
        error = exceptionWithHostPort(status, "connect", address, self.port, details)
        if self.localAddress:
            error.localAddress = self.localAddress  # type: ignore[attr-defined]
        if self.localPort:
            error.localPort = self.localPort  # type: ignore[attr-defined]
        return error

    def immediateError(self, status: int, address: str) -> SystemCallError:
        """The error of an attempt that failed at once: Node adds the local address then."""
        local = self.socket._handle.getsockname()
        known = isinstance(local, Address)
        details = f"{local.address}:{local.port}" if known else f"{_anyAddress(isIP(address))}:0"
        return exceptionWithHostPort(status, "connect", address, self.port, details)

    def succeedWith(self) -> None:
        """One of the attempts succeeded."""
        self._succeed()


class _Selection:
    """Tries several addresses of one name in turn."""

    __slots__ = ("_addresses", "_errors", "_job", "_next", "timer")

    def __init__(self, job: TcpJob, addresses: Sequence[tuple[str, int]]) -> None:
        self._job = job
        self._addresses = addresses
        self._errors: list[BaseException] = []
        self._next = 0
        self.timer = IdleTimer(self._onTimeout)
        job.socket.autoSelectFamilyAttemptedAddresses = []

    def next(self) -> None:
        """Try the next address, or fail with all errors so far."""
        while self._job.isCurrent and not self._start():
            pass

    def _start(self) -> bool:
        """False when this address has already failed."""
        job, socket = self._job, self._job.socket
        self.timer.stop()
        if self._next == len(self._addresses):
            socket.destroy(aggregateError(self._errors) if self._errors else ERR_SOCKET_CONNECTION_TIMEOUT())
            return True
        address, family = self._addresses[self._next]
        self._next += 1
        if self._next > 1:
            self._renewHandle()
        if job.localPort:
            error = job.bind(_anyAddress(family), family)
            if error is not None:
                self._errors.append(error)
                return False
        if job.isBlocked(address, family):
            self._errors.append(ERR_IP_BLOCKED(address))
            return False
        assert socket.autoSelectFamilyAttemptedAddresses is not None
        socket.autoSelectFamilyAttemptedAddresses.append(f"{address}:{job.port}")
        socket.emit("connectionAttempt", address, job.port, family)
        if not job.isCurrent:
            return True
        status = job._open(address, job.port, self._onConnect)
        if status:
            self._fail(job.immediateError(status, address))
            return False
        if self._next < len(self._addresses):
            self.timer.start(job.attemptTimeout)
        return True

    def _renewHandle(self) -> None:
        """A handle cannot connect again after a failure."""
        socket = self._job.socket
        before = socket._handle
        handle = self._job.makeHandle()
        if not before.hasRef():
            handle.unref()
        before.onfault = before.onconnect = None
        before.close()
        socket._attach_(handle)

    def _onConnect(self, status: int) -> None:
        self.timer.stop()
        if not self._job.isCurrent:
            return
        if status:
            self._fail(self._job.error(status, self._addresses[self._next - 1][0]))
            self.next()
        else:
            self._job.succeedWith()

    def _fail(self, error: BaseException) -> None:
        address, family = self._addresses[self._next - 1]
        self._errors.append(error)
        self._job.socket.emit("connectionAttemptFailed", address, self._job.port, family, error)

    def _onTimeout(self) -> None:
        job = self._job
        address, family = self._addresses[self._next - 1]
        self._errors.append(job.error(-errno.ETIMEDOUT, address))
        job.socket._handle.onconnect = None
        job.socket.emit("connectionAttemptTimeout", address, job.port, family)
        self.next()


def _anyAddress(family: int) -> str:
    return "::" if family == 6 else "0.0.0.0"


def _inTurns(addresses: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Each address once, alternating families, starting with that of the first address."""
    unique = list(dict.fromkeys(addresses))
    if not unique:
        return []
    first = [each for each in unique if each[1] == unique[0][1]]
    second = [each for each in unique if each[1] != unique[0][1]]
    return [each for each in chain.from_iterable(zip_longest(first, second)) if each is not None]


__all__ = [
    "getDefaultAutoSelectFamily",
    "getDefaultAutoSelectFamilyAttemptTimeout",
    "setDefaultAutoSelectFamily",
    "setDefaultAutoSelectFamilyAttemptTimeout",
]
