"""The methods that a chunk passes, copied once more into each class of streams.

CPython 3.11 and newer keeps in the code of a function what its look-ups of attributes found the last time, for one
class of object. A pipeline calls the same `push` for its Readable and its Transform in turn: each look-up misses, is
searched for again, and found the slow way. With a `push` of its own each class finds what it left there.
A chunk that passes Readable, Transform and Writable takes two thirds of the time (benchmarks/stream/pipeline.py).

A function that is put into one of these classes later is found by it and by what users derive from it, not by the
other classes here; Node's Duplex, which copies the methods of Writable, is no different.
"""

from __future__ import annotations

from types import FunctionType
from typing import Final, TypeVar

_C = TypeVar("_C", bound=type)

#: What is called for a chunk, or for a turn of the flow.
HOT: Final = (
    "push",
    "read",
    "resume",
    "pause",
    "write",
    "_write",
    "_read",
    "_transformed_",
    "_flow_",
    "_refill_",
    "_askSource_",
    "_scheduleReadable_",
    "_scheduleReadMore_",
    "_emitReadableTick_",
    "_readMoreTick_",
    "_resumeTick_",
    "_onwrite_",
    "_afterWrites_",
)


#: The original of each copy.
_originals: dict[object, FunctionType] = {}


def ownCopies(cls: _C) -> _C:
    """A class decorator: gives the class a copy of each hot method that it inherits."""
    for name in HOT:
        inherited = getattr(cls, name, None)
        if name not in vars(cls) and type(inherited) is FunctionType and inherited.__closure__ is None:
            setattr(cls, name, _copy(inherited))
    return cls


def isOriginally(method: object, function: object) -> bool:
    """True when a bound method is this function, or a copy of it: nobody has put one of his own in its place."""
    found = getattr(method, "__func__", None)
    return _originals.get(found, found) is function


def _copy(function: FunctionType) -> FunctionType:
    code = function.__code__.replace()  # a new code object, whose memory is empty
    made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__doc__ = function.__doc__
    made.__qualname__ = function.__qualname__
    made.__annotations__ = function.__annotations__
    made.__module__ = function.__module__
    _originals[made] = _originals.get(function, function)
    return made
