"""Fixtures of the tests of streams: a log that watches them, and what comes of a coroutine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlog import Log, start
from twisted.python.failure import Failure

from nodecompat.testing import Network


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def outcome(net: Network) -> Callable[[Any], Any]:
    """Run a coroutine, or wait for a Deferred, to its end: its result, or its exception."""

    def run(waited: Any) -> Any:
        results: list[Any] = []
        deferred = start(waited) if hasattr(waited, "cr_frame") else waited
        deferred.addBoth(results.append)
        net.run()
        assert results, "still waiting"
        if isinstance(results[0], Failure):
            raise results[0].value
        return results[0]

    return run
