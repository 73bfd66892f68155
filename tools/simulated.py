"""What the simulated network costs: connections per second, and an hour of idle timers.

python -m tools.simulated
"""

from __future__ import annotations

import time

from nodecompat import http, net, setInterval
from nodecompat.testing import Network

CONNECTIONS = 2000
IDLE = 1000
HOUR = 3_600_000.0


def connections(isHttp: bool) -> float:
    """Connections per CPU second: each sends something, is answered and closes."""
    with Network() as network:
        network.link(latency=1)
        network.host("b.test", "10.0.0.2")
        with network.host("a.test", "10.0.0.1"):
            if isHttp:
                http.createServer(lambda request, response: response.end("hello")).listen(80)
            else:
                net.createServer(lambda socket: socket.end("hello")).listen(80)
        began = time.process_time()
        with network.host("b.test"):
            for _ in range(CONNECTIONS):
                if isHttp:
                    http.get({"host": "a.test", "agent": False}, lambda response: response.resume())
                else:
                    net.connect(80, "10.0.0.1").resume()
        network.advance(1000)
        return CONNECTIONS / (time.process_time() - began)


def idleHour() -> tuple[float, float]:
    """CPU seconds of a simulated hour: with idle keep-alive connections that have timeouts, and with an interval."""
    with Network() as network:
        with network.host("a.test", "10.0.0.1"):
            net.createServer(lambda socket: socket.setTimeout(7_200_000)).listen(80)
            http.createServer().listen(81)
        with network.host("b.test", "10.0.0.2"):
            for _ in range(IDLE):
                net.connect(80, "10.0.0.1").setTimeout(7_200_000)
        network.run()
        began = time.process_time()
        network.advance(HOUR)
        idle = time.process_time() - began
        with network.host("b.test"):
            setInterval(lambda: None, 1000)
        began = time.process_time()
        network.advance(HOUR)
        return idle, time.process_time() - began


if __name__ == "__main__":
    print(f"{connections(False):,.0f} net connections per CPU second")
    print(f"{connections(True):,.0f} http requests on a connection each per CPU second")
    idle, ticking = idleHour()
    print(f"an hour with {IDLE:,} idle connections and their timeouts: {idle * 1000:.1f} ms")
    print(f"an hour with a timer each second besides: {ticking * 1000:.0f} ms")
