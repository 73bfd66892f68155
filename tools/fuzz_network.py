"""The simulated network against the real one: scripts of two sockets, in memory and on real Node over loopback.

    python -m tools.fuzz_network --scripts 300 --seed 1
    python -m tools.fuzz_network --faults --scripts 300 --seed 1

A script is what a client and a server do to their ends of one connection, a step at a time: write, end, half-close,
pause, destroy, reset. After each step both runs wait until everything has arrived. The events of each end, step by
step, and its state at the end have to be the same.

With `--faults`, steps have their times, and what is written is under way meanwhile: it is cut into segments, of which
one arrives in each unit of time, and the network resets the connection, at a time or after so many bytes. On the real
side a relay between the two ends does it (`fuzz_network.cjs`).
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
#: Milliseconds that Node waits after whatever happens: at first, and again.
QUIET = (30, 200, 800)
#: Scripts that one process of Node plays at once.
BATCH = 50
#: Milliseconds of virtual time in a unit, and the way from one end to the other, in units.
UNIT, WAY = 10.0, 0.4
_WHAT = ["write", "write", "write", "end", "pause", "resume", "destroy", "destroySoon", "reset"]
_ENDS = ("client", "server")
_ENDINGS = ("end", "destroySoon", "reset")


def scriptOf(chances: random.Random) -> dict[str, Any]:
    """A script."""
    steps = []
    for number in range(1 + int(chances.random() * 6)):
        what = _one(chances, _WHAT)
        who = _one(chances, _ENDS)
        steps.append([who, what, f"<{number}>"] if what == "write" else [who, what])
    return {"allowHalfOpen": chances.random() < 0.5, "steps": steps}


def faultyScriptOf(chances: random.Random) -> dict[str, Any]:
    """A script with times, segments and faults. A step: when, who, what, and with what."""
    segment = _one(chances, [2, 5])
    steps: list[list[Any]] = []
    for number in range(2 + int(chances.random() * 5)):
        when, who, what = int(chances.random() * 8), _one(chances, _ENDS), _one(chances, _WHAT)
        if what == "reset" and any(each[:2] == [when, who] and each[2] in _ENDINGS for each in steps):
            continue  # Node fails with EINVAL and never closes: docs/departures.md
        steps.append([when, who, what])
        if what == "write":
            steps[-1].append(str(number) * (segment * (1 + int(chances.random() * 4))))
    if chances.random() < 0.6:
        when = int(chances.random() * 8)
        size = 1 + int(chances.random() * 12)
        steps.append(
            _one(chances, [[when, "network", "reset"], [when, "network", "resetAfter", _one(chances, _ENDS), size]])
        )
    steps.sort(key=lambda step: (step[0], step[1] != "network"))  # the relay has not yet what is written just now
    return {"allowHalfOpen": chances.random() < 0.5, "segment": segment, "steps": steps}


def _one(chances: random.Random, values: Any) -> Any:
    return values[int(chances.random() * len(values))]


def onNode(scripts: list[dict[str, Any]], quiet: int) -> list[Any]:
    """What they do on real Node, which has `quiet` milliseconds to deliver what a step sends."""
    node = os.environ.get("NODECOMPAT_NODE", "node")
    command = [node, str(PLAYER), str(quiet)]
    result = subprocess.run(command, input=json.dumps(scripts), capture_output=True, text=True, check=True)
    return json.loads(result.stdout)  # type: ignore[no-any-return]


# -- in memory


def simulated(script: dict[str, Any], seed: int = 0) -> Any:
    """What it does in memory."""
    logs: dict[str, list[str]] = {"client": [], "server": []}
    sockets: dict[str, Any] = {}
    segment = script.get("segment")
    with Network(seed=seed) as network:
        if segment:
            network.link(latency=WAY * UNIT, segment=segment, bandwidth=segment / UNIT)
        else:
            network.link(latency=1)
        network.host("client", "10.0.0.2")

        def onConnection(socket: Any) -> None:
            sockets["server"] = socket
            _watch(socket, logs["server"], not segment)

        with network.host("server", "10.0.0.1"):
            net.createServer({"allowHalfOpen": script["allowHalfOpen"]}, onConnection).listen(80)
        with network.host("client"):
            client = net.connect({"port": 80, "host": "10.0.0.1", "allowHalfOpen": script["allowHalfOpen"]})
            sockets["client"] = client
            _watch(client, logs["client"], not segment)
        network.run(until=lambda: "server" in sockets)
        network.advance(UNIT)
        if segment:
            _playAtTimes(network, script, sockets, logs)
        else:
            _playStepByStep(network, script, sockets, logs)
        states = {name: _state(sockets[name]) for name in _ENDS}
    return {"logs": logs, "states": states}


def _playStepByStep(network: Network, script: dict[str, Any], sockets: Any, logs: Any) -> None:
    for step in script["steps"]:
        with network.host(step[0]):
            _act(sockets[step[0]], step[1:], logs[step[0]])
        network.advance(15)
        for each in logs.values():
            each.append("-")


def _playAtTimes(network: Network, script: dict[str, Any], sockets: Any, logs: Any) -> None:
    for time in range(duration(script)):
        for each in logs.values():
            each.append(f"- {time}")
        for _, who, *step in (each for each in script["steps"] if each[0] == time):
            if who != "network":
                with network.host(who):
                    _act(sockets[who], step, logs[who])
            elif step[0] == "reset":
                network.reset("client", "server")
            else:
                network.resetAfter(step[1], _ENDS[step[1] == "client"], step[2])
        network.advance(UNIT)


def duration(script: dict[str, Any]) -> int:
    """How many units it takes until all has arrived."""
    steps = script["steps"]
    sizes = [sum(len(step[3]) for step in steps if step[1] == who and step[2] == "write") for who in _ENDS]
    return int(max((step[0] for step in steps), default=0) + max(sizes) // script["segment"] + 4)


def _watch(socket: Any, log: list[str], isJoined: bool) -> None:
    def onData(chunk: bytes) -> None:
        if isJoined and log and log[-1].startswith("data "):
            log[-1] += chunk.decode("latin1")
        else:
            log.append("data " + chunk.decode("latin1"))

    socket.on("data", onData)
    for name in ("end", "finish", "timeout"):
        socket.on(name, lambda name=name: log.append(name))
    socket.on("close", lambda hadError: log.append(f"close {str(hadError).lower()}"))
    socket.on("error", lambda error: log.append(f"error {error.code}"))


def _act(socket: Any, step: list[Any], log: list[str]) -> None:
    what = step[0]
    if what == "write":
        answered = socket.write(step[1], lambda error=None: log.append(f"written {error.code if error else 'ok'}"))
        log.append(f"write {str(answered).lower()}")
    elif what == "end":
        socket.end(lambda error=None: log.append("ended"))
    elif what == "reset":
        socket.resetAndDestroy()
    else:
        getattr(socket, what)()


def _state(socket: Any) -> list[Any]:
    return [socket.destroyed, socket.readable, socket.writable, socket.readyState, socket.bytesWritten]


# -- both


def differences(scripts: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any, Any]]:
    """The scripts that go otherwise in memory, with what Node does and what we do."""
    # A busy machine delivers late: those that differ are played again, with more patience.
    for quiet in QUIET:
        found = []
        for start in range(0, len(scripts), BATCH):
            part = [
                {**each, "duration": duration(each)} if each.get("segment") else each
                for each in scripts[start : start + BATCH]
            ]
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
    parser.add_argument("--faults", action="store_true", help="segments, and resets by the network")
    parser.add_argument("--shrink", action="store_true", help="make the first difference smaller")
    options = parser.parse_args(arguments)
    chances = random.Random(options.seed)
    make = faultyScriptOf if options.faults else scriptOf
    scripts = [make(chances) for _ in range(options.scripts)]
    found = differences(scripts)
    for script, theirs, ours in found[:5]:
        if options.shrink:
            script = shrunk(script, lambda each: _isScript(each) and bool(differences([each])), 100)
            [(_, theirs, ours)] = differences([script])
        print(json.dumps(script), "\n  Node:     ", json.dumps(theirs), "\n  simulated:", json.dumps(ours))
    print(f"{len(scripts)} scripts, {len(found)} go otherwise")
    return 1 if found else 0


def _isScript(value: Any) -> bool:
    """Shrinking may take away what a step needs."""
    steps = value.get("steps", ())
    if value.get("segment"):
        counts = {"write": 4, "resetAfter": 5}
        return all(len(step) >= 3 and len(step) == counts.get(step[2], 3) for step in steps)
    return "segment" not in value and all(len(step) == (3 if step[1:2] == ["write"] else 2) for step in steps)


if __name__ == "__main__":
    sys.exit(main())
