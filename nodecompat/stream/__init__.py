"""The module `stream`: Readable, Writable, Duplex, Transform, and what connects them.

Follows Node 26; one file per concept. `core/state.py` has the theory. `Readable` and `Writable` share a base that
holds all state in slots (`core/base.py`).

Node: https://nodejs.org/api/stream.html
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .core.duplex import Duplex, duplexPair
from .core.legacy import Stream
from .core.options import (
    Abortable,
    ArrayOptions,
    DuplexOptions,
    DuplexToWebOptions,
    FinishedOptions,
    PipelineOptions,
    PipeOptions,
    ReadableIteratorOptions,
    ReadableOperatorOptions,
    ReadableOptions,
    ReadableToWebOptions,
    StreamOptions,
    TransformOptions,
    WritableOptions,
)
from .core.passthrough import PassThrough
from .core.predicates import isDestroyed, isDisturbed, isErrored, isReadable, isWritable
from .core.readable import Readable
from .core.seam import seam
from .core.state import getDefaultHighWaterMark, setDefaultHighWaterMark
from .core.transform import Transform
from .core.writable import Writable
from .helpers.addabortsignal import addAbortSignal
from .helpers.compose import compose
from .helpers.destroy import destroy
from .helpers.duplexify import duplexify
from .helpers.ends import sinkOf
from .helpers.finished import dispose, finished
from .helpers.from_ import fromIterable
from .helpers.iterator import ReadableIterator
from .helpers.operators import Operators
from .helpers.pipeline import pipeline

if TYPE_CHECKING:
    from . import consumers, promises

__all__ = [
    "Abortable",
    "ArrayOptions",
    "Duplex",
    "DuplexOptions",
    "DuplexToWebOptions",
    "FinishedOptions",
    "PassThrough",
    "PipeOptions",
    "PipelineOptions",
    "Readable",
    "ReadableIteratorOptions",
    "ReadableOperatorOptions",
    "ReadableOptions",
    "ReadableToWebOptions",
    "Stream",
    "StreamOptions",
    "Transform",
    "TransformOptions",
    "Writable",
    "WritableOptions",
    "addAbortSignal",
    "compose",
    "consumers",
    "destroy",
    "duplexPair",
    "finished",
    "getDefaultHighWaterMark",
    "isDestroyed",
    "isDisturbed",
    "isErrored",
    "isReadable",
    "isWritable",
    "pipeline",
    "promises",
    "setDefaultHighWaterMark",
]


def _ofWeb(name: str) -> Callable[..., Any]:
    """A function of `web/adapters`, which is loaded when it is needed first."""

    def call(*args: Any) -> Any:
        from .web import adapters

        return getattr(adapters, name)(*args)

    return call


def _install() -> None:
    """Give the streams what is built on them: see `core/seam.py`."""
    for name, method in vars(Operators).items():
        if isinstance(method, FunctionType):
            setattr(Readable, name, method)
    seam.ReadableIterator = ReadableIterator
    seam.addAbortSignal = addAbortSignal
    seam.dispose = dispose
    seam.duplexify = duplexify
    seam.fromIterable = fromIterable
    seam.sinkOf = sinkOf
    for side in ("duplex", "readable", "writable"):
        for way in (f"{side}FromWeb", f"{side}ToWeb"):
            setattr(seam, way, _ofWeb(way))
    seam.watchWebStream = _ofWeb("watchWebStream")


_install()


def __getattr__(name: str) -> Any:
    if name in ("consumers", "promises", "web"):
        import importlib

        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
