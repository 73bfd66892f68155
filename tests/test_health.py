"""Whether a process should get traffic."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from nodecompat import health, http
from nodecompat.testing import Network


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    health.drain(False)


def testItIsReadyUntilItDrains() -> None:
    assert health.isReady()
    health.drain()
    assert not health.isReady()


def testAChecksSaysNo() -> None:
    answers: list[object] = [True, False, 0]
    takeBack = health.addCheck(lambda: answers[0])
    assert health.isReady()
    del answers[0]
    assert not health.isReady()
    takeBack()
    assert health.isReady()
    takeBack()  # of no effect


def testACheckThatRaisesSaysNo() -> None:
    takeBack = health.addCheck(lambda: 1 / 0)
    assert not health.isReady()
    takeBack()


def testAProgramAnswersTheProbeOnItsOwnPort() -> None:
    def ask(network: Network, path: str) -> bytes:
        peer = network.connect(80)
        peer.send(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        network.run()
        return peer.received

    with Network() as network:
        server = http.createServer(lambda req, res: health.answer(req, res) or res.end("program")).listen(80)
        network.run()
        assert ask(network, "/readyz?full=1").startswith(b"HTTP/1.1 200 OK")
        assert ask(network, "/").endswith(b"program")
        health.drain()
        found = ask(network, "/readyz")
        assert found.startswith(b"HTTP/1.1 503") and found.endswith(b"not ready\n")
        found = ask(network, "/healthz")
        assert found.startswith(b"HTTP/1.1 200") and found.endswith(b"alive\n"), "it drains, and need not be killed"
        server.close()


def testAProgramNamesThePathsOfTheProbes() -> None:
    told: list[tuple[int, str]] = []

    class Response:
        def writeHead(self, status: int, headers: dict[str, str]) -> None:
            self.status = status

        def end(self, text: str) -> None:
            told.append((self.status, text))

    def ask(url: str) -> bool:
        return health.answer(SimpleNamespace(url=url), Response(), alive="/live", ready="/ready")

    assert [*map(ask, ("/live", "/ready", "/healthz", "/readyz"))] == [True, True, False, False]
    assert told == [(200, "alive\n"), (200, "ready\n")]
