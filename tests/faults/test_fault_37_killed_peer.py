"""Fault 37: kill -9 of one peer under load: the others do not notice."""

from __future__ import annotations

import pytest_twisted
from faultbed import event, serve, until
from program import start

FLOOD = """
import socket, sys
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
peer.sendall(b"hello")
while True:
    peer.sendall(peer.recv(65536))
"""


@pytest_twisted.ensureDeferred
async def testOthersGoOn() -> None:
    bed = await serve("echo")
    children = [start("-c", FLOOD, str(bed.port)) for _ in range(3)]
    try:
        await until(lambda: len(bed.sockets) == 3 and all(each.bytesRead > 1000 for each in bed.sockets))
        gone = [event(each, "close") for each in bed.sockets]
        children[0].kill()
        await until(lambda: any(each.called for each in gone))
        rest = [each for each in bed.sockets if not each.destroyed]
        before = {each: each.bytesRead for each in rest}
        await until(lambda: all(each.bytesRead > before[each] + 1000 for each in rest))
        assert len(rest) == 2 and bed.server.connections == 2
    finally:
        for child in children:
            child.kill()
            child.communicate()
    await until(lambda: bed.server.connections == 0)
    await bed.close()
