"""The simulated network: its hosts, who listens where, what is in flight. Implements `choose.Factory`.

A turn works as on the real poller: everything that is ready for one host is dispatched as one batch, each callback
followed by the nextTick queue, then the checks, then the closings. `faults.py` has what a test can do to it.
"""

from __future__ import annotations

import errno
import gc
import random
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from ..reactor import choose
from ..reactor.handle import Address
from ..reactor.loop import activity, faults, host, ticks
from ..reactor.names import resolver
from .channel import Channel
from .clock import START, Clock
from .datagram import FakeDatagram
from .faults import Faults
from .guest import Guest
from .host import FakeHost, hostOfBlock
from .link import Link
from .nameserver import ADDRESS, NAME, PORT, NameServers, reversedName
from .peer import Peer, PeerServer, connectPeer
from .program import Deadlock, asHost, outcomeOf
from .resolver import FakeResolver
from .seams import Seams
from .stream import FakeHandle, FakeServer, FakeStream

_WILDCARDS = {"0.0.0.0", "::", ""}
#: First port that the network assigns.
_EPHEMERAL = 40000
#: Milliseconds of virtual time after which `run(until=…)` gives up: a day.
DAY = 86_400_000.0
#: When Linux sends a SYN again, and when it gives up, milliseconds after the first one.
_SYN_AGAIN = (1000.0, 3000.0, 7000.0, 15_000.0, 31_000.0, 63_000.0)
_SYN_TIMEOUT = 127_000.0
#: How many events are kept for a report.
RECORDED = 1000


class Network(Faults, choose.Factory):
    """A network in memory, whose time a test moves. Code inside the `with` block runs on it, without a change to it.

        with Network(seed=7) as network:
            with network.host("db.example", "10.0.0.5"):
                server = net.createServer(serve).listen(5432)
            with network.host("web.example", "10.0.0.6"):
                socket = net.connect(5432, "db.example")
            network.link(latency=20, jitter=5)
            network.partition("web.example", "db.example", duration=3000)
            network.run(until=lambda: socket.destroyed)

    net, dgram, dns, http, tls, https and fetch use it; so do timers, `process.hrtime()`, the Date header and the random
    numbers of the package. Nothing happens until `run` or `advance`. With `async with`, in a program of asyncio, it
    runs by itself whenever the program waits; a task of its own for each host keeps them apart.

    Args:
        seed: of all that happens at random. The same seed is the same run.
        capacity: bytes that a connection holds in each direction before writes have to wait.
        segment: the most bytes that one read brings.
        record: how many of the latest events `events` keeps; None: all.
    Raises: at the end of the block, what a callback raised and nobody caught.
    Attributes:
        clock: virtual time.
        here: the host whose code runs.
        events: what has happened: milliseconds since the beginning, host, number of the handle, event, detail.
        faults: exceptions that callbacks have raised and nobody caught. A test that expects them removes them.
        script: the faults that were made, as `replay` takes them.
    """

    def __init__(
        self, seed: int = 0, *, capacity: int = 64 * 1024, segment: int = 64 * 1024, record: int | None = RECORDED
    ) -> None:
        super().__init__()
        self.seed = seed
        self.clock: Clock = Clock()
        self.random: random.Random = random.Random(f"{seed}/network")
        self.resolver: FakeResolver = FakeResolver(self)
        self.nameServers: NameServers = NameServers(self)
        self.capacity = capacity
        self.segment = segment
        #: Every open handle, as it was opened: those that would have a descriptor.
        self.handles: dict[FakeHandle, None] = {}
        self.faults: list[BaseException] = []
        self.events: deque[tuple[float, str, int, str, int]] = deque(maxlen=record)
        #: The host of code outside of every `with network.host(…)`.
        self.default: FakeHost = FakeHost(self.clock, self)
        self.here: FakeHost = self.default
        #: Nothing of the simulation runs: the code of a test does.
        self.isOutside: bool = False
        self.hosts: dict[str, FakeHost] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self._byAddress_: dict[str, FakeHost] = {}
        #: By name of the host, and whether it is IPv6.
        self._assigned_: dict[tuple[str, bool], str] = {}
        self._ready_: dict[FakeHost, dict[tuple[int, str], tuple[FakeHandle, Callable[[], object]]]] = {}
        #: Hosts whose turn is to come.
        self._turns_: set[FakeHost] = set()
        self._servers_: dict[FakeServer, None] = {}
        self._datagrams_: dict[FakeDatagram, None] = {}
        self._number_ = 0
        self._nextPort_ = _EPHEMERAL
        self._before_: Any = None
        self._guest_: Guest | None = None
        self.nameServer(NAME, ADDRESS)

    # A block of code

    def __enter__(self) -> Network:
        if self._before_ is not None:
            raise RuntimeError("a network is used once")
        collects = gc.isenabled()
        gc.disable()  # what a finalizer does would happen at any moment
        parked, holders = ticks.loop.park(), activity.suspend()
        self._before_ = (
            host.use(self.default), choose.use(self), resolver.use(self.resolver), faults.fatal, activity.onidle,
            parked, holders, collects, Seams(self), self.default.keepSingle(),
        )  # fmt: skip
        faults.fatal, activity.onidle = self.faults.append, None
        self.default.takeOver()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error is None:
                self.clock.run()
        finally:
            self._restore_()
        if error is None and self.faults:
            raise self.faults[0]
        if error is not None and hasattr(error, "add_note"):
            error.add_note(f"in Network(seed={self.seed}), after {self.clock.elapsed():g} simulated ms")

    async def __aenter__(self) -> Network:
        self.__enter__()
        ticks.loop.onOutside = self.followTask
        self._guest_ = Guest(self)
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        assert self._guest_ is not None
        deadlock = self._guest_.stop()
        self.isOutside = False
        ticks.loop.onOutside = None
        self.__exit__(kind, error, trace)
        if deadlock is not None:
            raise deadlock from None

    def _restore_(self) -> None:
        oldHost, oldFactory, oldResolver, fatal, onidle, parked, holders, collects, seams, agents = self._before_
        self.switch(self.default)
        self.clock.clear()
        self.handles.clear()
        host.use(oldHost)
        choose.use(oldFactory)
        resolver.use(oldResolver)
        seams.restore()
        agents()
        faults.fatal = fatal
        activity.resume(holders)
        activity.onidle = onidle
        ticks.loop.resume(parked)
        ticks.loop.goOn()
        if collects:
            gc.enable()

    # Hosts and links

    def host(self, name: str, *addresses: str) -> FakeHost:
        """The host of that name, made when it is new: a context manager, whose code runs as this host.

        Args: addresses: of IPv4 or IPv6; the name resolves to them, on every host.
        """
        found = self.hosts.get(name)
        if found is None:
            found = self.hosts[name] = FakeHost(self.clock, self, name)
        found.owns(addresses)
        for each in addresses:
            if self._byAddress_.setdefault(each, found) is not found:
                raise ValueError(f"{each} is the address of {self._byAddress_[each].name}")
        if found.addresses:
            self.resolver.addresses[name] = list(found.addresses)
        return found

    def nameServer(self, name: str, *addresses: str) -> FakeHost:
        """The host of that name; it answers DNS on port 53, unless its program does.

        A network has one, "nameserver", which `dns.getServers()` gives until the test makes its own. All know the same:
        the names and addresses of the hosts, and the `records`.
        """
        found = self.host(name, *addresses)
        found.isNameServer = True
        return found

    def records(self, name: str, **records: Any) -> None:
        """Records that the name servers have of a name, by type: a list of them, or one.

            network.records("example.com", MX=[(10, "mail.example"), (20, "spare.example")], TXT="v=spf1 -all")
            network.records("www.example.com", CNAME="web.example")
            network.records("_sip._tcp.example.com", SRV=(0, 5, 5060, "sip.example"))

        A record is a tuple of its fields, in the order of a zone file, or its only field. A, AAAA and CNAME are for
        `dns.lookup` as well.

        Raises: ValueError for a type that is none (A, AAAA, CAA, CNAME, MX, NAPTR, NS, PTR, SOA, SRV, TLSA, TXT), and
            for fields that are none of it.
        """
        for type, each in records.items():
            self.resolver.zone.add(name, type, each)

    def namesUnder(self, reversed: str) -> list[str]:
        """The hosts whose address has that name in in-addr.arpa or ip6.arpa."""
        return [found.name for address, found in self._byAddress_.items() if reversedName(address) == reversed]

    def replaceHost(self, old: FakeHost) -> FakeHost:
        """A host in place of one that has crashed, with its name and addresses and no program."""
        del self.hosts[old.name]
        for each in old.addresses:
            del self._byAddress_[each]
        made = self.host(old.name, *old.addresses)
        self._byAddress_ |= {self._assigned_[key]: made for key in self._assigned_ if key[0] == old.name}
        made.isNameServer = old.isNameServer
        for link in self.links.values():
            if link.target is old:
                link.target = made
            if link.source is old:
                link.source = made
        return made

    def linkBetween(self, source: FakeHost, target: FakeHost) -> Link:
        """The way from a host to another, or to itself."""
        key = (source.name, target.name)
        found = self.links.get(key)
        if found is None:
            found = self.links[key] = Link(self, source, target)
            if source is not target:
                found.change(**self.usual)
        return found

    def ownerOf(self, address: str, asking: FakeHost) -> FakeHost:
        """Whose address it is, for a program on `asking`. One that nobody has is the default host's."""
        bare = address[7:] if address.startswith("::ffff:") else address
        if bare.startswith("127.") or bare == "::1" or bare in _WILDCARDS:
            return asking
        return self._byAddress_.get(bare, self.default)

    def switch(self, wanted: FakeHost) -> None:
        """From here on this host's program runs."""
        if wanted is not self.here:
            self.here.giveUp()
            self.here = wanted
            host.use(wanted)
            wanted.takeOver()

    def followTask(self) -> None:
        """In a program of asyncio: the task that runs now may be in the block of another host than the one before."""
        if self.isOutside:
            self.switch(hostOfBlock() or self.default)

    # Time

    def run(self, until: Any = None, *, limit: float = DAY) -> Any:
        """Run until nothing is due now; or, moving the clock where nothing is, until something has happened.

        Args:
            until: a function that says so when it returns something true; a coroutine function or a coroutine, which is
                run; a Deferred. None: time stands still.
            limit: milliseconds of virtual time that this may take.
        Returns: the result of the coroutine or the Deferred, or what the function returned.
        Raises: Deadlock, when nothing can happen any more; what the coroutine or a callback raises.
        """
        if until is None:
            return self._keepHere_(self.clock.run)
        return self._keepHere_(lambda: self._runUntil_(outcomeOf(self, until), self.clock.now() + limit))

    def advance(self, duration: float) -> None:
        """Run, and move the clock by `duration` milliseconds, running what comes due on the way."""
        self._keepHere_(lambda: self.clock.advance(duration))

    def start(self, program: Callable[..., Any], *args: Any) -> Any:
        """Call `program(*args)`; a coroutine goes on as the host whose block it is in. Returns its Deferred."""
        return asHost(self, program(*args))

    def _keepHere_(self, work: Callable[[], Any]) -> Any:
        here = self.here
        try:
            return work()
        finally:
            self.switch(here)

    def _runUntil_(self, outcome: Callable[[], Any], limit: float) -> Any:
        clock, steps = self.clock, 0
        while not (result := outcome()):
            if self.faults:
                raise self.faults.pop(0)
            if clock.step():
                steps += 1
                if steps > 1_000_000:
                    raise AssertionError("still busy after 1000000 callbacks at one moment")
            elif clock.skip(limit):
                steps = 0
            else:
                raise Deadlock(self, clock.nextAlarm() is not None)
        return result[0]

    # For plain tests

    def connect(self, port: int | str, address: str = "127.0.0.1") -> Peer:
        """A plain client that connects to a port, or to a path."""
        if isinstance(port, str):
            return connectPeer(self, self.pipe(), port, 0)
        return connectPeer(self, self.tcp(), address, port)

    def listen(self, port: int | str = 0, address: str = "127.0.0.1") -> PeerServer:
        """A plain server on a port (0: any, see `server.getsockname()`), or on a path."""
        server = self.pipeServer() if isinstance(port, str) else self.tcpServer()
        status = server.bind(port, 0) if isinstance(port, str) else server.bind(address, port)
        status = status or server.listen(511)
        if status:
            raise OSError(-status, "the fake network refuses to listen")
        return PeerServer(server)

    def waiting(self) -> list[str]:
        """What keeps the programs alive, a line for each."""
        handles = [each.describe() for each in self.handles if each.isHolding()]
        return handles + [each for each in activity.resources() if not each.endswith("Wrap")]

    # choose.Factory

    def tcp(self) -> FakeStream:
        return FakeStream(self, "tcp")

    def tcpServer(self) -> FakeServer:
        return FakeServer(self, "tcp")

    def anywhereServer(self) -> FakeServer:
        return self.tcpServer()

    def pipe(self) -> FakeStream:
        return FakeStream(self, "pipe")

    def pipeServer(self) -> FakeServer:
        return FakeServer(self, "pipe")

    def udp(self, family: str) -> FakeDatagram:
        return FakeDatagram(self, family)

    def openStream(self, descriptor: int) -> FakeStream | int:
        return -errno.EBADF

    def openServer(self, descriptor: int) -> FakeServer | int:
        return -errno.EBADF

    def openDatagram(self, descriptor: int) -> FakeDatagram | int:
        return -errno.EBADF

    # For fake handles

    def register(self) -> int:
        """A handle is made; returns its number."""
        self.followTask()
        self._number_ += 1
        return self._number_

    def opened(self, handle: FakeHandle) -> None:
        """A handle gets what would be its descriptor: one that is dropped before holds nothing, as in libuv."""
        self.handles[handle] = None
        if isinstance(handle, FakeServer):
            self._servers_[handle] = None
        elif isinstance(handle, FakeDatagram):
            self._datagrams_[handle] = None

    def post(self, handle: FakeHandle, event: Callable[[], object]) -> None:
        """Call `event` in the next turn of the handle's host; once, however often it is posted before."""
        owner = handle.owner
        ready = self._ready_.get(owner)
        if ready is None:
            ready = self._ready_[owner] = {}
        ready[handle.number, event.__name__] = (handle, event)
        if owner not in self._turns_:
            self._turns_.add(owner)
            owner.callSoon(lambda: self._turn_(owner))

    def note(self, handle: FakeHandle, event: str, detail: int) -> None:
        """Record an event."""
        self.events.append((self.clock._now_ - START, handle.owner.name, handle.number, event, detail))

    def forget(self, handle: FakeHandle) -> None:
        """A handle is closed."""
        self.handles.pop(handle, None)
        if isinstance(handle, FakeServer):
            self._servers_.pop(handle, None)
        elif isinstance(handle, FakeDatagram):
            self._datagrams_.pop(handle, None)
        ready = self._ready_.get(handle.owner, {})
        for key in [key for key in ready if key[0] == handle.number]:
            del ready[key]

    def localAddress(self, handle: FakeHandle, address: str, port: int) -> Address:
        """Where a handle is that binds to this; port 0 takes the next free one."""
        if handle.kind == "pipe":
            return Address(address, 0, "pipe")
        if port == 0:
            self._nextPort_ += 1
            port = self._nextPort_
        return Address(address, port, "IPv6" if ":" in address else "IPv4")

    def target(self, kind: str, address: str, port: int) -> Address:
        """What a handle of this kind ("tcp", "udp" or "pipe") means by an address and a port."""
        return Address(address, port, "pipe" if kind == "pipe" else "IPv6" if ":" in address else "IPv4")

    def mayBind(self, handle: FakeHandle, address: str) -> bool:
        """The address is one of the host's; the default host has them all."""
        if handle.kind == "pipe" or handle.owner is self.default:
            return True
        return self.ownerOf(address, handle.owner) is handle.owner

    def sourceAddress(self, source: FakeHost, target: Address) -> str:
        """The address under which a host reaches another."""
        isIPv6 = target.family == "IPv6"
        if self.ownerOf(target.address, source) is source:
            return "::1" if isIPv6 else "127.0.0.1"
        return next((each for each in source.addresses if (":" in each) is isIPv6), "") or self._assign_(source, isIPv6)

    def _assign_(self, source: FakeHost, isIPv6: bool) -> str:
        """An address for a host that was given none of a family: what it sends can be answered."""
        key = (source.name, isIPv6)
        if key not in self._assigned_:
            number = len(self._assigned_) + 1
            found = f"2001:db8::{number:x}" if isIPv6 else f"198.18.{number >> 8}.{number & 255}"
            self._assigned_[key] = found
            self._byAddress_.setdefault(found, source)
        return self._assigned_[key]

    def datagrams(self, owner: FakeHost) -> Iterator[FakeDatagram]:
        """The UDP sockets of a host."""
        return (handle for handle in self._datagrams_ if handle.owner is owner)

    def isTaken(self, server: FakeServer, local: Address) -> bool:
        """Another server of the same host has the address."""
        return any(_overlap(other, server, local) for other in self._bound_(server.owner) if other is not server)

    def carry(
        self, sender: FakeHost, data: bytes, source: Address, target: Address, refused: Callable[[], object]
    ) -> None:
        """A datagram leaves; `refused` is called when it is there and nobody takes it."""
        if self.isSilent(target):
            return
        receiver = self.ownerOf(target.address, sender)
        link = self.linkBetween(sender, receiver)

        def arrive() -> None:
            if not link.cut:
                self._arriveAt_(receiver, data, source, target, refused)

        if link.isInstant:
            arrive()
        elif not link.cut:
            for due in link.copies(len(data)):
                self.clock.callAt(due, arrive)  # nobody's work: a kernel answers for a program that has ended

    def _arriveAt_(
        self, receiver: FakeHost, data: bytes, source: Address, target: Address, refused: Callable[[], object]
    ) -> None:
        found = next((handle for handle in self.datagrams(receiver) if handle.isAt(target)), None)
        if found is not None:
            found.arrive(data, source)
        elif self._isForNameServer_(receiver, target):
            self.nameServers.receive(receiver, data, source, target)
        else:
            refused()

    def _isForNameServer_(self, host: FakeHost, target: Address) -> bool:
        return host.isNameServer and target.port == PORT and not self.refusal(host, target)

    # Connecting

    def arrive(self, client: FakeStream, target: Address) -> None:
        """A client connects. The listener is notified before the client, as on one machine."""
        server = client.owner if target.family == "pipe" else self.ownerOf(target.address, client.owner)
        self._syn_(client, server, target, self.clock.now(), 0)

    def _syn_(self, client: FakeStream, server: FakeHost, target: Address, began: float, attempt: int) -> None:
        if client.closed or not client.connecting:
            return
        link = self.linkBetween(client.owner, server)
        if attempt > len(_SYN_AGAIN):
            client.connected(-errno.ETIMEDOUT)
        elif link.cut or self.isSilent(target):
            due = began + (*_SYN_AGAIN, _SYN_TIMEOUT)[attempt]
            again = _named("syn", lambda: self._syn_(client, server, target, began, attempt + 1))
            self.clock.callAt(due, lambda: self.post(client, again), client.owner)
        elif link.isInstant:
            self._answer_(client, server, target)
        else:
            self.clock.callAt(link.arrival(), lambda: self._answer_(client, server, target))

    def _answer_(self, client: FakeStream, host: FakeHost, target: Address) -> None:
        """The SYN is there."""
        if client.closed:
            return
        server = self._listener_(host, target)
        if server is None and self._isForNameServer_(host, target):
            server = self.nameServers.listener(host, target)
        status = self.failure("onconnect", client) or self.refusal(host, target)
        if not status and server is None:
            status = -errno.ENOENT if target.family == "pipe" else -errno.ECONNREFUSED
        if not status and server is not None:
            peer = self._join_(client, server, target)
            self.post(peer, _named(f"accepted{peer.number}", lambda: server.accepted(peer)))
        back = self.linkBetween(host, client.owner)
        if back.isInstant:
            self._established_(client, back, status)
        else:
            self.clock.callAt(back.arrival(), lambda: self._established_(client, back, status), client.owner)

    def _established_(self, client: FakeStream, back: Link, status: int) -> None:
        if client.closed:
            return
        if back.cut:
            back.whenMended(lambda: self._established_(client, back, status))
            return
        self.post(client, _named("connected", lambda: client.connected(status)))

    def _join_(self, client: FakeStream, server: FakeServer, target: Address) -> FakeStream:
        """Make the server's end of a connection and the two channels."""
        peer = FakeStream(self, client.kind)
        self.opened(peer)
        peer.owner = server.owner
        forth, back = self.linkBetween(client.owner, peer.owner), self.linkBetween(peer.owner, client.owner)
        client.outbound = peer.inbound = Channel(client, peer, self.capacity, forth)
        client.inbound = peer.outbound = Channel(peer, client, self.capacity, back)
        client.outbound.twin, client.inbound.twin = client.inbound, client.outbound
        client.peer = peer.local = target
        if client.local is None:
            piped = client.kind == "pipe"
            isHere = client.owner is peer.owner
            source = target.address if isHere else self.sourceAddress(client.owner, target)
            client.local = Address("", 0, "pipe") if piped else self.localAddress(client, source, 0)
        peer.peer = client.local
        if server.local is not None and server.local.family == "IPv6" and target.family == "IPv4":
            peer.peer, peer.local = _mapped(peer.peer), _mapped(target)
        return peer

    def _bound_(self, owner: FakeHost) -> Iterator[FakeServer]:
        return (each for each in self._servers_ if each.owner is owner and each.local is not None)

    def _listener_(self, owner: FakeHost, target: Address) -> FakeServer | None:
        return next((s for s in self._bound_(owner) if s.listening and _matches(s, target)), None)

    # Turns

    def _turn_(self, owner: FakeHost) -> None:
        self._turns_.discard(owner)
        table = self._ready_[owner]
        ready = deque(table)
        ticks.beginTurn()
        ticks.drainWaiting()
        while ready:
            # Looked up now: a handle closed in this batch is no longer in the table.
            entry = table.pop(ready.popleft(), None)
            if entry is not None:
                self._deliver_(*entry)
        ticks.endTurn()

    def _deliver_(self, handle: FakeHandle, event: Callable[[], object]) -> None:
        try:
            event()
        except BaseException as error:
            ticks.fail(error, handle)
            return
        ticks.drain()


def network(capacity: int = 64 * 1024, segment: int = 64 * 1024) -> Network:
    """A network for a plain test: `with network() as net:`."""
    return Network(capacity=capacity, segment=segment)


def _named(name: str, callback: Callable[[], object]) -> Callable[[], object]:
    """Name a lambda: `post` tells events apart by name."""
    callback.__name__ = name
    return callback


def _mapped(address: Address) -> Address:
    return Address("::ffff:" + address.address, address.port, "IPv6")


def _matches(server: FakeServer, target: Address) -> bool:
    local = server.local
    if local is None or local.port != target.port or (local.family == "pipe") != (target.family == "pipe"):
        return False
    if local.address not in _WILDCARDS or local.family == "pipe":
        return local.address == target.address
    return local.family == target.family or (local.family == "IPv6" and not server.ipv6Only)


def _overlap(other: FakeServer, server: FakeServer, local: Address) -> bool:
    """True when `server` cannot bind `local` because of `other`."""
    taken = other.local
    if taken is None or taken.port != local.port or (taken.family == "pipe") != (local.family == "pipe"):
        return False
    if taken.address == local.address:
        return True
    if local.family == "pipe" or not {taken.address, local.address} & _WILDCARDS:
        return False
    return taken.family == local.family or not (other.ipv6Only or server.ipv6Only)
