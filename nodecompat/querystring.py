"""Node's `querystring` module (26): query strings to records and back.

`escape` and `unescape` are looked up when they are used, so a program may replace them, as in Node
(`querystring.escape = mine`). The percent-encoding is urllib's; what surrounds it (which pairs there are, what happens
to text that is no valid encoding) is Node's, and never raises.

Whole page; `unescapeBuffer` is there as well, though Node does not document it.

Node: https://nodejs.org/api/querystring.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypedDict
from urllib.parse import quote, unquote_to_bytes

from . import encodings
from .coercion import optionsOf
from .errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_URI, EXHAUSTED, toText
from .optionbags import named
from .records import BareRecord
from .validators import isTruthy

__all__ = [
    "ParseOptions",
    "ParsedUrlQuery",
    "ParsedUrlQueryInput",
    "StringifyOptions",
    "decode",
    "encode",
    "escape",
    "parse",
    "stringify",
    "unescape",
    "unescapeBuffer",
]

MAX_KEYS = 1000  # pairs that `parse` reads unless it is told otherwise

_SAFE = "!'()*"  # beside letters, digits and -._~
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")

#: What `parse` returns: a str, or a list of them where a key came more than once. A missing key is None.
ParsedUrlQuery = BareRecord[Any]
#: What `stringify` takes.
ParsedUrlQueryInput = Mapping[str, Any]


class ParseOptions(TypedDict, total=False):
    """Options of `parse`.

    Options:
        maxKeys: Pairs that are read, 0 for all; 1,000 by default.
        decodeURIComponent: Decodes names and values; `querystring.unescape` by default.
    """

    maxKeys: int | None
    decodeURIComponent: Callable[[str], str] | None


class StringifyOptions(TypedDict, total=False):
    """Options of `stringify`.

    Options:
        encodeURIComponent: Encodes names and values; `querystring.escape` by default.
    """

    encodeURIComponent: Callable[[str], str] | None


@named
def parse(
    str: Any,
    sep: str | None = None,
    eq: str | None = None,
    options: ParseOptions | None = None,
    *,
    maxKeys: int | None = None,
    decodeURIComponent: Callable[[str], str] | None = None,
) -> ParsedUrlQuery:
    """The pairs of a query string: `parse("a=1&b=2&a=3")` is `{"a": ["1", "3"], "b": "2"}`.

    Args:
        str: the text, without "?"; anything but a str gives no pairs.
        sep: what stands between pairs, "&" by default.
        eq: what stands between key and value, "=" by default.
        options: ParseOptions, as a mapping or as keywords: `maxKeys`, the number of pairs that are read (1000 by
            default, 0 is without limit), and `decodeURIComponent`, called with each key and value (`unescape` by
            default); where it raises, the text is decoded as by `unescapeBuffer`.
    Returns: a dict in the order of the text, in which a missing key is None.
    Node: https://nodejs.org/api/querystring.html#querystringparsestr-sep-eq-options
    """
    found: ParsedUrlQuery = BareRecord()
    if not isinstance(str, _Text) or not str:
        return found
    given = optionsOf(options)
    limit = _limit(given.get("maxKeys") if maxKeys is None else maxKeys)
    decoder = given.get("decodeURIComponent") if decodeURIComponent is None else decodeURIComponent
    custom = callable(decoder)
    function = decoder if callable(decoder) else unescape
    plus = "%20" if custom or function is not _ownUnescape else " "
    for key, value in _pairs(str, _separator(sep, "&"), _separator(eq, "=")):
        if key is not None:
            _add(found, _decoded(key.replace("+", plus), function), _decoded(value.replace("+", plus), function))
        limit -= 1
        if not limit:
            break
    return found


@named
def stringify(
    obj: Any = None,
    sep: str | None = None,
    eq: str | None = None,
    options: StringifyOptions | None = None,
    *,
    encodeURIComponent: Callable[[str], str] | None = None,
) -> str:
    """The query string of a mapping: `stringify({"a": [1, 2], "b": "x y"})` is `"a=1&a=2&b=x%20y"`.

    Args:
        obj: keys and their values: str, finite numbers, bool, or lists of these; any other value becomes "". What is
            no mapping, list or tuple gives "".
        sep: put between pairs, "&" by default.
        eq: put between key and value, "=" by default.
        options: StringifyOptions, as a mapping or as keywords: `encodeURIComponent`, `escape` by default.
    Raises: ERR_INVALID_URI for a text that ends in half a surrogate pair.
    Node: https://nodejs.org/api/querystring.html#querystringstringifyobj-sep-eq-options
    """
    given = optionsOf(options).get("encodeURIComponent") if encodeURIComponent is None else encodeURIComponent
    function = given if callable(given) else escape
    if isinstance(obj, (list, tuple, bytes, bytearray)):
        obj = dict(enumerate(obj))
    if not isinstance(obj, Mapping):
        return ""
    equals = _separator(eq, "=")
    fields = []
    for key, value in obj.items():
        name = _encoded(key if isinstance(key, _Text) else toText(key), function) + equals
        values = value if isinstance(value, (list, tuple)) else (value,)
        fields += [name + _encoded(item, function) for item in values]
    return _separator(sep, "&").join(fields)


def escape(str: Any) -> str:
    """Percent-encode a text for a query string; letters, digits and `-._~!'()*` stay.

    Args: str: the text; anything else is made one.
    Raises: ERR_INVALID_URI for a text that ends in half a surrogate pair.
    Node: https://nodejs.org/api/querystring.html#querystringescapestr
    """
    text = toText(str)
    try:
        return quote(text, _SAFE)
    except UnicodeEncodeError:
        return quote(_joined(text), _SAFE)


def unescape(str: Any, decodeSpaces: bool = False) -> str:
    """Decode a percent-encoded text; what is no valid UTF-8 is decoded byte by byte, never an error.

    Args:
        str: the text; anything else is made one.
        decodeSpaces: "+" is a space, where the text is not valid.
    Node: https://nodejs.org/api/querystring.html#querystringunescapestr
    """
    text = toText(str)
    if "%" not in text:
        return text
    if not _STRAY.search(text):
        try:
            return _RUNS.sub(lambda run: unquote_to_bytes(run.group()).decode(), text)
        except UnicodeDecodeError:
            pass
    return unescapeBuffer(text, decodeSpaces).decode("utf-8", "replace")


def unescapeBuffer(s: str, decodeSpaces: bool = False) -> bytes:
    """The bytes of a percent-encoded text: of other characters the low byte.

    Args:
        s: the text.
        decodeSpaces: "+" is a space.
    """
    if isinstance(s, (bytes, bytearray, memoryview)):
        s = bytes(s).decode("latin-1")
    if not isinstance(s, _Text):
        raise ERR_INVALID_ARG_TYPE("s", "string", s)
    if isTruthy(decodeSpaces):
        s = s.replace("+", " ")
    return unquote_to_bytes(encodings.encode(s, "latin1"))


_Text = str
_RUNS = re.compile(f"(?:{_ESCAPE.pattern})+")
_ownUnescape = unescape


def _separator(given: Any, default: str) -> str:
    return toText(given) if isTruthy(given) else default


def _limit(maxKeys: Any) -> int:
    """Pairs to read; -1 is without limit."""
    if isinstance(maxKeys, bool) or not isinstance(maxKeys, (int, float)):
        return MAX_KEYS
    return int(maxKeys) if 0 < maxKeys < math.inf else -1


def _pairs(text: str, sep: str, eq: str) -> Iterator[tuple[str | None, str]]:
    """Keys and values, not decoded; the key of an empty piece is None: it counts for `maxKeys`."""
    if not sep or not eq:
        yield text or None, ""  # a list without a text: what it separates is nowhere
    elif len(sep) == 1 == len(eq):
        for piece in text.split(sep):
            key, _, value = piece.partition(eq)
            yield key if piece else None, value
    else:
        yield from _longPairs(text, sep, eq)


def _longPairs(text: str, sep: str, eq: str) -> Iterator[tuple[str | None, str]]:
    """As `_pairs`, for separators of several characters.

    A separator is found as Node finds it, in one pass: a character that begins or continues `sep` is not looked at
    for `eq`, and a match that fails does not begin again inside itself.
    """
    key: str | None = None
    begin = inSep = inEq = 0
    for place, character in enumerate(text, 1):
        if character == sep[inSep]:
            inSep += 1
            if inSep == len(sep):
                yield _pair(key, text[begin : place - inSep])
                key, begin, inSep, inEq = None, place, 0, 0
            continue
        inSep = 0
        if key is None:
            inEq = inEq + 1 if character == eq[inEq] else 0
            if inEq == len(eq):
                key, begin = text[begin : place - inEq], place
    yield _pair(key, text[begin:])


def _pair(key: str | None, piece: str) -> tuple[str | None, str]:
    return (piece or None, "") if key is None else (key, piece)


def _add(found: ParsedUrlQuery, key: str, value: str) -> None:
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key].append(value)
    else:
        found[key] = [found[key], value]


def _decoded(text: str, function: Callable[[str], str]) -> str:
    if not text or (function is _ownUnescape and not _ESCAPE.search(text)):
        return text
    try:
        return function(text)
    except EXHAUSTED:
        raise
    except Exception:
        return unescape(text, True)


def _encoded(value: Any, function: Callable[[str], str]) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        text = toText(value)
    else:
        text = ""
    return toText(function(text)) if text or function is not _ownEscape else ""


_ownEscape = escape


def _joined(text: str) -> str:
    """As Node reads surrogates: each half joins with the low bits of the unit behind it, whatever that is.

    Raises: ERR_INVALID_URI when nothing is behind it.
    """
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    out, rest = [], iter(units)
    for unit in rest:
        if 0xD800 <= unit < 0xE000:
            low = next(rest, None)
            if low is None:
                raise ERR_INVALID_URI()
            unit = 0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF)
        out.append(chr(unit))
    return "".join(out)


#: The other names that Node has for them.
encode = stringify
decode = parse
