"""Rolling reloads under wrk: `python -m benchmarks.cluster.restarts [RELOADS] [WORKERS]`. Prints what was lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APP = """\
from nodecompat import http
server = http.createServer(lambda req, res: res.end("ok"))
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
"""


def main() -> None:
    reloads, workers = (int(word) for word in [*sys.argv[1:3], *["50", "2"][len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        (Path(folder) / "app.py").write_text(APP)
        manager.bind(f"{folder}/notify")
        server = subprocess.Popen(
            [sys.executable, "-m", "nodecompat", "run", "--workers", str(workers), f"{folder}/app.py"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"},
        )
        assert server.stdout is not None
        port = int(server.stdout.readline())
        assert manager.recv(100) == b"READY=1"
        command = ["wrk", "-t1", "-c16", "-d3600s", f"http://127.0.0.1:{port}/"]
        load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for _ in range(reloads):
            server.send_signal(signal.SIGHUP)
            assert manager.recv(100).startswith(b"RELOADING=1")
            assert manager.recv(100) == b"READY=1"
        load.send_signal(signal.SIGINT)
        out = load.communicate()[0]
        server.terminate()
        code = server.wait()
    requests = re.search(r"(\d+) requests in", out)
    lost = re.findall(r"Socket errors:.*|Non-2xx.*", out)
    count = requests[1] if requests else "?"
    print(f"{reloads} reloads of {workers} workers, {count} requests; lost: {lost or 0}; exit code {code}")


if __name__ == "__main__":
    main()
