"""How many requests does fetch make?

As in client.py: a Node server answers from the other core, 64 requests are in flight over kept connections, each
written as plainly as the library's documentation does.
"""

from __future__ import annotations

from collections.abc import Callable

from ..harness import LocalBenchmark, node, python
from .client import rival


def rivals(figure: int) -> dict[str, Callable[[], float]]:
    return {
        "nodecompat": rival(python("fetch_nodecompat.py"), 0.5, figure),
        "Node 26": rival(node("fetch_node.cjs"), 1.0, figure),
        "treq": rival(python("client_treq.py", needs="treq"), 0.25, figure),
    }


BENCHMARKS = (
    LocalBenchmark(
        "fetch",
        "fetch, 64 requests in flight over kept connections",
        "requests/s",
        rivals(0),
        required=(("treq", 3.0),),
        higherIsBetter=True,
        aims=(("Node 26", 0.5),),
    ),
    LocalBenchmark(
        "fetch-cpu",
        "fetch, the same: CPU time of the client",
        "µs/request",
        rivals(1),
        required=(("treq", 3.0),),
        aims=(("Node 26", 0.5),),
    ),
)
