"""The module is as good as its emitter."""

from __future__ import annotations

import pytest

from nodecompat import cluster


def testTheModuleHasTheNamesOfItsEmitter() -> None:
    assert cluster.isPrimary is True
    assert cluster.fork.__self__ is cluster.cluster
    with pytest.raises(AttributeError):
        getattr(cluster, "unknown")  # noqa: B009


def testWhatIsSetOnItIsSetOnTheEmitter() -> None:
    cluster.schedulingPolicy = cluster.SCHED_NONE
    try:
        assert cluster.cluster.schedulingPolicy == cluster.SCHED_NONE
    finally:
        cluster.schedulingPolicy = cluster.SCHED_RR
