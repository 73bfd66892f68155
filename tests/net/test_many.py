"""Thousands of connections at once, to a program of its own: each gets its own bytes back, and all leave."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle import findNode, needsNode
from program import ROOT

#: At once; NODECOMPAT_LONG_TESTS=1 opens the full 10,000.
LONG = os.environ.get("NODECOMPAT_LONG_TESTS") == "1"
COUNT = 10_000 if LONG else 1_000
HANDLES = ("descriptors", "bridge")

ECHO = """
from nodecompat import net, run
server = net.createServer(lambda socket: socket.on("data", socket.write))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
"""
NODE = """
const server = require('net').createServer((socket) => socket.on('data', (chunk) => socket.write(chunk)));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""


class Program:
    """An echo server in another process."""

    def __init__(self, kind: str) -> None:
        command = [findNode() or "node", "-e", NODE] if kind == "node" else [sys.executable, "-c", ECHO]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "NODECOMPAT_HANDLES": kind}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def residentBytes(self) -> int:
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * resource.getpagesize()

    def memoryOfOne(self, count: int) -> float:
        """Bytes for each of so many connections that have been used and wait."""
        with connected(self.port, 200) as peers:
            echoed(peers)
        before = self.residentBytes
        with connected(self.port, count) as peers:
            echoed(peers)
            return (self.residentBytes - before) / count

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(autouse=True)
def manyDescriptors() -> Iterator[None]:
    """As many as the system lets us have; the programs inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < COUNT + 200:
        pytest.skip(f"the system allows a process {hard} descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.contextmanager
def connected(port: int, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(count)]


def echoed(peers: list[socket.socket]) -> None:
    """Each sends a message of its own before the first reads an answer."""
    for number, peer in enumerate(peers):
        peer.sendall(b"message %06d" % number)
    for number, peer in enumerate(peers):
        assert peer.recv(14, socket.MSG_WAITALL) == b"message %06d" % number


def eventually(condition: Any) -> bool:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


@pytest.mark.parametrize("kind", HANDLES)
def testEachGetsItsOwnBytesBack(kind: str) -> None:
    with Program(kind) as program:
        before = program.descriptors
        with connected(program.port, COUNT) as peers:
            echoed(peers)
            echoed(peers[::-1])
            assert program.descriptors >= before + COUNT
        assert eventually(lambda: program.descriptors <= before)


@pytest.mark.slow
@needsNode
@pytest.mark.skipif(not LONG, reason="needs 10,000 connections to tell: set NODECOMPAT_LONG_TESTS=1")
def testAConnectionThatWaitsCostsLessThanNodes() -> None:
    with Program("descriptors") as ours, Program("node") as nodes:
        assert ours.memoryOfOne(COUNT) < nodes.memoryOfOne(COUNT)
