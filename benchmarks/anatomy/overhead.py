"""What does a recording cost a server under load? `python -m benchmarks.anatomy.overhead`

The same server three times, taking turns: anatomy not imported, imported but off (must be within noise), and
recording (must be at most 2 times slower). Then memory over a long recording: it must stay flat once the ring is full.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from .. import report
from ..harness import Benchmark, Peer, Server, pingpong, python, servers, wrk, wrkCount
from ..tls.cost import credentials

_MODES = (("off", "not imported"), ("imported", "imported, off"), ("recording", "recording"))
#: What a recording may cost, as the ratio of the plain server's rate to the recorded one's.
_ALLOWED = 2.0


def _peers(program: str, arguments: Callable[[], Sequence[str]] = tuple) -> tuple[Peer, ...]:
    def command(mode: str) -> Callable[[], Sequence[str]]:
        return lambda: python("anatomy_nodecompat.py", program, mode, *arguments())()

    return tuple(Peer(name, command(mode)) for mode, name in _MODES)


def _echo(server: Server, seconds: float) -> float:
    return pingpong(server, active=100, size=64, seconds=seconds)["messages"]


def _http(server: Server, seconds: float) -> float:
    return wrk(server, connections=64, seconds=seconds)


def _https(server: Server, seconds: float) -> float:
    return wrkCount(server, connections=64, seconds=seconds, arguments=[], protocol="https") / seconds


BENCHMARKS = (
    Benchmark(
        "anatomy-echo", "echo, 64 B ping-pong, 100 connections", "messages/s", _peers("echo_nodecompat.py"), _echo
    ),
    Benchmark("anatomy-http", "http hello, 64 connections", "requests/s", _peers("http_nodecompat.py"), _http),
    Benchmark(
        "anatomy-https",
        "https hello, 64 connections",
        "requests/s",
        _peers("https_nodecompat.py", lambda: credentials("ec")),
        _https,
    ),
)


def _memory(rounds: int, seconds: float) -> list[float]:
    """Megabytes of a recorded http server after each round of load."""
    peer = Peer("recording", python("anatomy_nodecompat.py", "http_nodecompat.py", "recording"))
    with servers([peer]) as (running, _):
        sizes = []
        for _round in range(rounds):
            _http(running[0], seconds)
            sizes.append(running[0].residentBytes / 1e6)
        return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    for benchmark in BENCHMARKS:
        outcome = benchmark.run(options.rounds, options.seconds, lambda line: None)
        print(report.table(outcome))
        imported, recording = outcome.ratio("imported, off") or 0, outcome.ratio("recording") or 0
        verdict = "as allowed" if recording <= _ALLOWED else f"more than {_ALLOWED}"
        print(f"{benchmark.name}: imported costs × {imported:.2f}, recording × {recording:.2f} ({verdict})\n")
    sizes = _memory(options.rounds, options.seconds)
    print("memory of a recorded http server after each round:", ", ".join(f"{size:.1f} MB" for size in sizes))


if __name__ == "__main__":
    main()
