"""Numbers and strings as JavaScript writes them."""

from __future__ import annotations

import json
import random
import struct

import oracle
import pytest

from nodecompat import texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (0.1, "0.1"),
        (-0.0, "-0"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1e-6, "0.000001"),
        (True, "1"),
    ],
)
def testNumbers(value: float, text: str) -> None:
    assert texts.numberText(value) == text


@pytest.mark.parametrize(("value", "text"), [("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity")])
def testWhatIsNoNumber(value: str, text: str) -> None:
    assert texts.numberText(float(value)) == text


@oracle.needsNode
def testRandomNumbersAreWrittenAsInNode() -> None:
    source = random.Random(1)
    bits = [source.getrandbits(64).to_bytes(8, "little") for _ in range(2000)]
    values = [value for each in bits if (value := struct.unpack("<d", each)[0]) == value and value]
    values += [round(source.uniform(-1e6, 1e6), source.randrange(6)) for _ in range(500)]
    values = [value for value in values if value]  # JSON has no -0
    program = f"console.log(JSON.stringify({json.dumps(values)}.map(String)))"
    assert oracle.evaluate(program) == [texts.numberText(value) for value in values]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "'plain'"),
        ("it's", '"it\'s"'),
        ("""a'b"c""", """`a'b"c`"""),
        ("""a'b"c`d""", """'a\\'b"c`d'"""),
        ("a\n\0\x9f\\", "'a\\n\\x00\\x9F\\\\'"),
        ("\ud800", "'\\ud800'"),
        ("\ud83d\ude00", "'😀'"),
    ],
)
def testQuotes(text: str, shown: str) -> None:
    assert texts.quoted(text) == shown


def testLengthsAreInUnits() -> None:
    assert [texts.units(text) for text in ("", "abc", "äß", "😀a", "\ud800")] == [0, 3, 2, 3, 1]
    assert texts.firstUnits("abc", 2) == "ab"
    assert texts.firstUnits("😀a", 2) == "😀"
    assert texts.firstUnits("😀a", 1) == "\ud83d"


def testTheNameOfAFunction() -> None:
    assert texts.functionName(testQuotes) == "testQuotes"
    assert texts.functionName(lambda: None) == texts.functionName(object()) == ""
    assert texts.functionName(int) == "int"
