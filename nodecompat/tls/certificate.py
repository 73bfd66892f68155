"""What `tlsSocket.getPeerCertificate()` gives, in Node's shape.

What is undefined in Node's object is None: `cert["modulus"]` for a key that has no modulus.

Differs: a key on a curve that has no name at NIST (secp256k1, Brainpool) kills Node; here `nistCurve` is None.

Node: https://nodejs.org/api/tls.html#certificate-object
"""

from __future__ import annotations

import hashlib
import json
import re

from ..records import BareRecord
from .issuing import isIssuedBy
from .names import accessText, altText, nameRecord
from .parsed import Parsed
from .publickey import keyFields
from .records import DetailedPeerCertificate, PeerCertificate

__all__ = ["certificateChain", "certificateOf", "fingerprint", "namesIn", "peerCertificate", "serialText"]

_accessLine = re.compile(r"([^\n:]*):([^\n]*)(?:\n|$)")


def peerCertificate(der: bytes) -> PeerCertificate:
    """One certificate, as `getPeerCertificate()` gives it.

    Args:
        der: the certificate.
    Raises:
        ValueError: it is none.
    """
    return certificateOf(Parsed(der))


def certificateChain(ders: list[bytes]) -> DetailedPeerCertificate:
    """A certificate with its issuers, as `getPeerCertificate(true)` gives it.

    Args:
        ders: the peer's certificate, and those above it in order.
    Returns:
        The first one; each one's `issuerCertificate` is the next. A root that signed itself is its own issuer.
    """
    parsed = Parsed(ders[0])
    first = last = _detailed(parsed)
    for der in ders[1:]:
        parsed = Parsed(der)
        issuer = _detailed(parsed)
        last["issuerCertificate"] = issuer
        last = issuer
    if isIssuedBy(parsed, parsed):
        last["issuerCertificate"] = last
    return first


def _detailed(parsed: Parsed) -> DetailedPeerCertificate:
    return DetailedPeerCertificate(certificateOf(parsed))


def namesIn(der: bytes) -> PeerCertificate:
    """As much of `peerCertificate` as `checkServerIdentity` looks at, for a third of the work."""
    parsed = Parsed(der)
    found = PeerCertificate()
    found["subject"] = nameRecord(parsed.subject)
    found["subjectaltname"] = None if parsed.altNames is None else altText(parsed.altNames)
    return found


def certificateOf(parsed: Parsed) -> PeerCertificate:
    """The object of a certificate that is read already."""
    found = PeerCertificate()
    found["subject"] = nameRecord(parsed.subject)
    found["issuer"] = nameRecord(parsed.issuer)
    found["subjectaltname"] = None if parsed.altNames is None else altText(parsed.altNames)
    access = parsed.infoAccess
    found["infoAccess"] = None if access is None else _accessRecord(accessText(access))
    found["ca"] = parsed.isAuthority
    fields = keyFields(parsed.key)
    for name in ("modulus", "exponent", "pubkey", "bits"):
        found[name] = fields.get(name)
    found["valid_from"] = parsed.notBefore.text
    found["valid_to"] = parsed.notAfter.text
    for name, digest in (("fingerprint", "sha1"), ("fingerprint256", "sha256"), ("fingerprint512", "sha512")):
        found[name] = fingerprint(parsed.der, digest)
    found["ext_key_usage"] = parsed.extendedUsage
    found["serialNumber"] = serialText(parsed.serial)
    found["raw"] = parsed.der
    for name in ("asn1Curve", "nistCurve"):
        found[name] = fields.get(name)
    return found


def fingerprint(der: bytes, digest: str) -> str:
    """A digest as pairs of hex digits with colons between them."""
    return hashlib.new(digest, der).digest().hex(":").upper()


def serialText(serial: int) -> str:
    """A serial number in hex, of whole octets."""
    text = f"{abs(serial):X}"
    if len(text) % 2 and serial:
        text = f"0{text}"
    return f"-{text}" if serial < 0 else text


def _accessRecord(text: str) -> BareRecord[list[str]]:
    """`OCSP - URI` → its addresses."""
    found: BareRecord[list[str]] = BareRecord()
    for key, value in _accessLine.findall(text):
        found.setdefault(key, []).append(json.loads(value) if value.startswith('"') else value)
    return found
