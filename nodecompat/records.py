"""Base of the plain records that Node returns: frozen, slotted dataclasses, also subscriptable like a dict.

`server.address().port` and `server.address()["port"]` are the same, and `dict(server.address())` works, so that a
record can be given wherever options are taken. `OpenRecord` is the base of those whose names Node leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

_Value = TypeVar("_Value")


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

    `in`, `get`, iteration and everything else are a dict's.
    """

    __slots__ = ()

    def __missing__(self, name: str) -> None:
        return None


class BareRecord(OpenRecord[_Value]):
    """As OpenRecord, for what has no prototype in Node; `util.inspect` says so."""

    __slots__ = ()
