"""`python -m benchmarks`: run some or all, print the table, write JSON and a picture of it, or the page of the docs.

With `--compare BASE`: what a change costs or gains, measured against another checkout in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from . import compare, document, harness, report
from .events import emit
from .http import api, client, fetch, files, simple
from .misc import startup
from .net import echo
from .stream import pipeline
from .tls import cost
from .websocket import messages

MODULES = (echo, simple, api, files, client, fetch, cost, pipeline, messages, emit, startup)
ALL = {benchmark.name: benchmark for module in MODULES for benchmark in module.BENCHMARKS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(ALL)} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds for each benchmark (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one sample (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the medians as bars")
    parser.add_argument(
        "--compare", type=Path, metavar="BASE", help="measure against the nodecompat of another checkout instead"
    )
    parser.add_argument(
        "--docs", type=Path, metavar="PAGE", help="put the table into this page, and JSON and SVG beside"
    )
    options = parser.parse_args()
    unknown = set(options.name) - set(ALL)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"{platform.python_implementation()} {platform.python_version()}, {len(os.sched_getaffinity(0))} cores")
    if harness.SERVER_CORE == harness.LOAD_CORE:
        print("one core only: server and load share it, so ratios between fast peers come out too small")
    if options.compare:
        if not (options.compare / "nodecompat/__init__.py").is_file():
            parser.error(f"no checkout of nodecompat: {options.compare}")
        chosen = [ALL[name] for name in options.name or ALL]
        return compare.run(chosen, options.compare.resolve(), options.rounds, options.seconds)
    outcomes: list[harness.Outcome] = []
    failed: list[str] = []
    for name in options.name or ALL:
        try:
            outcome = ALL[name].run(options.rounds, options.seconds, lambda line: print(line, file=sys.stderr))
        except (RuntimeError, OSError, subprocess.SubprocessError, harness.Missing) as error:
            # The others are worth having all the same: a whole run takes a quarter of an hour.
            print(f"\n{name}: FAILED: {error}", flush=True)
            failed.append(name)
            continue
        outcomes.append(outcome)
        print(report.table(outcome), flush=True)
    if options.json:
        options.json.write_text(json.dumps([outcome.toJson() for outcome in outcomes], indent=1) + "\n")
    if options.svg:
        options.svg.write_text(report.svg(outcomes))
    if options.docs:
        document.write(options.docs, outcomes, list(ALL))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
