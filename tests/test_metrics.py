"""Figures for Prometheus."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_twisted
from program import python

pytest.importorskip("prometheus_client", reason="needs prometheus-client: pip install 'nodecompat[metrics]'")

from nodecompat import diagnostics_channel, events, http, metrics, net, setTimeout
from nodecompat.cluster.ports import Ports
from nodecompat.events import EventEmitter
from nodecompat.reactor import choose
from nodecompat.testing import Network


@pytest.fixture
def counting() -> Iterator[metrics.Metrics]:
    yield metrics.start()
    metrics.stop()


def figure(text: str, name: str) -> float:
    """The figure of that name and labels."""
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.rpartition(" ")[0] == name)


def exchange(network: Network, request: bytes) -> bytes:
    peer = network.connect(80)
    peer.send(request)
    network.advance(500)
    return peer.received


def testWhatAServerDoesIsCounted() -> None:
    def onRequest(req: Any, res: Any) -> None:
        if metrics.answer(req, res):
            return
        res.statusCode = 200 if req.url == "/" else 404
        setTimeout(res.end, 30)

    with Network() as network:
        counting = metrics.start()
        assert metrics.start() is counting is metrics.current()
        server = http.createServer(onRequest).listen(80)
        network.run()
        for path in (b"/", b"/", b"/other"):
            exchange(network, b"GET " + path + b" HTTP/1.0\r\n\r\n")
        text = exchange(network, b"GET /metrics HTTP/1.0\r\n\r\n").decode()
        assert "Content-Type: text/plain; version=0.0.4; charset=utf-8" in text
        assert figure(text, 'nodecompat_http_requests_total{status="200"}') == 2
        assert figure(text, 'nodecompat_http_requests_total{status="404"}') == 1
        assert figure(text, "nodecompat_connections_accepted_total") == 4
        assert figure(text, "nodecompat_connections") == 1
        assert figure(text, "nodecompat_http_requests_pending") == 1, "that of Prometheus"
        assert figure(text, 'nodecompat_http_request_duration_seconds_bucket{le="0.025"}') == 0
        assert figure(text, 'nodecompat_http_request_duration_seconds_bucket{le="0.05"}') == 3
        assert abs(figure(text, "nodecompat_http_request_duration_seconds_sum") - 0.09) < 0.001
        assert figure(text, 'nodecompat_handles{type="TCPServerWrap"}') >= 1
        assert figure(text, "nodecompat_resident_memory_bytes") > 1e6
        assert figure(text, "nodecompat_cpu_seconds_total") > 0
        setTimeout(lambda: network.clock.advance(300), 1)  # a callback that takes 300 ms
        network.advance(1000)
        late = counting.text()
        assert figure(late, 'nodecompat_event_loop_lag_seconds_bucket{le="0.2"}') == (
            figure(late, "nodecompat_event_loop_lag_seconds_count") - 1
        )
        server.close()
        metrics.stop()


def testNothingListensBeforeAndAfter() -> None:
    assert not diagnostics_channel.hasSubscribers("http.server.request.start")
    metrics.start()
    assert diagnostics_channel.hasSubscribers("http.server.request.start")
    metrics.stop()
    assert not diagnostics_channel.hasSubscribers("http.server.request.start")
    assert metrics.current() is None


def testRequestsThatWaitForAnAgentAreCounted(counting: metrics.Metrics) -> None:
    with Network() as network:
        silent = net.createServer().listen(80)
        http.globalAgent.maxSockets = 1
        asked = [http.get("http://127.0.0.1/").on("error", lambda error: None) for _ in range(3)]
        network.run()
        assert figure(counting.text(), "nodecompat_agent_requests_waiting") == 2
        for each in asked:
            each.destroy()
        network.run()
        silent.close()


@pytest.mark.skipif(not choose.usePoller(), reason="the queue is that of a descriptor on the poller")
@pytest_twisted.ensureDeferred
async def testTheAcceptQueueIsCounted() -> None:
    server = net.createServer().listen(0, "127.0.0.1")
    await events.once(server, "listening")
    port = server.address().port
    with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
        assert metrics.accepting(server) == 2  # the loop has not turned
    server.close()
    assert metrics.accepting(server) == -1


@pytest.mark.skipif(not choose.usePoller(), reason="the queue is that of a descriptor on the poller")
@pytest_twisted.ensureDeferred
async def testWhoWaitsInAPrimaryIsCounted(counting: metrics.Metrics) -> None:
    ports, worker = Ports(lambda: True), Worker()
    ports.ask(worker, {"address": "127.0.0.1", "port": 0, "addressType": 4, "fd": None, "index": 0, "seq": 1})
    place = tuple(worker.sent[0]["sockname"][:2])
    with socket.create_connection(place), socket.create_connection(place), socket.create_connection(place):
        assert figure(counting.text(), "nodecompat_accept_queue") == 3  # the loop has not turned
        await events.once(worker, "newconn")
        assert figure(counting.text(), "nodecompat_accept_queue") == 2  # the worker has one, and no other is free
        assert figure(metrics.textOf(ports.all()), "nodecompat_accept_queue") == 2
    ports.close()
    assert figure(counting.text(), "nodecompat_accept_queue") == 0


class Worker(EventEmitter):
    """Takes one connection, and no more."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = self
        self.sent: list[Any] = []

    def send(self, message: Any, handle: Any = None, answer: Any = None) -> None:
        self.sent.append(message)
        if answer is not None:
            setTimeout(self.emit, 1, "newconn")  # the others are accepted in the same turn


def testSumsKeepWhatAProcessThatIsGoneHadCounted() -> None:
    def text(requests: int, connections: int, more: str = "") -> str:
        return (
            "# TYPE nodecompat_http_requests_total counter\n"
            f'nodecompat_http_requests_total{{status="200"}} {requests}\n{more}'
            f"# TYPE nodecompat_connections gauge\nnodecompat_connections {connections}\n"
        )

    sums = metrics.Sum()
    sums.take("2", text(6, 3))
    sums.take("1", text(5, 2, 'nodecompat_http_requests_total{status="404"} 1\n'))
    sums.take("2", text(7, 3))
    sums.take("2", "")  # it had nothing to tell
    assert figure(sums.text(), 'nodecompat_http_requests_total{status="200"}') == 12
    assert figure(sums.text(), "nodecompat_connections") == 5
    assert figure(sums.text("worker"), 'nodecompat_http_requests_total{status="200",worker="2"}') == 7
    sums.take("10", text(0, 0))
    assert re.findall('connections{worker="(.*)"}', sums.text("worker")) == ["1", "2", "10"]
    sums.leave("10")
    sums.leave("1")
    sums.leave("1")
    sums.leave("never there")
    sums.take("2", text(8, 3))
    sums.take("3", text(1, 1))
    assert figure(sums.text(), 'nodecompat_http_requests_total{status="200"}') == 14
    assert figure(sums.text(), 'nodecompat_http_requests_total{status="404"}') == 1, "nobody who is left has one"
    assert figure(sums.text(), "nodecompat_connections") == 4
    assert 'worker="1"' not in sums.text("worker")
    sums.leave("2")
    sums.leave("3")
    assert figure(sums.text(), 'nodecompat_http_requests_total{status="200"}') == 14, "nobody is left"
    assert "nodecompat_connections" not in sums.text(), "those of a process that is gone are none"


def testWithoutPrometheusClientTheExtraIsNamed() -> None:
    program = """
import sys
sys.modules["prometheus_client"] = None
from nodecompat import metrics
try:
    metrics.start()
except ModuleNotFoundError as error:
    print(error)
"""
    assert python("-c", program)[1] == "metrics need prometheus-client: pip install 'nodecompat[metrics]'\n"
