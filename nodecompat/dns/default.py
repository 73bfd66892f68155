"""The resolver behind the functions of `dns` and `dns.promises`, and these functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .resolver import Resolver

_default: Resolver | None = None


def defaultResolver() -> Resolver:
    """The resolver of the module's functions."""
    global _default
    if _default is None:
        _default = Resolver()
    return _default


def setServers(servers: Sequence[str]) -> None:
    """Choose the servers of the module's functions; queries under way are not disturbed.

    Raises: ERR_INVALID_IP_ADDRESS, ERR_INVALID_ARG_TYPE.
    Node: dns.html#dnssetserversservers
    """
    global _default
    resolver = Resolver()
    resolver.setServers(servers)
    _default = resolver


def getServers() -> list[str]:
    """The servers that the module's functions ask. Node: dns.html#dnsgetservers"""
    return defaultResolver().getServers()


def _method(name: str) -> Callable[..., None]:
    """The function of the module that is a method of the default resolver."""

    def function(*args: Any, **keywords: Any) -> None:
        getattr(defaultResolver(), name)(*args, **keywords)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = getattr(Resolver, name).__doc__
    return function


resolve = _method("resolve")
resolve4 = _method("resolve4")
resolve6 = _method("resolve6")
resolveAny = _method("resolveAny")
resolveCaa = _method("resolveCaa")
resolveCname = _method("resolveCname")
resolveMx = _method("resolveMx")
resolveNaptr = _method("resolveNaptr")
resolveNs = _method("resolveNs")
resolvePtr = _method("resolvePtr")
resolveSoa = _method("resolveSoa")
resolveSrv = _method("resolveSrv")
resolveTlsa = _method("resolveTlsa")
resolveTxt = _method("resolveTxt")
reverse = _method("reverse")
