"""What a failing program prints on stderr, and the final flush of the standard streams.

Neither may raise: stdout may be a broken pipe, stderr may be closed.
"""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

_PACKAGE = os.path.dirname(sys.modules["nodecompat"].__file__ or "") + os.sep


#: The other fields that Node shows of an error, in Node's order.
_FIELDS = ("code", "errno", "syscall", "address", "port", "path", "hostname")


def printError(error: BaseException) -> None:
    """Print the traceback, from the first frame of the user's own program on.

    An error without a frame of the program ('error' without a listener) is printed without a traceback.
    """
    frames = userFrames(error.__traceback__)
    try:
        if frames is None and getattr(error, "code", None) is not None:
            print(_describe(error), file=sys.stderr)
        else:
            traceback.print_exception(type(error), error, frames or error.__traceback__)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # stderr is full, closed, or None
        pass


def _describe(error: BaseException) -> str:
    """Node's name and message, and the error's fields."""
    fields = [f"{name}: {value!r}" for name in _FIELDS if (value := getattr(error, name, None)) is not None]
    return f"Uncaught {getattr(error, 'name', type(error).__name__)}: {error}\n  {{ {', '.join(fields)} }}"


def userFrames(frames: TracebackType | None) -> TracebackType | None:
    """Skip the frames above the program: the reactor, the poller, the command."""
    while frames is not None and _isOurs(frames):
        frames = frames.tb_next
    return frames


def _isOurs(frame: TracebackType) -> bool:
    name = frame.tb_frame.f_code.co_filename
    return name.startswith((_PACKAGE, "<frozen ")) or f"{os.sep}twisted{os.sep}" in name


def flush() -> None:
    """Flush stdout and stderr; drop what cannot be written."""
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _toNowhere(descriptor)


def _toNowhere(descriptor: int) -> None:
    """Point a broken standard stream at /dev/null, so that the interpreter's own final flush succeeds."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    except OSError:
        pass
