"""util.format beside the recorded cases of test_inspection.py."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest

from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.util import format, formatWithOptions


class Named:
    def __str__(self) -> str:
        return "its name"


@pytest.mark.parametrize(
    "args, text",
    [
        ((), ""),
        (("%% %s",), "%% %s"),
        (("%s%% of %s", 5), "5% of %s"),
        ((1, "a", "b"), "1 a b"),
        (("%s", Named()), "its name"),
        (("%s", uuid.UUID(int=1)), "00000000-0000-0000-0000-000000000001"),
        (("%s", {"a": {"b": 1}}), "{ a: [Object] }"),
        (("%s", [1, [2, [3]]]), "[ 1, [Array] ]"),
        (("%s", KeyError("x")), "[KeyError: 'x']"),
        (("%s", len), "[Function: len]"),
        (("%o", [1, {"a": 2}]), "[ 1, { a: 2 }, [length]: 2 ]"),
        (("%d %d %d %d", "0x10", "", None, [5]), "16 0 NaN 5"),
        (("%d %i %f", True, True, True), "1 NaN NaN"),
        (("%d", datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)), "0"),
        (("%j", {"a": [1.0, None, "é\n"], "b": b"ab"}), '{"a":[1,null,"é\\n"],"b":{"type":"Buffer","data":[97,98]}}'),
        (("%j %j", None, len), "undefined undefined"),
        (("%c%s", "color: red", "text"), "text"),
    ],
)
def testFormat(args: tuple[Any, ...], text: str) -> None:
    assert format(*args) == text


def testAValueThatHoldsItselfHasNoJson() -> None:
    value: dict[str, Any] = {}
    value["a"] = [value]
    assert format("%j", value) == "[Circular]"


def testJsonIsWhatToJsonReturns() -> None:
    class Point:
        def toJSON(self) -> Any:
            return [1, 2]

    assert format("%j", {"p": Point()}) == '{"p":[1,2]}'


def testFormatWithOptions() -> None:
    assert formatWithOptions({"colors": True}, "%s %O", {"a": 1}, [1], 2, "x") == (
        "{ a: 1 } [ \x1b[33m1\x1b[39m ] \x1b[33m2\x1b[39m x"
    )
    with pytest.raises(ERR_INVALID_ARG_TYPE) as caught:
        formatWithOptions(5, "x")  # type: ignore[arg-type]
    assert str(caught.value) == 'The "inspectOptions" argument must be of type object. Received type number (5)'
