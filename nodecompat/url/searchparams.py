"""`URLSearchParams`: the query of a URL, or the body of a form, as pairs of names and values.

Node: https://nodejs.org/api/url.html#class-urlsearchparams
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

from ..coercion import optionsOf
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_TUPLE, toText
from ..texts import wellFormed

if TYPE_CHECKING:
    from .whatwg import URL

__all__ = ["URLSearchParams"]


class URLSearchParams:
    """Pairs of names and values, in order; a name may occur more than once.

    Args:
        init: a query, with or without its "?"; a mapping of names to values; an iterable of pairs; another
            URLSearchParams. Names and values that are no texts become some.
    Raises:
        ERR_INVALID_TUPLE: an item of the iterable is no pair.
    Example:
        params = URLSearchParams({"q": "a b", "page": 2})
        params.append("tag", "x&y")
        str(params)                         # "q=a+b&page=2&tag=x%26y"
        [name for name, value in params]    # ["q", "page", "tag"]
    Node: https://nodejs.org/api/url.html#class-urlsearchparams
    """

    __slots__ = ("__weakref__", "_pairs_", "_url_")

    def __init__(self, init: Any = None) -> None:
        self._url_: URL | None = None
        if init is None:
            self._pairs_: list[tuple[str, str]] = []
        elif isinstance(init, URLSearchParams):
            self._pairs_ = list(init._pairs_)
        elif isinstance(init, Mapping):
            self._pairs_ = list({_text(name): _text(value) for name, value in init.items()}.items())
        elif isinstance(init, (str, int, float)):
            self._pairs_ = _parsed(_text(init))
        elif isinstance(init, Iterable):
            self._pairs_ = [_pair(item) for item in init]
        else:
            self._pairs_ = [(_text(name), _text(value)) for name, value in optionsOf(init).items()]

    def _replace_(self, search: str) -> None:
        self._pairs_ = _parsed(search)

    def _changed_(self) -> None:
        if self._url_ is not None:
            self._url_._set_("search", self.toString())

    @property
    def size(self) -> int:
        """The number of pairs. Node: https://nodejs.org/api/url.html#urlsearchparamssize"""
        return len(self._pairs_)

    def append(self, name: object, value: object) -> None:
        """Add a pair. Node: https://nodejs.org/api/url.html#urlsearchparamsappendname-value"""
        self._pairs_.append((_text(name), _text(value)))
        self._changed_()

    def delete(self, name: object, value: object = None) -> None:
        """Remove the pairs of a name, or those that also have this value.

        Node: https://nodejs.org/api/url.html#urlsearchparamsdeletename-value
        """
        matches = _matcher(name, value)
        self._pairs_ = [pair for pair in self._pairs_ if not matches(pair)]
        self._changed_()

    def get(self, name: object) -> str | None:
        """The first value of a name, or None. Node: https://nodejs.org/api/url.html#urlsearchparamsgetname"""
        name = _text(name)
        return next((value for key, value in self._pairs_ if key == name), None)

    def getAll(self, name: object) -> list[str]:
        """All values of a name. Node: https://nodejs.org/api/url.html#urlsearchparamsgetallname"""
        name = _text(name)
        return [value for key, value in self._pairs_ if key == name]

    def has(self, name: object, value: object = None) -> bool:
        """Whether there is a pair of this name, and, if given, this value.

        Node: https://nodejs.org/api/url.html#urlsearchparamshasname-value
        """
        return any(map(_matcher(name, value), self._pairs_))

    def set(self, name: object, value: object) -> None:
        """Give the first pair of a name this value and remove the others, or add a pair.

        Node: https://nodejs.org/api/url.html#urlsearchparamssetname-value
        """
        pair = (_text(name), _text(value))
        first = next((place for place, each in enumerate(self._pairs_) if each[0] == pair[0]), len(self._pairs_))
        rest = [each for each in self._pairs_[first:] if each[0] != pair[0]]
        self._pairs_[first:] = [pair, *rest]
        self._changed_()

    def sort(self) -> None:
        """Sort by name, by UTF-16 units; pairs of one name keep their order.

        Node: https://nodejs.org/api/url.html#urlsearchparamssort
        """
        self._pairs_.sort(key=lambda pair: pair[0].encode("utf-16-be"))
        self._changed_()

    def keys(self) -> Iterator[str]:
        """The names. Node: https://nodejs.org/api/url.html#urlsearchparamskeys"""
        return (name for name, _ in self)

    def values(self) -> Iterator[str]:
        """The values. Node: https://nodejs.org/api/url.html#urlsearchparamsvalues"""
        return (value for _, value in self)

    def entries(self) -> Iterator[tuple[str, str]]:
        """The pairs. What is added on the way comes too.

        Node: https://nodejs.org/api/url.html#urlsearchparamsentries
        """
        place = 0
        while place < len(self._pairs_):
            yield self._pairs_[place]
            place += 1

    def forEach(self, fn: Callable[..., object], thisArg: Any = None) -> None:
        """Call `fn(value, name, params)` for each pair.

        Raises: ERR_INVALID_ARG_TYPE.
        Node: https://nodejs.org/api/url.html#urlsearchparamsforeachfn-thisarg
        """
        from ..events import fit

        if not callable(fn):
            raise ERR_INVALID_ARG_TYPE("callback", "Function", fn)
        call = fit(fn, 3)
        for name, value in self:
            call(value, name, self)

    def toString(self) -> str:
        """The query, without "?". Node: https://nodejs.org/api/url.html#urlsearchparamstostring"""
        return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self._pairs_)

    def __str__(self) -> str:
        return self.toString()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return self.entries()

    def __len__(self) -> int:
        return len(self._pairs_)

    def __bool__(self) -> bool:
        return True  # as any object in JavaScript; `size` tells whether there is a pair

    def __contains__(self, name: object) -> bool:
        return self.has(name)

    def __repr__(self) -> str:
        return f"URLSearchParams({self.toString()!r})"

    def __inspect__(self, depth: Any, options: Any, inspect: Any) -> str:
        if depth is not None and depth < 0:
            return "[Object]"
        pairs = [f"{inspect(name, options)} => {inspect(value, options)}" for name, value in self._pairs_]
        whole = ", ".join(pairs)
        if not pairs:
            return "URLSearchParams {}"
        if len(whole) <= options.get("breakLength", 80):
            return f"URLSearchParams {{ {whole} }}"
        return "URLSearchParams {\n  " + ",\n  ".join(pairs) + " }"


def _text(value: object) -> str:
    return wellFormed(toText(value))


def _parsed(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.removeprefix("?"), keep_blank_values=True)


def _quoted(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")


def _pair(item: Any) -> tuple[str, str]:
    pair = list(item) if isinstance(item, Iterable) and not isinstance(item, str) else []
    if len(pair) != 2:
        raise ERR_INVALID_TUPLE("Each query pair", "[name, value]")
    return _text(pair[0]), _text(pair[1])


def _matcher(name: object, value: object) -> Callable[[tuple[str, str]], bool]:
    key = _text(name)
    if value is None:
        return lambda pair: pair[0] == key
    wanted = (key, _text(value))
    return lambda pair: pair == wanted
