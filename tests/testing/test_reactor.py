"""A simulated host as a Twisted reactor."""

from __future__ import annotations

from typing import Any

import pytest
import treq.client
from twisted.internet import error
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP4ServerEndpoint, UNIXClientEndpoint
from twisted.internet.protocol import Factory, Protocol, ReconnectingClientFactory
from twisted.internet.task import LoopingCall, deferLater
from twisted.protocols.basic import LineReceiver
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from nodecompat import http
from nodecompat.testing import Network


@pytest.fixture
def simulated() -> Any:
    with Network(seed=1) as made:
        made.host("web.test", "10.0.0.1")
        made.host("client.test", "10.0.0.2")
        made.link(latency=10)
        yield made


class Page(Resource):
    isLeaf = True

    def render_GET(self, request: Any) -> Any:
        from nodecompat import setTimeout

        request.setHeader("x-client", request.getClientAddress().host)
        setTimeout(lambda: (request.write(b"hello"), request.finish()), 100)
        return NOT_DONE_YET


def testTreqAndSite(simulated: Network) -> None:
    web, client = simulated.host("web.test").reactor, simulated.host("client.test").reactor
    port = web.listenTCP(80, Site(Page(), reactor=web))
    pool = HTTPConnectionPool(client)
    requests = treq.client.HTTPClient(Agent(client, pool=pool))

    async def main() -> tuple[Any, ...]:
        response = await requests.get("http://web.test/")
        return response.code, response.headers.getRawHeaders("x-client"), await response.content()

    assert simulated.run(until=main) == (200, ["10.0.0.2"], b"hello")
    assert 140 <= simulated.clock.elapsed() < 200
    simulated.run(until=pool.closeCachedConnections())
    port.stopListening()


def testTreqAgainstOurServerUnderAReset(simulated: Network) -> None:
    with simulated.host("web.test"):
        http.createServer(lambda request, response: None).listen(80)
    client = simulated.host("client.test").reactor
    simulated.at(500, "reset", "web.test")

    async def main() -> None:
        await treq.client.HTTPClient(Agent(client)).get("http://web.test/")

    with pytest.raises(Exception, match="ECONNRESET"):
        simulated.run(until=main)
    assert 500 <= simulated.clock.elapsed() < 550


class Lines(LineReceiver):
    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line[::-1])


@pytest.mark.parametrize("kind", ["name", "address", "path"])
def testEndpoints(simulated: Network, kind: str) -> None:
    web, client = simulated.host("web.test").reactor, simulated.host("client.test").reactor
    got: list[bytes] = []

    class Asking(Protocol):
        def connectionMade(self) -> None:
            self.transport.write(b"abc\r\n")  # type: ignore[union-attr]

        def dataReceived(self, data: bytes) -> None:
            got.append(data)
            self.transport.loseConnection()  # type: ignore[union-attr]

    if kind == "path":
        client.listenUNIX("/run/lines", Factory.forProtocol(Lines))
        endpoint: Any = UNIXClientEndpoint(client, "/run/lines")
    else:
        simulated.run(until=TCP4ServerEndpoint(web, 23).listen(Factory.forProtocol(Lines)))
        name = kind == "name"
        endpoint = HostnameEndpoint(client, "web.test", 23) if name else TCP4ClientEndpoint(client, "10.0.0.1", 23)
    simulated.run(until=endpoint.connect(Factory.forProtocol(Asking)))
    simulated.run(until=lambda: got)
    assert got == [b"cba\r\n"]


def testConnectionsThatFail(simulated: Network) -> None:
    client = simulated.host("client.test").reactor
    for endpoint, expected in (
        (TCP4ClientEndpoint(client, "10.0.0.1", 80), error.ConnectionRefusedError),
        (HostnameEndpoint(client, "nowhere.test", 80), error.DNSLookupError),
    ):
        with pytest.raises(expected):
            simulated.run(until=endpoint.connect(Factory.forProtocol(Protocol)))
    simulated.partition("web.test", "client.test")
    with pytest.raises(error.TimeoutError):
        simulated.run(
            until=TCP4ClientEndpoint(client, "10.0.0.1", 80, timeout=5).connect(Factory.forProtocol(Protocol))
        )


def testAReconnectingFactory(simulated: Network) -> None:
    client = simulated.host("client.test").reactor
    made: list[float] = []

    class Noting(ReconnectingClientFactory):
        protocol = Protocol
        jitter = 0

        def buildProtocol(self, address: Any) -> Any:
            made.append(simulated.clock.elapsed())
            return super().buildProtocol(address)

    factory = Noting()
    factory.clock = client
    client.connectTCP("web.test", 80, factory)
    simulated.advance(5000)
    assert made == []
    with simulated.host("web.test"):
        server = http.createServer().listen(80)
    simulated.run(until=lambda: made)
    factory.stopTrying()
    server.close()


def testAPortThatIsTaken(simulated: Network) -> None:
    web = simulated.host("web.test").reactor
    port = web.listenTCP(80, Factory.forProtocol(Protocol))
    with pytest.raises(error.CannotListenError):
        web.listenTCP(80, Factory.forProtocol(Protocol))
    port.stopListening()
    assert web.listenTCP(80, Factory.forProtocol(Protocol)).getHost().port == 80


def testTime(simulated: Network, log: list[Any]) -> None:
    reactor = simulated.host("web.test").reactor
    reactor.callLater(1, lambda: log.append(simulated.here.name))
    later = reactor.callLater(1, log.append, "late")
    later.delay(2)
    reactor.callLater(2, log.append, "never").cancel()
    loop = LoopingCall(log.append, "again")
    loop.clock = reactor
    loop.start(0.9, now=False)
    simulated.advance(2000)
    assert log == ["again", "web.test", "again"]
    loop.stop()
    assert simulated.run(until=deferLater(reactor, 5, lambda: "five")) == "five"
    assert log[-1] == "late"
    assert reactor.getDelayedCalls() == []
