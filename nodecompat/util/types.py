"""`util.types`: what a value is.

In JavaScript's terms as in `util.inspect`: bytes are a Buffer and with it a Uint8Array, `array.array` the other typed
arrays, a dict is a Map when one of its keys cannot be a property's name. For kinds of values that Python does not have
(boxed primitives, proxies, external values, an ArrayBuffer of its own, …) the answer is always False.

Node: https://nodejs.org/api/util.html#utiltypes
"""

from __future__ import annotations

import array
import asyncio
import datetime
import inspect
import re
import types
import weakref
from typing import Any

from ..inspection import isMap, typedArrayName

__all__ = [
    "isAnyArrayBuffer",
    "isArgumentsObject",
    "isArrayBuffer",
    "isArrayBufferView",
    "isAsyncFunction",
    "isBigInt64Array",
    "isBigIntObject",
    "isBigUint64Array",
    "isBooleanObject",
    "isBoxedPrimitive",
    "isDataView",
    "isDate",
    "isExternal",
    "isFloat16Array",
    "isFloat32Array",
    "isFloat64Array",
    "isGeneratorFunction",
    "isGeneratorObject",
    "isInt8Array",
    "isInt16Array",
    "isInt32Array",
    "isMap",
    "isMapIterator",
    "isModuleNamespaceObject",
    "isNativeError",
    "isNumberObject",
    "isPromise",
    "isProxy",
    "isRegExp",
    "isSet",
    "isSetIterator",
    "isSharedArrayBuffer",
    "isStringObject",
    "isSymbolObject",
    "isTypedArray",
    "isUint8Array",
    "isUint8ClampedArray",
    "isUint16Array",
    "isUint32Array",
    "isWeakMap",
    "isWeakSet",
]

_NONE: dict[Any, Any] = {}
_MAP_ITERATORS = (type(iter(_NONE)), type(iter(_NONE.values())), type(iter(_NONE.items())))
_SET_ITERATOR = type(iter(set(_NONE)))


def isArrayBufferView(object: Any) -> bool:
    """bytes, a bytearray, a memoryview, or an `array.array` of numbers."""
    return isTypedArray(object)


def isAsyncFunction(object: Any) -> bool:
    """`async def`, with or without `yield`."""
    return inspect.iscoroutinefunction(object) or inspect.isasyncgenfunction(object)


def isDate(object: Any) -> bool:
    """A datetime."""
    return isinstance(object, datetime.datetime)


def isGeneratorFunction(object: Any) -> bool:
    """A function with `yield`, async or not."""
    return inspect.isgeneratorfunction(object) or inspect.isasyncgenfunction(object)


def isGeneratorObject(object: Any) -> bool:
    """What a function with `yield` returns."""
    return isinstance(object, (types.GeneratorType, types.AsyncGeneratorType))


def isMapIterator(object: Any) -> bool:
    """An iterator over the keys, values or items of a dict."""
    return isinstance(object, _MAP_ITERATORS)


def isModuleNamespaceObject(object: Any) -> bool:
    """A module."""
    return isinstance(object, types.ModuleType)


def isNativeError(object: Any) -> bool:
    """An exception."""
    return isinstance(object, BaseException)


def isPromise(object: Any) -> bool:
    """A Deferred, or a future of asyncio."""
    return hasattr(type(object), "addCallbacks") or isinstance(object, asyncio.Future)


def isRegExp(object: Any) -> bool:
    """What `re.compile` returns."""
    return isinstance(object, re.Pattern)


def isSet(object: Any) -> bool:
    """A set or frozenset."""
    return isinstance(object, (set, frozenset))


def isSetIterator(object: Any) -> bool:
    """An iterator over a set."""
    return isinstance(object, _SET_ITERATOR)


def isTypedArray(object: Any) -> bool:
    """bytes, a bytearray, a memoryview, or an `array.array` of numbers."""
    return bool(_nameOf(object))


def isWeakMap(object: Any) -> bool:
    """A dict of weakref's."""
    return isinstance(object, (weakref.WeakKeyDictionary, weakref.WeakValueDictionary))


def isWeakSet(object: Any) -> bool:
    """A WeakSet."""
    return isinstance(object, weakref.WeakSet)


def isBigInt64Array(value: Any) -> bool:
    """An `array.array` of "q"."""
    return _nameOf(value) == "BigInt64Array"


def isBigUint64Array(value: Any) -> bool:
    """An `array.array` of "Q"."""
    return _nameOf(value) == "BigUint64Array"


def isFloat32Array(object: Any) -> bool:
    """An `array.array` of "f"."""
    return _nameOf(object) == "Float32Array"


def isFloat64Array(object: Any) -> bool:
    """An `array.array` of "d"."""
    return _nameOf(object) == "Float64Array"


def isInt8Array(object: Any) -> bool:
    """An `array.array` of "b"."""
    return _nameOf(object) == "Int8Array"


def isInt16Array(object: Any) -> bool:
    """An `array.array` of "h"."""
    return _nameOf(object) == "Int16Array"


def isInt32Array(object: Any) -> bool:
    """An `array.array` of "i"."""
    return _nameOf(object) == "Int32Array"


def isUint8Array(object: Any) -> bool:
    """bytes, a bytearray, a memoryview, or an `array.array` of "B"."""
    return _nameOf(object) == "Uint8Array"


def isUint16Array(object: Any) -> bool:
    """An `array.array` of "H"."""
    return _nameOf(object) == "Uint16Array"


def isUint32Array(object: Any) -> bool:
    """An `array.array` of "I"."""
    return _nameOf(object) == "Uint32Array"


def _nameOf(value: Any) -> str:
    if isinstance(value, array.array):
        return typedArrayName(value)
    return "Uint8Array" if isinstance(value, (bytes, bytearray, memoryview)) else ""


def _no(object: Any) -> bool:
    """False: Python has no such values."""
    return False


isAnyArrayBuffer = _no
isArgumentsObject = _no
isArrayBuffer = _no
isBigIntObject = _no
isBooleanObject = _no
isBoxedPrimitive = _no
isDataView = _no
isExternal = _no
isFloat16Array = _no
isNumberObject = _no
isProxy = _no
isSharedArrayBuffer = _no
isStringObject = _no
isSymbolObject = _no
isUint8ClampedArray = _no
