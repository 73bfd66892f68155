"""Negative errnos from Twisted's exceptions."""

from __future__ import annotations

import errno

import pytest
from twisted.internet import defer, error
from twisted.python.failure import Failure

from nodecompat.reactor.handle import EOF
from nodecompat.reactor.twisted.errors import toStatus

NO_SUCH_HOST = -3008  # libuv's UV_EAI_NONAME


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (OSError(errno.ENOENT, ""), -errno.ENOENT),
        (error.ConnectError(osError=errno.EACCES), -errno.EACCES),
        (error.ConnectError(osError=OSError(errno.EPERM, "")), -errno.EPERM),
        (error.CannotListenError("", 80, OSError(errno.EADDRINUSE, "")), -errno.EADDRINUSE),
        (error.ConnectBindError(osError=errno.EADDRNOTAVAIL), -errno.EADDRNOTAVAIL),
    ],
)
def testANumberThatIsKeptDecides(problem: BaseException, expected: int) -> None:
    assert toStatus(problem) == expected


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (error.ConnectionDone(), EOF),
        (error.ConnectionLost(), -errno.ECONNRESET),
        (error.ConnectionAborted(), -errno.ECONNRESET),
        (error.DNSLookupError(), NO_SUCH_HOST),
        (error.UnknownHostError(), NO_SUCH_HOST),
        (error.NoRouteError(), -errno.EHOSTUNREACH),
        (error.ConnectionRefusedError(), -errno.ECONNREFUSED),
        (error.TCPTimedOutError(), -errno.ETIMEDOUT),
        (error.TimeoutError(), -errno.ETIMEDOUT),
        (error.UserError(), -errno.ECANCELED),
        (defer.CancelledError(), -errno.ECANCELED),
        (error.ConnectError(), -errno.EIO),
        (OSError(), -errno.EIO),
        (ValueError("a proxy header"), -errno.EPROTO),
    ],
)
def testElseTheClassDoes(problem: BaseException, expected: int) -> None:
    assert toStatus(problem) == expected


def testAFailureStandsForItsException() -> None:
    assert toStatus(Failure(error.ConnectionDone())) == EOF
