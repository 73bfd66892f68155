"""Random programs under random faults on the simulated network: the rules that hold whatever happens."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from program import python
from suite import whyNoTLS

from tools import plantedbugs, swarm

ROOT = Path(__file__).resolve().parents[1]
#: For each run of the tests; `python -m tools.swarm` has more.
PROGRAMS, SEEDS = 60, 4
#: Seeds whose programs have found a bug. They go on being played.
REGRESSIONS: dict[str, str] = {}
#: In how many seeds a planted bug must show here; the command allows 2,000.
SOON = 60

needsTLS = pytest.mark.skipif(bool(whyNoTLS()), reason="needs TLS: " + (whyNoTLS() or ""))


@needsTLS
def testAllRulesHold() -> None:
    """In a process of its own, as the command runs it: what other tests hold would look like a leak."""
    command = [sys.executable, "-m", "tools.swarm", "--programs", str(PROGRAMS), "--seeds", str(SEEDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


@needsTLS
@pytest.mark.parametrize("seed", REGRESSIONS)
def testABugThatWasFoundStaysMended(seed: str) -> None:
    assert swarm.play(swarm.programOf(seed)).broken == [], REGRESSIONS[seed]


@needsTLS
@pytest.mark.parametrize("name", plantedbugs.BUGS)
def testAPlantedBugIsFound(name: str) -> None:
    count, broken = plantedbugs.seedsUntilFound(name, SOON)
    assert 0 < count <= SOON and broken


PROGRAM = """
import hashlib
from tools import swarm
digest = hashlib.sha256()
for seed in [*(f"{number}.5" for number in range(12)), "20.0", "59.2"]:  # the last two went by the order of addresses
    program = swarm.programOf(seed)
    for operation in program["operations"]:
        operation["secure"] = False
    digest.update(repr(swarm.play(program, None).events).encode())
print(digest.hexdigest())
"""


def testTheSameSeedIsTheSameRunInEveryProcess(monkeypatch: pytest.MonkeyPatch) -> None:
    """Event by event, with other hashes of str."""
    outputs = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        outputs.append(python("-c", PROGRAM))
    assert outputs[0] == outputs[1]
    assert outputs[0][0] == 0 and len(outputs[0][1]) == 65


@needsTLS
def testRandomBytesOfTLSChangeNothing() -> None:
    def play() -> Any:
        program = swarm.programOf("0.0")
        program["operations"] = [
            {
                "kind": "request", "at": 0.0, "host": swarm.CLIENT, "paths": ["/plain/100/0", "/slow/20000/1"],
                "bodies": [0, 10], "abort": 0, "ending": "", "agent": "own", "secure": True,
            }
        ]  # fmt: skip
        outcome = swarm.play(program, None)
        assert outcome.broken == []
        return [event[:4] for event in outcome.events]

    assert hashlib.sha256(repr(play()).encode()).digest() == hashlib.sha256(repr(play()).encode()).digest()


def testWhatIsShrunkStillFails() -> None:
    with plantedbugs.BUGS["double close"]():
        program = swarm.programOf("1.0")
        for operation in program["operations"]:
            operation["secure"] = False
        smaller = swarm.shrink(program, lambda each: "close" in swarm.rulesOf(swarm.play(each).broken))
    assert len(smaller["operations"]) <= 1 >= len(smaller["faults"])
