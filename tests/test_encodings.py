"""Node's encodings: text to bytes and back."""

from __future__ import annotations

import json
from typing import Any

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodecompat import encodings
from nodecompat.errors import NodeError

ENCODINGS = ["utf8", "utf16le", "latin1", "ascii", "base64", "base64url", "hex"]


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("é", "utf8", "c3a9"),
        ("\ud83d", "utf8", "efbfbd"),
        ("\ud83d\ude00", "utf8", "f09f9880"),
        ("é\u1234", "latin1", "e934"),
        ("é", "ascii", "e9"),
        ("a😀", "utf16le", "61003dd800de"),
        ("YWJj\n ZA==", "base64", "61626364"),
        ("YW-_", "base64", "616fbf"),
        ("YW=I", "base64", "61"),
        ("Y", "base64url", ""),
        ("abxx", "hex", "ab"),
        ("abc", "hex", "ab"),
    ],
)
def testEncode(text: str, encoding: str, expected: str) -> None:
    assert encodings.encode(text, encoding).hex() == expected


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        ("c3a9ff", "utf8", "é\ufffd"),
        ("e9", "latin1", "é"),
        ("e9", "ascii", "i"),
        ("fbff", "base64", "+/8="),
        ("fbff", "base64url", "-_8"),
        ("ABCD", "hex", "abcd"),
        ("3dd800de41", "utf16le", "😀"),
    ],
)
def testDecode(data: str, encoding: str, expected: str) -> None:
    assert encodings.decode(bytes.fromhex(data), encoding) == expected


@given(st.binary(max_size=30), st.sampled_from(["latin1", "base64", "base64url", "hex"]))
def testBytesSurviveTheWayThroughText(data: bytes, encoding: str) -> None:
    assert encodings.encode(encodings.decode(data, encoding), encoding) == data


@pytest.mark.parametrize(
    ("name", "known"), [("UTF-8", True), ("ucs-2", True), ("BINARY", True), ("buffer", False), ("", False), (5, False)]
)
def testIsEncoding(name: Any, known: bool) -> None:
    assert encodings.isEncoding(name) is known


def testUnknownEncodingsRaise() -> None:
    for call in (lambda: encodings.encode("a", "nope"), lambda: encodings.decode(b"a", "nope")):
        with pytest.raises(NodeError, match=r"^Unknown encoding: nope"):
            call()


@oracle.needsNode
def testSameBytesAsInNode() -> None:
    rows: list[list[str]] = []
    letters = st.sampled_from([*"aYW0fg+/-_= \n", "é", "€", "😀", "\ud83d", "\ude00", "\u1234"])

    @given(st.sampled_from(ENCODINGS), st.lists(letters, max_size=8).map("".join))
    def collect(encoding: str, text: str) -> None:
        rows.append([encoding, text, encodings.encode(text, encoding).hex()])

    collect()
    program = "console.log(JSON.stringify(ROWS.map(([e, text]) => Buffer.from(text, e).toString('hex'))))"
    assert oracle.evaluate(program.replace("ROWS", json.dumps(rows))) == [row[2] for row in rows]
