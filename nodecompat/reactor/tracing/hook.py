"""The tracer hook: reports what happens below the API. Costs nothing while no tracer is set.

`choose.startTracing(tracer)` lets handles call `tracer(handle, step, *details)`, in the order in which things happen,
after the system call they report. The steps, and their details:

    SOCKET                  descriptor
    BIND, CONNECT           address, port, status (0 or -errno; a connect that is under way is -EINPROGRESS)
    LISTEN                  backlog, status
    ACCEPT                  the accepted handle (told of the server's handle)
    SO_ERROR                status of a connect that has ended
    WRITE_ARMED, WRITE_DISARMED     none: the poller watches for room to write, or no longer
    READ_STARTED, READ_STOPPED      none: the owner wants data, or no longer
    RECV, SEND              bytes (RECV 0 is the end of the peer's data), or -errno
    RECVFROM, SENDTO        bytes or -errno, and for bytes the other end's address and port: of datagrams
    EAGAIN                  "recv", "recvfrom", "send" or "accept": the kernel has nothing, or no room
    SHUTDOWN, RESET, CLOSE  none

Of a handle that encrypts, told of itself; `handle.inner` leads to the one below:

    TLS_SENT, TLS_RECEIVED  the name of a message of the handshake, such as "ClientHello"
    ALERT_SENT, ALERT_RECEIVED      name, and whether it ends the connection
    VERIFIED                "" when the peer's certificate holds, or why not
    RESUMED                 none: an earlier session is resumed
    SECURE                  the version and the cipher
    ENCRYPTED, DECRYPTED    bytes of the program's data

The fast path never asks whether there is a tracer. Tracing changes the handle instead: `handles.py` gives it a
subclass of its class and a socket that reports. Handles over Twisted transports report what they see: no SOCKET,
watchers or EAGAIN. A tracer must not raise, nor call the handle's methods that do I/O.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Tracer = Callable[..., object]

SOCKET = "socket"
BIND = "bind"
CONNECT = "connect"
LISTEN = "listen"
ACCEPT = "accept"
SO_ERROR = "SO_ERROR"
WRITE_ARMED = "write watcher armed"
WRITE_DISARMED = "write watcher disarmed"
READ_STARTED = "read watcher started"
READ_STOPPED = "read watcher stopped"
RECV = "recv"
SEND = "send"
RECVFROM = "recvfrom"
SENDTO = "sendto"
EAGAIN = "EAGAIN"
SHUTDOWN = "shutdown"
RESET = "reset"
CLOSE = "close"
TLS_SENT = "TLS sent"
TLS_RECEIVED = "TLS received"
ALERT_SENT = "alert sent"
ALERT_RECEIVED = "alert received"
VERIFIED = "certificate verified"
RESUMED = "session resumed"
SECURE = "secure"
ENCRYPTED = "encrypted"
DECRYPTED = "decrypted"

#: The tracer. Handles traced earlier look here too.
tracer: Tracer | None = None
#: Traces a new handle; None while there is no tracer. Set by `choose.startTracing`.
attacher: Callable[[Any], object] | None = None


def attach(handle: T) -> T:
    """Trace a new handle if there is a tracer. Returns it: for code that makes handles."""
    if attacher is not None:
        attacher(handle)
    return handle
