"""Did this key sign this certificate?"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

from .parsed import Parsed
from .publickey import RSA_PSS, pssParameters

__all__ = ["isSignedBy", "signers"]

_NIST = "2.16.840.1.101.3.4.3."
#: The digest of a signature algorithm, for each kind of key.
_RSA: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.4": hashes.MD5,
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
    "1.2.840.113549.1.1.14": hashes.SHA224,
    f"{_NIST}13": hashes.SHA3_224,
    f"{_NIST}14": hashes.SHA3_256,
    f"{_NIST}15": hashes.SHA3_384,
    f"{_NIST}16": hashes.SHA3_512,
}
#: Those of digests that nobody trusts any more; `cryptography` does not have them.
_OLD_RSA = {"1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.3.14.3.2.29", "1.3.36.3.3.1.2"}
_EC: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.10045.4.1": hashes.SHA1,
    "1.2.840.10045.4.3.1": hashes.SHA224,
    "1.2.840.10045.4.3.2": hashes.SHA256,
    "1.2.840.10045.4.3.3": hashes.SHA384,
    "1.2.840.10045.4.3.4": hashes.SHA512,
    f"{_NIST}9": hashes.SHA3_224,
    f"{_NIST}10": hashes.SHA3_256,
    f"{_NIST}11": hashes.SHA3_384,
    f"{_NIST}12": hashes.SHA3_512,
}
_DSA: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.10040.4.3": hashes.SHA1,
    f"{_NIST}1": hashes.SHA224,
    f"{_NIST}2": hashes.SHA256,
}
_ED25519, _ED448 = "1.3.101.112", "1.3.101.113"
_EDWARDS: dict[str, Any] = {_ED25519: ed25519.Ed25519PublicKey, _ED448: ed448.Ed448PublicKey}
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512-224": hashes.SHA512_224,
    "sha512-256": hashes.SHA512_256,
}


def signers(algorithm: str) -> tuple[str, ...]:
    """The kinds of keys that make signatures by an algorithm."""
    if algorithm == RSA_PSS:
        return "rsa", "rsa-pss"
    if algorithm in _RSA or algorithm in _OLD_RSA:
        return ("rsa",)
    if algorithm in _EC:
        return ("ec",)
    if algorithm in _DSA:
        return ("dsa",)
    return {_ED25519: ("ed25519",), _ED448: ("ed448",)}.get(algorithm, ())


def isSignedBy(parsed: Parsed, key: Any) -> bool:
    """Is the signature of the certificate one of this key (of `cryptography`)?"""
    if not parsed.isConsistent:
        return False
    try:
        return _verify(parsed, key)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False


def _verify(parsed: Parsed, key: Any) -> bool:
    algorithm, signature, data = parsed.algorithm, parsed.signature, parsed.signed
    if isinstance(key, rsa.RSAPublicKey):
        if algorithm == RSA_PSS:
            return _verifyPss(parsed, key)
        if algorithm not in _RSA:
            return False
        key.verify(signature, data, padding.PKCS1v15(), _RSA[algorithm]())
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _EC:
        key.verify(signature, data, ec.ECDSA(_EC[algorithm]()))
    elif isinstance(key, dsa.DSAPublicKey) and algorithm in _DSA:
        key.verify(signature, data, _DSA[algorithm]())
    elif isinstance(key, _EDWARDS.get(algorithm, ())):
        key.verify(signature, data)
    else:
        return False
    return True


def _verifyPss(parsed: Parsed, key: rsa.RSAPublicKey) -> bool:
    parameters = pssParameters(parsed.parameters)
    if parameters is None:
        return False
    mask = padding.MGF1(_DIGESTS[parameters.maskDigest]())
    key.verify(
        parsed.signature,
        parsed.signed,
        padding.PSS(mask, parameters.saltLength),
        _DIGESTS[parameters.digest](),
    )
    return True
