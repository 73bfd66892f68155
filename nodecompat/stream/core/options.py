"""The option bags of the stream module, and how option functions are tied to their stream.

Bags are given as a mapping, as keyword arguments or both; keywords win. Node binds `this` to the stream in
`read`, `write`, `final` and so on. Here such a function gets the stream as its first argument if it takes one more
parameter than Node passes, or if its first parameter is called `self`; otherwise it gets what Node passes, as many
as it takes. That is decided once, when the stream is made.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, TypedDict

from ...events.listeners import arity, fit
from ...validators import validateObject
from .promises import driven, isCoroutineFunction

Function = Callable[..., Any]


class Abortable(TypedDict, total=False):
    """Options of what an AbortSignal can cancel."""

    signal: Any


class StreamOptions(Abortable, total=False):
    """Options of every stream.

    Node: https://nodejs.org/api/stream.html#new-streamreadableoptions
    """

    emitClose: bool
    highWaterMark: int
    objectMode: bool
    construct: Function
    destroy: Function
    autoDestroy: bool
    captureRejections: bool
    defaultEncoding: str


class ReadableOptions(StreamOptions, total=False):
    """Options of Readable.

    Node: https://nodejs.org/api/stream.html#new-streamreadableoptions
    """

    encoding: str
    read: Function


class WritableOptions(StreamOptions, total=False):
    """Options of Writable.

    Node: https://nodejs.org/api/stream.html#new-streamwritableoptions
    """

    decodeStrings: bool
    write: Function
    writev: Function
    final: Function


class FromOptions(ReadableOptions, total=False):
    """Options of Readable.from_; `objectMode` is True by default, but for files.

    Node: https://nodejs.org/api/stream.html#streamreadablefromiterable-options
    """

    #: A file object is closed with the stream; True by default. Not in Node.
    autoClose: bool


class DuplexOptions(ReadableOptions, WritableOptions, total=False):
    """Options of Duplex.

    Node: https://nodejs.org/api/stream.html#new-streamduplexoptions
    """

    allowHalfOpen: bool
    readable: bool
    writable: bool
    readableObjectMode: bool
    writableObjectMode: bool
    readableHighWaterMark: int
    writableHighWaterMark: int
    writableCorked: int


class TransformOptions(DuplexOptions, total=False):
    """Options of Transform.

    Node: https://nodejs.org/api/stream.html#new-streamtransformoptions
    """

    transform: Function
    flush: Function


class PipeOptions(TypedDict, total=False):
    """Options of readable.pipe: `end` False leaves the destination open.

    Node: https://nodejs.org/api/stream.html#readablepipedestination-options
    """

    end: bool


class PipelineOptions(Abortable, total=False):
    """Options of stream.promises.pipeline: `end` False leaves the last stream open.

    Node: https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-options
    """

    end: bool


class FinishedOptions(Abortable, total=False):
    """Options of finished: which sides must be done, whether 'error' counts, `cleanup` (promises only).

    Node: https://nodejs.org/api/stream.html#streamfinishedstream-options-callback
    """

    error: bool
    readable: bool
    writable: bool
    cleanup: bool


class ReadableIteratorOptions(TypedDict, total=False):
    """Options of readable.iterator: `destroyOnReturn` False keeps the stream when the loop is left.

    Node: https://nodejs.org/api/stream.html#readableiteratoroptions
    """

    destroyOnReturn: bool


class ReadableOperatorOptions(Abortable, total=False):
    """Options of map, filter and the like: how many calls run at once, how many results wait.

    Node: https://nodejs.org/api/stream.html#readablemapfn-options
    """

    concurrency: int
    highWaterMark: int


class ArrayOptions(Abortable, total=False):
    """The former name of the options of toArray and the like; use ReadableOperatorOptions."""

    concurrency: int


class ReadableToWebOptions(TypedDict, total=False):
    """Options of Readable.toWeb."""

    strategy: Any
    type: str


class DuplexToWebOptions(TypedDict, total=False):
    """Options of Duplex.toWeb."""

    readableType: str


#: Option functions: their hook and the number of arguments that Node passes.
HOOKS: Final = {
    "read": ("_read", 1),
    "write": ("_write", 3),
    "writev": ("_writev", 2),
    "final": ("_final", 1),
    "destroy": ("_destroy", 2),
    "construct": ("_construct", 1),
    "transform": ("_transform", 3),
    "flush": ("_flush", 1),
}
#: Those that each class uses, in Node's order.
READABLE_HOOKS: Final = ("read", "destroy", "construct")
WRITABLE_HOOKS: Final = ("write", "writev", "destroy", "final", "construct")
DUPLEX_HOOKS: Final = ("read", "write", "writev", "destroy", "final", "construct")
TRANSFORM_HOOKS: Final = ("transform", "flush")

_NO_OPTIONS: Final[Mapping[str, Any]] = {}


def merge(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Merge both into one mapping; the caller's is not changed. A non-mapping has no options."""
    if options is None or not isinstance(options, Mapping):
        return keywords or _NO_OPTIONS
    return {**options, **keywords} if keywords else options


def mergeChecked(options: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """As `merge`, where Node insists on an object.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if options is not None:
        validateObject(options, "options")
    return merge(options, keywords)


def adopt(stream: Any, options: Mapping[str, Any], hooks: tuple[str, ...]) -> None:
    """Install the option functions as hooks of this stream."""
    for option in hooks:
        function = options.get(option)
        if callable(function):
            hook, count = HOOKS[option]
            setattr(stream, hook, bind(stream, function, count))


def bind(stream: Any, function: Function, count: int) -> Function:
    """A function that Node calls with `count` arguments, tied to its stream as the file's head says."""
    required = arity(function)[0]
    first = _firstName(function)
    if isCoroutineFunction(function):
        function = driven(function)
    if required == count + 1 or first == "self":
        return fit(functools.partial(function, stream), count)
    return fit(function, count)


def _firstName(function: Function) -> str:
    code = getattr(function, "__code__", None) if isinstance(function, FunctionType) else None
    return code.co_varnames[0] if code is not None and code.co_argcount else ""
