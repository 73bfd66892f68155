"""Fault 41: the disk of the log is full, or nobody reads it: connections do not notice, not even those that fail."""

from __future__ import annotations

import os
import socket

import pytest
from program import HANGS, start

# Inside somebody else's reactor, where a failure is logged and the server lives.
SERVER = """
import os, sys
from twisted.internet import reactor
from twisted.python import log
from nodecompat import net

log.startLogging(open(sys.argv[2], "w") if sys.argv[2] else sys.stderr, setStdout=False)

def serve(connection):
    def heard(data):
        if data == b"fail":
            raise ValueError("a listener that fails")
        connection.write(data)
    connection.on("data", heard)

def listening():
    with os.fdopen(int(sys.argv[1]), "w") as port:
        port.write(str(server.address().port))

server = net.createServer(serve)
server.listen(0, "127.0.0.1", listening)
reactor.run()
"""


def talk(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), HANGS) as peer:
        peer.sendall(data)
        return peer.recv(100)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("file", ["/dev/full", ""], ids=["disk full", "stderr closed"])
def testAConnectionThatFailsCostsThatConnectionOnly(file: str) -> None:
    reading, writing = os.pipe()
    child = start("-c", SERVER, str(writing), file, pass_fds=(writing,))
    try:
        os.close(writing)
        assert child.stdout is not None and child.stderr is not None
        child.stdout.close()
        child.stderr.close()
        with os.fdopen(reading) as told:
            port = int(told.read())
        assert [talk(port, data) for data in (b"one", b"fail", b"fail", b"two")] == [b"one", b"", b"", b"two"]
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()
