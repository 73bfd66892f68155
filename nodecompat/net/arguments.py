"""Parses the arguments of `connect` and `listen`, and decides which strings are Twisted endpoints.

Follows Node 26: a number, or a text that is one, is a port; any other text is the path of a Unix domain socket. Here a
text whose beginning names a kind of Twisted endpoint ("tcp:", "tls:", "unix:", "systemd:", …; see ENDPOINT_KINDS) is
the description of an endpoint instead, and an endpoint object may stand in its place. A path that begins like that is
written "./tcp:…"; a kind that is not listed (a plugin's own) is given as the option `endpoint`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..coercion import PRIMITIVES, optionsOf, toInt32, toNumber
from ..encodings import encode
from ..errors import ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT
from ..validators import isNumber, validatePort
from .bound import BoundSocket
from .options import isBag, merge

if TYPE_CHECKING:
    from typing import Protocol

    class ClientEndpoint(Protocol):
        """An IStreamClientEndpoint."""

        def connect(self, protocolFactory: Any) -> Any: ...

    class ServerEndpoint(Protocol):
        """An IStreamServerEndpoint."""

        def listen(self, protocolFactory: Any) -> Any: ...


#: The prefixes recognized as endpoint descriptions.
ENDPOINT_KINDS = frozenset({"fd", "haproxy", "ssl", "stdio", "systemd", "tcp", "tcp4", "tcp6", "tls", "unix"})

#: The key of the object that held the options, for the message.
_SHOWN = "object that held the options"
#: Between the fields of a description; a colon that belongs to one has a backslash before it.
_FIELDS = re.compile(r"(?<!\\):")

Arguments = tuple[dict[str, Any], Callable[..., Any] | None]


def isEndpoint(value: Any, method: str) -> bool:
    """True for the description of an endpoint, or an object with this method."""
    if isinstance(value, str):
        kind, colon, _ = value.partition(":")
        return bool(colon) and kind in ENDPOINT_KINDS
    # Handles and emitters have such a method too.
    return callable(getattr(value, method, None)) and not hasattr(value, "onclose") and not hasattr(value, "emit")


def checkPort(description: str, place: int) -> None:
    """Check the port of a TCP endpoint: the field `place` of its description, or the one named "port".

    Raises: ERR_SOCKET_BAD_PORT.
    """
    kind, *fields = _FIELDS.split(description)
    if kind not in ("tcp", "tcp6", "ssl", "tls"):
        return
    named = dict(field.split("=", 1) for field in fields if "=" in field)
    positional = [field for field in fields if "=" not in field]
    port = named.get("port", positional[place] if len(positional) > place else None)
    if port is None or not port.isdecimal() or int(port) > 0xFFFF:
        raise ERR_SOCKET_BAD_PORT(f"the port of {description!r}", port)


def isPath(value: Any) -> bool:
    """True for a string that JavaScript parses as a number from 0 up."""
    return isinstance(value, str) and toCount(value) is None


def toCount(value: Any) -> float | None:
    """JavaScript's Number(value) if that is a number from 0 on."""
    number = toNumber(value)
    return number if number >= 0 else None


def isHandle(value: Any) -> bool:
    """True for an object that a server can listen on."""
    return hasattr(value, "onconnection")


def toPath(text: str) -> str:
    """The path for the system: half a surrogate pair is replaced, as in Node."""
    return text if text.isascii() else encode(text).decode()


def splitCallback(args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Callable[..., Any] | None]:
    """Splits a trailing callback off the arguments."""
    if args and callable(args[-1]) and not isBag(args[-1]):
        return args[:-1], args[-1]
    return args, None


def connectArguments(args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Arguments:
    """`(options)`, `(path)`, `(port, host)` or `(endpoint)`, each with a callback or without."""
    first, host = (*args, None, None)[:2]
    args, callback = splitCallback(args)
    options: dict[str, Any]
    if isBag(first):
        options = dict(merge(first, keywords))
    elif first is None or (callable(first) and keywords):
        options = dict(keywords)
    elif isEndpoint(first, "connect"):
        options = {**keywords, "endpoint": first}
    elif isinstance(first, PRIMITIVES) or callable(first):
        options = {**keywords, **_connectTarget(first, host)}
    else:
        options = optionsOf(first, keywords)
    if isEndpoint(options.get("path"), "connect"):
        options["endpoint"] = options.pop("path")
    return options, callback


def _connectTarget(first: Any, host: Any) -> dict[str, Any]:
    if isPath(first):
        return {"path": first}
    return {"port": first, "host": host} if isinstance(host, str) else {"port": first}


def listenArguments(args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Arguments:
    """What to listen on. The result has exactly one of `handle`, `endpoint`, `fd`, `port` and `path`.

    Raises: ERR_INVALID_ARG_VALUE, ERR_SOCKET_BAD_PORT.
    """
    args, callback = splitCallback(args)
    options = _listenTarget(args, keywords)
    return _oneTarget(options, _backlog(options, args)), callback


def _listenTarget(args: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
    first = args[0] if args else None
    if isBag(first):
        return dict(merge(first, keywords))
    options = dict(keywords)
    if first is None or callable(first):
        # listen() and listen(callback): any port, unless the keywords say where.
        if not {"endpoint", "fd", "handle", "path"} & options.keys():
            options.setdefault("port", 0)
        if args[1:] and isinstance(args[1], str):
            options["host"] = args[1]
    elif isEndpoint(first, "listen"):
        options["endpoint"] = first
    elif isPath(first):
        options["path"] = first
    elif isinstance(first, PRIMITIVES):
        options["port"] = first
        if args[1:] and isinstance(args[1], str) and toCount(args[1]) is None:
            options["host"] = args[1]
    elif isinstance(first, BoundSocket) or isHandle(getattr(first, "_handle", None) or first):
        options["handle"] = first
    else:
        options.update(optionsOf(first))
        options[_SHOWN] = first
    return options


def _backlog(options: Mapping[str, Any], args: tuple[Any, ...]) -> int:
    given = options.get("backlog")
    for value in (given, *args[1:3]):
        number = None if isinstance(value, bool) else toCount(value)
        if number:
            return toInt32(number)
    return 0


def _oneTarget(options: dict[str, Any], backlog: int) -> dict[str, Any]:
    shown: Any = options.pop(_SHOWN) if _SHOWN in options else dict(options)
    options["backlog"] = backlog
    if isEndpoint(options.get("path"), "listen"):
        options["endpoint"] = options.pop("path")
    descriptor = options.get("fd")
    if options.get("handle") is not None or options.get("endpoint") is not None:
        return options
    if descriptor is not None and isNumber(descriptor) and descriptor >= 0:
        return options
    if "port" in options and options["port"] is None:
        options["port"] = 0
    port = options.get("port")
    if isNumber(port) or isinstance(port, str):
        options["port"] = validatePort(port, "options.port")
        return options
    if isPath(options.get("path")) and options["path"]:
        return options
    if "port" in options or "path" in options:
        raise ERR_INVALID_ARG_VALUE("options", shown)
    raise ERR_INVALID_ARG_VALUE("options", shown, 'must have the property "port" or "path"')
