"""A worker, where it is not compared with Node in tests/comparisons/cluster.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted

from nodecompat import child_process, cluster, net, process
from nodecompat.events import once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred
pytestmark = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")


@check
async def testAWorkerWithoutItsPrimaryEnds(tmp_path: Path) -> None:
    program = tmp_path / "worker.py"
    program.write_text("from nodecompat import net\nnet.createServer().listen(0)\n")
    child: Any = child_process.fork(program, env={**process.env, "NODE_UNIQUE_ID": "1"})
    told = once(child, "internalMessage")
    assert (await told)[0] == {"cmd": "NODE_CLUSTER", "act": "online"}
    ended = once(child, "exit")
    child.disconnect()
    assert await ended == [0, None]


@check
async def testADisconnectedWorkerEndsWhenItsConnectionsHave(tmp_path: Path) -> None:
    """The program knows nothing of clusters."""
    program = tmp_path / "worker.py"
    program.write_text(
        "from nodecompat import net\n"
        "net.createServer({'allowHalfOpen': True}, lambda s: s.pipe(s)).listen(0, '127.0.0.1')\n"
    )
    cluster.setupPrimary(exec=str(program), args=[])
    worker = cluster.fork()
    (address,) = await once(worker, "listening")
    client = net.connect(address["port"], "127.0.0.1")
    client.write("a")
    await once(client, "data")
    worker.disconnect()
    client.write("still served")
    assert await once(client, "data") == [b"still served"]
    ended = once(worker, "exit")
    client.end()
    assert await ended == [0, None]
