"""What is told about where a request comes from: the `Referer` that a referrer and its policy make."""

from __future__ import annotations

import re
from functools import lru_cache

from ..url import URL

_isLoopback = re.compile(r"127(?:\.[0-9]+){3}|\[?::1\]?|(?:.*\.)?localhost\.?").fullmatch
#: What stands for "none of its own": a program has no page.
CLIENT = "about:client"


def referrerFor(referrer: str, policy: str, target: URL) -> str | None:
    """The value of Referer for a request to `target`; None for no such header."""
    if referrer in ("", CLIENT) or policy == "no-referrer":
        return None
    source = URL(referrer)
    if source.protocol in ("about:", "blob:", "data:"):
        return None
    whole = f"{source.protocol}//{source.host}{source.pathname}{source.search}"
    origin = f"{source.protocol}//{source.host}/"
    isSame = source.origin == target.origin
    isSafe = isTrustworthy(source.protocol, source.hostname)
    isDowngrade = isSafe and not isTrustworthy(target.protocol, target.hostname)
    if policy == "unsafe-url":
        return whole
    if policy == "same-origin":
        return None  # a program has no origin
    if policy in ("origin", "origin-when-cross-origin"):
        return origin
    if isDowngrade and not isSame:
        return None
    if policy == "no-referrer-when-downgrade":
        return whole
    return whole if isSame and policy != "strict-origin" else origin


@lru_cache(maxsize=64)
def isTrustworthy(protocol: str, hostname: str) -> bool:
    """By the standard for secure contexts: encrypted, or on this machine."""
    return protocol == "https:" or _isLoopback(hostname) is not None
