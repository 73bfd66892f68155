"""Comparisons of `string_decoder`."""

from __future__ import annotations

from typing import Any

from nodecompat.string_decoder import StringDecoder


def _texts(encoding: str, data: bytes, size: int) -> list[str]:
    decoder = StringDecoder(encoding)
    return [*(decoder.write(data[at : at + size]) for at in range(0, len(data), size)), decoder.end()]


def piecesOfAnySize() -> Any:
    data = ("aé€😀\ufffdb€" * 3 + "\xff").encode()
    found = []
    for encoding in ("utf8", "utf16le", "base64", "base64url", "hex", "latin1", "ascii"):
        for size in range(1, 8):
            found += [_texts(encoding, data, size), _texts(encoding, data[1:-1], size)]
    return found


def malformed() -> Any:
    pieces = ("ff", "e282", "f09f98", "c3", "e28241", "f09f9841", "eda080", "f4908080")
    return [_texts("utf8", bytes.fromhex(each), 1) for each in pieces]


def endTakesALastPiece() -> Any:
    decoder = StringDecoder()
    begin = decoder.write(b"\xe2"), decoder.end(b"\x82\xac\xe2")
    return [*begin, decoder.end(), decoder.write(b"a"), decoder.write("text")]


def anUnknownEncoding() -> Any:
    return StringDecoder("nowhere")


def noBytes() -> Any:
    return StringDecoder().write(5)
