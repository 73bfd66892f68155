"""The arguments of http.request: a URL, options and a callback in any of Node's forms, and the checks on them.

Follows `http.request` of Node 26. Options may also be keyword arguments, and a URL may be an object of urllib,
hyperlink or yarl.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from ... import errors
from ...coercion import optionsOf, toUint32
from ...encodings import encode
from ...url import URL, asUrl, urlToHttpOptions
from ...validators import validateString
from .agent import Agent, checkAgent, globalAgent


def currentAgent() -> Any:
    """The default agent: `http.globalAgent`, which a program may replace."""
    return getattr(sys.modules["nodecompat.http"], "globalAgent", globalAgent)


def hostHeader(opts: Mapping[str, Any]) -> str:
    """The value of Host: with the port unless it is the protocol's own, an IPv6 address in brackets."""
    host: str = opts["host"]
    if ":" in host and host.count(":") > 1 and host[0] != "[":
        host = f"[{host}]"
    port, defaultPort = opts.get("port"), opts.get("defaultPort")
    if not port or port == defaultPort:
        return host
    if type(port) is not type(defaultPort) and _isSameNumber(port, defaultPort):
        return host
    return f"{host}:{port}"


def _isSameNumber(port: Any, defaultPort: Any) -> bool:
    """True for a number and a text that stands for it."""
    one, other = str(port), str(defaultPort)
    return one.isdecimal() and other.isdecimal() and int(one[:9]) == int(other[:9])


def readArguments(
    input: Any, options: Any, callback: Any, keywords: Mapping[str, Any]
) -> tuple[dict[str, Any], Callable[..., Any] | None]:
    """The arguments in any of Node's forms, as one dict of our own and a callback."""
    if type(input) is dict and options is None and not keywords:
        return input.copy(), callback
    if type(input) is dict and callback is None and not keywords and callable(options):
        return input.copy(), options
    url: Mapping[str, Any] | None = None
    if isinstance(input, str):
        url = urlToHttpOptions(URL(input))
    elif input is not None and not isinstance(input, Mapping) and not callable(input):
        found = asUrl(input)
        if found is not None:
            url = urlToHttpOptions(found)
    if url is None:
        # Without a URL the other arguments shift left by one.
        url, options, callback = {}, input, callback if options is None else options
    if callable(options) and not isinstance(options, Mapping):
        options, callback = None, options
    return {**url, **optionsOf(options, keywords)}, callback


def agentOf(opts: Mapping[str, Any], defaultAgent: Any) -> Any:
    """The agent of a request: the one it names, a new one for False, none when it connects by itself."""
    agent = opts.get("agent")
    if agent is False:
        return type(defaultAgent)()
    if agent is None:
        return defaultAgent if not callable(opts.get("createConnection")) else None
    if not isinstance(agent, Agent):
        checkAgent(agent)
    return agent


def checkHost(host: Any, name: str) -> Any:
    """A host name, or None where none was given; raises for what cannot be one."""
    if host is not None and not isinstance(host, str):
        raise errors.ERR_INVALID_ARG_TYPE(f"options.{name}", ["string", "undefined", "null"], host)
    if host and "\0" in host:
        # Refused before any lookup: a resolver would see only the part before the NUL.
        raise errors.ERR_INVALID_ARG_VALUE(f"options.{name}", host, "must be a string without null bytes")
    return host


def userBytes(auth: Any) -> bytes:
    """The bytes of the option `auth`, as Buffer.from takes them."""
    if isinstance(auth, str):
        return encode(auth)
    if isinstance(auth, (bytes, bytearray, memoryview)):
        return bytes(auth)
    if isinstance(auth, (list, tuple)):
        return bytes(toUint32(each) & 0xFF for each in auth)
    kinds = ["string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"]
    raise errors.ERR_INVALID_ARG_TYPE("first argument", kinds, auth)


def lowered(names: Any) -> list[str]:
    """The names of `uniqueHeaders`, in lower case."""
    for name in names:
        validateString(name, "options.uniqueHeaders")
    return [name.lower() for name in names]
