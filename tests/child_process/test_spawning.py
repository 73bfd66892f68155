"""`spawn`, `fork`, `exec`, `execFile`, where they are not compared with Node in tests/comparisons/child_process.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import oracle
import pytest
import pytest_twisted

from nodecompat import child_process as cp
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.events import once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred
needsEpoll = pytest.mark.skipif(not choose.usePoller(), reason="sockets cannot be sent to a process without epoll")


@check
async def testTheProgramOfAForkRunsInThisPython(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import sys\nfrom nodecompat import process\nprocess.send([sys.argv[1:], sys.flags.dev_mode])")
    child: Any = cp.fork(program, ["a", "b"], execArgv=["-X", "dev"])
    assert child.spawnargs[:6] == [sys.executable, "-X", "dev", "-m", "nodecompat", "run"]
    got = once(child, "message")
    assert await once(child, "close") == [0, None]
    assert (await got)[0] == [["a", "b"], True]


@oracle.needsNode
@check
async def testTheOtherEndMayBeNode(tmp_path: Path) -> None:
    program = tmp_path / "program.cjs"
    program.write_text(
        "process.on('message', (m) => { process.send({ m, v: process.version }, () => process.disconnect()); });"
    )
    child: Any = cp.fork(program, execPath=oracle.findNode())
    got = once(child, "message")
    child.send({"a": [1, "é"]})
    ended = once(child, "close")
    message = (await got)[0]
    assert (message["m"], message["v"][:4]) == ({"a": [1, "é"]}, "v26.")
    assert await ended == [0, None]


@oracle.needsNode
@needsEpoll
@check
async def testTheParentMayBeNode(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from nodecompat import process\n"
        "def serve(message, server):\n"
        "    server.on('connection', lambda socket: (socket.end('python'), server.close()))\n"
        "process.once('message', serve)\n"
    )
    parent = tmp_path / "parent.cjs"
    parent.write_text(
        """
const [, , program, execPath] = process.argv;
const child = require('child_process').fork(program, { execPath, execArgv: ['-m', 'nodecompat', 'run'] });
const net = require('net');
const server = net.createServer().listen(0, () => child.send('server', server, () => {
  server.close();
  net.connect(server.address()?.port ?? port).on('data', (data) => { console.log(String(data)); child.disconnect(); });
}));
let port;
server.on('listening', () => { port = server.address().port; });
"""
    )
    out = await cp.execFile.__promisify__(oracle.findNode(), [parent, program, sys.executable])  # type: ignore[attr-defined]
    assert out["stdout"] == "python\n"


@check
async def testAProgramWithoutACallbackIsStillCollected() -> None:
    child = cp.exec("echo x")
    assert await once(child, "close") == [0, None]


@check
async def testAFailureOfKillIsTheErrorOfTheCall(monkeypatch: Any) -> None:
    def refuse(child: Any, number: Any) -> bool:
        raise OSError("no")

    monkeypatch.setattr(cp.ChildProcess, "kill", refuse)
    errors: list[Any] = []
    child = cp.execFile("sleep", ["0.1"], {"timeout": 10}, lambda *told: errors.append(told))
    await once(child, "close")
    assert str(errors[0][0]) == "no"


@pytest.mark.parametrize(
    "args, options, name", [(5, {}, "args"), ("y", {}, "args"), ([], {"execArgv": 5}, "options.execArgv")]
)
def testTheArgumentsOfAForkAreAList(args: Any, options: Any, name: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=f'"{name}"'):
        cp.fork("x", args, options)
