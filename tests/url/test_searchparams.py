"""URLSearchParams, as in Node."""

from __future__ import annotations

from typing import Any

import pytest
import whatwgcases

from nodecompat.errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_TUPLE
from nodecompat.url import URL, URLSearchParams
from nodecompat.util import inspect


def testRecordedCases() -> None:
    """Queries, pairs and mappings, and sequences of calls."""
    whatwgcases.check("params")


@pytest.mark.parametrize("init", [[["a"]], [["a", "b", "c"]], [5], ["ab"], [None], b"ab"])
def testWhatIsNoPair(init: Any) -> None:
    with pytest.raises(ERR_INVALID_TUPLE, match=r"^Each query pair must be an iterable \[name, value\] tuple$"):
        URLSearchParams(init)


def testWhatItIsMadeOf() -> None:
    params = URLSearchParams({"a": [1, 2], "b": None, "c": True})
    assert str(params) == "a=1%2C2&b=undefined&c=true"
    copy = URLSearchParams(params)
    copy.append("d", "e")
    assert (params.size, copy.size, len(copy)) == (3, 4, 4)
    assert str(URLSearchParams((name, str(number)) for number, name in enumerate("xyz"))) == "x=0&y=1&z=2"
    assert str(URLSearchParams()) == ""


def testAsAnyCollection() -> None:
    params = URLSearchParams("a=1&b=2&a=3")
    assert (list(params.keys()), list(params.values())) == (["a", "b", "a"], ["1", "2", "3"])
    assert list(params) == list(params.entries()) == [("a", "1"), ("b", "2"), ("a", "3")]
    assert ("a" in params, "c" in params, bool(URLSearchParams())) == (True, False, True)
    assert repr(params) == "URLSearchParams('a=1&b=2&a=3')"


def testWhatIsAddedOnTheWayComesToo() -> None:
    params = URLSearchParams("a=1")
    seen = []
    for name, _ in params:
        seen.append(name)
        if len(seen) < 3:
            params.append(f"b{len(seen)}", "")
    assert seen == ["a", "b1", "b2"]


def testForEach() -> None:
    params = URLSearchParams("a=1&b=2")
    seen: list[Any] = []
    params.forEach(lambda value, name, of: seen.append((value, name, of is params)))
    params.forEach(lambda value: seen.append(value))
    assert seen == [("1", "a", True), ("2", "b", True), "1", "2"]
    with pytest.raises(ERR_INVALID_ARG_TYPE, match=r'The "callback" argument must be of type function'):
        params.forEach(5)  # type: ignore[arg-type]


def testTheUrlMayGo() -> None:
    """The parameters keep their URL."""
    params = URL("http://h/?a=1").searchParams
    params.append("b", "2")
    assert str(params) == "a=1&b=2"


def testHowTheyAreShown() -> None:
    params = URLSearchParams("a=1&b=2")
    assert inspect(params) == "URLSearchParams { 'a' => '1', 'b' => '2' }"
    assert inspect(params, breakLength=20) == "URLSearchParams {\n  'a' => '1',\n  'b' => '2' }"
    assert inspect(URLSearchParams()) == "URLSearchParams {}"
    assert inspect({"a": params}, depth=0) == "{ a: [Object] }"
