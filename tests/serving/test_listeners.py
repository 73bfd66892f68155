"""Workers of twistd that are given listeners: they share the ports, and what they have read is read anew."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from daemon import Running, answerOf, command, readAnswer, request, serving
from program import HANGS, start
from suite import whyNoTLS
from tls import certificates

from nodecompat.reactor import choose
from nodecompat.serving import listeners
from nodecompat.serving.twistd import Options

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll"),
]

APP = """\
import os

def onRequest(req, res):
    if req.url == "/bad":
        raise ValueError("my own mistake")
    res.end(f"{os.getpid()} {req.socket.remoteAddress}")
"""
#: Hands a descriptor over as systemd does: the number of the process is part of it.
SYSTEMD = """\
import os, sys
descriptor = int(sys.argv[1])
os.dup2(descriptor, 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def testPlacesOfAllKindsAreShared(tmp_path: Path) -> None:
    """Systemd's descriptors, ports behind a proxy, and paths; by both workers, of which none falls by a mistake."""
    (tmp_path / "myapp.py").write_text(APP)
    path = tmp_path / "socket"
    places = ("systemd:domain=INET:index=0", "haproxy:tcp:0:interface=127.0.0.1", f"unix:{path}")
    options = [part for place in places for part in ("--listen", place)]
    arguments = ["nodecompat", "--workers", "2", "--http", "myapp:onRequest", "--access-log", "log", *options]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        descriptor = listener.fileno()
        program = command("-n", "--pidfile=", *arguments)
        child = start("-c", SYSTEMD, str(descriptor), *program, cwd=tmp_path, pass_fds=[descriptor])
        address = listener.getsockname()
    it = Running(child, 3)
    assert it.places[0] == address[:2] and it.places[2] == str(path)
    with it.connect() as client:
        client.sendall(request("/bad"))
        assert readAnswer(client)[0] == 500
    pids = {it.ask()[1].split()[0]}
    while len(pids) < 2:  # the other may still be on its way
        pids.add(it.ask()[1].split()[0])
    with it.connect(1) as client:
        client.sendall(b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n" + request(connection="close"))
        pid, peer = answerOf(client)[1].split()
        assert peer == "203.0.113.7"
    pids |= {pid, it.ask(place=2)[1].split()[0]}
    assert len(pids) == 2
    code, out, err = it.stop()
    assert (code, path.exists()) == (0, False)
    assert "my own mistake" in err and "ended with" not in out + err
    assert '"GET /bad HTTP/1.1" 500' in (tmp_path / "log").read_text()


@pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "there is TLS")
def testCertificatesAreReadAnewAndNoRequestIsLost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGHUP: a new worker has the new certificate, the old one answers what it has begun."""
    import ssl

    one, other = (certificates.make(names=("localhost", f"{name}.test")) for name in ("one", "other"))

    def write(made: Any) -> None:
        (tmp_path / "cert.pem").write_text(made.cert)
        (tmp_path / "key.pem").write_text(made.key)

    write(one)
    context = ssl.create_default_context(cadata=one.ca)
    answered, failures, over = [0], [], threading.Event()
    options = ("--listen", "tcp:0:interface=127.0.0.1", "--cert", "cert.pem", "--key", "key.pem")

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(HANGS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with serving(tmp_path, "--workers", "1", "--https", "myapp:onRequest", *options, app=APP) as it:
            assert manager.recv(1000) == b"READY=1"

            def ask() -> None:
                """A connection each, and one that is kept as long as the server keeps it."""
                try:
                    while not over.is_set():
                        with context.wrap_socket(it.connect(), server_hostname="localhost") as client:
                            isKept = answered[0] % 2 == 0
                            while not over.is_set():
                                client.sendall(request(connection="keep-alive" if isKept else "close"))
                                status, headers, _ = readAnswer(client)
                                assert status == 200
                                answered[0] += 1
                                if headers["connection"] == "close":
                                    break
                except Exception as error:
                    failures.append(repr(error))

            asking = threading.Thread(target=ask)
            asking.start()
            write(other)
            it.child.send_signal(signal.SIGHUP)
            assert manager.recv(1000).startswith(b"RELOADING=1")
            assert manager.recv(1000) == b"READY=1"
            with context.wrap_socket(it.connect(), server_hostname="other.test") as client:
                assert client.getpeercert(True) == other.der
            before = answered[0]
            while answered[0] < before + 3 and not failures:
                pass
            over.set()
            asking.join(HANGS)
            assert it.stop()[0] == 0
    assert failures == []


def testTheOptionsOfAWorker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are absolute, what the supervisor does is left out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pem").touch()
    options: Any = Options()
    given = ["--https", "a:b", "--listen", "80", "--cert", "a.pem", "--workers", "2", "--access-log", "-"]
    options.parseOptions(given)
    cert = os.path.join(os.getcwd(), "a.pem")
    assert listeners.argumentsFor(options) == [
        "--https=a:b",
        "--access-format=combined",
        "--listen=tcp:80",
        f"--cert={cert}",
        "--access-log=-",
    ]
