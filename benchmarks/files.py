"""A large file down and up: is memory flat, and does the loop go on? `python -m benchmarks.files`

A server sends a file by `pipeline(createReadStream(...), response)` and stores one by `pipeline(request,
createWriteStream(...))`. Meanwhile a timer of 10 ms notes how late it is, and how much memory the process has. Both are
compared with the same process before it had anything to do. The client is a process of its own, with bare sockets.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PERIOD = 10  # milliseconds of the timer
PIECE = 1024 * 1024  # bytes that the client reads or writes at once
IDLE = 3.0  # seconds of the process without work
#: What the issue allows: milliseconds that the 99th percentile may be later than in idleness.
ALLOWED = 20.0


@dataclass(frozen=True)
class Phase:
    """What the timer has noted."""

    name: str
    seconds: float
    median: float
    p99: float
    worst: float
    #: Bytes of memory: when the phase began, and the most.
    memory: int
    memoryMost: int


def serve(folder: str) -> None:
    """The server: prints its port; a line on standard input ends a phase, whose figures it prints."""
    from nodecompat import fs, http, run, setInterval
    from nodecompat.stream import pipeline
    from nodecompat.usage import residentSize

    late: list[float] = []
    began = [time.monotonic()]
    sizes = [residentSize()]
    last = [time.monotonic()]

    def tick() -> None:
        now = time.monotonic()
        late.append(max(0.0, (now - last[0]) * 1000 - PERIOD))
        last[0] = now
        if len(late) % 10 == 0:
            sizes.append(residentSize())

    def answer(request: Any, response: Any) -> None:
        path = os.path.join(folder, os.path.basename(request.url))
        if request.method == "GET" and request.url == "/phase":
            ordered = sorted(late) or [0.0]
            figures = {
                "seconds": time.monotonic() - began[0],
                "median": statistics.median(ordered),
                "p99": ordered[int(len(ordered) * 0.99)],
                "worst": ordered[-1],
                "memory": sizes[0],
                "memoryMost": max(sizes),
            }
            late.clear()
            sizes[:] = [residentSize()]
            began[0] = last[0] = time.monotonic()
            response.end(json.dumps(figures))
        elif request.method == "GET":
            response.setHeader("Content-Length", os.path.getsize(path))
            pipeline(fs.createReadStream(path), response, lambda error: error and print(error, file=sys.stderr))
        else:

            def stored(error: Any) -> None:
                response.statusCode = 500 if error else 204
                response.end()

            pipeline(request, fs.createWriteStream(path), stored)

    def main() -> None:
        server = http.createServer(answer)
        server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
        setInterval(tick, PERIOD)

    run(main)


def _headOf(connection: socket.socket) -> bytes:
    """What comes behind the head of an answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError("the server has gone")
        data += piece
    return data.partition(b"\r\n\r\n")[2]


def get(port: int, name: str) -> int:
    """Bytes of a body."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        room = bytearray(PIECE)
        count = len(_headOf(connection))
        while taken := connection.recv_into(room):
            count += taken
        return count


def put(port: int, name: str, size: int) -> None:
    """Send so many bytes."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"PUT /{name} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
        piece = bytes(range(256)) * (PIECE // 256)
        while size > 0:
            connection.sendall(piece[:size])
            size -= len(piece)
        _headOf(connection)


def phase(port: int, name: str) -> Phase:
    """End a phase and take its figures."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /phase HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := connection.recv(65536):
            data += piece
    body = data.partition(b"\r\n\r\n")[2]
    return Phase(name, **json.loads(body[body.index(b"{") : body.rindex(b"}") + 1]))


def measure(size: int, idle: float, say: Callable[[str], None]) -> list[Phase]:
    """The three phases: nothing to do, the file down, a file up."""
    with tempfile.TemporaryDirectory(prefix="nodecompat-files-") as folder:
        with open(Path(folder) / "down", "wb") as file:
            for _ in range(0, size, PIECE):
                file.write(os.urandom(4096) * (PIECE // 4096))
            file.truncate(size)
        command = [sys.executable, "-m", "benchmarks.files", "--serve", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                port = int(server.stdout.readline())
                put(port, "warm", PIECE)  # what is loaded at first use is no part of it
                get(port, "warm")
                phase(port, "start")
                time.sleep(idle)
                phases = [phase(port, "idle")]
                found = get(port, "down")
                phases.append(phase(port, "down"))
                if found != size:
                    raise RuntimeError(f"{found} bytes came instead of {size}")
                put(port, "up", size)
                phases.append(phase(port, "up"))
                if (stored := os.path.getsize(Path(folder) / "up")) != size:
                    raise RuntimeError(f"{stored} bytes were stored instead of {size}")
            finally:
                server.kill()
    for each in phases:
        rate = f"{size / each.seconds / 1e6:7.0f} MB/s" if each.name != "idle" else " " * 12
        say(
            f"{each.name:5} {each.seconds:6.1f} s {rate}   late: median {each.median:5.2f} ms, p99 {each.p99:6.2f} ms, "
            f"most {each.worst:6.2f} ms   memory {each.memory / 2**20:5.1f} to {each.memoryMost / 2**20:5.1f} MiB"
        )
    return phases


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.files", description=__doc__)
    parser.add_argument("--mib", type=int, default=2048, help="size of the file (default 2048)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return 0
    phases = measure(options.mib * 2**20, IDLE, print)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in phases], indent=1) + "\n")
    later = max(each.p99 for each in phases[1:]) - phases[0].p99
    grown = max(each.memoryMost for each in phases[1:]) - phases[0].memoryMost
    print(f"p99 is {later:.1f} ms later than in idleness ({ALLOWED:.0f} are allowed)")
    print(f"memory grows by {grown / 2**20:.1f} MiB")
    return 0 if later <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
