"""Public keys in DER."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tls import certificates

from nodecompat.tls import der
from nodecompat.tls.publickey import PssParameters, curveOf, isKey, keyFields, keyType, pssParameters


def spki(key: str) -> bytes:
    public = certificates.make(key=key).privateKey.public_key()
    return bytes(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize("key, kind, bits", [("ec384", "ec", 384), ("rsa", "rsa", 2048), ("ed25519", "ed25519", None)])
def testKinds(key: str, kind: str, bits: int | None) -> None:
    assert keyType(spki(key)) == kind
    assert keyFields(spki(key)).get("bits") == bits


def testTheNumbersOfAnRsaKey() -> None:
    numbers = certificates.make(key="rsa").privateKey.public_key().public_numbers()
    fields = keyFields(spki("rsa"))
    assert (int(fields["modulus"], 16), fields["exponent"], fields["pubkey"]) == (numbers.n, "0x10001", spki("rsa"))


def testTheCurve() -> None:
    fields = keyFields(spki("ec"))
    assert (fields["asn1Curve"], fields["nistCurve"], len(fields["pubkey"])) == ("prime256v1", "P-256", 65)
    curve = curveOf(spki("ec521"))
    assert curve is not None and curve.nist == "P-521"
    assert curveOf(spki("rsa")) is None


def testAPointBesideItsCurveIsNoKey() -> None:
    bad = spki("ec")[:-1] + bytes([spki("ec")[-1] ^ 1])
    assert isKey(spki("ec")) and not isKey(bad)
    assert keyFields(bad) == {}


def testParametersOfPss() -> None:
    oid = der.encode(der.SEQUENCE, der.encode(der.OID, bytes.fromhex("608648016503040201")))
    mask = der.encode(der.SEQUENCE, der.encode(der.OID, bytes.fromhex("2a864886f70d010108")), oid)
    whole = der.encode(der.SEQUENCE, der.encode(0xA0, oid), der.encode(0xA1, mask), der.encode(0xA2, b"\2\1\x20"))
    assert pssParameters(der.parts(whole)) == PssParameters("sha256", "sha256", 32)
    assert pssParameters(der.parts(b"\x30\0")) == PssParameters("sha1", "sha1", 20)
    assert pssParameters([]) is None
