"""How does the cost of a message grow? `python -m benchmarks.growth`

Over the number of connections, the size of a message, the headers of a request, and what a program has many of in
itself: listeners, stages of a pipeline, timers. The figure is the process's own processor time (user and system) for
each unit of work, a server's while the load runs at full speed: a busy machine moves it much less than a rate. Of a few
samples of a point the least is kept, as what disturbs only ever adds.

Growth is that of the whole work: twice as many connections with the same cost for each message are twice the work,
exponent 1, linear. It is taken between the last two points of a curve, where a term that grows faster would lead. Where
a bare loop in C does the same, that runs beside it: its growth is the kernel's and the caches'.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import curves
from .harness import HERE, LOAD_CORE, SERVER_CORE, Peer, native, onLoadCore, pingpong, python, servers, wrkCount

#: Above 1, or above that of the loop in C, an exponent that is still called linear: what misses of the processor's
#: caches and noise make of it.
TOLERANCE = 0.1
CONNECTIONS = (1, 10, 100, 1_000, 10_000)
#: Below, the pages that the allocator takes at a time hide what a connection takes.
FIRST_FOR_MEMORY = 100
SIZES = tuple(4**power for power in range(2, 11))  # 16 B to 1 MiB
#: Connections while the size grows: enough to keep the server busy, few enough for 1 MiB each.
SIZE_CONNECTIONS = 8
HEADERS = (5, 10, 25, 50, 100)
REQUESTS = (1, 10, 100, 1_000)  # at a time, each on a connection of its own
LISTENERS = (1_000, 4_000, 16_000, 64_000)
STAGES = (10, 100, 1_000)
TIMERS = (1_000, 4_000, 16_000, 64_000)

BARE = Peer("C epoll", native("peers/echo_epoll.c"))

Say = Callable[[str], None]


@dataclass(frozen=True)
class Curve:
    """A figure over something that grows."""

    title: str
    line: str
    over: str
    unit: str
    points: list[tuple[float, float]]
    #: The figure is per unit of what grows, so that the whole work is the product of both.
    perUnit: bool
    #: The same of the bare loop in C.
    floor: Curve | None = None

    @property
    def exponent(self) -> float:
        """How the whole work grows between the last two points; 1 is linear."""
        (x0, y0), (x1, y1) = self.points[-2:]
        return math.log(y1 / y0) / math.log(x1 / x0) + (1 if self.perUnit else 0)

    @property
    def isLinear(self) -> bool:
        return self.exponent <= max(1.0, self.floor.exponent if self.floor is not None else 1.0) + TOLERANCE


def least(samples: Iterable[float]) -> float:
    """Of those in which any work was done: on a machine that is busy with others a load may have had no turn."""
    return min(filter(None, samples), default=math.nan)


def overConnections(samples: int, seconds: float, say: Say) -> list[Curve]:
    """All connections echo 64 bytes, each as soon as it has its answer."""
    cost: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    memory: list[tuple[float, float]] = []
    for count in CONNECTIONS:
        found: list[dict[str, float]] = []
        loop: list[float] = []
        for _ in range(samples):
            # A server of its own for each point: memory that was used and freed would hide what the next one takes.
            with servers([Peer("nodecompat", python("echo_nodecompat.py")), BARE]) as (running, _):
                pingpong(running[0], active=1, size=64, seconds=0.1)
                idle = running[0].residentBytes
                length = seconds + count / 10_000
                sample = pingpong(running[0], active=count, size=64, seconds=length)
                loop.append(pingpong(running[1], active=count, size=64, seconds=length)["cpuPerMessage"] / 1000)
            found.append({"cpu": sample["cpuPerMessage"] / 1000, "bytes": (sample["resident"] - idle) / count})
        cost.append((count, least(each["cpu"] for each in found)))
        bare.append((count, least(loop)))
        if count >= FIRST_FOR_MEMORY:
            memory.append((count, min(each["bytes"] for each in found) / 1024))
        say(f"{count:,} connections: {cost[-1][1]:.2f} µs")
    title = "echo of 64 B, all connections active"
    floor = Curve(title, "C epoll", "connections", "CPU µs per message", bare, True)
    return [
        Curve(title, "", "connections", "CPU µs per message", cost, True, floor),
        floor,
        Curve("memory of an active connection", "", "connections", "KiB per connection", memory, True),
    ]


def overSizes(samples: int, seconds: float, say: Say) -> list[Curve]:
    """Messages of more and more bytes are echoed."""
    points: list[list[tuple[float, float]]] = [[], []]
    with servers([Peer("nodecompat", python("echo_nodecompat.py")), BARE]) as (running, _):
        for size in SIZES:
            for server, line in zip(running, points, strict=True):
                costs = [
                    pingpong(server, active=SIZE_CONNECTIONS, size=size, seconds=seconds)["cpuPerByte"]
                    for _ in range(samples)
                ]
                line.append((size, least(costs)))
            say(f"{size:,} B: {points[0][-1][1]:.3f} ns")
    title = f"echo, {SIZE_CONNECTIONS} connections"
    floor = Curve(title, "C epoll", "bytes of a message", "CPU ns per byte", points[1], True)
    return [Curve(title, "", "bytes of a message", "CPU ns per byte", points[0], True, floor), floor]


def overRequests(samples: int, seconds: float, say: Say) -> list[Curve]:
    """More and more requests at a time."""
    points: list[tuple[float, float]] = []
    with servers([Peer("nodecompat", python("http_nodecompat.py"))]) as (running, _):
        for count in REQUESTS:
            costs = []
            for _ in range(samples):
                before = running[0].cpuSeconds
                requests = wrkCount(running[0], connections=count, seconds=seconds, arguments=())
                costs.append((running[0].cpuSeconds - before) / requests * 1e6)
            points.append((count, least(costs)))
            say(f"{count:,} requests at a time: {points[-1][1]:.2f} µs")
    return [Curve("HTTP hello", "", "requests at a time", "CPU µs per request", points, True)]


def inOneProcess(samples: int, seconds: float, say: Say) -> list[Curve]:
    """What a program has many of."""
    found = []
    for kind, counts, title in (
        ("listeners", LISTENERS, "on, emit and removeListener"),
        ("stages", STAGES, "20 chunks through a pipeline"),
        ("timers", TIMERS, "setTimeout, and it fires"),
    ):
        points: list[tuple[float, float]] = []
        for count in counts:
            command = [*python("growth_nodecompat.py", kind, str(count))()]
            points.append((count, min(float(onLoadCore(command)) for _ in range(samples))))
            say(f"{count:,} {kind}: {points[-1][1]:.2f} µs")
        found.append(Curve(title, "", kind, f"CPU µs for each of the {kind}", points, True))
    return found


def overHeaders(samples: int, seconds: float, say: Say) -> list[Curve]:
    """Requests with more and more headers, no head the same as another: what is kept of heads does not help."""
    lines = {"headers not looked at": "http_nodecompat.py", "req.headers read": "headers_nodecompat.py"}
    points: dict[str, list[tuple[float, float]]] = {line: [] for line in lines}
    with servers([Peer(line, python(program)) for line, program in lines.items()]) as (running, _):
        for count in HEADERS:
            costs: dict[str, list[float]] = {line: [] for line in lines}
            for _ in range(samples):
                for server in running:
                    before = server.cpuSeconds
                    script = ["-s", str(HERE / "load/headers.lua")]
                    requests = wrkCount(server, connections=64, seconds=seconds, arguments=script, last=[str(count)])
                    costs[server.peer.name].append((server.cpuSeconds - before) / requests * 1e6)
            for line, found in costs.items():
                points[line].append((count, least(found)))
            say(f"{count} headers: {', '.join(f'{points[line][-1][1]:.1f} µs' for line in lines)}")
    title = "HTTP hello, 64 connections"
    return [Curve(title, line, "headers of a request", "CPU µs per request", points[line], False) for line in lines]


def notLinear(found: Sequence[Curve]) -> list[Curve]:
    """Those that grow too fast. The loops in C are what others are measured by."""
    floors = [curve.floor for curve in found]
    return [curve for curve in found if not curve.isLinear and curve not in floors]


def verdict(found: Sequence[Curve]) -> str:
    """The growth of each curve, and what of it is more than linear."""
    lines = []
    for curve in found:
        (x0, _), (x1, _) = curve.points[-2:]
        name = f"{curve.unit} over {curve.over}" + (f", {curve.line}" if curve.line else "")
        lines.append(f"  {name:64} the whole grows with exponent {curve.exponent:4.2f} from {x0:,.0f} to {x1:,.0f}")
    worse = [f"{curve.unit} over {curve.over} {curve.line}".strip() for curve in notLinear(found)]
    lines.append(f"grows faster than linear: {'; '.join(worse)}" if worse else "nothing grows faster than linear")
    return "\n".join(lines)


def table(found: Sequence[Curve]) -> str:
    """The points of all curves."""
    lines = []
    for curve in found:
        lines.append(f"\n{curve.title}{', ' + curve.line if curve.line else ''}: {curve.unit}")
        lines += [f"  {x:>12,.0f} {curve.over:22}{y:>10.3f}" for x, y in curve.points]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--samples", type=int, default=2, help="samples of each point, the least is kept (default 2)")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one sample (default 1)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curves")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the points")
    options = parser.parse_args()
    if SERVER_CORE == LOAD_CORE:
        print("one core only: the load's own work disturbs the server's caches")
    start = time.monotonic()
    found: list[Curve] = []
    for measure in (overConnections, overSizes, overRequests, overHeaders, inOneProcess):
        found += measure(options.samples, options.seconds, lambda line: print(line, file=sys.stderr))
    print(table(found))
    print(f"\n{verdict(found)}\n{time.monotonic() - start:.0f} s")
    if options.svg:
        options.svg.write_text(curves.svg(found))
    if options.json:
        data = [{**asdict(curve), "exponent": curve.exponent} for curve in found]
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    return 1 if notLinear(found) else 0


if __name__ == "__main__":
    sys.exit(main())
