"""Fault 1: more peers than descriptors."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
from program import start

SOURCE = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
from nodecompat import net, run
server = net.createServer(lambda each: each.on("data", each.write).on("error", lambda error: None))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
"""


def cpuSeconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def isOpen(peer: socket.socket) -> bool:
    """The server answers this peer."""
    try:
        peer.sendall(b"x")
        return peer.recv(1) == b"x"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads CPU time from /proc")
def testPeersAboveTheLimitAreTurnedAwayWithoutSpinning() -> None:
    child = start("-c", SOURCE)
    peers: list[socket.socket] = []
    try:
        assert child.stdout is not None and child.stderr is not None
        port = int(child.stdout.readline())
        peers += [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(100)]
        held = [peer for peer in peers if isOpen(peer)]
        assert 30 < len(held) < 64, "the rest is closed at once, not left waiting"
        used = cpuSeconds(child.pid)
        time.sleep(0.5)
        assert cpuSeconds(child.pid) - used < 0.1
        held[0].close()
        end = time.monotonic() + 10
        again = False
        while not again and time.monotonic() < end:
            fresh = socket.create_connection(("127.0.0.1", port), timeout=20)
            again = isOpen(fresh)
            peers.append(fresh)
        assert again, "a free descriptor serves a new peer"
    finally:
        for peer in peers:
            peer.close()
        child.kill()
        _, err = child.communicate()
    assert err.count("Out of file descriptors") <= 1, "the warning is rate-limited"
