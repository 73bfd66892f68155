"""`--status [HOST:]PORT`: a port of its own for probes and for Prometheus, which stays open while the servers drain.

* `/healthz`: 200 as long as the loop turns.
* `/readyz`: 200 while the process should get traffic, 503 when not: before its first server listens, while it drains,
  when a check of `health` is false. With workers: while one of them is ready; `/readyz/ID` asks for one.
* `/metrics`: Prometheus's text. With workers added up, `/metrics/workers` has those of each, with a label `worker`.

The workers' figures come through the cluster's channel, not through files that all processes write to
(prometheus-client's multiprocess mode): counting stays an addition in memory, each worker can be told apart, and
nothing is left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import health, http, metrics
from ..net.channels import listenEnd
from ..process import process
from ..timers import clearTimeout, setInterval, setTimeout

#: Milliseconds that a worker has to tell how it is: less than probes wait.
PATIENCE = 500.0
#: Milliseconds of counting that are lost, at most, with a worker that is killed.
FRESH = 1000.0


@dataclass(frozen=True)
class Report:
    """How a process is.

    Args:
        name: a worker's number.
        isReady: it should get traffic.
        text: the figures of this process; those of workers are in `Workers.sums`.
    """

    name: str
    isReady: bool
    text: str = ""


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


def serve(where: str, workers: Workers | None = None, onError: Callable[[BaseException], object] | None = None) -> Any:
    """Listen for probes.

    Args:
        where: PORT or HOST:PORT; 127.0.0.1 without a host.
        workers: which are asked; without, this process reports by itself.
        onError: called with why it cannot listen.
    Returns: the server.
    """
    host, port = addressOf(where)
    count()
    own = _Own()

    def onRequest(req: Any, res: Any) -> None:
        path = req.url.partition("?")[0]
        if path == "/healthz":
            health.say(res, 200, "alive")
        elif workers is None:
            _answer(res, path, [own.report()], None)
        else:
            workers.ask(lambda reports: _answer(res, path, reports, workers.sums))

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
    """In a worker: count, and tell the supervisor when it asks, and at the end."""
    count()
    own = _Own()

    def tell(message: Any = None) -> dict[str, Any]:
        found = own.report()
        return {"isReady": found.isReady, "text": found.text}

    def tellAtLast(code: int = 0) -> None:
        cluster.tell({"act": "status", **tell()})

    cluster.answers["status"] = tell
    cluster.farewell = tellAtLast
    process.once("exit", tellAtLast)  # it leaves unasked: it fails, or its program ends


class Workers:
    """What the workers of a cluster tell.

    One that does not answer in time is busy: it is as it was when it was heard last. What it has counted by then stays
    in the sums when it is gone; one that leaves, or fails, tells at last; one that is killed was asked within `FRESH`.
    Who waits for a worker waits in the primary, which is a label of its own.

    Args:
        cluster: the primary's.
        present: those that can be asked.
    """

    def __init__(self, cluster: Any, present: Callable[[], list[Any]]) -> None:
        self.sums: metrics.Sum = metrics.Sum()
        self._present = present
        self._ports = cluster.ports
        self._last: dict[int, Report] = {}
        cluster.heard["status"] = self.take
        cluster.on("disconnect", self._leave)
        if not metrics.missing:
            setInterval(self.ask, FRESH, lambda reports: None).unref()

    def ask(self, done: Callable[[list[Report]], object]) -> None:
        """Ask those that can be asked: `done(reports)`."""
        if not metrics.missing:
            self.sums.take("primary", metrics.textOf(self._ports.all()))
        _Asking(self, self._present(), done)

    def take(self, worker: Any, message: Any) -> None:
        """What one tells."""
        self._last[worker.id] = Report(str(worker.id), message["isReady"])
        self.sums.take(str(worker.id), message["text"])

    def report(self, worker: Any) -> Report:
        """What one has told last."""
        return self._last.get(worker.id) or Report(str(worker.id), False)

    def _leave(self, worker: Any) -> None:
        self._last.pop(worker.id, None)
        self.sums.leave(str(worker.id))


class _Asking:
    """One question to some workers."""

    def __init__(self, all_: Workers, asked: list[Any], done: Callable[[list[Report]], object]) -> None:
        self._done = done
        self._all = all_
        self._asked = asked
        self._waiting = {*asked}
        self._timer: Any = setTimeout(self._finish, PATIENCE)
        for each in asked:
            each.once("disconnect", self._look)
            each.requests.send({"act": "status"}, None, lambda message, handle, each=each: self._take(each, message))
        self._look()

    def _take(self, worker: Any, message: Any) -> None:
        self._all.take(worker, message)
        self._waiting.discard(worker)
        worker.removeListener("disconnect", self._look)
        self._look()

    def _look(self) -> None:
        if self._timer is not None and not any(each.isConnected() for each in self._waiting):
            self._finish()

    def _finish(self) -> None:
        clearTimeout(self._timer)
        self._timer = None
        for each in self._waiting:
            each.removeListener("disconnect", self._look)
        self._done([self._all.report(each) for each in self._asked])
