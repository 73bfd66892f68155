"""What we make of the calls that `buffercases.cjs` records from Node."""

from __future__ import annotations

import functools
import math
from typing import Any

import cases

from nodecompat import buffer
from nodecompat.buffer import Buffer
from nodecompat.errors import NodeError
from nodecompat.stringify import jsonText


def _number(text: str) -> float:
    special = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
    return special[text] if text in special else int(text) if text.lstrip("-").isdigit() else float(text)


def build(argument: list[Any]) -> Any:
    kind, value = argument
    if kind == "number":
        return _number(value)
    if kind == "bytes":
        return Buffer.from_(value, "hex")
    if kind == "array":
        return [build(each) for each in value]
    if kind == "bigint":
        return int(value)
    return {} if kind == "object" else value


def show(value: Any, like: str) -> list[Any]:
    """The result in the form of the record; `like` tells a bigint from a number."""
    if value is None or isinstance(value, (bool, str)):
        return ["undefined" if value is None else "boolean" if isinstance(value, bool) else "string", value]
    if isinstance(value, bytearray):
        return ["bytes", value.hex()]
    if isinstance(value, dict):
        return ["json", jsonText(value)]
    if like == "bigint":
        return ["bigint", str(value)]
    return ["number", value]


def asNode(case: list[Any]) -> tuple[list[Any], str]:
    kind, name, data, arguments, expected, _ = case
    own = Buffer.from_(data, "hex")
    built = [build(each) for each in arguments]
    holder: Any = {"static": Buffer, "object": own, "module": buffer}[kind]
    try:
        result = show(getattr(holder, "from_" if name == "from" else name)(*built), expected[0])
    except NodeError as error:
        found = {"name": error.name, "code": error.code, "message": error.message}
        result = ["error", {key: item for key, item in found.items() if item is not None}]
    target = built[0] if name == "copy" and built and isinstance(built[0], Buffer) else own
    return result, target.hex()


def isRight(case: list[Any]) -> bool:
    (result, after), expected = asNode(case), case[4]
    if after != case[5] or result[0] != expected[0]:
        return False
    if result[0] == "number":
        return repr(float(result[1])) == repr(float(_number(expected[1])))
    return inUnits(result[1]) == inUnits(expected[1])


def inUnits(value: Any) -> Any:
    """As JavaScript sees texts: two halves of a surrogate pair in a row are the character."""
    return value.encode("utf-16-le", "surrogatepass") if isinstance(value, str) else value


def wrong(found: list[list[Any]]) -> list[tuple[Any, Any]]:
    return [(case, asNode(case)) for case in found if not isRight(case)]


@functools.cache
def recorded() -> list[list[Any]]:
    return cases.recorded("buffer")


def check(kind: str, names: str) -> None:
    """Compare the recorded calls of these methods; each was called."""
    found = [case for case in recorded() if case[0] == kind and case[1] in names.split()]
    assert {case[1] for case in found} == set(names.split())
    assert wrong(found) == []
