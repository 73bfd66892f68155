"""HAProxy and nginx in front of two instances with workers, configured as in examples/deploy/.

The long form, of 200,000 requests and more: `python tools/balancers.py haproxy` and `… nginx`; docs/production.md has
what it gave. NODECOMPAT_LONG_TESTS=1 runs it here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import toolloader

from nodecompat.reactor import choose

balancers: Any = toolloader.load("balancers")
isLong = bool(os.environ.get("NODECOMPAT_LONG_TESTS"))
REQUESTS = 200_000 if isLong else 1

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800 if isLong else 240),
    pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll"),
]


def needs(*names: str) -> Any:
    missing = [name for name in names if shutil.which(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {' and '.join(missing)}")


@needs("haproxy", "nginx", "wrk")
@pytest.mark.skipif(not isLong, reason="takes half a minute on a busy machine: NODECOMPAT_LONG_TESTS=1 runs it")
@pytest.mark.parametrize("balancer", ["haproxy", "nginx"])
def testNothingIsLostWhenAnInstanceIsKilledAndTheOtherReloads(balancer: str, tmp_path: Path) -> None:
    with balancers.running(balancer, tmp_path, 2) as setting:
        done = 0
        while done < REQUESTS:
            requests, failed = balancers.killAndReload(setting)
            assert failed == 0
            done += requests


@needs("nginx")
def testNginxAsksTheOtherInstanceWhenOneIsKilled(tmp_path: Path) -> None:
    with balancers.running("nginx", tmp_path, 1) as setting:
        assert len({setting.ask()[1] for _ in range(6)}) == 2, "both instances serve"
        setting.instances[0].kill()
        answers = [setting.ask() for _ in range(6)]
        assert {status for status, _ in answers} == {200}
        assert len({worker for _, worker in answers}) == 1


#: HAProxy's numbers, of `show servers state`: what a server does, and what it was told.
STARTING, RUNNING, STOPPING = 1, 2, 3
READY, DRAIN = 0, 8


@needs("haproxy")
def testHAProxyDrainsAndBringsBackSlowly(tmp_path: Path) -> None:
    """Drained by the agent, brought back with a slow start, killed: what has begun is answered, and nothing fails."""
    with balancers.running("haproxy", tmp_path, 1) as setting:
        first, second = setting.instances
        wait, state, modes = balancers.waitFor, setting.state, setting.modes
        wait(lambda: state("one", "agent_status") == state("two", "agent_status") == "L7OK")
        assert modes("one") == modes("two") == (RUNNING, READY)
        assert len({setting.ask()[1] for _ in range(6)}) == 2, "both instances serve"
        begun = [setting.begin() for _ in range(2)]
        wait(lambda: state("one", "scur") == state("two", "scur") == "1")

        drain = first.folder / "drain"
        drain.touch()  # what a check of the program's looks for
        wait(lambda: modes("one") == (STOPPING, DRAIN))
        assert state("one", "status") == "NOLB"
        assert state("one", "check_status").removeprefix("* ") == "L7OKC"  # a star: one is under way
        assert first.ask("/readyz")[0] == 503 and first.ask("/healthz")[0] == 200
        only = {setting.ask() for _ in range(6)}
        assert [status for status, _ in only] == [200]
        assert state("one", "scur") == "1", "what has begun goes on"
        answers = {each() for each in begun}
        assert [status for status, _ in answers] == [200, 200] and answers > only
        wait(lambda: state("one", "scur") == "0")
        assert modes("one") == (STOPPING, DRAIN)

        drain.unlink()
        wait(lambda: modes("one") == (STARTING, READY))
        weights: list[int] = []
        wait(lambda: weights.append(int(state("one", "weight"))) or weights[-1] == 100)
        assert weights[0] < 60 and weights == sorted(weights), "little by little: 7, 57, 100 of 100"
        assert modes("one") == (RUNNING, READY) and state("two", "weight") == "100"

        second.kill()
        answers = {setting.ask() for _ in range(6)}
        assert [status for status, _ in answers] == [200] and not answers & only
        wait(lambda: state("two", "status") == "DOWN")
