"""The header fields of the opening handshake: Sec-WebSocket-Accept, -Protocol, -Extensions."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from ...errors import NodeError

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TOKEN = r"[!#$%&'*+\-.0-9A-Z^_`a-z|~]"
_isToken = re.compile(_TOKEN + r"+\Z").match
_protocol = re.compile(rf"({_TOKEN}+)[ \t]*(,[ \t]*|\Z)")
#: One parameter: its name, and a value that is a token or a quoted one.
_parameter = re.compile(rf'[ \t]*;[ \t]*({_TOKEN}+)(?:=(?:({_TOKEN}+)|"((?:\\?{_TOKEN})+)"))?')
_name = re.compile(rf"[ \t]*({_TOKEN}+)")
_comma = re.compile(r"[ \t]*,")

#: A parameter may stand there several times; True where it has no value.
Parameters = dict[str, list["str | bool"]]


class HeaderError(NodeError, ValueError):
    """A field that is not what it must be: JavaScript's SyntaxError."""

    name = "SyntaxError"


def acceptFor(key: str) -> str:
    """The value of Sec-WebSocket-Accept that answers a key."""
    return base64.b64encode(hashlib.sha1(key.encode("latin-1") + _GUID, usedforsecurity=False).digest()).decode()


def isToken(text: str) -> bool:
    """Whether a text can be a subprotocol."""
    return _isToken(text) is not None


def parseProtocols(value: str) -> list[str]:
    """The names in Sec-WebSocket-Protocol, in their order.

    Raises: HeaderError for a field that is none, and for a name that comes twice.
    """
    names: list[str] = []
    place = 0
    while True:
        found = _protocol.match(value, place)
        if found is None:
            raise _unexpected(value, place)
        if found[1] in names:
            raise HeaderError(f'The "{found[1]}" subprotocol is duplicated')
        names.append(found[1])
        place = found.end()
        if not found[2]:
            return names


def parseExtensions(value: str) -> list[tuple[str, Parameters]]:
    """The extensions in Sec-WebSocket-Extensions, each with its parameters.

    Raises: HeaderError for a field that is none.
    """
    offers: list[tuple[str, Parameters]] = []
    place = 0
    while True:
        found = _name.match(value, place)
        if found is None:
            raise _unexpected(value, place)
        parameters: Parameters = {}
        offers.append((found[1], parameters))
        place = found.end()
        while found := _parameter.match(value, place):
            name, token, quoted = found.groups()
            text = token if token is not None else quoted and quoted.replace("\\", "")
            parameters.setdefault(name, []).append(True if text is None else text)
            place = found.end()
        if place == len(value):
            return offers
        found = _comma.match(value, place)
        if found is None:
            raise _unexpected(value, place)
        place = found.end()


def formatExtension(name: str, parameters: Mapping[str, object]) -> str:
    """An extension with its parameters, as the field says it."""
    return "; ".join([name, *(key if value is True else f"{key}={value}" for key, value in parameters.items())])


def _unexpected(value: str, place: int) -> HeaderError:
    if place >= len(value):
        return HeaderError("Unexpected end of input")
    return HeaderError(f"Unexpected character at index {place}")
