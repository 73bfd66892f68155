"""The check of names where Twisted does the TLS; `tests/net/test_secured.py` has it on real connections."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("OpenSSL")
pytest.importorskip("service_identity")

from OpenSSL.crypto import X509
from selfsigned import certificate

from nodecompat.reactor.twisted.certificates import enforceName, whyNotFor


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("a.test", ["DNS:a.test"]),
        ("x.a.test", ["DNS:b.test", "DNS:*.a.test"]),
        ("127.0.0.1", ["IP:127.0.0.1"]),
        ("::1", ["IP:::1"]),
    ],
)
def testACertificateForTheHost(host: str, names: list[str]) -> None:
    assert whyNotFor(host, X509.from_cryptography(certificate(names)[0])) is None


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("b.test", ["DNS:a.test"]),
        ("a.b.a.test", ["DNS:*.a.test"]),
        ("a.test", ["IP:127.0.0.1"]),
        ("localhost", []),  # the common name is localhost: it does not count
        ("127.0.0.2", ["IP:127.0.0.1", "DNS:a.test"]),
        ("127.0.0.1", ["DNS:a.test"]),
        ("127.0.0.1", []),
    ],
)
def testACertificateForSomebodyElse(host: str, names: list[str]) -> None:
    assert whyNotFor(host, X509.from_cryptography(certificate(names)[0])) is not None


@pytest.mark.parametrize("creator", [None, object(), SimpleNamespace(clientConnectionForTLS=None)])
def testWhoAsksForNoNameIsLeftAlone(creator: object) -> None:
    protocol = SimpleNamespace(factory=SimpleNamespace(_connectionCreator=creator))
    enforceName(protocol)  # asks for no handle of it
