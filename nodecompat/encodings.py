"""Node's string encodings: names, text to bytes, bytes to text.

Follows the part of Node's `buffer` module (26) that streams need: `Buffer.from(text, encoding)`,
`buffer.toString(encoding)` and `Buffer.isEncoding`. All are as lenient as Node: no text and no
bytes can raise. A Python str holds code points and Node's holds UTF-16 units; a lone surrogate is kept or
replaced where Node keeps or replaces it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .errors import ERR_UNKNOWN_ENCODING

if TYPE_CHECKING:
    #: What a socket can send.
    Data = str | bytes | bytearray | memoryview

#: Every spelling in lower case, and the name under which Node reports it.
_NAMES: dict[str, str] = {
    "utf8": "utf8",
    "utf-8": "utf8",
    "ucs2": "utf16le",
    "ucs-2": "utf16le",
    "utf16le": "utf16le",
    "utf-16le": "utf16le",
    "latin1": "latin1",
    "binary": "latin1",
    "ascii": "ascii",
    "base64": "base64",
    "base64url": "base64url",
    "hex": "hex",
}
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_HEX_PAIRS = re.compile(rb"(?:[0-9A-Fa-f]{2})*")
_TO_7_BIT = bytes(byte & 0x7F for byte in range(256))


def normalizeEncoding(encoding: Any) -> str | None:
    """The canonical name of an encoding ("utf8" for None and ""), or None for an unknown one."""
    if encoding is None or encoding == "":
        return "utf8"
    if not isinstance(encoding, str):
        return None
    return _NAMES.get(encoding) or _NAMES.get(encoding.lower())


def requireEncoding(encoding: Any) -> str:
    """The canonical name of an encoding.

    Raises: ERR_UNKNOWN_ENCODING.
    """
    name = normalizeEncoding(encoding)
    if name is None:
        raise ERR_UNKNOWN_ENCODING(encoding)
    return name


def isEncoding(encoding: Any) -> bool:
    """True for the name of an encoding in any spelling that Node knows.

    Node: https://nodejs.org/api/buffer.html#static-method-bufferisencodingencoding
    """
    return isinstance(encoding, str) and encoding.lower() in _NAMES


def toBytes(data: Any) -> bytes | None:
    """The bytes of anything bytes-like (bytearray, memoryview, array …), or None for anything else."""
    if isinstance(data, bytes):
        return data
    try:
        return bytes(memoryview(data))
    except TypeError:
        return None


def encode(text: str, encoding: str | None = "utf8") -> bytes:
    """The bytes of a text, as `Buffer.from(text, encoding)` gives them.

    Raises: ERR_UNKNOWN_ENCODING.
    """
    if encoding == "utf8":
        try:
            return text.encode()
        except UnicodeEncodeError:
            return _encodeUtf8(text)
    return _ENCODERS[requireEncoding(encoding)](text)


def decode(data: bytes, encoding: str | None = "utf8") -> str:
    """The text of some bytes, as `buffer.toString(encoding)` gives it.

    Raises: ERR_UNKNOWN_ENCODING.
    """
    if encoding == "utf8":
        return data.decode("utf-8", "replace")
    return _DECODERS[requireEncoding(encoding)](data)


def _encodeUtf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Two surrogates in a row are one character to JavaScript; a lone one becomes U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _encodeUtf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _encodeLatin1(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return _encodeUtf16(text)[::2]  # the low byte of each UTF-16 unit, as in Node


def _encodeBase64(text: str) -> bytes:
    """Both alphabets at once; the first `=` ends the text, what is no digit is skipped, a half byte is dropped."""
    digits = _encodeLatin1(text).partition(b"=")[0].translate(_URL_TO_BASE64)
    digits = _NOT_BASE64.sub(b"", digits)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _encodeHex(text: str) -> bytes:
    """Pairs of digits up to the first thing that is none."""
    match = _HEX_PAIRS.match(_encodeLatin1(text))
    return binascii.unhexlify(match[0]) if match else b""


def _decodeUtf8(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _decodeUtf16(data: bytes) -> str:
    if len(data) % 2:
        data = data[:-1]
    return data.decode("utf-16-le", "surrogatepass")


def _decodeLatin1(data: bytes) -> str:
    return data.decode("latin-1")


def _decodeAscii(data: bytes) -> str:
    return data.translate(_TO_7_BIT).decode("ascii")


def _decodeBase64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decodeBase64Url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _decodeHex(data: bytes) -> str:
    return data.hex()


_URL_TO_BASE64 = bytes.maketrans(b"-_", b"+/")
_ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf8": _encodeUtf8,
    "utf16le": _encodeUtf16,
    "latin1": _encodeLatin1,
    "ascii": _encodeLatin1,
    "base64": _encodeBase64,
    "base64url": _encodeBase64,
    "hex": _encodeHex,
}
_DECODERS: dict[str, Callable[[bytes], str]] = {
    "utf8": _decodeUtf8,
    "utf16le": _decodeUtf16,
    "latin1": _decodeLatin1,
    "ascii": _decodeAscii,
    "base64": _decodeBase64,
    "base64url": _decodeBase64Url,
    "hex": _decodeHex,
}
