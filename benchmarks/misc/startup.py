"""How long does it take to import what a program needs?"""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from collections.abc import Callable

from ..harness import CHECKOUT, ENVIRONMENT, LocalBenchmark


def _importing(statement: str) -> Callable[[], float]:
    def measure() -> float:
        # As pip does for what it installs: nobody pays for the compiler at every start.
        compileall.compile_dir(CHECKOUT / "nodecompat", quiet=2)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True, env=ENVIRONMENT)
        return (time.perf_counter() - start) * 1000

    return measure


BENCHMARKS = (
    LocalBenchmark(
        "import",
        "start Python and import",
        "ms",
        {
            "nodecompat": _importing("from nodecompat import http, net, run"),
            "twisted.internet.reactor": _importing("import twisted.internet.reactor"),
            "python": _importing("pass"),
        },
        required=(("twisted.internet.reactor", 1 / 1.5),),
    ),
)
