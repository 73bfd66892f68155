"""Whose certificates `fetch` trusts, and what it says of the others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("OpenSSL", reason="needs pyOpenSSL: pip install nodecompat[tls]")
pytest.importorskip("service_identity", reason="needs service-identity: pip install nodecompat[tls]")
from OpenSSL import SSL
from OpenSSL.crypto import X509, PKey
from selfsigned import certificate
from twisted.internet.protocol import Factory

from nodecompat.reactor.twisted.certificates import REASONS, Policy, judge

MISMATCH = "ERR_TLS_CERT_ALTNAME_INVALID"


def judged(
    host: str, names: list[str], number: int = 0, depth: int = 0, isTrusted: bool = True
) -> tuple[str, str] | None:
    """Code and text for a certificate with these names, None when it is taken."""
    refused = judge(host, X509.from_cryptography(certificate(names)[0]), number, depth, isTrusted)
    return None if refused is None else (refused.code, str(refused).removeprefix("Hostname/IP does not match "))


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("localhost", ["DNS:localhost"]),
        ("a.test", ["DNS:b.test", "DNS:a.test"]),
        ("deep.a.test", ["DNS:*.a.test"]),
        ("127.0.0.1", ["DNS:localhost", "IP:127.0.0.1"]),
        ("::1", ["IP:::1"]),
    ],
)
def testACertificateForThisHost(host: str, names: list[str]) -> None:
    assert judged(host, names) is None


@pytest.mark.parametrize(
    ("host", "names", "text"),
    [
        ("b.test", ["DNS:a.test"], "Host: b.test. is not in the cert's altnames: DNS:a.test"),
        ("a.b.a.test", ["DNS:*.a.test"], "Host: a.b.a.test. is not in the cert's altnames: DNS:*.a.test"),
        ("a.test", ["IP:127.0.0.1"], "Cert does not contain a DNS name"),
        ("localhost", [], "Cert does not contain a DNS name"),  # the common name is localhost: it does not count
        ("127.0.0.2", ["IP:127.0.0.1", "DNS:a.test"], "IP: 127.0.0.2 is not in the cert's list: 127.0.0.1"),
        ("127.0.0.1", ["DNS:a.test"], "IP: 127.0.0.1 is not in the cert's list: "),
    ],
)
def testACertificateForSomebodyElse(host: str, names: list[str], text: str) -> None:
    """In Node's words."""
    assert judged(host, names) == (MISMATCH, f"certificate's altnames: {text}")


@pytest.mark.parametrize("number", sorted(REASONS))
def testWhyItIsNotTrusted(number: int) -> None:
    """Before any name is looked at."""
    assert judged("localhost", ["DNS:localhost"], number, isTrusted=False) == REASONS[number]


def testANumberWithoutName() -> None:
    assert judged("localhost", [], 99, isTrusted=False) == ("X509_V_ERR_99", "certificate verify failed")


def testAnAuthoritysNameDoesNotMatter() -> None:
    assert judged("localhost", [], depth=1) is None
    assert judged("localhost", [], 10, depth=1, isTrusted=False) == REASONS[10]


class Connecting:
    """The protocol of a connection in TLS, as Twisted's is."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.factory = SimpleNamespace(wrappedFactory=Factory())

    def failVerification(self, failure: object) -> None:
        self.failures.append(failure.value.code)  # type: ignore[attr-defined]


def testAHandshakeAsksUs() -> None:
    """An untrusted server, met in memory: the handshake ends, and the protocol knows why."""
    made, key = certificate(["DNS:localhost"])
    context = SSL.Context(SSL.TLS_METHOD)
    context.use_certificate(X509.from_cryptography(made))
    context.use_privatekey(PKey.from_cryptography_key(key))
    server = SSL.Connection(context, None)
    server.set_accept_state()
    protocol = Connecting()
    client = Policy().creatorForNetloc(b"localhost", 443).clientConnectionForTLS(protocol)
    client.set_connect_state()
    with pytest.raises(SSL.Error):
        for _ in range(10):
            for ours, theirs in ((client, server), (server, client)):
                try:
                    ours.do_handshake()
                except SSL.WantReadError:
                    pass
                try:
                    theirs.bio_write(ours.bio_read(1 << 16))
                except SSL.WantReadError:
                    pass
    assert protocol.failures == ["DEPTH_ZERO_SELF_SIGNED_CERT"]
