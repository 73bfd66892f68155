"""What does one emit cost, next to pyee's? `python -m benchmarks.events.emit`; the first case is `emit` of the whole.

Both emitters take turns in the same process, round by round; the figure is the median of the rounds, each round the
best of a few loops, so that a busy machine moves both alike.
"""

from __future__ import annotations

import argparse
import statistics
import timeit
from collections.abc import Callable
from typing import Any

from nodecompat.events import EventEmitter

from ..harness import LocalBenchmark, Missing

LOOPS = 20_000  # statements per loop
REPEATS = 3  # loops per round


class Owner:
    def onData(self, chunk: Any) -> None: ...


def nothing() -> None: ...


def one(first: Any) -> None: ...


def two(first: Any, second: Any) -> None: ...


def four(first: Any, second: Any, third: Any, fourth: Any) -> None: ...


#: name: (statement, listener, how many of it, does pyee have it)
CASES: dict[str, tuple[str, Callable[..., object], int, bool]] = {
    "1 listener, 1 argument": ("e.emit('x', 1)", one, 1, True),
    "1 listener, no argument": ("e.emit('x')", nothing, 1, True),
    "1 listener, 2 arguments": ("e.emit('x', 1, 2)", two, 1, True),
    "1 listener, 4 arguments": ("e.emit('x', 1, 2, 3, 4)", four, 1, True),
    "1 bound method, 1 argument": ("e.emit('x', 1)", Owner().onData, 1, True),
    "1 listener that drops the argument": ("e.emit('x', 1)", nothing, 1, False),
    "3 listeners, 1 argument": ("e.emit('x', 1)", one, 3, True),
    "10 listeners, 1 argument": ("e.emit('x', 1)", one, 10, True),
    "no listener": ("e.emit('y', 1)", one, 1, True),
    "on and off": ("e.on('y', f); e.remove_listener('y', f)", one, 1, True),
    "new emitter, once, emit": ("n = type(e)(); n.once('y', f); n.emit('y', 1)", one, 0, True),
}


def rivals() -> dict[str, type[Any]]:
    """The emitters that are there."""
    found: dict[str, type[Any]] = {"nodecompat": EventEmitter}
    try:
        from pyee import EventEmitter as Pyee
    except ImportError:
        return found
    return {**found, "pyee": Pyee}


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Nanoseconds per statement: case → emitter → median."""
    results: dict[str, dict[str, float]] = {}
    for case, (statement, listener, count, common) in CASES.items():
        timers: dict[str, timeit.Timer] = {}
        for name, cls in rivals().items():
            if name != "nodecompat" and not common:
                continue
            emitter = cls()
            for _ in range(count):
                emitter.on("x", listener)
            own = statement.replace("remove_listener", "off") if name == "nodecompat" else statement
            timers[name] = timeit.Timer(own, globals={"e": emitter, "f": listener})
        samples: dict[str, list[float]] = {name: [] for name in timers}
        for _ in range(rounds):
            for name, timer in timers.items():
                samples[name].append(min(timer.repeat(REPEATS, LOOPS)) / LOOPS * 1e9)
        results[case] = {name: statistics.median(values) for name, values in samples.items()}
    return results


def _usual(name: str) -> Callable[[], float]:
    """A sample of the usual emit: one listener, one argument, nanoseconds."""

    def sample() -> float:
        if name not in rivals():
            raise Missing(f"pip install {name}")
        emitter = rivals()[name]()
        emitter.on("x", one)
        timer = timeit.Timer("e.emit('x', 1)", globals={"e": emitter})
        return min(timer.repeat(REPEATS, LOOPS)) / LOOPS * 1e9

    return sample


BENCHMARKS = (
    LocalBenchmark(
        "emit",
        "emit, one listener, one argument",
        "ns",
        {name: _usual(name) for name in ("nodecompat", "pyee")},
        required=(("pyee", 5.0),),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    results = measure(parser.parse_args().rounds)
    print(f"{'ns per statement':36}{'nodecompat':>12}{'pyee':>10}{'ratio':>8}")
    for case, figures in results.items():
        ours, theirs = figures["nodecompat"], figures.get("pyee")
        rest = f"{theirs:10.0f}{ours / theirs:8.2f}" if theirs else ""
        print(f"{case:36}{ours:12.0f}{rest}")


if __name__ == "__main__":
    main()
