"""A DNS server of the tests' own on the loopback interface: twisted.names' factory over UDP and TCP on one port."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.error import CannotListenError
from twisted.names import dns
from twisted.names.server import DNSServerFactory

from nodecompat.reactor.loop.host import theReactor

HERE = "127.0.0.1"
#: Types that twisted.names does not know.
TLSA, CAA = 52, 257
#: Answers longer than this are cut over UDP, bytes.
UDP_LIMIT = 512
#: The response codes that a name asks for: "servfail.test" is answered with "server failure".
RCODES = {"formerr": 1, "servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5}


class RawRecord:
    """The data of a record of a type that twisted.names does not know."""

    def __init__(self, type: int, data: bytes) -> None:
        self.TYPE = type
        self.data = data

    def encode(self, stream: Any, compression: Any = None) -> None:
        stream.write(self.data)


def record(name: str, payload: Any, ttl: int = 300) -> dns.RRHeader:
    """A record of the zone."""
    header = dns.RRHeader(name.encode("ascii"), payload.TYPE, dns.IN, ttl)
    header.payload = payload
    return header


_ZONE: dict[str, Iterable[dns.RRHeader]] = {
    "a.test A": [record("a.test", dns.Record_A("192.0.2.1"), 100), record("a.test", dns.Record_A("192.0.2.2"), 200)],
    "a.test AAAA": [record("a.test", dns.Record_AAAA("2001:db8::1"), 60)],
    "alias.test A": [
        record("alias.test", dns.Record_CNAME("b.test"), 30),
        record("b.test", dns.Record_CNAME("a.test"), 40),
        record("a.test", dns.Record_A("192.0.2.1"), 100),
    ],
    "alias.test CNAME": [record("alias.test", dns.Record_CNAME("b.test"), 30)],
    "chain.test CNAME": [
        record("chain.test", dns.Record_CNAME("b.test"), 30),
        record("b.test", dns.Record_CNAME("a.test"), 30),
    ],
    "lost.test A": [record("lost.test", dns.Record_CNAME("nowhere.test"), 30)],
    "empty.test A": [],
    "other.test A": [record("other.test", dns.Record_MX(20, "mail.test"))],
    "mx.test MX": [record("mx.test", dns.Record_MX(20, "m2.test")), record("mx.test", dns.Record_MX(10, "m1.test"))],
    "root.test MX": [record("root.test", dns.Record_MX(0, ""))],
    "txt.test TXT": [
        record("txt.test", dns.Record_TXT(b"one", b"two")),
        record("txt.test", dns.Record_TXT("ü".encode(), b"", b"\xff\x00x")),
    ],
    "ns.test NS": [record("ns.test", dns.Record_NS("n1.test")), record("ns.test", dns.Record_NS("n2.test"))],
    "ptr.test PTR": [record("ptr.test", dns.Record_PTR("p1.test")), record("ptr.test", dns.Record_PTR("p2.test"))],
    "srv.test SRV": [record("srv.test", dns.Record_SRV(1, 2, 3, "s.test"))],
    "soa.test SOA": [record("soa.test", dns.Record_SOA("ns.test", "admin.test", 7, 1, 2, 3, 4))],
    "naptr.test NAPTR": [record("naptr.test", dns.Record_NAPTR(30, 100, b"s", b"SIP+D2U", b"", b"_sip._udp.test"))],
    "caa.test CAA": [
        record("caa.test", RawRecord(CAA, b"\x00\x05issueca.test")),
        record("caa.test", RawRecord(CAA, b"\x80\x09issuewild;")),
        record("caa.test", RawRecord(CAA, b"\x00\x05iodefmailto:x@y")),
    ],
    "tlsa.test TLSA": [record("tlsa.test", RawRecord(TLSA, b"\x03\x01\x02" + bytes(range(32))))],
    "xn--bcher-kva.test A": [record("xn--bcher-kva.test", dns.Record_A("192.0.2.3"))],
    "big.test A": [record("big.test", dns.Record_A(f"10.0.{number // 250}.{number % 250}")) for number in range(300)],
    "1.2.0.192.in-addr.arpa PTR": [
        record("1.2.0.192.in-addr.arpa", dns.Record_PTR("h1.test")),
        record("1.2.0.192.in-addr.arpa", dns.Record_PTR("h2.test")),
    ],
    "2.2.0.192.in-addr.arpa PTR": [
        record("2.2.0.192.in-addr.arpa", dns.Record_CNAME("2.x.arpa")),
        record("2.x.arpa", dns.Record_PTR("h2.test")),
    ],
    "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa PTR": [record("x.ip6.arpa", dns.Record_PTR("six.test"))],
}
_ZONE["any.test ANY"] = [
    each
    for key in ("txt", "mx", "a", "soa", "naptr", "srv", "ptr", "ns")
    for each in _ZONE[f"{key}.test {key.upper()}"]
]
_TYPES = {**dns.QUERY_TYPES, dns.ALL_RECORDS: "ANY", TLSA: "TLSA", CAA: "CAA"}


class NameServer(DNSServerFactory):
    """Answers from the zone above; "silent.test" is not answered at all, names of `RCODES` with their code."""

    noisy = False

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        #: Addresses that questions came from; None over TCP.
        self.senders: list[Any] = []
        self._listen()

    def _listen(self) -> None:
        reactor: Any = theReactor()
        while True:
            self._udp = reactor.listenUDP(0, dns.DNSDatagramProtocol(self), HERE)
            self.port: int = self._udp.getHost().port
            try:
                self._tcp = reactor.listenTCP(self.port, self, interface=HERE)
            except CannotListenError:  # somebody has this port for TCP
                self._udp.stopListening()
                continue
            return

    @property
    def address(self) -> str:
        """What `setServers` takes."""
        return f"{HERE}:{self.port}"

    def close(self) -> Deferred[Any]:
        stopped: Deferred[Any] = gatherResults([self._udp.stopListening(), self._tcp.stopListening()])
        for connection in list(getattr(self, "connections", ())):
            connection.transport.loseConnection()
        return stopped

    def handleQuery(self, message: Any, protocol: Any, address: Any) -> None:
        query = message.queries[0]
        name, kind = query.name.name.decode("ascii").lower(), _TYPES.get(query.type, str(query.type))
        self.asked.append(f"{name} {kind}")
        self.senders.append(address)
        if name == "silent.test":
            return
        found = _ZONE.get(f"{name} {kind}")
        answer = dns.Message(message.id, answer=1, recDes=1, recAv=1, maxSize=0)
        answer.queries = message.queries
        answer.rCode = RCODES.get(name.partition(".")[0], 3 if found is None else 0)
        answer.answers = list(found or ())
        self._respond(answer, protocol, address)

    def _respond(self, answer: dns.Message, protocol: Any, address: Any) -> None:
        if address is None:
            protocol.writeMessage(answer)
            return
        if len(answer.toStr()) > UDP_LIMIT:
            answer.answers, answer.trunc = [], 1
        protocol.writeMessage(answer, address)
