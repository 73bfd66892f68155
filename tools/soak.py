"""Hours of load in one process, on real sockets: does anything grow?

    python -m tools.soak --minutes 10 [--report soak.json] [--plot soak.svg]

A server and a proxy in front of it, http and https, run in a process of their own (`soakserver.py`), under good and bad
clients (`soakclients.py`) and wrk, where it is installed. Memory, descriptors, threads and objects are sampled. It is a
failure when a good request is one, when a figure grows, and when descriptors or threads stay behind all clients.

A figure grows when its samples rise steadily (Mann and Kendall's test) and the line through them (the median of all
slopes, Theil and Sen) gains more than a few per cent from the end of the first quarter to the end. So a machine that is
busy with other things, whose load comes and goes, does not make the run fail; a leak of every request does.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools.soakclients import Clients

#: Seconds between two samples.
EVERY = 2.0
#: What the line may gain in the last three quarters, as a share of the figure.
GAIN = {"memory": 0.05, "descriptors": 0.10, "threads": 0.01, "objects": 0.05}
#: Beyond so many standard deviations of chance, samples rise steadily.
STEADY = 3.0
#: Seconds that what is left may take to go.
SETTLES = 90.0
#: Connections that wrk holds, to the http and the https server.
WRK = {"http": 16, "https": 8}

Sample = dict[str, float]


# -- judging


def trend(samples: list[Sample], name: str) -> tuple[float, float]:
    """How a figure moves: the median slope per second, and by how many standard deviations it rises steadily."""
    pairs = [
        (later["time"] - earlier["time"], later[name] - earlier[name])
        for earlier, later in itertools.combinations(samples, 2)
    ]
    if not pairs:
        return 0.0, 0.0
    count = len(samples)
    # Ties are no evidence, and make the deviation smaller: those of equal values are taken off.
    groups = [len([*group]) for _, group in itertools.groupby(sorted(each[name] for each in samples))]
    variance = sum(sign * n * (n - 1) * (2 * n + 5) for sign, sizes in ((1, [count]), (-1, groups)) for n in sizes) / 18
    rises = sum((rise > 0) - (rise < 0) for _, rise in pairs)
    slope = statistics.median(rise / max(time, 1e-9) for time, rise in pairs)
    return slope, rises / math.sqrt(variance) if variance > 0 else 0.0


def judge(samples: list[Sample], name: str) -> dict[str, Any]:
    """A figure over the last three quarters: where its line begins and ends, and whether it grows."""
    late = samples[len(samples) // 4 :]
    slope, steadiness = trend(late, name)
    middle, duration = statistics.median(each[name] for each in late), late[-1]["time"] - late[0]["time"]
    gain = slope * duration / (middle or 1.0)
    return {
        "median": middle, "most": max(each[name] for each in samples), "gain": gain, "steadiness": steadiness,
        "grows": gain > GAIN[name] and steadiness > STEADY,
    }  # fmt: skip


def failures(report: dict[str, Any]) -> list[str]:
    """What is wrong, a line each."""
    wrong = [f"a good request failed: {each}" for each in report["failed"][:10]]
    wrong += [f"{name} grows: {each['gain']:.0%}" for name, each in report["figures"].items() if each["grows"]]
    for name in ("descriptors", "threads"):
        before, after = report["before"][name], report["afterwards"][name]
        if after > before:
            wrong.append(f"{name}: {before:.0f} before the load, {after:.0f} after it")
    return wrong + [each for output in report["wrk"].values() for each in wrkFailures(output)]


def wrkFailures(output: str) -> list[str]:
    """What failed according to wrk. An answer that came late, its "timeout", did come."""
    found = re.findall(r"(connect|read|write) ([1-9]\d*)", output) + re.findall(r"(Non-2xx)[^:]*: (\d+)", output)
    return [f"wrk: {name} {count}" for name, count in found]


def wrkRequests(report: dict[str, Any]) -> int:
    """How many requests wrk counts."""
    return sum(int(each) for output in report["wrk"].values() for each in re.findall(r"(\d+) requests in", output))


# -- the run


def wrk(scheme: str, port: int, seconds: float) -> subprocess.Popen[str] | None:
    """wrk, where it is installed."""
    found = shutil.which("wrk")
    if found is None:
        return None
    command = [found, "-t1", f"-c{WRK[scheme]}", f"-d{math.ceil(seconds)}s", f"{scheme}://127.0.0.1:{port}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def soak(seconds: float, every: float = EVERY, settles: float = SETTLES) -> dict[str, Any]:
    """Load for so long; the report."""
    with subprocess.Popen([sys.executable, "-m", "tools.soakserver"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            told = json.loads(child.stdout.readline())
            return _load(told["ports"], told["certificate"], seconds, every, settles)
        finally:
            child.kill()


def _load(ports: dict[str, int], certificate: str, seconds: float, every: float, settles: float) -> dict[str, Any]:
    clients = Clients(ports, certificate)
    before = _ask(ports["http"])
    loads = {scheme: load for scheme in WRK if (load := wrk(scheme, ports[scheme], seconds)) is not None}
    samples: list[Sample] = []
    began, late = time.monotonic(), 0
    clients.start()
    try:
        while (elapsed := time.monotonic() - began) < seconds:
            try:
                samples.append({"time": round(elapsed, 1), "good": clients.good, **_ask(ports["http"])})
            except OSError:
                late += 1  # a machine too busy to answer in time
            time.sleep(every)
    finally:
        clients.end()
        outputs = {scheme: load.communicate()[0] for scheme, load in loads.items()}
    return {
        "seconds": round(time.monotonic() - began, 1), "good": clients.good, "failed": clients.failed,
        "bad": dict(clients.bad), "wrk": outputs, "late": late, "before": before,
        "figures": {name: judge(samples, name) for name in GAIN},
        "afterwards": _whenSettled(ports["http"], before, settles), "samples": samples,
    }  # fmt: skip


def _whenSettled(port: int, before: Sample, settles: float) -> Sample:
    """The figures once descriptors are as before, or after so many seconds. What is only kept alive is closed."""
    until = time.monotonic() + settles
    _ask(port, "/rest")
    while True:
        rest = _ask(port)
        if rest["descriptors"] <= before["descriptors"] or time.monotonic() > until:
            return rest
        time.sleep(0.1)


def _ask(port: int, path: str = "/stats") -> Sample:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        figures: Sample = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return figures


# -- the report


def plot(report: dict[str, Any]) -> str:
    """The samples as SVG: each figure in a strip of its own, from zero to its maximum, with its verdict."""
    width, height, samples = 720, 90, report["samples"]
    parts = []
    across = (width - 70) / report["seconds"]
    for row, (name, figure) in enumerate(report["figures"].items()):
        top = 46 + row * (height + 34)
        down = height / (figure["most"] or 1)
        points = " ".join(
            f"{50 + each['time'] * across:.1f},{top + height - each[name] * down:.1f}" for each in samples
        )
        unit = " MB" if name == "memory" else ""
        middle, most = (f"{figure[each]:,.0f}{unit}" for each in ("median", "most"))
        verdict = "grows" if figure["grows"] else "flat"
        parts.append(
            f'<text x="50" y="{top - 6}">{name}: median {middle}, at most {most}; '
            f"{figure['gain']:+.1%} in the last three quarters: {verdict}</text>"
            f'<path d="M50 {top}v{height}h{width - 70}" fill="none" stroke="#999"/>'
            f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>'
        )
    bottom = 46 + len(report["figures"]) * (height + 34)
    title = f"{report['good'] + wrkRequests(report):,} good requests, {sum(report['bad'].values()):,} bad clients, "
    title += f"{len(failures(report))} failures"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom + 6}" font-family="sans-serif" '
        f'font-size="13"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="50" y="20" font-weight="bold">{report["seconds"] / 60:.0f} minutes: {title}</text>{"".join(parts)}'
        f'<text x="50" y="{bottom - 4}">0</text><text x="{width - 20}" y="{bottom - 4}" text-anchor="end">'
        f"{report['seconds']:.0f} s</text></svg>\n"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args(arguments)
    report = soak(options.minutes * 60)
    if options.report:
        options.report.write_text(json.dumps(report, indent=1))
    if options.plot:
        options.plot.write_text(plot(report))
    for name, each in report["figures"].items():
        before, after = report["before"][name], report["afterwards"][name]
        print(
            f"{name}: {before:,.0f} before the load, median {each['median']:,.0f}, at most {each['most']:,.0f}, "
            f"{after:,.0f} after it; {each['gain']:+.1%} in the last three quarters "
            f"({each['steadiness']:+.1f} deviations)"
        )
    print(f"{report['good']:,} good requests, {len(report['failed'])} failed, and {wrkRequests(report):,} of wrk")
    print(f"bad clients: {report['bad']}")
    print(*report["wrk"].values(), sep="\n")
    wrong = failures(report)
    print("\n".join(wrong) or "nothing grows")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
