"""HAProxy in front of two twistd instances, with PROXY protocol 1 and 2: the real peer, a restart that nobody notices.

NODECOMPAT_HAPROXY_REQUESTS says how many requests at least; the default is small. HAProxy has no licence here to repeat
a request that reached a server: `retry-on` is left at connections that were refused.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import toolloader
from daemon import Running, answerOf, request, serving
from program import HANGS

REQUESTS = int(os.environ.get("NODECOMPAT_HAPROXY_REQUESTS", "1000"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + REQUESTS / 10),
    pytest.mark.skipif(shutil.which("haproxy") is None, reason="needs haproxy"),
]

APP = """\
def onRequest(req, res):
    res.end(f"{req.socket.remoteAddress} {req.socket.localPort}")
"""

balancers: Any = toolloader.load("balancers")
CONFIG = Path(__file__).resolve().parents[2] / "examples/deploy/haproxy-proxy-protocol.cfg"


@contextmanager
def instance(folder: Path, port: int) -> Iterator[Running]:
    place = f"haproxy:tcp:{port}:interface=127.0.0.1"
    folder.mkdir(exist_ok=True)
    with serving(folder, "--http", "myapp:onRequest", "--listen", place, app=APP) as it:
        yield it


@contextmanager
def haproxy(folder: Path, ports: list[int]) -> Iterator[tuple[str, int]]:
    """HAProxy in front of these; it gets its listening socket from us, so no port is guessed."""
    with socket.create_server(("127.0.0.1", 0)) as front:
        config = folder / "haproxy.cfg"
        text = CONFIG.read_text().replace("127.0.0.1:8080", f"fd@{front.fileno()}")
        config.write_text(text.replace(":8081", f":{ports[0]}").replace(":8082", f":{ports[1]}"))
        child = subprocess.Popen(
            ["haproxy", "-q", "-db", "-f", str(config)], pass_fds=[front.fileno()], stderr=subprocess.PIPE, text=True
        )
        try:
            yield front.getsockname()
        finally:
            child.terminate()
            child.communicate(timeout=HANGS)


def ask(address: tuple[str, int], source: str) -> str:
    with socket.create_connection(address, timeout=HANGS, source_address=(source, 0)) as client:
        client.sendall(request(connection="close"))
        status, body = answerOf(client)
        assert status == 200
        return body


def testTheRealPeer(tmp_path: Path) -> None:
    """The clients' addresses, not HAProxy's; and both instances serve."""
    ports = balancers.freePorts(2)
    with instance(tmp_path / "1", ports[0]), instance(tmp_path / "2", ports[1]), haproxy(tmp_path, ports) as front:
        answers = [ask(front, f"127.0.0.{number}").split() for number in range(2, 8)]
    assert [each[0] for each in answers] == [f"127.0.0.{number}" for number in range(2, 8)]
    # The local end is the front's too: that is what the client has connected to.
    assert {int(each[1]) for each in answers} == {front[1]}


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def testAnInstanceIsRestartedUnderLoad(tmp_path: Path) -> None:
    ports = balancers.freePorts(2)
    done = failed = restarts = 0
    with ExitStack() as stack:
        stack.enter_context(instance(tmp_path / "2", ports[1]))
        first: Any = stack.enter_context(instance(tmp_path / "1", ports[0]))
        front = stack.enter_context(haproxy(tmp_path, ports))
        while done < REQUESTS:
            wrk = balancers.load(front[1])
            for _ in range(2):
                assert first.stop()[0] == 0
                first = stack.enter_context(instance(tmp_path / "1", ports[0]))
                restarts += 1
            wrk.send_signal(signal.SIGINT)  # it ends and tells
            report, _ = wrk.communicate(timeout=HANGS)
            requests, errors = balancers.outcome(report)
            done, failed = done + requests, failed + errors
    print(f"{done} requests through HAProxy, {restarts} restarts, {failed} failed")
    assert failed == 0
