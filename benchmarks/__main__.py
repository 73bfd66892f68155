"""`python -m benchmarks`: run some or all, print the table, write JSON and a picture of it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from . import harness, report
from .http import client, simple
from .misc import startup
from .net import echo

ALL = {benchmark.name: benchmark for module in (echo, simple, client, startup) for benchmark in module.BENCHMARKS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(ALL)} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds for each benchmark (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one sample (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the medians as bars")
    options = parser.parse_args()
    unknown = set(options.name) - set(ALL)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"{platform.python_implementation()} {platform.python_version()}, {len(os.sched_getaffinity(0))} cores")
    if harness.SERVER_CORE == harness.LOAD_CORE:
        print("one core only: server and load share it, so ratios between fast peers come out too small")
    outcomes = []
    for name in options.name or ALL:
        outcomes.append(ALL[name].run(options.rounds, options.seconds, lambda line: print(line, file=sys.stderr)))
        print(report.table(outcomes[-1]))
    if options.json:
        options.json.write_text(json.dumps([outcome.toJson() for outcome in outcomes], indent=1) + "\n")
    if options.svg:
        options.svg.write_text(report.svg(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
