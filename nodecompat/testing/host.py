"""A simulated host, whose program runs, with its addresses, its loop, its clock. Implements `reactor.loop.host.Host`.

Each host is a process of its own as far as the loop goes: its ticks, immediates, timers and default agents are its
own, and one host's turn is over before another's begins. So whatever a program sets in motion stays with its host.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ..reactor.loop import ticks
from .clock import Clock, FakeAlarm

if TYPE_CHECKING:
    from .network import Network

#: What a process has one of: the module, the name there, and what a new process has, given another's.
_SINGLE: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("nodecompat.http", "globalAgent", lambda other: type(other)(other.options)),
    ("nodecompat.https", "globalAgent", lambda other: type(other)(other.options)),
    ("nodecompat.dns.default", "_default", lambda other: None),
)
#: The `with` blocks that this task of asyncio is in: whose each is, and whose program ran before it.
_blocks: ContextVar[tuple[tuple[FakeHost, FakeHost], ...]] = ContextVar("nodecompat.testing.host", default=())


def hostOfBlock() -> FakeHost | None:
    """The host whose block the running task is in."""
    blocks = _blocks.get()
    return blocks[-1][0] if blocks else None


class FakeHost:
    """A host of a simulated network, and a context manager: code in the block runs as this host's program.

        with network.host("db.example", "10.0.0.5") as db:
            net.createServer(serve).listen(5432)

    Attributes:
        name, addresses: as they were given; 127.0.0.1 and ::1 are every host's own.
        descriptors: how many handles it may have open; beyond, EMFILE.
        readRate: bytes per millisecond that its programs read; infinite.
    """

    grant: float = 0.0  # every turn is the test's
    hasReaders = False

    def __init__(self, clock: Clock | None = None, network: Network | None = None, name: str = "localhost") -> None:
        self.clock: Clock = clock if clock is not None else Clock()
        self.network = network
        self.name = name
        self.addresses: list[str] = []
        self.isDown = False
        #: It answers DNS on port 53, where its program does not: `nameserver.py`.
        self.isNameServer = False
        self.descriptors: float = float("inf")
        self.readRate: float = float("inf")
        #: Milliseconds by which its wall clock is wrong.
        self.skew: float = 0.0
        #: What `ticks.Loop.park` took from the loop when this host was last left.
        self.parked: ticks.Parked | None = None
        self._own_: dict[str, Any] = {}
        self._reactor_: Any = None

    def __repr__(self) -> str:
        return f"<host {self.name}>"

    # A block of code

    def __enter__(self) -> FakeHost:
        network = self._simulated_()
        network.followTask()
        _blocks.set((*_blocks.get(), (self, network.here)))
        network.switch(self)
        return self

    def __exit__(self, *reason: object) -> None:
        network, blocks = self._simulated_(), _blocks.get()
        # The last of its own: coroutines that share a context do not leave their blocks in order.
        place = max((each for each, (host, _) in enumerate(blocks) if host is self), default=None)
        if place is None:  # entered in another context: by a generator
            network.switch(network.default)
            return
        _blocks.set(blocks[:place] + blocks[place + 1 :])
        network.switch(blocks[place][1])

    def run(self, program: Callable[..., Any], *args: Any) -> Any:
        """Call `program(*args)` as this host's program, and return what it returns; a coroutine function's Deferred."""
        with self:
            return self._simulated_().start(program, *args)

    def jumpClock(self, duration: float) -> None:
        """Step the wall clock by `duration` milliseconds. Timers, on the monotonic clock, are not affected."""
        self._simulated_().jumpClock(self.name, duration)

    @property
    def reactor(self) -> Any:
        """A Twisted reactor on this host, for treq, twisted.web and endpoints: `testing/reactor.py`."""
        if self._reactor_ is None:
            from .reactor import FakeReactor

            self._reactor_ = FakeReactor(self)
        return self._reactor_

    def _simulated_(self) -> Network:
        if self.network is None:
            raise RuntimeError("this host belongs to no network")
        return self.network

    # For the network

    def enter(self) -> bool:
        """Its work is next."""
        if self.network is not None:
            self.network.switch(self)
        return not self.isDown

    def takeOver(self) -> None:
        """Its program goes on: what a process has one of becomes this host's."""
        if self.parked is not None:
            parked, self.parked = self.parked, None
            ticks.loop.resume(parked)
        for module, name, make in _SINGLE:
            loaded = sys.modules.get(module)
            if loaded is not None:
                if module not in self._own_:
                    self._own_[module] = make(getattr(loaded, name))
                setattr(loaded, name, self._own_[module])

    def giveUp(self) -> None:
        """Another host's program goes on."""
        self.parked = ticks.loop.park()
        for module, name, _ in _SINGLE:
            loaded = sys.modules.get(module)
            if loaded is not None and module in self._own_:
                self._own_[module] = getattr(loaded, name)  # a program may replace it

    def keepSingle(self) -> Callable[[], None]:
        """Returns a function that restores what the process has one of now."""
        kept = [
            (sys.modules[module], name, getattr(sys.modules[module], name))
            for module, name, _ in _SINGLE
            if module in sys.modules
        ]

        def restore() -> None:
            for module, name, single in kept:
                setattr(module, name, single)

        return restore

    # reactor.loop.host.Host

    def isCurrent(self) -> bool:
        """Until the test is over."""
        if self.network is not None:
            self.network.followTask()
        return True

    def leave(self) -> None:
        """Nothing is left."""

    def addReader(self, reader: Any, isInternal: bool = False) -> None:
        """There are no descriptors in memory."""
        raise NotImplementedError("no descriptor is watched in memory")

    removeReader = addReader
    addWriter = addReader
    removeWriter = addReader

    def callInThread(self, work: Callable[[], object]) -> None:
        """Do the work in the next `run`: threads would not be repeatable."""
        self.callSoon(work)

    def callFromThread(self, callback: Callable[..., object], *args: Any) -> None:
        """Call back in the next `run`."""
        self.callSoon(lambda: callback(*args))

    def callSoon(self, callback: Callable[[], object]) -> None:
        """Call back in the next `run` or `advance`."""
        self.clock.callSoon(callback, self)

    def callLater(self, delay: float, callback: Callable[[], object]) -> FakeAlarm:
        """Call back once the clock has moved by `delay` milliseconds."""
        return self.clock.callLater(delay, callback, self)

    def now(self) -> float:
        """Milliseconds on the test's clock."""
        return self.clock._now_

    def idleTime(self) -> float:
        """All of the time: no code takes any."""
        return self.clock.elapsed()

    def theReactor(self) -> Any:
        """Twisted's reactor, for what needs one."""
        return self.reactor

    def owns(self, addresses: Sequence[str]) -> None:
        """Give it further addresses."""
        self.addresses += [each for each in addresses if each not in self.addresses]
