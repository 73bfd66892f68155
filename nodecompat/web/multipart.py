"""multipart/form-data: the fields of a form in parts between lines that hold a boundary.

What a browser sends is read. A part that is not of this form is an error, never a guess: a delimiter is a whole line,
and the parameters of a header are what stands there, without the encodings of e-mail.

Node: https://nodejs.org/api/globals.html#class-formdata
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .. import encodings
from ..blob import File
from ..errors import ERR_INVALID_URI
from .failures import typeError

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_header = re.compile(rb"[ \t]*(" + _TOKEN + rb")[ \t]*:[ \t]*([^\r\n]*)\r\n").match
_kind = re.compile(rb"form-data(?![^;\s])", re.IGNORECASE).match
_parameter = re.compile(rb"[ \t]*;[ \t]*(" + _TOKEN + rb')(?:=(?:"([^"\r\n]*)"|([^"\r\n;\t ]*)))?').match

_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Part(NamedTuple):
    """One part: a field, or a file if it has a file's name."""

    name: str
    filename: str | None
    type: str
    content: bytes


def encode(fields: Iterable[tuple[str, str | File]]) -> tuple[bytes, str]:
    """The body for these fields, and its Content-Type."""
    boundary = f"----formdata-nodecompat-{secrets.randbelow(10**12):012d}"
    pieces: list[bytes] = []
    for name, value in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_escape(_newlines(name))}"'
        if isinstance(value, File):
            head += f'; filename="{_escape(value.name)}"\r\nContent-Type: {value.type or "application/octet-stream"}'
            content = value._content_
        else:
            content = _newlines(value).encode()
        pieces += head.encode(), b"\r\n\r\n", content, b"\r\n"
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces), f"multipart/form-data; boundary={boundary}"


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def _escape(text: str) -> str:
    return text.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def decode(content: bytes, boundary: str) -> Iterator[Part]:
    """The parts of a body.

    Raises: a TypeError that says in its cause what is wrong.
    """
    delimiter = b"--" + boundary.encode("latin-1")
    place = content.find(delimiter)
    if place < 0:
        raise broken("no boundary found in multipart body")
    while True:
        place += len(delimiter)
        if content.startswith(b"--", place):
            return
        if not content.startswith(b"\r\n", place):
            raise broken("expected CRLF")
        head, place = _readHead(content, place + 2)
        end = content.find(b"\r\n" + delimiter, place)
        if content.startswith(delimiter, place):
            raise broken("expected CRLF")  # some readers would see an empty part here, others go on
        if end < 0:
            raise broken("expected boundary after body")
        yield _part(head, content[place:end])
        place = end + 2


def _readHead(content: bytes, place: int) -> tuple[dict[bytes, bytes], int]:
    """The headers of a part, and where its content begins."""
    head: dict[bytes, bytes] = {}
    while not content.startswith(b"\r\n", place):
        line = _header(content, place)
        if line is None:
            raise broken("header name does not match the field-name token production")
        head[line[1].lower()] = line[2]
        place = line.end()
    return head, place + 2


def _part(head: dict[bytes, bytes], content: bytes) -> Part:
    if b"content-disposition" not in head:
        raise broken("header name is null")
    name, filename = _readDisposition(head[b"content-disposition"])
    if head.get(b"content-transfer-encoding", b"").rstrip(b" \t").lower() == b"base64":
        content = encodings.encode(content.decode("latin-1"), "base64")
    kind = head.get(b"content-type", b"text/plain").rstrip(b" \t")
    return Part(name, filename, kind.decode("ascii") if kind.isascii() else "", content)


def _readDisposition(disposition: bytes) -> tuple[str, str | None]:
    """The name of the field, and of its file."""
    start = _kind(disposition)
    if start is None:
        raise broken("expected form-data for content-disposition header")
    found: dict[bytes, str] = {}
    place = start.end()
    while disposition[place:].strip(b" \t"):
        parameter = _parameter(disposition, place)
        if parameter is None:
            raise broken("expected CRLF")
        name, quoted, plain = parameter.groups()
        value = plain if quoted is None else quoted
        if value is not None and name.endswith(b"*"):
            found[name[:-1].lower()] = _extended(value)
        elif value is not None:
            text = value.decode("utf-8", "replace")
            found[name.lower()] = text.replace("%0A", "\n").replace("%0D", "\r").replace("%22", '"')
        place = parameter.end()
    if b"name" not in found:
        raise broken("name attribute is required in content-disposition header")
    return found[b"name"], found.get(b"filename")


def _extended(value: bytes) -> str:
    """A value in the form `utf-8''…`."""
    charset, quote, text = value.partition(b"''")
    if not quote or charset.lower() != b"utf-8":
        raise broken("unknown encoding, expected utf-8''")
    if _STRAY.search(text):
        raise ERR_INVALID_URI()
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise ERR_INVALID_URI() from None


def broken(why: str) -> Exception:
    """What a body that is not of this form fails with."""
    return typeError("Failed to parse body as FormData.", typeError(why))
