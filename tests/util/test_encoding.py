"""TextDecoder and TextEncoder."""

from __future__ import annotations

from typing import Any

import oracle
import pytest
import utilcases

from nodecompat.errors import (
    ERR_ENCODING_INVALID_ENCODED_DATA,
    ERR_ENCODING_NOT_SUPPORTED,
    ERR_INVALID_ARG_TYPE,
    NodeError,
)
from nodecompat.util import TextDecoder, TextEncoder, inspect
from nodecompat.util.encoding import _LABELS, _MULTIBYTE


@pytest.mark.parametrize("name", ["decode", "encode", "encodeInto"])
def testRecordedCases(name: str) -> None:
    utilcases.check(name)


@oracle.needsNode
def testEveryLabelNamesItsEncoding() -> None:
    labels = [label for line in _LABELS for label in line.split(" ")]
    program = f"console.log(JSON.stringify({labels!r}.map((label) => new TextDecoder(label).encoding)))"
    assert [TextDecoder(label).encoding for label in labels] == oracle.evaluate(program)


@oracle.needsNode
def testEveryByteOfEveryEncoding() -> None:
    labels = [line.split(" ")[0] for line in _LABELS]
    program = (
        f"const labels = {labels!r}, bytes = [...Array(256).keys()];"
        "const try_ = (f) => { try { return f() } catch { } };"
        "console.log(JSON.stringify(labels.map((label) => [new TextDecoder(label).encoding, bytes.map((byte) =>"
        " new TextDecoder(label).decode(Buffer.from([byte]))), bytes.map((byte) =>"
        " try_(() => new TextDecoder(label, { fatal: true }).decode(Buffer.from([byte]))) ?? null)])))"
    )
    for label, (name, lenient, strict) in zip(labels, oracle.evaluate(program), strict=True):
        if name not in _MULTIBYTE:
            assert [TextDecoder(label).decode(bytes([byte])) for byte in range(256)] == lenient, label
            assert [strictly(label, bytes([byte])) for byte in range(256)] == strict, label


def strictly(label: str, data: bytes) -> str | None:
    try:
        return TextDecoder(label, fatal=True).decode(data)
    except ERR_ENCODING_INVALID_ENCODED_DATA:
        return None


@oracle.needsNode
def testTextsOfEastAsia() -> None:
    texts = {"gbk": "c4e3bac3", "gb18030": "95328236", "big5": "a7da", "euc-jp": "c6fccbdc", "shift_jis": "93fa967b"}
    texts |= {"euc-kr": "c7d1b1db", "iso-2022-jp": "1b2442467c4b5c1b2842"}
    program = (
        f"console.log(JSON.stringify(Object.entries({texts!r}).map(([label, hex]) => "
        "new TextDecoder(label, { fatal: true }).decode(Buffer.from(hex, 'hex')))))"
    )
    ours = [TextDecoder(label, fatal=True).decode(bytes.fromhex(digits)) for label, digits in texts.items()]
    assert ours == oracle.evaluate(program)


def testOptionsAndNames() -> None:
    decoder = TextDecoder("latin1", {"fatal": True, "ignoreBOM": True})
    assert (decoder.encoding, decoder.fatal, decoder.ignoreBOM) == ("windows-1252", True, True)
    assert inspect(TextDecoder()) == "TextDecoder { encoding: 'utf-8', fatal: false, ignoreBOM: false }"
    assert inspect(TextEncoder()) == "{ encoding: 'utf-8' }"
    assert TextEncoder().encode() == TextEncoder().encode(None) == b""
    assert TextEncoder().encode(5) == b"5"


def testWhatIsNotValidIsAnErrorOnce() -> None:
    decoder = TextDecoder(fatal=True)
    with pytest.raises(ERR_ENCODING_INVALID_ENCODED_DATA, match="was not valid for encoding utf-8"):
        decoder.decode(b"a\xff", stream=True)
    assert decoder.decode(b"b") == "b"


def testAByteOrderMarkWithinAStreamIsText() -> None:
    """Node 26.10 takes it away when the pieces before it were no whole character."""
    decoder = TextDecoder()
    assert decoder.decode(b"\xd0", stream=True) + decoder.decode(b"\xef\xbb\xbf") == "\ufffd\ufeff"


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: TextDecoder("nope"), ERR_ENCODING_NOT_SUPPORTED, 'The "nope" encoding is not supported'),
        (
            lambda: TextDecoder("utf-8", 5),  # type: ignore[arg-type]
            ERR_INVALID_ARG_TYPE,
            'The "options" argument must be of type object. Received type number (5)',
        ),
        (
            lambda: TextDecoder().decode(5),
            NodeError,
            'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
        ),
        (
            lambda: TextEncoder().encodeInto("x", 5),
            ERR_INVALID_ARG_TYPE,
            'The "dest" argument must be an instance of Uint8Array. Received type number (5)',
        ),
        (
            lambda: TextEncoder().encodeInto(5, bytearray(1)),  # type: ignore[arg-type]
            ERR_INVALID_ARG_TYPE,
            'The "src" argument must be of type string. Received type number (5)',
        ),
    ],
)
def testWrongArguments(call: Any, error: type[NodeError], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
