"""Queries to name servers: twisted.names' message format over handles of our own.

twisted.names' own resolver drops what Node reports (the server's error code, a refusing port) and has no list
of servers that a program can change. So only its message format is used (`twisted.names.dns`); queries follow
c-ares, as in Node:

* every server is asked in turn, `tries` times around, those that failed lately last; after each round the wait
  doubles, up to `maxTimeout`;
* what a server answers is the answer, also "refused" or "failure"; only silence, a refusing port and a message that
  cannot be read lead to the next server;
* an answer counts when its number and its question are ours; a cut one is asked for again over TCP.

Each attempt has a socket of its own: its random port is half of what keeps forged answers out. A `Query` holds the
program alive, and answers in the check phase, like a finished one in Node.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, NamedTuple

from twisted.names import dns

from .. import choose
from ..handle import DatagramHandle, StreamHandle
from ..loop import activity, host, ticks
from .name import BoundedStream, anyName, hostName, readName
from .resolver import toAscii

#: c-ares's result codes of a query.
SUCCESS = 0
NODATA = 1
FORMERR = 2
SERVFAIL = 3
NOTFOUND = 4
NOTIMP = 5
REFUSED = 6
BADNAME = 8
BADRESP = 10
CONNREFUSED = 11
TIMEOUT = 12
CANCELLED = 24
NOSERVER = 26

#: c-ares's defaults, and Node's number of tries.
DEFAULT_TIMEOUT = 2000  # ms
DEFAULT_TRIES = 4
#: The doubling stops here at the latest, milliseconds.
LONGEST = 2**31 - 1
#: Limits of RFC 1035, in bytes.
MAX_LABEL = 63
MAX_NAME = 253
MIN_MESSAGE = 12

_BY_RCODE = {1: FORMERR, 2: SERVFAIL, 3: NOTFOUND, 4: NOTIMP, 5: REFUSED}
_WILDCARDS = {"IPv4": "0.0.0.0", "IPv6": "::"}
_CLASS_IN = 1
TYPES = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "PTR": 12,
    "MX": 15,
    "TXT": 16,
    "AAAA": 28,
    "SRV": 33,
    "NAPTR": 35,
    "TLSA": 52,
    "ANY": 255,
    "CAA": 257,
}
_TYPE_NAMES = {number: name for name, number in TYPES.items()}


class Server(NamedTuple):
    """A name server's address."""

    address: str
    port: int


class Resource(NamedTuple):
    """A record of an answer; `fields` are those of its type, in the order of the wire: str, int and bytes."""

    type: str
    ttl: int
    fields: tuple[Any, ...]


Done = Callable[[int, list[Resource]], object]


class Channel:
    """Name servers, how they are asked, and the queries under way.

    `timeout` and `maxTimeout` are milliseconds; -1 and 0 mean c-ares's own.
    """

    def __init__(self, servers: Sequence[Server], timeout: int, tries: int, maxTimeout: int) -> None:
        self.servers: list[Server] = list(servers)
        self.timeout: int = timeout if timeout >= 0 else DEFAULT_TIMEOUT
        self.tries = tries
        self.maxTimeout: int = maxTimeout or LONGEST
        #: Local addresses of queries, by family.
        self.localAddresses: dict[str, str] = dict(_WILDCARDS)
        #: Consecutive failures by server.
        self.failures: dict[Server, int] = {}
        self.queries: dict[Query, None] = {}

    def query(self, name: str, type: str, done: Done) -> Query:
        """Ask for the records of a name: `done(status, records)` follows."""
        # ".." stands for a name without an ASCII form, and is no name itself.
        query = Query(self, toAscii(name) or ".." if name else "", TYPES[type], done)
        self.queries[query] = None
        query.start()
        return query

    def cancel(self) -> None:
        """End all queries with CANCELLED."""
        for query in list(self.queries):
            query.finish(CANCELLED)

    def ordered(self) -> list[Server]:
        """The servers, fewest failures first."""
        return sorted(self.servers, key=lambda server: self.failures.get(server, 0))

    def wait(self, round: int) -> int:
        """The timeout of an attempt in this round, milliseconds."""
        return min(self.timeout << min(round, 30), self.maxTimeout, LONGEST)


class Query:
    """A query in progress, across its attempts."""

    __slots__ = ("_attempt", "_channel", "_done", "_exchange", "_name", "_overTCP", "_servers", "_type")
    resourceName = "QueryReqWrap"

    def __init__(self, channel: Channel, name: str, type: int, done: Done) -> None:
        self._channel = channel
        self._name = name
        self._type = type
        self._done: Done | None = done
        self._servers: list[Server] = []
        self._attempt = 0
        self._overTCP = False
        self._exchange: Exchange | None = None
        activity.hold(self)

    def start(self) -> None:
        """Make the first attempt."""
        self._servers = self._channel.ordered()
        if not isName(self._name):
            self.finish(BADNAME)
        elif not self._servers:
            self.finish(NOSERVER)
        else:
            self._ask()

    def finish(self, status: int, records: Sequence[Resource] = ()) -> None:
        """End here; `done` is called in the check phase."""
        if self in self._channel.queries:
            del self._channel.queries[self]
            self._endExchange()
            ticks.queueCheck(self._report, status, list(records))

    def drop(self) -> None:
        """Stop without a callback."""
        self._channel.queries.pop(self, None)
        self._endExchange()
        self._done = None
        activity.release(self)

    def _endExchange(self) -> None:
        if self._exchange is not None:
            self._exchange.end()
            self._exchange = None

    def _report(self, status: int, records: list[Resource]) -> None:
        try:
            if self._done is not None:
                self._done(status, records)
        finally:
            # Released last: what the callback started keeps the program alive from here on.
            activity.release(self)

    def _ask(self) -> None:
        server = self._servers[self._attempt % len(self._servers)]
        wait = self._channel.wait(self._attempt // len(self._servers))
        self._attempt += 1
        message = dns.Message(secrets.randbelow(1 << 16), recDes=1)
        message.queries = [dns.Query(self._name.removesuffix(".").encode("ascii"), self._type, dns.IN)]
        kind = StreamExchange if self._overTCP else DatagramExchange
        self._exchange = kind(self._channel, server, message, wait, self._ended)
        self._exchange.start()

    def _ended(self, status: int, answer: dns.Message | None) -> None:
        """An exchange has ended: SUCCESS with an answer, or the reason."""
        exchange, self._exchange = self._exchange, None
        assert exchange is not None
        if answer is None:
            self._failed(exchange.server, status)
            return
        if answer.trunc and not self._overTCP:
            self._overTCP = True
            self._attempt -= 1  # the same server again
            self._ask()
            return
        self._channel.failures.pop(exchange.server, None)
        self._answered(answer)

    def _failed(self, server: Server, status: int) -> None:
        failures = self._channel.failures
        failures[server] = failures.get(server, 0) + 1
        if self._attempt < self._channel.tries * len(self._servers):
            self._ask()
        else:
            self.finish(status)

    def _answered(self, answer: dns.Message) -> None:
        if answer.rCode in _BY_RCODE:
            self.finish(_BY_RCODE[answer.rCode])
            return
        records = [found for header in answer.answers if (found := _resource(header)) is not None]
        fine = [record for record in records if None not in record.fields]
        self.finish(SUCCESS if fine else BADRESP if records else NODATA, fine)


class Exchange:
    """One question to one server, and its answer. Calls `ended` once, unless it was ended by its owner."""

    __slots__ = ("_alarm", "_channel", "_ended", "_handle", "_question", "_wait", "server")
    _handle: Any

    def __init__(
        self,
        channel: Channel,
        server: Server,
        question: dns.Message,
        wait: float,
        ended: Callable[[int, dns.Message | None], None],
    ) -> None:
        self.server: Server = server
        self._channel = channel
        self._question = question
        self._wait = wait
        self._ended: Callable[[int, dns.Message | None], None] | None = ended
        self._alarm: host.Alarm | None = None
        self._handle = None

    def start(self) -> None:
        """Send the question."""
        self._alarm = host.current().callLater(self._wait, self._timedOut)
        if self._open("IPv6" if ":" in self.server.address else "IPv4"):
            # Not at once: repeated tries at a refusing port would nest.
            ticks.nextTick(self._over, CONNREFUSED)

    def end(self) -> None:
        """Release everything without a callback."""
        self._ended = None
        if self._handle is not None:
            self._handle.close()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _open(self, family: str) -> int:
        """Connect, and send or arrange to. Returns 0 or -errno."""
        raise NotImplementedError

    def _over(self, status: int, answer: dns.Message | None = None) -> None:
        ended = self._ended
        if ended is not None:
            self.end()
            ended(status, answer)

    def _timedOut(self) -> None:
        self._alarm = None
        self._over(TIMEOUT)

    def _received(self, data: bytes) -> None:
        """A message arrived; it counts if it answers the question."""
        if len(data) >= MIN_MESSAGE and int.from_bytes(data[:2], "big") != self._question.id:
            return
        answer = _Answer()
        try:
            answer.fromStr(data)
        except Exception:  # twisted.names raises whatever its parts raise
            self._over(BADRESP)
            return
        if not answer.queries:
            self._over(BADRESP)
        elif _isSame(answer.queries[0], self._question.queries[0]):
            self._over(SUCCESS, answer)


class DatagramExchange(Exchange):
    """Over UDP. The socket is connected: only the server can answer, and a refusing port is reported."""

    __slots__ = ()

    def _open(self, family: str) -> int:
        handle: DatagramHandle = choose.current().udp(family)
        self._handle = handle
        handle.unref()  # the query itself keeps the program alive
        handle.onmessage = lambda data, address, port: self._received(data)
        handle.onreaderror = lambda status: self._over(CONNREFUSED)
        handle.onsend = lambda status: self._over(CONNREFUSED) if status else None
        status = (
            handle.bind(self._channel.localAddresses[family], 0)
            or handle.connect(self.server.address, self.server.port)
            or handle.readStart()
            or handle.send(self._question.toStr())
        )
        return min(status, 0)  # PENDING is as good as sent


class StreamExchange(Exchange):
    """Over TCP: each message follows its length in two bytes."""

    __slots__ = ("_buffer",)

    def _open(self, family: str) -> int:
        self._buffer = b""
        handle: StreamHandle = choose.current().tcp()
        self._handle = handle
        handle.unref()
        handle.onconnect = self._connected
        handle.onread = self._read
        handle.onreadend = lambda status: self._over(CONNREFUSED)
        handle.onwrite = lambda status: self._over(CONNREFUSED) if status else None
        local = self._channel.localAddresses[family]
        status = handle.bind(local, 0) if local != _WILDCARDS[family] else 0
        return status or handle.connect(self.server.address, self.server.port)

    def _connected(self, status: int) -> None:
        message = self._question.toStr()
        status = status or self._handle.readStart() or self._handle.write(len(message).to_bytes(2, "big") + message)
        if status < 0:
            self._over(CONNREFUSED)

    def _read(self, data: bytes) -> None:
        self._buffer += data
        size = int.from_bytes(self._buffer[:2], "big") + 2
        if len(self._buffer) >= max(size, 2):
            self._received(self._buffer[2:size])


class _Answer(dns.Message):
    """A strictly parsed message: Twisted's own skips what is cut off."""

    def fromStr(self, str: bytes) -> None:
        self.decode(BoundedStream(str))

    def parseRecords(self, list: list[dns.RRHeader], num: int, strio: Any) -> None:
        for _ in range(num):
            header = dns.RRHeader()
            header.decode(strio)
            start = strio.tell()
            payload: Any = self.lookupRecordType(header.type)(ttl=header.ttl)
            header.payload = payload
            payload.decode(strio, header.rdlength)
            if strio.tell() != start + header.rdlength:
                raise ValueError("a record does not end where it says")
            if header.type in _NAMES:
                payload.shownNames = _NAMES[header.type](strio.getvalue(), start)
            list.append(header)


def isName(name: str) -> bool:
    """True for a valid query name: labels of 1 to 63 bytes, 253 bytes in total; "" and "." are the root."""
    bare = name.removesuffix(".")
    return not bare or (len(bare) <= MAX_NAME and all(0 < len(label) <= MAX_LABEL for label in bare.split(".")))


def _isSame(mine: dns.Query, theirs: dns.Query) -> bool:
    return mine.type == theirs.type and mine.name.name.lower() == theirs.name.name.lower()


def _resource(header: dns.RRHeader) -> Resource | None:
    """The record as plain values; None for an unsupported type or class."""
    type = _TYPE_NAMES.get(header.type)
    if type is None or header.cls != _CLASS_IN:
        return None
    return Resource(type, header.ttl, _FIELDS[type](header.payload))


def _hostAt(offset: int) -> Callable[[bytes, int], tuple[str | None, ...]]:
    """A record whose name begins `offset` bytes into it."""
    return lambda data, start: (hostName(readName(data, start + offset)[0]),)


def _namesOfSoa(data: bytes, start: int) -> tuple[str | None, ...]:
    server, pos = readName(data, start)
    return (hostName(server), anyName(readName(data, pos)[0]))


def _namesOfNaptr(data: bytes, start: int) -> tuple[str | None, ...]:
    pos = start + 4
    for _ in range(3):
        pos += 1 + data[pos]
    return (hostName(readName(data, pos)[0]),)


#: How the names of a record are read, by its type; None for what is no host name.
_NAMES = {
    dns.NS: _hostAt(0),
    dns.CNAME: _hostAt(0),
    dns.PTR: _hostAt(0),
    dns.MX: _hostAt(2),
    dns.SRV: _hostAt(6),
    dns.SOA: _namesOfSoa,
    dns.NAPTR: _namesOfNaptr,
}


def _string(charstr: Any) -> str:
    return str(charstr.string.decode("latin-1"))


def _soa(payload: Any) -> tuple[Any, ...]:
    times = (payload.serial, payload.refresh, payload.retry, payload.expire, payload.minimum)
    return (*payload.shownNames, *times)


def _naptr(payload: Any) -> tuple[Any, ...]:
    texts = (_string(payload.flags), _string(payload.service), _string(payload.regexp))
    return (payload.order, payload.preference, *texts, *payload.shownNames)


def _tlsa(payload: Any) -> tuple[Any, ...]:
    """RFC 6698: three numbers of one byte, then the data. Twisted does not know this type, so it has raw bytes."""
    data = payload.data
    return (data[0], data[1], data[2], data[3:]) if len(data) > 3 else (0, 0, 0, b"")


def _caa(payload: Any) -> tuple[Any, ...]:
    """RFC 8659: flags, a tag behind its length, the value. Raw bytes, as above."""
    stream = BytesIO(payload.data)
    flags, size = stream.read(1) or b"\0", stream.read(1) or b"\0"
    tag = stream.read(size[0]).decode("latin-1")
    return flags[0], tag, stream.read().decode("latin-1")


_FIELDS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "A": lambda payload: (payload.dottedQuad(),),
    "AAAA": lambda payload: (socket.inet_ntop(socket.AF_INET6, payload.address),),
    "CNAME": lambda payload: payload.shownNames,
    "NS": lambda payload: payload.shownNames,
    "PTR": lambda payload: payload.shownNames,
    "MX": lambda payload: (payload.preference, *payload.shownNames),
    "SOA": _soa,
    "SRV": lambda payload: (payload.priority, payload.weight, payload.port, *payload.shownNames),
    "NAPTR": _naptr,
    "TXT": lambda payload: tuple(payload.data),
    "TLSA": _tlsa,
    "CAA": _caa,
}
