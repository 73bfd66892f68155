"""Runs the rows and prints them as a table."""

from __future__ import annotations

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


def measured(command: list[str], workers: int, way: str, milliseconds: float, keepAlive: bool) -> dict[str, Any]:
    """One run."""
    args = [*command, str(workers), way, str(milliseconds)]
    server = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent.parent)
    assert server.stdin is not None and server.stdout is not None
    started = json.loads(server.stdout.readline())
    before = [cpu(pid) for pid in (server.pid, *started["pids"])]
    wrk = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{started['port']}/"]
    if not keepAlive:
        wrk += ["-H", "Connection: close"]
    out = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
    primary, *others = [cpu(pid) - at for pid, at in zip((server.pid, *started["pids"]), before, strict=True)]
    server.stdin.close()
    counts = json.loads(server.stdout.readline())
    server.wait()
    total = max(sum(counts), 1)
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", out), re.search(r"99%\s+([\d.]+\w+)", out)
    return {
        "rate": float(rate[1]) if rate else 0.0,
        "p99": p99[1] if p99 else "-",
        "share": max(counts) / total,
        "primary": primary / total * 1e6,
        "worker": sum(others) / total * 1e6,
    }


def main() -> None:
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
        "| load | how | requests/s, 1 worker | 2 workers | gain | p99, 2 | larger share | CPU µs: primary | workers |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for load, milliseconds, keepAlive in loads:
        for name, command, way in rows:
            one = measured(command, 1, way, milliseconds, keepAlive)
            two = measured(command, 2, way, milliseconds, keepAlive)
            gain = two["rate"] / max(one["rate"], 1e-9)
            print(
                f"| {load} | {name} | {one['rate']:.0f} | {two['rate']:.0f} | {gain:.2f} | {two['p99']} "
                f"| {two['share']:.0%} | {two['primary']:.0f} | {two['worker']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
