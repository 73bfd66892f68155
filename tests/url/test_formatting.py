"""url.format of a URL, with its options."""

from __future__ import annotations

import itertools
import json
from typing import Any

import oracle
import pytest

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.url import URL, format

TEXTS = ["http://u:p@é.com:8/a?b#c", "https://u@a.com", "file:///a%20b?x", "mailto:a@b", "http://[::1]/#f"]
OPTIONS: list[dict[str, bool]] = [
    dict(zip(("auth", "fragment", "search", "unicode"), values, strict=True))
    for values in itertools.product((True, False), repeat=4)
]


@oracle.needsNode
def testEveryCombinationOfOptions() -> None:
    program = (
        f"const texts = {json.dumps(TEXTS)}, options = {json.dumps(OPTIONS)};"
        "console.log(JSON.stringify(texts.map((text) => options.map((each) => url.format(new URL(text), each)))))"
    )
    assert [[format(URL(text), options) for options in OPTIONS] for text in TEXTS] == oracle.evaluate(program)  # type: ignore[arg-type]


def testOptionsAsKeywords() -> None:
    assert format(URL(TEXTS[0]), unicode=True, auth=False) == "http://é.com:8/a?b#c"
    assert format(URL(TEXTS[0])) == URL(TEXTS[0]).href


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((5,), 'The "urlObject" argument must be one of type object or string. Received type number (5)'),
        ((None,), 'The "urlObject" argument must be one of type object or string. Received undefined'),
        ((URL("http://a/"), 5), 'The "options" argument must be of type object. Received type number (5)'),
    ],
)
def testWrongArguments(arguments: Any, message: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        format(*arguments)
    assert str(caught.value) == message
