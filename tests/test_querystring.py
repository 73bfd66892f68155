"""querystring, compared with Node: recorded cases, and a fresh sample where Node is there."""

from __future__ import annotations

from typing import Any

import cases
import oracle
import pytest

from nodecompat import querystring
from nodecompat.errors import NodeError

#: Node's page (@types/node 26), and `unescapeBuffer`, which is exported as well.
INVENTORY = (
    "StringifyOptions ParseOptions ParsedUrlQuery ParsedUrlQueryInput stringify parse encode decode escape unescape "
    "unescapeBuffer"
)


def asNode(case: list[Any]) -> Any:
    """What we make of a case, in the form of the record."""
    name, arguments, _ = case
    try:
        result = getattr(querystring, name)(*arguments)
    except NodeError as error:
        return {"code": error.code, "message": error.message}
    if name == "parse":
        # Integer-like keys come first in a JavaScript object.
        numbers = sorted((key for key in result if key.isdigit() and str(int(key)) == key), key=int)
        return [[key, result[key]] for key in [*numbers, *(key for key in result if key not in numbers)]]
    return result.hex() if isinstance(result, bytes) else result


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if inUnits(asNode(case)) != inUnits(case[2])]


def inUnits(value: Any) -> str:
    """As JavaScript sees texts: two halves of a surrogate pair in a row are the character."""
    return repr(value if not isinstance(value, str) else value.encode("utf-16-le", "surrogatepass"))


def testRecordedCases() -> None:
    found = cases.recorded("querystring")
    assert len(found) == 3000
    assert wrong(found) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("querystring", 500)) == []


@pytest.mark.parametrize("name", INVENTORY.split())
def testInventory(name: str) -> None:
    assert name in querystring.__all__
    assert hasattr(querystring, name)


def testManyValuesOfAKeyAreAList() -> None:
    assert querystring.parse("a=1&b=2&a=%41&a") == {"a": ["1", "A", ""], "b": "2"}


def testAMissingKeyIsNone() -> None:
    found = querystring.parse("a=1")
    assert found["b"] is None
    assert "b" not in found
    assert found.get("b", 5) == 5
    assert found == {"a": "1"}


def testOptionsAsKeywords() -> None:
    assert querystring.parse("a&b&c", maxKeys=2) == querystring.parse("a&b&c", None, None, {"maxKeys": 2})
    assert list(querystring.parse("&".join(map(str, range(2000))))) == [str(n) for n in range(1000)]
    assert len(querystring.parse("&".join(map(str, range(2000))), maxKeys=0)) == 2000


def testAnOwnDecoderSeesEachTextEncoded() -> None:
    seen = []

    def decode(text: str) -> str:
        seen.append(text)
        return text.upper()

    assert querystring.parse("a+b=%41&c", decodeURIComponent=decode) == {"A%20B": "%41", "C": ""}
    assert seen == ["a%20b", "%41", "c"]


def testADecoderThatRaisesIsReplaced() -> None:
    def decode(text: str) -> str:
        raise RuntimeError(text)

    assert querystring.parse("a=%C3%A9&%ff=x+y", decodeURIComponent=decode) == {"a": "é", "\ufffd": "x y"}


def testAnOwnEncoder() -> None:
    assert querystring.stringify({"a": 1, "b": None}, encodeURIComponent=lambda text: f"<{text}>") == "<a>=<1>&<b>=<>"


def testEscapeAndUnescapeCanBeReplaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querystring, "escape", lambda text: "!")
    monkeypatch.setattr(querystring, "unescape", lambda text, spaces=False: "?")
    assert querystring.stringify({"a": "b"}) == "!=!"
    assert querystring.parse("a=b") == {"?": "?"}


def testWhatIsNoTextHasNoPairs() -> None:
    assert querystring.parse(None) == querystring.parse(5) == querystring.parse("") == {}


def testASeparatorThatBeginsWithADigitHidesNoEscape() -> None:
    """Node leaves `%4a` as it is, because it has taken the "a" for the separator's."""
    assert querystring.parse("%4a=1ab%4a=2", "ab") == {"J": ["1", "2"]}


def testTheEscapesOfAKeyDoNotSpoilTheValue() -> None:
    """Node makes `%4\ufffd` of the value, because the key holds two escapes."""
    assert querystring.parse("%41%41=%4é") == {"AA": "%4é"}
