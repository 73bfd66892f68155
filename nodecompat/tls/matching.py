"""Does a certificate name this host, this address, this mailbox? OpenSSL's rules, those of `X509Certificate.checkHost`.

They are others than `checkServerIdentity`'s: a wildcard may be told off or let over several labels, a name that begins
with a dot stands for all below it, and the subject counts as the options say.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..ip import pack
from .der import UTF8_STRING
from .names import DNS, EMAIL, IP, OTHER
from .parsed import Parsed

__all__ = ["Rules", "Unreadable", "addressOctets", "matchAddress", "matchHost", "matchMailbox"]

_COMMON_NAME, _EMAIL_ADDRESS, _SMTP_UTF8 = "2.5.4.3", "1.2.840.113549.1.9.1", "1.3.6.1.5.5.7.8.9"
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

_Equal = Callable[[bytes, bytes], bool]


class Rules(NamedTuple):
    """Options of the checks, as OpenSSL's flags.

    subject: "always", "never", or "default": only where subjectAltName has no entry of the kind. wildcards: does `*`
    stand for anything? partial: also for a part of a label? multiLabel: also for several labels? singleLabel: does
    ".example.com" stand for one label below only?
    """

    subject: str = "default"
    wildcards: bool = True
    partial: bool = True
    multiLabel: bool = False
    singleLabel: bool = False


class Unreadable(Exception):
    """The subject has a value that is no text."""


def matchHost(parsed: Parsed, host: bytes, rules: Rules) -> bytes | None:
    """The name in the certificate that covers the host, or None."""
    hasDot = len(host) > 1 and host[:1] == b"."

    def equal(pattern: bytes, name: bytes) -> bool:
        if rules.wildcards and not hasDot:
            star = _star(pattern, rules)
            if star is not None:
                return _matchesStar(pattern[:star], pattern[star + 1 :], name, rules)
        return _isSame(_tail(pattern, name, rules) if hasDot else pattern, name)

    return _match(parsed, host, DNS, _COMMON_NAME, equal, rules)


def matchMailbox(parsed: Parsed, mailbox: bytes, rules: Rules) -> bytes | None:
    """The mailbox in the certificate, or None. Case matters before the "@" only."""
    return _match(parsed, mailbox, EMAIL, _EMAIL_ADDRESS, _isSameMailbox, rules)


def matchAddress(parsed: Parsed, address: bytes) -> bool:
    return any(name.kind == IP and name.value.content == address for name in parsed.soleAltNames)


def _match(parsed: Parsed, wanted: bytes, kind: int, attribute: str, equal: _Equal, rules: Rules) -> bytes | None:
    hasAny = False
    for value in _entries(parsed, kind):
        hasAny = True
        if value and equal(value, wanted):
            return value
    if (hasAny and rules.subject != "always") or rules.subject == "never":
        return None
    for each in parsed.subject.attributes:
        if each.oid == attribute and each.octets:
            if not each.isText:
                raise Unreadable
            if equal(each.octets, wanted):
                return each.octets
    return None


def _entries(parsed: Parsed, kind: int) -> Iterator[bytes]:
    for name in parsed.soleAltNames:
        if name.kind == kind:
            yield name.value.content
        elif name.kind == OTHER and kind == EMAIL and name.other[0] == _SMTP_UTF8:
            value = name.other[1]
            yield value.content if value.tag == UTF8_STRING else b""


# -- comparing


def _isSame(pattern: bytes, name: bytes) -> bool:
    return b"\0" not in pattern and pattern.lower() == name.lower()


def _tail(pattern: bytes, name: bytes, rules: Rules) -> bytes:
    """What of a pattern ".example.com" is compared with: its end, as long as the name."""
    surplus = len(pattern) - len(name)
    if surplus <= 0:
        return pattern
    front = pattern[:surplus]
    if b"\0" in front or (rules.singleLabel and b"." in front):
        return pattern
    return pattern[surplus:]


def _isSameMailbox(pattern: bytes, name: bytes) -> bool:
    if len(pattern) != len(name):
        return False
    at = max(pattern.rfind(b"@"), name.rfind(b"@"))
    if at <= 0:
        return pattern == name if at < 0 else _isSame(pattern, name) and pattern == name
    return pattern[:at] == name[:at] and _isSame(pattern[at:], name[at:])


def _star(pattern: bytes, rules: Rules) -> int | None:
    """Where the wildcard of a name is, if it is one: in the first of at least three labels, at an edge of it."""
    labels = pattern.split(b".")
    first = labels[0]
    if first.count(b"*") != 1 or len(labels) < 3 or first[:4].lower() == b"xn--":
        return None
    star = first.index(b"*")
    atStart, atEnd = star == 0, star == len(first) - 1
    if not (atStart or atEnd) or not (rules.partial or (atStart and atEnd)):
        return None
    plain = [first.replace(b"*", b"", 1), *labels[1:]] if len(first) > 1 else labels[1:]
    return star if all(map(_isLabel, plain)) else None


def _isLabel(label: bytes) -> bool:
    return bool(label) and _LETTERS.issuperset(label.replace(b"-", b"")) and label[:1] != b"-" and label[-1:] != b"-"


def _matchesStar(before: bytes, after: bytes, name: bytes, rules: Rules) -> bool:
    end = len(name) - len(after)
    if end < len(before) or not (_isSame(before, name[: len(before)]) and _isSame(after, name[end:])):
        return False
    covered = name[len(before) : end]
    isWhole = not before and after[:1] == b"."
    if isWhole and not covered:
        return False
    if not isWhole and name[:4].lower() == b"xn--":
        return False
    allowed = _LETTERS | frozenset(b"-." if isWhole and rules.multiLabel else b"-")
    return covered == b"*" or allowed.issuperset(covered)


def addressOctets(text: str) -> bytes | None:
    """The octets of an address in text, None for what is none."""
    packed = pack(text, socket.AF_INET)
    return pack(text, socket.AF_INET6) if packed is None else packed
