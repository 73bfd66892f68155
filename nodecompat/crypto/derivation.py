"""Keys from passwords and other secrets: PBKDF2, scrypt, HKDF.

The work is hashlib's and hmac's. The forms with a callback work in a thread: a good password hash takes long by design.

Node: https://nodejs.org/api/crypto.html#cryptopbkdf2password-salt-iterations-keylen-digest-callback
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..coercion import optionsOf
from ..errors import (
    ERR_CRYPTO_INVALID_DIGEST,
    ERR_CRYPTO_INVALID_KEYLEN,
    ERR_CRYPTO_INVALID_SCRYPT_PARAMS,
    ERR_INCOMPATIBLE_OPTION_PAIR,
    ERR_OUT_OF_RANGE,
    NodeError,
)
from ..events import fit
from ..optionbags import check
from ..reactor.loop.threads import inThread
from ..texts import wellFormed
from ..validators import (
    MAX_SAFE_INTEGER,
    validateFunction,
    validateInt32,
    validateInteger,
    validateString,
    validateUint32,
)
from .digests import XOF_LENGTHS, canonicalName, newDigest
from .inputs import octetsOf

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["ScryptOptions", "hkdf", "hkdfSync", "pbkdf2", "pbkdf2Sync", "scrypt", "scryptSync"]

MAX_INFO = 1024  # bytes of `info` that hkdf takes, as in Node
_KINDS = ("string", "ArrayBuffer", "Buffer", "TypedArray", "DataView")
_BUFFERS = ("string", "ArrayBuffer", "TypedArray", "DataView", "Buffer")
_MEMORY = "error:030000AC:digital envelope routines::memory limit exceeded"
#: Of scrypt: N, r, p and the memory, unless they are given.
_COST, _BLOCK_SIZE, _PARALLELIZATION, _MAX_MEMORY = 16384, 8, 1, 32 * 1024 * 1024

_LARGEST = 2**31 - 1  # bytes of memory that hashlib can be allowed

_Work = Callable[[], bytes]


class ScryptOptions(TypedDict, total=False):
    """Options of `scrypt`; each has two names.

    Options:
        N: The cost, a power of two; 16,384 by default.
        cost: The long name of `N`; 16,384 by default.
        r: The size of a block; 8 by default.
        blockSize: The long name of `r`; 8 by default.
        p: How many run side by side; 1 by default.
        parallelization: The long name of `p`; 1 by default.
        maxmem: Bytes of memory that may be needed, about 128 * N * r are; 33,554,432 by default.
    """

    N: int
    cost: int
    r: int
    blockSize: int
    p: int
    parallelization: int
    maxmem: int


def _answer(work: _Work, callback: Callable[..., object], name: str) -> None:
    answer = fit(callback, 2)
    inThread(work, lambda result, error: answer(error, result), name)


# -- PBKDF2


def pbkdf2(
    password: Any,
    salt: Any,
    iterations: int,
    keylen: int,
    digest: str,
    callback: Callable[..., object] | None = None,
) -> None:
    """A key from a password, in a thread.

    Args:
        password, salt: texts or bytes.
        iterations: how often the digest is applied.
        keylen: bytes of the key.
        digest: one of `getHashes()`.
        callback: `callback(error, key)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_CRYPTO_INVALID_DIGEST.
    Example: `pbkdf2("secret", "salt", 100000, 64, "sha512", lambda error, key: print(key.hex()))`
    Node: https://nodejs.org/api/crypto.html#cryptopbkdf2password-salt-iterations-keylen-digest-callback
    """
    if callable(digest):
        digest, callback = None, digest  # type: ignore[assignment]
    work = _pbkdf2Work(password, salt, iterations, keylen, digest)
    validateFunction(callback, "callback")
    assert callback is not None
    _answer(work, callback, "PBKDF2REQUEST")


def pbkdf2Sync(password: Any, salt: Any, iterations: int, keylen: int, digest: str) -> bytes:
    """A key from a password; the loop is held up meanwhile. Arguments and errors are those of `pbkdf2`.

    Node: https://nodejs.org/api/crypto.html#cryptopbkdf2syncpassword-salt-iterations-keylen-digest
    """
    return _pbkdf2Work(password, salt, iterations, keylen, digest)()


def _pbkdf2Work(password: Any, salt: Any, iterations: Any, keylen: Any, digest: Any) -> _Work:
    validateString(digest, "digest")
    secret, grain = octetsOf(password, "password", _KINDS), octetsOf(salt, "salt", _KINDS)
    validateInt32(iterations, "iterations", 1)
    validateInt32(keylen, "keylen", 0)
    name = _requireDigest(digest)

    def work() -> bytes:
        if not keylen or name in XOF_LENGTHS:
            raise NodeError("PBKDF2 derivation failed")
        return hashlib.pbkdf2_hmac(name, secret, grain, int(iterations), int(keylen))

    return work


def _requireDigest(digest: str) -> str:
    if newDigest(digest) is None:
        raise ERR_CRYPTO_INVALID_DIGEST(wellFormed(digest))
    return canonicalName(digest)


# -- scrypt


def scrypt(
    password: Any,
    salt: Any,
    keylen: int,
    options: ScryptOptions | Mapping[str, Any] | Callable[..., object] | None = None,
    callback: Callable[..., object] | None = None,
    **keywords: Unpack[ScryptOptions],
) -> None:
    """A key from a password by much memory, in a thread.

    Args:
        password, salt: texts or bytes.
        keylen: bytes of the key.
        options: ScryptOptions, as a mapping or as keywords: `N` (cost, a power of two, 16384), `r` (blockSize, 8), `p`
            (parallelization, 1), `maxmem` (bytes, 32 MiB). May be left out.
        callback: `callback(error, key)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INCOMPATIBLE_OPTION_PAIR, ERR_CRYPTO_INVALID_SCRYPT_PARAMS.
    Example: `scrypt("secret", "salt", 64, lambda error, key: print(key.hex()))`
    Node: https://nodejs.org/api/crypto.html#cryptoscryptpassword-salt-keylen-options-callback
    """
    if callback is None:
        options, callback = None, options
    work = _scryptWork(password, salt, keylen, options, keywords)
    validateFunction(callback, "callback")
    assert callback is not None
    _answer(work, callback, "SCRYPTREQUEST")


def scryptSync(
    password: Any,
    salt: Any,
    keylen: int,
    options: ScryptOptions | Mapping[str, Any] | None = None,
    **keywords: Unpack[ScryptOptions],
) -> bytes:
    """A key from a password by much memory; the loop is held up meanwhile. Arguments (ScryptOptions among
    them) and errors are those of `scrypt`.

    Node: https://nodejs.org/api/crypto.html#cryptoscryptsyncpassword-salt-keylen-options
    """
    return _scryptWork(password, salt, keylen, options, keywords)()


def _scryptWork(password: Any, salt: Any, keylen: Any, options: Any, keywords: Mapping[str, Any]) -> _Work:
    check(ScryptOptions, options, keywords)
    secret, grain = octetsOf(password, "password", _KINDS), octetsOf(salt, "salt", _KINDS)
    validateInt32(keylen, "keylen", 0)
    given = optionsOf(options, keywords)
    cost = _either(given, "N", "cost") or _COST
    size = _either(given, "r", "blockSize") or _BLOCK_SIZE
    parallel = _either(given, "p", "parallelization") or _PARALLELIZATION
    maxmem = given.get("maxmem")
    if maxmem is not None:
        validateInteger(maxmem, "maxmem", 0)
    maxmem = min(int(maxmem or _MAX_MEMORY), _LARGEST)
    _requireScrypt(cost, size, parallel, maxmem)

    def work() -> bytes:
        if not keylen:
            return b""
        try:
            return hashlib.scrypt(secret, salt=grain, n=cost, r=size, p=parallel, maxmem=maxmem, dklen=int(keylen))
        except (ValueError, OverflowError, MemoryError):
            raise ERR_CRYPTO_INVALID_SCRYPT_PARAMS(_MEMORY) from None

    return work


def _either(given: Mapping[str, Any], name: str, other: str) -> int:
    """The option under either name; 0 when there is none."""
    value, second = given.get(name), given.get(other)
    if value is not None:
        validateUint32(value, name)
    if second is not None:
        if value is not None:
            raise ERR_INCOMPATIBLE_OPTION_PAIR(name, other)
        validateUint32(second, other)
        value = second
    return int(value or 0)


def _requireScrypt(cost: int, size: int, parallel: int, maxmem: int) -> None:
    """What OpenSSL asks of the numbers.

    Raises: ERR_CRYPTO_INVALID_SCRYPT_PARAMS.
    """
    if cost < 2 or cost & (cost - 1):
        raise ERR_CRYPTO_INVALID_SCRYPT_PARAMS()
    blocks = 128 * size * parallel
    isTooLong = 16 * size < 64 and cost >= 2 ** (16 * size)  # RFC 7914, 2
    if isTooLong or parallel * size >= 2**30 or blocks + 32 * size * (cost + 2) * 4 > maxmem:
        raise ERR_CRYPTO_INVALID_SCRYPT_PARAMS(_MEMORY)


# -- HKDF


def hkdf(
    digest: str, ikm: Any, salt: Any, info: Any, length: int, callback: Callable[..., object] | None = None
) -> None:
    """A key from another secret (RFC 5869), in a thread.

    Args:
        digest: one of `getHashes()`.
        ikm: the secret, a text or bytes.
        salt: a text or bytes.
        info: what the key is for, a text or bytes, up to 1024.
        length: bytes of the key, up to 255 times those of the digest.
        callback: `callback(error, key)`.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_INVALID_KEYLEN.
    Example: `hkdf("sha512", "secret", "salt", "info", 64, lambda error, key: print(key.hex()))`
    Node: https://nodejs.org/api/crypto.html#cryptohkdfdigest-ikm-salt-info-keylen-callback
    """
    work = _hkdfWork(digest, ikm, salt, info, length, callback)
    assert callback is not None
    _answer(work, callback, "HKDFREQUEST")


_absent: Any = object()


def hkdfSync(digest: str, ikm: Any, salt: Any, info: Any, length: int) -> bytes:
    """A key from another secret; the loop is held up meanwhile. Arguments and errors are those of `hkdf`.

    Node: https://nodejs.org/api/crypto.html#cryptohkdfsyncdigest-ikm-salt-info-keylen
    """
    return _hkdfWork(digest, ikm, salt, info, length)()


def _hkdfWork(digest: Any, ikm: Any, salt: Any, info: Any, length: Any, callback: Any = _absent) -> _Work:
    validateString(digest, "digest")
    secret = octetsOf(ikm, "ikm", ("string", "SecretKeyObject", "ArrayBuffer", "TypedArray", "DataView", "Buffer"))
    grain, purpose = octetsOf(salt, "salt", _BUFFERS), octetsOf(info, "info", _BUFFERS)
    validateInteger(length, "length", 0, MAX_SAFE_INTEGER)
    if len(purpose) > MAX_INFO:
        raise ERR_OUT_OF_RANGE("info", f"must not contain more than {MAX_INFO} bytes", len(purpose))
    if callback is not _absent:
        validateFunction(callback, "callback")
    name = _requireDigest(digest)
    size = newDigest(digest).digest_size
    if length > 255 * size and name not in XOF_LENGTHS:
        raise ERR_CRYPTO_INVALID_KEYLEN()

    def work() -> bytes:
        if not length or name in XOF_LENGTHS:
            raise NodeError("HKDF derivation failed")
        return _expand(hmac.digest(grain, secret, name), purpose, int(length), name)

    return work


def _expand(key: bytes, info: bytes, length: int, digest: str) -> bytes:
    """RFC 5869, 2.3."""
    block, found = b"", bytearray()
    for number in range(1, 256):
        if len(found) >= length:
            break
        block = hmac.digest(key, block + info + bytes([number]), digest)
        found += block
    return bytes(found[:length])
