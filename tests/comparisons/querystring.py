"""Comparisons of `querystring`; thousands of random cases stand in data/cases/querystring.jsonl.gz."""

from __future__ import annotations

from typing import Any

import cases

from nodecompat import querystring


def compared() -> set[str]:
    return {case[0] for case in cases.recorded("querystring")}


def decodeAndEncodeAreOtherNames() -> Any:
    return [querystring.decode is querystring.parse, querystring.encode is querystring.stringify]


def escape() -> Any:
    return [querystring.escape("a b&=é😀"), querystring.escape(5), querystring.escape({"a": 1})]


def aLoneSurrogate() -> Any:
    return querystring.escape("\ud800")


def unescapeBuffer() -> Any:
    return [querystring.unescapeBuffer("a%20b%zz+%e9"), querystring.unescapeBuffer("+", True)]


def aFunctionThatIsReplacedIsUsed() -> Any:
    kept = querystring.escape, querystring.unescape
    try:
        querystring.escape = lambda text: f"<{text}>"
        querystring.unescape = lambda text: f"[{text}]"
        return [querystring.stringify({"a": "b c"}), querystring.parse("a%20=b")]
    finally:
        querystring.escape, querystring.unescape = kept


def functionsOfTheOptions() -> Any:
    return [
        querystring.parse("a=b&c=%20", None, None, {"decodeURIComponent": lambda text: text.upper()}),
        querystring.stringify({"a": "b"}, ";", ":", {"encodeURIComponent": lambda text: text + text}),
        querystring.parse("a=1&b=2&c=3", None, None, {"maxKeys": 2}),
    ]
