"""The plain records of `tls`."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Record

__all__ = ["CipherNameAndProtocol", "EphemeralKeyInfo"]


@dataclass(frozen=True, slots=True)
class CipherNameAndProtocol(Record):
    """A cipher: OpenSSL's name of it, the IETF's, and the lowest version that has it.

    Node: tls.html#tlssocketgetcipher
    """

    name: str
    standardName: str
    version: str


@dataclass(frozen=True, slots=True)
class EphemeralKeyInfo(Record):
    """An exchange of keys: "DH", "ECDH" or "TLSGroup", the name of the group, the bits of the key. All None for none.

    Node: tls.html#tlssocketgetephemeralkeyinfo
    """

    type: str | None = None
    name: str | None = None
    size: int | None = None
