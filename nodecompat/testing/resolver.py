"""A name resolver in memory: the `Backend` of `reactor/names/resolver.py` that the in-memory network installs."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..reactor.names.resolver import NONAME, Addresses, Names

if TYPE_CHECKING:
    from .network import Network


class FakeResolver:
    """Knows what a test tells it.

    `addresses` has a list of addresses, or a negative code, per name; `services` has `(hostname, service)`, or a
    negative code, per address and port. A name in `silent` is never answered, one in `delays`
    after so many milliseconds. `asked` is what was looked up.
    """

    def __init__(self, network: Network) -> None:
        self._network_ = network
        self.addresses: dict[str, Addresses] = {"localhost": ["127.0.0.1", "::1"]}
        self.services: dict[tuple[str, int], Names] = {}
        self.silent: set[str] = set()
        self.delays: dict[str, float] = {}
        self.asked: list[str] = []

    def getaddrinfo(self, name: str, family: int, flags: int, answer: Callable[[Addresses], None]) -> None:
        if self._network_.isOutside:
            self._network_.followBlock()
        self.asked.append(name)
        if name in self.silent:
            return
        found = self.addresses.get(name, NONAME)
        if not isinstance(found, int):
            found = [each for each in found if family == 0 or (":" in each) is (family == 6)] or NONAME
        self._later_(name, answer, found)

    def getnameinfo(self, address: str, port: int, answer: Callable[[Names], None]) -> None:
        self.asked.append(address)
        if address not in self.silent:
            self._later_(address, answer, self.services.get((address, port), NONAME))

    def fail(self, name: str, code: int = -errno.EIO) -> None:
        """Let the look-up of `name` fail with a negative errno, or with a number of getaddrinfo (`resolver.AGAIN`)."""
        self.addresses[name] = code

    def _later_(self, name: str, answer: Callable[[Any], None], result: Any) -> None:
        asking = self._network_.here
        delay = self.delays.get(name, 0.0)
        if delay:
            asking.callLater(delay, lambda: answer(result))
        else:
            # Two turns later, because a thread is slower than the ticks of the asking turn.
            asking.callSoon(lambda: asking.callSoon(lambda: answer(result)))
