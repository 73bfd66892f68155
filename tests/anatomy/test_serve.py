"""The page of a running program: served to this machine only, fed with what comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from anatomycases import payload

from nodecompat.anatomy import Recording, serve
from nodecompat.anatomy.entries import CLIENT_SOCKET, KERNEL
from nodecompat.anatomy.recorder import Recorder
from nodecompat.testing import Network, Peer

PORT = 8080


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(Recording(program="app", limit=3000))


@pytest.fixture
def live(net: Network, recorder: Recorder, log: list[Any]) -> Iterator[serve.Live]:
    made = serve.start(recorder, PORT, log.append)
    net.run()
    assert log.pop() == f"http://127.0.0.1:{PORT}/"
    yield made
    made.server.close()
    made.server.closeAllConnections()
    net.run()


def asked(net: Network, path: str, host: str = "127.0.0.1:8080") -> Peer:
    peer = net.connect(PORT)
    peer.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    net.run()
    return peer


def step(recorder: Recorder) -> None:
    recorder.add("step", "recv", KERNEL, CLIENT_SOCKET, "5 bytes")


def events(peer: Peer) -> list[dict[str, Any]]:
    """What was pushed."""
    text = peer.take().decode()
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


def testThePageHasTheRecordingSoFar(net: Network, live: serve.Live, recorder: Recorder) -> None:
    step(recorder)
    page = asked(net, "/").take().decode()
    assert page.startswith("HTTP/1.1 200 OK\r\n") and "Cache-Control: no-store" in page
    assert [entry["name"] for entry in payload(page)["entries"]] == ["recv"]  # type: ignore[attr-defined]
    assert '"/events"' in page


def testWhatComesIsPushed(net: Network, live: serve.Live, recorder: Recorder) -> None:
    step(recorder)  # before anybody watches: it is in the page
    watcher = asked(net, "/events")
    assert b"Content-Type: text/event-stream" in watcher.take()
    net.advance(1000)
    assert events(watcher) == [], "nothing new"
    step(recorder)
    step(recorder)
    net.advance(100)
    (news,) = events(watcher)
    assert [entry["number"] for entry in news["entries"]] == [2, 3]
    assert set(news) == {"entries", "connections", "sources", "dropped", "skipped"}


def testMuchIsPushedInBatches(net: Network, live: serve.Live, recorder: Recorder) -> None:
    watcher = asked(net, "/events")
    for _ in range(2500):
        step(recorder)
    net.advance(200)
    assert [len(news["entries"]) for news in events(watcher)] == [2000, 500]


def testAWatcherThatCannotFollowSeesTheNewest(net: Network, live: serve.Live, recorder: Recorder) -> None:
    watcher = asked(net, "/events")
    for _ in range(5000):
        step(recorder)
    net.advance(300)
    numbers = [entry["number"] for news in events(watcher) for entry in news["entries"]]
    assert (len(numbers), numbers[0], numbers[-1]) == (3000, 2001, 5000)


def testNothingIsKeptForNobody(net: Network, live: serve.Live, recorder: Recorder) -> None:
    watcher = asked(net, "/events")
    watcher.close()
    net.run()
    step(recorder)
    assert live._waiting == []


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/", "localhost:8080", b"200"),
        ("/", "evil.test:8080", b"403"),
        ("/events", "127.0.0.1.evil.test:80", b"403"),
        ("/x", "localhost:8080", b"404"),
    ],
)
def testForThisMachineOnly(net: Network, live: serve.Live, path: str, host: str, status: bytes) -> None:
    assert asked(net, path, host).take().split()[1] == status
