"""What `process` has of the process that started it, where it is not compared with Node."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from program import ROOT

from nodecompat import process


def child(source: str, *lines: bytes) -> tuple[str, list[bytes]]:
    """Run a program with a channel on which these lines come; what it prints, and what it sends."""
    ours, theirs = socket.socketpair()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NODE_CHANNEL_FD": str(theirs.fileno())}
    running = subprocess.Popen(
        [sys.executable, "-m", "nodecompat", "-e", source],
        env=environment,
        pass_fds=[theirs.fileno()],
        stdout=subprocess.PIPE,
        text=True,
    )
    theirs.close()
    for line in lines:
        ours.sendall(line + b"\n")
    ours.shutdown(socket.SHUT_WR)
    out, _ = running.communicate(timeout=60)
    sent = b""
    while data := ours.recv(65536):
        sent += data
    ours.close()
    return out, sent.splitlines()


def testWithoutAParentThereIsNoChannel() -> None:
    assert (process.send, process.connected, process.channel, process.disconnect) == (None, None, None, None)


def testMessagesGoBothWaysUntilTheParentLeaves() -> None:
    source = """
from nodecompat import process
process.on("message", lambda message: process.send({"echo": message}))
process.on("disconnect", lambda: print("left", process.connected))
"""
    assert child(source, b"1", b'"two"') == ("left False\n", [b'{"echo":1}', b'{"echo":"two"}'])


def testAProgramThatDoesNotListenEnds() -> None:
    source = """
import os
from nodecompat import child_process, process
process.send("bye")
listener = print
process.on("message", listener)
process.off("message", listener)
print(child_process.execSync("env", encoding="utf8").count("NODE_CHANNEL"), process.connected)
"""
    assert child(source) == ("0 True\n", [b'"bye"'])


def testTheChannelCanBeHeldByHand(tmp_path: Path) -> None:
    source = """
from nodecompat import process
process.channel.ref()
process.channel.once("unref", print)
process.on("disconnect", lambda: print("left"))
"""
    assert child(source) == ("left\n", [])
