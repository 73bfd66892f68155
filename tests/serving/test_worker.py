"""A worker loses nothing when it leaves, and a signal to the whole group is one signal."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
from daemon import readAnswer
from program import REACTOR, finish, start

from nodecompat.process import process
from nodecompat.reactor import choose
from nodecompat.serving import worker

APP = """\
import os
from nodecompat import http
def onRequest(req, res):
    print("begun", flush=True)
    req.on("data", lambda data: None)
    req.on("end", lambda: res.end("whole"))
server = http.createServer(onRequest)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, os.getpid(), flush=True))
"""


@pytest.mark.timeout(120)
@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testWhatHasBegunIsAnsweredWhenTheWholeGroupGetsASignal(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    reactor = ["--reactor", REACTOR] if REACTOR else []
    child = start("-m", "nodecompat", "run", *reactor, "--workers", "1", "app.py", cwd=tmp_path, start_new_session=True)
    assert child.stdout is not None
    port, pid = map(int, child.stdout.readline().split())
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        assert child.stdout.readline() == "begun\n"
        os.killpg(child.pid, signal.SIGINT)
        os.kill(pid, signal.SIGHUP)
        os.kill(pid, signal.SIGTERM)
        client.sendall(b"cd")
        status, _, body = readAnswer(client)
        assert (status, body) == (200, "whole")
    code, _, err = finish(child)
    assert (code, err) == (0, "")


def testAProcessThatWasNotStartedAsAWorkerIsNone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(worker.WORKER, raising=False)
    before = process.listenerCount("SIGTERM")
    worker.attend()
    assert process.listenerCount("SIGTERM") == before
