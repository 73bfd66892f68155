"""Runs the rows and prints them as a table: two minutes on a quiet machine, where nothing else may run.

For each load, and each way to share a port: requests per second of one worker and of two, and what the second gains;
the slowest hundredth; how evenly requests are spread; the processor time of a request. Then the memory that one more
worker takes. With NODECOMPAT_NODE set to Node 26, its cluster runs in between.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECONDS = 2
_TICK = os.sysconf("SC_CLK_TCK")
NODE = os.environ.get("NODECOMPAT_NODE")


def cpu(pid: int) -> float:
    """Processor time of a process, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def start(command: list[str], workers: int, way: str, milliseconds: float) -> tuple[subprocess.Popen[str], Any]:
    """A primary with its workers, and what it tells of them."""
    args = [*command, str(workers), way, str(milliseconds)]
    server = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent.parent)
    assert server.stdout is not None
    return server, json.loads(server.stdout.readline())


def load(generator: str, port: int, keepAlive: bool) -> tuple[float, str]:
    """Requests per second, and the slowest hundredth where it is told."""
    url = f"http://127.0.0.1:{port}/"
    if generator == "h2load":
        command = ["h2load", "--h1", "-t1", "-c32", f"-D{SECONDS}", url]
    else:
        close = [] if keepAlive else ["-H", "Connection: close"]
        command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency", *close, url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)|([\d.]+) req/s", out)
    p99 = re.search(r"99%\s+([\d.]+\w+)", out)
    return float(rate[1] or rate[2]) if rate else 0.0, p99[1] if p99 else "-"


def memory(command: list[str], workers: int) -> float:
    """What a primary and its workers take, MB: pages that several of them have count once."""
    server, started = start(command, workers, "none", 0.0)
    total = 0.0
    for pid in (server.pid, *started["pids"]):
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss:\s+(\d+) kB", rows, re.MULTILINE)[1]) / 1000  # type: ignore[index]
    server.communicate()
    return total


def measured(
    command: list[str], workers: int, way: str, milliseconds: float, keepAlive: bool, generator: str
) -> dict[str, Any]:
    """One run."""
    server, started = start(command, workers, way, milliseconds)
    assert server.stdin is not None and server.stdout is not None
    before = [cpu(pid) for pid in (server.pid, *started["pids"])]
    rate, p99 = load(generator, started["port"], keepAlive)
    primary, *others = [cpu(pid) - at for pid, at in zip((server.pid, *started["pids"]), before, strict=True)]
    server.stdin.close()
    counts = json.loads(server.stdout.readline())
    server.wait()
    total = max(sum(counts), 1)
    return {
        "rate": rate,
        "p99": p99,
        "share": max(counts) / total,
        "primary": primary / total * 1e6,
        "worker": sum(others) / total * 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whose = "what makes the requests (wrk); h2load keeps its connections"
    parser.add_argument("--generator", choices=["wrk", "h2load"], default="wrk", help=whose)
    parser.add_argument("--memory", action="store_true", help="only the memory, which does not need a quiet machine")
    given = parser.parse_args()
    if not given.memory:
        table(given.generator)
    ours = [sys.executable, str(HERE / "serve.py")]
    for name, command in [("ours", ours), *([("Node", [NODE, str(HERE / "serve.cjs")])] if NODE else [])]:
        sizes = [memory(command, workers) for workers in (1, 2, 3)]
        print(f"memory, {name}: primary and one worker {sizes[0]:.1f} MB, one more {(sizes[2] - sizes[0]) / 2:.1f} MB")


def table(generator: str) -> None:
    """All loads, ways and sides."""
    ours = [sys.executable, str(HERE / "serve.py")]
    rows: list[tuple[str, list[str], str]] = [(f"ours, {way}", ours, way) for way in ("rr", "none", "reuseport")]
    if NODE:
        rows += [(f"Node, {way}", [NODE, str(HERE / "serve.cjs")], way) for way in ("rr", "none")]
    loads = [
        ("1 ms, kept alive", 1.0, True),
        ("empty, a connection each", 0.0, False),
        ("empty, kept alive", 0.0, True),
    ]
    print(
        "| load | how | requests/s, 1 worker | 2 workers | gain | p99, 2 | larger share "
        "| CPU µs, 1 worker | 2 workers | of it the primary |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    if generator == "h2load":  # with a connection for each request it does not end
        loads = [each for each in loads if each[2]]
    for load, milliseconds, keepAlive in loads:
        for name, command, way in rows:
            one = measured(command, 1, way, milliseconds, keepAlive, generator)
            two = measured(command, 2, way, milliseconds, keepAlive, generator)
            gain = two["rate"] / max(one["rate"], 1e-9)
            print(
                f"| {load} | {name} | {one['rate']:.0f} | {two['rate']:.0f} | {gain:.2f} | {two['p99']} "
                f"| {two['share']:.0%} | {one['primary'] + one['worker']:.0f} | {two['primary'] + two['worker']:.0f} "
                f"| {two['primary']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
