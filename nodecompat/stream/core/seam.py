"""What streams offer although it is built on them: helpers, and the streams of the web.

This room imports neither of the two; it finds their functions here. `stream/__init__`, which knows all three, fills
them in when the package is imported, before there is any stream. What a stream does for each chunk never goes this way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Seam:
    """The functions of other rooms that this one calls."""

    __slots__ = (
        "ReadableIterator",
        "addAbortSignal",
        "dispose",
        "duplexFromWeb",
        "duplexToWeb",
        "duplexify",
        "fromIterable",
        "readableFromWeb",
        "readableToWeb",
        "sinkOf",
        "watchWebStream",
        "writableFromWeb",
        "writableToWeb",
    )

    ReadableIterator: Callable[..., Any]
    addAbortSignal: Callable[..., Any]
    dispose: Callable[..., Any]
    duplexFromWeb: Callable[..., Any]
    duplexToWeb: Callable[..., Any]
    duplexify: Callable[..., Any]
    fromIterable: Callable[..., Any]
    readableFromWeb: Callable[..., Any]
    readableToWeb: Callable[..., Any]
    sinkOf: Callable[..., Any]
    watchWebStream: Callable[..., Any]
    writableFromWeb: Callable[..., Any]
    writableToWeb: Callable[..., Any]


seam: Seam = Seam()
