"""`util.inherits`: one class from another, after the fact.

Node: https://nodejs.org/api/util.html#utilinheritsconstructor-superconstructor
"""

from __future__ import annotations

from typing import Any

from ..errors import ERR_INVALID_ARG_TYPE

__all__ = ["inherits"]


def inherits(constructor: Any, superConstructor: Any) -> None:
    """Let a class inherit from another, and note that one as `constructor.super_`.

    A class inherits where it is written: `class A(B)`. A class that does already is only marked; another gets a further
    base, where Python can still change its bases.

    Raises: ERR_INVALID_ARG_TYPE when one of them is no class; TypeError when Python cannot change the bases.
    Node: https://nodejs.org/api/util.html#utilinheritsconstructor-superconstructor
    """
    for value, name in ((constructor, "ctor"), (superConstructor, "superCtor")):
        if not isinstance(value, type):
            raise ERR_INVALID_ARG_TYPE(name, "Function", value)
    if not issubclass(constructor, superConstructor):
        try:
            constructor.__bases__ = (*constructor.__bases__, superConstructor)
        except TypeError:
            name, base = constructor.__name__, superConstructor.__name__
            raise TypeError(f"Python cannot change the bases of {name} any more: write class {name}({base})") from None
    constructor.super_ = superConstructor
