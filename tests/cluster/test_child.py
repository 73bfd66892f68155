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


@check
async def testARollingRestartLosesNothing(tmp_path: Path) -> None:
    """As docs/production.md says: the new worker first, then the old one leaves."""
    program = tmp_path / "worker.py"
    program.write_text(
        "from nodecompat import cluster, net\n"
        "net.createServer(lambda s: s.end(str(cluster.worker.id))).listen(0, '127.0.0.1')\n"
    )
    cluster.setupPrimary(exec=str(program), args=[])
    old = cluster.fork()
    (address,) = await once(old, "listening")
    answers: list[bytes] = []

    async def ask() -> None:
        client = net.connect(address["port"], "127.0.0.1")
        answers.append((await once(client, "data"))[0])

    await ask()
    new = cluster.fork()
    listening, ended = once(new, "listening"), once(old, "exit")
    await ask()
    await listening
    old.disconnect()
    while not old.isDead():
        await ask()
    assert await ended == [0, None]
    await ask()
    assert set(answers) == {str(old.id).encode(), str(new.id).encode()}
    gone = once(new, "exit")
    new.disconnect()
    assert await gone == [0, None]


@check
async def testAKilledWorkerLosesOnlyItsOwn(tmp_path: Path) -> None:
    program = tmp_path / "worker.py"
    program.write_text(
        "from nodecompat import cluster, net\n"
        "net.createServer(lambda s: s.write(str(cluster.worker.id))).listen(0, '127.0.0.1')\n"
    )
    cluster.setupPrimary(exec=str(program), args=[])
    workers = [cluster.fork(), cluster.fork()]
    listening = [once(each, "listening") for each in workers]
    port = (await listening[0])[0]["port"]
    await listening[1]
    by: dict[bytes, Any] = {}
    while len(by) < 2:
        client = net.connect(port, "127.0.0.1")
        by[(await once(client, "data"))[0]] = client
    lost, kept = (by[str(each.id).encode()] for each in workers)
    lost.on("error", lambda error: None)
    closed, dead = once(lost, "close"), once(workers[0], "exit")
    workers[0].destroy("SIGKILL")
    await closed
    assert await dead == [None, "SIGKILL"]
    again = net.connect(port, "127.0.0.1")
    assert await once(again, "data") == [str(workers[1].id).encode()]
    assert not kept.destroyed
    ended = once(workers[1], "exit")
    workers[1].destroy("SIGKILL")
    await ended
    for each in (kept, again):
        each.on("error", lambda error: None).destroy()
