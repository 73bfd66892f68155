"""Who may have issued a certificate. Self-issued ones of every kind are recorded: test_x509certificate.py."""

from __future__ import annotations

import pytest
from tls import answers, certificates

from nodecompat.tls.issuing import isIssuedBy
from nodecompat.tls.parsed import Parsed


def parsed(text: str) -> Parsed:
    return Parsed(answers.derOfPem(text))


def testByItsNameAndKeyIdentifier() -> None:
    leaf = parsed(certificates.make().cert)
    assert isIssuedBy(leaf, parsed(certificates.authority().cert))
    assert not isIssuedBy(leaf, parsed(certificates.authority("stranger").cert))
    assert not isIssuedBy(leaf, parsed(certificates.authority(key="rsa").cert))  # the same name


def testTheSignatureIsNotLookedAt() -> None:
    forged = certificates.make("forged")
    assert isIssuedBy(parsed(forged.cert), parsed(forged.ca))


@pytest.mark.parametrize("key", ["ec", "rsa", "ed25519"])
def testARootIssuesItself(key: str) -> None:
    root = parsed(certificates.authority(key=key).cert)
    assert isIssuedBy(root, root)


def testALeafThatSignedItself() -> None:
    own = parsed(certificates.make("selfSigned").cert)
    assert isIssuedBy(own, own)
