"""Node's `string_decoder` module (26): bytes to text, with characters that are split between two chunks.

An incomplete character at the end of a chunk waits for the next chunk. Which bytes wait is decided as in Node: by the
lead byte of a UTF-8 sequence, by whole units and surrogate pairs of UTF-16, by groups of three bytes in base64.
`lastNeed`, `lastTotal` and `lastChar` show what waits.

Differs: a surrogate pair of UTF-16 is never given out in two halves, wherever it is cut. In JavaScript two halves
that follow each other are the character; in Python they are not.

Node: https://nodejs.org/api/string_decoder.html
"""

from __future__ import annotations

from . import encodings
from .errors import ERR_INVALID_ARG_TYPE

__all__ = ["StringDecoder"]


class StringDecoder:
    """Decodes a sequence of byte strings into a sequence of texts.

    Args: encoding: one of Node's encodings, UTF-8 when left out.
    Raises: ERR_UNKNOWN_ENCODING.
    Node: https://nodejs.org/api/string_decoder.html#class-stringdecoder
    """

    __slots__ = ("_split_", "_waiting_", "_wanted_", "encoding")

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding: str = encodings.requireEncoding(encoding)
        self._split_ = _SPLITTERS.get(self.encoding)
        self._waiting_ = b""
        self._wanted_ = 0

    @property
    def lastNeed(self) -> int:
        """How many bytes the pending character lacks."""
        return self._wanted_ - len(self._waiting_) if self._waiting_ else 0

    @property
    def lastTotal(self) -> int:
        """The length of the pending character."""
        return self._wanted_ if self._waiting_ else 0

    @property
    def lastChar(self) -> bytes:
        """The pending bytes."""
        return self._waiting_

    def write(self, buf: bytes | bytearray | memoryview | str) -> str:
        """The text of all complete characters up to the end of `buf`; a str comes back as it is.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/string_decoder.html#stringdecoderwritebuffer
        """
        if isinstance(buf, str):
            return buf
        data = encodings.toBytes(buf)
        if data is None:
            raise ERR_INVALID_ARG_TYPE("buf", ["Buffer", "TypedArray", "DataView"], buf)
        split = self._split_
        if split is None:
            return encodings.decode(data, self.encoding)
        if self._waiting_:
            data = self._waiting_ + data
        keep, self._wanted_ = split(data)
        if not keep:
            self._waiting_ = b""
            return encodings.decode(data, self.encoding)
        self._waiting_ = data[-keep:]
        return encodings.decode(data[:-keep], self.encoding)

    def end(self, buf: bytes | bytearray | memoryview | str | None = None) -> str:
        """The text of `buf`, then of what still waits, complete or not.

        Node: https://nodejs.org/api/string_decoder.html#stringdecoderendbuffer
        """
        text = "" if buf is None else self.write(buf)
        if self._waiting_:
            text += encodings.decode(self._waiting_, self.encoding)
            self._waiting_ = b""
        return text


def _splitUtf8(data: bytes) -> tuple[int, int]:
    """How many bytes at the end begin a character that is not complete, and how many it has in all."""
    size = len(data)
    for have in range(1, min(size, 3) + 1):
        byte = data[size - have]
        if byte < 0x80:
            return 0, 0
        if byte >= 0xC0:
            total = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF8 else 1
            return (have, total) if have < total else (0, 0)
    return 0, 0


def _splitUtf16(data: bytes) -> tuple[int, int]:
    odd = len(data) % 2
    end = len(data) - odd
    if end and 0xD8 <= data[end - 1] <= 0xDB:  # a high surrogate waits for its partner
        return 2 + odd, 4
    return odd, 2


def _splitBase64(data: bytes) -> tuple[int, int]:
    return len(data) % 3, 3


_SPLITTERS = {"utf8": _splitUtf8, "utf16le": _splitUtf16, "base64": _splitBase64, "base64url": _splitBase64}
