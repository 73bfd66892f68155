"""Node's `buffer` module (26): Buffer, and what belongs to it.

Not here, for want of an ArrayBuffer: `buffer.buffer`, `byteOffset`, `parent`.

Node: https://nodejs.org/api/buffer.html
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .core import K_MAX_LENGTH, Buffer
from .texts import atob, btoa, isAscii, isUtf8, transcode

if TYPE_CHECKING:
    from ..blob import Blob, File
    from ..url.objects import resolveObjectURL

__all__ = [
    "INSPECT_MAX_BYTES",
    "Blob",
    "Buffer",
    "File",
    "atob",
    "btoa",
    "constants",
    "isAscii",
    "isUtf8",
    "kMaxLength",
    "kStringMaxLength",
    "resolveObjectURL",
    "transcode",
]

#: How many bytes of a Buffer `util.inspect` shows.
INSPECT_MAX_BYTES = 50
#: The largest Buffer that Node can make, in bytes; Python's limit is the memory.
kMaxLength = K_MAX_LENGTH
#: The longest string that Node can make, in UTF-16 units.
kStringMaxLength = 536870888
#: What brings streams with it is loaded when it is used.
_LATER = {"Blob": "..blob", "File": "..blob", "resolveObjectURL": "..url.objects"}
constants: dict[str, int] = {"MAX_LENGTH": kMaxLength, "MAX_STRING_LENGTH": kStringMaxLength}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
