"""The groups in which keys are exchanged, by their numbers in TLS."""

from __future__ import annotations

from .records import EphemeralKeyInfo

__all__ = ["keyInfo"]

#: Elliptic curves: OpenSSL's name, and the bits of a key.
_CURVES = {
    22: ("secp256k1", 256),
    23: ("prime256v1", 256),
    24: ("secp384r1", 384),
    25: ("secp521r1", 521),
    26: ("brainpoolP256r1", 256),
    27: ("brainpoolP384r1", 384),
    28: ("brainpoolP512r1", 512),
    29: ("X25519", 253),
    30: ("X448", 448),
    31: ("brainpoolP256r1", 256),
    32: ("brainpoolP384r1", 384),
    33: ("brainpoolP512r1", 512),
}
_PRIMES = {0x0100: 2048, 0x0101: 3072, 0x0102: 4096, 0x0103: 6144, 0x0104: 8192}
#: With ML-KEM, alone or beside a curve.
_OTHERS = {
    0x0200: "MLKEM512",
    0x0201: "MLKEM768",
    0x0202: "MLKEM1024",
    0x11EB: "SecP256r1MLKEM768",
    0x11EC: "X25519MLKEM768",
    0x11ED: "SecP384r1MLKEM1024",
}


def keyInfo(group: int) -> EphemeralKeyInfo:
    """What `getEphemeralKeyInfo` says of a group; nothing of one that is not known, or none (0)."""
    if group in _CURVES:
        return EphemeralKeyInfo("ECDH", *_CURVES[group])
    if group in _PRIMES:
        return EphemeralKeyInfo("DH", size=_PRIMES[group])
    return EphemeralKeyInfo("TLSGroup", _OTHERS[group]) if group in _OTHERS else EphemeralKeyInfo()
