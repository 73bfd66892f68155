"""Names in DNS answers: how they are read, which are host names, and how the others are shown."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from twisted.names import dns

from nodecompat.reactor.names import queries as names
from nodecompat.reactor.names.name import MAX_POINTERS, BoundedStream, anyName, hostName, readName
from nodecompat.testing import network


def wire(*labels: bytes) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def answerTo(question: bytes, type: int, *records: bytes) -> bytes:
    """An answer to the message `question`, with these records' data."""
    body = question[12 : question.index(b"\0", 12) + 5]
    head = question[:2] + b"\x81\x80" + struct.pack("!HHHH", 1, len(records), 0, 0)
    return head + body + b"".join(b"\xc0\x0c" + struct.pack("!HHIH", type, 1, 60, len(data)) + data for data in records)


def query(type: str, *records: bytes) -> Any:
    """What comes of asking a server that answers with such records."""
    found: list[Any] = []
    with network() as net:
        server = net.udp("IPv4")
        server.onmessage = lambda data, address, port: server.send(
            answerTo(data, names.TYPES[type], *records), address, port
        )
        server.bind("127.0.0.1", 53)
        server.readStart()
        channel = names.Channel([names.Server("127.0.0.1", 53)], 100, 1, 0)
        channel.query("a.test", type, lambda status, answers: found.append((status, answers)))
        net.run()
        server.close()
    return found[0][0], [each.fields for each in found[0][1]]


FINE, ODD = wire(b"Fine-1", b"_a", b"*", b"test"), wire(b"<script>", b"test")
BEFORE = {"MX": b"\0\x0a", "SRV": b"\0\1\0\2\0\3", "NAPTR": b"\0\1\0\2\1s\1t\0"}


@pytest.mark.parametrize("type", ["PTR", "NS", "CNAME", "MX", "SRV", "NAPTR"])
def testCVE_2021_22931_WhatIsNoHostNameIsDropped(type: str) -> None:
    before = BEFORE.get(type, b"")
    status, answers = query(type, before + ODD, before + FINE)
    assert (status, [fields[-1] for fields in answers]) == (names.SUCCESS, ["Fine-1._a.*.test"])
    assert query(type, before + ODD) == (names.BADRESP, [])


@pytest.mark.parametrize("label", [b"a.b", b"a\0b", b"a\nb", b"a b", b"\xe9", b'"', b"\\", b"(", b";", b"'", b"&"])
def testCVE_2021_22931_OddLabels(label: bytes) -> None:
    """A dot within a label is none between two."""
    assert query("PTR", wire(label, b"test")) == (names.BADRESP, [])


def testTheAddressOfAnSoaRecordIsEscaped() -> None:
    data = FINE + wire(b"first.last", b"test") + struct.pack("!5I", 1, 2, 3, 4, 5)
    assert query("SOA", data) == (names.SUCCESS, [("Fine-1._a.*.test", "first\\.last.test", 1, 2, 3, 4, 5)])
    assert query("SOA", ODD + data[len(FINE) :]) == (names.BADRESP, [])


def testEscapesOfCares() -> None:
    shown = {bytes([byte]): anyName([bytes([byte])]) for byte in range(256)}
    assert {text for byte, text in shown.items() if 0x20 <= byte[0] < 0x7F and len(text) > 1} == {
        '\\"', "\\$", "\\(", "\\)", "\\.", "\\;", "\\@", "\\\\",
    }  # fmt: skip
    assert (shown[b"\0"], shown[b"\n"], shown[b"\xe9"]) == ("\\000", "\\010", "\\233")


def testPointers() -> None:
    data = wire(b"a", b"test") + b"\1b\xc0\x00" + b"\xc0\x08"
    assert readName(data, 8) == ([b"b", b"a", b"test"], 12)
    assert readName(data, 12) == ([b"b", b"a", b"test"], 14)
    assert hostName([]) == ""


@pytest.mark.parametrize(
    "data, pos",
    [
        (b"\xc0\x00", 0),
        (b"\xc0\x02\1a\0", 0),
        (b"\0" + b"".join(struct.pack("!H", 0xC000 | max(0, 2 * at - 1)) for at in range(200)), 2 * MAX_POINTERS + 1),
        (wire(*[b"a" * 63] * 4), 0),
        (b"\x40" + b"a" * 64 + b"\0", 0),
        (b"\5ab", 0),
    ],
    ids=["itself", "forward", "many", "long", "label", "cut"],
)
def testWhatIsNoName(data: bytes, pos: int) -> None:
    with pytest.raises((ValueError, IndexError)):
        readName(data, pos)


def testCVE_2026_42304_ChainsOfPointersTakeLinearTime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Twisted's own limit is: a message whose every name runs through thousands of pointers is given up."""
    monkeypatch.setattr(dns.Name, "maxCompressionPointers", 1 << 40, raising=False)
    data = wire(b"a") + b"".join(struct.pack("!H", 0xC000 | (2 * at + 1 if at else 0)) for at in range(8000))
    name: Any = dns.Name()
    stream = BoundedStream(data)
    read = 0
    with pytest.raises(ValueError, match="takes too long to read"):
        while True:
            stream.seek(len(data) - 2)
            name.decode(stream)
            read += 1
    assert read == 16


def testALargeHonestMessageIsRead() -> None:
    status, answers = query("MX", *[b"\0\x0a" + wire(b"m%d" % at) for at in range(900)])
    assert (status, len(answers)) == (names.SUCCESS, 900)
