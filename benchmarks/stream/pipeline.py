"""How many bytes go through Readable, Transform and Writable?

Each sample is a process of its own that moves its bytes once, as a program does; its start is not counted. Node
compiles while it runs, so that it matters how much is moved: `pipeline-pass` is there twice.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence

from ..harness import ENVIRONMENT, LocalBenchmark, node, python

CHUNK = 65536
#: 64 KiB chunks in a GiB.
GIB = 16384
REQUIRED = (("Node 26", 0.6),)


def _sample(command: Callable[[], Sequence[str]]) -> float:
    return float(subprocess.run(command(), check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT).stdout)


def _moving(form: str, chunks: int) -> dict[str, Callable[[], float]]:
    """Each rival's sample: MB/s."""
    programs = {"nodecompat": (python, "pipeline_nodecompat.py"), "Node 26": (node, "pipeline_node.cjs")}

    def sampler(kind: Callable[..., Callable[[], Sequence[str]]], program: str) -> Callable[[], float]:
        if form != "file":
            return lambda: _sample(kind(program, form, str(chunks)))

        def read() -> float:
            with tempfile.NamedTemporaryFile() as file:
                for _ in range(chunks):
                    file.write(bytes(CHUNK))
                file.flush()
                return _sample(kind(program, form, str(chunks), file.name))

        return read

    return {name: sampler(*how) for name, how in programs.items()}


def _benchmark(name: str, form: str, what: str, chunks: int = GIB) -> LocalBenchmark:
    title = f"Readable → Transform → Writable, {chunks / GIB:g} GiB in chunks of 64 KiB, {what}"
    return LocalBenchmark(name, title, "MB/s", _moving(form, chunks), REQUIRED, higherIsBetter=True)


BENCHMARKS = (
    _benchmark("pipeline", "made", "each made anew"),
    _benchmark("pipeline-copy", "copied", "copied on the way"),
    _benchmark("pipeline-file", "file", "read from a file", GIB // 4),
    _benchmark("pipeline-later", "later", "one for ever, the sink answers in the next tick"),
    _benchmark("pipeline-pass", "passed", "one for ever, nothing is done to it"),
    _benchmark("pipeline-pass-long", "passed", "one for ever, nothing is done to it", 16 * GIB),
)
