"""Node's `crypto` module (26), what network programs use of it: digests, random bytes, keys from passwords.

The work is done by `hashlib`, `hmac` and `secrets`. `X509Certificate` needs `pip install 'nodecompat[tls]'`. Left out,
each for its reason: docs/modules.md.

Node: https://nodejs.org/api/crypto.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .derivation import ScryptOptions, hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync
from .digests import getHashes
from .equality import timingSafeEqual
from .hashing import Hash, HashOptions, Hmac, HmacOptions, OneShotDigestOptions, createHash, createHmac, hash
from .options import X509CheckOptions
from .randomness import (
    RandomUUIDOptions,
    pseudoRandomBytes,
    randomBytes,
    randomFill,
    randomFillSync,
    randomInt,
    randomUUID,
    randomUUIDv7,
)

if TYPE_CHECKING:
    from ..tls.x509certificate import X509Certificate as X509Certificate

#: `X509Certificate` is not among them: `from nodecompat.crypto import *` shall do without the extra.
__all__ = [
    "Hash",
    "HashOptions",
    "Hmac",
    "HmacOptions",
    "OneShotDigestOptions",
    "RandomUUIDOptions",
    "ScryptOptions",
    "X509CheckOptions",
    "createHash",
    "createHmac",
    "getHashes",
    "hash",
    "hkdf",
    "hkdfSync",
    "pbkdf2",
    "pbkdf2Sync",
    "pseudoRandomBytes",
    "randomBytes",
    "randomFill",
    "randomFillSync",
    "randomInt",
    "randomUUID",
    "randomUUIDv7",
    "scrypt",
    "scryptSync",
    "timingSafeEqual",
]


def __getattr__(name: str) -> Any:
    if name != "X509Certificate":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from ..tls.x509certificate import X509Certificate
    except ModuleNotFoundError as error:
        message = "crypto.X509Certificate needs pyOpenSSL and cryptography: pip install 'nodecompat[tls]'"
        raise ModuleNotFoundError(message, name=error.name) from None
    globals()[name] = X509Certificate
    return X509Certificate


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "X509Certificate"})
