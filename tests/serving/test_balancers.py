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


@needs("haproxy")
def testHAProxyHearsOfReadinessAndOfTheAgent(tmp_path: Path) -> None:
    """Drained by hand, brought back with a slow start, killed: no request ever fails."""
    with balancers.running("haproxy", tmp_path, 1) as setting:
        first, second = setting.instances
        wait, state = balancers.waitFor, setting.state
        wait(lambda: state("one", "agent_status") == state("two", "agent_status") == "L7OK")
        assert len({setting.ask()[1] for _ in range(6)}) == 2, "both instances serve"
        drain = first.folder / "drain"
        drain.touch()  # what a check of the program's looks for
        wait(lambda: state("one", "status").startswith(("DRAIN", "DOWN")))
        wait(lambda: first.ask("/readyz")[0] == 503 and first.ask("/healthz")[0] == 200)
        only = {setting.ask() for _ in range(6)}
        assert [status for status, _ in only] == [200]
        drain.unlink()
        wait(lambda: state("one", "status") == "UP" and first.ask("/readyz")[0] == 200)
        assert int(state("one", "throttle") or 100) < 100 or len({setting.ask()[1] for _ in range(40)}) == 2
        second.kill()
        answers = {setting.ask() for _ in range(6)}
        assert [status for status, _ in answers] == [200]
        assert answers != only
        wait(lambda: state("two", "status") == "DOWN")
