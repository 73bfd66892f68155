"""The messages of a handshake that go over the wire in clear."""

from __future__ import annotations

import random

from tls import certificates

from nodecompat.reactor.tls.session import Session
from nodecompat.tls import createSecureContext, hello

MADE = certificates.make()


def heard(*, asks: bool = False, **options: str) -> tuple[bytes, bytes]:
    """The first flights of a client and of a server."""
    client = Session(createSecureContext().context, False)
    if asks:
        client.useStatus()
    server = Session(createSecureContext(cert=MADE.cert, key=MADE.key, **options).context, True)
    client.shakeHands()
    said = client.take()
    server.feed(said)
    server.shakeHands()
    return said, server.take()


def testAMessageInManyRecords() -> None:
    body = bytes(range(200))
    whole = bytes((hello.CLIENT_HELLO,)) + len(body).to_bytes(3, "big") + body
    other = b"\x0e\0\0\0"
    records = b"".join(
        b"\x16\x03\x01" + len(part).to_bytes(2, "big") + part
        for part in (other + whole[:3], whole[3:100], whole[100:] + other)
    )
    for size in (1, 7, 1000):
        chunks = [records[at : at + size] for at in range(0, len(records), size)]
        assert hello.message(chunks, hello.CLIENT_HELLO) == body
    assert hello.message([records[:-30]], hello.CLIENT_HELLO) is None
    assert hello.message([b"\x17" + records[1:]], hello.CLIENT_HELLO) is None  # data, not a handshake


def testWhoAsksForAnOCSPResponse() -> None:
    assert hello.asksForStatus([heard(asks=True)[0]])
    assert not hello.asksForStatus([heard()[0]])


def testTheAlgorithmsThatAClientOffers() -> None:
    found = hello.offeredAlgorithms([heard()[0]], hello.CLIENT_HELLO)
    assert b"\4\3" in [found[at : at + 2] for at in range(0, len(found), 2)]  # ECDSA with SHA-256
    assert hello.offeredAlgorithms([], hello.CLIENT_HELLO) == b""


def testTheGroupThatAServerTakes() -> None:
    for version in ("TLSv1.2", "TLSv1.3"):
        said = heard(ecdhCurve="P-256", maxVersion=version)[1]
        assert hello.exchange([said], version == "TLSv1.3", False) == (23, 0)
    assert hello.exchange([], True, False) == hello.exchange([], False, False) == (0, 0)


def testThePrimeBehindAHint() -> None:
    prime = b"\0\x04\x80\0\0\x01"
    for hint, hasHint in ((b"", False), (b"\0\x02me", True)):
        body = hint + prime + b"\0\x01\x02"
        record = b"\x16\x03\x03" + (len(body) + 4).to_bytes(2, "big") + b"\x0c" + len(body).to_bytes(3, "big") + body
        assert hello.exchange([record], False, hasHint) == (0, 32)


def testWhatIsDamagedRaisesNothing() -> None:
    chance = random.Random(1)
    for said in heard(asks=True, maxVersion="TLSv1.2"):
        for _ in range(2000):
            data = bytearray(said)
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            del data[chance.randrange(len(data)) :]
            hello.asksForStatus([data])
            hello.offeredAlgorithms([data], hello.CLIENT_HELLO)
            hello.offeredAlgorithms([data], hello.CERTIFICATE_REQUEST)
            for isModern in (True, False):
                hello.exchange([data], isModern, True)
