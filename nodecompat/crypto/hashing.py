"""Digests: `Hash` and `Hmac`, which are streams as well, and `hash` at once.

The work is hashlib's and hmac's. As in Node, `update` works in the calling thread.

Node: https://nodejs.org/api/crypto.html#class-hash
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, overload

from .. import encodings
from ..coercion import optionsOf
from ..errors import (
    ERR_CRYPTO_HASH_FINALIZED,
    ERR_CRYPTO_HASH_UPDATE_FAILED,
    ERR_CRYPTO_INVALID_DIGEST,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    NodeError,
)
from ..optionbags import check
from ..stream import Transform
from ..stream.core.options import TransformOptions
from ..texts import wellFormed
from ..validators import validateEncoding, validateObject, validateString, validateUint32
from .digests import XOF_LENGTHS, canonicalName, newDigest
from .inputs import VIEWS, octetsOf

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..optionbags import Bag

__all__ = ["Hash", "HashOptions", "Hmac", "HmacOptions", "OneShotDigestOptions", "createHash", "createHmac", "hash"]

_KEYS = ("string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey")
_Self = TypeVar("_Self", bound="_Digesting")


class HashOptions(TransformOptions, total=False):
    """Options of `createHash`.

    Also the options of `TransformOptions`.

    Options:
        outputLength: Bytes of the digest, for those that may have any length ("shake128", "shake256"); the algorithm's
            by default.
    """

    outputLength: int


class HmacOptions(TransformOptions, total=False):
    """Options of `createHmac`; `encoding` is that of a key that is a text, "utf8" by default.

    Also the options of `TransformOptions`.
    """


class OneShotDigestOptions(TypedDict, total=False):
    """Options of `hash`.

    Options:
        outputEncoding: The encoding of the digest, "buffer" for bytes; "hex" by default.
        outputLength: Bytes of the digest, for those that may have any length; the algorithm's by default.
    """

    outputEncoding: str
    outputLength: int


class _Digesting(Transform):
    """What a stream of data is digested by: what is written goes into the digest, which is all that can be read."""

    __slots__ = ("_digest_", "_isFinal_", "_result_")

    def __init__(self, digest: Any, options: Mapping[str, Any]) -> None:
        super().__init__(dict(options))
        self._digest_ = digest
        self._isFinal_ = False
        self._result_: bytes | None = None

    def _take_(self, data: Any, inputEncoding: Any) -> None:
        if isinstance(data, str):
            encoding = encodings.normalizeEncoding(inputEncoding) or "utf8"
            validateEncoding(data, encoding)
            data = encodings.encode(data, encoding)
        else:
            found = encodings.toBytes(data)
            if found is None:
                raise ERR_INVALID_ARG_TYPE("data", ("string", *VIEWS), data)
            data = found
        if self._result_ is not None:
            raise ERR_CRYPTO_HASH_UPDATE_FAILED()
        self._digest_.update(data)

    def _finished_(self) -> bytes:
        if self._result_ is None:
            self._result_ = self._compute_()
        return self._result_

    def _compute_(self) -> bytes:
        raise NotImplementedError

    def update(self: _Self, data: Any, inputEncoding: str | None = None) -> _Self:
        """Add data; may be called again and again.

        Args:
            data: a text or bytes.
            inputEncoding: the encoding of a text, "utf8" if left out.
        Raises: ERR_INVALID_ARG_TYPE, ERR_CRYPTO_HASH_FINALIZED, ERR_INVALID_ARG_VALUE.
        Node: https://nodejs.org/api/crypto.html#hashupdatedata-inputencoding
        """
        if self._isFinal_:
            raise ERR_CRYPTO_HASH_FINALIZED()
        self._take_(data, inputEncoding)
        return self

    def _transform(self, chunk: Any, encoding: str | None, callback: Callable[..., object]) -> None:
        try:
            self._take_(chunk, encoding)
        except NodeError as error:
            callback(error)
        else:
            callback()

    def _flush(self, callback: Callable[..., object]) -> None:
        self.push(self._finished_())
        callback()


def _shown(data: bytes, encoding: Any) -> Any:
    """The digest in an encoding; as it is where there is no such encoding."""
    name = encodings.normalizeEncoding(encoding) if encoding else None
    return data if name is None else encodings.decode(data, name)


class Hash(_Digesting):
    """A digest that data is added to: `createHash("sha256").update("text").digest("hex")`; also a Transform.

    Args: options: HashOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/crypto.html#class-hash
    """

    __slots__ = ("_length_", "_name_")

    def __init__(
        self, algorithm: str, options: HashOptions | Bag | None = None, /, **keywords: Unpack[HashOptions]
    ) -> None:
        check(HashOptions, options, keywords)
        validateString(algorithm, "algorithm")
        digest = newDigest(algorithm)
        if digest is None:
            raise NodeError("Digest method not supported")
        self._begin_(canonicalName(algorithm), digest, optionsOf(options, keywords))

    def _begin_(self, name: str, digest: Any, options: dict[str, Any]) -> None:
        length = options.pop("outputLength", None)
        if length is not None:
            validateUint32(length, "options.outputLength")
            if name not in XOF_LENGTHS and length != digest.digest_size:
                code = "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH"
                raise NodeError("error:030000B2:digital envelope routines::not XOF or invalid length", code=code)
        super().__init__(digest, options)
        self._name_ = name
        self._length_ = XOF_LENGTHS.get(name) if length is None else int(length)

    def copy(self, options: HashOptions | Bag | None = None, /, **keywords: Unpack[HashOptions]) -> Hash:
        """A further Hash that goes on from what this one has so far.

        Args: options: HashOptions.
        Raises: ERR_CRYPTO_HASH_FINALIZED.
        Node: https://nodejs.org/api/crypto.html#hashcopyoptions
        """
        check(HashOptions, options, keywords)
        if self._isFinal_:
            raise ERR_CRYPTO_HASH_FINALIZED()
        made = Hash.__new__(type(self))
        made._begin_(self._name_, self._digest_.copy(), optionsOf(options, keywords))
        return made

    @overload
    def digest(self, encoding: None = None) -> bytes: ...
    @overload
    def digest(self, encoding: str) -> Any: ...
    def digest(self, encoding: str | None = None) -> Any:
        """The digest; nothing can be added after it.

        Args: encoding: that of a text; bytes if it is left out, or unknown.
        Raises: ERR_CRYPTO_HASH_FINALIZED at the second call.
        Node: https://nodejs.org/api/crypto.html#hashdigestencoding
        """
        if self._isFinal_:
            raise ERR_CRYPTO_HASH_FINALIZED()
        self._isFinal_ = True
        return _shown(self._finished_(), encoding)

    def _compute_(self) -> bytes:
        return _digestOf(self._digest_, self._name_, self._length_)


def _digestOf(digest: Any, name: str, length: int | None) -> bytes:
    found: bytes = digest.digest(length) if name in XOF_LENGTHS else digest.digest()
    return found


class Hmac(_Digesting):
    """A keyed digest: `createHmac("sha256", key).update("text").digest("hex")`; also a Transform.

    Args: options: HmacOptions, as a mapping or as keywords.
    Node: https://nodejs.org/api/crypto.html#class-hmac
    """

    __slots__ = ()

    def __init__(
        self, hmac_: str, key: Any, options: HmacOptions | Bag | None = None, /, **keywords: Unpack[HmacOptions]
    ) -> None:
        check(HmacOptions, options, keywords)
        validateString(hmac_, "hmac")
        given = optionsOf(options, keywords)
        encoding = given.pop("encoding", None)
        if encoding is not None:
            validateString(encoding, "options.encoding")
        if isinstance(key, str):
            key = encodings.encode(key, encodings.requireEncoding(encoding))
        secret = octetsOf(key, "key", _KEYS)
        if newDigest(hmac_) is None:
            raise ERR_CRYPTO_INVALID_DIGEST(wellFormed(hmac_))
        name = canonicalName(hmac_)
        if name in XOF_LENGTHS:
            raise NodeError("error:030000BD:digital envelope routines::update error", code="ERR_OSSL_EVP_UPDATE_ERROR")
        super().__init__(hmac.new(secret, digestmod=name), given)

    @overload
    def digest(self, encoding: None = None) -> bytes: ...
    @overload
    def digest(self, encoding: str) -> Any: ...
    def digest(self, encoding: str | None = None) -> Any:
        """The digest; empty at the second call.

        Args: encoding: that of a text; bytes if it is left out, or unknown.
        Node: https://nodejs.org/api/crypto.html#hmacdigestencoding
        """
        if self._isFinal_:
            return _shown(b"", encoding)
        self._isFinal_ = True
        return _shown(self._finished_(), encoding)

    def _compute_(self) -> bytes:
        found: bytes = self._digest_.digest()
        return found


def createHash(
    algorithm: str, options: HashOptions | Mapping[str, Any] | None = None, **keywords: Unpack[HashOptions]
) -> Hash:
    """A new `Hash`: `createHash("sha256").update("text").digest("hex")`.

    Args:
        algorithm: one of `getHashes()`, in any case.
        options: HashOptions, as a mapping or as keywords: `outputLength` (bytes, of "shake128" and "shake256" only;
            16 and 32 if left out) and those of a Transform.
    Raises: ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE; an Error "Digest method not supported".
    Node: https://nodejs.org/api/crypto.html#cryptocreatehashalgorithm-options
    """
    return Hash(algorithm, options, **keywords)


def createHmac(
    hmac: str, key: Any, options: HmacOptions | Mapping[str, Any] | None = None, **keywords: Unpack[HmacOptions]
) -> Hmac:
    """A new `Hmac`: `createHmac("sha256", "a secret").update("text").digest("hex")`.

    Args:
        hmac: the digest, one of `getHashes()`, in any case.
        key: a text or bytes.
        options: HmacOptions, as a mapping or as keywords: `encoding` of a key that is a text ("utf8"), and those of a
            Transform.
    Raises: ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING, ERR_CRYPTO_INVALID_DIGEST.
    Node: https://nodejs.org/api/crypto.html#cryptocreatehmacalgorithm-key-options
    """
    return Hmac(hmac, key, options, **keywords)


def hash(
    algorithm: str,
    data: Any,
    options: OneShotDigestOptions | Mapping[str, Any] | str | None = None,
    **keywords: Unpack[OneShotDigestOptions],
) -> Any:
    """The digest of data that is there: `hash("sha1", "text")`.

    Args:
        algorithm: one of `getHashes()`, in any case.
        data: a text as UTF-8, or bytes.
        options: the encoding of the result, or OneShotDigestOptions, as a mapping or as keywords: `outputEncoding`
            ("hex"; "buffer" for bytes) and `outputLength` (bytes, of "shake128" and "shake256" only).
    Returns: a str, or bytes for "buffer".
    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; an Error "Digest method … is not supported".
    Node: https://nodejs.org/api/crypto.html#cryptohashalgorithm-data-options
    """
    check(OneShotDigestOptions, options, keywords)
    validateString(algorithm, "algorithm")
    octets = octetsOf(data, "input", ("string", *VIEWS))
    encoding: Any = options if isinstance(options, str) else "hex"
    length = None
    if not isinstance(options, str):
        if options is not None:
            validateObject(options, "options")
        given = optionsOf(options, keywords)
        encoding = given.get("outputEncoding")
        encoding = "hex" if encoding is None else encoding
        validateString(encoding, "outputEncoding")
        length = given.get("outputLength")
        if length is not None:
            validateUint32(length, "outputLength")
    name = None if encoding == "buffer" else encodings.normalizeEncoding(encoding)
    if name is None and encoding != "buffer":
        raise ERR_INVALID_ARG_VALUE("outputEncoding", encoding)
    digest = newDigest(algorithm)
    if digest is None:
        raise NodeError(f"Digest method {wellFormed(algorithm)} is not supported")
    return _shown(_once(algorithm, digest, octets, length), name)


def _once(algorithm: str, digest: Any, data: bytes, length: int | None) -> bytes:
    name = canonicalName(algorithm)
    if name not in XOF_LENGTHS and length not in (None, digest.digest_size):
        text = f"Output length {length} is invalid for {algorithm}, which does not support XOF"
        raise NodeError(text)
    digest.update(data)
    return _digestOf(digest, name, XOF_LENGTHS.get(name) if length is None else length)
