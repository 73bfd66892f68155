"""`--status [HOST:]PORT`: a port of its own for probes and for Prometheus, which stays open while the servers drain.

* `/healthz`: 200 as long as the loop turns.
* `/readyz`: 200 while the process should get traffic, 503 when not: before its first server listens, while it drains,
  when a check of `health` is false. With workers: while one of them is ready; `/readyz/ID` asks for one.
* `/metrics`: Prometheus's text. With workers added up, `/metrics/workers` has those of each, with a label `worker`.

The workers' figures come through the cluster's channel when they are asked for, not through files that all processes
write to (prometheus-client's multiprocess mode): counting stays an addition in memory, each worker can be told apart,
and nothing is left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import health, http, metrics
from ..net.channels import listenEnd
from ..timers import clearTimeout, setTimeout

#: Milliseconds that a worker has to tell how it is: less than probes wait.
PATIENCE = 500.0


@dataclass(frozen=True)
class Report:
    """How a process is. Args: name: a worker's number. isReady: it should get traffic. text: its figures."""

    name: str
    isReady: bool
    text: str


#: Calls back with the reports of all processes, and whether they are those of workers.
Reporter = Callable[[Callable[[list[Report]], object]], object]


class _Own:
    """This process."""

    def __init__(self) -> None:
        self._listens = False
        listenEnd.subscribe(self._onListening)

    def _onListening(self, message: Any, name: Any = None) -> None:
        if not isinstance(message["server"], _StatusServer):
            self._listens = True

    def report(self) -> Report:
        counting = metrics.current()
        return Report("", self._listens and health.isReady(), "" if counting is None else counting.text())


class _StatusServer(http.Server):
    pass


def count() -> None:
    """Begin to count, where prometheus-client is installed."""
    if not metrics.missing:
        metrics.start()


def serve(where: str, ask: Reporter | None = None, onError: Callable[[BaseException], object] | None = None) -> Any:
    """Listen for probes.

    Args:
        where: PORT or HOST:PORT; 127.0.0.1 without a host.
        ask: collects the reports of workers; this process reports by itself without.
        onError: called with why it cannot listen.
    Returns: the server.
    """
    host, port = addressOf(where)
    count()
    own = _Own()
    sums = metrics.Sum()

    def onRequest(req: Any, res: Any) -> None:
        path = req.url.partition("?")[0]
        if path == "/healthz":
            health.say(res, 200, "alive")
        elif ask is None:
            _answer(res, path, [own.report()], None)
        else:
            ask(lambda reports: _answer(res, path, reports, sums))

    server: Any = _StatusServer(onRequest)
    if (counting := metrics.current()) is not None:
        counting.ignored.add(server)
    if onError is not None:
        server.on("error", onError)
    server.on("connection", lambda socket: socket.unref())
    return server.listen(port, host).unref()


def addressOf(where: str) -> tuple[str, int]:
    """Host and port. Raises: ValueError."""
    host, _, port = where.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(where)
    return host.strip("[]") or "127.0.0.1", int(port)


def _answer(res: Any, path: str, reports: list[Report], sums: metrics.Sum | None) -> None:
    if path.startswith("/metrics") and metrics.missing:
        health.say(res, 501, metrics.missing)
    elif path == "/metrics" and sums is None:
        metrics.send(res, reports[0].text)
    elif path in ("/metrics", "/metrics/workers") and sums is not None:
        sums.take({each.name: each.text for each in reports})
        metrics.send(res, sums.text("worker" if path.endswith("workers") else ""))
    elif path == "/readyz":
        isReady = any(each.isReady for each in reports) and health.isReady()
        lines = [f"worker {each.name}: {_word(each.isReady)}" for each in reports if each.name]
        health.say(res, 200 if isReady else 503, "\n".join([_word(isReady), *lines]))
    else:
        found = [each for each in reports if each.name and path == f"/readyz/{each.name}"]
        if found:
            health.say(res, 200 if found[0].isReady else 503, _word(found[0].isReady))
        else:
            health.say(res, 404, "there are /healthz, /readyz and /metrics")


def _word(isReady: bool) -> str:
    return "ready" if isReady else "not ready"


def attendWorker(cluster: Any) -> None:
    """In a worker: count, and tell the supervisor when it asks."""
    count()
    own = _Own()

    def tell(message: Any) -> dict[str, Any]:
        found = own.report()
        return {"isReady": found.isReady, "text": found.text}

    cluster.answers["status"] = tell


def askWorkers(workers: Callable[[], list[Any]]) -> Reporter:
    """Asks workers of a cluster. One that does not answer in time is busy: it is as it was when it was asked last."""
    last: dict[int, Report] = {}

    def ask(done: Callable[[list[Report]], object]) -> None:
        _Asking(workers(), last, done)

    return ask


class _Asking:
    """One question to all workers."""

    def __init__(self, workers: list[Any], last: dict[int, Report], done: Callable[[list[Report]], object]) -> None:
        self._done = done
        self._last = last
        self._reports = {each.id: last.get(each.id, Report(str(each.id), False, "")) for each in workers}
        self._waiting = {each.id: each for each in workers}
        self._timer: Any = setTimeout(self._finish, PATIENCE)
        for each in workers:
            each.once("disconnect", self._look)
            each.requests.send({"act": "status"}, None, lambda message, handle, id=each.id: self._take(id, message))
        self._look()

    def _take(self, id: int, message: Any) -> None:
        worker = self._waiting.pop(id, None)
        if worker is not None:
            worker.removeListener("disconnect", self._look)
            self._reports[id] = Report(str(id), message["isReady"], message["text"])
            self._look()

    def _look(self) -> None:
        if self._timer is not None and not any(each.isConnected() for each in self._waiting.values()):
            self._finish()

    def _finish(self) -> None:
        clearTimeout(self._timer)
        self._timer = None
        for each in self._waiting.values():
            each.removeListener("disconnect", self._look)
        self._last.clear()
        self._last.update(self._reports)
        self._done([*self._reports.values()])
