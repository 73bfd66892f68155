"""Paths and file URLs: `fileURLToPath`, `fileURLToPathBuffer`, `pathToFileURL`.

Node: https://nodejs.org/api/url.html#urlfileurltopathurl-options
"""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from ..errors import (
    ERR_INVALID_ARG_TYPE,
    ERR_INVALID_ARG_VALUE,
    ERR_INVALID_FILE_URL_HOST,
    ERR_INVALID_FILE_URL_PATH,
    ERR_INVALID_URI,
    ERR_INVALID_URL,
    ERR_INVALID_URL_SCHEME,
)
from ..optionbags import named
from ..validators import validateString
from .whatwg import URL, domainToUnicode

__all__ = ["fileURLToPath", "fileURLToPathBuffer", "pathToFileURL"]

_IS_WINDOWS = os.name == "nt"
_ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)
_ESCAPED_SLASHES = re.compile("%2f|%5c", re.IGNORECASE)
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DRIVE = re.compile(rb"\\[A-Za-z]:")
_LETTER = re.compile("[A-Za-z][:|]")
#: What of a server's name a URL takes for its host.
_HOST = re.compile("[^/?#]*")
#: The prefix of long names, before a server's.
_EXTENDED = "\\\\?\\UNC\\"
_ROOT = re.compile(r"([A-Za-z]:)|\\\\([.?])(?=\\+[^\\])|\\\\([^\\]+)\\+([^\\]+)")
_SAFE = "!$&'()*+,/:;=@"


@named
def fileURLToPath(url: Any, options: Mapping[str, Any] | None = None, *, windows: bool | None = None) -> str:
    """The path of a file URL: `fileURLToPath("file:///a%20b")` is "/a b".

    Args:
        url: a text or a URL.
        options: `windows`: a path of Windows, as by default there.
    Raises: ERR_INVALID_ARG_TYPE; ERR_INVALID_URL; ERR_INVALID_URL_SCHEME; ERR_INVALID_FILE_URL_HOST for a host;
        ERR_INVALID_FILE_URL_PATH for an escaped slash; ERR_INVALID_URI for what is no UTF-8.
    Node: https://nodejs.org/api/url.html#urlfileurltopathurl-options
    """
    return _path(url, _forWindows(options, windows), True).decode()


@named
def fileURLToPathBuffer(url: Any, options: Mapping[str, Any] | None = None, *, windows: bool | None = None) -> bytes:
    """As `fileURLToPath`, for paths that need not be UTF-8; an escaped slash is a character like any other.

    Node: https://nodejs.org/api/url.html#urlfileurltopathbufferurl-options
    """
    return _path(url, _forWindows(options, windows), False)


def _path(url: Any, windows: bool, isText: bool) -> bytes:
    if isinstance(url, str):
        url = URL(url)
    elif not hasattr(url, "href") or not hasattr(url, "protocol"):
        raise ERR_INVALID_ARG_TYPE("path", ["string", "URL"], url)
    if url.protocol != "file:":
        raise ERR_INVALID_URL_SCHEME("file")
    pathname = url.pathname
    if windows:
        return _windowsPath(url.hostname, pathname, isText)
    if url.hostname not in ("", "localhost"):
        raise ERR_INVALID_FILE_URL_HOST(sys.platform)
    if isText and _ESCAPED_SLASH.search(pathname):
        raise ERR_INVALID_FILE_URL_PATH("must not include encoded / characters")
    return _decoded(pathname, isText)


def _forWindows(options: Mapping[str, Any] | None, windows: bool | None) -> bool:
    found = (options or {}).get("windows") if windows is None else windows
    return _IS_WINDOWS if found is None else bool(found)


def _decoded(pathname: str, isText: bool) -> bytes:
    data = unquote_to_bytes(pathname)
    if isText:
        if _STRAY.search(pathname):
            raise ERR_INVALID_URI()
        try:
            data.decode()
        except UnicodeDecodeError:
            raise ERR_INVALID_URI() from None
    return data


def _windowsPath(hostname: str, pathname: str, isText: bool) -> bytes:
    if isText and _ESCAPED_SLASHES.search(pathname):
        raise ERR_INVALID_FILE_URL_PATH("must not include encoded \\ or / characters")
    path = _decoded(pathname.replace("/", "\\"), isText)
    if hostname:
        return b"\\\\" + domainToUnicode(hostname).encode() + path
    if not _DRIVE.match(path):
        raise ERR_INVALID_FILE_URL_PATH("must be absolute")
    return path[1:]


@named
def pathToFileURL(path: str, options: Mapping[str, Any] | None = None, *, windows: bool | None = None) -> URL:
    """The file URL of a path, which is made absolute: `pathToFileURL("/a b").href` is "file:///a%20b".

    Args:
        path: the path.
        options: `windows`: it is a path of Windows, as by default there.
    Raises: ERR_INVALID_ARG_TYPE; ERR_INVALID_ARG_VALUE for a UNC path without a share.
    Node: https://nodejs.org/api/url.html#urlpathtofileurlpath-options
    """
    validateString(path, "path")
    if _forWindows(options, windows):
        return URL("file://" + _ofWindows(path))
    absolute = posixpath.normpath(posixpath.join(os.getcwd(), path))
    if absolute.startswith("//"):
        absolute = absolute[1:]  # to posixpath two slashes are another root
    if path.endswith("/") and absolute != "/":
        absolute += "/"
    return URL("file://" + quoted(absolute))


def quoted(path: str) -> str:
    """The path as it stands in a URL."""
    return quote(path.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), _SAFE).replace("~", "%7E")


def _ofWindows(path: str) -> str:
    absolute = path if path.startswith("\\\\") else _resolved(path)
    if absolute.startswith("\\\\"):
        return _ofShare(absolute)
    # Node looks for the separator of the system it runs on: a root gets a second slash elsewhere than on Windows.
    if path[-1:] in ("\\", "/") and not absolute.endswith(os.sep):
        absolute += "/"
    absolute = absolute.replace("\\", "/")
    return quoted(absolute if absolute.startswith("/") else "/" + absolute)


def _ofShare(path: str) -> str:
    """Of a UNC path, or one of a device."""
    begin = len(_EXTENDED) if path.startswith(_EXTENDED) else 2
    end = path.find("\\", begin)
    if end < 0:
        raise ERR_INVALID_ARG_VALUE("path", path, "Missing UNC resource path")
    if end == 2:
        raise ERR_INVALID_ARG_VALUE("path", path, "Empty UNC servername")
    host = _HOST.match(path, begin, end)[0]  # type: ignore[index] # it may be empty
    if _LETTER.fullmatch(host):  # to a URL's parser it is none of a host's
        raise ERR_INVALID_URL(host)
    return host + quoted(path[end:].replace("\\", "/"))


def _resolved(path: str) -> str:
    """What Node's path.win32.resolve makes of it: of a drive's path without a root, and of one without a drive.

    Windows has a working directory for each drive; another system has one, without a drive, for all.
    """
    device, rest = _split(path.replace("/", "\\"))
    if not (rest.startswith("\\") or device.startswith("\\")):
        here = os.environ.get("=" + device.upper(), "") if device else ""
        own, folder = _split((here or os.getcwd()).replace("/", "\\"))
        if device and own.lower() not in (device.lower(), ""):  # Node begins at the drive's root
            folder = "\\"
        device, rest = device or own, f"{folder}\\{rest}"
    elif not device:
        device = _split(os.getcwd())[0]
    parts: list[str] = []
    for part in rest.split("\\"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return device + "\\" + "\\".join(parts)


def _split(path: str) -> tuple[str, str]:
    """A drive, a share or a device, and what follows."""
    found = _ROOT.match(path)
    if found is None:
        return "", path
    drive, device, server, share = found.groups()
    return drive or (f"\\\\{device}" if device else f"\\\\{server}\\{share}"), path[found.end() :]
