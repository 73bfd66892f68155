"""The package's clock, random numbers and files of names, taken over while a simulated network is in force.

Its modules read them where the standard library has them (`time.time()`, `secrets.token_bytes()`), as fast as can be.
So it is these names that are replaced, in the package's modules and in no other: a program's own `time.time()` stays
real. Python's `random` is seeded for the program as well.
"""

from __future__ import annotations

import importlib
import random
import secrets
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .network import Network

#: 2026-01-01T00:00:00Z: what a simulated wall clock says at first, milliseconds since 1970.
EPOCH = 1_767_225_600_000.0
#: Modules that read a clock or random numbers, and may be loaded late; `tests/testing/test_seams.py` looks for more.
READERS = (
    "nodecompat.blob",
    "nodecompat.crypto.randomness",
    "nodecompat.http.message.head",
    "nodecompat.http.server.connection",
    "nodecompat.metrics",
    "nodecompat.perf_hooks.histogram",
    "nodecompat.reactor.loop.ticks",
    "nodecompat.reactor.names.queries",
    "nodecompat.url.objects",
    "nodecompat.usage",
    "nodecompat.web.multipart",
    "nodecompat.web.opening",
    "nodecompat.websocket.protocol.connection",
)
#: Modules whose clock stays real: they have to do with the real world.
REAL = (
    "nodecompat.fs",
    "nodecompat.reactor.descriptor",
    "nodecompat.reactor.loop.asynciohost",
    "nodecompat.reactor.loop.blocking",
    "nodecompat.reactor.loop.host",
    "nodecompat.reactor.loop.idle",
    "nodecompat.reactor.loop.run",
    "nodecompat.readline",
    "nodecompat.serving",
    "nodecompat.testing",
)


_HOSTS = "127.0.0.1 localhost\n::1 localhost\n"


class FakeTime:
    """The module `time` as the package's modules see it."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def time(self) -> float:
        """Seconds since 1970 on the clock of the running host."""
        network = self._network
        return (EPOCH + network.here.skew + network.clock.elapsed()) / 1000.0

    def time_ns(self) -> int:
        """The same in nanoseconds."""
        return round(self.time() * 1000.0) * 1_000_000

    def monotonic(self) -> float:
        """Seconds on the clock of timers."""
        return self._network.clock.now() / 1000.0

    def monotonic_ns(self) -> int:
        """The same in nanoseconds."""
        return int(self._network.clock.now() * 1_000_000)

    perf_counter = monotonic
    perf_counter_ns = monotonic_ns

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class FakeSecrets:
    """The module `secrets` as the package's modules see it: repeatable."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(f"{seed}/secrets")

    def randbelow(self, limit: int) -> int:
        """From 0 to below `limit`."""
        return int.from_bytes(self.token_bytes(limit.bit_length() // 8 + 8), "big") % limit

    def token_bytes(self, size: int) -> bytes:
        """Random bytes."""
        return self._random.getrandbits(size * 8).to_bytes(size, "big") if size else b""

    def __getattr__(self, name: str) -> Any:
        return getattr(secrets, name)


class FakeFile:
    """A file of the system, as far as it is read."""

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """What it says now."""
        return self._text()


#: Where the package reads `time` or `secrets`: module, name there, and which ("time", "secrets" or a function of time).
_places: list[tuple[ModuleType, str, str]] = []
_seen: set[str] = set()
_FUNCTIONS = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")


def _find() -> None:
    """Look at the modules that were loaded since."""
    if not _seen:
        for name in READERS:
            try:
                importlib.import_module(name)
            except ImportError:  # an optional dependency is missing
                pass
    for name in [each for each in sys.modules if each.startswith("nodecompat.") and each not in _seen]:
        _seen.add(name)
        if any(name == each or name.startswith(each + ".") for each in REAL):
            continue
        module = sys.modules[name]
        for attribute, value in list(vars(module).items()):
            if value is time:
                _places.append((module, attribute, "time"))
            elif value is secrets:
                _places.append((module, attribute, "secrets"))
            else:
                found = next((each for each in _FUNCTIONS if value is getattr(time, each)), "")
                if found:
                    _places.append((module, attribute, f"time.{found}"))


class Seams:
    """What one network has taken over."""

    def __init__(self, network: Network) -> None:
        _find()
        fake = FakeTime(network)
        replacements: dict[str, Any] = {f"time.{each}": getattr(fake, each) for each in _FUNCTIONS}
        replacements |= {"time": fake, "secrets": FakeSecrets(network.seed)}
        self._before: list[tuple[Any, str, Any]] = []
        for module, name, which in _places:
            self._replace(module, name, replacements[which])
        usage = sys.modules["nodecompat.usage"]
        self._replace(usage, "started", fake.monotonic_ns())
        self._replace(usage, "origin", fake.time())
        servers = importlib.import_module("nodecompat.dns.servers")
        self._replace(servers, "HOSTS", FakeFile(lambda: _HOSTS))
        self._replace(servers, "RESOLV_CONF", FakeFile(lambda: _resolvConf(network)))
        self._random = random.getstate()
        random.seed(f"{network.seed}/random")

    def _replace(self, module: Any, name: str, value: Any) -> None:
        self._before.append((module, name, getattr(module, name)))
        setattr(module, name, value)

    def restore(self) -> None:
        """Give it back."""
        for module, name, value in reversed(self._before):
            setattr(module, name, value)
        random.setstate(self._random)


def _resolvConf(network: Network) -> str:
    return "".join(f"nameserver {each}\n" for each in network.nameServers.addresses())
