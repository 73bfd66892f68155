"""Names in the records of DNS answers: read strictly, and shown as c-ares shows them. Sans-I/O.

twisted.names joins the labels of a name by dots, whatever they hold: a label may hold dots, markup, line ends and NUL,
and a program may trust a name that "the system" gave it (CVE-2021-22931). So what is to be a host name is checked
label by label. The address in an SOA record is none, and shown with escapes, as in a zone file.
"""

from __future__ import annotations

import re
from io import BytesIO

#: Limits of RFC 1035 and of good sense: bytes of a name, and pointers on the way to its end.
MAX_BYTES = 255
MAX_POINTERS = 127

#: What c-ares accepts as a host name where it checks; "/" is used in the names of address ranges (RFC 2317).
_isHostLabel = re.compile(rb"[A-Za-z0-9_/*-]+").fullmatch
_findSpecial = re.compile(rb"[^!#%&'*+,\-/-:<=>?A-Z\[\]^-~ ]")


def readName(data: bytes, pos: int) -> tuple[list[bytes], int]:
    """The labels of the name at `pos`, and its end. Raises ValueError or IndexError if there is none."""
    labels: list[bytes] = []
    end = size = pointers = 0
    while data[pos]:
        length = data[pos]
        if length >= 0xC0:
            end = end or pos + 2
            target = (length & 0x3F) << 8 | data[pos + 1]
            pointers += 1
            if target >= pos or pointers > MAX_POINTERS:
                raise ValueError("a name points forward, or too often")
            pos = target
            continue
        size += length + 1
        if length > 63 or size >= MAX_BYTES or pos + length >= len(data):
            raise ValueError("a name is too long")
        labels.append(data[pos + 1 : pos + 1 + length])
        pos += length + 1
    return labels, end or pos + 1


def hostName(labels: list[bytes]) -> str | None:
    """The name of a host; None if invalid."""
    return b".".join(labels).decode("ascii") if all(map(_isHostLabel, labels)) else None


def anyName(labels: list[bytes]) -> str:
    """A name of anything, with escapes where a label holds what is special in a zone file."""
    return b".".join(_findSpecial.sub(_escape, label) for label in labels).decode("ascii")


def _escape(match: re.Match[bytes]) -> bytes:
    byte = match.group()
    return b"\\" + byte if 0x20 <= byte[0] < 0x7F else b"\\%03d" % byte[0]


class BoundedStream(BytesIO):
    """A message's bytes, for a reader that follows every pointer: gives up after more work than an honest one takes.

    Twisted before 26.4 follows pointers without a limit over the whole message (CVE-2026-42304).
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = 16 * len(data) + 1000

    def read(self, size: int | None = -1, /) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise ValueError("a message takes too long to read")
        return super().read(size)
