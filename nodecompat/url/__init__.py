"""Node's `url` module (26).

`URL` is the standard's reading (`whatwg`), `parse`, `format` and `resolve` are Node's older one (`legacy`), and `files`
turns paths into URLs and back. `URLSearchParams`, `URLPattern` and a URL whose parts can be set are still to come.

Node: url.html
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .whatwg import URL, asUrl, domainToASCII, domainToUnicode, urlToHttpOptions

if TYPE_CHECKING:
    from .files import fileURLToPath, fileURLToPathBuffer, pathToFileURL
    from .formatting import URLFormatOptions, format
    from .legacy import parse
    from .parts import Url
    from .resolving import resolve, resolveObject

__all__ = [
    "URL",
    "URLFormatOptions",
    "Url",
    "asUrl",
    "domainToASCII",
    "domainToUnicode",
    "fileURLToPath",
    "fileURLToPathBuffer",
    "format",
    "parse",
    "pathToFileURL",
    "resolve",
    "resolveObject",
    "urlToHttpOptions",
]
#: What `http` does not need is loaded when it is used.
_LATER = {
    "URLFormatOptions": "formatting",
    "Url": "parts",
    "fileURLToPath": "files",
    "fileURLToPathBuffer": "files",
    "format": "formatting",
    "parse": "legacy",
    "pathToFileURL": "files",
    "resolve": "resolving",
    "resolveObject": "resolving",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module("." + _LATER[name], __name__), name)
    globals()[name] = value
    return value
