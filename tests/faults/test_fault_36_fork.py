"""Fault 36: a fork after the package was imported, or after it was used."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from program import HANGS, program, python, start

APPLICATION = """
import os
from twisted.application.service import Application, Service
from nodecompat import net

class Echo(Service):
    def startService(self):
        self.server = net.createServer(lambda each: each.on("data", each.write))
        self.server.listen(os.environ["TEST_PATH"])

application = Application("echo")
Echo().setServiceParent(application)
"""


def testImportingOpensNothing() -> None:
    code, out, err = python(
        "-c",
        "import os, sys, threading\n"
        "import twisted.internet.interfaces, asyncio, ssl, socket\n"
        "before = os.listdir('/proc/self/fd')\n"
        "import nodecompat\n"
        "from nodecompat import net, dns, stream, timers, http, dgram\n"
        "reactor = 'twisted.internet.reactor' in sys.modules\n"
        "print(os.listdir('/proc/self/fd') == before, threading.active_count(), reactor)",
    )
    assert (code, out) == (0, "True 1 False\n"), err


def testAChildDoesNotTakeTheParentsEvents() -> None:
    """A child that goes on with the same server, and one that only lives on: both leave the parent's loop alone."""
    code, out, err = program(
        """
import os, time
from nodecompat import net
count = 0
def onConnection(each):
    each.on("data", lambda data: each.end(data))
server = net.createServer(onConnection)
def begin():
    child = os.fork()
    if child == 0:
        time.sleep(30)
        os._exit(0)
    ask(child, 20)
def ask(child, left):
    if not left:
        os.kill(child, 9)
        os.waitpid(child, 0)
        server.close()
        print("done", flush=True)
        return
    client = net.connect(server.address().port, "127.0.0.1")
    client.resume().write("x")
    client.on("close", lambda: ask(child, left - 1))
server.listen(0, "127.0.0.1", begin)
run()
"""
    )
    assert (code, out) == (0, "done\n"), err


@pytest.mark.parametrize("daemon", [False, True])
def testUnderTwistd(daemon: bool, tmp_path: Path) -> None:
    """twistd forks after it has loaded the application; a hundred requests are answered."""
    (tmp_path / "app.tac").write_text(APPLICATION)
    path, pidfile, log = tmp_path / "s", tmp_path / "pid", tmp_path / "log"
    os.environ["TEST_PATH"] = str(path)
    arguments = ["-c", "from twisted.scripts.twistd import run; run()", "-y", "app.tac"]
    arguments += ["--pidfile", str(pidfile), "--logfile", str(log)]
    child = start(*arguments, *([] if daemon else ["--nodaemon"]), cwd=tmp_path, start_new_session=True)
    try:
        _wait(pidfile.exists, log)
        _wait(lambda: isServed(path), log)
        for _ in range(100):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(20)
                peer.connect(str(path))
                peer.sendall(b"hello")
                assert peer.recv(5) == b"hello"
    finally:
        os.kill(int(pidfile.read_text()), signal.SIGTERM)
        child.communicate(timeout=HANGS)
        del os.environ["TEST_PATH"]
    _wait(lambda: not pidfile.exists(), log)
    assert not path.exists(), "and the socket file goes with it"


def isServed(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as peer:
        return peer.connect_ex(str(path)) == 0


def _wait(condition: object, log: Path) -> None:
    end = time.monotonic() + HANGS
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, log.read_text() if log.exists() else "no log"
        time.sleep(0.02)
