"""What this process does, in figures for Prometheus, through `prometheus-client` (the extra `metrics`).

    from nodecompat import metrics
    metrics.start()
    server = http.createServer(lambda req, res: metrics.answer(req, res) or onRequest(req, res))

Ours, beside Node's API. Everything is taken from the `diagnostics_channel`, and nothing of it runs before `start`. With
`--status PORT` no program needs to do anything; with workers that has the figures of each and of all
(`serving/status.py`). All figures are counts, sums and sizes, so that those of several processes can be added.
"""

from __future__ import annotations

import socket
import time
import weakref
from collections import Counter as Counts
from collections.abc import Iterable, Sequence
from typing import Any

from . import http, usage
from .process import process
from .subscriptions import Subscriptions
from .timers import clearInterval, setInterval

try:
    import prometheus_client
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    missing: str = ""
except ImportError:
    missing = "metrics need prometheus-client: pip install 'nodecompat[metrics]'"

#: Milliseconds between two samples of the loop's lag.
RESOLUTION = 20.0
#: Seconds: the upper bounds of the buckets of latencies and of the lag.
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LAGS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

_ACCEPT_QUEUE = ("accept_queue", "Connections that wait to be accepted.")

_current: Metrics | None = None


class Metrics:
    """The figures of this process; `start` makes one.

    Attributes:
        registry: of prometheus-client; a program may add metrics of its own.
        ignored: servers that are not counted.
    """

    def __init__(self) -> None:
        if missing:
            raise ModuleNotFoundError(missing, name="prometheus_client")
        self.registry: Any = CollectorRegistry(auto_describe=True)
        self.ignored: weakref.WeakSet[Any] = weakref.WeakSet()
        self._servers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._begun: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()
        more: dict[str, Any] = {"namespace": "nodecompat", "registry": self.registry}
        self._open = Gauge("connections", "Connections of the servers that are open.", **more)
        self._accepted = Counter("connections_accepted", "Connections that the servers have accepted.", **more)
        self._pending = Gauge("http_requests_pending", "Requests that are not answered yet.", **more)
        self._requests = Counter("http_requests", "Requests that were answered, by status.", ["status"], **more)
        self._latency = Histogram(
            "http_request_duration_seconds",
            "From a request's head to the end of its answer.",
            buckets=LATENCIES,
            **more,
        )
        self._lag = Histogram("event_loop_lag_seconds", "How late the loop was.", buckets=LAGS, **more)
        #: Of a cluster's primary.
        self._ports: weakref.WeakSet[Any] = weakref.WeakSet()
        self.registry.register(_AtScrape(self._servers, self._ports))
        self._subscriptions = Subscriptions(
            {
                "net.server.socket": self._onConnection,
                "tracing:net.server.listen:asyncEnd": self._onListening,
                "nodecompat.cluster.port": self._onPort,
                "http.server.request.start": self._onRequest,
                "http.server.response.finish": self._onAnswered,
            }
        )
        self._subscriptions.start()
        self._due = 0.0
        self._timer = setInterval(self._sample, RESOLUTION).unref()

    def stop(self) -> None:
        """Count no more."""
        clearInterval(self._timer)
        self._subscriptions.stop()

    def text(self) -> str:
        """All figures in Prometheus's text format."""
        return prometheus_client.generate_latest(self.registry).decode()

    def _sample(self) -> None:
        now = time.monotonic()
        if self._due:
            self._lag.observe(max(0.0, now - self._due))
        self._due = now + RESOLUTION / 1000.0

    def _onConnection(self, message: Any) -> None:
        connection = message["socket"]
        if connection.server in self.ignored:
            return
        self._accepted.inc()
        self._open.inc()
        connection.once("close", lambda: self._open.dec())

    def _onListening(self, message: Any) -> None:
        self._servers.add(message["server"])

    def _onPort(self, message: Any) -> None:
        self._ports.add(message["port"])

    def _onRequest(self, message: Any) -> None:
        if message["server"] in self.ignored:
            return
        self._begun[message["request"]] = time.monotonic()
        self._pending.inc()
        message["response"].once("close", lambda: self._pending.dec())

    def _onAnswered(self, message: Any) -> None:
        begun = self._begun.pop(message["request"], None)
        if begun is not None:
            self._requests.labels(message["response"].statusCode).inc()
            self._latency.observe(time.monotonic() - begun)


class _AtScrape:
    """Figures that nobody keeps: they are read when they are asked for."""

    def __init__(self, servers: Iterable[Any], ports: Iterable[Any]) -> None:
        self._servers = servers
        self._ports = ports

    def collect(self) -> Iterable[Any]:
        """What prometheus-client calls."""
        handles = GaugeMetricFamily("nodecompat_handles", "What keeps the program alive, by kind.", labels=["type"])
        for kind, count in sorted(Counts(process.getActiveResourcesInfo()).items()):
            handles.add_metric([kind], count)
        yield handles
        waiting = sum(max(0, accepting(server)) for server in self._servers) + held(self._ports)
        yield _gauge(*_ACCEPT_QUEUE, waiting)
        waiting = sum(len(queue) for queue in http.globalAgent.requests.values())
        yield _gauge("agent_requests_waiting", "Requests of the global agent that wait for a connection.", waiting)
        yield _gauge("resident_memory_bytes", "Memory in use.", usage.residentSize())
        used = usage.cpuUsage()
        name, text = "nodecompat_cpu_seconds", "Processor time."
        yield CounterMetricFamily(name, text, value=(used.user + used.system) / 1e6)


def _gauge(name: str, text: str, value: float) -> Any:
    return GaugeMetricFamily(f"nodecompat_{name}", text, value=value)


def held(ports: Iterable[Any]) -> int:
    """How many connections wait at the ports of a cluster's primary: in the kernel, or for a worker that is free."""
    return sum(port.held + max(0, _waiting(port.handle)) for port in ports)


def textOf(ports: Iterable[Any]) -> str:
    """The figure of these ports in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Fixed([_gauge(*_ACCEPT_QUEUE, held(ports))]))
    return prometheus_client.generate_latest(registry).decode()


def accepting(server: Any) -> int:
    """How many connections of a server the kernel still has; -1 where it does not tell, as for Unix sockets."""
    return _waiting(server._handle)


def _waiting(handle: Any) -> int:
    listening = getattr(handle, "socketOf", None)
    try:
        return _acceptQueue(listening()) if listening is not None else -1
    except (OSError, AttributeError):
        return -1


def _acceptQueue(listening: socket.socket) -> int:
    # struct tcp_info of Linux: tcpi_unacked, which counts the queue of a socket that listens.
    found = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    return int.from_bytes(found[24:28], "little")


def start() -> Metrics:
    """Begin to count, unless that was done.

    Raises: ModuleNotFoundError, which names the extra, without prometheus-client.
    """
    global _current
    if _current is None:
        _current = Metrics()
    return _current


def stop() -> None:
    """Count no more, and forget."""
    global _current
    if _current is not None:
        _current.stop()
        _current = None


def current() -> Metrics | None:
    """What counts, if `start` was called."""
    return _current


def answer(req: Any, res: Any, path: str = "/metrics") -> bool:
    """Answer Prometheus's request.

    Args:
        req, res: of an http server.
        path: where Prometheus asks, without a query.
    Returns: False if the request is for something else.
    """
    if req.url.partition("?")[0] != path:
        return False
    send(res, start().text())
    return True


def send(res: Any, text: str) -> None:
    """Send figures as an answer."""
    res.writeHead(200, {"Content-Type": prometheus_client.CONTENT_TYPE_PLAIN_0_0_4})
    res.end(text)


#: What of a family stays when its process is gone; a gauge of it is nothing.
_LASTING = ("counter", "histogram")


class Sum:
    """The figures of several processes: labelled with the process, or added up.

    What a process has told last stays in the sum when it is gone, so that no counter goes back and none disappears.
    """

    def __init__(self) -> None:
        self._gone: dict[str, _Family] = {}
        self._last: dict[str, str] = {}

    def take(self, name: str, text: str) -> None:
        """Take what a process says."""
        if text:
            self._last[name] = text

    def leave(self, name: str) -> None:
        """A process is gone."""
        text = self._last.pop(name, "")
        if text:
            _add(self._gone, text, {}, _LASTING)

    def text(self, label: str = "") -> str:
        """The sums; or the figures of each process that there is, which `label` names."""
        found = {} if label else {name: each.copy() for name, each in self._gone.items()}
        for name, text in sorted(self._last.items(), key=lambda item: (len(item[0]), item[0])):  # in order of numbers
            _add(found, text, {label: name} if label else {})
        registry = CollectorRegistry()
        registry.register(_Fixed([each.metric(name) for name, each in found.items()]))
        return prometheus_client.generate_latest(registry).decode()


class _Family:
    """A figure with its samples: the value of each name with its labels."""

    def __init__(self, text: str, kind: str, values: dict[tuple[Any, ...], float] | None = None) -> None:
        self.text = text
        self.kind = kind
        self.values = values or {}

    def copy(self) -> _Family:
        return _Family(self.text, self.kind, dict(self.values))

    def metric(self, name: str) -> Any:
        made = Metric(name, self.text, self.kind)
        for (sample, labels), value in self.values.items():
            made.add_sample(sample, dict(labels), value)
        return made


def _add(to: dict[str, _Family], text: str, label: dict[str, str], kinds: Sequence[str] = ()) -> None:
    """Add what a process says: all of it, or what is of these kinds."""
    for family in _families(text):
        if (kinds and family.type not in kinds) or family.name.endswith("_created"):  # when: there is no sum of times
            continue
        values = to.setdefault(family.name, _Family(family.documentation, family.type)).values
        for sample in family.samples:
            key = (sample.name, tuple(sorted({**label, **sample.labels}.items())))
            values[key] = values.get(key, 0.0) + sample.value


class _Fixed:
    def __init__(self, families: list[Any]) -> None:
        self._families = families

    def collect(self) -> Iterable[Any]:
        """What prometheus-client calls."""
        return self._families


def _families(text: str) -> Iterable[Any]:
    from prometheus_client.parser import text_string_to_metric_families

    return text_string_to_metric_families(text)
