"""The name servers of a simulated network: the answers to `dns.resolve*`, in the format of `twisted.names.dns`.

A server is a host of the network, so latency, loss, partitions and crashes concern it like any other. It answers what
nobody has bound: no handle is open while nobody asks. All servers know the same, which is what `FakeResolver` knows.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from twisted.names import dns

from ..reactor.handle import Address
from ..reactor.names.queries import TYPES
from ..reactor.names.resolver import NONAME
from .stream import FakeServer, FakeStream

if TYPE_CHECKING:
    from .host import FakeHost
    from .network import Network

PORT = 53
#: The name server that every network has.
NAME, ADDRESS = "nameserver", "192.0.2.53"
#: Seconds for which a record may be kept.
TTL = 300
#: The largest answer in a datagram, without EDNS; a longer one is asked for again over TCP. Bytes.
_LARGEST = 512
#: How many aliases lead to further ones.
ALIASES = 8


def _caa(flags: int, tag: str, value: str) -> dns.UnknownRecord:
    return dns.UnknownRecord(bytes((flags, len(tag))) + tag.encode() + value.encode())


def _tlsa(usage: int, selector: int, matching: int, data: bytes) -> dns.UnknownRecord:
    return dns.UnknownRecord(bytes((usage, selector, matching)) + data)


def _txt(*texts: str | bytes) -> dns.Record_TXT:
    return dns.Record_TXT(*(each.encode() if isinstance(each, str) else each for each in texts))


#: How a record is made of its fields, in the order of a zone file.
_MAKERS: dict[str, Callable[..., Any]] = {
    "A": dns.Record_A,
    "AAAA": dns.Record_AAAA,
    "CAA": _caa,
    "CNAME": dns.Record_CNAME,
    "MX": dns.Record_MX,
    "NAPTR": lambda *fields: dns.Record_NAPTR(*(each.encode() if isinstance(each, str) else each for each in fields)),
    "NS": dns.Record_NS,
    "PTR": dns.Record_PTR,
    "SOA": dns.Record_SOA,
    "SRV": dns.Record_SRV,
    "TLSA": _tlsa,
    "TXT": _txt,
}
#: How many fields a record has, where it is not one; TXT has as many as one likes.
_COUNTS = {"CAA": 3, "MX": 2, "NAPTR": 6, "SOA": 7, "SRV": 4, "TLSA": 4}


class Zone:
    """What the name servers know besides the hosts' addresses: records by name and type, as tuples of their fields."""

    def __init__(self) -> None:
        self._records: dict[str, dict[str, list[tuple[Any, ...]]]] = {}

    def add(self, name: str, type: str, records: Any) -> None:
        """Records of one type: a list of them, or one; each a tuple, or its only field.

        Raises: ValueError for a type that is none, or fields that are none of that type.
        """
        make = _MAKERS.get(type)
        if make is None:
            raise ValueError(f"no type of records: {type}; known: {', '.join(_MAKERS)}")
        found = [each if isinstance(each, tuple) else (each,) for each in _listed(records)]
        for fields in found:
            if type != "TXT" and len(fields) != _COUNTS.get(type, 1):
                raise ValueError(f"no fields of {type}: {fields}")
            try:
                make(*fields).encode(BytesIO())
            except Exception as error:  # twisted.names raises whatever its parts raise
                raise ValueError(f"no fields of {type}: {fields}") from error
        self._records.setdefault(_plain(name), {}).setdefault(type, []).extend(found)

    def of(self, name: str) -> dict[str, list[tuple[Any, ...]]]:
        """The records of a name, by type."""
        return self._records.get(_plain(name), {})


class NameServers:
    """Answers for all of them."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def addresses(self) -> list[str]:
        """Their addresses: those of the test's own, or of the one that every network has."""
        hosts = [each for each in self._network.hosts.values() if each.isNameServer]
        own = [each for each in hosts if each.name != NAME] or hosts
        return [address for each in own for address in each.addresses]

    def receive(self, server: FakeHost, data: bytes, sender: Address, target: Address) -> None:
        """A datagram has come to a server."""

        def reply(answer: dns.Message) -> None:
            message = answer.toStr()
            if len(message) > _LARGEST:
                answer.trunc, answer.answers = 1, []
                message = answer.toStr()
            self._network.carry(server, message, target, sender, lambda: None)

        self._answer(server, data, reply)

    def listener(self, server: FakeHost, target: Address) -> FakeServer:
        """A listener for one connection, which gives a question and takes its answer."""
        with server:
            made = self._network.tcpServer()
            made.bind(target.address, target.port)
            made.listen(1)
            made.unref()
        made.onconnection = lambda status, stream: self._accept(made, stream)
        return made

    def _accept(self, listener: FakeServer, stream: FakeStream | None) -> None:
        listener.close()
        if stream is None:
            return
        received = bytearray()

        def onRead(data: bytes) -> None:
            received.extend(data)
            size = 2 + int.from_bytes(received[:2], "big")
            if 2 < size <= len(received):
                message = bytes(received[2:size])
                del received[:size]
                self._answer(stream.owner, message, reply)

        def reply(answer: dns.Message) -> None:
            message = answer.toStr()
            if not stream.closed:
                stream.write(len(message).to_bytes(2, "big") + message)

        stream.unref()
        stream.onread = onRead
        stream.onreadend = lambda status: stream.close()
        stream.readStart()

    def _answer(self, server: FakeHost, data: bytes, reply: Callable[[dns.Message], None]) -> None:
        question = dns.Message()
        try:
            question.fromStr(data)
            query = question.queries[0]
            name = query.name.name.decode("ascii")
        except Exception:  # twisted.names raises whatever its parts raise
            return
        resolver = self._network.resolver
        resolver.asked.append(name)
        if name in resolver.silent:
            return
        answer = dns.Message(question.id, answer=1, auth=True, recDes=question.recDes, recAv=1, maxSize=0)
        answer.queries = [query]
        answer.rCode, answer.answers = self._found(name, query.type)
        delay = resolver.delays.get(name, 0.0)
        if delay:
            server.callLater(delay, lambda: reply(answer))
        else:
            reply(answer)

    def _found(self, name: str, type: int) -> tuple[int, list[dns.RRHeader]]:
        """The code of the answer, and its records: those that were asked for, behind the aliases that lead there."""
        found: list[dns.RRHeader] = []
        for _ in range(ALIASES):
            records = self._network.resolver.records(name)
            if isinstance(records, int):
                return (dns.ENAME if records == NONAME else dns.ESERVER), found
            wanted = [each for each in records if type in (TYPES[each], TYPES["ANY"])]
            alias = [] if wanted else records.get("CNAME", [])
            for each in wanted or (["CNAME"] if alias else []):
                found += [
                    dns.RRHeader(name.encode(), TYPES[each], dns.IN, TTL, _MAKERS[each](*fields), auth=True)
                    for fields in records[each]
                ]
            if not alias:
                break
            name = _plain(alias[0][0])
        return dns.OK, found


def reversedName(address: str) -> str:
    """The name under which the names of an address are found."""
    return ipaddress.ip_address(address).reverse_pointer


def _listed(records: Any) -> list[Any]:
    return records if isinstance(records, list) else [records]


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
