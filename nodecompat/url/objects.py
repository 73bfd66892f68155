"""The URLs of Blobs: `URL.createObjectURL`, `URL.revokeObjectURL` and `buffer.resolveObjectURL`.

Node: https://nodejs.org/api/url.html#urlcreateobjecturlblob
"""

from __future__ import annotations

import secrets
import uuid

import ada_url

from ..blob import Blob
from ..errors import ERR_INVALID_ARG_TYPE, toText
from ..texts import wellFormed

__all__ = ["createObjectURL", "resolveObjectURL", "revokeObjectURL"]

_PREFIX = "nodedata:"
_blobs: dict[str, Blob] = {}


def createObjectURL(blob: Blob) -> str:
    """As URL.createObjectURL."""
    if not isinstance(blob, Blob):
        raise ERR_INVALID_ARG_TYPE("obj", "Blob", blob)
    name = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    _blobs[name] = blob
    return f"blob:{_PREFIX}{name}"


def revokeObjectURL(id: str) -> None:
    """As URL.revokeObjectURL."""
    _blobs.pop(_nameIn(id), None)


def resolveObjectURL(id: object) -> Blob | None:
    """The Blob of such a URL; None if it was revoked, or is none.

    Node: https://nodejs.org/api/buffer.html#bufferresolveobjecturlid
    """
    return _blobs.get(_nameIn(toText(id)))


def _nameIn(id: str) -> str:
    try:
        url = ada_url.URL(wellFormed(id))
    except ValueError:
        return ""
    isOurs = url.protocol == "blob:" and url.pathname.startswith(_PREFIX)
    return url.pathname.removeprefix(_PREFIX) if isOurs else ""
