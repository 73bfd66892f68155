"""What a watched session tells of its handshake."""

from __future__ import annotations

from typing import Any

import pytest
from reactor.tls.test_session import MADE
from tls import certificates

from nodecompat.reactor.tls.session import DONE, Session
from nodecompat.reactor.tls.watching import messageName, watch
from nodecompat.reactor.tracing import hook
from nodecompat.tls import createSecureContext


class Pair:
    """Two sessions in memory, and what they tell."""

    def __init__(self, client: dict[str, Any], server: dict[str, Any], ticket: bytes | None = None) -> None:
        self.client = Session(createSecureContext({"ca": MADE.ca, **client}).context, False)
        self.server = Session(createSecureContext({"cert": MADE.cert, "key": MADE.key, **server}).context, True)
        if ticket is not None:
            self.client.resume(ticket)
        self.told: list[tuple[Any, ...]] = []
        for name, session in (("client", self.client), ("server", self.server)):
            watch(session, lambda *step, name=name: self.told.append((name, *step)))

    def shakeHands(self) -> Pair:
        for _ in range(4):
            for one, other in ((self.client, self.server), (self.server, self.client)):
                one.shakeHands()
                data = one.take()
                if data:
                    other.feed(data)
        return self

    def of(self, name: str, *steps: str) -> list[Any]:
        """What was told in these steps, without the step."""
        return [each[2] if each[2:] else each[1] for each in self.told if each[0] == name and each[1] in steps]


CLIENT_13 = ["ClientHello", "ChangeCipherSpec", "Finished"]
SERVER_13 = ["ServerHello", "ChangeCipherSpec", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"]


def testAHandshake() -> None:
    pair = Pair({}, {}).shakeHands()
    assert pair.of("client", hook.TLS_SENT) == CLIENT_13
    assert pair.of("server", hook.TLS_SENT) == [*SERVER_13, "NewSessionTicket"]
    assert pair.of("server", hook.TLS_RECEIVED) == ["ClientHello", "Finished"]
    assert pair.of("client", hook.VERIFIED, hook.RESUMED) == [""]
    assert pair.of("server", hook.VERIFIED, hook.RESUMED) == [], "it has asked for no certificate"
    for name in ("client", "server"):
        assert pair.of(name, hook.SECURE) == ["TLSv1.3 TLS_AES_256_GCM_SHA384"]


def testTheOlderVersion() -> None:
    pair = Pair({"maxVersion": "TLSv1.2"}, {}).shakeHands()
    assert pair.of("client", hook.TLS_SENT) == ["ClientHello", "ClientKeyExchange", "ChangeCipherSpec", "Finished"]
    assert pair.of("client", hook.TLS_RECEIVED)[:4] == [
        "ServerHello",
        "Certificate",
        "ServerKeyExchange",
        "ServerHelloDone",
    ]


def testASessionThatIsResumed() -> None:
    first = Pair({"maxVersion": "TLSv1.2"}, {})
    first.shakeHands()
    again = Session(createSecureContext({"ca": MADE.ca, "maxVersion": "TLSv1.2"}).context, False)
    again.resume(first.client.ticket() or b"")
    told: list[Any] = []
    watch(again, lambda *step: told.append(step))
    server = Session(first.server.connection.get_context(), True)
    for _ in range(3):
        again.shakeHands()
        server.feed(again.take() or b"")
        result = server.shakeHands()
        data = server.take()
        if data:
            again.feed(data)
    assert result == DONE and (hook.RESUMED,) in told
    assert not [step for step in told if step[0] == hook.VERIFIED]


def testACertificateThatDoesNotHold() -> None:
    pair = Pair({"ca": certificates.authority("stranger").cert}, {}).shakeHands()
    (why,) = pair.of("client", hook.VERIFIED)
    assert "issuer" in why or "verify" in why


def testAlerts() -> None:
    pair = Pair({"minVersion": "TLSv1.3"}, {"maxVersion": "TLSv1.2"})
    pair.client.shakeHands()
    pair.server.feed(pair.client.take())
    pair.server.shakeHands()
    assert ("server", hook.ALERT_SENT, "protocol_version", True) in pair.told
    pair = Pair({}, {}).shakeHands()
    pair.client.close()
    assert pair.told[-1] == ("client", hook.ALERT_SENT, "close_notify", False)


def testWhoIsNoLongerWatchedTellsNothing() -> None:
    pair = Pair({}, {})
    watch(pair.client, None)
    pair.shakeHands()
    assert {each[0] for each in pair.told} == {"server"}


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("SSLv3/TLS write client hello", "ClientHello"),
        ("SSLv3/TLS read server hello", "ServerHello"),
        ("SSLv3/TLS write key exchange", "ServerKeyExchange"),
        ("SSLv3/TLS read client key exchange", "ClientKeyExchange"),
        ("SSLv3/TLS read server certificate request", "CertificateRequest"),
        ("TLSv1.3 read client certificate verify", "CertificateVerify"),
        ("SSLv3/TLS read server session ticket", "NewSessionTicket"),
        ("SSLv3/TLS write server done", "ServerHelloDone"),
        ("TLSv1.3 read server key update", "KeyUpdate"),
        ("SSLv3/TLS read certificate status", "CertificateStatus"),
    ],
)
def testNamesOfMessages(state: str, name: str) -> None:
    assert messageName(state) == name
