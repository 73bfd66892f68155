"""Tells systemd how a service fares: that it is ready, reloads, stops, and is alive.

The protocol is sd_notify(3): a datagram of lines to the socket that NOTIFY_SOCKET names. Without that variable nothing
is told.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from typing import Any

from ..net.channels import listenEnd
from ..process import process
from ..timers import setInterval

#: The variable that names the socket.
SOCKET = "NOTIFY_SOCKET"


class Notifier:
    """Tells the service manager, if there is one."""

    def __init__(self) -> None:
        path = os.environ.get(SOCKET, "")
        self._address: str | None = None
        if path.startswith(("/", "@")) and hasattr(socket, "AF_UNIX"):
            self._address = "\0" + path[1:] if path.startswith("@") else path

    def tell(self, *lines: str) -> None:
        """Send a message; a manager that is gone is no reason to fail."""
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(lines).encode(), self._address)
        except OSError:
            pass

    def ready(self) -> None:
        """It serves: now, or again after a reload."""
        self.tell("READY=1")

    def reloading(self) -> None:
        """A reload begins; `ready` ends it."""
        self.tell("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """It ends."""
        self.tell("STOPPING=1")

    def keepWatchdog(self, isWell: Callable[[], bool] = lambda: True) -> None:
        """Say from now on that the loop turns, twice as often as is asked for, and as long as `isWell()`."""
        period = os.environ.get("WATCHDOG_USEC", "")
        isOurs = os.environ.get("WATCHDOG_PID") in (None, "", str(os.getpid()))
        if self._address is not None and period.isdecimal() and int(period) and isOurs:
            setInterval(lambda: self.tell("WATCHDOG=1") if isWell() else None, int(period) / 2000.0).unref()


def attend() -> None:
    """Tell of this process: it is ready when its first server listens, and stops when it exits."""
    if not os.environ.get(SOCKET):
        return
    notifier = Notifier()

    def onListening(message: Any, name: Any = None) -> None:
        listenEnd.unsubscribe(onListening)
        notifier.ready()

    listenEnd.subscribe(onListening)
    process.on("exit", lambda code: notifier.stopping())
    notifier.keepWatchdog()
