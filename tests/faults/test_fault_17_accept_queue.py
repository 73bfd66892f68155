"""Fault 17: the queue of connections that wait to be accepted."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_twisted
from faultbed import receive, serve, until

BURST = 500


@pytest_twisted.ensureDeferred
async def testABurstLosesNobody() -> None:
    """All of them connect before the server has accepted one."""
    if int(Path("/proc/sys/net/core/somaxconn").read_text()) < BURST:
        pytest.skip("the system's own limit is below the burst")
    bed = await serve("echo")
    peers = [bed.connect() for _ in range(BURST)]
    assert bed.sockets == []
    await until(lambda: len(bed.sockets) == BURST)
    for peer in peers:
        peer.send(b"x")
    assert [await receive(peer, 1) for peer in peers] == [b"x"] * BURST
    await bed.close()


#: In a network namespace of its own the queue can be made tiny, and its overflows counted.
SOURCE = """
import pathlib, socket, subprocess, threading, time
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
pathlib.Path("/proc/sys/net/core/somaxconn").write_text("4")
from nodecompat import net, run
def overflows():
    names, values = [line.split() for line in open("/proc/net/netstat") if line.startswith("TcpExt:")]
    return int(values[names.index("ListenOverflows")])
served = []
server = net.createServer(lambda each: (each.on("data", each.write), served.append(each)))
def knock():
    peers = [socket.socket() for _ in range(20)]
    for peer in peers:
        peer.setblocking(False)
        peer.connect_ex(("127.0.0.1", server.address().port))
    time.sleep(0.2)  # the loop is held up: nobody is accepted
    print("overflowed", overflows() > 0, flush=True)
    threading.Thread(target=await_, args=(peers,), daemon=True).start()
def await_(peers):
    for peer in peers:
        peer.settimeout(30)
        peer.sendall(b"x") if connected(peer) else None
    print("answered", sum(peer.recv(1) == b"x" for peer in peers), flush=True)
    import os; os._exit(0)
def connected(peer):
    while True:
        try:
            peer.getpeername()
            return True
        except OSError:
            time.sleep(0.05)
server.listen(0, "127.0.0.1", knock)
run()
"""


def _mayUnshare() -> bool:
    if shutil.which("unshare") is None or shutil.which("ip") is None or os.geteuid() != 0:
        return False
    return subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _mayUnshare(), reason="needs a network namespace: root, unshare and ip")
def testAnOverflowDelaysButLosesNobody() -> None:
    root = str(Path(__file__).parents[2])
    result = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", SOURCE],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert result.stdout.split("\n")[:2] == ["overflowed True", "answered 20"], result.stderr


def testTheQueueIsNodes() -> None:
    from nodecompat.net.server import BACKLOG

    assert BACKLOG == 511 and socket.SOMAXCONN > 0
