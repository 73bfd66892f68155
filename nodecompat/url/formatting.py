"""`url.format`, of a `URL` and of the parts of a legacy one.

Node: https://nodejs.org/api/url.html#urlformaturl-options
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from ..errors import ERR_INVALID_ARG_TYPE
from ..optionbags import check
from ..validators import validateObject
from .legacy import formatLegacy
from .whatwg import URL, domainToUnicode

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["URLFormatOptions", "format"]


class URLFormatOptions(TypedDict, total=False):
    """What `format` writes of a `URL`.

    Options:
        auth: User and password; True by default.
        fragment: "#…"; True by default.
        search: "?…"; True by default.
        unicode: The host in Unicode; False by default.
    """

    auth: bool
    fragment: bool
    search: bool
    unicode: bool


def format(urlObject: Any, options: None = None, **keywords: Unpack[URLFormatOptions]) -> str:
    """The text of a URL: of a `URL`, with options, or of parts as `parse` gives them.

    Args:
        urlObject: a `URL`; a `Url` or a mapping with such parts; or a text, which is parsed first.
        options: URLFormatOptions, as a mapping or as keywords; for a `URL` only.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/url.html#urlformaturl-options
    """
    check(URLFormatOptions, options, keywords)
    if urlObject is None or isinstance(urlObject, (int, float)):
        raise ERR_INVALID_ARG_TYPE("urlObject", ["Object", "string"], urlObject)
    if not isinstance(urlObject, URL):
        return formatLegacy(urlObject)
    if options is not None:
        validateObject(options, "options")
    given: Mapping[str, Any] = {**(options or {}), **keywords}
    hostname = domainToUnicode(urlObject.hostname) if given.get("unicode") else urlObject.hostname
    user = f"{urlObject.username}{':' + urlObject.password if urlObject.password else ''}"
    start = urlObject.href[: len(urlObject.protocol) + 2]
    if not start.endswith("//"):
        start, hostname = urlObject.protocol, ""
    return "".join(
        (
            start,
            f"{user}@" if user and given.get("auth", True) else "",
            hostname + (f":{urlObject.port}" if urlObject.port else ""),
            urlObject.pathname,
            urlObject.search if given.get("search", True) else "",
            urlObject.hash if given.get("fragment", True) else "",
        )
    )
