"""Calls of the system, whose errors become Node's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ...errors import uvException
from .arguments import shown

T = TypeVar("T")
#: A piece of work: it may be done in any thread.
Work = Callable[[], T]


def system(call: Callable[..., T], *args: Any, syscall: str, path: bytes | None = None, dest: bytes | None = None) -> T:
    """Call the system.

    Raises: the error of Node, with `code`, `errno`, `syscall`, `path` and `dest`.
    """
    try:
        return call(*args)
    except OSError as error:
        raise failure(error, syscall, path, dest) from None


def failure(error: OSError, syscall: str, path: bytes | None = None, dest: bytes | None = None) -> OSError:
    """Node's error for one of Python's."""
    if not error.errno:
        return error
    return uvException(
        -error.errno, syscall, None if path is None else shown(path), None if dest is None else shown(dest)
    )
