"""Names and addresses from the operating system: getaddrinfo and getnameinfo in the reactor's threads.

A look-up is a `Request`: it holds the program alive until it is answered or cancelled, and its answer comes
through `ticks.call`, in the reactor's own thread. A call that hangs in the C library keeps one thread of the
pool and nothing else; its result after `cancel()` is dropped. The work is done by a `Backend`, which tests
replace with `use()`. Queries to name servers are in `queries.py`.

Answers are lists, or negative integers: -errno, or the numbers of libuv for the getaddrinfo errors, which are
apart from every errno.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any, Protocol

import idna

from ..loop import activity, host, ticks

#: libuv's numbers for the errors of getaddrinfo; they collide with no errno, as the system's own would.
_EAI_NUMBERS = {
    "EAI_ADDRFAMILY": -3000,
    "EAI_AGAIN": -3001,
    "EAI_BADFLAGS": -3002,
    "EAI_FAIL": -3004,
    "EAI_FAMILY": -3005,
    "EAI_MEMORY": -3006,
    "EAI_NODATA": -3007,
    "EAI_NONAME": -3008,
    "EAI_OVERFLOW": -3009,
    "EAI_SERVICE": -3010,
    "EAI_SOCKTYPE": -3011,
}
NONAME = -3008
AGAIN = -3001
#: Longest host name, in bytes of its ASCII form, that goes to getaddrinfo; libuv refuses a longer one.
MAX_HOST = 255  # bytes

#: The same by the system's numbers.
_BY_NUMBER = {getattr(socket, name): number for name, number in _EAI_NUMBERS.items() if hasattr(socket, name)}
_FAMILIES = {0: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}

Addresses = list[str] | int
Names = tuple[str, str] | int


class Backend(Protocol):
    """Performs lookups. Each method returns at once and calls `answer` later, in the reactor's thread."""

    def getaddrinfo(self, name: str, family: int, flags: int, answer: Callable[[Addresses], None]) -> None:
        """Find the addresses of a name, in the system's order; `family` is 0, 4 or 6, `flags` are AI_* bits."""

    def getnameinfo(self, address: str, port: int, answer: Callable[[Names], None]) -> None:
        """Find host name and service name of a numeric address and a port."""


class Request:
    """A look-up in progress."""

    __slots__ = ("_done", "resourceName")

    def __init__(self, resourceName: str, done: Callable[[Any], object]) -> None:
        self.resourceName: str = resourceName
        self._done: Callable[[Any], object] | None = done
        activity.hold(self)

    def cancel(self) -> None:
        """Cancel: `done` will not be called, and the program no longer waits."""
        self._done = None
        activity.release(self)

    def answer(self, result: Any) -> None:
        """Called by the backend with its result."""
        done, self._done = self._done, None
        if done is None:
            return
        ticks.call(done, result)
        # Released last: what the callback started keeps the program alive from here on.
        activity.release(self)


class ThreadedBackend:
    """The C library, in the reactor's thread pool."""

    def getaddrinfo(self, name: str, family: int, flags: int, answer: Callable[[Addresses], None]) -> None:
        _inThread(lambda: _addresses(name, family, flags), answer)

    def getnameinfo(self, address: str, port: int, answer: Callable[[Names], None]) -> None:
        _inThread(lambda: _names(address, port), answer)


_backend: Backend = ThreadedBackend()


def use(backend: Backend) -> Backend:
    """Install `backend` and return the previous one. For tests."""
    global _backend
    before, _backend = _backend, backend
    return before


def getaddrinfo(name: str, family: int, flags: int, done: Callable[[Addresses], object]) -> Request | int:
    """Look a name up: `done(addresses)`, or `done(code)` with a negative code, follows.

    Returns the request, or -EINVAL for what cannot be a host name; then nothing follows.
    """
    ascii = toAscii(name)
    if not 0 < len(ascii) <= MAX_HOST:
        return -errno.EINVAL
    request = Request("GetAddrInfoReqWrap", done)
    _backend.getaddrinfo(ascii, family, flags, request.answer)
    return request


def getnameinfo(address: str, port: int, done: Callable[[Names], object]) -> Request:
    """Look up the names of a numeric address and a port: `done((host, service))` or `done(code)` follows."""
    request = Request("GetNameInfoReqWrap", done)
    _backend.getnameinfo(address, port, request.answer)
    return request


def toAscii(name: str) -> str:
    """The ASCII form of an international domain name; "" when there is none.

    A character no longer allowed in domain names, such as a check mark, is still encoded, as in Node.
    """
    if name.isascii():
        return name
    try:
        labels = idna.uts46_remap(name, std3_rules=False, transitional=False).split(".")
        return ".".join(map(_toAsciiLabel, labels))
    except (idna.IDNAError, UnicodeError):
        return ""


def _toAsciiLabel(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.InvalidCodepoint:
        return "xn--" + label.encode("punycode").decode("ascii")


def _inThread(work: Callable[[], Any], answer: Callable[[Any], None]) -> None:
    running = host.current()

    def run() -> None:
        running.callFromThread(answer, work())

    running.callInThread(run)


def _addresses(name: str, family: int, flags: int) -> Addresses:
    try:
        # As bytes: for a str Python would apply its own, older IDNA rules and length limits.
        found = socket.getaddrinfo(
            name.encode("ascii"), None, family=_FAMILIES[family], type=socket.SOCK_STREAM, flags=flags
        )
    except OSError as error:
        return _codeOf(error)
    return [str(entry[4][0]) for entry in found]


def _names(address: str, port: int) -> Names:
    try:
        # NAMEREQD, as Node asks for: an address without a name is an error.
        return socket.getnameinfo((address, port), socket.NI_NAMEREQD)
    except OSError as error:
        return _codeOf(error)


def _codeOf(error: OSError) -> int:
    if isinstance(error, socket.gaierror):
        return _BY_NUMBER.get(error.errno or 0, NONAME)
    return -(error.errno or errno.EIO)
