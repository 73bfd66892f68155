"""Negative errnos from Twisted's exceptions: foreign errors are translated once, where they enter.

Twisted keeps the number of a failed connect (`osError`) and a failed listen (`socketError`), and drops it
for a lost connection: there the class decides.
"""

from __future__ import annotations

import errno
from typing import Any

from twisted.internet import defer, error

from ..handle import EOF

#: libuv's number for "no such host"; no errno has it.
_NO_SUCH_HOST = -3008

#: Looked through in order: subclasses stand before their bases.
_BY_CLASS: tuple[tuple[type[BaseException], int], ...] = (
    (error.ConnectionDone, EOF),
    (error.ConnectionLost, -errno.ECONNRESET),
    (error.DNSLookupError, _NO_SUCH_HOST),
    (error.UnknownHostError, _NO_SUCH_HOST),
    (error.NoRouteError, -errno.EHOSTUNREACH),
    (error.ConnectionRefusedError, -errno.ECONNREFUSED),
    (error.TCPTimedOutError, -errno.ETIMEDOUT),
    (error.TimeoutError, -errno.ETIMEDOUT),
    (error.ConnectBindError, -errno.EADDRINUSE),
    (error.SSLError, -errno.EPROTO),
    (error.UserError, -errno.ECANCELED),
    (error.ConnectingCancelledError, -errno.ECANCELED),
    (defer.CancelledError, -errno.ECANCELED),
    (error.ConnectError, -errno.EIO),
    (OSError, -errno.EIO),
)


def toStatus(failure: Any) -> int:
    """The status for a Failure or an exception: EOF for a clean end, else a negative errno."""
    value = getattr(failure, "value", failure)
    number = _numberOf(value)
    if number:
        return -number
    for kind, status in _BY_CLASS:
        if isinstance(value, kind):
            return status
    return -errno.EPROTO  # above the transport: TLS, a proxy header


def _numberOf(value: BaseException) -> int:
    """The errno that the exception carries, 0 when none."""
    if isinstance(value, error.CannotListenError):
        value = value.socketError
    for name in ("osError", "errno"):
        number = getattr(value, name, None)
        if isinstance(number, OSError):  # some Twisted code passes the exception itself
            number = number.errno
        if isinstance(number, int) and number > 0:
            return number
    return 0
