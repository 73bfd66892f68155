"""What we make of the uses of URL and URLSearchParams that `whatwgcases.cjs` records from Node."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import cases

from nodecompat.errors import NodeError
from nodecompat.texts import joinedSurrogates
from nodecompat.url import URL, URLSearchParams, domainToASCII, domainToUnicode

PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]


def partsOf(url: URL) -> list[str]:
    return [getattr(url, part) for part in PARTS]


def failing(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except NodeError as error:
        found = {"code": error.code, "message": error.message}
        return found | {name: getattr(error, name) for name in ("input", "base") if hasattr(error, name)}


def construct(*arguments: Any) -> Any:
    return failing(lambda: partsOf(URL(*arguments)))


def canParse(*arguments: Any) -> Any:
    url = URL.parse(*arguments)
    return [URL.canParse(*arguments), url and url.href]


def setParts(text: str, changes: list[Any]) -> Any:
    url = URL(text)

    def change(part: str, value: Any) -> Any:
        setattr(url, part, value)
        return partsOf(url)

    return [failing(lambda: change(*each)) for each in changes]  # noqa: B023


def pairsOf(params: URLSearchParams) -> list[list[str]]:
    return [list(pair) for pair in params]


def useParams(init: Any, calls: list[Any]) -> Any:
    def use() -> Any:
        params = URLSearchParams(init)
        start = [pairsOf(params), params.size]
        return [*start, [call(params, *each) for each in calls], str(params)]

    return failing(use)


def call(params: URLSearchParams, method: str, arguments: list[Any]) -> Any:
    return failing(lambda: getattr(params, method)(*arguments))


def useLinked(text: str, changes: list[Any]) -> Any:
    url = URL(text)
    params = url.searchParams
    found = []
    for kind, what, value in changes:
        result = failing(lambda: setattr(url, what, value)) if kind == "set" else call(params, what, value)  # noqa: B023
        found.append([result, url.href, pairsOf(params)])
    return found


def domains(text: str) -> Any:
    return [domainToASCII(text), domainToUnicode(text)]


KINDS = {
    "url": construct,
    "canParse": canParse,
    "set": setParts,
    "params": useParams,
    "linked": useLinked,
    "domain": domains,
}


def joined(value: Any) -> Any:
    """JSON's halves of a surrogate pair as the one character that they are to JavaScript."""
    if isinstance(value, str):
        return joinedSurrogates(value)
    if isinstance(value, list):
        return [joined(each) for each in value]
    return {joined(key): joined(each) for key, each in value.items()} if isinstance(value, dict) else value


def wrong(found: list[Any]) -> list[Any]:
    return [
        (kind, arguments, "node", result, "here", ours)
        for kind, arguments, result in joined(found)
        if (ours := KINDS[kind](*arguments)) != result
    ]


@functools.cache
def recorded() -> list[Any]:
    return cases.recorded("whatwg")


def check(*kinds: str) -> None:
    """Compare the recorded cases of these kinds."""
    found = [case for case in recorded() if case[0] in kinds]
    assert len(found) >= 500
    assert wrong(found) == []
