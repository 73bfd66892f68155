"""`process.env`: the variables of the environment, by subscript and by attribute.

A mapping over `os.environ`, so that either sees what the other sets. Names and values become text as in Node, and what
no system can hold is left out as there: a name that is empty or has a "=" in it, and all behind a NUL.

Node: https://nodejs.org/api/process.html#processenv
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from typing import Any

from .errors import toText
from .records import OpenRecord
from .symbols import Symbol


class Environment(MutableMapping[str, Any]):
    """The variables of the environment: `env["PORT"]`, `env.PORT`; None for one that is not set.

    `in`, `get`, `pop`, iteration and the like are a dict's; a copy is a dict. Where a variable is named as one of these
    methods, only the subscript has it.
    """

    __slots__ = ()

    def __getitem__(self, name: Any) -> str | None:
        return os.environ.get(toText(name))

    def __setitem__(self, name: Any, value: Any) -> None:
        name, value = _held(name), _held(value)
        if name and "=" not in name:
            os.environ[name] = value

    def __delitem__(self, name: Any) -> None:
        os.environ.pop(toText(name), None)

    def __iter__(self) -> Iterator[str]:
        return iter(os.environ)

    def __len__(self) -> int:
        return len(os.environ)

    def __contains__(self, name: object) -> bool:
        return toText(name) in os.environ

    def __getattr__(self, name: str) -> str | None:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # Python asks for these; they are no variables
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        del self[name]

    # What a mapping derives from a KeyError.

    def get(self, name: Any, default: Any = None) -> Any:
        return os.environ.get(toText(name), default)

    def pop(self, name: Any, *default: Any) -> Any:
        return os.environ.pop(toText(name), *default)

    def setdefault(self, name: Any, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return self[name]

    def copy(self) -> OpenRecord[str]:
        """The variables as they are now."""
        return OpenRecord(os.environ)

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> OpenRecord[str]:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return OpenRecord, (dict(os.environ),)

    def __or__(self, other: Any) -> OpenRecord[Any]:
        return OpenRecord({**self, **other}) if isinstance(other, (dict, Environment)) else NotImplemented

    def __ror__(self, other: Any) -> OpenRecord[Any]:
        return OpenRecord({**other, **self}) if isinstance(other, dict) else NotImplemented

    def __repr__(self) -> str:
        return repr(dict(os.environ))


def _held(value: Any) -> str:
    """As the system holds it: up to a NUL.

    Raises: TypeError for a Symbol.
    """
    if isinstance(value, Symbol):
        raise TypeError("Cannot convert a Symbol value to a string")
    return toText(value).partition("\0")[0]


env: Environment = Environment()
