"""Errors of the operating system and of name lookups: a negative errno from below becomes an OSError above.

Each is an instance of the fitting built-in (`except ConnectionRefusedError` works) and carries Node's `code`,
`syscall` and, where known, `address`, `port`, `path`, `dest` and `hostname` (None otherwise).
Differs from Node: `errno` is positive, as everywhere in Python; for a look-up it is libuv's number without its sign.
"""

from __future__ import annotations

import errno as _errno
import os
import socket
from collections.abc import Iterable, Sequence
from typing import Any

from .base import AggregateError, NodeError
from .describe import toText

#: libuv's texts, for the messages that spell the error out (`address already in use`).
_TEXTS = {
    "E2BIG": "argument list too long",
    "EACCES": "permission denied",
    "EADDRINUSE": "address already in use",
    "EADDRNOTAVAIL": "address not available",
    "EAFNOSUPPORT": "address family not supported",
    "EAGAIN": "resource temporarily unavailable",
    "EAI_ADDRFAMILY": "address family not supported",
    "EAI_AGAIN": "temporary failure",
    "EAI_BADFLAGS": "bad ai_flags value",
    "EAI_BADHINTS": "invalid value for hints",
    "EAI_CANCELED": "request canceled",
    "EAI_FAIL": "permanent failure",
    "EAI_FAMILY": "ai_family not supported",
    "EAI_MEMORY": "out of memory",
    "EAI_NODATA": "no address",
    "EAI_NONAME": "unknown node or service",
    "EAI_OVERFLOW": "argument buffer overflow",
    "EAI_PROTOCOL": "resolved protocol is unknown",
    "EAI_SERVICE": "service not available for socket type",
    "EAI_SOCKTYPE": "socket type not supported",
    "EALREADY": "connection already in progress",
    "EBADF": "bad file descriptor",
    "EBUSY": "resource busy or locked",
    "ECANCELED": "operation canceled",
    "ECHARSET": "invalid Unicode character",
    "ECONNABORTED": "software caused connection abort",
    "ECONNREFUSED": "connection refused",
    "ECONNRESET": "connection reset by peer",
    "EDESTADDRREQ": "destination address required",
    "EEXIST": "file already exists",
    "EFAULT": "bad address in system call argument",
    "EFBIG": "file too large",
    "EFTYPE": "inappropriate file type or format",
    "EHOSTDOWN": "host is down",
    "EHOSTUNREACH": "host is unreachable",
    "EILSEQ": "illegal byte sequence",
    "EINTR": "interrupted system call",
    "EINVAL": "invalid argument",
    "EIO": "i/o error",
    "EISCONN": "socket is already connected",
    "EISDIR": "illegal operation on a directory",
    "ELOOP": "too many symbolic links encountered",
    "EMFILE": "too many open files",
    "EMLINK": "too many links",
    "EMSGSIZE": "message too long",
    "ENAMETOOLONG": "name too long",
    "ENETDOWN": "network is down",
    "ENETUNREACH": "network is unreachable",
    "ENFILE": "file table overflow",
    "ENOBUFS": "no buffer space available",
    "ENODATA": "no data available",
    "ENODEV": "no such device",
    "ENOENT": "no such file or directory",
    "ENOEXEC": "exec format error",
    "ENOMEM": "not enough memory",
    "ENONET": "machine is not on the network",
    "ENOPROTOOPT": "protocol not available",
    "ENOSPC": "no space left on device",
    "ENOSYS": "function not implemented",
    "ENOTCONN": "socket is not connected",
    "ENOTDIR": "not a directory",
    "ENOTEMPTY": "directory not empty",
    "ENOTSOCK": "socket operation on non-socket",
    "ENOTSUP": "operation not supported on socket",
    "ENOTTY": "inappropriate ioctl for device",
    "ENXIO": "no such device or address",
    "EOF": "end of file",
    "EOVERFLOW": "value too large for defined data type",
    "EPERM": "operation not permitted",
    "EPIPE": "broken pipe",
    "EPROTO": "protocol error",
    "EPROTONOSUPPORT": "protocol not supported",
    "EPROTOTYPE": "protocol wrong type for socket",
    "ERANGE": "result too large",
    "EREMOTEIO": "remote I/O error",
    "EROFS": "read-only file system",
    "ESHUTDOWN": "cannot send after transport endpoint shutdown",
    "ESOCKTNOSUPPORT": "socket type not supported",
    "ESPIPE": "invalid seek",
    "ESRCH": "no such process",
    "ETIMEDOUT": "connection timed out",
    "ETXTBSY": "text file is busy",
    "EUNATCH": "protocol driver not attached",
    "EXDEV": "cross-device link not permitted",
    "UNKNOWN": "unknown error",
}
#: libuv's numbers of lookup failures. The system's own (socket.EAI_NONAME is -2) would collide with errnos.
EAI_CODES = {
    -3000: "EAI_ADDRFAMILY",
    -3001: "EAI_AGAIN",
    -3002: "EAI_BADFLAGS",
    -3003: "EAI_CANCELED",
    -3004: "EAI_FAIL",
    -3005: "EAI_FAMILY",
    -3006: "EAI_MEMORY",
    -3007: "EAI_NODATA",
    -3008: "EAI_NONAME",
    -3009: "EAI_OVERFLOW",
    -3010: "EAI_SERVICE",
    -3011: "EAI_SOCKTYPE",
    -3013: "EAI_BADHINTS",
    -3014: "EAI_PROTOCOL",
}
_EAI_NUMBERS = {name: number for number, name in EAI_CODES.items()}
#: Errors of libuv's own.
_OWN = {-4028: "EFTYPE", -4080: "ECHARSET", -4094: "UNKNOWN", -4095: "EOF"}
#: Linux has two names for some numbers; Node knows one.
_ALIASES = {"EWOULDBLOCK": "EAGAIN", "EOPNOTSUPP": "ENOTSUP", "EDEADLOCK": "EDEADLK"}


def getSystemErrorName(err: int) -> str:
    """The name of a negative errno: `getSystemErrorName(-111)` is "ECONNREFUSED".

    Node: https://nodejs.org/api/util.html#utilgetsystemerrornameerr
    """
    if err in EAI_CODES:
        return EAI_CODES[err]
    if err in _OWN:
        return _OWN[err]
    name = _errno.errorcode.get(-err)
    return _ALIASES.get(name, name) if name else f"Unknown system error {err}"


def getSystemErrorMessage(err: int) -> str:
    """The text of a negative errno: `getSystemErrorMessage(-98)` is "address already in use".

    Node: https://nodejs.org/api/util.html#utilgetsystemerrormessageerr
    """
    return _TEXTS.get(getSystemErrorName(err)) or os.strerror(-err)


def knownErrors() -> dict[int, str]:
    """Every number known to libuv, with its name."""
    numbers = {name: -getattr(_errno, name) for name in _TEXTS if hasattr(_errno, name)}
    return {**{number: name for name, number in numbers.items()}, **EAI_CODES, **_OWN}


class SystemCallError(NodeError, OSError):
    """A failed system call.

    Args:
        message: Node's text.
        code: such as "ECONNREFUSED".
        errno: positive, or None where Node has none.
        fields: syscall, address, port, path, dest, hostname.
    Node: https://nodejs.org/api/errors.html#class-systemerror
    """

    syscall: str | None = None
    address: str | None = None
    port: int | None = None
    path: str | None = None
    dest: str | None = None
    hostname: str | None = None

    def __init__(self, message: str, code: str, errno: int | None = None, **fields: Any) -> None:
        if errno is not None:
            OSError.__init__(self, errno, message)
        self.errno = errno
        self._setMessage(message)
        self.code = code
        self.__dict__.update(fields)

    def _state(self) -> dict[str, Any]:
        # errno and strerror are slots of OSError, not in __dict__.
        return {**self.__dict__, "errno": self.errno, "strerror": self.strerror}


class ECONNREFUSED(SystemCallError, ConnectionRefusedError):
    """Nothing listens there."""


class ECONNRESET(SystemCallError, ConnectionResetError):
    """The peer reset the connection."""


class ECONNABORTED(SystemCallError, ConnectionAbortedError):
    """The connection was aborted on this side."""


class EPIPE(SystemCallError, BrokenPipeError):
    """The other end no longer reads (also ESHUTDOWN)."""


class ETIMEDOUT(SystemCallError, TimeoutError):
    """Timed out."""


class EACCES(SystemCallError, PermissionError):
    """Not permitted (also EPERM)."""


class ENOENT(SystemCallError, FileNotFoundError):
    """No such file or socket path."""


class EEXIST(SystemCallError, FileExistsError):
    """The file exists."""


class ENOTDIR(SystemCallError, NotADirectoryError):
    """A part of the path is not a directory."""


class EISDIR(SystemCallError, IsADirectoryError):
    """The path is a directory."""


class EAGAIN(SystemCallError, BlockingIOError):
    """The call would block (also EALREADY, EINPROGRESS)."""


class EINTR(SystemCallError, InterruptedError):
    """Interrupted by a signal."""


class ESRCH(SystemCallError, ProcessLookupError):
    """No such process."""


class DNSError(SystemCallError, socket.gaierror):
    """A name lookup or a DNS query failed; `hostname` is the name."""


_SYSTEM_CLASSES: tuple[type[SystemCallError], ...] = (
    ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, ETIMEDOUT, EACCES, ENOENT, EEXIST, ENOTDIR, EISDIR, EAGAIN, EINTR,
    ESRCH,
)  # fmt: skip
_CLASSES: dict[str, type[SystemCallError]] = {
    **{cls.__name__: cls for cls in _SYSTEM_CLASSES},
    "ESHUTDOWN": EPIPE,
    "EPERM": EACCES,
    "EALREADY": EAGAIN,
    "EINPROGRESS": EAGAIN,
}


def _make(message: str, err: int, syscall: str | None, fields: dict[str, Any]) -> SystemCallError:
    code = getSystemErrorName(err)
    return _CLASSES.get(code, SystemCallError)(message, code, -err, syscall=syscall, **fields)


def errnoException(err: int, syscall: str, original: str | None = None) -> SystemCallError:
    """The error of a failed call: `read ECONNRESET`.

    Args:
        err: negative errno.
        syscall: such as "read".
        original: further text for the message.
    """
    message = f"{syscall} {getSystemErrorName(err)}"
    return _make(f"{message} {original}" if original else message, err, syscall, {})


def exceptionWithHostPort(
    err: int,
    syscall: str,
    address: str | None = None,
    port: int | None = None,
    additional: str | None = None,
    nowhere: str = "undefined",
) -> SystemCallError:
    """The error of a call that has an address: `connect ECONNREFUSED 127.0.0.1:80`.

    Args:
        err: negative errno.
        address: IP address or path.
        port: 0 or None for a path.
        additional: the local end, shown as `- Local (…)`.
        nowhere: shown before a port without an address.
    """
    fields: dict[str, Any] = {"address": address}
    details = ""
    if port:
        fields["port"] = port
    if port and port > 0:
        details = f" {address if address is not None else nowhere}:{toText(port)}"
    elif address:
        details = f" {address}"
    if additional:
        details += f" - Local ({additional})"
    return _make(f"{syscall} {getSystemErrorName(err)}{details}", err, syscall, fields)


def uvExceptionWithHostPort(
    err: int, syscall: str, address: str | None = None, port: int | None = None
) -> SystemCallError:
    """As `exceptionWithHostPort`, with the text spelt out: `listen EADDRINUSE: address already in use ::1:80`.

    A Unix path has port -1, which the error shows as Node does.
    """
    fields: dict[str, Any] = {"address": address}
    details = f" {address}" if address else ""
    if port:
        fields["port"] = port
        if port > 0:
            details = f" {address if address is not None else 'undefined'}:{toText(port)}"
    message = f"{syscall} {getSystemErrorName(err)}: {getSystemErrorMessage(err)}{details}"
    return _make(message, err, syscall, fields)


def uvException(
    err: int, syscall: str, path: str | None = None, dest: str | None = None, message: str | None = None
) -> SystemCallError:
    """The error of a call on files: `ENOENT: no such file or directory, open '/x'`."""
    text = f"{getSystemErrorName(err)}: {message or getSystemErrorMessage(err)}, {syscall}"
    fields: dict[str, Any] = {}
    if path is not None:
        fields["path"] = path
        text += f" '{path}'"
    if dest is not None:
        fields["dest"] = dest
        text += f" -> '{dest}'"
    return _make(text, err, syscall, fields)


def ofSystem(error: BaseException, syscall: str) -> BaseException:
    """An OSError of Python as the error that Node has for it, which is its cause; any other error as it is."""
    if not isinstance(error, OSError) or isinstance(error, NodeError) or not error.errno:
        return error
    made = uvException(-error.errno, syscall)
    made.__cause__ = error
    return made


def dnsException(code: int | str, syscall: str, hostname: str | None = None) -> DNSError:
    """The error of a lookup or a DNS query: `getaddrinfo ENOTFOUND nowhere.test`.

    Args:
        code: the code of a query ("ENODATA"), an EAI name ("EAI_AGAIN"), a negative errno or libuv number.
        syscall: "getaddrinfo", "queryA", …
        hostname: what was asked for.
    """
    number: int | None = None
    if isinstance(code, int):
        number, code = code, getSystemErrorName(code)
    elif code in _EAI_NUMBERS:
        number = _EAI_NUMBERS[code]
    if code in ("EAI_NODATA", "EAI_NONAME"):  # Node keeps the older name for "no such host"
        code = "ENOTFOUND"
    fields: dict[str, Any] = {"syscall": syscall}
    if hostname is not None:
        fields["hostname"] = hostname
    message = f"{syscall} {code} {hostname}" if hostname else f"{syscall} {code}"
    return DNSError(message, code, None if number is None else -number, **fields)


def eaiCode(error: socket.gaierror) -> str:
    """The EAI name of what socket.getaddrinfo raised: "EAI_NONAME"."""
    for name in _EAI_NUMBERS:
        if getattr(socket, name, None) == error.errno:
            return name
    return "EAI_FAIL"


def connResetException(message: str) -> ECONNRESET:
    """A connection that ended too early: "socket hang up" or "aborted", code ECONNRESET without errno."""
    return ECONNRESET(message, "ECONNRESET")


class AggregateSystemError(AggregateError, OSError):
    """Every one of several attempts failed with a system error."""


class AggregateRefusedError(AggregateSystemError, ConnectionRefusedError):
    """Every one of several addresses refused the connection."""


def aggregateError(errors: Iterable[BaseException], message: str = "") -> AggregateError:
    """One error for several: it is an OSError when all of them are, a ConnectionRefusedError likewise."""
    found = list(errors)
    cls = AggregateError
    if found and _allAre(found, ConnectionRefusedError):
        cls = AggregateRefusedError
    elif found and _allAre(found, OSError):
        cls = AggregateSystemError
    return cls(found, message)


def aggregateTwoErrors(inner: BaseException | None, outer: BaseException | None) -> BaseException | None:
    """Both errors in one if there are two: that of the operation and that of its clean-up."""
    if inner is None or outer is None or inner is outer:
        return inner or outer
    if isinstance(outer, AggregateError):
        outer.errors.append(inner)
        return outer
    return AggregateError([outer, inner], str(outer))


def _allAre(errors: Sequence[BaseException], cls: type[BaseException]) -> bool:
    return all(isinstance(error, cls) for error in errors)


class NodeSystemError(NodeError, OSError):
    """A coded error about a system call; `info` describes the system's error.

    Args:
        info: with `errno` (negative), `code`, `syscall` and `message`, perhaps `path` and `dest`.
    Node: https://nodejs.org/api/errors.html#class-systemerror
    """

    name = "SystemError"
    syscall: str | None = None
    path: str | None = None
    dest: str | None = None

    def __init__(self, info: dict[str, Any]) -> None:
        super().__init__()
        self.info = info
        self.syscall = info.get("syscall")
        number = info.get("errno")
        self.errno: int | None = None if number is None else abs(number)
        details = f"{self.syscall} returned {info.get('code')} ({info.get('message')})"
        # `path` and `dest` are of errors on files.
        self.path, self.dest = info.get("path"), info.get("dest")
        if self.path is not None:
            details += f" {self.path}"
        if self.dest is not None:
            details += f" => {self.dest}"
        self._setMessage(f"{self.text}: {details}")

    def _state(self) -> dict[str, Any]:
        return {**self.__dict__, "errno": self.errno}
