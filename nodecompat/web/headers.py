"""Headers: a list of header fields whose names are compared without case.

Node: https://nodejs.org/api/globals.html#headers
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import toText
from ..events import fit
from .failures import typeError

_isToken = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_isValue = re.compile(r"[^\0\r\n]*").fullmatch
_EDGES = "\t\n\r "


def byteString(value: Any) -> str:
    """A value as the text of a header, whose characters are bytes. Raises: TypeError."""
    if type(value) is not str:
        value = value.decode("latin-1") if isinstance(value, (bytes, bytearray)) else toText(value)
    if not value.isascii() and max(value) > "\xff":
        units = value.encode("utf-16-le", "surrogatepass")
        codes = [low | high << 8 for low, high in zip(units[::2], units[1::2], strict=True)]
        index = next(place for place, code in enumerate(codes) if code > 255)
        raise typeError(
            "Cannot convert argument to a ByteString because the character at index "
            f"{index} has a value of {codes[index]} which is greater than 255."
        )
    text: str = value
    return text


def textPairs(init: Any) -> list[list[str]]:
    """The pairs of what the constructor of Headers takes, as texts. Raises: TypeError."""
    if isinstance(init, Headers):
        return []
    if isinstance(init, Mapping):
        return [[byteString(name), byteString(value)] for name, value in init.items()]
    if isinstance(init, (str, bytes)) or not isinstance(init, Iterable):
        raise typeError(
            "Headers constructor: Argument 1 could not be converted to one of: "
            "sequence<sequence<ByteString>>, record<ByteString, ByteString>."
        )
    return [[byteString(each) for each in pair] for pair in init]


HeadersInit = Any  # Headers, a mapping, or an iterable of pairs


class Headers:
    """Header fields.

    Args:
        init: Headers, a mapping of names to values, or an iterable of pairs; keywords are further fields.
    Raises:
        TypeError for an invalid name or value.
    Differs:
        `headers["name"]`, `in` and `dict(headers)` work too.
    Node: https://nodejs.org/api/globals.html#headers
    """

    __slots__ = ("_fields_", "_isImmutable_", "_names_")

    def __init__(self, init: HeadersInit = None, **keywords: str) -> None:
        #: In lower case, with all values.
        self._fields_: dict[str, list[str]] = {}
        #: In lower case, with what is sent where that is something else.
        self._names_: dict[str, str] = {}
        self._isImmutable_ = False
        if isinstance(init, Headers):
            self._fields_ = {name: list(values) for name, values in init._fields_.items()}
            self._names_ = init._names_.copy()
        elif init is not None:
            self._fill_(textPairs(init))
        if keywords:
            self._fill_(keywords.items())

    def _fill_(self, pairs: Iterable[Sequence[Any]]) -> None:
        for pair in pairs:
            if len(pair) != 2:
                raise typeError(f"Headers constructor: expected name/value pair to be length 2, found {len(pair)}.")
            self.append(*pair)

    # -- the interface

    def append(self, name: str, value: str) -> None:
        """Add a value. Node: https://nodejs.org/api/globals.html#headers"""
        key, text = self._check_("append", name, value)
        values = self._fields_.get(key)
        if values is None:
            self._fields_[key] = [text]
            if key != name:
                self._names_[key] = str(name)
        else:
            values.append(text)

    def set(self, name: str, value: str) -> None:
        """Replace all values of a name. Node: https://nodejs.org/api/globals.html#headers"""
        key, text = self._check_("set", name, value)
        self._fields_[key] = [text]
        self._names_[key] = str(name)

    def delete(self, name: str) -> None:
        """Remove a name. Node: https://nodejs.org/api/globals.html#headers"""
        key, _ = self._check_("delete", name)
        self._fields_.pop(key, None)
        self._names_.pop(key, None)

    def get(self, name: str) -> str | None:
        """All values of a name, joined by ", "; None if there are none.

        Node: https://nodejs.org/api/globals.html#headers
        """
        values = self._fields_.get(self._name_("get", name))
        return None if values is None else ("; " if name.lower() == "cookie" else ", ").join(values)

    def getSetCookie(self) -> list[str]:
        """The values of Set-Cookie, each on its own. Node: https://nodejs.org/api/globals.html#headers"""
        return list(self._fields_.get("set-cookie", ()))

    def has(self, name: str) -> bool:
        """Whether there is such a name. Node: https://nodejs.org/api/globals.html#headers"""
        return self._name_("has", name) in self._fields_

    def forEach(self, callback: Callable[..., object], thisArg: Any = None) -> None:
        """Call `callback(value, name, headers)` for each. Node: https://nodejs.org/api/globals.html#headers"""
        call = fit(callback, 3)
        for name, value in self:
            call(value, name, self)

    def keys(self) -> Iterator[str]:
        """The names, in lower case and sorted; set-cookie once for each.

        Node: https://nodejs.org/api/globals.html#headers
        """
        return iter([name for name, _ in self])

    def values(self) -> Iterator[str]:
        """The values, in the order of `keys`. Node: https://nodejs.org/api/globals.html#headers"""
        return iter([value for _, value in self])

    def entries(self) -> Iterator[tuple[str, str]]:
        """Pairs of name and value, sorted. Node: https://nodejs.org/api/globals.html#headers"""
        return iter(self)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for name in sorted(self._fields_):
            if name == "set-cookie":
                for value in self._fields_[name]:
                    yield name, value
            else:
                yield name, self.get(name) or ""

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields_

    def __repr__(self) -> str:
        return f"Headers({dict(self.entries())!r})"

    # -- inside

    def _receive_(self, raw: list[str]) -> None:
        """The fields of a response: names and values in turn, as the parser has accepted them."""
        fields = self._fields_
        rest = iter(raw)
        for name, value in zip(rest, rest, strict=True):
            key = name.lower()
            if key in fields:
                fields[key].append(value)
            else:
                fields[key] = [value]

    @staticmethod
    def _name_(method: str, name: Any) -> str:
        text = byteString(name)
        if not _isToken(text):
            raise typeError(f'Headers.{method}: "{text}" is an invalid header name.')
        return text.lower()

    def _check_(self, method: str, name: Any, value: Any = "") -> tuple[str, str]:
        name = byteString(name)
        text = byteString(value).strip(_EDGES)
        key = self._name_(method, name)
        if not _isValue(text):
            raise typeError(f'Headers.{method}: "{text}" is an invalid header value.')
        if self._isImmutable_:
            raise typeError("immutable")
        return key, text
