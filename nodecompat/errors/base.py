"""The base classes of every error: Node's `code`, `name` and `message` on a Python exception.

`NodeError` is Node's plain Error, `NodeTypeError` and `NodeRangeError` are TypeError and RangeError (ValueError in
Python). `str(error)` is the message alone, so that a traceback reads `ERR_STREAM_WRITE_AFTER_END: write after end`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .describe import formatted, toText


class NodeError(Exception):
    """An error with Node's `code`, `name` (the JavaScript class) and `message`.

    A subclass per code has the code as its name and sets `text`, the message with places for its arguments.
    Used directly it takes any message and code, for codes that are made by others (OpenSSL's `ERR_SSL_…`).

    Args:
        args: what the places of `text` show; for the plain class the message.
        code: the code, where it is not fixed by the class.
        fields: further attributes of the error.
    Node: https://nodejs.org/api/errors.html#class-error
    """

    text = ""
    name = "Error"
    code: Any = None  # a string; a number in a DOMException
    message: str
    args: tuple[Any, ...]

    def __init__(self, *args: Any, code: str | None = None, **fields: Any) -> None:
        text = self.text
        if text:
            message = text.format(*map(formatted, args)) if args else text
        else:
            message = toText(args[0]) if args else ""
        self._setMessage(message)
        if code is not None:
            self.code = code
        if fields:
            self.__dict__.update(fields)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__name__.startswith("ERR_"):
            cls.code = cls.__name__

    def _setMessage(self, message: str) -> None:
        self.message = message
        self.args = (message,)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The constructor's arguments differ from `args`, so pickle and copy must bypass it.
        return _rebuild, (type(self), self.args), self._state()

    def _state(self) -> dict[str, Any]:
        return dict(self.__dict__)


def _rebuild(cls: type[NodeError], args: tuple[Any, ...]) -> NodeError:
    error = cls.__new__(cls)
    error.args = args
    return error


class NodeTypeError(NodeError, TypeError):
    """An argument of the wrong type or shape: Node's TypeError."""

    name = "TypeError"


class NodeRangeError(NodeError, ValueError):
    """A value outside its range: Node's RangeError."""

    name = "RangeError"


#: Out of stack or of memory. Where Node lets an error pass unheard these are reported all the same.
EXHAUSTED = (RecursionError, MemoryError)


class AbortError(NodeError):
    """An operation was cancelled by an AbortSignal.

    Args:
        message: the text.
        cause: the signal's reason, also as `__cause__` when it is an exception.
    Node: https://nodejs.org/api/errors.html#abort_err
    """

    name = "AbortError"
    code = "ABORT_ERR"

    def __init__(self, message: str = "The operation was aborted", cause: Any = None) -> None:
        super().__init__(message)
        self.cause = cause
        if isinstance(cause, BaseException):
            self.__cause__: BaseException | None = cause

    @classmethod
    def by(cls, signal: Any) -> AbortError:
        """The error for an aborted signal. A foreign signal may have no `reason`."""
        return cls(cause=getattr(signal, "reason", None))


class AggregateError(NodeError):
    """Several errors in one, in `errors`; `code` is the first one's.

    Node: https://nodejs.org/api/errors.html (AggregateError of the language)
    """

    name = "AggregateError"

    def __init__(self, errors: Iterable[BaseException], message: str = "", code: str | None = None) -> None:
        self.errors: list[BaseException] = list(errors)
        if code is None and self.errors:
            code = getattr(self.errors[0], "code", None)
        super().__init__(message, code=code)
