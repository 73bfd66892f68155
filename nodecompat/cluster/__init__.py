"""cluster: several processes that serve one port.

Follows Node 26. `primary.py` is the process that forks, `child.py` what a worker of it does; which of the two this
process is stands in its environment (NODE_UNIQUE_ID). `cluster` and this module have the same names.

Node: https://nodejs.org/api/cluster.html
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from .emitter import SCHED_NONE, SCHED_RR, Cluster, ClusterSettings, ListeningAddress
from .emitter import Worker as Worker
from .making import make

cluster: Cluster = make()

__all__ = ["SCHED_NONE", "SCHED_RR", "Cluster", "ClusterSettings", "ListeningAddress", "Worker", "cluster"]


class _Module(ModuleType):
    """As Node's module is the emitter itself: `cluster.fork()`, `cluster.schedulingPolicy = cluster.SCHED_NONE`."""

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(cluster, name):
            setattr(cluster, name, value)
        else:
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(cluster, name)


sys.modules[__name__].__class__ = _Module
