"""How a program's retries are tested: on a network in memory, in virtual time, with the fault at the moment you name.

python -m pytest examples/test_retry.py
"""

import pytest

from nodecompat import AbortSignal, fetch, http
from nodecompat.testing import Network
from nodecompat.timers.promises import setTimeout


async def getPatiently(url, attempts=3, pause=1_000):
    """What is tested: `fetch`, tried again when the connection fails, with pauses that double."""
    for attempt in range(attempts):
        try:
            response = await fetch(url, signal=AbortSignal.timeout(5_000))
            return await response.text()
        except Exception:
            if attempt == attempts - 1:
                raise
        await setTimeout(pause * 2**attempt)


@pytest.fixture
def network():
    """A client and a server, 20 ms apart."""
    with Network(seed=7) as made:
        made.link(latency=20)
        with made.host("web.example", "10.0.0.1"):
            http.createServer(lambda request, response: response.end("hello")).listen(80)
        yield made


def asks(network):
    async def main():
        with network.host("client.example", "10.0.0.2"):
            return await getPatiently("http://web.example/")

    return network.run(until=main)


def testNothingIsTriedTwiceWithoutNeed(network):
    assert asks(network) == "hello"
    assert network.clock.elapsed() < 200


def testItWaitsForANetworkThatComesBack(network):
    network.partition("client.example", "web.example", duration=5_500)  # milliseconds
    assert asks(network) == "hello"
    assert 5_500 < network.clock.elapsed() < 10_000


def testItGivesUpInTheEnd(network):
    network.partition("client.example", "web.example")
    with pytest.raises(Exception, match="timeout"):
        asks(network)
    assert network.clock.elapsed() == pytest.approx(3 * 5_000 + 1_000 + 2_000, abs=100)
