"""What the user reads on stderr when a program fails, and the last flush of the standard streams.

Neither may raise: stdout may be a pipe that nobody reads any more, stderr may be closed.
"""

from __future__ import annotations

import os
import sys
import traceback
from types import TracebackType

_PACKAGE = os.path.dirname(sys.modules["nodecompat"].__file__ or "") + os.sep


#: What else Node shows of an error, in its order.
_FIELDS = ("code", "errno", "syscall", "address", "port", "path", "hostname")


def printError(error: BaseException) -> None:
    """Print the traceback, from the first frame of the user's own program on.

    An error that comes from no line of the program ('error' without a listener) is printed without one.
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
    """Leave out what lies above the program: the reactor, the poller, the command."""
    while frames is not None and _isOurs(frames):
        frames = frames.tb_next
    return frames


def _isOurs(frame: TracebackType) -> bool:
    name = frame.tb_frame.f_code.co_filename
    return name.startswith((_PACKAGE, "<frozen ")) or f"{os.sep}twisted{os.sep}" in name


def flush() -> None:
    """Flush stdout and stderr; what nobody can read is dropped."""
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _toNowhere(descriptor)


def _toNowhere(descriptor: int) -> None:
    """Point a broken standard stream to /dev/null, so that the interpreter's own last flush does not fail too."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    except OSError:
        pass
