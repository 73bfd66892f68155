"""Rolling reloads and killed workers under wrk: `python -m benchmarks.cluster.restarts`. Prints what was lost.

What a killed worker had goes with it, and nothing else may: before each kill the worker is stopped and its connections
are counted, and wrk's errors in the end are held against their sum. Ctrl-C ends it early.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
CONNECTIONS = 16
APP = """\
import os
from nodecompat import http
server = http.createServer(lambda req, res: res.end("ok"))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, os.getpid(), flush=True))
"""
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_ESTABLISHED = "01"


def connectionsOf(pid: int, port: int) -> int:
    """How many a process has at a port."""
    mine = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        found = _SOCKET.fullmatch(os.readlink(each))
        if found:
            mine.add(found[1])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == _ESTABLISHED and row[9] in mine for row in rows)


class Run:
    """A supervisor with its workers, and wrk."""

    def __init__(self, folder: str, workers: int, manager: socket.socket) -> None:
        Path(folder, "app.py").write_text(APP)
        manager.bind(f"{folder}/notify")
        self._manager = manager
        self.server: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "nodecompat", "run", "--workers", str(workers), f"{folder}/app.py"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"},
        )
        assert self.server.stdout is not None
        self._lines: IO[str] = self.server.stdout
        #: Those that listen, the oldest first.
        self.pids: list[int] = []
        self.port = 0
        for _ in range(workers):
            self.nextWorker()
        self.expect(b"READY=1")

    def nextWorker(self) -> None:
        """Wait until one more listens."""
        port, pid = self._lines.readline().split()
        self.port = int(port)
        self.pids.append(int(pid))

    def expect(self, what: bytes) -> None:
        assert self._manager.recv(100).startswith(what)

    def reload(self) -> None:
        """Replace all workers."""
        old = list(self.pids)
        self.server.send_signal(signal.SIGHUP)
        self.expect(b"RELOADING=1")
        for _ in old:
            self.nextWorker()
        self.expect(b"READY=1")
        del self.pids[: len(old)]

    def kill(self) -> int:
        """Kill the oldest worker; returns how many connections go with it. Its successor listens then."""
        pid = self.pids.pop(0)
        os.kill(pid, signal.SIGSTOP)
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.001)
        lost = connectionsOf(pid, self.port)
        os.kill(pid, signal.SIGKILL)
        self.nextWorker()
        return lost


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster.restarts", description=__doc__)
    parser.add_argument("--reloads", type=int, default=50)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        run = Run(folder, given.workers, manager)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-d36000s", "--timeout", "60s", f"http://127.0.0.1:{run.port}/"]
        load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        reloads = kills = own = 0
        try:
            while reloads < given.reloads:
                run.reload()
                reloads += 1
            while kills < given.kills:
                own += run.kill()
                kills += 1
        except KeyboardInterrupt:
            pass  # so far, then
        load.send_signal(signal.SIGINT)
        out = load.communicate()[0]
        run.server.terminate()
        code = run.server.wait()
    requests = re.search(r"(\d+) requests in", out)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    connect, read, write, timeout = (int(number) for number in errors.groups()) if errors else (0, 0, 0, 0)
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    print(f"{reloads} reloads and {kills} kills of {given.workers} workers, exit code {code}")
    print(f"{requests[1] if requests else '?'} requests, {other[1] if other else 0} answers with another status")
    print(f"killed workers had {own} connections; failed: {read + write}; not connected: {connect}; late: {timeout}")
    failed = max(read + write - own, 0) + connect + timeout + (int(other[1]) if other else 0)
    print(f"lost beyond those of killed workers: {failed}")


if __name__ == "__main__":
    main()
