"""A worker, where it is not compared with Node in tests/comparisons/cluster.py."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from oracle import findNode, needsNode

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
@pytest.mark.parametrize(
    "program",
    [
        "from nodecompat import net\nnet.createServer().listen(0)\n",
        "import nodecompat\nnodecompat.dgram.createSocket('udp4').bind()\n",
    ],
    ids=["net", "dgram"],
)
async def testAWorkerThatHasToLeaveBeforeItHasItsPortEnds(tmp_path: Path, program: str) -> None:
    path = tmp_path / "worker.py"
    path.write_text(program)
    cluster.setupPrimary(exec=str(path), args=[])
    worker = cluster.fork()
    ended = once(worker, "exit")
    worker.disconnect()
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


#: The same program twice: what a worker listens on is in LISTEN, as JSON.
OURS = """
import json, os
from nodecompat import cluster, net, run
if cluster.isPrimary:
    cluster.on("listening", lambda worker, address: print(json.dumps({**address}), flush=True))
    cluster.fork()
else:
    net.createServer(lambda socket: socket.end("worker")).listen(json.loads(os.environ["LISTEN"]))
run()
"""
NODES = """
const cluster = require("cluster"), net = require("net");
if (cluster.isPrimary) {
  cluster.on("listening", (worker, address) => console.log(JSON.stringify(address)));
  cluster.fork();
} else {
  net.createServer((socket) => socket.end("worker")).listen(JSON.parse(process.env.LISTEN));
}
"""
each = pytest.mark.parametrize("side", ["ours", pytest.param("node", marks=needsNode)])


def started(folder: Path, side: str, listen: Any, **options: Any) -> Any:
    """A primary whose worker listens, and what is told of it."""
    program = folder / ("primary.py" if side == "ours" else "primary.cjs")
    program.write_text(OURS if side == "ours" else NODES)
    command = [sys.executable if side == "ours" else findNode() or "", str(program)]
    env = {**os.environ, "LISTEN": json.dumps(listen)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, **options)
    assert child.stdout is not None
    return child, json.loads(child.stdout.readline())


@each
def testADescriptorIsThePrimarys(tmp_path: Path, side: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        descriptor, address = listener.fileno(), listener.getsockname()
        child, told = started(tmp_path, side, {"fd": descriptor}, pass_fds=[descriptor])
        with socket.create_connection(address, timeout=60) as client:
            found = client.recv(100)
        child.kill()
        child.communicate()
    assert found == b"worker"
    assert told == {"addressType": None, "address": None, "port": address[1], "fd": descriptor}


@each
@pytest.mark.parametrize("options, mode", [(["readableAll"], 0o444), (["readableAll", "writableAll"], 0o666)])
def testAPathMayBeOpenToAll(tmp_path: Path, side: str, options: list[str], mode: int) -> None:
    path = tmp_path / "socket"
    child, told = started(tmp_path, side, {"path": str(path), **dict.fromkeys(options, True)}, umask=0o077)
    found = stat.S_IMODE(path.stat().st_mode)
    child.kill()
    child.communicate()
    assert found == mode
    assert {"fd": None, **told} == {"addressType": -1, "address": str(path), "port": -1, "fd": None}
