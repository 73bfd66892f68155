"""Accepting on a descriptor: floods, a kernel that is out of something, peers that are turned away."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from typing import Any

import pytest
import pytest_twisted
from conformance.worlds import DescriptorWorld
from plainpeer import isQuiet
from program import finish, start

check = pytest_twisted.ensureDeferred


@pytest.fixture
def world(descriptorWorld: DescriptorWorld) -> DescriptorWorld:
    return descriptorWorld


@check
async def testBurstOfConnects(world: DescriptorWorld) -> None:
    """The default backlog of 511 loses none of 500."""
    server = await world.listen()
    plain = [socket.socket() for _ in range(500)]
    for each in plain:
        each.setblocking(False)
        assert each.connect_ex(world.addressOf(server)) == errno.EINPROGRESS
    await world.until(lambda: len(server.events()) == 500)
    for each in plain:
        each.close()


EMFILE = """
import os, resource, sys, time
from twisted.internet import reactor
from twisted.logger import globalLogPublisher
from nodecompat.reactor import choose

warnings = []
def observe(event):
    if event["log_level"].name == "warn":
        warnings.append(event["log_format"])
globalLogPublisher.addObserver(observe)
held = []

def onConnection(status, handle):
    handle.onreadend = lambda status: (handle.close(), held.remove(handle))
    handle.readStart()
    held.append(handle)

def report():
    if sys.stdin.readline() == "quit\\n":
        reactor.stop()
        return
    print(len(held), len(warnings), time.process_time(), flush=True)

server = choose.current().tcpServer()
server.onconnection = onConnection
server.bind("127.0.0.1", 0)
server.listen(511)
from twisted.internet.interfaces import IReadDescriptor
from zope.interface import implementer

@implementer(IReadDescriptor)
class Control:
    def fileno(self): return 0
    def logPrefix(self): return "control"
    def doRead(self): report()
    def connectionLost(self, reason): pass

reactor.addReader(Control())
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
print(server.getsockname().port, flush=True)
reactor.run()
"""


class Server:
    """The server of EMFILE in a process of its own."""

    def __init__(self) -> None:
        self._child = start("-c", EMFILE, stdin=subprocess.PIPE)
        self.port = int(self._read())

    def ask(self) -> tuple[int, int, float]:
        """How many peers it holds, warnings it gave, seconds of processor time it took."""
        self._write("?")
        held, warnings, cpu = self._read().split()
        return int(held), int(warnings), float(cpu)

    def quit(self) -> None:
        self._write("quit")
        assert finish(self._child)[0] == 0

    def _write(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def _read(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline()


@pytest.mark.skipif(
    os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="there Twisted's port accepts: it gives no warning"
)
def testOutOfDescriptors() -> None:
    """Peers over the limit are closed at once, without a spin and with one warning; later peers are served."""
    server = Server()
    peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    peers[-1].settimeout(20)
    assert peers[-1].recv(1) == b"", "the last that is accepted"
    held = server.ask()[0]
    assert 40 < held < 64
    for peer in peers[held:-1]:
        peer.settimeout(20)
        assert peer.recv(1) == b""
    before = server.ask()
    after = [server.ask() for _ in range(50)][-1]
    assert after[:2] == before[:2] == (held, 1)
    assert after[2] - before[2] < 0.2
    for peer in peers:
        peer.close()
    while server.ask()[0]:
        pass
    with socket.create_connection(("127.0.0.1", server.port)):
        while not server.ask()[0]:
            pass
    server.quit()


@check
async def testAcceptThatFailsRests(world: DescriptorWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without buffers is told, and not asked again at once."""
    server = await world.listen()
    server.hooks.clear()
    real = server.handle._socket

    class Failing:
        family, proto = real.family, real.proto
        left = 1

        def _accept(self) -> Any:
            if self.left:
                self.left -= 1
                raise OSError(errno.ENOBUFS, "no buffers")
            return real._accept()

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    server.handle._socket = Failing()
    plain = socket.create_connection(world.addressOf(server))
    await world.until(server.events)
    assert server.events() == [("onconnection", -errno.ENOBUFS, None)]
    await world.until(isQuiet)
    server.hooks["onconnection"] = lambda status, handle: world.recorded(handle, "peer")
    await world.until(lambda: len(server.events()) == 2)
    plain.close()
