"""What goes along with a message."""

from __future__ import annotations

import os
from typing import Any

import pytest
import pytest_twisted

from nodecompat import dgram, net
from nodecompat.child_process.handles import parcel, unpack, validateHandle
from nodecompat.errors import ERR_INVALID_HANDLE_TYPE
from nodecompat.events import once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred
needsEpoll = pytest.mark.skipif(not choose.usePoller(), reason="sockets cannot be sent to a process without epoll")


@needsEpoll
def testOnlyWhatHasADescriptorCanBeSent() -> None:
    with pytest.raises(ERR_INVALID_HANDLE_TYPE):
        validateHandle({})
    assert parcel("x", net.Socket(), False) is None
    assert parcel("x", net.Server(), False) is None
    made = dgram.createSocket("udp4")
    assert parcel("x", made, False) is None
    made.close()


@needsEpoll
@check
async def testAServerAndItsCopyShareThePort() -> None:
    server = net.createServer()
    await once(server.listen(0, "127.0.0.1"), "listening")
    made = parcel({"a": 1}, server, False)
    assert made is not None
    assert made.message == {"cmd": "NODE_HANDLE", "type": "net.Server", "msg": {"a": 1}}
    got: list[Any] = []
    unpack(made.message, os.dup(made.descriptor), got.append)
    made.delivered()
    made.delivered()  # once is enough
    await once(server.close(), "close")
    (copy,) = got
    client = net.connect(copy.address().port, "127.0.0.1")
    (socket,) = await once(copy, "connection")
    socket.destroy()
    client.destroy()
    copy.close()


@check
async def testWhatIsNotWhatItSaysIsGivenBack() -> None:
    for kind in ("net.Socket", "net.Server", "unknown"):
        reading, writing = os.pipe()
        got: list[Any] = []
        unpack({"type": kind}, reading, got.append)
        assert got == [None]
        with pytest.raises(OSError, match="descriptor"):
            os.fstat(reading)
        os.close(writing)


@pytest.mark.skipif(choose.usePoller(), reason="there is epoll")
def testWithoutEpollNothingCanBeSent() -> None:
    with pytest.raises(ERR_INVALID_HANDLE_TYPE):
        validateHandle(net.Server())
