"""An HTTP proxy that streams, and the proof that it holds little in memory however slow its client is.

python examples/streaming_proxy.py [SEED]
"""

import sys

from nodecompat import http
from nodecompat.stream import Readable, pipeline
from nodecompat.testing import Network

SIZE = 1_000_000  # bytes of an answer
CHUNK = bytes(16 * 1024)


def createProxy(host, port):
    """A server that passes every request on, and the answer back, at the pace of the slower side."""

    def onRequest(request, response):
        forward = http.request(
            host=host, port=port, path=request.url, method=request.method, headers=dict(request.headers), agent=False
        )

        def onAnswer(answer):
            response.writeHead(answer.statusCode, answer.headers)
            pipeline(answer, response, lambda error=None: None)

        def onError(error):
            if response.headersSent:
                response.destroy(error)
            else:
                response.writeHead(502).end()

        forward.on("response", onAnswer)
        forward.on("error", onError)
        response.on("close", forward.destroy)  # a client that goes away is no reason to read on
        pipeline(request, forward, lambda error=None: None)

    return http.createServer(onRequest)


def source(request, response):
    """An answer of SIZE bytes, made as fast as it is taken."""
    pipeline(Readable.from_(CHUNK for _ in range(SIZE // len(CHUNK))), response, lambda error=None: None)


def run(seed, rate=200, leavesAt=None):
    """A client that reads `rate` bytes per millisecond, and leaves after a while if it does.

    Returns what it got, the most that the proxy has read beyond that, and the milliseconds it took.
    """
    got, most = 0, 0

    with Network(seed=seed) as network:
        network.link(latency=2)
        with network.host("source.example", "10.0.0.1"):
            origin = http.createServer(source).listen(80)
        with network.host("proxy.example", "10.0.0.2"):
            proxy = createProxy("source.example", 80).listen(8080)
        with network.host("client.example", "10.0.0.3") as client:
            client.readRate = rate
            request = http.get("http://proxy.example:8080/", agent=False)

        def onResponse(response):
            def onData(chunk):
                nonlocal got, most
                got += len(chunk)
                read = sum(
                    getattr(each, "bytesRead", 0) for each in network.handles if each.owner.name == "proxy.example"
                )
                most = max(most, read - got)

            response.on("data", onData)
            response.on("error", lambda error: None)

        request.on("response", onResponse)
        request.on("error", lambda error: None)
        if leavesAt is not None:
            network.advance(leavesAt)
            request.destroy()
        network.run(until=lambda: request.destroyed)
        elapsed = network.clock.elapsed()
        proxy.close()
        origin.close()
        network.advance(10_000)
        left = [each.describe() for each in network.handles]
        assert not left, left
    return got, most, elapsed


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for rate in (200, 1000):
        got, most, elapsed = run(seed, rate)
        print(
            f"{rate} bytes/ms: {got} bytes in {elapsed / 1000:.0f} s; the proxy was ahead by {most // 1000} kB at most"
        )
    got, most, elapsed = run(seed, leavesAt=3000)
    print(f"a client that leaves after 3 s: {got} bytes, and nothing is left")
