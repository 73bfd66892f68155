"""What `buffer` has beside Buffer: transcode, atob, btoa, isUtf8, isAscii.

Node: https://nodejs.org/api/buffer.html#buffer-module-apis
"""

from __future__ import annotations

import re
from typing import Any

from .. import encodings
from ..abort import DOMException
from ..errors import ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, NodeError, toText
from .core import Buffer, requireBytes

__all__ = ["atob", "btoa", "isAscii", "isUtf8", "transcode"]

_CODECS = {"utf8": "utf-8", "utf16le": "utf-16-le", "latin1": "latin-1", "ascii": "ascii"}
_BLANKS = re.compile("[\t\n\f\r ]+")
_NOT_BASE64 = re.compile("[^A-Za-z0-9+/]")
_MISSING: Any = object()


def transcode(source: Any, fromEnc: str, toEnc: str) -> Buffer:
    """The same text in another encoding: "?" stands for what that does not have.

    Args:
        source: bytes.
        fromEnc, toEnc: "utf8", "utf16le", "latin1" or "ascii".
    Raises: ERR_INVALID_ARG_TYPE; U_ILLEGAL_ARGUMENT_ERROR for other encodings.
    Node: https://nodejs.org/api/buffer.html#buffertranscodesource-fromenc-toenc
    """
    data = bytes(requireBytes(source, "source"))
    if not data:
        return Buffer()
    begin, end = (_CODECS.get(encodings.normalizeEncoding(name) or "") for name in (fromEnc, toEnc))
    if begin is None or end is None:
        code = "U_ILLEGAL_ARGUMENT_ERROR"
        raise NodeError(f"Unable to transcode Buffer [{code}]", code=code)
    if begin == "utf-16-le":
        data = data[: len(data) - len(data) % 2]
    return Buffer(data.decode(begin, "replace").encode(end, "replace"))


def btoa(input: Any = _MISSING) -> str:
    """A text whose characters are bytes, as base64: `btoa("ab")` is "YWI=".

    Raises: DOMException, InvalidCharacterError, for a character above U+00FF; ERR_MISSING_ARGS.
    Node: https://nodejs.org/api/buffer.html#bufferbtoadata
    """
    if input is _MISSING:
        raise ERR_MISSING_ARGS("input")
    text = toText(input)
    if any(character > "\xff" for character in text):
        raise DOMException("Invalid character", "InvalidCharacterError")
    return encodings.decode(text.encode("latin-1"), "base64")


def atob(input: Any = _MISSING) -> str:
    """What base64 stands for, a character per byte: `atob("YWI=")` is "ab".

    Args: input: base64, with or without blanks and padding.
    Raises: DOMException, InvalidCharacterError; ERR_MISSING_ARGS.
    Node: https://nodejs.org/api/buffer.html#bufferatobdata
    """
    if input is _MISSING:
        raise ERR_MISSING_ARGS("input")
    text = _BLANKS.sub("", toText(input))
    digits = re.sub("={1,2}\\Z", "", text)
    isPadded = len(text) > len(digits)
    if _NOT_BASE64.search(digits) or (isPadded and len(text) % 4 and len(digits) % 4 != 1):
        raise DOMException("Invalid character", "InvalidCharacterError")
    if len(digits) % 4 == 1:
        raise DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError")
    return encodings.encode(digits, "base64").decode("latin-1")


def isUtf8(input: Any) -> bool:
    """Whether bytes are valid UTF-8.

    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/buffer.html#bufferisutf8input
    """
    try:
        _bytesOf(input).decode()
    except UnicodeDecodeError:
        return False
    return True


def isAscii(input: Any) -> bool:
    """Whether bytes are all below 128.

    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/buffer.html#bufferisasciiinput
    """
    return _bytesOf(input).isascii()


def _bytesOf(input: Any) -> bytes:
    data = encodings.toBytes(input)
    if data is None:
        raise ERR_INVALID_ARG_TYPE("input", ["ArrayBuffer", "Buffer", "TypedArray"], input)
    return data
