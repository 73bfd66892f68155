"""The way from one host to another, in one direction: its conditions, and when what is sent arrives.

Random decisions come from a generator of the link's own, one number for each write or datagram, whatever its size. So
what happens on one link does not depend on another, and bytes that cannot be foreseen (the length of a signature in a
TLS handshake) do not change what happens later.
"""

from __future__ import annotations

import errno
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channel import Channel
    from .host import FakeHost
    from .network import Network

#: Milliseconds for which data stays unanswered before a connection is given up: Linux's tcp_retries2.
GIVE_UP = 924_600.0
#: What TCP waits before it sends a lost segment again, milliseconds: Linux's least.
RETRANSMISSION = 200.0
_MASK = (1 << 64) - 1


@dataclass
class Conditions:
    """What a link does to what it carries. All zero: it arrives at once, complete and in order.

    Attributes:
        latency: milliseconds.
        jitter: up to this many milliseconds more, at random.
        bandwidth: bytes per millisecond; 0 does not limit.
        segment: bytes: writes are cut into pieces of at most this size; 0 does not cut.
        cuts: up to so many cuts in each write, at random places.
        loss: how likely a datagram is lost, 0 to 1; a segment of a stream is late instead, by a retransmission.
        duplicate: how likely a datagram comes twice.
        reorder: how likely a datagram is held back behind the next ones.
        capacity: bytes of a stream that are under way or unread before writes have to wait; 0: as the network says.
    """

    latency: float = 0.0
    jitter: float = 0.0
    bandwidth: float = 0.0
    segment: int = 0
    cuts: int = 0
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    capacity: int = 0


NAMES = frozenset(each.name for each in fields(Conditions))


class Chances:
    """A few random numbers, from one: splitmix64."""

    __slots__ = ("_state",)

    def __init__(self, seed: float) -> None:
        self._state = int(seed * (1 << 53))

    def next(self) -> float:
        """From 0 to 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) / (1 << 64)


class Link:
    """From `source` to `target`."""

    def __init__(self, network: Network, source: FakeHost, target: FakeHost) -> None:
        self.network = network
        self.source = source
        self.target = target
        self.conditions: Conditions = Conditions()
        #: How many partitions keep everything back.
        self.cut: int = 0
        self.isInstant: bool = True
        self._random_ = random.Random(f"{network.seed}/{source.name}>{target.name}")
        self._freeAt_ = 0.0
        self._held_: list[Callable[[], object]] = []

    def change(self, **conditions: float) -> None:
        """Set conditions, by name. Raises: TypeError for a name that is none."""
        unknown = conditions.keys() - NAMES
        if unknown:
            raise TypeError(f"no condition of a link: {', '.join(sorted(unknown))}")
        for name, value in conditions.items():
            setattr(self.conditions, name, value)
        self._update_()

    def sever(self) -> None:
        """Keep back whatever is sent or under way."""
        self.cut += 1
        self._update_()

    def mend(self) -> None:
        """Undo one `sever`: what was kept back is sent again."""
        self.cut = max(0, self.cut - 1)
        self._update_()
        if not self.cut:
            held, self._held_ = self._held_, []
            for resume in held:
                resume()

    def whenMended(self, resume: Callable[[], object]) -> None:
        """Call back in the `mend` that lets it through."""
        self._held_.append(resume)

    def pieces(self, data: bytes) -> Iterator[tuple[bytes, float]]:
        """The segments of a write, each with the moment when it arrives."""
        chances = Chances(self._random_.random())
        for piece in self._cut_(data, chances):
            late = RETRANSMISSION if chances.next() < self.conditions.loss else 0.0
            yield piece, self._arrival_(len(piece), chances) + late

    def arrival(self) -> float:
        """When something without a size arrives: a SYN, a FIN, a RST, news of room in the buffer."""
        if self.isInstant:
            return self.network.clock.now()
        return self._arrival_(0, Chances(self._random_.random()))

    def copies(self, size: int) -> Iterator[float]:
        """When a datagram arrives: never, once or twice."""
        chances = Chances(self._random_.random())
        conditions = self.conditions
        isLost, isDouble, isHeld = (
            chances.next() < each for each in (conditions.loss, conditions.duplicate, conditions.reorder)
        )
        if isLost:
            return
        for _ in range(1 + isDouble):
            due = self._arrival_(size, chances)
            yield due + (conditions.latency + conditions.jitter + 1.0) * (1.0 + chances.next()) if isHeld else due

    def _cut_(self, data: bytes, chances: Chances) -> Iterator[bytes]:
        conditions = self.conditions
        places = {0, len(data)}
        if conditions.segment:
            places.update(range(0, len(data), conditions.segment))
        if conditions.cuts:
            places.update(int(chances.next() * len(data)) for _ in range(int(chances.next() * (conditions.cuts + 1))))
        ordered = sorted(places)
        for start, end in itertools.pairwise(ordered):
            yield data[start:end]

    def _arrival_(self, size: int, chances: Chances) -> float:
        now, conditions = self.network.clock.now(), self.conditions
        sent = now
        if conditions.bandwidth:
            sent = self._freeAt_ = max(now, self._freeAt_) + size / conditions.bandwidth
        return sent + conditions.latency + conditions.jitter * chances.next()

    def _update_(self) -> None:
        self.isInstant = not self.cut and self.conditions in (
            Conditions(),
            Conditions(capacity=self.conditions.capacity),
        )


class Flight:
    """What is under way on a channel, in order; each piece lands at its moment, or when the link is mended."""

    __slots__ = ("_isStopped", "_lastDue", "_waiting", "channel", "link", "size")

    def __init__(self, channel: Channel, link: Link) -> None:
        self.channel: Channel = channel
        self.link: Link = link
        #: Bytes under way.
        self.size: int = 0
        self._waiting: list[bytes | int] = []
        self._lastDue = 0.0
        self._isStopped = False

    def isIdle(self) -> bool:
        """Nothing is under way, and nothing would be."""
        return not self._waiting and self.link.isInstant

    def send(self, item: bytes | int) -> None:
        """Some bytes, or a mark of the channel's."""
        if isinstance(item, int):
            self._launch(item, self.link.arrival())
            return
        self.size += len(item)
        for piece, due in self.link.pieces(item):
            self._launch(piece, due)

    def _launch(self, item: bytes | int, due: float) -> None:
        # A stream keeps its order: nothing overtakes.
        self._lastDue = due = max(due, self._lastDue)
        self._waiting.append(item)
        if not self._isStopped:
            self._schedule(due)

    def _schedule(self, due: float) -> None:
        self.link.network.clock.callAt(due, self._land, self.link.target)

    def _land(self) -> None:
        if self._isStopped or not self._waiting:
            return
        if self.link.cut:
            self._isStopped = True
            self.link.whenMended(self._resume)
            self.link.network.clock.callLater(GIVE_UP, self._giveUp, self.link.source)
            return
        item = self._waiting.pop(0)
        if not isinstance(item, int):
            self.size -= len(item)
        self.channel.land(item)

    def _resume(self) -> None:
        """Send everything again. Alarms that are still set find less than they expect, which `_land` allows for."""
        self._isStopped = False
        due = self._lastDue = max(self.link.arrival(), self.link.network.clock.now())
        for _ in self._waiting:
            self._schedule(due)

    def _giveUp(self) -> None:
        writer = self.channel.writer
        if self._isStopped and writer is not None:
            writer.lose(-errno.ETIMEDOUT)
