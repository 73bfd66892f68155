"""`util.MIMEType` and `util.MIMEParams`: media types as the MIME Sniffing standard reads and writes them.

Node: https://nodejs.org/api/util.html#class-utilmimetype
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import ERR_INVALID_MIME_SYNTAX, toText

__all__ = ["MIMEParams", "MIMEType"]

_TOKEN = "-!#$%&'*+.^_`|~A-Za-z0-9"
_NOT_TOKEN = re.compile(f"[^{_TOKEN}]")
_NOT_VALUE = re.compile("[^\t\x20-\x7e\x80-\xff]")
_BLANKS = "\t\n\r "
_VALUE = re.compile(r'"((?:[^"\\]|\\.|\\\Z)*)"?[^;]*|([^;]*)', re.DOTALL)
#: The values of a header's list; a comma in quotes belongs to its value.
_LIST = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\Z))+', re.DOTALL)
_LOWER = {code: code + 32 for code in range(65, 91)}


class MIMEType:
    """A media type: `MIMEType("text/html; charset=utf-8").subtype` is "html".

    Args: input: the text; anything else is made one.
    Raises: ERR_INVALID_MIME_SYNTAX.
    Node: https://nodejs.org/api/util.html#class-utilmimetype
    """

    def __init__(self, input: Any) -> None:
        text = toText(input)
        type, slash, rest = text.lstrip(_BLANKS).partition("/")
        subtype, _, rest = rest.partition(";")
        subtype = subtype.rstrip(_BLANKS)
        found = _NOT_TOKEN.search(type)
        if not type or not slash or found:
            raise ERR_INVALID_MIME_SYNTAX("type", text, found.start() if found else -1)
        self._type_ = type.translate(_LOWER)
        found = _NOT_TOKEN.search(subtype)
        if not subtype or found:
            raise ERR_INVALID_MIME_SYNTAX("subtype", text, found.start() if found else -1)
        self._subtype_ = subtype.translate(_LOWER)
        self._params_ = MIMEParams()
        self._params_._read_(rest)

    @property
    def type(self) -> str:
        """The first part: "text"."""
        return self._type_

    @type.setter
    def type(self, value: Any) -> None:
        self._type_ = _token("type", toText(value))

    @property
    def subtype(self) -> str:
        """The second part: "html"."""
        return self._subtype_

    @subtype.setter
    def subtype(self, value: Any) -> None:
        self._subtype_ = _token("subtype", toText(value))

    @property
    def essence(self) -> str:
        """Both parts: "text/html"."""
        return f"{self._type_}/{self._subtype_}"

    @property
    def params(self) -> MIMEParams:
        """The parameters."""
        return self._params_

    def toString(self) -> str:
        """The whole type, with its parameters."""
        params = self._params_.toString()
        return f"{self.essence};{params}" if params else self.essence

    def toJSON(self) -> str:
        """As `toString`."""
        return self.toString()

    __str__ = toString


class MIMEParams:
    """The parameters of a media type, in order.

    Node: https://nodejs.org/api/util.html#class-utilmimeparams
    """

    def __init__(self) -> None:
        self._data_: dict[str, str] = {}

    def delete(self, name: Any) -> None:
        """Take a parameter out."""
        self._data_.pop(toText(name), None)

    def get(self, name: Any) -> str | None:
        """The value of a parameter, None if there is none."""
        return self._data_.get(toText(name))

    def has(self, name: Any) -> bool:
        """Whether there is such a parameter."""
        return toText(name) in self._data_

    def set(self, name: Any, value: Any) -> None:
        """Set a parameter.

        Raises: ERR_INVALID_MIME_SYNTAX.
        """
        key, text = toText(name).translate(_LOWER), toText(value)
        found = _NOT_TOKEN.search(key)
        if not key or found:
            raise ERR_INVALID_MIME_SYNTAX("parameter name", toText(name), found.start() if found else -1)
        if found := _NOT_VALUE.search(text):
            raise ERR_INVALID_MIME_SYNTAX("parameter value", text, found.start())
        self._data_[key] = text

    def entries(self) -> Iterator[tuple[str, str]]:
        """Pairs of name and value; iterating over the object gives the same."""
        return iter(self._data_.items())

    def keys(self) -> Iterator[str]:
        """The names."""
        return iter(self._data_)

    def values(self) -> Iterator[str]:
        """The values."""
        return iter(self._data_.values())

    __iter__ = entries

    def toString(self) -> str:
        """`name=value` with ";" between; a value that is no token is in quotes."""
        return ";".join(f"{name}={_written(value)}" for name, value in self._data_.items())

    def toJSON(self) -> str:
        """As `toString`."""
        return self.toString()

    __str__ = toString

    def _read_(self, text: str) -> None:
        """Add what a text has; parameters that are not valid are passed over."""
        place = 0
        while place < len(text):
            end = min(each for each in (text.find(";", place), text.find("=", place), len(text)) if each >= 0)
            name = text[place:end].lstrip(_BLANKS).translate(_LOWER)
            place = end + 1
            if end == len(text) or text[end] == ";":
                continue
            found = _VALUE.match(text, place)
            assert found is not None
            place = found.end() + 1
            quoted, plain = found.groups()
            value = plain.rstrip(_BLANKS) if quoted is None else re.sub(r"(?s)\\(.)", r"\1", quoted)
            isValid = name and not _NOT_TOKEN.search(name) and not _NOT_VALUE.search(value)
            if isValid and name not in self._data_ and (value or quoted is not None):
                self._data_[name] = value


def typeOfMessage(contentType: str | None) -> MIMEType | None:
    """The media type that a Content-Type header says, None if it says none: of several the last that is one.

    https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
    """
    found: MIMEType | None = None
    charset: str | None = None
    for value in _LIST.findall(contentType or ""):
        try:
            kind = MIMEType(value)
        except ERR_INVALID_MIME_SYNTAX:
            continue
        if kind.essence == "*/*":
            continue
        if found is None or kind.essence != found.essence:
            charset = kind.params.get("charset")
        elif not kind.params.has("charset") and charset is not None:
            kind.params.set("charset", charset)
        found = kind
    return found


def _token(name: str, text: str) -> str:
    found = _NOT_TOKEN.search(text)
    if not text or found:
        raise ERR_INVALID_MIME_SYNTAX(name, text, found.start() if found else -1)
    return text.translate(_LOWER)


def _written(value: str) -> str:
    if value and not _NOT_TOKEN.search(value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
