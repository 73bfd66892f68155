"""The content of a data: URL. Node: https://nodejs.org/api/globals.html#fetch"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from ..abort import DOMException
from ..buffer import atob
from ..errors import ERR_INVALID_MIME_SYNTAX
from ..mime import MIMEType
from ..url import URL

_BLANKS = "\t\n\f\r "
_isBase64 = re.compile(r"(.*); *base64", re.IGNORECASE | re.DOTALL).fullmatch
_DEFAULT_TYPE = "text/plain;charset=US-ASCII"


def readDataUrl(url: URL) -> tuple[str, bytes] | None:
    """Media type and content of a data: URL, None if it has no content: no comma, or base64 that is none."""
    kind, comma, content = url.href.partition("#")[0].removeprefix("data:").partition(",")
    if not comma:
        return None
    data, kind = unquote_to_bytes(content), kind.strip(_BLANKS)
    encoded = _isBase64(kind)
    if encoded is not None:
        try:
            data = atob(data.decode("latin-1")).encode("latin-1")
        except DOMException:
            return None
        kind = encoded[1]
    try:
        return str(MIMEType("text/plain" + kind if kind.startswith(";") else kind)), data
    except ERR_INVALID_MIME_SYNTAX:
        return _DEFAULT_TYPE, data
