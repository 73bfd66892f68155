"""util.inspect, compared with Node: recorded cases, and a fresh sample where Node is there."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import math
from pathlib import Path
from typing import Any

import cases
import oracle
import pytest
from inspectvalues import build
from twisted.internet.defer import Deferred, fail

from nodecompat import querystring, util
from nodecompat.errors import ERR_OUT_OF_RANGE, ERR_UNHANDLED_ERROR, AbortError, AggregateError
from nodecompat.events import EventEmitter
from nodecompat.inspection import inspect, stripVTControlCharacters
from nodecompat.net.options import AddressInfo
from nodecompat.records import OpenRecord
from nodecompat.symbols import Symbol


def asNode(case: list[Any]) -> str:
    """What we make of a case."""
    name, value, options, _ = case
    options = {key: math.inf if item == "Infinity" else item for key, item in options.items()}
    if name == "inspect":
        return inspect(build(value), options)
    return util.formatWithOptions(options, *map(build, value))


def wrong(found: list[list[Any]]) -> list[tuple[Any, str]]:
    return [(case, asNode(case)) for case in found if inUnits(asNode(case)) != inUnits(case[3])]


def inUnits(text: str) -> bytes:
    """As JavaScript sees texts: two halves of a surrogate pair in a row are the character."""
    return text.encode("utf-16-le", "surrogatepass")


def testRecordedCases() -> None:
    found = cases.recorded("inspect")
    assert len(found) == 3000
    assert wrong(found) == []


@oracle.needsNode
def testFreshCases() -> None:
    assert wrong(cases.fresh("inspect", 1000)) == []


def testAnObjectSaysHowItIsShown() -> None:
    class Box:
        def __inspect__(self, depth: float, options: dict[str, Any], inspect: Any) -> str:
            return f"Box<{inspect([depth, options['compact']], options)}>\nend"

    assert inspect({"a": Box()}) == "{\n  a: Box<[ 1, 3 ]>\n  end\n}"
    assert inspect(Box(), customInspect=False) == "Box {}"


def testTheTextOfAnObjectMayBeAnotherValueAndItsMethodMayTakeLess() -> None:
    class Box:
        def __inspect__(self, depth: float) -> Any:
            return {"depth": depth}

    assert inspect([Box()]) == "[ { depth: 1 } ]"
    assert inspect({"q": {inspect.custom: lambda: "here"}}) == "{ q: here }"


def testTheOldFormOfTheOptions() -> None:
    assert inspect({"a": {"b": {}}}, False, 0, True) == "{ a: \x1b[36m[Object]\x1b[39m }"
    assert inspect([1], True) == "[ 1, [length]: 1 ]"


def testDefaultOptionsCanBeChanged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect.defaultOptions["breakLength"] == 80
    assert inspect.defaultOptions["compact"] == 3
    try:
        inspect.defaultOptions = {"depth": 0, "foo": 1}
        assert inspect({"a": {"b": 1}}) == "{ a: [Object] }"
        assert "foo" not in inspect.defaultOptions
    finally:
        inspect.defaultOptions = {"depth": 2}


def testStylesAndColorsCanBeChanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(inspect.styles, "number", "crossedOut")
    assert inspect([1], colors=True) == "[ \x1b[9m1\x1b[29m ]"
    assert inspect.colors["grey"] == inspect.colors["gray"] == [90, 39]
    assert "grey" not in inspect.colors


@oracle.needsNode
def testColorsStylesAndDefaultsAreNodes() -> None:
    program = "const { colors, defaultOptions } = util.inspect; console.log(JSON.stringify([colors, defaultOptions]))"
    assert oracle.evaluate(program) == [inspect.colors, inspect.defaultOptions]


def testAnErrorThatWasRaisedShowsItsFrames() -> None:
    def outer() -> None:
        inner()

    def inner() -> None:
        raise ERR_OUT_OF_RANGE("x", ">= 0", -1)

    try:
        outer()
    except ERR_OUT_OF_RANGE as error:
        lines = inspect([error]).split("\n")
    assert lines[1].startswith('  RangeError [ERR_OUT_OF_RANGE]: The value of "x" is out of range.')
    assert [line.split(" (")[0] for line in lines[2:4]] == ["      at inner", "      at outer"]
    assert Path(__file__).name in lines[2]
    assert lines[-3:] == ["    code: 'ERR_OUT_OF_RANGE'", "  }", "]"]


def testErrorsThatWereNotRaised() -> None:
    assert inspect(ValueError("bad")) == "[ValueError: bad]"
    assert inspect(ValueError()) == "[ValueError]"
    assert inspect(AbortError()) == "[AbortError: The operation was aborted] { code: 'ABORT_ERR' }"
    error = RuntimeError("a")
    error.__cause__ = KeyError("b")
    assert inspect(error) == "[RuntimeError: a] { [cause]: [KeyError: 'b'] }"
    assert inspect(AggregateError([ValueError("q")], "m")) == "[AggregateError: m] { [errors]: [ [ValueError: q] ] }"
    with pytest.raises(ERR_UNHANDLED_ERROR) as caught:
        EventEmitter().emit("error", {"a": ValueError("q")})
    assert str(caught.value) == "Unhandled error. ({ a: [ValueError: q] })"


def testPromises() -> None:
    pending: Deferred[None] = Deferred()
    failed: Deferred[None] = fail(ValueError("x"))
    assert inspect(pending) == "Promise { <pending> }"
    assert inspect(failed) == "Promise { <rejected> [ValueError: x] }"
    failed.addErrback(lambda failure: None)


def testRecordsArePlainObjects() -> None:
    address = AddressInfo("127.0.0.1", "IPv4", 80)
    assert inspect(address) == "{ address: '127.0.0.1', family: 'IPv4', port: 80 }"
    assert inspect(OpenRecord(a=1)) == "{ a: 1 }"
    assert inspect(querystring.parse("a=1")) == "[Object: null prototype] { a: '1' }"
    assert inspect([querystring.parse("a=1")], depth=0) == "[ [Object: null prototype] ]"


def testObjectsOfPython() -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int

    class Slotted:
        __slots__ = ("_c", "a", "b")

        def __init__(self) -> None:
            self.a, self._c = 1, 2

    class Color(enum.Enum):
        RED = 1

    class Own(dict[str, int]): ...

    class Bag(set[int]): ...

    assert inspect(Point(1, 2)) == "Point { x: 1, y: 2 }"
    assert inspect(Slotted()) == "Slotted { a: 1 }"
    assert inspect(Slotted(), showHidden=True) == "Slotted { _c: 2, a: 1 }"
    assert inspect(Own(a=1)) == "Own { a: 1 }"
    assert inspect(Own()) == "Own {}"
    assert inspect(Bag([1])) == "Bag(1) [Set] { 1 }"
    assert inspect([Color.RED, decimal.Decimal("1.5"), range(3)]) == "[ <Color.RED: 1>, Decimal('1.5'), range(0, 3) ]"
    assert inspect(collections.namedtuple("Pair", "a b")(1, 2)) == "Pair(2) [ 1, 2 ]"
    assert inspect({(1, 2): "x"}) == "Map(1) { [ 1, 2 ] => 'x' }"
    assert inspect({1: 2, 0.5: 3, False: 5, Symbol("s"): 4}) == "{ '1': 2, '0.5': 3, false: 5, Symbol(s): 4 }"
    assert inspect(each for each in ()) == "Object [Generator] {}"
    assert inspect(10**400) == "1" + "0" * 400


def testADateOfAnyZone() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert inspect(datetime.datetime(2020, 1, 1, 1, 0, 0, 5999, zone)) == "2019-12-31T23:00:00.005Z"
    assert inspect(datetime.datetime(2020, 1, 1)) == inspect(datetime.datetime(2020, 1, 1).astimezone())


def testFunctionsWithAttributes() -> None:
    def f(a: int, b: int = 1) -> None: ...

    f.x = 1  # type: ignore[attr-defined]
    assert inspect(f) == "[Function: f] { x: 1 }"
    assert inspect(f, showHidden=True) == "[Function: f] { [length]: 1, [name]: 'f', x: 1 }"


def testAVeryDeepValueIsShownAsFarAsItGoes() -> None:
    value: list[Any] = []
    for _ in range(3000):
        value = [value]
    text = inspect(value, depth=None)
    assert "[Array: Inspection interrupted prematurely. Maximum call stack size exceeded.]" in text
    assert text.endswith("\n]")


def testARegularExpressionHasOneColor() -> None:
    assert stripVTControlCharacters(inspect(build(["pattern", "a+", "i"]), colors=True)) == "/a+/i"
    assert inspect(build(["pattern", "a+", "i"]), colors=True) == "\x1b[31m/a+/i\x1b[39m"


def testAnObjectThatHasEveryAttribute() -> None:
    class Proxy:
        def __getattr__(self, name: str) -> Any:
            return lambda *args: 5

    assert inspect([Proxy()]) == "[ Proxy {} ]"
    assert util.format("%s %j", Proxy(), {"a": 1}) == 'Proxy {} {"a":1}'
