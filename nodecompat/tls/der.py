"""Reads DER, the encoding of certificates, as leniently as OpenSSL does.

`cryptography` refuses certificates that OpenSSL accepts (text that is not ASCII, a negative serial number, a day in
February that does not exist), so the ones of a peer are read here. Lengths may be indefinite, as in BER. What is no
DER at all raises ValueError.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

__all__ = [
    "BIT_STRING",
    "BMP_STRING",
    "BOOLEAN",
    "IA5_STRING",
    "INTEGER",
    "OCTET_STRING",
    "OID",
    "SEQUENCE",
    "SET",
    "UNIVERSAL_STRING",
    "UTF8_STRING",
    "Element",
    "encode",
    "first",
    "only",
    "parts",
]

# Identifier octets.
BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OID = 0x06
UTF8_STRING = 0x0C
IA5_STRING = 0x16
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31

_MAX_DEPTH = 30  # levels of indefinite lengths in each other; OpenSSL's


class Element(NamedTuple):
    """One value: its identifier octet, its content, and both with the length between them."""

    tag: int
    content: bytes
    whole: bytes

    @property
    def parts(self) -> list[Element]:
        """The values that the content consists of."""
        return parts(self.content)

    def sequence(self) -> list[Element]:
        """The values in a sequence.

        Raises:
            ValueError: it is none.
        """
        if self.tag != SEQUENCE:
            raise ValueError("no sequence")
        return parts(self.content)

    @property
    def flat(self) -> Element:
        """A string that came in pieces (BER) in one; anything else as it is."""
        if self.tag < 0x20 or self.tag > 0x3F or self.tag in (SEQUENCE, SET):
            return self
        return Element(self.tag & 0x1F, b"".join(each.flat.content for each in self.parts), self.whole)

    @property
    def oid(self) -> str:
        """An object identifier as dotted text.

        Raises:
            ValueError: it is none.
        """
        if self.tag & 0x1F not in (OID, 0x08):  # as such, or as a registeredID
            raise ValueError("no object identifier")
        return _dotted(self.content)

    @property
    def integer(self) -> int:
        """
        Raises:
            ValueError: it is empty, or longer than need be.
        """
        start = self.content[:2]
        if not start or (len(start) == 2 and (start[0], start[1] >> 7) in ((0, 0), (0xFF, 1))):
            raise ValueError("no integer")
        return int.from_bytes(self.content, "big", signed=True)

    @property
    def bits(self) -> bytes:
        """The octets of a bit string."""
        return self.content[1:]


@functools.lru_cache(maxsize=512)
def _dotted(content: bytes) -> str:
    numbers: list[int] = []
    value = 0
    isFirst = True
    for octet in content:
        if isFirst and octet == 0x80:
            raise ValueError("a number with leading zeros")
        value = value << 7 | octet & 0x7F
        isFirst = octet < 0x80
        if isFirst:
            numbers.append(value)
            value = 0
    if not numbers or not isFirst:
        raise ValueError("no object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def encode(tag: int, *contents: bytes) -> bytes:
    """A value of these contents."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 + len(length))) + length + content


def parts(data: bytes) -> list[Element]:
    """The values that follow each other in `data`."""
    found = []
    start = 0
    while start < len(data):
        element = _read(data, start, 0)
        found.append(element)
        start += len(element.whole)
    return found


def only(data: bytes, tag: int) -> Element:
    """The one value that `data` is."""
    element = _read(data, 0, 0)
    if element.tag != tag or len(element.whole) != len(data):
        raise ValueError("not the expected value")
    return element


def first(data: bytes, tag: int) -> Element:
    """The value that `data` begins with, whatever is behind it."""
    element = _read(data, 0, 0)
    if element.tag | 0x20 != tag | 0x20:  # OpenSSL takes a list that is marked as a single value
        raise ValueError("not the expected value")
    return element


def _read(data: bytes, start: int, depth: int) -> Element:
    begin = start + 2
    if len(data) < begin or depth > _MAX_DEPTH:
        raise ValueError("cut off")
    tag, length = data[start], data[start + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError("a tag of several octets, which nothing in a certificate has")
    if length >= 0x80:
        if length == 0x80:
            return _readIndefinite(data, start, begin, depth)
        begin += length - 0x80
        length = int.from_bytes(data[start + 2 : begin], "big")
    end = begin + length
    if end > len(data):
        raise ValueError("cut off")
    return Element(tag, data[begin:end], data[start:end])


def _readIndefinite(data: bytes, start: int, begin: int, depth: int) -> Element:
    """The content goes on up to two zero octets."""
    position = begin
    while data[position : position + 2] != b"\0\0":
        position += len(_read(data, position, depth + 1).whole)
    return Element(data[start], data[begin:position], data[start : position + 2])
