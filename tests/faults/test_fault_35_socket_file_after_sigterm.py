"""Fault 35: a clean stop removes the Unix socket file."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from program import HANGS, finish, start

SOURCE = """
import sys
from nodecompat import net, run
server = net.createServer().listen(sys.argv[1], lambda: print("listening", flush=True))
run()
"""
IN_TWISTED = """
import sys
from twisted.internet import reactor
from nodecompat import net
server = net.createServer().listen(sys.argv[1], lambda: print("listening", flush=True))
reactor.run()
"""


@pytest.mark.parametrize("source", [SOURCE, IN_TWISTED], ids=["run", "reactor"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def testTheFileIsGone(source: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "s"
    child = start("-c", source, str(path))
    assert child.stdout is not None and child.stdout.readline() == "listening\n"
    assert path.is_socket()
    child.send_signal(getattr(signal, name))
    finish(child)
    end = time.monotonic() + HANGS
    while path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not path.exists()
