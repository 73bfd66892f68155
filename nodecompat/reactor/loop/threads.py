"""Work in the loop's thread pool, for what would hold the loop up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import activity, host, ticks


class _Work:
    """Keeps the program alive until its answer has come."""

    def __init__(self, resourceName: str) -> None:
        self.resourceName = resourceName


def inThread(
    work: Callable[[], Any], answer: Callable[[Any, BaseException | None], object], resourceName: str = "Worker"
) -> None:
    """Call `work` in a thread, then `answer(result, None)` or `answer(None, error)` from the loop.

    Args: resourceName: what `process.getActiveResourcesInfo()` shows meanwhile.
    """
    holder = _Work(resourceName)
    running = host.current()

    def finish(result: Any, error: BaseException | None) -> None:
        activity.release(holder)
        ticks.call(answer, result, error)

    def run() -> None:
        try:
            result, error = work(), None
        except BaseException as failure:
            result, error = None, failure
        running.callFromThread(finish, result, error)

    activity.hold(holder)
    running.callInThread(run)
