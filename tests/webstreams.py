"""Web streams for tests: what they give, what they take, and what came of a Deferred."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from streamlog import Log
from twisted.python.failure import Failure

from nodecompat.stream.core.promises import run
from nodecompat.stream.web import ReadableStream, WritableStream
from nodecompat.testing import network


async def collect(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


def given(*chunks: Any) -> ReadableStream:
    """A web stream of these chunks."""

    def start(controller: Any) -> None:
        for chunk in chunks:
            controller.enqueue(chunk)
        controller.close()

    return ReadableStream({"start": start})


def taking(log: Log) -> WritableStream:
    """A web stream that notes what it is given."""
    return WritableStream({"write": lambda chunk: log.append(str(chunk)), "close": lambda: log.append("close")})


def noting(log: Log, word: str, deferred: Any) -> None:
    """Note the outcome of a Deferred."""
    deferred.addCallbacks(
        lambda value: log.append(word if value is None else f"{word} {getattr(value, 'value', value)}"),
        lambda failure: log.append(f"{word}: {failure.value}"),
    )


def controllerOf(cls: Any, **hooks: Any) -> tuple[Any, Any]:
    """A stream, and the controller that its `start` gets."""
    given: list[Any] = []
    stream = cls({"start": given.append, **hooks})
    return stream, given[0]


def simulated(test: Callable[..., Any]) -> Callable[..., None]:
    """A test that is a coroutine function, run on the network in memory: no reactor turns."""

    @functools.wraps(test)
    def run_(*args: Any, **keywords: Any) -> None:
        outcome: list[Any] = []
        with network() as net:
            run(test(*args, **keywords)).addBoth(outcome.append)
            net.run()
        assert outcome, "it waits for what never comes"
        if isinstance(outcome[0], Failure):
            outcome[0].raiseException()

    return run_
