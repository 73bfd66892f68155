"""Two servers that are loaded in turns of a moment: `python -m benchmarks.turns https`

A row of `python -m benchmarks` takes its samples one after the other, so a slow second of the machine is one server's.
Here nodecompat and Node are under load at the same time, and one of the two loads is always stopped: they change places
every 0.15 s. What is compared is the processor time for each request over the whole run. Each run starts the servers
anew, since where a process happens to lie in memory makes 2 %, and warms them by a load of five seconds.

The Python that runs this is the one that is measured, and how that was built counts: see docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from .harness import LOAD_CORE, Server, checked, countOf, servers, wrkCommand
from .http import simple
from .tls import cost

TURN = 0.15  # seconds
CONNECTIONS = 64
PEERS = {"http": (simple.PEERS[0], simple.PEERS[2]), "https": cost.HELLO[:2]}


def _load(server: Server, protocol: str, seconds: float) -> subprocess.Popen[str]:
    # Who is stopped answers late: that is no timeout.
    arguments = ["--timeout", "60", "-s", str(simple.BROWSER)]
    return subprocess.Popen(
        wrkCommand(server, CONNECTIONS, seconds, arguments, protocol),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )


def compare(running: Sequence[Server], protocol: str, seconds: float) -> list[float]:
    """Microseconds of processor time for a request, of each of two servers; both loads together take `seconds`."""
    before = [server.cpuSeconds for server in running]
    loads = [_load(server, protocol, seconds) for server in running]
    try:
        _takeTurns(loads, time.monotonic() + seconds - TURN)
        outputs = [checked(server, load.communicate()[0]) for server, load in zip(running, loads, strict=True)]
    finally:
        for load in loads:
            load.kill()  # one that is stopped would stay
    counts = [countOf(output) for output in outputs]
    if not all(counts):
        raise RuntimeError("no request was answered: take a longer run, with --seconds")
    return [
        (server.cpuSeconds - start) / count * 1e6 for server, start, count in zip(running, before, counts, strict=True)
    ]


def _takeTurns(loads: Sequence[subprocess.Popen[str]], end: float) -> None:
    """Let only one of them run at a time, until then."""
    turn = 0
    loads[1].send_signal(signal.SIGSTOP)
    while time.monotonic() < end:
        time.sleep(TURN)
        loads[turn].send_signal(signal.SIGSTOP)
        turn = 1 - turn
        loads[turn].send_signal(signal.SIGCONT)
    for load in loads:
        load.send_signal(signal.SIGCONT)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("protocol", choices=PEERS)
    parser.add_argument("--runs", type=int, default=10, help="default 10")
    parser.add_argument("--seconds", type=float, default=10, help="length of one run (default 10)")
    parser.add_argument("--warm", type=float, default=5, help="seconds of load before (default 5)")
    options = parser.parse_args()
    ratios = []
    for run in range(1, options.runs + 1):
        with servers(PEERS[options.protocol]) as (running, absent):
            if absent:
                print("; ".join(f"{name}: needs {reason}" for name, reason in absent.items()), file=sys.stderr)
                return 1
            for server in running:
                _load(server, options.protocol, options.warm).communicate()
            ours, nodes = compare(running, options.protocol, options.seconds)
        ratios.append(nodes / ours)
        print(
            f"run {run}/{options.runs}: nodecompat {ours:.1f} µs, Node 26 {nodes:.1f} µs, {ratios[-1]:.2f} ×",
            flush=True,
        )
    print(f"{statistics.mean(ratios):.3f} × ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
