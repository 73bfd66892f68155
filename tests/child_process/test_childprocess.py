"""ChildProcess, where it is not compared with Node in tests/comparisons/child_process.py."""

from __future__ import annotations

import os
from typing import Any

import pytest
import pytest_twisted

from nodecompat import net
from nodecompat.child_process import ChildProcess, spawn
from nodecompat.errors import ERR_IPC_CHANNEL_CLOSED, ERR_IPC_DISCONNECTED
from nodecompat.events import once
from nodecompat.reactor import choose
from nodecompat.reactor.loop import activity

check = pytest_twisted.ensureDeferred
needsEpoll = pytest.mark.skipif(not choose.usePoller(), reason="sockets cannot be sent to a process without epoll")


@check
async def testAProcessThatIsUnrefedDoesNotKeepTheProgramAlive() -> None:
    before = activity.resources().count("ProcessWrap")
    child = spawn("sleep", ["60"], {"stdio": "ignore"})
    child.unref()
    assert activity.resources().count("ProcessWrap") == before
    child.ref()
    assert activity.resources().count("ProcessWrap") == before + 1
    child.kill()
    assert await once(child, "close") == [None, "SIGTERM"]


@check
async def testADerivedClassStartsItself() -> None:
    child = ChildProcess()
    assert child.spawn(file="sh", args=["name", "-c", "exit 4"], stdio="ignore") == 0
    assert child.spawnargs == ["name", "-c", "exit 4"]
    assert await once(child, "exit") == [4, None]


@needsEpoll
@check
async def testASocketMayBeAnOutput() -> None:
    server = net.createServer({"pauseOnConnect": True})
    await once(server.listen(0, "127.0.0.1"), "listening")
    client = net.connect(server.address().port, "127.0.0.1")  # type: ignore[union-attr]
    (accepted,) = await once(server, "connection")
    child = spawn("sh", ["-c", "read line; echo got $line"], {"stdio": [accepted, accepted, "ignore"]})
    client.write("hello\n")
    assert await once(client, "data") == [b"got hello\n"]
    await once(child, "close")
    accepted.destroy()
    client.destroy()
    server.close()


@check
async def testWithoutAChannelThereIsNothingToSendBy() -> None:
    child = spawn("true", stdio="ignore")
    errors: list[BaseException | None] = []
    assert child.send("x", errors.append) is False
    assert (child.connected, child.channel) == (False, None)
    child.once("error", errors.append)
    child.disconnect()
    await once(child, "close")
    assert [type(each) for each in errors] == [ERR_IPC_DISCONNECTED, ERR_IPC_CHANNEL_CLOSED]


def testWhatOnlyAMistakeOfTheCallersCausesIsRaised() -> None:
    with pytest.raises(OSError, match="spawn ENOTDIR"):
        spawn("true", cwd="/dev/null")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights up and take them back")
@check
async def testASignalThatMayNotBeSentIsAnError() -> None:
    child = spawn("cat", stdio=["pipe", "ignore", "ignore"])
    errors: list[Any] = []
    child.on("error", errors.append)
    os.setresuid(1, 1, 0)
    try:
        assert (child.kill(), child.killed) == (False, False)
    finally:
        os.setresuid(0, 0, 0)
    assert [(each.code, each.syscall) for each in errors] == [("EPERM", "kill")]
    child.stdin.end()  # type: ignore[union-attr]
    assert await once(child, "close") == [0, None]


@check
async def testCloseComesAfterTheParentHasHungUp() -> None:
    child = spawn("sh", ["-c", "read line <&3; exit 3"], stdio=["ignore", "pipe", "ignore", "ipc"])
    child.disconnect()
    assert await once(child, "close") == [3, None]
