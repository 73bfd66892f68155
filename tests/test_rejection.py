"""The promise of 'unhandledRejection' by itself; what `process` does with it is in `test_process.py`."""

from __future__ import annotations

import gc
from typing import Any

from twisted.logger import capturedLogs

from nodecompat.rejection import Rejection


def testOneThatNobodyHandlesIsDroppedInSilence() -> None:
    handled: list[Any] = []
    with capturedLogs() as logged:
        Rejection(ValueError("boom"), handled.append)
        gc.collect()
    assert (handled, logged) == ([], [])


def testOneThatIsHandledTellsOnce() -> None:
    handled: list[Any] = []
    rejection = Rejection(ValueError("boom"), handled.append)
    values: list[Any] = []
    rejection.addCallback(values.append).addErrback(lambda failure: values.append(str(failure.value)))
    assert (handled, values) == ([rejection], ["boom"])


def testAFailureThatIsPassedOnIsLoggedWhenItIsDropped() -> None:
    """As the promise of `then()`, which is one more rejection that nobody handles."""
    with capturedLogs() as logged:
        Rejection(ValueError("boom"), lambda rejection: None).addCallback(print)
        gc.collect()
    assert logged
