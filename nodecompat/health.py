"""Whether this process should get traffic: what a load balancer's probe asks.

It should from its start until it is told to end: `twistd nodecompat` and the workers of `--workers` then turn it off,
before they stop to accept. A program can have checks of its own, and answer the probe on its own port:

    server = http.createServer(lambda req, res: health.answer(req, res) or onRequest(req, res))
    health.addCheck(lambda: database.connected)

Ours, beside Node's API. `--status PORT` serves the same on a port of its own (`serving/status.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Check = Callable[[], object]

_checks: list[Check] = []
_isDraining = False


def isReady() -> bool:
    """True unless the process leaves, or one of its checks is false or raises."""
    if _isDraining:
        return False
    try:
        return all(check() for check in _checks)
    except Exception:
        return False


def addCheck(check: Check) -> Callable[[], None]:
    """Ask `check()` as well, for each probe: it returns whether this process can serve, at once.

    Returns: a function that takes it back.
    """
    _checks.append(check)
    return lambda: _checks.remove(check) if check in _checks else None


def drain(isDraining: bool = True) -> None:
    """From now on it should get no traffic. What ends servers in order calls it; a program that does so itself may."""
    global _isDraining
    _isDraining = isDraining


def answer(req: Any, res: Any, path: str = "/healthz") -> bool:
    """Answer a probe: 200 when the process is ready, 503 when not.

    Args:
        req, res: of an http server.
        path: the probe's, without a query.
    Returns: False if the request is for something else.
    """
    if req.url.partition("?")[0] != path:
        return False
    found = isReady()
    res.writeHead(200 if found else 503, {"Content-Type": "text/plain", "Cache-Control": "no-store"})
    res.end("ready\n" if found else "not ready\n")
    return True
