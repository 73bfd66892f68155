"""A program that ends with something alive and has never run its loop: its author has forgotten `run()`.

Node runs its loop by itself, so this is the first mistake of everyone who ports a program.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable

from . import activity, ticks, unawaited


def _warn(isIdle: Callable[[], bool]) -> None:
    if not isIdle() or hasattr(sys, "last_value"):  # the last: an exception has ended it
        return
    if ticks.loop.phases:  # some other loop has run
        return
    if not activity.isAlive() or not ticks.hasWork():
        unawaited.warnOfMain()
        return
    waiting = ", ".join(sorted(set(activity.resources())))
    print(
        f"nodecompat: the program is over, but its event loop has never run; these still wait: {waiting}.\n"
        "Call nodecompat.run() at its end, or start it with `nodecompat run` (inside asyncio: await in a task).",
        file=sys.stderr,
    )


def watch(isIdle: Callable[[], bool]) -> None:
    """Look for it at the end of the process. `isIdle`: `run()` was never called."""
    atexit.register(_warn, isIdle)
