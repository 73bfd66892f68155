"""Autobahn's own test suite, as the client of our server and as the server of our client.

It needs Python 2.7 (`pip install autobahntestsuite`). NODECOMPAT_WSTEST is the command that starts its program.
Sections 9, 12 and 13 are played in small by test_cases.py: there Autobahn takes an hour.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from program import start

WSTEST = shlex.split(os.environ.get("NODECOMPAT_WSTEST", ""))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not WSTEST, reason="needs Autobahn's wstest (Python 2.7): name its command in NODECOMPAT_WSTEST"
    ),
]
LEFT_OUT = ["9.*", "12.*", "13.*"]
#: Text that is wrong within a frame is seen when the frame is complete, as `ws` and Node's client do.
NOT_STRICT = {"6.4.3", "6.4.4"}
SERVER = """
from nodecompat import run, websocket
server = websocket.WebSocketServer(port=0, host="127.0.0.1", perMessageDeflate=True)
server.on("listening", lambda: print(server.address().port, flush=True))

@server.on("connection")
def onConnection(ws):
    ws.on("error", lambda: None)
    ws.on("message", lambda data, isBinary: ws.send(data, {"binary": isBinary}))

run()
"""
CLIENT = """
import sys
from nodecompat import WebSocket, run

def ask(path, then):
    ws = WebSocket(sys.argv[1] + path)
    ws.onmessage = lambda event: answers.append(int(event.data))
    ws.onclose = lambda: then()

def play(number):
    if number > answers[0]:
        ask("/updateReports?agent=nodecompat", lambda: None)
        return
    ws = WebSocket(f"{sys.argv[1]}/runCase?case={number}&agent=nodecompat")
    ws.binaryType = "arraybuffer"
    ws.onmessage = lambda event: ws.send(event.data)
    ws.onclose = lambda: play(number + 1)

answers = []
ask("/getCaseCount", lambda: play(1))
run()
"""


def judge(folder: Path) -> None:
    results: dict[str, Any] = json.loads((folder / "index.json").read_text())["nodecompat"]
    seen = {name: {each["behavior"], each["behaviorClose"]} - {"OK", "INFORMATIONAL"} for name, each in results.items()}
    assert len(seen) > 200
    assert {name: bad for name, bad in seen.items() if bad} == {name: {"NON-STRICT"} for name in NOT_STRICT}


def settingsIn(folder: Path, **settings: Any) -> str:
    path = folder / "settings.json"
    path.write_text(json.dumps({"outdir": str(folder), "cases": ["*"], "exclude-cases": LEFT_OUT, **settings}))
    return str(path)


def testOurServer(tmp_path: Path) -> None:
    child = start("-c", SERVER)
    try:
        assert child.stdout is not None
        url = f"ws://127.0.0.1:{int(child.stdout.readline())}"
        settings = settingsIn(tmp_path, servers=[{"agent": "nodecompat", "url": url}])
        subprocess.run([*WSTEST, "-m", "fuzzingclient", "-s", settings], check=True, capture_output=True, cwd=tmp_path)
    finally:
        child.kill()
        child.communicate()
    judge(tmp_path)


def testOurClient(tmp_path: Path) -> None:
    port, page = freePorts()
    settings = settingsIn(tmp_path, url=f"ws://127.0.0.1:{port}")
    command = [*WSTEST, "-m", "fuzzingserver", "-s", settings, "-w", str(page)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path) as suite:
        try:
            waitFor(port)
            child = start("-c", CLIENT, f"ws://127.0.0.1:{port}")
            _, err = child.communicate(timeout=250)
            assert (child.returncode, err) == (0, "")
        finally:
            suite.kill()
    judge(tmp_path)


def freePorts() -> tuple[int, int]:
    """For the suite and its page, which it cannot choose itself."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def waitFor(port: int) -> None:
    """Until it listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
