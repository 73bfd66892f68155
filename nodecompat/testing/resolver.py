"""What names mean in a simulated network. It answers look-ups as the `Backend` of `reactor/names/resolver.py`, and the
name servers (`nameserver.py`) answer queries from it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..reactor.names.resolver import NONAME, Addresses, Backend, Names
from .nameserver import ALIASES, Zone

if TYPE_CHECKING:
    from .network import Network


class FakeResolver(Backend):
    """Knows what a test tells it.

    `addresses` has a list of addresses, or a negative code, per name; `services` has `(hostname, service)`, or a
    negative code, per address and port. A name in `silent` is never answered, one in `delays`
    after so many milliseconds. `zone` has the records besides addresses. `asked` is what was looked up, or asked of a
    name server.
    """

    def __init__(self, network: Network) -> None:
        self._network_ = network
        self.addresses: dict[str, Addresses] = {"localhost": ["127.0.0.1", "::1"]}
        self.services: dict[tuple[str, int], Names] = {}
        self.silent: set[str] = set()
        self.delays: dict[str, float] = {}
        self.zone: Zone = Zone()
        self.asked: list[str] = []

    def getaddrinfo(self, name: str, family: int, flags: int, answer: Callable[[Addresses], None]) -> None:
        self._network_.followTask()
        self.asked.append(name)
        if name in self.silent:
            return
        found = self._addressesOf_(name)
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

    def records(self, name: str) -> dict[str, list[tuple[Any, ...]]] | int:
        """All records of a name, by type, each a tuple of its fields; a negative code when there is none."""
        found = self.addresses.get(name, [])
        if isinstance(found, int):
            return found
        made: dict[str, list[tuple[Any, ...]]] = {}
        for address in found:
            made.setdefault("AAAA" if ":" in address else "A", []).append((address,))
        if name.endswith(".arpa"):
            made["PTR"] = [(each,) for each in self._network_.namesUnder(name)]
        for type, fields in self.zone.of(name).items():
            made[type] = made.get(type, []) + fields
        return {type: fields for type, fields in made.items() if fields} or NONAME

    def _addressesOf_(self, name: str) -> Addresses:
        for _ in range(ALIASES):
            found, records = self.addresses.get(name, []), self.zone.of(name)
            if isinstance(found, int):
                return found
            if "CNAME" not in records:
                return [*found, *(each[0] for type in ("A", "AAAA") for each in records.get(type, ()))] or NONAME
            name = records["CNAME"][0][0]
        return NONAME

    def _later_(self, name: str, answer: Callable[[Any], None], result: Any) -> None:
        asking = self._network_.here
        delay = self.delays.get(name, 0.0)
        if delay:
            asking.callLater(delay, lambda: answer(result))
        else:
            # Two turns later, because a thread is slower than the ticks of the asking turn.
            asking.callSoon(lambda: asking.callSoon(lambda: answer(result)))
