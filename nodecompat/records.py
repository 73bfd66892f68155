"""Base of the plain records that Node returns: frozen, slotted dataclasses, also subscriptable like a dict.

`server.address().port` and `server.address()["port"]` are the same, and `dict(server.address())` works, so that a
record can be given wherever options are taken. `OpenRecord` is for those whose names Node leaves open: what headers a
request has is up to the peer, and a program that asks for one that is not there must not fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_Self = TypeVar("_Self", bound="OpenRecord[Any]")


class Record:
    """Base of the records."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        if name in self.__dataclass_fields__:  # type: ignore[attr-defined]
            return getattr(self, name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """The names of the fields, as of a dict."""
        return list(self.__dataclass_fields__)  # type: ignore[attr-defined]


class OpenRecord(dict[str, _Value]):
    """A record whose names are not fixed, as of a query string: `record["x"]` is None where there is no "x".

    `del record["x"]` does nothing there, as `delete` in JavaScript. `in`, `get`, iteration, equality and everything
    else are a dict's; a copy, also by `|`, is open as well.
    """

    __slots__ = ()

    def __missing__(self, name: Any) -> None:
        return None

    def __delitem__(self, name: Any) -> None:
        self.pop(name, None)

    def copy(self: _Self) -> _Self:
        """A shallow copy, of the same kind."""
        return type(self)(self)

    def __or__(self: _Self, other: Any) -> _Self:  # type: ignore[override]
        return type(self)({**self, **other}) if isinstance(other, dict) else NotImplemented

    def __ror__(self: _Self, other: Any) -> _Self:  # type: ignore[override]
        return type(self)({**other, **self}) if isinstance(other, dict) else NotImplemented


class BareRecord(OpenRecord[_Value]):
    """As OpenRecord, for what has no prototype in Node; `util.inspect` says so."""

    __slots__ = ()
