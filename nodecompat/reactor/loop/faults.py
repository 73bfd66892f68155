"""Where uncaught exceptions go.

A listener that raises unwinds through `emit` to the callback of its handle and ends here. In order: the hook
of the `process` module ('uncaughtException'); the program runner (`run.py`: print the traceback, exit code 1);
else we run inside another application's reactor: the error is logged as critical and its
connection is dropped. One bad connection never takes down a Twisted application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: Set by the Node layer: `hook(error)` is True when the program handled the error.
hook: Callable[[BaseException], bool] | None = None
#: Set by `run.py` while it owns the process: `fatal(error)` ends the program.
fatal: Callable[[BaseException], None] | None = None
#: Set by a host that runs the program in its own reactor: `onexit(error)` receives a `process.exit()`.
onexit: Callable[[SystemExit], object] | None = None


def report(error: BaseException, handle: Any = None) -> None:
    """Handle an uncaught exception. Never raises. `handle`: whose callback raised; its connection is dropped."""
    try:
        if hook is not None and not isinstance(error, (SystemExit, KeyboardInterrupt)) and hook(error):
            return
    except BaseException as worse:  # an 'uncaughtException' listener that itself raises ends the program
        error = worse
    if fatal is not None:
        fatal(error)
        return
    if onexit is not None and isinstance(error, SystemExit):
        onexit(error)
        return
    _log(error)
    giveUp = remedy(handle)
    if giveUp is not None:
        try:
            giveUp()
        except BaseException as worse:
            _log(worse)


def remedy(handle: Any) -> Callable[[], object] | None:
    """What drops a connection: a handle's `onfault`, or `_onfault_` of a socket or message of the Node layer."""
    return getattr(handle, "_onfault_", None) or getattr(handle, "onfault", None)


def _log(error: BaseException) -> None:
    from twisted.logger import Logger
    from twisted.python.failure import Failure

    from .report import unheardOf

    what = unheardOf(error) or "Uncaught exception"
    Logger(namespace="nodecompat").failure("{what}", Failure(error), what=what)
