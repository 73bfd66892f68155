"""What can go wrong in a simulated network: each method is one fault, written into a script that `replay` takes.

Hosts are named by their names; "localhost" is the host of code outside of every host's block. Times are milliseconds.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from .channel import FIN, RST

if TYPE_CHECKING:
    from ..reactor.handle import Address
    from .clock import Clock
    from .host import FakeHost
    from .link import Link
    from .resolver import FakeResolver
    from .stream import FakeHandle, FakeStream

#: One fault: when (milliseconds since the beginning), its method, its arguments, its options. Can be kept as JSON.
Step = tuple[float, str, list[Any], dict[str, Any]]

_Method = TypeVar("_Method", bound=Callable[..., Any])
_recorded: set[str] = set()


def _fault(method: _Method) -> _Method:
    """A method that is written into the script."""
    _recorded.add(method.__name__)

    @functools.wraps(method)
    def call(self: Faults, *args: Any, **options: Any) -> Any:
        self._asked_ += 1
        if self._wanted_ is not None and self._asked_ - 1 not in self._wanted_:
            return None
        self.script.append((self.clock.elapsed(), method.__name__, list(args), options))
        return method(self, *args, **options)

    return call  # type: ignore[return-value]


class Faults:
    """The faults of a network."""

    # Of the network, which this is a part of.
    clock: Clock
    default: FakeHost
    here: FakeHost
    handles: dict[FakeHandle, None]
    hosts: dict[str, FakeHost]
    links: dict[tuple[str, str], Link]
    resolver: FakeResolver
    host: Callable[..., FakeHost]
    linkBetween: Callable[[FakeHost, FakeHost], Link]
    replaceHost: Callable[[FakeHost], FakeHost]
    post: Callable[..., None]

    def __init__(self) -> None:
        self.script: list[Step] = []
        #: How many faults were asked for, and the numbers of those that are made; None: all.
        self._asked_ = 0
        self._wanted_: set[int] | None = None
        #: Conditions of links that are not used yet.
        self.usual: dict[str, float] = {}
        self._failures_: list[tuple[str, int, FakeHandle | None]] = []
        self._silent_: set[tuple[str, int]] = set()
        self._refusing_: set[tuple[str, int | None]] = set()
        self._severed_: list[Link] = []

    # Scripts

    def at(self, time: float, fault: str, *args: Any, **options: Any) -> None:
        """Make a fault later: `network.at(500, "reset", "web", "db")` is `network.reset("web", "db")` at 500 ms."""
        if fault not in _recorded:
            raise ValueError(f"no fault: {fault!r}")
        due = max(0.0, time - self.clock.elapsed())
        self.clock.callLater(due, lambda: getattr(self, fault)(*args, **options), self.default)

    def replay(self, script: Iterable[Step | list[Any]]) -> None:
        """Make the faults of a script, as `network.script` has them, each at its time."""
        for time, fault, args, options in script:
            self.at(time, fault, *args, **options)

    # Links

    @_fault
    def link(
        self, source: str | None = None, target: str | None = None, *, oneWay: bool = False, **conditions: float
    ) -> None:
        """Set conditions of the way between two hosts; without names: between any two.

        Args:
            oneWay: only from `source` to `target`.
            conditions: latency, jitter, bandwidth, segment, cuts, loss, duplicate, reorder, capacity: see `Conditions`.
        """
        if source is None or target is None:
            self.usual.update(conditions)
            for link in self.links.values():
                if link.source is not link.target:
                    link.change(**conditions)
            return
        for link in self._ways_(source, target, oneWay):
            link.change(**conditions)

    @_fault
    def partition(
        self, some: str | list[str], others: str | list[str], *, duration: float | None = None, oneWay: bool = False
    ) -> None:
        """Let nothing through between two hosts, or two groups of them; what is under way waits, and nobody is told.

        Args:
            duration: until it heals by itself.
            oneWay: only what goes from `some` to `others` is kept back.
        """
        severed = [link for a in _list(some) for b in _list(others) for link in self._ways_(a, b, oneWay)]
        for link in severed:
            link.sever()
            self._probe_(link)
        self._severed_ += severed
        if duration is not None:
            self.clock.callLater(duration, lambda: self._mend_(severed), self.default)

    @_fault
    def heal(self) -> None:
        """End all partitions."""
        self._mend_(list(self._severed_))

    # Connections

    @_fault
    def reset(self, some: str, other: str | None = None) -> None:
        """Break the connections between two hosts, or all of one host: both ends see ECONNRESET.

        It comes behind what is under way, so each end learns of it a latency later.
        """
        for stream in self._streams_(some, other):
            if stream.inbound is not None:
                stream.inbound.send(RST)

    @_fault
    def resetAfter(self, some: str, other: str, size: int) -> None:
        """Break the connections between two hosts when `size` more bytes of the first have come to the second.

        What goes beyond is lost; the second sees ECONNRESET at once, the first a latency later.
        """
        for stream in self._streams_(some, other):
            # On the reading side: the bytes may be under way although their writer is gone.
            if stream.inbound is not None and stream.owner.name == other:
                stream.inbound.left = size

    @_fault
    def halfClose(self, some: str, other: str | None = None) -> None:
        """End what one host sends to another, as if it had: the other reads the end of the data."""
        for stream in self._streams_(some, other):
            if stream.owner.name == some and stream.outbound is not None:
                stream.outbound.send(FIN)

    @_fault
    def refuse(self, host: str, port: int | None = None) -> None:
        """Refuse connections to a port of a host, or to all, until `accept`."""
        self._refusing_.add((host, port))

    @_fault
    def accept(self, host: str, port: int | None = None) -> None:
        """Undo `refuse`."""
        self._refusing_.discard((host, port))

    @_fault
    def blackhole(self, address: str, port: int) -> None:
        """Make this address silent: a `connect` stays pending and times out, a datagram is lost."""
        self._silent_.add((address, port))

    # Hosts

    @_fault
    def exhaust(self, host: str, descriptors: float = 0) -> None:
        """Let a host have so many more open handles; then EMFILE. `float("inf")` undoes it."""
        found = self._named_(host)
        found.descriptors = sum(each.owner is found for each in self.handles) + descriptors

    @_fault
    def slow(self, host: str, rate: float = float("inf")) -> None:
        """Let a host read at most `rate` bytes per millisecond from each connection."""
        self._named_(host).readRate = rate

    @_fault
    def jumpClock(self, host: str, duration: float) -> None:
        """Step the wall clock of a host."""
        self._named_(host).skew += duration

    @_fault
    def crash(self, host: str, *, silently: bool = False) -> None:
        """End a host's program at once, as `kill -9` does: its connections are reset. Silently: as a lost power supply.

        `revive` gives a host in its place.
        """
        found = self._named_(host)
        found.isDown = True
        if silently:
            for other in [self.default, *self.hosts.values()]:
                if other is not found:
                    self.linkBetween(found, other).sever()
                    self.linkBetween(other, found).sever()
        for handle in [each for each in self.handles if each.owner is found]:
            handle.vanish()

    def revive(self, host: str) -> FakeHost:
        """A host after a crash: the same name and addresses, and nothing that runs."""
        made = self.replaceHost(self._named_(host))
        for link in self.links.values():
            if host in (link.source.name, link.target.name):
                while link.cut:
                    link.mend()
        return made

    # Names

    @_fault
    def names(self, name: str, *, fail: int | None = None, delay: float = 0.0, silent: bool = False) -> None:
        """What becomes of look-ups of a name.

        Args:
            fail: a negative errno, or a number of getaddrinfo (-3008: ENOTFOUND, -3001: EAI_AGAIN).
            delay: until the answer.
            silent: no answer.
        """
        if fail is not None:
            self.resolver.fail(name, fail)
        self.resolver.delays[name] = delay
        (self.resolver.silent.add if silent else self.resolver.silent.discard)(name)

    # Single handles

    def fail(self, operation: str, status: int, handle: Any = None, times: int = 1) -> None:
        """Make an operation fail with a negative errno: of one handle, or of the next that tries it.

        `operation` is the name of a method, which then returns the status, or one of those that are delivered:
        "read" (by onreadend), "onconnect", "onwrite", "onshutdown", "accept" (by onconnection).
        Of a UDP socket "send" is returned, and "read" comes by onreaderror.
        """
        self._failures_ += [(operation, status, handle)] * times
        if handle is not None:
            self.post(handle, handle.readable)
            self.post(handle, handle.writable)

    # For the network

    def failure(self, operation: str, handle: FakeHandle) -> int:
        """The status with which this operation should fail, or 0."""
        for index, (name, status, whose) in enumerate(self._failures_):
            if name == operation and whose in (None, handle):
                del self._failures_[index]
                return status
        return 0

    def refusal(self, host: FakeHost, target: Address) -> int:
        """The status of a connect to a host that refuses, or 0."""
        if host.isDown or (host.name, None) in self._refusing_ or (host.name, target.port) in self._refusing_:
            return -errno.ECONNREFUSED
        return 0

    def shortage(self, handle: FakeHandle) -> int:
        """-EMFILE when the host has too many handles, or 0."""
        owner = handle.owner
        if owner.descriptors == float("inf"):
            return 0
        return -errno.EMFILE if sum(each.owner is owner for each in self.handles) > owner.descriptors else 0

    def isSilent(self, target: Address) -> bool:
        """Whether nothing that is sent there arrives."""
        return target[:2] in self._silent_

    def _named_(self, name: str) -> FakeHost:
        return self.default if name == self.default.name else self.host(name)

    def _ways_(self, source: str, target: str, oneWay: bool) -> list[Link]:
        a, b = self._named_(source), self._named_(target)
        return [self.linkBetween(a, b)] + ([] if oneWay or a is b else [self.linkBetween(b, a)])

    def _streams_(self, some: str, other: str | None) -> list[FakeStream]:
        """The ends, on both sides, of the connections between hosts."""
        from .stream import FakeStream

        found = []
        for each in self.handles:
            if not isinstance(each, FakeStream) or each.inbound is None:
                continue
            link = each.inbound.link
            names = {each.owner.name, link.source.name if link is not None else ""}
            if some in names and (other is None or other in names):
                found.append(each)
        return found

    def _mend_(self, severed: list[Link]) -> None:
        for link in severed:
            if link in self._severed_:
                self._severed_.remove(link)
                link.mend()

    def _probe_(self, link: Link) -> None:
        """What keep-alive finds out on connections over a link that has just been severed."""
        for stream in self._streams_(link.source.name, link.target.name):
            enabled, delay, interval, count = stream.options.get("setKeepAlive", (False, 0, 0, 0))
            if enabled and link.source is stream.owner:
                self.clock.callLater(delay + interval * count, _Probe(link, stream), stream.owner)


class _Probe:
    """Gives a connection up when its link is still severed."""

    def __init__(self, link: Link, stream: FakeStream) -> None:
        self._link = link
        self._stream = stream

    def __call__(self) -> None:
        if self._link.cut:
            self._stream.lose(-errno.ETIMEDOUT)


def _list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
