"""Which of the two this process is."""

from __future__ import annotations

import os

from ..process import process
from .emitter import Cluster

#: The variable that a worker has, its id in it. It is not passed on: what a worker starts is none.
UNIQUE_ID = "NODE_UNIQUE_ID"


def make() -> Cluster:
    """The primary, or in a process that a primary has forked, the worker."""
    found = os.environ.pop(UNIQUE_ID, "")
    if found.isdecimal() and process.connected:
        from .child import WorkerCluster

        return WorkerCluster(int(found))
    from .primary import PrimaryCluster

    return PrimaryCluster()
