"""Keys as objects: what of Node's `crypto.KeyObject` certificates need.

Differs: keys are read and written as PEM and DER, not as JWK, and written without a passphrase.

Node: https://nodejs.org/api/crypto.html#class-keyobject
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from ..encodings import toBytes
from ..errors import (
    ERR_FEATURE_UNAVAILABLE_ON_PLATFORM,
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    NodeError,
    NodeTypeError,
)
from ..validators import validateObject
from .der import SEQUENCE, only
from .parsed import Parsed
from .pem import pemText, readCertificate
from .publickey import curveOf, keyType, pssParameters

__all__ = ["KeyObject", "createPrivateKey", "createPublicKey"]

_FORMATS = {"pem": serialization.Encoding.PEM, "der": serialization.Encoding.DER}
_BYTES = ("string", "ArrayBuffer", "Buffer", "TypedArray", "DataView")
_PRIVATE_INPUTS, _PUBLIC_INPUTS = (*_BYTES, "URL"), (*_BYTES, "KeyObject", "CryptoKey")


class KeyObject:
    """A public or private key.

    Node: https://nodejs.org/api/crypto.html#class-keyobject
    """

    def __init__(self, type: str, handle: Any, spki: bytes) -> None:
        self._type_ = type
        self._handle_ = handle  # of `cryptography`
        self._spki_ = spki  # the public half as it was given: `cryptography` forgets that a key is for PSS only

    @property
    def type(self) -> str:
        """ "public" or "private"."""
        return self._type_

    @property
    def asymmetricKeyType(self) -> str | None:
        """ "rsa", "rsa-pss", "ec", "ed25519" …"""
        return keyType(self._spki_)

    @cached_property
    def asymmetricKeyDetails(self) -> dict[str, Any]:
        """The numbers of the key, or the name of its curve."""
        handle = self._handle_
        if isinstance(handle, (rsa.RSAPublicKey, rsa.RSAPrivateKey)):
            public = handle.public_key() if isinstance(handle, rsa.RSAPrivateKey) else handle
            numbers = public.public_numbers()
            return {"modulusLength": handle.key_size, "publicExponent": numbers.e, **self._pssDetails_()}
        if isinstance(handle, (dsa.DSAPublicKey, dsa.DSAPrivateKey)):
            order = handle.parameters().parameter_numbers().q
            return {"modulusLength": handle.key_size, "divisorLength": order.bit_length()}
        curve = curveOf(self._spki_) if self.asymmetricKeyType == "ec" else None
        return {"namedCurve": curve.name} if curve else {}

    def _pssDetails_(self) -> dict[str, Any]:
        if self.asymmetricKeyType != "rsa-pss":
            return {}
        parameters = pssParameters(only(self._spki_, SEQUENCE).parts[0].parts[1:])
        if parameters is None:
            return {}
        return {
            "hashAlgorithm": parameters.digest,
            "mgf1HashAlgorithm": parameters.maskDigest,
            "saltLength": parameters.saltLength,
        }

    def equals(self, otherKeyObject: KeyObject) -> bool:
        """Are both the same key? Node: https://nodejs.org/api/crypto.html#keyobjectequalsotherkeyobject"""
        if not isinstance(otherKeyObject, KeyObject):
            raise ERR_INVALID_ARG_TYPE("otherKeyObject", "KeyObject", otherKeyObject)
        return self._type_ == otherKeyObject._type_ and self._spki_ == otherKeyObject._spki_

    def isHalfOf(self, privateKey: KeyObject) -> bool:
        """Is this the public half of a private key?"""
        return _numbers(self._handle_) == _numbers(privateKey._handle_.public_key())

    def export(self, options: Mapping[str, Any] | None = None) -> str | bytes:
        """The key as PEM text or DER bytes.

        Args:
            options: `format` ("pem" or "der") and `type`: "spki" or "pkcs1" of a public key, "pkcs8", "pkcs1" or "sec1"
                of a private one.
        Node: https://nodejs.org/api/crypto.html#keyobjectexportoptions
        """
        validateObject(options, "options")
        assert options is not None
        format, type = options.get("format"), options.get("type")
        if format == "jwk" or options.get("cipher") is not None:
            raise ERR_FEATURE_UNAVAILABLE_ON_PLATFORM("crypto.KeyObject.export with jwk or cipher")
        if format not in _FORMATS:
            raise ERR_INVALID_ARG_VALUE("options.format", format)
        if self._type_ == "public":
            data = self._exportPublic_(format, type)
        else:
            data = self._exportPrivate_(format, type)
            if options.get("passphrase") is not None:
                reason = "is required when a passphrase is specified"
                raise ERR_INVALID_ARG_VALUE("options.cipher", None, reason)
        return data.decode() if format == "pem" else data

    def _exportPublic_(self, format: str, type: Any) -> bytes:
        if type == "pkcs1":
            self._require_(isinstance(self._handle_, rsa.RSAPublicKey), "pkcs1", "RSA")
            return bytes(self._handle_.public_bytes(_FORMATS[format], serialization.PublicFormat.PKCS1))
        if type != "spki":
            raise ERR_INVALID_ARG_VALUE("options.type", type)
        if format == "der":
            return self._spki_
        return pemText(self._spki_, "PUBLIC KEY").encode()

    def _exportPrivate_(self, format: str, type: Any) -> bytes:
        kind = serialization.PrivateFormat.TraditionalOpenSSL
        if type == "pkcs1":
            self._require_(isinstance(self._handle_, rsa.RSAPrivateKey), "pkcs1", "RSA")
        elif type == "sec1":
            self._require_(isinstance(self._handle_, ec.EllipticCurvePrivateKey), "sec1", "EC")
        elif type == "pkcs8":
            kind = serialization.PrivateFormat.PKCS8
        else:
            raise ERR_INVALID_ARG_VALUE("options.type", type)
        return bytes(self._handle_.private_bytes(_FORMATS[format], kind, serialization.NoEncryption()))

    def _require_(self, isFine: bool, type: str, kind: str) -> None:
        if not isFine:
            message = f"The selected key encoding {type} can only be used for {kind} keys."
            raise NodeError(message, code="ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS")

    def __inspect__(self, depth: Any, options: Any, inspect: Any) -> str:
        return f"{self._type_.capitalize()}KeyObject [KeyObject] {{}}"


def publicKeyOf(spki: bytes) -> KeyObject:
    """The key of a certificate.

    Raises:
        NodeError: it is none.
    """
    try:
        return KeyObject("public", serialization.load_der_public_key(spki), spki)
    except (ValueError, UnsupportedAlgorithm):
        message = "error:03000072:digital envelope routines::decode error"
        raise NodeError(message, code="ERR_OSSL_EVP_DECODE_ERROR") from None


class MissingPassphrase(Exception):
    """The key is encrypted."""


def readPrivateKey(data: bytes, passphrase: bytes | None = None, format: str = "pem") -> Any:
    """A private key of `cryptography`; a passphrase that is not needed is ignored, as in Node.

    Raises: MissingPassphrase; NodeError with OpenSSL's code when it cannot be read.
    """
    load = serialization.load_pem_private_key if format == "pem" else serialization.load_der_private_key
    try:
        # To check the primes of an RSA key takes 35 ms. It is the program's own key, and Node does not check either.
        return load(data, passphrase, unsafe_skip_rsa_key_validation=True)
    except TypeError:  # a passphrase is missing, or there is one too many
        if passphrase is None:
            raise MissingPassphrase from None
        return readPrivateKey(data, None, format)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise unreadable(str(error)) from None


def createPrivateKey(key: Any) -> KeyObject:
    """A private key.

    Args:
        key: PEM text, or options: `key`, `format` ("pem" or "der"), `passphrase`.
    Node: https://nodejs.org/api/crypto.html#cryptocreateprivatekeykey
    """
    data, format, passphrase = _keyInput(key, _PRIVATE_INPUTS)
    password = None if passphrase is None else _octets(passphrase, "key.passphrase", _BYTES)
    try:
        handle = readPrivateKey(data, password, format)
    except MissingPassphrase:
        message = "error:07880109:common libcrypto routines::interrupted or cancelled"
        raise NodeError(message, code="ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED") from None
    return KeyObject("private", handle, _numbers(handle.public_key()))


def createPublicKey(key: Any) -> KeyObject:
    """A public key: of its own text, of a certificate's, or the public half of a private key.

    Args:
        key: a private KeyObject, PEM text, or options: `key`, `format` ("pem" or "der").
    Node: https://nodejs.org/api/crypto.html#cryptocreatepublickeykey
    """
    inner = key.get("key") if isinstance(key, Mapping) else key
    if isinstance(inner, KeyObject):
        if inner.type == "public":
            message = "Invalid key object type public, expected private."
            raise NodeTypeError(message, code="ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE")
        return publicKeyOf(inner._spki_)
    data, format, _ = _keyInput(key, _PUBLIC_INPUTS)
    if b" CERTIFICATE-----" in data:
        return publicKeyOf(Parsed(readCertificate(data)).key)
    if b"PRIVATE KEY-----" in data:
        return createPublicKey(createPrivateKey(key))
    try:
        load = serialization.load_pem_public_key if format == "pem" else serialization.load_der_public_key
        handle = load(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise unreadable(str(error)) from None
    return KeyObject("public", handle, _numbers(handle))


def _numbers(handle: Any) -> bytes:
    """A public key in the one DER that it has."""
    return bytes(handle.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def _keyInput(key: Any, inputs: tuple[str, ...]) -> tuple[bytes, str, Any]:
    """The octets, their format, and the passphrase."""
    if not isinstance(key, Mapping):
        return _octets(key, "key", inputs), "pem", None
    data, format = _octets(key.get("key"), "key.key", inputs), key.get("format")
    if format not in (None, *_FORMATS):
        raise ERR_INVALID_ARG_VALUE("key.format", format)
    return data, format or "pem", key.get("passphrase")


def _octets(value: Any, name: str, inputs: tuple[str, ...]) -> bytes:
    data = value.encode() if isinstance(value, str) else toBytes(value)
    if data is None:
        raise ERR_INVALID_ARG_TYPE(name, inputs, value)
    return data


def unreadable(reason: str) -> NodeError:
    """The error for a key, by what `cryptography` says is wrong with it."""
    if "decrypt" in reason or "password" in reason:
        return NodeError("error:1C800064:Provider routines::bad decrypt", code="ERR_OSSL_BAD_DECRYPT")
    return NodeError("error:1E08010C:DECODER routines::unsupported", code="ERR_OSSL_UNSUPPORTED")
