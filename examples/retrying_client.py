"""An HTTP client that tries again, and the proof that it does: a run on the simulated network.

`get` is what a program would use. The rest shows it a server whose connections are reset, one that is cut off for a
while, and one that stays unreachable, in no real time:

    python examples/retrying_client.py [SEED]
"""

import sys

from nodecompat import AbortController, fetch, http, setTimeout
from nodecompat.testing import Network
from nodecompat.timers import promises as timers

ATTEMPTS = 5
PATIENCE = 2000  # ms, for one attempt
FIRST_PAUSE = 100  # ms, doubled after each attempt


async def get(url):
    """The text at a URL. Tries again when the connection fails, when the server is late, and after a 503."""
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        controller = AbortController()
        limit = setTimeout(controller.abort, PATIENCE)
        try:
            response = await fetch(url, signal=controller.signal)
            text = await response.text()
            if response.status != 503:
                return text
        except Exception:
            if attempt == ATTEMPTS:
                raise
        finally:
            limit.close()
        await timers.setTimeout(pause)
        pause *= 2
    raise ConnectionError(f"{url}: unavailable")


def under(fault, seed):
    """Call `get` while a server has this trouble; what it gave, the requests that the server saw, and the time."""
    requests = []

    def answer(request, response):
        requests.append(request.url)
        setTimeout(lambda: response.end("hello"), 50)

    with Network(seed=seed) as network:
        network.link(latency=20, jitter=5)
        with network.host("web.example", "10.0.0.1"):
            http.createServer(answer).listen(80)
        network.host("client.example", "10.0.0.2")
        fault(network)

        async def main():
            with network.host("client.example"):
                return await get("http://web.example/")

        try:
            outcome = network.run(until=main)
        except Exception as error:
            outcome = type(error).__name__
        return outcome, len(requests), round(network.clock.elapsed())


def resetTwice(network):
    for time in (60, 300):
        network.at(time, "reset", "client.example", "web.example")


def partition(network):
    network.partition("client.example", "web.example", duration=3000)


def unreachable(network):
    network.partition("client.example", "web.example")


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for fault in (resetTwice, partition, unreachable):
        outcome, requests, elapsed = under(fault, seed)
        print(f"{fault.__name__}: {outcome}, {requests} requests, {elapsed} ms")
