"""Signatures of certificates."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from tls import certificates

from nodecompat.tls.parsed import Parsed
from nodecompat.tls.signature import isSignedBy, signers


@pytest.mark.parametrize("key", ["ec", "ec384", "ec521", "rsa", "ed25519"])
def testTheKeyThatSigned(key: str) -> None:
    authority = certificates.authority(key=key)
    parsed = Parsed(certificates.make(ca=authority).der)
    assert isSignedBy(parsed, authority.privateKey.public_key())
    assert not isSignedBy(parsed, certificates.authority("stranger", key).privateKey.public_key())
    assert not isSignedBy(parsed, certificates.authority(key="rsa" if key != "rsa" else "ec").privateKey.public_key())


def testASignatureOfPss() -> None:
    made = certificates.make(key="rsa")
    builder = x509.CertificateBuilder(
        made.certificate.issuer,
        made.certificate.subject,
        made.privateKey.public_key(),
        1,
        *certificates.VALID,
    )
    signed = builder.sign(
        made.privateKey, hashes.SHA256(), rsa_padding=padding.PSS(padding.MGF1(hashes.SHA384()), salt_length=17)
    )
    assert isSignedBy(Parsed(signed.public_bytes(Encoding.DER)), made.privateKey.public_key())


def testABitMoreIsNoSignature() -> None:
    made = certificates.make()
    changed = bytearray(made.der)
    changed[-1] ^= 1
    assert not isSignedBy(Parsed(bytes(changed)), certificates.authority().privateKey.public_key())


def testSigners() -> None:
    assert signers("1.2.840.113549.1.1.10") == ("rsa", "rsa-pss")
    assert signers("1.2.840.113549.1.1.11") == ("rsa",)
    assert signers("1.3.101.112") == ("ed25519",)
    assert signers("1.2.3") == ()
