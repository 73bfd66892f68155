"""What the functions of `crypto` take as data: texts and bytes."""

from __future__ import annotations

from typing import Any

from .. import encodings
from ..errors import ERR_INVALID_ARG_TYPE

VIEWS = ("Buffer", "TypedArray", "DataView")


def octetsOf(value: Any, name: str, kinds: tuple[str, ...]) -> bytes:
    """The bytes of a text (as UTF-8) or of anything bytes-like.

    Args: kinds: the types that the error names.
    Raises: ERR_INVALID_ARG_TYPE.
    """
    data = encodings.encode(value) if isinstance(value, str) else encodings.toBytes(value)
    if data is None:
        raise ERR_INVALID_ARG_TYPE(name, kinds, value)
    return data
