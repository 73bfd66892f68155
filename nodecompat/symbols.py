"""Symbol: names of events and channels."""

from __future__ import annotations


class Symbol:
    """A name that equals only itself: JavaScript's Symbol(description)."""

    __slots__ = ("description",)

    def __init__(self, description: str = "") -> None:
        self.description: str = description

    def __repr__(self) -> str:
        return f"Symbol({self.description})"

    def __deepcopy__(self, memo: object) -> Symbol:
        return self
