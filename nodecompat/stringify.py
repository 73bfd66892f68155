"""JSON as JavaScript writes it: `JSON.stringify`, for what Python has in the place of its values."""

from __future__ import annotations

import array
import datetime
import json
import math
import re
from typing import Any

from .errors import toText
from .inspection import isoText, parts
from .symbols import Symbol
from .texts import joinedSurrogates, numberText

_LONE = re.compile("[\ud800-\udfff]")


def jsonText(value: Any) -> str | None:
    """JavaScript's JSON.stringify(value): None for what has no JSON.

    Raises: RecursionError for a value that holds itself.
    """
    if hasattr(value, "toJSON"):
        value = value.toJSON()
    if value is None or isinstance(value, bool):
        return "null" if value is None else toText(value)
    if isinstance(value, (int, float)):
        return numberText(value if value else 0) if math.isfinite(value) else "null"
    if isinstance(value, str):
        return _LONE.sub(lambda found: f"\\u{ord(found[0]):x}", json.dumps(joinedSurrogates(value), ensure_ascii=False))
    if isinstance(value, (list, tuple)):
        return f"[{','.join(jsonText(each) or 'null' for each in value)}]"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f'{{"type":"Buffer","data":{jsonText(list(bytes(value)))}}}'
    if isinstance(value, datetime.datetime):
        return f'"{isoText(value)}"'
    if callable(value) or isinstance(value, Symbol):
        return None
    members = dict(enumerate(value)) if isinstance(value, array.array) else parts(value)
    if hasattr(value, "addCallbacks"):
        return "{}"
    if isinstance(value, BaseException):
        members = {key: each for key, each in members.items() if key not in ("name", "message", "stack", "cause")}
    texts = [(key, jsonText(each)) for key, each in members.items() if not isinstance(key, Symbol)]
    return f"{{{','.join(f'{jsonText(toText(key))}:{text}' for key, text in texts if text is not None)}}}"
