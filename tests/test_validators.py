"""Checks of arguments: which values pass, which error the others get."""

from __future__ import annotations

import math
from typing import Any

import pytest

from nodecompat import validators as v
from nodecompat.errors import NodeError
from nodecompat.symbols import Symbol


def shout(text: str) -> str:
    return text


async def later() -> None: ...


class Signal:
    aborted = False


TYPE, VALUE, RANGE = "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE", "ERR_OUT_OF_RANGE"
HINTS = 'must be an array or string of format "</styles.css>; rel=preload; as=style"'


def typed(name: str, must: str, received: str) -> str:
    kind = "property" if "." in name else "argument"
    return f'The "{name}" {kind} must be {must}. Received {received}'


def valued(name: str, reason: str, received: str) -> str:
    kind = "property" if "." in name else "argument"
    return f"The {kind} '{name}' {reason}. Received {received}"


def outside(must: str, received: str) -> str:
    return f'The value of "n" is out of range. It must be {must}. Received {received}'


REFUSED: list[tuple[Any, tuple[Any, ...], str, str]] = [
    (v.validateFunction, (5, "cb"), TYPE, typed("cb", "of type function", "type number (5)")),
    (v.validatePlainFunction, (later, "n"), TYPE, typed("n", "of type function", "function later")),
    (v.validateString, (5, "n"), TYPE, typed("n", "of type string", "type number (5)")),
    (
        v.validateStringWithoutNullBytes,
        ("a\0", "n"),
        VALUE,
        valued("n", "must be a string without null bytes", "'a\\x00'"),
    ),
    (v.validateBoolean, (1, "n"), TYPE, typed("n", "of type boolean", "type number (1)")),
    (v.validateNumber, (True, "n"), TYPE, typed("n", "of type number", "type boolean (true)")),
    (v.validateNumber, (math.nan, "n", 0), RANGE, outside(">= 0", "NaN")),
    (v.validateNumber, (5, "n", 0, 3), RANGE, outside(">= 0 && <= 3", "5")),
    (v.validateNumber, (5, "n", None, 3), RANGE, outside("<= 3", "5")),
    (v.validateInteger, ("x", "n"), TYPE, typed("n", "of type number", "type string ('x')")),
    (v.validateInteger, (1.5, "n"), RANGE, outside("an integer", "1.5")),
    (v.validateInteger, (-1, "n", 0), RANGE, outside(">= 0 && <= 9007199254740991", "-1")),
    (v.validateInt32, (2**31, "n"), RANGE, outside(">= -2147483648 && <= 2147483647", "2147483648")),
    (v.validateUint32, (-1, "n"), RANGE, outside(">= 0 && <= 4294967295", "-1")),
    (v.validateUint32, (0, "n", True), RANGE, outside(">= 1 && <= 4294967295", "0")),
    (v.validateUint32, (2**33, "n"), RANGE, outside(">= 0 && <= 4294967295", "8_589_934_592")),
    (v.validateFiniteNumber, (math.inf, "n"), RANGE, outside("a finite number", "Infinity")),
    (v.validateFiniteNumber, ("x", "n"), TYPE, typed("n", "of type number", "type string ('x')")),
    (v.checkRangesOrGetDefault, (5, "n", 6, 7, 1), RANGE, outside(">= 6 and <= 7", "5")),
    (v.validateObject, (5, "n"), TYPE, typed("n", "of type object", "type number (5)")),
    (v.validateObject, (None, "n"), TYPE, typed("n", "of type object", "undefined")),
    (v.validateObject, ([], "n"), TYPE, typed("n", "of type object", "an instance of Array")),
    (v.validateObject, (shout, "n"), TYPE, typed("n", "of type object", "function shout")),
    (v.validateObject, ([].append, "n"), TYPE, typed("n", "of type object", "function append")),
    (v.validateObject, (Symbol("s"), "n"), TYPE, typed("n", "of type object", "type symbol (Symbol(s))")),
    (v.validateDictionary, ("x", "n"), TYPE, typed("n", "a dictionary", "type string ('x')")),
    (v.validateArray, (5, "n"), TYPE, typed("n", "an instance of Array", "type number (5)")),
    (v.validateArray, ([], "n", 1), VALUE, valued("n", "must have a length of at least 1", "[]")),
    (v.validateStringArray, (["a", 5], "n"), TYPE, typed("n[1]", "of type string", "type number (5)")),
    (v.validateBooleanArray, ([1], "n"), TYPE, typed("n[0]", "of type boolean", "type number (1)")),
    (v.validateAbortSignalArray, ([1], "n"), TYPE, typed("n[0]", "an instance of AbortSignal", "type number (1)")),
    (
        v.validateAbortSignal,
        (5, "options.signal"),
        TYPE,
        typed("options.signal", "an instance of AbortSignal", "type number (5)"),
    ),
    (
        v.validateAbortSignal,
        ({}, "signal"),
        TYPE,
        typed("signal", "an instance of AbortSignal", "an instance of Object"),
    ),
    (v.validateOneOf, (5, "family", [0, 4, 6]), VALUE, valued("family", "must be one of: 0, 4, 6", "5")),
    (v.validateOneOf, (True, "n", [0, 1]), VALUE, valued("n", "must be one of: 0, 1", "true")),
    (v.validateOneOf, ("x", "options.f", ["a", "b"]), VALUE, valued("options.f", "must be one of: 'a', 'b'", "'x'")),
    (v.validateUnion, ("x", "n", ["a", "b"]), TYPE, typed("n", "('a|b')", "type string ('x')")),
    (v.validateUndefined, (5, "n"), TYPE, typed("n", "undefined", "type number (5)")),
    (
        v.validateBuffer,
        ("x",),
        TYPE,
        typed("buffer", "an instance of Buffer, TypedArray, or DataView", "type string ('x')"),
    ),
    (v.validateEncoding, ("abc", "hex"), VALUE, valued("encoding", "is invalid for data of length 3", "'hex'")),
    (
        v.validateSignalName,
        ("sigint",),
        "ERR_UNKNOWN_SIGNAL",
        "Unknown signal: sigint (signals must use all capital letters)",
    ),
    (v.validateSignalName, ("X",), "ERR_UNKNOWN_SIGNAL", "Unknown signal: X"),
    (v.validateLinkHeaderValue, (5,), VALUE, valued("hints", HINTS, "5")),
    (v.validateLinkHeaderValue, ("bad",), VALUE, valued("hints", HINTS, "'bad'")),
    (
        v.validateLinkHeaderValue,
        (["</a>", "<a>; rel=preload, <b>"],),
        VALUE,
        valued("hints", HINTS, "'<a>; rel=preload, <b>'"),
    ),
    (v.validateLinkHeaderValue, (["</a>\n"],), VALUE, valued("hints", HINTS, "'</a>\\n'")),
]

ACCEPTED: list[tuple[Any, tuple[Any, ...]]] = [
    (v.validateFunction, (shout, "n")),
    (v.validateFunction, (print, "n")),
    (v.validateFunction, (later, "n")),
    (v.validateNumber, (math.nan, "n")),
    (v.validateNumber, (3, "n", 0, 3)),
    (v.validateInteger, (5.0, "n")),
    (v.validateUint32, (2**32 - 1, "n")),
    (v.validateObject, ({}, "n")),
    (v.validateObject, (Signal(), "n")),
    (v.validateObject, (None, "n", v.kValidateObjectAllowNullable)),
    (v.validateObject, ([], "n", v.kValidateObjectAllowArray)),
    (v.validateObject, (shout, "n", v.kValidateObjectAllowFunction)),
    (v.validateDictionary, (None, "n")),
    (v.validateArray, ((1,), "n", 1)),
    (v.validateAbortSignal, (None, "n")),
    (v.validateAbortSignal, (Signal(), "n")),
    (v.validateAbortSignal, ({"aborted": False}, "n")),
    (v.validateOneOf, (4, "n", [0, 4, 6])),
    (v.validateUnion, ("a", "n", ["a"])),
    (v.validateUndefined, (None, "n")),
    (v.validateBuffer, (bytearray(b"x"),)),
    (v.validateEncoding, ("ab", "hex")),
    (v.validateSignalName, ("SIGTERM",)),
]


@pytest.mark.parametrize("check, args, code, message", REFUSED)
def testRefused(check: Any, args: tuple[Any, ...], code: str, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        check(*args)
    assert (caught.value.code, str(caught.value)) == (code, message)


@pytest.mark.parametrize("check, args", ACCEPTED)
def testAccepted(check: Any, args: tuple[Any, ...]) -> None:
    check(*args)


@pytest.mark.parametrize(
    "port, number",
    [(0, 0), (65535, 65535), (80.0, 80), (" 80 ", 80), ("0x50", 80), ("1e2", 100), ("0b11", 3), ("0o17", 15)],
)
def testPorts(port: Any, number: int) -> None:
    assert v.validatePort(port) == number


@pytest.mark.parametrize("port", [-1, 65536, 1.5, "", " ", "-1", "80.5", "1_0", "x", True, None, [], {}, math.nan])
def testBadPorts(port: Any) -> None:
    with pytest.raises(NodeError, match=r"^X should be >= 0 and < 65536. Received ") as caught:
        v.validatePort(port, "X")
    assert caught.value.code == "ERR_SOCKET_BAD_PORT"


def testPortZeroMayBeForbidden() -> None:
    with pytest.raises(NodeError, match=r"^Port should be > 0 and < 65536"):
        v.validatePort(0, allowZero=False)


def testLinksAreJoined() -> None:
    assert v.validateLinkHeaderValue(["</a>; rel=preload", '</b>;rel="x"']) == '</a>; rel=preload, </b>;rel="x"'
    assert v.validateLinkHeaderValue([]) == ""


def testAFiniteNumberOrTheDefault() -> None:
    assert v.checkRangesOrGetDefault(None, "n", 1, 9, 5) == 5
    assert v.checkRangesOrGetDefault(7, "n", 1, 9, 5) == 7


def testTruthIsJavaScripts() -> None:
    assert not any(v.isTruthy(value) for value in (None, False, 0, 0.0, -0.0, math.nan, ""))
    assert all(v.isTruthy(value) for value in (True, 1, -0.5, "0", [], {}, b"", object()))
