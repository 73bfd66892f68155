"""An in-memory network and a controlled clock, for the tests of this package and of programs built on it.

    from nodecompat.testing import network

    def testEcho():
        with network() as net:
            server.listen(8124)
            peer = net.connect(8124)
            peer.send(b"ping")
            net.run()
            assert peer.received == b"ping"

Inside the `with` block every handle is a fake one (`stream.py`), no descriptor is opened, nothing happens until
`net.run()` or `net.advance(ms)`, and time stands still until the test moves it.
"""

from .clock import Clock
from .datagram import FakeDatagram
from .host import FakeHost
from .network import Network, network
from .peer import Peer, PeerServer
from .program import Deadlock
from .resolver import FakeResolver
from .stream import FakeServer, FakeStream

__all__ = [
    "Clock",
    "Deadlock",
    "FakeDatagram",
    "FakeHost",
    "FakeResolver",
    "FakeServer",
    "FakeStream",
    "Network",
    "Peer",
    "PeerServer",
    "network",
]
