"""Whether options have names that are known: the keywords of a call strictly, the keys of a mapping leniently.

What is known stands in the TypedDicts that document the options, nowhere else. A keyword was written for this call, so
an unknown one is a mistake and is refused. A mapping may be somebody else's, whole, as in Node, where programs hand
option objects through; only a key that is one slip away from an option is worth a warning, once.

Cheap, for it runs with every call: two tests where there are no options, one comparison of sets where all are known.
What is not known is judged once and remembered.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .errors import ERR_INVALID_ARG_VALUE

if TYPE_CHECKING:
    from typing import final

    @final
    class Opaque:
        """Nothing is one but what a type checker knows nothing about. `Mapping[str, Opaque]` takes a `dict[str, Any]`,
        whose keys nobody knows, but no dict that is written down, whose keys are those of the TypedDict beside it."""

    #: Options whose names a type checker cannot know.
    Bag = Mapping[str, Opaque]

F = TypeVar("F", bound=Callable[..., Any])

#: Names shorter than this are one slip away from too many others.
_SHORT = 4
#: Foreign keys that are remembered for one kind of options.
_MOST = 256

#: `emitWarning(warning)` delivers a warning; `process` replaces it by its own.
emitWarning: Callable[[Warning], object] = warnings.warn

#: The names of each kind, and what else was found in its mappings and judged.
_known: dict[Any, frozenset[str]] = {}
_judged: dict[Any, set[Any]] = {}


class OptionWarning(UserWarning):
    """A key of a mapping that is no option, and one slip away from one."""

    name = "OptionWarning"


def namesOf(kind: Any) -> frozenset[str]:
    """The names of a TypedDict's options."""
    known = _known.get(kind)
    if known is None:
        known = _known[kind] = kind.__required_keys__ | kind.__optional_keys__
        _judged[kind] = set(known)
    return known


def check(kind: Any, options: Any, keywords: Mapping[str, Any] | None = None) -> None:
    """Look at the names of the options that a call was given.

    Args:
        kind: the TypedDict of the options.
        options: as given; anything but a dict is not looked at.
        keywords: the keywords of the call. Names that begin with "_" are Node's own and ours.
    Raises: ERR_INVALID_ARG_VALUE for an unknown keyword.
    """
    if keywords and not keywords.keys() <= namesOf(kind):
        _refuse(namesOf(kind), keywords)
    if options.__class__ is dict and options:
        if kind not in _judged:
            namesOf(kind)
        if not options.keys() <= _judged[kind]:
            _judge(kind, options)


def named(function: F) -> F:
    """A function whose options are parameters of their own: an unknown keyword is refused as `check` refuses it."""
    code = function.__code__
    known = frozenset(code.co_varnames[code.co_posonlyargcount : code.co_argcount + code.co_kwonlyargcount])

    @wraps(function)
    def checked(*args: Any, **keywords: Any) -> Any:
        if keywords and not keywords.keys() <= known:
            _refuse(known, keywords)
        return function(*args, **keywords)

    return cast("F", checked)


def _refuse(known: frozenset[str], keywords: Mapping[str, Any]) -> None:
    for name in keywords:
        if name not in known and not name.startswith("_"):
            meant = _slipOf(name, known) or _nearest(name, known)
            hint = f"; did you mean '{meant}'?" if meant else ""
            raise ERR_INVALID_ARG_VALUE(name, keywords[name], text=f"unknown option '{name}'{hint}")


def _judge(kind: Any, options: Mapping[Any, Any]) -> None:
    known, judged = _known[kind], _judged[kind]
    for name in options.keys() - judged:
        if len(judged) < len(known) + _MOST:
            judged.add(name)
        # Also where another function has an option of that name: `keepalive`, of `fetch`, does nothing to an Agent.
        if isinstance(name, str) and len(name) >= _SHORT:
            meant = _slipOf(name, known)
            if meant is not None and name in judged:
                emitWarning(OptionWarning(f"unknown option '{name}'; did you mean '{meant}'?"))


def _slipOf(name: str, known: Iterable[str]) -> str | None:
    """The option that was meant, if `name` differs by case, or by a letter too many, missing, wrong or swapped."""
    same = sorted(each for each in known if each.lower() == name.lower())
    if same:
        return same[0]
    return next((each for each in sorted(known) if len(each) >= _SHORT and _isOneSlip(name, each)), None)


def _isOneSlip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    if len(one) == len(other):
        return one[1:] == other[1:] or (one[1::-1] == other[:2] and one[2:] == other[2:])
    return one[1:] == other if len(one) > len(other) else one == other[1:]


def _nearest(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(known), 1, 0.75)), None)
