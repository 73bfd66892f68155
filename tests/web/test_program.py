"""A program that fetches: it lives as long as a fetch is under way, and no longer."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from nodecompat import fetch, http, run
from nodecompat.web import pool
pool.KEEP_ALIVE_TIMEOUT = 3_600_000

def main():
    def handler(q, r):
        if q.url == "/two":
            server.close()
            print("served", flush=True)
        r.end("x" * 10)
    server = http.createServer(handler)
    server.unref()
    server.on("connection", lambda socket: socket.unref())  # of what is alive only the client's part counts

    async def ask():
        base = f"http://127.0.0.1:{server.address().port}"
        await (await fetch(base + "/one")).text()
        r = await fetch(base + "/two")  # its body is not read
        print(r.status, flush=True)

    server.listen(0, "127.0.0.1", ask)

run(main)
"""


def testAnIdleConnectionDoesNotKeepTheProgramAlive() -> None:
    """It would for an hour."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("served\n200\n", "", 0)
