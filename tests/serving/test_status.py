"""The port for probes: of one process, and of a supervisor with workers."""

from __future__ import annotations

import http.client
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon import serving
from program import finish, start

from nodecompat.reactor import choose
from nodecompat.serving import status

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
