"""The option bags of `dns`, and their validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ..coercion import PRIMITIVES, optionsOf, toUint32
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
from ..validators import isNumber, isTruthy, validateBoolean, validateNumber, validateOneOf, validateString
from .constants import ADDRCONFIG, ALL, V4MAPPED

FAMILIES = (0, 4, 6)
ORDERS = ("verbatim", "ipv4first", "ipv6first")
_FAMILY_NAMES = {"IPv4": 4, "IPv6": 6}


class LookupOptions(TypedDict, total=False):
    """Options of `lookup()`.

    Options:
        family: 4 or "IPv4", 6 or "IPv6"; 0, the default, for either.
        hints: `ADDRCONFIG`, `V4MAPPED`, `ALL`, joined by "|"; 0 by default.
        all: A list of all addresses in place of one; False by default.
        order: "verbatim", "ipv4first" or "ipv6first"; `getDefaultResultOrder()`, "verbatim", by default.
        verbatim: The former form of `order`: True for "verbatim", False for "ipv4first". `order` counts by default.
    Node: https://nodejs.org/api/dns.html#dnslookuphostname-options-callback
    """

    family: int | str
    hints: int
    all: bool
    order: str
    verbatim: bool


class LookupOneOptions(LookupOptions, total=False):
    """Options of `lookup()` that ask for one address.

    Also the options of `LookupOptions`.
    """


class LookupAllOptions(LookupOptions, total=False):
    """Options of `lookup()` that ask for all addresses.

    Also the options of `LookupOptions`.
    """


class ResolveOptions(TypedDict, total=False):
    """Options of `resolve4()` and `resolve6()`.

    Options:
        ttl: Records with the time to live, in seconds, in place of addresses; False by default.
    Node: https://nodejs.org/api/dns.html#dnsresolve4hostname-options-callback
    """

    ttl: bool


class ResolveWithTtlOptions(ResolveOptions, total=False):
    """Options of `resolve4()` and `resolve6()` that ask for the time to live.

    Also the options of `ResolveOptions`.
    """


class ResolverOptions(TypedDict, total=False):
    """Options of `Resolver`.

    Options:
        timeout: Milliseconds for the first answer; -1, the default, is 2,000.
        tries: How often each server is asked, at least 1; 4 by default.
        maxTimeout: Milliseconds that a later try may wait at most; 0, the default, for no limit.
    Node: https://nodejs.org/api/dns.html#resolveroptions
    """

    timeout: int
    tries: int
    maxTimeout: int


class LookupQuestion:
    """A validated lookup request."""

    __slots__ = ("all", "family", "hints", "order")
    family: Any
    hints: int

    def __init__(self, options: Any, bag: Mapping[str, Any], order: str) -> None:
        self.family = self.hints = 0
        self.all: bool = False
        self.order: str = order
        if isNumber(options):
            validateOneOf(options, "family", FAMILIES)
            self.family = int(options)
        elif isinstance(options, PRIMITIVES) or callable(options):
            raise ERR_INVALID_ARG_TYPE("options", ["integer", "object"], options)
        else:
            self._read(optionsOf(options, bag))

    def _read(self, bag: Mapping[str, Any]) -> None:
        hints, family, every = bag.get("hints"), bag.get("family"), bag.get("all")
        if hints is not None:
            validateNumber(hints, "options.hints")
            self.hints = toUint32(hints)
            validateHints(self.hints)
        if family is not None:
            number: Any = _FAMILY_NAMES.get(family, family) if isinstance(family, str) else family
            validateOneOf(number, "options.family", FAMILIES)
            self.family = number
        if every is not None:
            validateBoolean(every, "options.all")
            self.all = every
        if bag.get("verbatim") is not None:
            validateBoolean(bag["verbatim"], "options.verbatim")
            self.order = "verbatim" if bag["verbatim"] else "ipv4first"
        if bag.get("order") is not None:
            validateOneOf(bag["order"], "options.order", ORDERS)
            self.order = bag["order"]


def validateHints(hints: int) -> None:
    """Reject bits unknown to getaddrinfo."""
    if hints & ~(ADDRCONFIG | ALL | V4MAPPED):
        raise ERR_INVALID_ARG_VALUE("hints", hints)


def validateHostname(hostname: Any) -> str:
    """Reject an invalid host name: not a string, empty, or with a NUL."""
    if isTruthy(hostname):
        validateString(hostname, "hostname")
    else:
        raise ERR_INVALID_ARG_VALUE("hostname", hostname, "must be a non-empty string")
    validateNoNul(hostname)
    return str(hostname)


def validateNoNul(hostname: str) -> None:
    """Reject a NUL, which would end the name early in the C library."""
    if "\0" in hostname:
        raise ERR_INVALID_ARG_VALUE("hostname", hostname, "must be a string without null bytes")
