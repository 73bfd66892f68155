"""What has a change cost or gained? Two checkouts take turns in one run, so that a slow moment hits both.

A ratio is this checkout's figure by the base's, turned so that more is better: 1.05 is 5 % faster, or 5 % less memory.
One ratio a round; shown are their median and the interval that holds the true median with 95 % (bootstrap).
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .harness import HERE, Benchmark, LocalBenchmark, Missing, Result

RESAMPLES = 2_000
#: One sample of a benchmark without a server, in a process of its own that imports one checkout's nodecompat.
_SAMPLE = """
import sys
sys.path.insert(0, sys.argv[1])
import nodecompat
sys.path[0] = sys.argv[2]
from benchmarks.__main__ import ALL
print(next(iter(ALL[sys.argv[3]].rivals.values()))())
"""


def run(benchmarks: Sequence[Benchmark | LocalBenchmark], base: Path, rounds: int, seconds: float) -> int:
    """Print a line for each benchmark. Returns the exit code: 1 when one could not be run."""
    failed = 0
    for benchmark in benchmarks:
        try:
            if isinstance(benchmark, Benchmark):
                now, before = _served(benchmark, base, rounds, seconds)
            else:
                now, before = _local(benchmark, base, rounds)
        except (Missing, RuntimeError, OSError, subprocess.SubprocessError) as error:
            print(f"{benchmark.name:20} FAILED: {error}", flush=True)
            failed = 1
            continue
        print(line(benchmark.name, now, before, benchmark.higherIsBetter), flush=True)
    return failed


def line(name: str, now: Result, before: Result, higherIsBetter: bool) -> str:
    """The row of one benchmark; the server's processor time as well, where it was measured."""
    text = (
        f"{name:20} {now.median:12,.1f} {before.median:12,.1f}  {interval(now.samples, before.samples, higherIsBetter)}"
    )
    return text + (f"   CPU {interval(now.cpu, before.cpu, False)}" if now.cpu and before.cpu else "")


def interval(now: Sequence[float], before: Sequence[float], higherIsBetter: bool) -> str:
    """Median of the ratios of the rounds, and where it lies with 95 %."""
    ratios = [a / b if higherIsBetter else b / a for a, b in zip(now, before, strict=True)]
    generator = random.Random(1)
    medians = sorted(statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    low, high = medians[RESAMPLES // 40], medians[-1 - RESAMPLES // 40]
    return f"{statistics.median(ratios):5.2f} ({low:.2f} to {high:.2f})"


def _served(benchmark: Benchmark, base: Path, rounds: int, seconds: float) -> tuple[Result, Result]:
    ours = benchmark.peers[0]
    other = replace(ours, name="base", environment={**ours.environment, "PYTHONPATH": str(base)})
    two = replace(benchmark, peers=(ours, other))
    now, before = two.run(rounds, seconds, lambda text: print(text, file=sys.stderr)).results
    return now, before


def _local(benchmark: LocalBenchmark, base: Path, rounds: int) -> tuple[Result, Result]:
    now, before = Result("nodecompat", []), Result("base", [])
    for _ in range(rounds):
        for checkout, result in ((HERE.parent, now), (base, before)):
            result.samples.append(_sample(benchmark.name, checkout))
    return now, before


def _sample(name: str, checkout: Path) -> float:
    environment = {**os.environ, "NODECOMPAT_BENCHMARKED": str(checkout)}
    command = [sys.executable, "-c", _SAMPLE, str(checkout), str(HERE.parent), name]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout)
