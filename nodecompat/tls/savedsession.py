"""Looks into a session as OpenSSL writes it down (SSL_SESSION as DER): its number, and the ticket it came in."""

from __future__ import annotations

from typing import Any

from ..encodings import toBytes
from ..errors import NodeTypeError
from .der import OCTET_STRING, SEQUENCE, Element, first, parts

__all__ = ["sessionBytes", "sessionId", "ticketIn"]

_ID = 3  # version, protocol, cipher, number, master key, then what is marked
_TICKET = 0xAA  # [10] EXPLICIT


def sessionBytes(session: Any) -> bytes:
    """What a program gives as a session: bytes, or a text with a character for each.

    Raises:
        ERR_INVALID_ARG_TYPE: it is neither.
    """
    data = session.encode("latin-1", "replace") if isinstance(session, str) else toBytes(session)
    if data is None:
        raise NodeTypeError("Session must be a buffer", code="ERR_INVALID_ARG_TYPE")
    return data


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
