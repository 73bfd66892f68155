"""The simulated network against the real one: scripts of two sockets, in memory and on real Node over loopback.

    python -m tools.fuzz_network --scripts 300 --seed 1

A script is what a client and a server do to their ends of one connection, a step at a time: write, end, half-close,
pause, destroy, reset. After each step both runs wait until everything has arrived. The events of each end, step by
step, and its state at the end have to be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from nodecompat import net
from nodecompat.testing import Network
from nodecompat.testing.shrinking import shrunk

PLAYER = Path(__file__).with_suffix(".cjs")
#: Milliseconds that Node waits after a step: at first, and again.
QUIET = (30, 200, 800)
#: Scripts that one process of Node plays at once.
BATCH = 50
_WHAT = ["write", "write", "write", "end", "pause", "resume", "destroy", "destroySoon", "reset"]


def scriptOf(chances: random.Random) -> dict[str, Any]:
    """A script."""
    steps = []
    for number in range(1 + int(chances.random() * 6)):
        what = _WHAT[int(chances.random() * len(_WHAT))]
        who = ("client", "server")[int(chances.random() * 2)]
        steps.append([who, what, f"<{number}>"] if what == "write" else [who, what])
    return {"allowHalfOpen": chances.random() < 0.5, "steps": steps}


def onNode(scripts: list[dict[str, Any]], quiet: int) -> list[Any]:
    """What they do on real Node, which has `quiet` milliseconds to deliver what a step sends."""
    node = os.environ.get("NODECOMPAT_NODE", "node")
    command = [node, str(PLAYER), str(quiet)]
    result = subprocess.run(command, input=json.dumps(scripts), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def simulated(script: dict[str, Any], seed: int = 0) -> Any:
    """What it does in memory."""
    logs: dict[str, list[str]] = {"client": [], "server": []}
    sockets: dict[str, Any] = {}
    with Network(seed=seed) as network:
        network.link(latency=1)
        network.host("client", "10.0.0.2")

        def onConnection(socket: Any) -> None:
            sockets["server"] = socket
            _watch(socket, logs["server"])

        with network.host("server", "10.0.0.1"):
            net.createServer({"allowHalfOpen": script["allowHalfOpen"]}, onConnection).listen(80)
        with network.host("client"):
            client = net.connect({"port": 80, "host": "10.0.0.1", "allowHalfOpen": script["allowHalfOpen"]})
            sockets["client"] = client
            _watch(client, logs["client"])
        network.run(until=lambda: "server" in sockets)
        network.advance(5)
        for step in script["steps"]:
            with network.host(step[0]):
                _act(sockets[step[0]], step, logs[step[0]])
            network.advance(15)
            for each in logs.values():
                each.append("-")
        states = {name: _state(socket) for name, socket in sockets.items()}
        states = {name: states[name] for name in ("client", "server")}
    return {"logs": logs, "states": states}


def _watch(socket: Any, log: list[str]) -> None:
    def onData(chunk: bytes) -> None:
        if log and log[-1].startswith("data "):
            log[-1] += chunk.decode("latin1")
        else:
            log.append("data " + chunk.decode("latin1"))

    socket.on("data", onData)
    for name in ("end", "finish", "timeout"):
        socket.on(name, lambda name=name: log.append(name))
    socket.on("close", lambda hadError: log.append(f"close {str(hadError).lower()}"))
    socket.on("error", lambda error: log.append(f"error {error.code}"))


def _act(socket: Any, step: list[str], log: list[str]) -> None:
    what = step[1]
    if what == "write":
        answered = socket.write(step[2], lambda error=None: log.append(f"written {error.code if error else 'ok'}"))
        log.append(f"write {str(answered).lower()}")
    elif what == "end":
        socket.end(lambda error=None: log.append("ended"))
    elif what == "reset":
        socket.resetAndDestroy()
    else:
        getattr(socket, what)()


def _state(socket: Any) -> list[Any]:
    return [socket.destroyed, socket.readable, socket.writable, socket.readyState, socket.bytesWritten]


def differences(scripts: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any, Any]]:
    """The scripts that go otherwise in memory, with what Node does and what we do."""
    # A busy machine delivers late: those that differ are played again, with more patience.
    for quiet in QUIET:
        found = []
        for start in range(0, len(scripts), BATCH):
            part = scripts[start : start + BATCH]
            for script, theirs in zip(part, onNode(part, quiet), strict=True):
                ours = simulated(script)
                if ours != theirs:
                    found.append((script, theirs, ours))
        scripts = [script for script, _, _ in found]
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz_network", description=__doc__.partition("\n")[0])
    parser.add_argument("--scripts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shrink", action="store_true", help="make the first difference smaller")
    options = parser.parse_args(arguments)
    chances = random.Random(options.seed)
    scripts = [scriptOf(chances) for _ in range(options.scripts)]
    found = differences(scripts)
    for script, theirs, ours in found[:5]:
        if options.shrink:
            script = shrunk(script, lambda each: _isScript(each) and bool(differences([each])), 100)
            theirs, ours = onNode([script], QUIET[-1])[0], simulated(script)
        print(json.dumps(script), "\n  Node:     ", json.dumps(theirs), "\n  simulated:", json.dumps(ours))
    print(f"{len(scripts)} scripts, {len(found)} go otherwise")
    return 1 if found else 0


def _isScript(value: Any) -> bool:
    return all(len(step) >= 2 and (step[1] != "write" or len(step) == 3) for step in value.get("steps", ()))


if __name__ == "__main__":
    sys.exit(main())
