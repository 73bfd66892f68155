"""The package's clock and random numbers under a simulated network."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import nodecompat
from nodecompat import WebSocket, crypto, http, process
from nodecompat.testing import Network
from nodecompat.testing.seams import READERS, REAL

PACKAGE = Path(nodecompat.__file__).resolve().parent


def testClocksStandStill() -> None:
    with Network() as network:
        start = process.hrtime.bigint()
        assert process.uptime() == 0
        network.advance(1500)
        assert process.hrtime.bigint() - start == 1_500_000_000
        assert process.uptime() == 1.5
    assert process.uptime() > 0
    assert abs(process.hrtime.bigint() - time.monotonic_ns()) < 10_000_000_000


def testTheDateHeader() -> None:
    with Network() as network:
        server = http.createServer(lambda request, response: response.end()).listen(80)
        network.advance(61_000)
        peer = network.connect(80)
        peer.send(b"GET / HTTP/1.0\r\n\r\n")
        network.run()
        assert b"Date: Thu, 01 Jan 2026 00:01:01 GMT" in peer.received
        server.close()


def testRandomNumbersAreOfTheSeed() -> None:
    def draw(seed: int) -> tuple[object, ...]:
        with Network(seed=seed):
            return crypto.randomBytes(8), crypto.randomUUID(), crypto.randomInt(1000), random.random()

    before = random.getstate()
    assert draw(1) == draw(1) != draw(2)
    assert random.getstate() == before


def testKeysOfWebSocketAreOfTheSeed() -> None:
    def sent(seed: int) -> bytes:
        with Network(seed=seed) as network:
            server = network.listen(80)
            WebSocket("ws://localhost/")
            network.run()
            return server.peers[0].received

    assert sent(1) == sent(1) != sent(2)


def testEveryReaderIsKnown() -> None:
    """A module that reads a clock or random numbers is taken over even if it is loaded late, or stays real."""
    reads = re.compile(r"^(?:import (?:time|secrets)$|from (?:time|secrets) import)", re.MULTILINE)
    unseen, found = re.compile(r"urandom|SystemRandom|uuid4"), set()
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(("nodecompat", *path.relative_to(PACKAGE).with_suffix("").parts))
        text = path.read_text()
        assert not unseen.search(text), f"{name} has random numbers that no network can take over: use secrets"
        if reads.search(text) and not any(name == each or name.startswith(each + ".") for each in REAL):
            found.add(name)
    assert found - {"nodecompat.anatomy.recorder"} == set(READERS)
