"""Many listeners of one event: to add one, to find one and to remove one takes the same time whatever their number.

A key is a listener's place: calls go by ascending keys, appended ones count up, prepended ones down. A dict keeps the
order in which its keys came, so the two kinds are two dicts. Where each listener stands is noted at the first search:
an event with many listeners that are never removed does without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .listeners import Entry


class Crowd:
    """The entries of an event with many listeners, in the order in which they are called."""

    __slots__ = ("_appended", "_places", "_prepended", "_unhashable")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._appended = dict(enumerate(entries))
        self._prepended: dict[int, Entry] = {}
        self._places: dict[Any, dict[int, None]] | None = None
        #: Listeners that no dict takes; they are compared one by one.
        self._unhashable: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._appended) + len(self._prepended)

    def __iter__(self) -> Iterator[Entry]:
        yield from reversed(self._prepended.values())
        yield from self._appended.values()

    def add(self, entry: Entry, prepend: bool) -> None:
        """Add an entry behind all others, or before them."""
        if prepend:
            key = next(reversed(self._prepended), 0) - 1
            self._prepended[key] = entry
        else:
            key = next(reversed(self._appended), -1) + 1
            self._appended[key] = entry
        if self._places is not None:
            self._note(key, entry)

    def find(self, listener: Any) -> int | None:
        """The key of the last entry for `listener`, directly or by way of `once`."""
        if self._places is None:
            self._places = {}
            for key, entry in (*reversed(self._prepended.items()), *self._appended.items()):
                self._note(key, entry)
        try:
            keys = self._places.get(listener)
        except TypeError:  # no hash
            found = [key for key, entry in self._items() if entry.matches(listener)]
        else:
            found = [key for key, entry in self._unhashable.items() if entry.matches(listener)]
            if keys:
                last = next(reversed(keys))
                found.append(last if last >= 0 else max(keys))
        return max(found, default=None)

    def pop(self, key: int) -> None:
        """Remove an entry."""
        entry = (self._appended if key >= 0 else self._prepended).pop(key)
        self._unhashable.pop(key, None)
        if self._places is not None:
            for name in entry.names():
                try:
                    keys = self._places[name]
                except (KeyError, TypeError):
                    continue
                del keys[key]
                if not keys:
                    del self._places[name]

    def _items(self) -> Iterator[tuple[int, Entry]]:
        yield from self._prepended.items()
        yield from self._appended.items()

    def _note(self, key: int, entry: Entry) -> None:
        for name in entry.names():
            try:
                self._places.setdefault(name, {})[key] = None  # type: ignore[union-attr]
            except TypeError:  # no hash
                self._unhashable[key] = entry
