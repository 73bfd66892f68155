"""Children that everything else waits for."""

from __future__ import annotations

import errno
import os
import signal
from typing import Any

from nodecompat.reactor.loop.blocking import Outcome, runToEnd
from nodecompat.reactor.loop.channel import pair
from nodecompat.reactor.loop.children import Start

ENV = {"PATH": os.environ["PATH"]}


def ran(
    *args: str, inputs: dict[int, Any] | None = None, timeout: float = 0, limit: float = 1e9, killSignal: int = 15
) -> Outcome:
    ends = {number: pair() for number in range(3)}
    what = Start(args[0], args, [theirs.fileno() for _, theirs in ends.values()], ENV)

    def closeTheirs() -> None:
        for _, theirs in ends.values():
            theirs.close()

    ours = {number: each for number, (each, _) in ends.items()}
    outcome = runToEnd(what, ours, inputs or {}, closeTheirs, timeout, limit, killSignal)
    for each in ours.values():
        each.close()
    return outcome


def testInputGoesInAndOutputsComeOut() -> None:
    outcome = ran("sh", "-c", "cat; echo e >&2; exit 2", inputs={0: b"x" * 500_000})
    assert (outcome.code, outcome.signal, outcome.error) == (2, 0, 0)
    assert (len(outcome.outputs[1]), bytes(outcome.outputs[2])) == (500_000, b"e\n")


def testAChildThatTakesTooLongIsKilled() -> None:
    outcome = ran("sleep", "60", timeout=20, killSignal=signal.SIGINT)
    assert (outcome.error, outcome.code, outcome.signal) == (-errno.ETIMEDOUT, None, signal.SIGINT)


def testAChildThatClosesItsPipesAndStaysIsKilledToo() -> None:
    outcome = ran("sh", "-c", "exec <&- >&- 2>&-; exec sleep 60", timeout=50)
    assert (outcome.error, outcome.signal) == (-errno.ETIMEDOUT, signal.SIGTERM)


def testTooMuchOutputIsAnError() -> None:
    outcome = ran("yes", limit=10)
    assert (outcome.error, outcome.signal) == (-errno.ENOBUFS, signal.SIGTERM)


def testAChildThatDoesNotReadIsTold() -> None:
    assert ran("true", inputs={0: b"x" * 500_000}).error in (-errno.EPIPE, -errno.ECONNRESET)


def testWhatCannotBeStarted() -> None:
    assert ran("/nonexistent").error == -errno.ENOENT
