"""Looks into a session as OpenSSL writes it down (SSL_SESSION as DER): its number, and the ticket it came in."""

from __future__ import annotations

from .der import OCTET_STRING, SEQUENCE, Element, first, parts

__all__ = ["sessionId", "ticketIn"]

_ID = 3  # version, protocol, cipher, number, master key, then what is marked
_TICKET = 0xAA  # [10] EXPLICIT


def sessionId(session: bytes) -> bytes:
    """The number of a session; empty for one that lives in its ticket only."""
    return _parts(session)[_ID].content


def ticketIn(session: bytes) -> bytes | None:
    """The ticket that a server has sent for it; None without one."""
    for element in _parts(session):
        if element.tag == _TICKET:
            return first(element.content, OCTET_STRING).content
    return None


def _parts(session: bytes) -> list[Element]:
    return parts(first(session, SEQUENCE).content)
