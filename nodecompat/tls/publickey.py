"""The public key in a certificate, read from its DER."""

from __future__ import annotations

from typing import Any, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from .der import BIT_STRING, INTEGER, OID, SEQUENCE, Element, encode, only
from .objects import CURVES, Curve

__all__ = ["PssParameters", "curveOf", "isKey", "keyFields", "keyType", "pssParameters"]

RSA, RSA_PSS, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
_MGF1 = "1.2.840.113549.1.1.8"
#: What Node calls the kinds of keys.
_TYPES = {
    RSA: "rsa",
    RSA_PSS: "rsa-pss",
    EC: "ec",
    "1.2.840.10040.4.1": "dsa",
    "1.2.840.113549.1.3.1": "dh",
    "1.2.840.10046.2.1": "dh",
    "1.3.101.110": "x25519",
    "1.3.101.111": "x448",
    "1.3.101.112": "ed25519",
    "1.3.101.113": "ed448",
}
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.5": "sha512-224",
    "2.16.840.1.101.3.4.2.6": "sha512-256",
}


class PssParameters(NamedTuple):
    """What a signature or a key of RSASSA-PSS is bound to."""

    digest: str = "sha1"
    maskDigest: str = "sha1"
    saltLength: int = 20


def keyFields(der: bytes) -> dict[str, Any]:
    """What `getPeerCertificate()` says of a key: RSA has numbers, EC a point and a curve, others nothing."""
    try:
        algorithm, key = only(der, SEQUENCE).parts
        kind = algorithm.parts[0].oid
        if kind == RSA_PSS:
            pssParameters(algorithm.parts[1:])  # raises
        if kind in (RSA, RSA_PSS):
            return _rsaFields(der, algorithm, key)
        return _ecFields(der, key) if kind == EC else {}
    except (ValueError, IndexError):
        return {}


def isKey(der: bytes) -> bool:
    """Can anything be checked with this key? A point beside its curve is none."""
    try:
        load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def keyType(der: bytes) -> str | None:
    """Node's name of the kind of a key; None for one that Node does not know."""
    return _TYPES.get(only(der, SEQUENCE).parts[0].parts[0].oid)


def curveOf(der: bytes) -> Curve | None:
    """The curve of an EC key; None where it is not one that has a name."""
    parameters = only(der, SEQUENCE).parts[0].parts[1:]
    return CURVES.get(parameters[0].oid) if parameters and parameters[0].tag == OID else None


def pssParameters(parameters: list[Element]) -> PssParameters | None:
    """The parameters of RSASSA-PSS; None where there are none.

    Raises:
        ValueError: they are no such thing, or name a digest that is not known.
    """
    if not parameters:
        return None
    found = PssParameters()
    for each in parameters[0].sequence():
        (inner,) = each.parts
        if each.tag == 0xA0:
            found = found._replace(digest=_digest(inner))
        elif each.tag == 0xA1:
            generator, digest = inner.sequence()
            if generator.oid != _MGF1:
                raise ValueError("no known mask")
            found = found._replace(maskDigest=_digest(digest))
        elif each.tag == 0xA2:
            found = found._replace(saltLength=inner.integer)
    return found


def _digest(algorithm: Element) -> str:
    oid = algorithm.sequence()[0].oid
    if oid not in _DIGESTS:
        raise ValueError("no known digest")
    return _DIGESTS[oid]


def _rsaFields(der: bytes, algorithm: Element, key: Element) -> dict[str, Any]:
    modulus, exponent = only(key.bits, SEQUENCE).parts
    if key.tag != BIT_STRING or modulus.tag != INTEGER or exponent.tag != INTEGER:
        raise ValueError("no RSA key")
    # Without a sign: the first bit may be set.
    n, e = int.from_bytes(modulus.content, "big"), int.from_bytes(exponent.content, "big")
    text = f"{n:X}"
    if algorithm.parts[0].oid == RSA:
        der = _canonical(algorithm, n, e)
    return {
        "modulus": "0" * (len(text) % 2) + text,
        "exponent": f"0x{e:X}",
        "pubkey": der,
        "bits": n.bit_length(),
    }


def _canonical(algorithm: Element, *numbers: int) -> bytes:
    """An RSA key in the one DER that it has, whatever was left out of it or is too long."""
    encoded = (encode(INTEGER, each.to_bytes(each.bit_length() // 8 + 1, "big")) for each in numbers)
    key = encode(BIT_STRING, b"\0", encode(SEQUENCE, *encoded))
    return encode(SEQUENCE, encode(SEQUENCE, algorithm.parts[0].whole, b"\5\0"), key)


def _ecFields(der: bytes, key: Element) -> dict[str, Any]:
    curve = curveOf(der)
    if curve is None or not isKey(der):
        return {}
    found = {"pubkey": key.bits, "bits": curve.bits, "asn1Curve": curve.name}
    return found if curve.nist is None else {**found, "nistCurve": curve.nist}
