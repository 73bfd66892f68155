"""HAProxy that speaks the PROXY protocol, 1 and 2: to workers, and to twistd. The real peer, a restart nobody notices.

NODECOMPAT_HAPROXY_REQUESTS says how many requests at least; the default is small. HAProxy has no licence here to repeat
a request that reached a server: `retry-on` is left at connections that were refused.
"""

from __future__ import annotations

import itertools
import os
import re
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
from daemon import Running, readAnswer, request, serving
from program import HANGS

from nodecompat.reactor import choose

REQUESTS = int(os.environ.get("NODECOMPAT_HAPROXY_REQUESTS", "1000"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + REQUESTS / 10),
    pytest.mark.skipif(shutil.which("haproxy") is None, reason="needs haproxy"),
]

APP = """\
def onRequest(req, res):
    res.setHeader("X-Worker", str(req.socket.localPort))
    res.end(f"hello {req.socket.remoteAddress}")
"""

balancers: Any = toolloader.load("balancers")
CONFIG = Path(__file__).resolve().parents[2] / "examples/deploy/haproxy-proxy-protocol.cfg"


#: Tells of which server, and so in which version of the protocol, an answer is.
TELLS = '\\g<0>\n    http-response set-header X-Server "%[srv_name]"'


@contextmanager
def instance(folder: Path, port: int, probes: int) -> Iterator[Running]:
    place = f"haproxy:tcp:{port}:interface=127.0.0.1"
    folder.mkdir(exist_ok=True)
    with serving(folder, "--http", "myapp:onRequest", "--listen", place, "--status", str(probes), app=APP) as it:
        yield it


@contextmanager
def haproxy(folder: Path, places: dict[int, int]) -> Iterator[tuple[str, int]]:
    """HAProxy, with these ports for those of the recipe; it gets its listening socket from us, so none is guessed."""
    with socket.create_server(("127.0.0.1", 0)) as front:
        config = folder / "haproxy.cfg"
        text = re.sub("balance roundrobin", TELLS, CONFIG.read_text().replace("127.0.0.1:8080", f"fd@{front.fileno()}"))
        config.write_text(re.sub(r"\b[89]08[12]\b", lambda found: str(places[int(found[0])]), text))
        child = subprocess.Popen(
            ["haproxy", "-q", "-db", "-f", str(config)], pass_fds=[front.fileno()], stderr=subprocess.PIPE, text=True
        )
        try:
            yield front.getsockname()
        finally:
            child.terminate()
            child.communicate(timeout=HANGS)


def ask(address: tuple[str, int], source: str) -> tuple[str, str, str]:
    """What is answered to this address: the server that was asked, the worker, and who the client is."""
    with socket.create_connection(address, timeout=HANGS, source_address=(source, 0)) as client:
        client.sendall(request(connection="close"))
        status, headers, body = readAnswer(client)
        assert status == 200
        return headers["x-server"], headers["x-worker"], body.split()[1]


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testTheRealPeerOfWorkers(tmp_path: Path) -> None:
    """The clients' addresses, not HAProxy's: in both versions, and in each of two workers."""
    port, probes, agent = balancers.freePorts(3)
    it = balancers.Instance(tmp_path / "instance", [port, probes, agent], 2, "haproxy:tcp")
    try:
        it.waitUntilReady()
        with haproxy(tmp_path, {8081: port, 8082: port, 9081: probes, 9082: probes}) as front:
            answered = set()
            for number in itertools.cycle(range(2, 200)):
                server, worker, peer = ask(front, f"127.0.0.{number}")
                assert peer == f"127.0.0.{number}"
                answered.add((server, worker))
                if len(answered) == 4:
                    break
                if number % 2:  # both take turns: one more connection, so that the servers change their workers
                    socket.create_connection(("127.0.0.1", port)).close()
        assert {server for server, _ in answered} == {"one", "two"}
        assert it.end() == 0
    finally:
        it.kill()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def testAnInstanceIsRestartedUnderLoad(tmp_path: Path) -> None:
    ports = balancers.freePorts(4)
    done = failed = restarts = 0
    with ExitStack() as stack:
        stack.enter_context(instance(tmp_path / "2", *ports[2:]))
        first: Any = stack.enter_context(instance(tmp_path / "1", *ports[:2]))
        front = stack.enter_context(haproxy(tmp_path, dict(zip((8081, 9081, 8082, 9082), ports, strict=True))))
        # The local end is the front's too: that is what the client has connected to.
        assert ask(front, "127.0.0.9")[1:] == (str(front[1]), "127.0.0.9")
        while done < REQUESTS:
            wrk = balancers.load(front[1])
            for _ in range(2):
                assert first.stop()[0] == 0
                first = stack.enter_context(instance(tmp_path / "1", *ports[:2]))
                restarts += 1
            wrk.send_signal(signal.SIGINT)  # it ends and tells
            report, _ = wrk.communicate(timeout=HANGS)
            requests, errors = balancers.outcome(report)
            done, failed = done + requests, failed + errors
    print(f"{done} requests through HAProxy, {restarts} restarts, {failed} failed")
    assert failed == 0
