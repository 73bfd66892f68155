"""The last connections of a listening socket."""

from __future__ import annotations

import os
import select
import socket
import sys

import pytest

from nodecompat.reactor.descriptor import backlog
from nodecompat.reactor.loop import children


@pytest.mark.parametrize("owner", [backlog.ownership(), backlog.NOT_OURS], ids=["ours", "not ours"])
def testThoseWhoWaitAreTaken(owner: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        clients = [socket.create_connection(listener.getsockname()) for _ in range(5)]
        taken: list[socket.socket] = []
        backlog.takeWaiting(listener.fileno(), owner, lambda: taken.append(listener.accept()[0]))
        assert len(taken) == 5
        for each in (*clients, *taken):
            each.close()


def testAcceptMayEndIt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        calls: list[None] = []

        def accept() -> bool:
            calls.append(None)
            return False

        backlog.takeWaiting(listener.fileno(), backlog.ownership(), accept)
        assert len(calls) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's socket filters")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def testNobodyNewIsConnected(family: socket.AddressFamily) -> None:
    """And those who are connected are not disturbed."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    try:
        listener = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener, socket.create_connection(listener.getsockname()[:2]) as before, listener.accept()[0] as accepted:
        backlog.takeWaiting(listener.fileno(), backlog.ownership(), lambda: None)
        before.sendall(b"ping")
        assert accepted.recv(4) == b"ping"
        with socket.socket(family) as late:
            late.setblocking(False)
            late.connect_ex(listener.getsockname())
            assert select.select([], [late], [], 0.01)[1] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("owner", ["nobody", "before a fork"])
def testASocketOfOthersGoesOn(owner: str) -> None:
    """It may be systemd's, or a worker's: they must not find it deaf."""
    mine = backlog.NOT_OURS if owner == "nobody" else backlog.ownership()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if owner != "nobody":
            child = os.fork()
            if not child:
                os._exit(0)
            os.waitpid(child, 0)
        backlog.takeWaiting(listener.fileno(), mine, lambda: None)
        socket.create_connection(listener.getsockname(), timeout=20).close()


def testAProgramThatIsStartedSharesNothing() -> None:
    owner, (reading, writing) = backlog.ownership(), os.pipe()
    # With a descriptor beyond the third: only then is a copy of this process made.
    child = children.start(children.Start(sys.executable, [sys.executable, "-c", ""], [None, None, None, writing], {}))
    assert not isinstance(child, int) and child.wait() == 0
    os.close(reading)
    os.close(writing)
    assert backlog.ownership() == owner


def testUnix(tmp_path: object) -> None:
    path = f"{tmp_path}/s"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(path)
        listener.listen()
        client.connect(path)
        taken: list[socket.socket] = []
        backlog.takeWaiting(listener.fileno(), backlog.ownership(), lambda: taken.append(listener.accept()[0]))
        assert len(taken) == 1
        taken[0].close()
