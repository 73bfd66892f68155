"""How messages show values, compared with Node itself where it is there."""

from __future__ import annotations

import json
import math
from typing import Any

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodecompat.errors import (
    ERR_HTTP_INVALID_STATUS_CODE,
    ERR_INVALID_ARG_TYPE,
    determineSpecificType,
    formatList,
    inspect,
    numberText,
    toText,
)
from nodecompat.errors.describe import formatted, separated


class Thing:
    def method(self) -> None: ...


def named() -> None: ...


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, "undefined"),
        (5, "type number (5)"),
        (1.5, "type number (1.5)"),
        (-0.0, "type number (-0)"),
        (math.nan, "type number (NaN)"),
        (-math.inf, "type number (-Infinity)"),
        (1e21, "type number (1e+21)"),
        (True, "type boolean (true)"),
        ("x", "type string ('x')"),
        ("it's", 'type string ("it\'s")'),
        ("a" * 28, f"type string ('{'a' * 28}')"),
        ("\U0001f600" * 15, "type string ('" + "\U0001f600" * 12 + "...')"),
        ("a" * 29, f"type string ('{'a' * 25}...')"),
        (named, "function named"),
        (lambda: None, "function "),
        (Thing, "function Thing"),
        (Thing().method, "function method"),
        ([1], "an instance of Array"),
        ((1,), "an instance of Array"),
        ({}, "an instance of Object"),
        (b"x", "an instance of Buffer"),
        (memoryview(b"x"), "an instance of Buffer"),
        ({1}, "an instance of Set"),
        (Thing(), "an instance of Thing"),
        (ERR_INVALID_ARG_TYPE("a", "string"), "an instance of TypeError"),
        (KeyError("a"), "an instance of KeyError"),
    ],
)
def testReceived(value: Any, shown: str) -> None:
    assert determineSpecificType(value) == shown


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, "undefined"),
        ("x", "'x'"),
        ("it's", '"it\'s"'),
        ("both ' and \"", "`both ' and \"`"),
        ("nl\n\t\x00\x7f\\", "'nl\\n\\t\\x00\\x7F\\\\'"),
        ([], "[]"),
        ([1, "a"], "[ 1, 'a' ]"),
        ({}, "{}"),
        ({"a": {"b": {"c": {"d": 1}}}}, "{ a: { b: { c: [Object] } } }"),
        ([[[[1]]]], "[ [ [ [Array] ] ] ]"),
        ({"content-type": 1, 5: True}, "{ 'content-type': 1, '5': true }"),
        (b"abc", "<Buffer 61 62 63>"),
        (bytes(60), f"<Buffer{' 00' * 50} ... 10 more bytes>"),
        (Thing, "[class Thing]"),
        (named, "[Function: named]"),
        (lambda: None, "[Function (anonymous)]"),
        ({"a": "x" * 40, "b": "y" * 40}, "{\n  a: '" + "x" * 40 + "',\n  b: '" + "y" * 40 + "'\n}"),
        (list(range(102))[100:], "[ 100, 101 ]"),
        (Thing(), "Thing {}"),
        (ValueError("bad"), "[ValueError: bad]"),
        ({1}, "Set(1) { 1 }"),
        ({"$a": [[[{"b": 1}], {}]]}, "{ '$a': [ [ [Array], {} ] ] }"),
        ("line\n" * 17, "'line\\n' +\n  " + "'line\\n' +\n  " * 15 + "'line\\n'"),
    ],
)
def testInspect(value: Any, shown: str) -> None:
    assert inspect(value) == shown


def testInspectShowsAHundredItems() -> None:
    assert inspect([0] * 103).endswith("... 3 more items\n]")


@pytest.mark.parametrize(
    "value, text",
    [
        (0.1, "0.1"),
        (100.0, "100"),
        (1e20, "100000000000000000000"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1.25e-5, "0.0000125"),
        (1e-7, "1e-7"),
        (10**21, "1e+21"),
    ],
)
def testNumbersAreWrittenAsInJavaScript(value: float, text: str) -> None:
    assert numberText(value) == text


@pytest.mark.parametrize(
    "text, marked",
    [
        ("123", "123"),
        ("4294967297", "4_294_967_297"),
        ("-1000000", "-1_000_000"),
        ("-100", "-100"),
        ("1e+21", "1e_+21"),
    ],
)
def testSeparated(text: str, marked: str) -> None:
    assert separated(text) == marked


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "undefined"),
        (True, "true"),
        (b"ab", "ab"),
        ([1, None, "x"], "1,,x"),
        ({}, "[object Object]"),
        (2.0, "2"),
        (-0.0, "0"),
        (Thing(), "[object Object]"),
        ({1}, "[object Set]"),
        (ValueError("bad"), "ValueError: bad"),
    ],
)
def testToText(value: Any, text: str) -> None:
    assert toText(value) == text


@pytest.mark.parametrize(
    "value, text",
    [
        (None, "undefined"),
        (True, "true"),
        ("x", "x"),
        (-0.0, "-0"),
        (b"ab", "ab"),
        ([], "[]"),
        ([[1], {}], "[ [Array], {} ]"),
        ({"a": "b"}, "{ a: 'b' }"),
        (Thing(), "Thing {}"),
        (ValueError("bad"), "[ValueError: bad]"),
    ],
)
def testObjectsAreOpenedInAFormattedMessage(value: Any, text: str) -> None:
    assert formatted(value) == text
    assert str(ERR_HTTP_INVALID_STATUS_CODE(value)) == f"Invalid status code: {text}"


@pytest.mark.parametrize("words, text", [("a", "a"), ("ab", "a or b"), ("abc", "a, b, or c")])
def testFormatList(words: str, text: str) -> None:
    assert formatList(words, "or") == text


@oracle.needsNode
def testNumbersAndTextsAreShownAsNodeShowsThem() -> None:
    """One run of Node for a few hundred values."""
    values: list[Any] = []

    numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
    # Without the characters that a cut after 25 units would halve.
    texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)))

    @given(numbers | texts)
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    shown = oracle.evaluate(
        f"const values = {json.dumps(values)};"
        "const type = (v) => { try { new (require('events'))().on('x', v) } catch (e) { return e.message } };"
        "const show = (v) => { try { new (require('events'))().emit('error', v) } catch (e) { return e.message } };"
        "console.log(JSON.stringify(values.map((v) => [type(v), show(v)])))"
    )
    for value, (received, inspected) in zip(values, shown, strict=True):
        assert received.endswith(f". Received {determineSpecificType(value)}"), value
        assert inspected == f"Unhandled error. ({inspect(value)})", value


@oracle.needsNode
def testNestedValuesAreShownAsNodeShowsThem() -> None:
    values: list[Any] = []
    texts = st.text(st.characters(max_codepoint=0x2FF), max_size=12) | st.text("a\n' $", max_size=90)
    leaves = texts | st.booleans() | st.integers(-(10**6), 10**6)
    keys = texts.filter(lambda text: not text.isdecimal())  # JavaScript moves whole numbers to the front
    inner = st.recursive(
        leaves, lambda each: st.lists(each, max_size=9) | st.dictionaries(keys, each, max_size=6), max_leaves=15
    )

    @settings(max_examples=150)  # what one argument of a program may hold
    @given(inner)
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    shown = oracle.evaluate(
        f"const util = require('util'), values = JSON.parse({json.dumps(json.dumps(values))});"
        "console.log(JSON.stringify(values.map((v) => [util.inspect(v), util.format('%s', v), String(v)])))"
    )
    for value, (inspected, text, plain) in zip(values, shown, strict=True):
        assert inspect(value) == inspected, value
        assert formatted(value) == text, value
        assert toText(value) == plain, value
