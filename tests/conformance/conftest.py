"""Runs each check in every world."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import WORLDS, World

from nodecompat.reactor.loop import faults


@pytest_twisted.async_yield_fixture(params=WORLDS)
async def world(request: Any) -> AsyncIterator[World]:
    made = WORLDS[request.param]()
    yield made
    await made.close()


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The exceptions of callbacks that ended in the log, as in a program that handles none."""
    seen: list[BaseException] = []
    monkeypatch.setattr(faults, "_log", seen.append)
    monkeypatch.setattr(faults, "fatal", None)
    monkeypatch.setattr(faults, "hook", None)
    return seen


@pytest.fixture
def descriptors() -> Any:
    """`descriptors()` is how many file descriptors are open."""
    gc.collect()
    return lambda: len(os.listdir("/proc/self/fd"))
