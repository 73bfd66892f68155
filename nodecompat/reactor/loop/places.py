"""Where the program began something: a connection, a server, a request. For the message of an error nobody listens for.

Noting it costs a microsecond, next to system calls that cost ten: a code object and a line, and no frame, which would
keep all of its variables alive.
"""

from __future__ import annotations

import linecache
import os
import sys
from traceback import FrameSummary, StackSummary
from types import CodeType
from typing import Any

Place = tuple[CodeType, int]

_PACKAGE = os.path.dirname(sys.modules["nodecompat"].__file__ or "") + os.sep
_TWISTED = f"{os.sep}twisted{os.sep}"


def isOurs(file: str) -> bool:
    """True for a file of this package, or of what calls it."""
    return file.startswith((_PACKAGE, "<frozen ")) or _TWISTED in file


def here() -> Place | None:
    """The line of the program that is being executed; None when the loop has called us by itself."""
    frame = sys._getframe(2)  # who calls this is ours
    while frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return frame.f_code, frame.f_lineno


def whereBegun(emitter: Any) -> tuple[str, Place] | None:
    """Where an emitter's work was begun, or that of the server that has accepted it; with a word for which."""
    server = getattr(emitter, "server", None) or getattr(getattr(emitter, "socket", None), "server", None)
    for each, word in ((emitter, "begun"), (server, "accepted by a server that was begun")):
        place: Place | None = getattr(each, "_begun_", None)
        if place is not None and not isOurs(place[0].co_filename):
            return word, place
    return None


def whereWaiting(coroutine: Any) -> Place | None:
    """The line of the program in which a coroutine waits: the innermost one."""
    found = None
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        if frame is not None and not isOurs(frame.f_code.co_filename):
            found = frame.f_code, frame.f_lineno
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    return found


def show(place: Place) -> str:
    """The place in Python's form, with its source."""
    code, line = place
    linecache.checkcache(code.co_filename)
    text = StackSummary.from_list([FrameSummary(code.co_filename, line, code.co_name)]).format()[0]
    return text.rstrip("\n")
