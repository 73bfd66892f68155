"""FormData: the fields of a form, and its two encodings. Node: https://nodejs.org/api/globals.html#class-formdata"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from ..blob import Blob, File
from ..errors import toText
from ..events import fit
from ..mime import typeOfMessage
from ..texts import wellFormed
from . import multipart
from .failures import typeError

FormDataValue = Any  # a text or a File


class FormData:
    """Fields in insertion order; a value is a text or a File.

    Example:
        form = FormData()
        form.append("name", "Ada")
        form.append("photo", Blob([photo], type="image/png"), "ada.png")
        await fetch(url, method="POST", body=form)
    Node: https://nodejs.org/api/globals.html#class-formdata
    """

    __slots__ = ("_fields_", "_next_", "_places_")

    def __init__(self) -> None:
        self._fields_: dict[int, tuple[str, FormDataValue]] = {}  # by place
        self._places_: dict[str, list[int]] = {}
        self._next_ = 0

    def append(self, name: Any, value: Any, filename: Any = None) -> None:
        """Add a field.

        Args:
            value: a text, or a Blob, which becomes a File.
            filename: the name of the file; that of the File, or "blob".
        Raises: a TypeError for a `filename` of what is no Blob.
        """
        field = _field("append", name, value, filename)
        self._fields_[self._next_] = field
        self._places_.setdefault(field[0], []).append(self._next_)
        self._next_ += 1

    def set(self, name: Any, value: Any, filename: Any = None) -> None:
        """Replace all fields of a name, in the place of the first; arguments and errors as of `append`."""
        field = _field("set", name, value, filename)
        places = self._places_.get(field[0])
        if places is None:
            self.append(name, value, filename)
            return
        self._fields_[places[0]] = field
        for place in places[1:]:
            del self._fields_[place]
        del places[1:]

    def delete(self, name: Any) -> None:
        """Remove all fields of a name."""
        for place in self._places_.pop(_text(name), ()):
            del self._fields_[place]

    def get(self, name: Any) -> FormDataValue | None:
        """The first value of a name, or None."""
        values = self.getAll(name)
        return values[0] if values else None

    def getAll(self, name: Any) -> list[FormDataValue]:
        """All values of a name."""
        return [self._fields_[place][1] for place in self._places_.get(_text(name), ())]

    def has(self, name: Any) -> bool:
        """Whether there is such a field."""
        return _text(name) in self._places_

    def keys(self) -> Iterator[str]:
        """The names. Node: https://nodejs.org/api/globals.html#class-formdata"""
        return iter([name for name, _ in self._fields_.values()])

    def values(self) -> Iterator[FormDataValue]:
        """The values. Node: https://nodejs.org/api/globals.html#class-formdata"""
        return iter([value for _, value in self._fields_.values()])

    def entries(self) -> Iterator[tuple[str, FormDataValue]]:
        """Pairs of name and value. Node: https://nodejs.org/api/globals.html#class-formdata"""
        return iter(list(self._fields_.values()))

    def forEach(self, callback: Callable[..., object], thisArg: Any = None) -> None:
        """Call `callback(value, name, formData)` for each. Node: https://nodejs.org/api/globals.html#class-formdata"""
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
        return f"FormData({list(self)!r})"


def _text(value: Any) -> str:
    return wellFormed(toText(value))


def _field(method: str, name: Any, value: Any, filename: Any) -> tuple[str, FormDataValue]:
    if isinstance(value, Blob):
        if filename is not None or not isinstance(value, File):
            value = File([value], "blob" if filename is None else filename, type=value.type)
        return _text(name), value
    if filename is not None:
        raise typeError(f'FormData.{method}: Expected value (""{value}"") to be an instance of Blob.')
    return _text(name), _text(value)


# -- the encodings


def _valueOf(part: multipart.Part) -> FormDataValue:
    if part.filename is None:
        return part.content.decode("utf-8", "replace")
    return File([part.content], part.filename, type=part.type)


def encode(form: FormData) -> tuple[bytes, str]:
    """The body, as multipart/form-data, and its Content-Type."""
    return multipart.encode(form)


def decode(content: bytes, contentType: str | None) -> FormData:
    """The form in a body of this Content-Type."""
    kind = typeOfMessage(contentType)
    essence = kind and kind.essence
    form = FormData()
    if kind is not None and essence == "multipart/form-data":
        boundary = kind.params.get("boundary")
        if boundary is None:
            raise multipart.broken("missing boundary in content-type header")
        for part in multipart.decode(content, boundary):
            form.append(part.name, _valueOf(part))
        return form
    if essence != "application/x-www-form-urlencoded":
        raise typeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".')
    for name, value in parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True):
        form.append(name, value)
    return form
