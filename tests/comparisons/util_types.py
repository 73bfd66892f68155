"""Comparisons of `util.types`; random cases stand in data/cases/util.jsonl.gz."""

from __future__ import annotations

import array
import re
import weakref
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from twisted.internet.defer import succeed

from nodecompat.util import types

LEFT_OUT = {
    "isCryptoKey": "`crypto` has no keys",
    "isKeyObject": "`crypto` has no keys",
}


async def _async() -> None: ...


def _generator() -> Iterator[int]:
    yield 1


_VALUES: list[Any] = [
    *(None, 5, "a", True, [], {}, {(): 1}, set(), weakref.WeakKeyDictionary(), weakref.WeakSet(), datetime.now()),
    *(re.compile("x"), ValueError("x"), succeed(1), _async, _generator, _generator(), lambda: 0, b"a"),
    *(array.array(code, [0]) for code in "bHhIifdqQ"),
    *(iter({}.items()), iter(set())),
]
# Python has one kind for each of these.
_NAMES = (
    *("isAsyncFunction", "isBigInt64Array", "isBigUint64Array", "isDate", "isFloat32Array", "isFloat64Array"),
    *("isGeneratorFunction", "isGeneratorObject", "isInt16Array", "isInt32Array", "isInt8Array", "isMap"),
    *("isMapIterator", "isNativeError", "isPromise", "isRegExp", "isSet", "isSetIterator", "isTypedArray"),
    *("isUint16Array", "isUint32Array", "isWeakMap", "isWeakSet", "isArrayBuffer", "isAnyArrayBuffer"),
    *("isArrayBufferView", "isUint8Array", "isUint8ClampedArray", "isSharedArrayBuffer", "isDataView"),
    *("isFloat16Array", "isArgumentsObject", "isBigIntObject", "isBooleanObject", "isBoxedPrimitive"),
    *("isExternal", "isModuleNamespaceObject", "isNumberObject", "isStringObject", "isSymbolObject", "isProxy"),
)


def kindsOfValues() -> Any:
    return {name: [at for at, value in enumerate(_VALUES) if getattr(types, name)(value)] for name in _NAMES}
