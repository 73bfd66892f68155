"""The module `stream`: Readable, Writable, Duplex, Transform, and what connects them.

Follows Node 26; one file per concept. `core/state.py` has the theory. `Readable` and `Writable` share a base that
holds all state in slots (`core/base.py`).
"""

from __future__ import annotations

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
from .core.state import getDefaultHighWaterMark, setDefaultHighWaterMark
from .core.transform import Transform
from .core.writable import Writable
from .helpers.addabortsignal import addAbortSignal
from .helpers.compose import compose
from .helpers.destroy import destroy
from .helpers.finished import finished
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


def __getattr__(name: str) -> Any:
    if name in ("consumers", "promises"):
        import importlib

        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
