"""How many requests does an http client make?

The measured client runs on the core that is a server's in the other benchmarks; a Node server answers from the other
core. 64 requests are in flight over kept connections, as plainly as each library's documentation writes it. One on each
connection comes before the clock starts: to connect, and to load what the first request needs, are other rows.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence

from ..harness import ENVIRONMENT, HERE, LOAD_CORE, SERVER_CORE, LocalBenchmark, Missing, findNode, node, python

REQUESTS = 10_000
IN_FLIGHT = 64


@contextlib.contextmanager
def site() -> Iterator[int]:
    """The port of a Node server with a small answer."""
    server = subprocess.Popen(
        [findNode(), str(HERE / "peers/http_node.cjs")],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def rival(command: Callable[[], Sequence[str]], share: float, figure: int) -> Callable[[], float]:
    """A sample of a client: its first figure is requests per second, its second CPU microseconds per request."""

    def measure() -> float:
        with site() as port:
            done = subprocess.run(
                [*command(), str(port), str(int(REQUESTS * share)), str(IN_FLIGHT)],
                stdout=subprocess.PIPE,
                text=True,
                env=ENVIRONMENT,
                preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
            )
        if done.returncode:
            raise Missing(f"{command()[-1]} ended with code {done.returncode}")
        return float(done.stdout.split()[figure])

    return measure


def rivals(figure: int) -> dict[str, Callable[[], float]]:
    return {
        "nodecompat": rival(python("client_nodecompat.py"), 1.0, figure),
        "Node 26": rival(node("client_node.cjs"), 2.0, figure),
        "aiohttp": rival(python("client_aiohttp.py", needs="aiohttp"), 1.0, figure),
        "treq": rival(python("client_treq.py", needs="treq"), 0.25, figure),
    }


BENCHMARKS = (
    LocalBenchmark(
        "http-client",
        "HTTP client, 64 requests in flight over kept connections",
        "requests/s",
        rivals(0),
        required=(("aiohttp", 1.5), ("treq", 5.0)),
        higherIsBetter=True,
        aims=(("Node 26", 1.0),),
    ),
    # The same by the clock of the process: what is left of the ratios where the machine has other things to do.
    LocalBenchmark(
        "http-client-cpu",
        "HTTP client, the same: CPU time of the client",
        "µs/request",
        rivals(1),
        required=(("Node 26", 0.85), ("aiohttp", 1.5), ("treq", 5.0)),
        aims=(("Node 26", 1.0),),
    ),
)
