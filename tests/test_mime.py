"""util.MIMEType and util.MIMEParams."""

from __future__ import annotations

from typing import Any

import pytest
import utilcases

from nodecompat.errors import ERR_INVALID_MIME_SYNTAX
from nodecompat.mime import typeOfMessage
from nodecompat.util import MIMEParams, MIMEType


def testRecordedCases() -> None:
    utilcases.check("MIMEType")


def testPartsCanBeSet() -> None:
    found = MIMEType("text/html;a=b")
    found.type, found.subtype = "APPLICATION", "JSON"
    found.params.set("q", "a b")
    assert str(found) == found.toJSON() == 'application/json;a=b;q="a b"'
    assert (found.type, found.subtype, found.essence) == ("application", "json", "application/json")


def testParams() -> None:
    params = MIMEParams()
    for name, value in (("A", "b"), ("c", ""), ("d", 5), ("e", 'x"\\')):
        params.set(name, value)
    assert params.toString() == params.toJSON() == str(params) == 'a=b;c="";d=5;e="x\\"\\\\"'
    assert (params.has("a"), params.has("A"), params.get("zz")) == (True, False, None)
    params.delete("a")
    params.delete("zz")
    assert list(params) == list(params.entries()) == [("c", ""), ("d", "5"), ("e", 'x"\\')]
    assert (list(params.keys()), list(params.values())) == (["c", "d", "e"], ["", "5", 'x"\\'])


def change(name: str, value: Any) -> None:
    setattr(MIMEType("text/html"), name, value)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: change("type", ""), 'The MIME syntax for a type in "" is invalid'),
        (lambda: change("subtype", "é"), 'The MIME syntax for a subtype in "é" is invalid at 0'),
        (lambda: MIMEParams().set("a b", "c"), 'The MIME syntax for a parameter name in "a b" is invalid at 1'),
        (lambda: MIMEParams().set("a", "😀"), 'The MIME syntax for a parameter value in "😀" is invalid at 0'),
        (lambda: MIMEType(None), 'The MIME syntax for a type in "undefined" is invalid'),
    ],
)
def testWhatIsNotValid(call: Any, message: str) -> None:
    with pytest.raises(ERR_INVALID_MIME_SYNTAX) as caught:
        call()
    assert (str(caught.value), caught.value.code) == (message, "ERR_INVALID_MIME_SYNTAX")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("", None),
        ("text/html", "text/html"),
        ("text/html; charset=a, text/html", "text/html;charset=a"),
        ("text/html; charset=a, text/plain, text/html", "text/html"),
        ("text/html; charset=a, text/html; charset=b", "text/html;charset=b"),
        ("text/html, nonsense, */*", "text/html"),
        ('a/b; x=","', 'a/b;x=","'),
        (",,a/b", "a/b"),
    ],
)
def testTheTypeOfAMessage(header: str | None, found: str | None) -> None:
    kind = typeOfMessage(header)
    assert (kind and str(kind)) == found
