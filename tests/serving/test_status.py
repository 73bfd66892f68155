"""The port for probes: of one process, and of a supervisor with workers."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from daemon import command, serving
from program import finish, start

from nodecompat import EventEmitter, metrics
from nodecompat.cluster.ports import Ports
from nodecompat.reactor import choose
from nodecompat.serving import status
from nodecompat.testing import Network

pytestmark = pytest.mark.timeout(120)
needsPorts = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")

APP = """\
import socket
from nodecompat import http, net, process
from nodecompat.serving import status

def onRequest(req, res):
    if req.url == "/slow":
        process.once("SIGUSR1", lambda *_: res.end("slow"))
        res.write(str(process.pid))
    elif req.url == "/fail":
        res.on("close", lambda: process.exit(1))
        res.writeHead(500).end()
    else:
        res.end("hello")

server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print("app", server.address().port, flush=True))
"""
#: Prints the port that the system has chosen for probes.
TELLS = """\
from nodecompat.serving import status
serve = status.serve
def telling(*args):
    server = serve(*args)
    server.once("listening", lambda: print("status", server.address().port, flush=True))
    return server
status.serve = telling
from nodecompat.cli import main
raise SystemExit(main())
"""


def ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Connection": "close"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def portsOf(child: subprocess.Popen[str], apps: int) -> tuple[int, int]:
    """The program's port, when so many workers listen, and that for probes."""
    assert child.stdout is not None
    found: dict[str, int] = {}
    while apps or "status" not in found:
        name, port = child.stdout.readline().split()
        found[name] = int(port)
        apps -= name == "app"
    return found["app"], found["status"]


class Counters:
    """What Prometheus sees: no counter ever goes back or disappears."""

    def __init__(self, probes: int) -> None:
        self._probes = probes
        self._last: dict[str, float] = {}

    def requests(self) -> float:
        """How many were answered."""
        text = ask(self._probes, "/metrics")[1]
        found = re.findall(r"^(nodecompat_(?:\w+_(?:total|count|sum|bucket)\b.*)) (\S+)$", text, re.M)
        values = {name: float(value) for name, value in found}
        assert [name for name, value in self._last.items() if values.get(name, 0.0) < value] == []
        self._last = values
        return sum(value for name, value in values.items() if name.startswith("nodecompat_http_requests_total"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "tells.py").write_text(TELLS)
    yield tmp_path


@pytest.mark.parametrize("text", ["x", "65536", "host:", ""])
def testAPlaceIsAPortWithOrWithoutAHost(text: str) -> None:
    assert status.addressOf("80") == ("127.0.0.1", 80)
    assert status.addressOf("[::]:80") == ("::", 80)
    with pytest.raises(ValueError):
        status.addressOf(text)


@needsPorts
def testTheWholeAndEachWorker(folder: Path) -> None:
    pytest.importorskip("prometheus_client", reason="needs prometheus-client: pip install 'nodecompat[metrics]'")
    child = start("tells.py", "run", "--workers", "2", "--status", "0", "app.py", cwd=folder)
    app, probes = portsOf(child, 2)
    assert ask(probes, "/healthz") == (200, "alive\n")
    while ask(probes, "/readyz") != (200, "ready\nworker 1: ready\nworker 2: ready\n"):
        pass  # a worker prints before the supervisor has heard of it
    assert ask(probes, "/readyz/2") == (200, "ready\n")
    assert ask(probes, "/readyz/3")[0] == 404
    for _ in range(4):
        assert ask(app, "/") == (200, "hello")
    total = 'nodecompat_http_requests_total{status="200"} 4.0\n'
    assert total in ask(probes, "/metrics")[1]
    text = ask(probes, "/metrics/workers")[1]
    each = re.findall(r'nodecompat_http_requests_total\{status="200",worker="(.)"\} (.)', text)
    assert each == [("1", "2"), ("2", "2")]
    counters = Counters(probes)
    assert counters.requests() == 4
    for _ in range(2):
        ask(app, "/")
    child.send_signal(signal.SIGHUP)
    assert counters.requests() <= 6
    assert child.stdout is not None
    for _ in range(2):  # the new ones listen, one after the other
        assert child.stdout.readline().startswith("app")
        assert counters.requests() == 6
    while re.findall(r"worker (\d+): ready", ask(probes, "/readyz")[1]) != ["3", "4"]:
        assert counters.requests() == 6
    assert ask(app, "/fail")[0] == 500  # its worker has counted that, and ends
    assert child.stdout.readline().startswith("app")
    assert counters.requests() == 7
    assert ask(app, "/") == (200, "hello")
    assert counters.requests() == 8
    slow = http.client.HTTPConnection("127.0.0.1", app, timeout=60)
    slow.request("GET", "/slow")
    answer = slow.getresponse()
    pid = int(answer.read1())
    child.terminate()
    while (found := ask(probes, "/readyz"))[0] == 200:
        pass
    assert found[0] == 503 and found[1].startswith("not ready\n")
    subprocess.run(["kill", "-USR1", str(pid)], check=True)
    assert answer.read() == b"slow"
    assert finish(child)[0] == 0


class Worker(EventEmitter):
    """A worker as its supervisor has it: `requests` it does not answer by itself."""

    def __init__(self, id: int) -> None:
        super().__init__()
        self.id = id
        self.requests = self
        self.isThere = True
        self.asked: list[Any] = []

    def isConnected(self) -> bool:
        return self.isThere

    def send(self, message: Any, handle: Any, answer: Any) -> None:
        self.asked.append(answer)


def testWhatAWorkerHasToldStaysCountedWhenItIsKilled() -> None:
    """It is asked every second, is as it was while it is busy, and a late answer does not bring it back."""
    pytest.importorskip("prometheus_client", reason="needs prometheus-client: pip install 'nodecompat[metrics]'")

    def told(requests: int) -> dict[str, Any]:
        return {"isReady": True, "text": f"# TYPE nodecompat_a_total counter\nnodecompat_a_total {requests}\n"}

    seen: list[list[status.Report]] = []
    with Network() as network:
        cluster: Any = EventEmitter()
        cluster.heard, cluster.ports = {}, Ports(lambda: True)
        one = Worker(1)
        workers = status.Workers(cluster, lambda: [one] if one.isThere else [])
        network.advance(status.FRESH)
        one.asked.pop()(told(5), None)
        workers.ask(seen.append)
        assert not seen and one.asked
        network.advance(status.PATIENCE)
        assert [(each.name, each.isReady) for each in seen[0]] == [("1", True)]
        one.asked.pop()(told(7), None)  # late, but heard
        assert "nodecompat_a_total 7.0\n" in workers.sums.text()
        workers.ask(seen.append)
        one.isThere = False
        one.emit("disconnect")
        cluster.emit("disconnect", one)
        assert len(seen) == 2, "nobody is waited for"
        assert "nodecompat_a_total 7.0\n" in workers.sums.text() and "nodecompat_a_" not in workers.sums.text("worker")
        workers.ask(seen.append)
        assert seen[2] == []
        metrics.stop()


def testOneProcess(folder: Path) -> None:
    child = start("tells.py", "run", "--status", "0", "app.py", cwd=folder)
    _, probes = portsOf(child, 1)
    assert ask(probes, "/readyz") == (200, "ready\n")
    assert ask(probes, "/readyz/1")[0] == 404
    child.kill()
    finish(child)


def testTwistdIsNotReadyWhileItDrains(tmp_path: Path) -> None:
    app = APP.replace("server.listen(", "0 and server.listen(")
    with serving(
        tmp_path, "--http", "myapp:onRequest", "--listen", "tcp:0:interface=127.0.0.1", "--status", "0", app=app
    ) as it:
        probes = int(next(line for line in it.log if "probes" in line).rpartition(":")[2])
        assert ask(probes, "/readyz") == (200, "ready\n")
        slow = http.client.HTTPConnection("127.0.0.1", it.port, timeout=60)
        slow.request("GET", "/slow")
        answer = slow.getresponse()
        pid = int(answer.read1())
        it.child.terminate()
        while ask(probes, "/readyz")[0] == 200:
            pass
        assert ask(probes, "/readyz") == (503, "not ready\n")
        subprocess.run(["kill", "-USR1", str(pid)], check=True)
        assert answer.read() == b"slow"


def testAWrongPlaceIsRefused(folder: Path) -> None:
    code, _, err = finish(start("tells.py", "run", "--status", "here", "app.py", cwd=folder))
    assert code == 2 and "PORT or HOST:PORT, not here" in err


@pytest.mark.parametrize(
    "before, after",
    [
        (("-m", "nodecompat", "run"), ("app.py",)),
        pytest.param(("-m", "nodecompat", "run", "--workers", "1"), ("app.py",), marks=needsPorts),
        (command("-n", "nodecompat"), ("--app", "app.py")),
        pytest.param(command("-n", "nodecompat", "--workers", "1"), ("--app", "app.py"), marks=needsPorts),
    ],
    ids=["run", "run workers", "twistd", "twistd workers"],
)
def testAPortThatIsTakenEndsTheProcess(folder: Path, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        code, out, err = finish(start(*before, "--status", where, *after, cwd=folder))
    assert code == 1
    assert f" --status: listen EADDRINUSE: address already in use {where}\n" in out + err
    assert "Traceback" not in out + err and "worker 1" not in out + err
