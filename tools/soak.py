"""Hours of load in one process, on real sockets: does anything grow?

    python -m tools.soak --minutes 10 [--report soak.json] [--plot soak.svg]

A server and a proxy in front of it run in a process of their own, beside good clients (keep-alive, and wrk where it is
installed) and bad ones: requests that are pipelined and then reset, slow readers, clients that are killed, garbage in
place of HTTP. Memory, descriptors, threads and objects are sampled; a good request that fails, or a figure that grows
between the second quarter and the last one, is a failure.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

#: Seconds between two samples.
EVERY = 2.0
#: By how much the last quarter may exceed the second one.
GROWTH = {"memory": 1.10, "descriptors": 1.25, "threads": 1.01, "objects": 1.10}
BODY = b"x" * 20_000


def serve() -> None:
    """The process under load: prints its two ports."""
    from nodecompat import http as ours
    from nodecompat import run
    from nodecompat.stream import pipeline

    def onRequest(request: Any, response: Any) -> None:
        if request.url == "/stats":
            response.end(json.dumps(sample()))
        elif request.url == "/large":
            response.end(BODY)
        else:
            request.resume()
            response.end("hello")

    def onProxied(request: Any, response: Any) -> None:
        forward = ours.request(host="127.0.0.1", port=server.address().port, path=request.url, method=request.method)

        def onAnswer(answer: Any) -> None:
            response.writeHead(answer.statusCode, answer.headers)
            pipeline(answer, response, lambda error=None: None)

        forward.on("response", onAnswer)
        forward.on("error", lambda error: response.destroy())
        response.on("close", lambda: forward.destroy())
        pipeline(request, forward, lambda error=None: None)

    server: Any = ours.createServer(onRequest).listen(0, "127.0.0.1")
    proxy: Any = ours.createServer(onProxied).listen(0, "127.0.0.1")
    proxy.on("listening", lambda: print(server.address().port, proxy.address().port, flush=True))
    run()


def sample() -> dict[str, float]:
    """What may grow."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "memory": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "objects": len(gc.get_objects()),
    }


# -- clients


class Clients:
    """Good and bad clients, each a thread, until `stop` is set."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.stop = threading.Event()
        self.good = self.failed = self.bad = 0
        self._threads = [
            threading.Thread(target=self._repeat, args=(each,), daemon=True)
            for each in (self._good, self._good, self._pipelined, self._slow, self._garbage, self._half, self._killed)
        ]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def end(self) -> None:
        self.stop.set()
        for each in self._threads:
            each.join(10)

    def _repeat(self, client: Any) -> None:
        chances = random.Random(client.__name__)
        while not self.stop.is_set():
            try:
                client(chances)
            except OSError:
                pass  # a bad client is cut off, as it should be
            if client != self._good:
                self.bad += 1
                time.sleep(0.02)

    def _good(self, chances: random.Random) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", chances.choice(self.ports), timeout=30)
        try:
            for _ in range(20):
                path = chances.choice(["/", "/large"])
                connection.request("POST", path, body=b"y" * chances.randrange(3000))
                answer = connection.getresponse()
                isWhole = answer.status == 200 and len(answer.read()) == (5 if path == "/" else len(BODY))
                self.good += isWhole
                self.failed += not isWhole
        except (OSError, http.client.HTTPException):
            self.failed += 1
        finally:
            connection.close()

    def _open(self, chances: random.Random) -> socket.socket:
        return socket.create_connection(("127.0.0.1", chances.choice(self.ports)), 10)

    def _pipelined(self, chances: random.Random) -> None:
        with self._open(chances) as made:
            made.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * chances.randrange(1, 30))
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def _slow(self, chances: random.Random) -> None:
        with self._open(chances) as made:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            made.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
            for _ in range(20):
                if not made.recv(100) or self.stop.wait(0.01):
                    break

    def _garbage(self, chances: random.Random) -> None:
        with self._open(chances) as made:
            made.sendall(b"\x16\x03\x01\x02\x00\x01" + chances.randbytes(600))
            made.recv(1000)

    def _half(self, chances: random.Random) -> None:
        with self._open(chances) as made:
            made.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            made.shutdown(socket.SHUT_WR)
            made.recv(1000)

    def _killed(self, chances: random.Random) -> None:
        port = chances.choice(self.ports)
        code = (
            f"import socket,time;s=socket.create_connection(('127.0.0.1',{port}));"
            "s.sendall(b'GET /large HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'*9);print('sent',flush=True);time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        self.stop.wait(0.5)


def wrk(port: int, seconds: float) -> subprocess.Popen[str] | None:
    """wrk, where it is installed."""
    found = shutil.which("wrk")
    if found is None:
        return None
    command = [found, "-t1", "-c16", f"-d{int(seconds)}s", f"http://127.0.0.1:{port}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


# -- the run


def soak(seconds: float) -> dict[str, Any]:
    """Load for so long; the report."""
    with subprocess.Popen([sys.executable, "-m", "tools.soak", "--serve"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ports = [int(each) for each in child.stdout.readline().split()]
        clients = Clients(ports)
        load = wrk(ports[0], seconds)
        clients.start()
        samples, late = [], 0
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            try:
                samples.append({"time": round(elapsed, 1), **_ask(ports[0])})
            except OSError:
                late += 1  # a machine too busy to answer within a minute
            time.sleep(EVERY)
        clients.end()
        output = load.communicate()[0] if load is not None else ""
        time.sleep(6)  # what is kept alive is closed after 5 seconds
        try:
            rest = _ask(ports[0])
        finally:
            child.kill()
    quarter = max(1, len(samples) // 4)
    verdicts = {
        name: _mean(samples[-quarter:], name) <= _mean(samples[quarter : 2 * quarter] or samples, name) * factor
        for name, factor in GROWTH.items()
    }
    return {
        "seconds": seconds, "good": clients.good, "failed": clients.failed, "bad": clients.bad, "wrk": output,
        "late": late, "flat": verdicts, "samples": samples, "afterwards": rest,
    }  # fmt: skip


def _ask(port: int) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/stats", headers={"Connection": "close"})
    figures: dict[str, float] = json.loads(connection.getresponse().read())
    connection.close()
    return figures


def _mean(samples: list[dict[str, float]], name: str) -> float:
    return sum(each[name] for each in samples) / len(samples)


def plot(report: dict[str, Any]) -> str:
    """The samples as SVG: each figure in a strip of its own, from zero to its maximum."""
    width, height, samples = 720, 110, report["samples"]
    parts = []
    for row, name in enumerate(GROWTH):
        top, most = 30 + row * (height + 30), max(each[name] for each in samples) or 1
        across, down = (width - 70) / report["seconds"], height / most
        points = " ".join(
            f"{50 + each['time'] * across:.1f},{top + height - each[name] * down:.1f}" for each in samples
        )
        unit = " MB" if name == "memory" else ""
        parts.append(
            f'<text x="50" y="{top - 6}">{name}: at most {most:,.0f}{unit}</text>'
            f'<path d="M50 {top}v{height}h{width - 70}" fill="none" stroke="#999"/>'
            f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>'
        )
    bottom = 30 + len(GROWTH) * (height + 30)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom}" font-family="sans-serif" '
        f'font-size="13"><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        serve()
        return 0
    report = soak(options.minutes * 60)
    if options.report:
        options.report.write_text(json.dumps(report, indent=1))
    if options.plot:
        options.plot.write_text(plot(report))
    first, last = report["samples"][len(report["samples"]) // 4], report["samples"][-1]
    for name, isFlat in report["flat"].items():
        print(
            f"{name}: {first[name]:,.0f} after a quarter, {last[name]:,.0f} at the end, {'flat' if isFlat else 'GROWS'}"
        )
    print(f"{report['good']:,} good requests, {report['failed']} failed; {report['bad']:,} bad clients")
    print(report["wrk"])
    return 0 if all(report["flat"].values()) and not report["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
