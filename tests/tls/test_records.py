"""The plain records: attributes and items. What certificates say is compared with Node in test_certificate.py."""

from __future__ import annotations

import copy

import pytest
from tls.bed import bed

from nodecompat.tls import Certificate, DetailedPeerCertificate, PeerCertificate
from nodecompat.util import inspect


def testACertificateByAttributes() -> None:
    with bed() as it:
        client, peer = it.pair()
        found = client.getPeerCertificate()
        assert isinstance(found, PeerCertificate)
        assert found.subject is found["subject"]
        assert isinstance(found.subject, Certificate)
        assert found.subject.CN == "localhost"
        assert found.subject.OU is None
        assert found.modulus is None
        assert peer.getPeerCertificate() == PeerCertificate() == {}
        assert peer.getPeerCertificate().subject is None
        assert copy.copy(found) == found


def testTheIssuers() -> None:
    with bed() as it:
        client, _ = it.pair()
        found = client.getPeerCertificate(True)
        assert isinstance(found, DetailedPeerCertificate)
        assert found.issuerCertificate is not None
        assert found.issuerCertificate.subject == found.issuer
        assert found.issuerCertificate.issuerCertificate is found.issuerCertificate


def testWhatIsNoAttribute() -> None:
    with pytest.raises(AttributeError, match="'PeerCertificate' object has no attribute 'issuerCertificate'"):
        PeerCertificate().issuerCertificate  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        Certificate().ca  # type: ignore[attr-defined]  # noqa: B018


def testTheyAreShownAsPlainObjects() -> None:
    subject = Certificate(CN="localhost")
    assert inspect(PeerCertificate(subject=subject)) == "{ subject: [Object: null prototype] { CN: 'localhost' } }"
