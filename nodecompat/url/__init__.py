"""Node's `url` module (26).

`URL` and `URLSearchParams` are the standard's (`whatwg`, `searchparams`), `parse`, `format` and `resolve` are Node's
older reading (`legacy`), and `files` turns paths into URLs and back. Not here: `URLPattern`, which the binding of the
parser does not have.

Node: https://nodejs.org/api/url.html
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
    from .searchparams import URLSearchParams

__all__ = [
    "URL",
    "URLFormatOptions",
    "URLSearchParams",
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
    "URLSearchParams": "searchparams",
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
