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
    """Options of what an AbortSignal can cancel.

    Options:
        signal: An AbortSignal that destroys the stream, or gives up; none by default.
    """

    signal: Any


class StreamOptions(Abortable, total=False):
    """Options of every stream.

    Also the options of `Abortable`.

    Options:
        emitClose: Emit 'close' when the stream is destroyed; True by default.
        highWaterMark: Bytes that may wait before the source is to pause, with `objectMode` chunks; 65,536 bytes or 16
            chunks by default.
        objectMode: A chunk may be any value but None; False by default: bytes and text.
        construct: The hook `_construct`: `construct(callback)` prepares the stream before it is used; none by default.
        destroy: The hook `_destroy`: `destroy(error, callback)` frees what the stream holds; by default there is
            nothing to free.
        autoDestroy: Destroy the stream after an error, and when both its sides have ended; True by default.
        captureRejections: An error of a listener that is a coroutine function destroys the stream; False by default.
        defaultEncoding: The encoding of text that comes without one; "utf8" by default.
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

    Also the options of `StreamOptions`.

    Options:
        encoding: What bytes are decoded to text by; by default they stay bytes.
        read: The hook `_read`: `read(size)` fetches data and calls `push`; by default ERR_METHOD_NOT_IMPLEMENTED.
    Node: https://nodejs.org/api/stream.html#new-streamreadableoptions
    """

    encoding: str
    read: Function


class WritableOptions(StreamOptions, total=False):
    """Options of Writable.

    Also the options of `StreamOptions`.

    Options:
        decodeStrings: Encode text to bytes before `write` gets it; True by default.
        write: The hook `_write`: `write(chunk, encoding, callback)`; by default ERR_METHOD_NOT_IMPLEMENTED.
        writev: The hook `_writev`: `writev(chunks, callback)` takes all that waits; by default `write` gets one after
            the other.
        final: The hook `_final`: `final(callback)` runs before 'finish'; none by default.
    Node: https://nodejs.org/api/stream.html#new-streamwritableoptions
    """

    decodeStrings: bool
    write: Function
    writev: Function
    final: Function


class FromOptions(ReadableOptions, total=False):
    """Options of Readable.from_; `objectMode` is True by default, but for files.

    Also the options of `ReadableOptions`.

    Options:
        autoClose: A file object is closed with the stream; True by default. Not in Node.
    Node: https://nodejs.org/api/stream.html#streamreadablefromiterable-options
    """

    autoClose: bool


class DuplexOptions(ReadableOptions, WritableOptions, total=False):
    """Options of Duplex.

    Also the options of `ReadableOptions` and `WritableOptions`.

    Options:
        allowHalfOpen: Keep the writable side when the readable one has ended; True by default.
        readable: There is a readable side; True by default.
        writable: There is a writable side; True by default.
        readableObjectMode: `objectMode` of the readable side; False by default.
        writableObjectMode: `objectMode` of the writable side; False by default.
        readableHighWaterMark: `highWaterMark` of the readable side, in bytes or chunks; where `highWaterMark` is given
            it counts. 65,536 or 16 by default.
        writableHighWaterMark: `highWaterMark` of the writable side, in bytes or chunks; where `highWaterMark` is given
            it counts. 65,536 or 16 by default.
        writableCorked: Of no effect; 0 by default.
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

    Also the options of `DuplexOptions`.

    Options:
        transform: The hook `_transform`: `transform(chunk, encoding, callback)`; by default ERR_METHOD_NOT_IMPLEMENTED.
        flush: The hook `_flush`: `flush(callback)` pushes what is left before the end; none by default.
    Node: https://nodejs.org/api/stream.html#new-streamtransformoptions
    """

    transform: Function
    flush: Function


class PipeOptions(TypedDict, total=False):
    """Options of readable.pipe.

    Options:
        end: End the destination when the source ends; True by default.
    Node: https://nodejs.org/api/stream.html#readablepipedestination-options
    """

    end: bool


class PipelineOptions(Abortable, total=False):
    """Options of stream.promises.pipeline.

    Also the options of `Abortable`.

    Options:
        end: End the last stream when the one before it ends; True by default.
    Node: https://nodejs.org/api/stream.html#streampipelinesource-transforms-destination-options
    """

    end: bool


class FinishedOptions(Abortable, total=False):
    """Options of finished.

    Also the options of `Abortable`.

    Options:
        error: An 'error' ends the waiting with this error; True by default.
        readable: Wait for the end of the readable side; whether the stream has one by default.
        writable: Wait for the end of the writable side; whether the stream has one by default.
        cleanup: Remove the listeners when the Deferred has fired (`stream.promises` only); False by default.
    Node: https://nodejs.org/api/stream.html#streamfinishedstream-options-callback
    """

    error: bool
    readable: bool
    writable: bool
    cleanup: bool


class ReadableIteratorOptions(TypedDict, total=False):
    """Options of readable.iterator.

    Options:
        destroyOnReturn: Leaving the loop destroys the stream; True by default.
    Node: https://nodejs.org/api/stream.html#readableiteratoroptions
    """

    destroyOnReturn: bool


class ReadableOperatorOptions(Abortable, total=False):
    """Options of map, filter and the like.

    Also the options of `Abortable`.

    Options:
        concurrency: Calls that run at once; 1 by default.
        highWaterMark: Results that may wait for whoever reads them, beyond those of the calls under way; `concurrency`
            - 1 by default.
    Node: https://nodejs.org/api/stream.html#readablemapfn-options
    """

    concurrency: int
    highWaterMark: int


class ArrayOptions(Abortable, total=False):
    """The former name of the options of toArray and the like; use ReadableOperatorOptions.

    Also the options of `Abortable`.

    Options:
        concurrency: Calls that run at once; 1 by default.
    """

    concurrency: int


class ReadableToWebOptions(TypedDict, total=False):
    """Options of Readable.toWeb.

    Options:
        strategy: A queuing strategy, `{"highWaterMark": …, "size": …}`; that of the Readable by default.
        type: "bytes": a stream of bytes, for readers with a buffer of their own; by default chunks are values.
    """

    strategy: Any
    type: str


class DuplexToWebOptions(TypedDict, total=False):
    """Options of Duplex.toWeb.

    Options:
        readableType: "bytes": a stream of bytes, for readers with a buffer of their own; by default chunks are values.
    """

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
