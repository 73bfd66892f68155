"""Starts and stops a recording of this program: `with anatomy.record() as recording: …`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from ..reactor import choose
from .entries import Entry
from .model import Recording

if TYPE_CHECKING:
    from .recorder import Recorder

#: Entries kept by default.
LIMIT = 10_000


class Recorders:
    """One recording at a time: it patches classes that all code shares."""

    def __init__(self) -> None:
        self._stop: Callable[[], None] | None = None
        self.recorder: Recorder | None = None
        self._steps: Any = None

    def start(self, recording: Recording, onentry: Callable[[Entry], None] | None = None) -> Recorder:
        """Start filling `recording`.

        Raises:
            RuntimeError: another recording is under way.
        """
        if self.recorder is not None:
            raise RuntimeError("a recording is under way already")
        # Late: a program that is not recorded does not load http.
        from .program import Program
        from .recorder import Recorder, forget
        from .steps import Steps

        recorder = Recorder(recording)
        recorder.onentry = onentry
        steps = Steps(recorder)
        program = Program(recorder, steps)
        self.recorder, self._steps = recorder, steps

        def stop() -> None:
            choose.stopTracing()
            program.stop()
            forget()

        self._stop = stop
        choose.startTracing(steps)
        program.start()
        return recorder

    def stop(self) -> None:
        """Stop the current recording, if any, and undo every patch."""
        if self._stop is not None:
            self._stop()
        self.recorder = self._stop = self._steps = None

    def ignoreHandle(self, handle: Any) -> None:
        """Record nothing of this handle, nor of those that it accepts."""
        if self._steps is not None:
            self._steps.ignore(handle)


_recorders = Recorders()
start: Final = _recorders.start
stop: Final = _recorders.stop
ignoreHandle: Final = _recorders.ignoreHandle


def newRecording(program: str | None = None, limit: int = LIMIT) -> Recording:
    """An empty recording of the running program."""
    name = program if program is not None else os.path.basename(sys.argv[0]) if sys.argv else ""
    return Recording(program=name, startedAt=datetime.now(timezone.utc).isoformat(timespec="milliseconds"), limit=limit)


@contextlib.contextmanager
def record(program: str | None = None, *, limit: int = LIMIT) -> Iterator[Recording]:
    """Record what happens inside the block.

    Args:
        program: the name in the pictures; None, the default: the running script's.
        limit: how many entries are kept, 10,000 by default; beyond that the oldest are dropped and counted.
    Returns: a Recording, which fills while the block runs; its `svg()`, `html()`, `mermaid()`, `text()` and `toJson()`
        draw and keep it.
    Raises: RuntimeError, when another recording is under way.
    Example:
        >>> from nodecompat import anatomy
        >>> with anatomy.record() as recording:
        ...     server = net.createServer(lambda socket: socket.end("bye")).listen(8000)
        ...     client = net.connect(8000, "127.0.0.1")
        ...     await events.once(client, "ready")
        []
        >>> [entry.label for entry in recording.entries if entry.kind == "event"]
        ["'listening'", "'connection'", "'connect'", "'ready'"]
    """
    recording = newRecording(program, limit)
    start(recording)
    try:
        yield recording
    finally:
        stop()
