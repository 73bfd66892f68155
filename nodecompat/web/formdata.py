"""FormData: the fields of a form, and its two encodings. Node: globals.html#class-formdata"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from ..blob import Blob, File
from ..events import fit
from .failures import typeError

FormDataValue = Any  # a text or a File


class FormData:
    """Fields in insertion order; a value is a text or a File.

    Node: globals.html#class-formdata
    """

    __slots__ = ("_fields_",)

    def __init__(self) -> None:
        self._fields_: list[tuple[str, FormDataValue]] = []

    def append(self, name: str, value: Any, filename: str | None = None) -> None:
        """Add a field. Node: globals.html#class-formdata"""
        self._fields_.append(_field("append", name, value, filename))

    def set(self, name: str, value: Any, filename: str | None = None) -> None:
        """Replace all fields of a name, in the place of the first. Node: globals.html#class-formdata"""
        field = _field("set", name, value, filename)
        place = next((index for index, (key, _) in enumerate(self._fields_) if key == name), len(self._fields_))
        before = self._fields_[:place]
        self._fields_ = [*before, field, *(pair for pair in self._fields_[place:] if pair[0] != name)]

    def delete(self, name: str) -> None:
        """Remove all fields of a name. Node: globals.html#class-formdata"""
        self._fields_ = [pair for pair in self._fields_ if pair[0] != name]

    def get(self, name: str) -> FormDataValue | None:
        """The first value of a name, or None. Node: globals.html#class-formdata"""
        return next((value for key, value in self._fields_ if key == name), None)

    def getAll(self, name: str) -> list[FormDataValue]:
        """All values of a name. Node: globals.html#class-formdata"""
        return [value for key, value in self._fields_ if key == name]

    def has(self, name: str) -> bool:
        """Whether there is such a field. Node: globals.html#class-formdata"""
        return any(key == name for key, _ in self._fields_)

    def keys(self) -> Iterator[str]:
        """The names. Node: globals.html#class-formdata"""
        return iter([name for name, _ in self._fields_])

    def values(self) -> Iterator[FormDataValue]:
        """The values. Node: globals.html#class-formdata"""
        return iter([value for _, value in self._fields_])

    def entries(self) -> Iterator[tuple[str, FormDataValue]]:
        """Pairs of name and value. Node: globals.html#class-formdata"""
        return iter(list(self._fields_))

    def forEach(self, callback: Callable[..., object], thisArg: Any = None) -> None:
        """Call `callback(value, name, formData)` for each. Node: globals.html#class-formdata"""
        call = fit(callback, 3)
        for name, value in self.entries():
            call(value, name, self)

    def __iter__(self) -> Iterator[tuple[str, FormDataValue]]:
        return self.entries()

    def __getitem__(self, name: str) -> FormDataValue:
        if not self.has(name):
            raise KeyError(name)
        return self.get(name)

    def __repr__(self) -> str:
        return f"FormData({self._fields_!r})"


def _field(method: str, name: Any, value: Any, filename: str | None) -> tuple[str, FormDataValue]:
    if filename is not None and not isinstance(value, Blob):
        raise typeError(f'FormData.{method}: Expected value (""{value}"") to be an instance of Blob.')
    if isinstance(value, Blob):
        if filename is not None or not isinstance(value, File):
            value = File([value], "blob" if filename is None else filename, type=value.type)
        return str(name), value
    return str(name), str(value)


# -- the encodings


def encode(form: FormData) -> tuple[bytes, str]:
    """The body, as multipart/form-data, and its Content-Type."""
    boundary = f"----formdata-nodecompat-{secrets.randbelow(10**12):012d}"
    parts: list[bytes] = []
    for name, value in form:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_escape(_newlines(name))}"'
        if isinstance(value, File):
            head += f'; filename="{_escape(value.name)}"\r\nContent-Type: {value.type or "application/octet-stream"}'
            content = value._content_
        else:
            content = _newlines(value).encode("utf-8", "replace")
        parts += head.encode("utf-8", "replace"), b"\r\n\r\n", content, b"\r\n"
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def _escape(text: str) -> str:
    return text.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def decode(content: bytes, contentType: str | None) -> FormData:
    """The form in a body of this Content-Type."""
    message = Message()
    message["content-type"] = contentType or ""
    kind = (contentType or "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        form = FormData()
        for name, value in parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True):
            form.append(name, value)
        return form
    if kind != "multipart/form-data":
        raise typeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".')
    boundary = message.get_boundary()
    if not boundary:
        raise _broken("missing boundary in content-type header")
    return _decodeMultipart(content, b"--" + boundary.encode("latin-1", "replace"))


def _broken(why: str) -> Exception:
    return typeError("Failed to parse body as FormData.", typeError(why))


def _decodeMultipart(content: bytes, boundary: bytes) -> FormData:
    if not content.startswith(boundary) and b"\r\n" + boundary not in content:
        raise _broken("no boundary found in multipart body")
    _, *parts = (b"\r\n" + content).split(b"\r\n" + boundary)
    if not parts or not parts[-1].startswith(b"--"):
        raise _broken("expected end boundary")
    form = FormData()
    for part in parts[:-1]:
        head, blank, body = part.partition(b"\r\n\r\n")
        if not blank:
            raise _broken("expected CRLF")
        _decodePart(form, head.decode("utf-8", "replace"), body)
    return form


def _decodePart(form: FormData, head: str, body: bytes) -> None:
    fields = {}
    for line in head.split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields[name.strip().lower()] = value.strip()
    parameters = _parameters(fields.get("content-disposition", ""))
    if "name" not in parameters:
        raise _broken("no name in content-disposition")
    if "filename" in parameters:
        kind = fields.get("content-type", "text/plain")
        form.append(parameters["name"], File([body], parameters["filename"], type=kind))
    else:
        form.append(parameters["name"], body.decode("utf-8", "replace"))


def _parameters(disposition: str) -> dict[str, str]:
    """The parameters of a Content-Disposition, in which a quote is written %22 and a backslash means itself."""
    found: dict[str, str] = {}
    rest = disposition.partition(";")[2]
    while rest.strip():
        name, _, rest = rest.strip().partition("=")
        if rest.startswith('"'):
            value, _, rest = rest[1:].partition('"')
            rest = rest.partition(";")[2]
        else:
            value, _, rest = rest.partition(";")
        text = value.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
        found.setdefault(name.strip().lower(), text)
    return found
