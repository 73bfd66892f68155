"""The other end of a connection under test: no streams and no events, just bytes sent and received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reactor.handle import EOF

if TYPE_CHECKING:
    from .network import Network
    from .stream import FakeServer, FakeStream


class Peer:
    """A plain client, or one connection of a plain server."""

    def __init__(self, stream: FakeStream) -> None:
        self.stream = stream
        self._received_ = bytearray()
        #: The status of `onconnect`; None before it, 0 for an accepted connection.
        self.status: int | None = None
        #: The other side's data has ended.
        self.ended: bool = False
        #: The negative errno that broke the connection.
        self.error: int = 0
        stream.onconnect = self._onConnect_
        stream.onread = self._onRead_
        stream.onreadend = self._onReadEnd_
        stream.onwrite = self._onWrite_
        self._unsent_: list[bytes] = []

    def send(self, data: bytes) -> None:
        """Send; buffered here while the connection is not established or the other side does not read."""
        if self.status == 0 and not self.stream.writeQueueSize:
            self.stream.write(data)
        else:
            self._unsent_.append(data)

    def end(self) -> None:
        """Half-close: send the end of our data."""
        self.stream.shutdown()

    def close(self) -> None:
        """Close both directions."""
        self.stream.close()

    def reset(self) -> None:
        """Close so that the other side sees a reset."""
        self.stream.reset()

    def pause(self) -> None:
        """Stop reading, so that the other side's writes pile up."""
        self.stream.readStop()

    def resume(self) -> None:
        """Resume reading."""
        self.stream.readStart()

    @property
    def received(self) -> bytes:
        """All bytes that came since the last `take`."""
        return bytes(self._received_)

    def take(self) -> bytes:
        """Return what came since the last `take`."""
        received = self.received
        self._received_.clear()
        return received

    def _onConnect_(self, status: int) -> None:
        self.status = status
        if status == 0:
            self.stream.readStart()
            self._onWrite_(0)

    def _onRead_(self, data: bytes) -> None:
        self._received_ += data

    def _onReadEnd_(self, status: int) -> None:
        if status == EOF:
            self.ended = True
        else:
            self.error = status

    def _onWrite_(self, status: int) -> None:
        unsent, self._unsent_ = b"".join(self._unsent_), []
        if unsent and status == 0:
            self.stream.write(unsent)


class PeerServer:
    """A plain server: `peers` are its connections, in the order in which they came."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.peers: list[Peer] = []
        server.onconnection = self._onConnection_

    def close(self) -> None:
        """Stop listening."""
        self.server.close()

    def _onConnection_(self, status: int, stream: FakeStream) -> None:
        if status == 0:
            peer = Peer(stream)
            peer.status = 0
            stream.readStart()
            self.peers.append(peer)


def connectPeer(network: Network, stream: FakeStream, address: str, port: int) -> Peer:
    """A client that starts connecting."""
    peer = Peer(stream)
    status = stream.connect(address, port)
    if status:
        peer.status = status
    return peer
