"""`util.diff`: what to insert and delete to make one text of another.

Node: https://nodejs.org/api/util.html#utildiffactual-expected
"""

from __future__ import annotations

from collections.abc import Sequence

from ..validators import validateString, validateStringArray

__all__ = ["DiffEntry", "diff"]

#: -1 for an item of `expected` only, 1 for one of `actual` only, 0 for one of both; and the item.
DiffEntry = tuple[int, str]


def diff(actual: str | Sequence[str], expected: str | Sequence[str]) -> list[DiffEntry]:
    """The shortest way from one text to the other: `diff("ab", "ac")` is `[(0, "a"), (1, "b"), (-1, "c")]`.

    Args: actual, expected: texts, which are compared by character, or lists of texts.
    Returns: the entries in order; none for two equal texts.
    Raises: ERR_INVALID_ARG_TYPE.
    Node: https://nodejs.org/api/util.html#utildiffactual-expected
    """
    for value, name in ((actual, "actual"), (expected, "expected")):
        if isinstance(value, (list, tuple)):
            validateStringArray(value, name)
        else:
            validateString(value, name)
    if isinstance(actual, str) and actual == expected:
        return []
    ones, twos = list(actual), list(expected)
    return _walk(ones, twos, _reach(ones, twos))


def _reach(ones: list[str], twos: list[str]) -> list[dict[int, int]]:
    """Myers' greedy search: per number of changes, how far into `ones` each diagonal gets."""
    far, history = {1: 0}, []
    for changes in range(len(ones) + len(twos) + 1):
        history.append(dict(far))
        for diagonal in range(-changes, changes + 1, 2):
            x = _start(far, diagonal, changes)
            y = x - diagonal
            while x < len(ones) and y < len(twos) and ones[x] == twos[y]:
                x, y = x + 1, y + 1
            far[diagonal] = x
            if x >= len(ones) and y >= len(twos):
                return history
    raise AssertionError("unreachable: deleting all and inserting all is a way")


def _start(far: dict[int, int], diagonal: int, changes: int) -> int:
    isDown = diagonal == -changes or (diagonal != changes and far[diagonal - 1] < far[diagonal + 1])
    return far[diagonal + 1] if isDown else far[diagonal - 1] + 1


def _walk(ones: list[str], twos: list[str], history: list[dict[int, int]]) -> list[DiffEntry]:
    """The way back from the end."""
    x, y = len(ones), len(twos)
    found: list[DiffEntry] = []
    for changes in range(len(history) - 1, -1, -1):
        far, diagonal = history[changes], x - y
        isDown = diagonal == -changes or (diagonal != changes and far[diagonal - 1] < far[diagonal + 1])
        before = diagonal + 1 if isDown else diagonal - 1
        fromX = far[before]
        fromY = fromX - before
        while x > fromX and y > fromY:
            x, y = x - 1, y - 1
            found.append((0, ones[x]))
        if changes > 0:
            if x > fromX:
                x -= 1
                found.append((1, ones[x]))
            else:
                y -= 1
                found.append((-1, twos[y]))
    return found[::-1]
