"""StringDecoder: characters that are split between chunks."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat.errors import NodeError
from nodecompat.string_decoder import StringDecoder

ENCODINGS = ["utf8", "utf16le", "latin1", "ascii", "base64", "base64url", "hex"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def testAnySplitGivesTheSameText(encoding: str) -> None:
    data = "aé€😀z".encode("utf-16-le" if encoding == "utf16le" else "utf-8")
    whole = StringDecoder(encoding).end(data)
    for cut in range(len(data) + 1):
        decoder = StringDecoder(encoding)
        assert decoder.write(data[:cut]) + decoder.write(data[cut:]) + decoder.end() == whole


def testWaitsForTheRestOfACharacter() -> None:
    decoder = StringDecoder()
    assert decoder.write(b"\xe2\x82") == ""
    assert (decoder.lastNeed, decoder.lastTotal, decoder.lastChar) == (1, 3, b"\xe2\x82")
    assert decoder.write(b"\xac") == "€"
    assert (decoder.lastNeed, decoder.lastTotal) == (0, 0)


@pytest.mark.parametrize(
    ("encoding", "parts", "texts"),
    [
        ("utf8", ["e18b", ""], ["", "", "\ufffd"]),
        ("utf8", ["f1", "41f2"], ["", "\ufffdA", "\ufffd"]),
        ("utf16le", ["3dd84d"], ["", "\ud83d"]),
        ("utf16le", ["3dd8", "4d", "dc"], ["", "", "👍", ""]),
        ("utf16le", ["3d", "d8", "4ddc"], ["", "", "👍", ""]),
        ("base64", ["61", "62", "6364"], ["", "", "YWJj", "ZA=="]),
        ("base64url", ["fb", "ff"], ["", "", "-_8"]),
    ],
)
def testIncompleteInput(encoding: str, parts: list[str], texts: list[str]) -> None:
    decoder = StringDecoder(encoding)
    assert [decoder.write(bytes.fromhex(part)) for part in parts] + [decoder.end()] == texts


def testTextPassesAndAnyBytesLikeObjectIsTaken() -> None:
    decoder = StringDecoder()
    assert decoder.write("text") == "text"
    assert decoder.write(bytearray(b"a")) + decoder.write(memoryview(b"b")) == "ab"


def testADecoderCanBeUsedAgainAfterEnd() -> None:
    decoder = StringDecoder("utf8")
    decoder.write(b"\xe2")
    assert decoder.end() == "\ufffd"
    assert decoder.write(b"a") == "a"


@pytest.mark.parametrize(("given", "name"), [(None, "utf8"), ("", "utf8"), ("UCS2", "utf16le"), ("Binary", "latin1")])
def testNamesOfEncodings(given: str | None, name: str) -> None:
    assert StringDecoder(given).encoding == name


@pytest.mark.parametrize("given", ["nope", 5, "buffer"])
def testUnknownEncodingsRaise(given: Any) -> None:
    with pytest.raises(NodeError, match=r"^Unknown encoding: "):
        StringDecoder(given)


@pytest.mark.parametrize("given", [5, None, object()])
def testOnlyBytesCanBeDecoded(given: Any) -> None:
    with pytest.raises(NodeError, match=r'^The "buf" argument must be an instance of Buffer, TypedArray, or DataView.'):
        StringDecoder().write(given)


@given(st.sampled_from(ENCODINGS), st.lists(st.binary(max_size=5), max_size=6))
def testNoInputRaises(encoding: str, parts: list[bytes]) -> None:
    decoder = StringDecoder(encoding)
    assert isinstance("".join([decoder.write(part) for part in parts]) + decoder.end(), str)


SPECIAL = st.sampled_from([0xD8, 0xDC, 0x3D, 0xE2, 0xF0, 0x9F, 0x80, 0xC0, 0xED, 0xA0, 0xF4, 0x90, 0xFE, 0xE0, 0x41])
TEXTS = st.text(max_size=2).map(lambda text: text.encode("utf-8", "replace"))
PARTS = st.lists(st.lists(SPECIAL, max_size=5).map(bytes) | TEXTS)


@oracle.needsNode
def testSameTextPerWriteAsInNode() -> None:
    rows: list[Any] = []

    # Of UTF-16, Node gives a surrogate pair in two halves when it is cut inside a half; here it stays together.
    @given(st.sampled_from([name for name in ENCODINGS if name != "utf16le"]), PARTS)
    def collect(encoding: str, parts: list[bytes]) -> None:
        decoder = StringDecoder(encoding)
        texts = [decoder.write(part) for part in parts] + [decoder.end()]
        rows.append([encoding, [part.hex() for part in parts], [units(text) for text in texts]])

    collect()
    program = """
        const { StringDecoder } = require('string_decoder');
        const units = (text) => Buffer.from(text, 'utf16le').toString('hex');
        console.log(JSON.stringify(ROWS.map(([encoding, parts]) => {
          const decoder = new StringDecoder(encoding);
          return [...parts.map((part) => decoder.write(Buffer.from(part, 'hex'))), decoder.end()].map(units);
        })));"""
    assert oracle.evaluate(program.replace("ROWS", json.dumps(rows))) == [row[2] for row in rows]


def units(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").hex()
