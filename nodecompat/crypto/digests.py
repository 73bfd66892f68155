"""Names of digests: OpenSSL's, which Node takes, and what hashlib makes of them.

A name is taken in any case. Which digests there are is up to the OpenSSL that Python was built with.

Node: https://nodejs.org/api/crypto.html#cryptogethashes
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any

__all__ = ["XOF_LENGTHS", "canonicalName", "getHashes", "newDigest"]

#: Bytes that a digest of any length gives when it is not told how many.
XOF_LENGTHS = {"shake128": 16, "shake256": 32}

#: The names that Node 26 lists.
_LISTED = (
    "RSA-MD5", "RSA-RIPEMD160", "RSA-SHA1", "RSA-SHA1-2", "RSA-SHA224", "RSA-SHA256", "RSA-SHA3-224", "RSA-SHA3-256",
    "RSA-SHA3-384", "RSA-SHA3-512", "RSA-SHA384", "RSA-SHA512", "RSA-SHA512/224", "RSA-SHA512/256", "RSA-SM3",
    "blake2b-512", "blake2b512", "blake2s-256", "blake2s256", "id-rsassa-pkcs1-v1_5-with-sha3-224",
    "id-rsassa-pkcs1-v1_5-with-sha3-256", "id-rsassa-pkcs1-v1_5-with-sha3-384", "id-rsassa-pkcs1-v1_5-with-sha3-512",
    "md5", "md5-sha1", "md5WithRSAEncryption", "ripemd", "ripemd-160", "ripemd160", "ripemd160WithRSA", "rmd160",
    "sha-1", "sha-224", "sha-256", "sha-384", "sha-512", "sha-512/224", "sha-512/256", "sha1",
    "sha1WithRSAEncryption", "sha2-224", "sha2-256", "sha2-384", "sha2-512", "sha2-512/224", "sha2-512/256", "sha224",
    "sha224WithRSAEncryption", "sha256", "sha256WithRSAEncryption", "sha3-224", "sha3-256", "sha3-384", "sha3-512",
    "sha384", "sha384WithRSAEncryption", "sha512", "sha512-224", "sha512-224WithRSAEncryption", "sha512-256",
    "sha512-256WithRSAEncryption", "sha512WithRSAEncryption", "shake-128", "shake-256", "shake128", "shake256", "sm3",
    "sm3WithRSAEncryption", "ssl3-md5", "ssl3-sha1",
)  # fmt: skip
_AROUND = re.compile(r"^(?:rsa-|ssl3-|id-rsassa-pkcs1-v1_5-with-)|withrsa(?:encryption)?$")
#: Where hashlib has another name, once what stands around it is gone.
_OTHERS = {
    "sha1-2": "sha1",
    "rmd160": "ripemd160",
    "ripemd": "ripemd160",
    "ripemd-160": "ripemd160",
    "blake2b512": "blake2b",
    "blake2b-512": "blake2b",
    "blake2s256": "blake2s",
    "blake2s-256": "blake2s",
}
_SPELLINGS = re.compile(r"^sha2?-(1|224|256|384|512)(?=$|/)")


def canonicalName(name: str) -> str:
    """hashlib's name for a name of OpenSSL, if there is one: "RSA-SHA512/224" is "sha512_224"."""
    short = _AROUND.sub("", name.lower())
    short = _OTHERS.get(short, _SPELLINGS.sub(r"sha\1", short))
    if short.startswith("shake"):
        return short.replace("-", "")
    return short.replace("-", "_").replace("/", "_") if short.startswith("sha") else short


def newDigest(name: str) -> Any:
    """A new digest of hashlib, or None when there is none of that name."""
    try:
        return hashlib.new(canonicalName(name))
    except (ValueError, TypeError):  # TypeError: a NUL in the name
        return None


@cache
def _available() -> tuple[str, ...]:
    return tuple(name for name in _LISTED if newDigest(name) is not None)


def getHashes() -> list[str]:
    """The names that `createHash` takes, as Node lists them; each may be written in any case.

    Example: `"sha256" in getHashes()`.
    Node: https://nodejs.org/api/crypto.html#cryptogethashes
    """
    return list(_available())
