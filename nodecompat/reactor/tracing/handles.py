"""Handles that report to a tracer; `hook.py` lists what they report.

A traced class adds no slots to the class it replaces, so a live handle can switch between the two. System
calls are seen by the socket: `TracedSocket` wraps the real one.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from typing import Any, TypeVar

from ..handle import EOF, Buffer
from . import hook

T = TypeVar("T")
#: The class that a traced class is mixed with is not known here.
_Base: Any = object
_EAGAIN = {errno.EAGAIN, errno.EWOULDBLOCK}


def _report(handle: Any, step: str, *details: Any) -> None:
    if hook.tracer is not None:
        hook.tracer(handle, step, *details)


class TracedSocket:
    """Wraps a handle's socket and reports its system calls. The two reference each other until `close`."""

    __slots__ = ("_handle", "real")

    def __init__(self, handle: Any, real: Any) -> None:
        self._handle = handle
        self.real: Any = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def _failed(self, step: str, error: OSError) -> None:
        if error.errno in _EAGAIN:
            _report(self._handle, hook.EAGAIN, step)
        else:
            _report(self._handle, step, -(error.errno or errno.EIO))

    # Written out: these are the calls of a connection under load (benchmarks/anatomy/overhead.py).
    def recv(self, size: int) -> bytes:
        try:
            data: bytes = self.real.recv(size)
        except OSError as error:
            self._failed(hook.RECV, error)
            raise
        if hook.tracer is not None:
            hook.tracer(self._handle, hook.RECV, len(data))
        return data

    def recvfrom(self, size: int) -> tuple[bytes, Any]:
        try:
            data, name = self.real.recvfrom(size)
        except OSError as error:
            self._failed(hook.RECVFROM, error)
            raise
        _report(self._handle, hook.RECVFROM, len(data), name[0], name[1])
        return data, name

    def send(self, data: Buffer) -> int:
        try:
            sent: int = self.real.send(data)
        except OSError as error:
            self._failed(hook.SEND, error)
            raise
        if hook.tracer is not None:
            hook.tracer(self._handle, hook.SEND, sent)
        return sent

    def sendmsg(self, buffers: Sequence[Buffer]) -> int:
        try:
            sent: int = self.real.sendmsg(buffers)
        except OSError as error:
            self._failed(hook.SEND, error)
            raise
        _report(self._handle, hook.SEND, sent)
        return sent

    def _accept(self) -> Any:
        try:
            return self.real._accept()
        except OSError as error:
            self._failed(hook.ACCEPT, error)
            raise

    def connect_ex(self, target: Any) -> int:
        status: int = self.real.connect_ex(target)
        address, port = (target[0], target[1]) if isinstance(target, tuple) else (target.decode(errors="replace"), 0)
        _report(self._handle, hook.CONNECT, address, port, -status)
        return status

    def getsockopt(self, level: int, option: int) -> Any:
        value = self.real.getsockopt(level, option)
        if option == socket.SO_ERROR and level == socket.SOL_SOCKET:
            _report(self._handle, hook.SO_ERROR, -value)
        return value

    def shutdown(self, how: int) -> None:
        self.real.shutdown(how)
        _report(self._handle, hook.SHUTDOWN)

    def close(self) -> None:
        self.real.close()
        _report(self._handle, hook.CLOSE)
        self._handle = None


class _Reporting(_Base):
    """Overrides for every traced handle; each returns the real method's result."""

    __slots__ = ()

    def bind(self, address: str, port: int, *args: Any, **options: Any) -> int:
        status: int = super().bind(address, port, *args, **options)
        _report(self, hook.BIND, address, port, status)
        return status

    def listen(self, backlog: int) -> int:
        status: int = super().listen(backlog)
        _report(self, hook.LISTEN, backlog, status)
        return status

    def readStart(self) -> int:
        before = self._reading
        status: int = super().readStart()
        if not status and not before:
            _report(self, hook.READ_STARTED)
        return status

    def readStop(self) -> int:
        if self._reading:
            _report(self, hook.READ_STOPPED)
        status: int = super().readStop()
        return status

    def reset(self) -> int:
        _report(self, hook.RESET)
        status: int = super().reset()
        return status


class _ReportingDescriptor(_Reporting):
    """Over a descriptor: the socket reports its calls, this class the watchers."""

    __slots__ = ()
    #: A recording shows what is written, so files are read and written.
    sendFile: Any = None

    def _take(self, sock: Any) -> None:
        super()._take(TracedSocket(self, sock))
        _report(self, hook.SOCKET, sock.fileno())

    def _watch(self, interest: int) -> int:
        from ..descriptor.poller import WRITABLE

        before = self.interest & WRITABLE
        status: int = super()._watch(interest)
        if before != interest & WRITABLE:
            _report(self, hook.WRITE_DISARMED if before else hook.WRITE_ARMED)
        return status

    def _announce(self, stream: Any) -> None:
        attach(stream)
        _report(self, hook.ACCEPT, stream)
        super()._announce(stream)


class _ReportingBridge(_Reporting):
    """Over a Twisted transport: reports what passes through."""

    __slots__ = ()

    def connect(self, address: str, port: int) -> int:
        status: int = super().connect(address, port)
        _report(self, hook.CONNECT, address, port, status or -errno.EINPROGRESS)
        return status

    def _connected(self, status: int) -> None:
        _report(self, hook.SO_ERROR, status)
        super()._connected(status)

    def received(self, data: bytes) -> None:
        _report(self, hook.RECV, len(data))
        super().received(data)

    def ended(self, status: int) -> None:
        if not self._end:
            _report(self, hook.RECV, 0 if status == EOF else status)
        super().ended(status)

    def writev(self, chunks: Sequence[Buffer]) -> int:
        status: int = super().writev(chunks)
        _report(self, hook.SEND, status if status < 0 else sum(map(len, chunks)))
        return status

    def _endOutput(self) -> None:
        _report(self, hook.SHUTDOWN)
        super()._endOutput()

    def _leave(self, abort: bool) -> None:
        super()._leave(abort)
        _report(self, hook.CLOSE)

    def _onConnection(self, status: int, stream: Any) -> None:
        attach(stream)
        _report(self, hook.ACCEPT, stream)
        super()._onConnection(status, stream)


class _ReportingDatagrams(_Reporting):
    """A datagram socket."""

    __slots__ = ()

    def _transmit(self, data: Buffer, name: Any) -> None:
        try:
            super()._transmit(data, name)
        except OSError as error:
            if error.errno in _EAGAIN:
                _report(self, hook.EAGAIN, "send")
            elif self.fileno() >= 0:  # else it is bound first, and sends again
                _report(self, hook.SENDTO, -(error.errno or errno.EIO))
            raise
        _report(self, hook.SENDTO, len(data), *(name[:2] if name is not None else ()))


class _ReportingUDP(_ReportingDatagrams, _ReportingDescriptor):
    """On the poller."""

    __slots__ = ()


class _ReportingBridgeUDP(_ReportingDatagrams):
    """On a port of Twisted's."""

    __slots__ = ()

    def connect(self, address: str, port: int) -> int:
        status: int = super().connect(address, port)
        _report(self, hook.CONNECT, address, port, status)
        return status

    def received(self, data: bytes, address: str, port: int) -> None:
        _report(self, hook.RECVFROM, len(data), address, port)
        super().received(data, address, port)

    def _giveBack(self) -> None:
        super()._giveBack()
        _report(self, hook.CLOSE)


class _ReportingTLS(_Base):
    """Over another handle: reports what it encrypts, and the handshake. What is below reports by itself."""

    __slots__ = ()

    def write(self, data: Buffer) -> int:
        status: int = self.writev((data,))  # by the session's `encrypt`
        return status

    def close(self) -> None:
        super().close()
        detach(self)

    def reset(self) -> int:
        status: int = super().reset()
        detach(self)
        return status


class _ReportingSession(_Base):
    """The session of a handle that encrypts."""

    __slots__ = ()

    def read(self) -> bytes | int:
        result: bytes | int = super().read()
        if type(result) is bytes:
            _report(_secured[self], hook.DECRYPTED, len(result))
        return result

    def follow(self, data: bytes, size: int) -> None:
        super().follow(data, size)
        _readAlone(self)

    def encrypt(self, chunks: Sequence[Buffer]) -> Buffer | None:
        result: Buffer | None = super().encrypt(chunks)
        if result is not None:
            _report(_secured[self], hook.ENCRYPTED, sum(map(len, chunks)))
        return result


#: The overrides, by the `tracedAs` of a handle's class.
_REPORTING: dict[str | None, type] = {
    "descriptor": _ReportingDescriptor,
    "transport": _ReportingBridge,
    "udp": _ReportingUDP,
    "port": _ReportingBridgeUDP,
    "tls": _ReportingTLS,
    "session": _ReportingSession,
}


class TracingFactory:
    """Wraps the current factory."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        make = getattr(self.real, name)
        if not callable(make):
            return make

        def made(*args: Any) -> Any:
            handle = make(*args)
            return handle if isinstance(handle, int) else attach(handle)

        return made


#: Traced classes by the class they replace, and back.
_traced: dict[type, type | None] = {}
_plain: dict[type, type] = {}
#: Traced handles that encrypt, by their sessions.
_secured: dict[Any, Any] = {}


def _tracedClass(plain: type) -> type | None:
    """The traced class for a handle's class, None when it has none (fakes)."""
    if plain not in _traced:
        reporting = _REPORTING.get(getattr(plain, "tracedAs", None))
        made = type("Traced" + plain.__name__, (reporting, plain), {"__slots__": ()}) if reporting is not None else None
        _traced[plain] = made
        if made is not None:
            _plain[made] = plain
    return _traced[plain]


def attach(handle: T) -> T:
    """Trace a handle from now on. Returns it."""
    made = None if type(handle) in _plain else _tracedClass(type(handle))
    if made is not None:
        traced: Any = handle
        traced.__class__ = made
        if issubclass(made, _ReportingDescriptor) and traced.fileno() >= 0:
            traced._socket = TracedSocket(traced, traced._socket)
        if issubclass(made, _ReportingTLS):
            _attachSession(traced)
    return handle


def _attachSession(handle: Any) -> None:
    session = handle.session
    _secured[session] = handle
    session.__class__ = _tracedClass(type(session))
    _readAlone(session)
    handle.watch(lambda step, *details: _report(handle, step, *details))


def detach(handle: Any) -> None:
    """Stop tracing a handle."""
    plain = _plain.get(type(handle))
    if plain is not None:
        isSecured = issubclass(type(handle), _ReportingTLS)
        handle.__class__ = plain
        if isSecured:
            _detachSession(handle.session)
        if isinstance(getattr(handle, "_socket", None), TracedSocket):
            handle._socket = handle._socket.real


def _readAlone(session: Any) -> None:
    """Let each record come by the session's `read`, which reports it, and not by its handle's shorter way."""
    session.isAtHead = False


def _detachSession(session: Any) -> None:
    handle = _secured.pop(session)
    session.__class__ = _plain[type(session)]
    session.follow(b"", 0)  # so that it knows again whether it is
    handle.watch(None)


def detachSecured() -> None:
    """Stop tracing all handles that encrypt."""
    for handle in list(_secured.values()):
        detach(handle)
