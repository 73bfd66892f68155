"""Plain sockets as the peers of descriptor handles."""

from __future__ import annotations

import socket
import struct

from conformance.worlds import DescriptorWorld, Recorded

from nodecompat.reactor.descriptor import poller


async def accepted(world: DescriptorWorld, buffer: int = 0) -> tuple[Recorded, socket.socket]:
    """A handle and the plain socket at its other end, with send and receive buffers of `buffer` bytes."""
    server = await world.listen()
    peers: list[Recorded] = []
    server.hooks["onconnection"] = lambda status, handle: peers.append(world.recorded(handle, "peer"))
    plain = socket.socket()
    if buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    plain.connect(world.addressOf(server))
    plain.setblocking(False)
    await world.until(lambda: peers)
    if buffer:
        peers[0].handle._setOption(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    server.handle.close()
    await world.until(lambda: server.events("onclose"))
    world.log.clear()
    return peers[0], plain


def reset(plain: socket.socket) -> None:
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def take(plain: socket.socket, into: list[bytes]) -> bool:
    """Read what is there; True at the end."""
    try:
        while data := plain.recv(1 << 20):
            into.append(data)
    except BlockingIOError:
        return False
    return True


def isQuiet() -> bool:
    """Nothing is ready in the poller. Where something is for ever, it spins, and this is never true."""
    return poller.current()._epoll.poll(0) == []
