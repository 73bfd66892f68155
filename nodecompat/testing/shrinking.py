"""Makes a failing program smaller: fewer faults, fewer operations, shorter lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

#: How many smaller programs are tried.
TRIES = 400


def shrunk(program: Any, isBroken: Callable[[Any], bool], tries: int = TRIES) -> Any:
    """The smallest program found that is still broken.

    Args:
        program: lists, dicts and plain values, as JSON has them. It is broken.
        isBroken: runs a program and says whether it fails in the same way.
        tries: how often it is asked at most.
    """
    left = tries
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(program):
            if not left:
                return program
            left -= 1
            if isBroken(smaller):
                program, progress = smaller, True
                break
    return program


def _smaller(value: Any) -> Iterator[Any]:
    """Values with something left out: large parts first, then what is inside."""
    if isinstance(value, list):
        size = len(value)
        step = size
        while step:
            for start in range(0, size, step):
                if step < size or size:
                    yield value[:start] + value[start + step :]
            step //= 2
    if isinstance(value, (list, dict)):
        for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
            if isinstance(each, (list, dict)):
                for smaller in _smaller(each):
                    copy: Any = value.copy()
                    copy[key] = smaller
                    yield copy
