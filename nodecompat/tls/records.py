"""The plain records of `tls`."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from ..records import BareRecord, OpenRecord, Record

__all__ = ["Certificate", "CipherNameAndProtocol", "DetailedPeerCertificate", "EphemeralKeyInfo", "PeerCertificate"]


@dataclass(frozen=True, slots=True)
class CipherNameAndProtocol(Record):
    """A cipher: OpenSSL's name of it, the IETF's, and the lowest version that has it.

    Node: https://nodejs.org/api/tls.html#tlssocketgetcipher
    """

    name: str
    standardName: str
    version: str


@dataclass(frozen=True, slots=True)
class EphemeralKeyInfo(Record):
    """An exchange of keys: "DH", "ECDH" or "TLSGroup", the name of the group, the bits of the key. All None for none.

    Node: https://nodejs.org/api/tls.html#tlssocketgetephemeralkeyinfo
    """

    type: str | None = None
    name: str | None = None
    size: int | None = None


class _Named:
    """A record with open names whose known ones are attributes too: None where they are missing."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if any(name in inspect.get_annotations(each) for each in type(self).__mro__):
            return self[name]  # type: ignore[index]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)


class Certificate(_Named, BareRecord["str | list[str]"]):
    """Whom a certificate is for, or from: attributes of a name, a list where there are several of a kind.

    Node: https://nodejs.org/api/tls.html#certificate-object
    """

    __slots__ = ()
    #: Country, state, place, organization, its unit, common name.
    C: str | list[str] | None
    ST: str | list[str] | None
    L: str | list[str] | None
    O: str | list[str] | None  # noqa: E741
    OU: str | list[str] | None
    CN: str | list[str] | None


class PeerCertificate(_Named, OpenRecord[Any]):
    """A certificate as `getPeerCertificate()` gives it; empty when the peer has none.

    Node: https://nodejs.org/api/tls.html#certificate-object
    """

    __slots__ = ()
    #: It is an authority's.
    ca: bool | None
    #: The certificate itself, DER.
    raw: bytes | None
    subject: Certificate | None
    issuer: Certificate | None
    #: Dates, such as "Nov 29 10:51:12 2026 GMT".
    valid_from: str | None
    valid_to: str | None
    #: In hex, as the fingerprints; those have colons, and are of SHA-1, SHA-256 and SHA-512.
    serialNumber: str | None
    fingerprint: str | None
    fingerprint256: str | None
    fingerprint512: str | None
    #: Object identifiers of the extended key usage.
    ext_key_usage: list[str] | None
    #: Such as "DNS:localhost, IP Address:127.0.0.1".
    subjectaltname: str | None
    #: Addresses by their kind, such as "OCSP - URI".
    infoAccess: BareRecord[list[str]] | None
    #: The bits of the key; of RSA exponent and modulus in hex, of a curve its names.
    bits: int | None
    exponent: str | None
    modulus: str | None
    pubkey: bytes | None
    asn1Curve: str | None
    nistCurve: str | None


class DetailedPeerCertificate(PeerCertificate):
    """A certificate as `getPeerCertificate(True)` gives it.

    Node: https://nodejs.org/api/tls.html#tlssocketgetpeercertificatedetailed
    """

    __slots__ = ()
    #: The next one of the chain; a root that signed itself has itself.
    issuerCertificate: DetailedPeerCertificate | None
