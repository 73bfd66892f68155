"""A simulated network in a program of asyncio: it goes on by itself whenever the program's tasks wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from .program import Deadlock

if TYPE_CHECKING:
    from .network import Network

#: Rounds of asyncio's loop, without an event of ours, before time moves: tasks may take a few to get going.
_PATIENCE = 5


class Guest:
    """One event of the network in each round of the loop, so that the tasks that it wakes come next."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._idle = 0
        self._deadlock: Deadlock | None = None
        network.isOutside = True
        self._call: Any = self._loop.call_soon(self._next)

    def stop(self) -> Deadlock | None:
        """The block ends. Returns why it was cancelled, if it was."""
        self._call.cancel()
        return self._deadlock

    def _next(self) -> None:
        network, clock = self._network, self._network.clock
        self._call = self._loop.call_soon(self._next)
        network.isOutside = False
        try:
            if clock.step():
                self._idle = 0
                return
        finally:
            network.switch(network.default)
            network.isOutside = True
        self._idle += 1
        if self._idle < _PATIENCE:
            return
        self._idle = 0
        if not clock.skip(float("inf")):
            self._onNothing()

    def _onNothing(self) -> None:
        self._call.cancel()
        if getattr(self._loop, "_scheduled", ()):  # real time may bring something
            self._call = self._loop.call_later(0.001, self._next)
        elif self._task is not None:
            self._deadlock = Deadlock(self._network)
            self._task.cancel()
            self._call = self._loop.call_soon(lambda: None)
