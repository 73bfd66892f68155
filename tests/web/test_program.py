"""A program that fetches: it lives as long as a fetch is under way, and no longer."""

from __future__ import annotations

import subprocess
import sys
import time

PROGRAM = """
from nodecompat import fetch, http, run

def main():
    def handler(q, r):
        if q.url == "/two":
            server.close()
            print("served", flush=True)
        r.end("x" * 10)
    server = http.createServer(handler)
    server.unref()

    async def ask():
        base = f"http://127.0.0.1:{server.address().port}"
        await (await fetch(base + "/one")).text()
        r = await fetch(base + "/two")  # its body is not read
        print(r.status, flush=True)

    server.listen(0, "127.0.0.1", ask)

run(main)
"""


def testAnIdleConnectionDoesNotKeepTheProgramAlive() -> None:
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("served\n200\n", "", 0)
    assert time.monotonic() - began < 30
