"""What we make of the calls that `urlcases.cjs` records from Node."""

from __future__ import annotations

import functools
from typing import Any

import cases

from nodecompat import url
from nodecompat.errors import NodeError


def asNode(case: list[Any]) -> Any:
    """The result in the form of the record."""
    name, arguments, _ = case
    try:
        result = getattr(url, name)(*arguments)
    except NodeError as error:
        code = "URIError" if error.code == "ERR_INVALID_URI" else error.code
        return {"code": code, "message": error.message}
    if isinstance(result, url.URL):
        return result.href
    return vars(result) if isinstance(result, url.Url) else result


def inUnits(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: inUnits(item) for key, item in value.items()}
    return value.encode("utf-16-le", "surrogatepass") if isinstance(value, str) else value


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if inUnits(asNode(case)) != inUnits(case[2])]


@functools.cache
def recorded() -> list[list[Any]]:
    return cases.recorded("url")


def check(name: str) -> None:
    """Compare the recorded calls of one function."""
    found = [case for case in recorded() if case[0] == name]
    assert len(found) >= 500
    assert wrong(found) == []
