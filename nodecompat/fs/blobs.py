"""`openAsBlob`: a file as a Blob.

The file is read when the Blob is made, in a thread. Differs: in Node it is read when the Blob is, which fails when the
file has changed meanwhile.

Node: https://nodejs.org/api/fs.html#fsopenasblobpath-options
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from ..blob import Blob
from ..optionbags import named
from ..validators import validateString
from .operations import arguments as a
from .operations.contents import readFile
from .options import OpenAsBlobOptions
from .running import promised

__all__ = ["openAsBlob", "openAsBlobSync"]


@named
def openAsBlob(
    path: a.PathLike, options: OpenAsBlobOptions | Mapping[str, Any] | None = None, *, type: str | None = None
) -> Deferred[Blob]:
    """A file as a Blob.

    Args: options: `type`: the media type ("").
    Returns: a Deferred of a Blob.
    Node: https://nodejs.org/api/fs.html#fsopenasblobpath-options
    """
    kind = _type(options, type)
    return promised(readFile, a.noDescriptor(path), {}).addCallback(lambda data: Blob([data], {"type": kind}))


@named
def openAsBlobSync(
    path: a.PathLike, options: OpenAsBlobOptions | Mapping[str, Any] | None = None, *, type: str | None = None
) -> Blob:
    """A file as a Blob.

    Args: options: `type`: the media type ("").
    Node: https://nodejs.org/api/fs.html#fsopenasblobpath-options
    """
    return Blob([readFile(a.noDescriptor(path), {})()], {"type": _type(options, type)})


def _type(options: Any, type: str | None) -> str:
    found = a.toBag(options, a.given(type=type)).get("type")
    if found is None:
        return ""
    validateString(found, "options.type")
    return str(found)
