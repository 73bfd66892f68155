"""What a failing program prints on stderr, and the final flush of the standard streams.

Neither may raise: stdout may be a broken pipe, stderr may be closed.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from . import places

#: What asyncio's functions say on a reactor that is not asyncio's, and what to do.
_NO_ASYNCIO = "no running event loop"
_ASYNCIO_REACTOR = (
    "asyncio runs on its own loop only: start the program with `nodecompat run --reactor asyncio`, "
    "or with asyncio.run(main())"
)
#: The method of an emitter that raises an error for which there is no listener.
_EMITS_ERROR = "_emitErrorEvent_"

#: The other fields that Node shows of an error, in Node's order.
_FIELDS = ("code", "errno", "syscall", "address", "port", "path", "hostname")


def printError(error: BaseException) -> None:
    """Print the traceback, from the first frame of the user's own program on.

    An error without a frame of the program ('error' without a listener) is printed without a traceback.
    """
    frames, unheard = userFrames(error.__traceback__), unheardOf(error)
    try:
        if frames is None and (unheard is not None or getattr(error, "code", None) is not None):
            print(*_describe(error), sep="\n", file=sys.stderr)
        else:
            traceback.print_exception(type(error), error, frames or error.__traceback__)
        if unheard is not None:
            print(unheard, 'Listen for it: emitter.on("error", listener)', sep="\n", file=sys.stderr)
        if isinstance(error, RuntimeError) and str(error) == _NO_ASYNCIO:
            print(_ASYNCIO_REACTOR, file=sys.stderr)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # stderr is full, closed, or None
        pass


def _describe(error: BaseException) -> Iterator[str]:
    """Node's name and message, the error's fields, and what has caused it."""
    word = "Uncaught"
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        fields = [f"{name}: {value!r}" for name in _FIELDS if (value := getattr(cause, name, None)) is not None]
        yield f"{word} {getattr(cause, 'name', type(cause).__name__)}: {cause}"
        if fields:
            yield f"  {{ {', '.join(fields)} }}"
        word = "Caused by"
        cause = _causeOf(cause)


def _causeOf(error: BaseException) -> BaseException | None:
    cause = error.__cause__ or getattr(error, "cause", None)
    return cause if isinstance(cause, BaseException) else None


def unheardOf(error: BaseException) -> str | None:
    """Of an 'error' event without a listener: whose it is, and where that was begun, if that is known."""
    emitter = _emitterOf(error.__traceback__)
    if emitter is None:
        return None
    whose = f"Unhandled 'error' event of {emitter!r}"
    found = places.whereBegun(emitter)
    return whose if found is None else f"{whose}, {found[0]} here:\n{places.show(found[1])}"


def _emitterOf(frames: TracebackType | None) -> Any:
    # The traceback knows it, so that an error that is listened for costs nothing. The last one: it may have come
    # out of a listener for the 'error' of another. Where a listener was found, it has failed itself: that is no event.
    emitter = None
    while frames is not None:
        frame = frames.tb_frame
        if frame.f_code.co_name == _EMITS_ERROR and places.isOurs(frame.f_code.co_filename):
            found = frame.f_locals
            emitter = found["self"] if found.get("entry", found) is None else None
        frames = frames.tb_next
    return emitter


def userFrames(frames: TracebackType | None) -> TracebackType | None:
    """Skip the frames above the program: the reactor, the poller, the command."""
    while frames is not None and _isOurs(frames):
        frames = frames.tb_next
    return frames


def _isOurs(frame: TracebackType) -> bool:
    return places.isOurs(frame.tb_frame.f_code.co_filename)


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
