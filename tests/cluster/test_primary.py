"""The primary, where it is not compared with Node in tests/comparisons/cluster.py."""

from __future__ import annotations

import pytest
import pytest_twisted

from nodecompat.cluster.emitter import SCHED_NONE, SCHED_RR
from nodecompat.cluster.primary import PrimaryCluster
from nodecompat.errors import ERR_FEATURE_UNAVAILABLE_ON_PLATFORM, ERR_INVALID_ARG_VALUE
from nodecompat.events import once
from nodecompat.reactor import choose

check = pytest_twisted.ensureDeferred


@pytest.mark.parametrize("policy, expected", [("none", SCHED_NONE), ("rr", SCHED_RR), ("x", SCHED_RR)])
def testTheEnvironmentMayChooseThePolicy(policy: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_CLUSTER_SCHED_POLICY", policy)
    assert PrimaryCluster().schedulingPolicy == expected


@check
async def testSettingsAddUp() -> None:
    cluster = PrimaryCluster()
    told = once(cluster, "setup")
    cluster.setupPrimary(exec="a.py", silent=True)
    cluster.setupPrimary({"args": ["x"]})
    assert (await told)[0]["silent"] is True
    assert (cluster.settings["exec"], cluster.settings["args"]) == ("a.py", ["x"])


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testTheFormOfV8IsRefused() -> None:
    cluster = PrimaryCluster()
    cluster.setupPrimary(exec="a.py", serialization="advanced", inspectPort=5)
    with pytest.raises(ERR_INVALID_ARG_VALUE):
        cluster.fork()


def testWithoutEpollThereAreNoWorkers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "usePoller", lambda: False)
    with pytest.raises(ERR_FEATURE_UNAVAILABLE_ON_PLATFORM):
        PrimaryCluster().fork()
