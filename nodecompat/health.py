"""Whether this process should get traffic: what a load balancer's probe asks.

It should from its start until it is told to end: `twistd nodecompat` and the workers of `--workers` then turn it off,
before they stop to accept. A program can have checks of its own, and answer the probe on its own port:

    server = http.createServer(lambda req, res: health.answer(req, res) or onRequest(req, res))
    health.addCheck(lambda: database.connected)

A probe asks `/healthz` whether the process is alive, or `/readyz` whether it should get traffic. Ours, beside Node's
API. `--status PORT` answers both on a port of its own (`serving/status.py`).
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


def answer(req: Any, res: Any, alive: str = "/healthz", ready: str = "/readyz") -> bool:
    """Answer a probe, as the port of `--status` does: whether the process is alive, 200, or ready, 200 or 503.

    Args:
        req, res: of an http server.
        alive, ready: the paths of the two probes, without a query.
    Returns: False if the request is for something else.
    """
    path = req.url.partition("?")[0]
    if path == alive:
        say(res, 200, "alive")
    elif path == ready:
        found = isReady()
        say(res, 200 if found else 503, "ready" if found else "not ready")
    else:
        return False
    return True


def say(res: Any, status: int, text: str) -> None:
    """Answer a probe with a line, or several."""
    res.writeHead(status, {"Content-Type": "text/plain", "Cache-Control": "no-store"})
    res.end(text + "\n")
