"""A worker of `workers.py`: how it leaves without losing a request.

Told to leave, by its supervisor or by a signal that the whole group of processes got, it ends each of its servers as
`shutdown.py` describes, and exits.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from .. import health
from ..net.channels import listenStart
from ..process import process
from ..reactor.loop.install import installReactor
from .shutdown import Draining

#: The variable that makes a process a worker: its settings, as JSON.
WORKER = "NODECOMPAT_WORKER"
#: The variable of a program that is watched (`commands/watch.py`): the descriptor on which it tells of its modules.
PIPE = "NODECOMPAT_WATCH"


def attend() -> None:
    """Be a worker, if this process was started as one."""
    found = os.environ.pop(WORKER, None)
    if found is None:
        return
    settings = json.loads(found)
    if settings["reactor"] is not None:
        installReactor(settings["reactor"])
    from ..cluster import cluster

    _Leaving(cluster, settings["grace"] * 1000.0)
    if settings.get("status"):
        from . import status

        status.attendWorker(cluster)


class _Leaving:
    """Ends the servers of this process.

    Args:
        cluster: the worker's.
        grace: milliseconds that connections have.
    """

    def __init__(self, cluster: Any, grace: float) -> None:
        self._cluster = cluster
        self._grace = grace
        self._drainings: dict[Any, Draining] = {}
        listenStart.subscribe(self._onListen)
        cluster.closeServer = self._close
        process.on("SIGTERM", self._onSignal)
        process.on("SIGINT", self._onSignal)
        process.on("SIGHUP", _ignore)  # it is for the supervisor
        process.once("disconnect", lambda: process.exit(0))

    def _onListen(self, message: Any, name: Any = None) -> None:
        server = message["server"]
        if server not in self._drainings:
            self._drainings[server] = Draining(server)

    def _close(self, server: Any, done: Callable[[], object]) -> None:
        health.drain()
        self._drainings[server].end(self._grace, done)

    def _onSignal(self, name: str, number: int) -> None:
        self._cluster.worker.disconnect()  # once, however many signals there are


def _ignore(name: str, number: int) -> None:
    pass
