"""How fast does an http server send files? `fs.createReadStream(file).pipe(response)`, with a Content-Length."""

from __future__ import annotations

import atexit
import functools
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..harness import Benchmark, Peer, Server, compiled, node, onLoadCore, python, wrk

SMALL, LARGE = 64 * 1024, 1024**3  # bytes
_BLOCK = 1024 * 1024


@functools.cache
def _file(size: int) -> str:
    """A file of that size, for as long as this process lives."""
    descriptor, name = tempfile.mkstemp(prefix="nodecompat-bench-")
    atexit.register(Path(name).unlink)
    with os.fdopen(descriptor, "wb") as file:
        block = os.urandom(min(size, _BLOCK))
        for _ in range(size // len(block)):
            file.write(block)
    return name


def _peers(size: int) -> tuple[Peer, ...]:
    def command(make: Callable[..., Callable[[], Sequence[str]]], program: str) -> Callable[[], Sequence[str]]:
        return lambda: make(program, _file(size))()

    return (
        Peer("nodecompat", command(python, "static_nodecompat.py")),
        Peer("Node 26", command(node, "static_node.cjs")),
    )


def _static(server: Server, seconds: float) -> float:
    return wrk(server, connections=64, seconds=seconds)


def _download(server: Server, seconds: float) -> float:
    """Megabytes a second, whole files."""
    count, elapsed = onLoadCore([compiled("load/drain.c"), str(server.port), str(seconds)]).split()
    if int(count) < LARGE:
        raise RuntimeError(f"{server.peer.name} sent {count} bytes")
    return int(count) / float(elapsed) / 1e6


BENCHMARKS = (
    Benchmark(
        "static",
        "a file of 64 KiB for each request, keep-alive, 64 connections",
        "requests/s",
        _peers(SMALL),
        _static,
        required=(("Node 26", 1.2),),
    ),
    Benchmark(
        "download",
        "a file of 1 GiB, one connection",
        "MB/s",
        _peers(LARGE),
        _download,
        required=(("Node 26", 2.0),),
    ),
)
