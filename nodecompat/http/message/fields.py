"""The headers of an outgoing message, until its head is made of them.

Follows the header methods of `http.OutgoingMessage` of Node 26. A header is kept as it was set, under its lower-case
name; it is checked when it is set, and a list again when it is sent, because it may have been changed.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ... import errors
from ...records import BareRecord
from ...stream import Stream
from ..wire.headers import NAMES, checkValues, learnName
from .head import HAS_CONNECTION, HAS_CONTENT_LENGTH, HAS_DATE, HAS_KEEP_ALIVE, HAS_TRANSFER_ENCODING

_Self = TypeVar("_Self", bound="OutgoingHeaders")


def _whether(kind: int, isAdded: bool, doc: str | None = None) -> Any:
    """A flag of Node's messages: True when a header of this kind is added, or is not."""

    def get(message: Any) -> bool:
        return isAdded is not bool(message._unwanted_ & kind)

    def put(message: Any, value: Any) -> None:
        if isAdded is bool(value):
            message._unwanted_ &= ~kind
        else:
            message._unwanted_ |= kind

    return property(get, put, doc=doc)


class OutgoingHeaders(Stream):
    """The part of OutgoingMessage that is about headers; not used by itself."""

    __slots__ = ("_header", "_outHeaders_", "_unwanted_")

    #: The head, once made: headers are final.
    _header: str | None
    #: Lower-case name to name as spelt and value; None while empty.
    _outHeaders_: dict[str, tuple[str, Any]] | None
    #: The kinds of header that are not added to the head, a bit for each.
    _unwanted_: int

    _lenient_ = False  # httpValidation "relaxed" or "insecure": control characters may pass
    sendDate: bool = _whether(
        HAS_DATE,
        isAdded=True,
        doc="""Whether a Date header is added where the program sets none; True by default, and best left so.

        Node: https://nodejs.org/api/http.html#responsesenddate
        """,
    )
    _defaultKeepAlive = _whether(HAS_KEEP_ALIVE, isAdded=True)
    _removedConnection = _whether(HAS_CONNECTION, isAdded=False)
    _removedContLen = _whether(HAS_CONTENT_LENGTH, isAdded=False)
    _removedTE = _whether(HAS_TRANSFER_ENCODING, isAdded=False)

    def setHeader(self: _Self, name: str, value: Any) -> _Self:
        """Set a header, in place of one of the same name.

        Args:
            name: sent as it is spelt, compared without regard to case.
            value: a string or number, or a list of them for several lines.
        Raises:
            ERR_HTTP_HEADERS_SENT, ERR_INVALID_HTTP_TOKEN, ERR_HTTP_INVALID_HEADER_VALUE, ERR_INVALID_CHAR.
        Node: https://nodejs.org/api/http.html#outgoingmessagesetheadername-value
        """
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("set")
        try:
            lower = (NAMES.get(name) or learnName(name)).lower
        except TypeError:  # a list has no hash; it is no name either
            lower = learnName(name).lower
        if not (type(value) is str and value.isascii() and value.isprintable()):
            checkValues(name, value, self._lenient_)
        if self._outHeaders_ is None:
            self._outHeaders_ = {}
        self._outHeaders_[lower] = (name, value)
        return self

    def setHeaders(self: _Self, headers: Any) -> _Self:
        """Set each header of a mapping, or of an object with `entries` such as Headers.

        Raises:
            ERR_HTTP_HEADERS_SENT, ERR_INVALID_ARG_TYPE, and what `setHeader` raises.
        Node: https://nodejs.org/api/http.html#outgoingmessagesetheadersheaders
        """
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("set")
        pairs = getattr(headers, "items", None) or getattr(headers, "entries", None)
        if pairs is None:
            raise errors.ERR_INVALID_ARG_TYPE("headers", ["Headers", "Map"], headers)
        cookies: list[Any] = []
        for name, value in pairs():
            # A Headers object has several cookies one by one; none of them may replace another.
            if name == "set-cookie":
                cookies += _listOf(value)
            else:
                self.setHeader(name, value)
        if cookies:
            self.setHeader("set-cookie", cookies)
        return self

    def appendHeader(self: _Self, name: str, value: Any) -> _Self:
        """Add a value to a header, keeping those it has.

        Args:
            value: a string, or a list of them.
        Raises:
            as `setHeader`.
        Node: https://nodejs.org/api/http.html#outgoingmessageappendheadername-value
        """
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("append")
        try:
            lower = (NAMES.get(name) or learnName(name)).lower
        except TypeError:  # a list has no hash; it is no name either
            lower = learnName(name).lower
        checkValues(name, value, self._lenient_)
        if self._outHeaders_ is None:
            self._outHeaders_ = {}
        before = self._outHeaders_.get(lower)
        if before is not None:
            name, earlier = before
            value = _listOf(earlier) + _listOf(value)
        self._outHeaders_[lower] = (name, value)
        return self

    def getHeader(self, name: str) -> Any:
        """The value of a header as it was set, or None.

        Node: https://nodejs.org/api/http.html#outgoingmessagegetheadername
        """
        lower = _lowerName(name)
        entry = self._outHeaders_.get(lower) if self._outHeaders_ else None
        return None if entry is None else entry[1]

    def getHeaders(self) -> BareRecord[Any]:
        """A copy of the headers: lower-case name to value, None for one that is not set.

        Node: https://nodejs.org/api/http.html#outgoingmessagegetheaders
        """
        return BareRecord({lower: entry[1] for lower, entry in (self._outHeaders_ or {}).items()})

    def getHeaderNames(self) -> list[str]:
        """The names of the headers, in lower case.

        Node: https://nodejs.org/api/http.html#outgoingmessagegetheadernames
        """
        return list(self._outHeaders_ or ())

    def getRawHeaderNames(self) -> list[str]:
        """The names of the headers as they were spelt.

        Node: https://nodejs.org/api/http.html#requestgetrawheadernames
        """
        return [entry[0] for entry in (self._outHeaders_ or {}).values()]

    def hasHeader(self, name: str) -> bool:
        """True when the header is set. Node: https://nodejs.org/api/http.html#outgoingmessagehasheadername"""
        lower = _lowerName(name)
        return self._outHeaders_ is not None and lower in self._outHeaders_

    def removeHeader(self, name: str) -> None:
        """Remove a header; Connection, Content-Length, Transfer-Encoding or Date is then not added by default either.

        Raises:
            ERR_HTTP_HEADERS_SENT.
        Node: https://nodejs.org/api/http.html#outgoingmessageremoveheadername
        """
        lower = _lowerName(name)
        if self._header is not None:
            raise errors.ERR_HTTP_HEADERS_SENT("remove")
        if lower == "connection":
            self._removedConnection = True
        elif lower == "content-length":
            self._removedContLen = True
        elif lower == "transfer-encoding":
            self._removedTE = True
        elif lower == "date":
            self.sendDate = False
        if self._outHeaders_ is not None:
            self._outHeaders_.pop(lower, None)


def _lowerName(name: str) -> str:
    if not isinstance(name, str):
        raise errors.ERR_INVALID_ARG_TYPE("name", "string", name)
    entry = NAMES.get(name)
    return name.lower() if entry is None else entry.lower


def _listOf(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
