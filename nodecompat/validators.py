"""Checks of arguments, with Node's codes and messages.

Follows lib/internal/validators.js of Node 26 by behaviour. A check returns None when the value is fine and raises
ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE or ERR_OUT_OF_RANGE otherwise. A name with a dot ("options.port")
is called a property in the message. JavaScript's number is int or float, never bool; an absent value is None.
"""

from __future__ import annotations

import inspect as _inspect
import math
import re
import signal as _signal
from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from .coercion import toNumber
from .errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_OUT_OF_RANGE,
    ERR_SOCKET_BAD_PORT,
    ERR_UNKNOWN_SIGNAL,
    inspect,
    numberText,
    toText,
)
from .symbols import Symbol

MAX_SAFE_INTEGER = 2**53 - 1
MIN_SAFE_INTEGER = -MAX_SAFE_INTEGER

#: For `validateObject`: what else may pass.
kValidateObjectNone = 0
kValidateObjectAllowNullable = 1
kValidateObjectAllowArray = 2
kValidateObjectAllowFunction = 4
kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction
kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects | kValidateObjectAllowNullable

_LINK_VALUE = re.compile(r'<[^>]*>(?:\s*;\s*[^;="\s]+(?:="[^;"\s]*"|=[^;"\s]*)?)*\Z')
_LINK_FORMAT = 'must be an array or string of format "</styles.css>; rel=preload; as=style"'


def isNumber(value: Any) -> bool:
    """True for int and float, but not for bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def isTruthy(value: Any) -> bool:
    """JavaScript's Boolean(value): only None, False, 0, NaN and the empty text are false."""
    if value is None:
        return False
    if isinstance(value, (bool, int, float, str)):
        return bool(value) and value == value
    return True


def validateFunction(value: Any, name: str) -> None:
    """Must be callable."""
    if not callable(value):
        raise ERR_INVALID_ARG_TYPE(name, "Function", value)


def validatePlainFunction(value: Any, name: str) -> None:
    """Must be callable, and no coroutine function."""
    if not callable(value) or _inspect.iscoroutinefunction(value):
        raise ERR_INVALID_ARG_TYPE(name, "Function", value)


def validateString(value: Any, name: str) -> None:
    """Must be a str."""
    if not isinstance(value, str):
        raise ERR_INVALID_ARG_TYPE(name, "string", value)


def validateStringWithoutNullBytes(value: Any, name: str) -> None:
    """Must be a str without NUL."""
    validateString(value, name)
    if "\0" in value:
        raise ERR_INVALID_ARG_VALUE(name, value, "must be a string without null bytes")


def validateBoolean(value: Any, name: str) -> None:
    """Must be a bool."""
    if not isinstance(value, bool):
        raise ERR_INVALID_ARG_TYPE(name, "boolean", value)


def validateNumber(value: Any, name: str, min: float | None = None, max: float | None = None) -> None:
    """Must be a number, within the limits if there are any (NaN is outside of every limit)."""
    if not isNumber(value):
        raise ERR_INVALID_ARG_TYPE(name, "number", value)
    if min is None and max is None:
        return
    if (min is not None and value < min) or (max is not None and value > max) or value != value:
        limits = [f">= {numberText(min)}"] if min is not None else []
        if max is not None:
            limits.append(f"<= {numberText(max)}")
        raise ERR_OUT_OF_RANGE(name, " && ".join(limits), value)


def validateInteger(value: Any, name: str, min: int = MIN_SAFE_INTEGER, max: int = MAX_SAFE_INTEGER) -> None:
    """Must be a whole number within the limits."""
    _requireWhole(value, name)
    if value < min or value > max:
        raise ERR_OUT_OF_RANGE(name, f">= {min} && <= {max}", value)


def validateInt32(value: Any, name: str, min: int = -(2**31), max: int = 2**31 - 1) -> None:
    """Must be a whole number of 32 bits, with sign."""
    validateInteger(value, name, min, max)


def validateUint32(value: Any, name: str, positive: bool = False) -> None:
    """Must be a whole number of 32 bits, without sign; above 0 if `positive`."""
    validateInteger(value, name, 1 if positive else 0, 2**32 - 1)


def _requireWhole(value: Any, name: str) -> None:
    if not isNumber(value):
        raise ERR_INVALID_ARG_TYPE(name, "number", value)
    if isinstance(value, float) and not value.is_integer():
        raise ERR_OUT_OF_RANGE(name, "an integer", value)


def validateFiniteNumber(value: Any, name: str) -> bool:
    """False for None and NaN; anything else must be a finite number."""
    if value is None or value != value:
        return False
    if not isNumber(value):
        raise ERR_INVALID_ARG_TYPE(name, "number", value)
    if math.isinf(value):
        raise ERR_OUT_OF_RANGE(name, "a finite number", value)
    return True


def checkRangesOrGetDefault(value: Any, name: str, lower: float, upper: float, default: float) -> float:
    """The number if it lies within the limits, the default if there is none."""
    if not validateFiniteNumber(value, name):
        return default
    if value < lower or value > upper:
        raise ERR_OUT_OF_RANGE(name, f">= {numberText(lower)} and <= {numberText(upper)}", value)
    return float(value) if isinstance(value, float) else int(value)


def validateObject(value: Any, name: str, options: int = kValidateObjectNone) -> None:
    """Must be an object: a mapping or an instance, but no None, list, function, text or number."""
    if value is None:
        if options & kValidateObjectAllowNullable:
            return
    elif isinstance(value, (list, tuple)):
        if options & kValidateObjectAllowArray:
            return
    elif isinstance(value, (FunctionType, BuiltinFunctionType, MethodType, type)):
        if options & kValidateObjectAllowFunction:
            return
    elif not isinstance(value, (str, bool, int, float, Symbol)):
        return
    raise ERR_INVALID_ARG_TYPE(name, "Object", value)


def validateDictionary(value: Any, name: str) -> None:
    """Must be None or an object of any kind."""
    if value is not None and not callable(value) and isinstance(value, (str, bool, int, float)):
        raise ERR_INVALID_ARG_TYPE(name, "a dictionary", value)


def validateArray(value: Any, name: str, minLength: int = 0) -> None:
    """Must be a list or tuple of at least `minLength` items."""
    if not isinstance(value, (list, tuple)):
        raise ERR_INVALID_ARG_TYPE(name, "Array", value)
    if len(value) < minLength:
        raise ERR_INVALID_ARG_VALUE(name, value, f"must have a length of at least {minLength}")


def validateStringArray(value: Any, name: str) -> None:
    """Must be a list of str."""
    validateArray(value, name)
    for index, item in enumerate(value):
        validateString(item, f"{name}[{index}]")


def validateBooleanArray(value: Any, name: str) -> None:
    """Must be a list of bool."""
    validateArray(value, name)
    for index, item in enumerate(value):
        validateBoolean(item, f"{name}[{index}]")


def validateAbortSignalArray(value: Any, name: str) -> None:
    """Must be a list of AbortSignals."""
    validateArray(value, name)
    for index, item in enumerate(value):
        _requireSignal(item, f"{name}[{index}]")


def validateAbortSignal(signal: Any, name: str) -> None:
    """Must be None or an AbortSignal: whatever has `aborted`."""
    if signal is not None:
        _requireSignal(signal, name)


def _requireSignal(signal: Any, name: str) -> None:
    if not hasattr(signal, "aborted") and not (isinstance(signal, Mapping) and "aborted" in signal):
        raise ERR_INVALID_ARG_TYPE(name, "AbortSignal", signal)


def validateOneOf(value: Any, name: str, oneOf: Iterable[Any]) -> None:
    """Must be one of these values."""
    choices = list(oneOf)
    # 1 == True in Python: the types must agree as well, apart from int and float.
    if any(value == choice and isinstance(value, bool) is isinstance(choice, bool) for choice in choices):
        return
    allowed = ", ".join(inspect(choice) if isinstance(choice, str) else toText(choice) for choice in choices)
    raise ERR_INVALID_ARG_VALUE(name, value, f"must be one of: {allowed}")


def validateUnion(value: Any, name: str, union: Iterable[Any]) -> None:
    """Must be one of these values, otherwise the type is said to be wrong."""
    choices = list(union)
    if value not in choices:
        raise ERR_INVALID_ARG_TYPE(name, f"('{'|'.join(map(toText, choices))}')", value)


def validateUndefined(value: Any, name: str) -> None:
    """Must be None."""
    if value is not None:
        raise ERR_INVALID_ARG_TYPE(name, "undefined", value)


def validateBuffer(buffer: Any, name: str = "buffer") -> None:
    """Must be bytes-like."""
    if not isinstance(buffer, (bytes, bytearray, memoryview)):
        raise ERR_INVALID_ARG_TYPE(name, ("Buffer", "TypedArray", "DataView"), buffer)


def validateEncoding(data: str, encoding: str) -> None:
    """Text in hex must have an even length."""
    if encoding.lower() == "hex" and len(data) % 2:
        raise ERR_INVALID_ARG_VALUE("encoding", encoding, f"is invalid for data of length {len(data)}")


def validatePort(port: Any, name: str = "Port", allowZero: bool = True) -> int:
    """The port as a number; a text may hold one as JavaScript writes numbers (" 80 ", "0x50", "1e2")."""
    if isNumber(port):
        number = port
    elif isinstance(port, str):
        number = toNumber(port) if port.strip() else math.nan
    else:
        number = math.nan
    if not 0 <= number <= 0xFFFF or number != int(number) or (number == 0 and not allowZero):
        raise ERR_SOCKET_BAD_PORT(name, port, allowZero)
    return int(number)


def validateSignalName(signal: Any, name: str = "signal") -> None:
    """Must be the name of a signal: "SIGTERM"."""
    validateString(signal, name)
    if signal in _signal.Signals.__members__:
        return
    if signal.upper() in _signal.Signals.__members__:
        raise ERR_UNKNOWN_SIGNAL(f"{signal} (signals must use all capital letters)")
    raise ERR_UNKNOWN_SIGNAL(signal)


def validateLinkHeaderValue(hints: Any) -> str:
    """The value of a Link header from one link or a list of them."""
    if isinstance(hints, str):
        _requireLink(hints, hints)
        return hints
    if isinstance(hints, (list, tuple)):
        for link in hints:
            _requireLink(link, link)
        return ", ".join(hints)
    raise ERR_INVALID_ARG_VALUE("hints", hints, _LINK_FORMAT)


def _requireLink(link: Any, shown: Any) -> None:
    if not isinstance(link, str) or not _LINK_VALUE.match(link):
        raise ERR_INVALID_ARG_VALUE("hints", shown, _LINK_FORMAT)
