"""Placeholder until the helpers land."""


class Operators:
    __slots__ = ()
