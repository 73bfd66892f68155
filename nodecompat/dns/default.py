"""The resolver behind the functions of `dns` and `dns.promises`, and these functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from .resolver import Resolver

P = ParamSpec("P")
R = TypeVar("R")

_default: Resolver | None = None


def defaultResolver() -> Resolver:
    """The resolver of the module's functions."""
    global _default
    if _default is None:
        _default = Resolver()
    return _default


def setServers(servers: Sequence[str]) -> None:
    """Set the servers of the module's functions. Pending queries are not affected.

    Raises: ERR_INVALID_IP_ADDRESS, ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/dns.html#dnssetserversservers
    """
    global _default
    resolver = Resolver()
    resolver.setServers(servers)
    _default = resolver


def getServers() -> list[str]:
    """The servers used by the module's functions. Node: https://nodejs.org/api/dns.html#dnsgetservers"""
    return defaultResolver().getServers()


def function(method: Callable[Concatenate[Any, P], R], get: Callable[[], Any]) -> Callable[P, R]:
    """A module function that calls a resolver's method, on the resolver that `get` returns."""

    @functools.wraps(method)
    def call(*args: P.args, **keywords: P.kwargs) -> R:
        return method(get(), *args, **keywords)

    call.__qualname__ = method.__name__
    return call


# Spelled out, as in promises.py: type checkers and `__all__` need the names. A test compares them with the methods.
resolve: Final = function(Resolver.resolve, defaultResolver)
resolve4: Final = function(Resolver.resolve4, defaultResolver)
resolve6: Final = function(Resolver.resolve6, defaultResolver)
resolveAny: Final = function(Resolver.resolveAny, defaultResolver)
resolveCaa: Final = function(Resolver.resolveCaa, defaultResolver)
resolveCname: Final = function(Resolver.resolveCname, defaultResolver)
resolveMx: Final = function(Resolver.resolveMx, defaultResolver)
resolveNaptr: Final = function(Resolver.resolveNaptr, defaultResolver)
resolveNs: Final = function(Resolver.resolveNs, defaultResolver)
resolvePtr: Final = function(Resolver.resolvePtr, defaultResolver)
resolveSoa: Final = function(Resolver.resolveSoa, defaultResolver)
resolveSrv: Final = function(Resolver.resolveSrv, defaultResolver)
resolveTlsa: Final = function(Resolver.resolveTlsa, defaultResolver)
resolveTxt: Final = function(Resolver.resolveTxt, defaultResolver)
reverse: Final = function(Resolver.reverse, defaultResolver)
