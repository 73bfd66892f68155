"""The work of `glob`: the paths that match patterns.

A pattern is made of parts between slashes: `*`, `?`, `[a-z]`, `+(a|b)` and the like stand for names, `**` for any
number of directories; `{a,b}` is written out first. A name that begins with a dot is matched by a pattern that does.
As in Node a backslash is a slash, on every system: nothing is escaped, but a sign in brackets stands for itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ...coercion import PRIMITIVES
from ...errors import ERR_INVALID_ARG_TYPE
from ...validators import (
    isTruthy,
    validateArray,
    validateBoolean,
    validateFunction,
    validateObject,
    validateString,
    validateStringArray,
)
from . import arguments as a
from .entries import Dirent, kindOf

__all__ = ["Globbing", "braces", "fits", "globbing", "matcher", "partsOf"]

_MAGIC = re.compile(r"[*?\[]|[+@!]\(")
_OPEN = re.compile(r"(?<!\$)\{")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\Z|([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?\Z")
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "xdigit": "0-9a-fA-F",
    "word": r"\w",
}
_STAR = "[^/]*?"
_EXTENDED = {"?": ")?", "+": ")+", "*": ")*", "@": ")"}


def braces(pattern: str) -> list[str]:
    """`{a,b}` and `{1..3}` written out."""
    opening = _OPEN.search(pattern)
    if opening is None:
        return [pattern]
    start = opening.start()
    end, parts = _closing(pattern, start)
    if end is None:
        return [pattern]
    before, after = pattern[:start], pattern[end + 1 :]
    if len(parts) == 1:
        found = _RANGE.match(parts[0])
        if found is None:
            # Nothing to choose from: the braces stand for themselves, what is in them may hold others.
            inner = [f"{{{each}}}" for each in braces(parts[0])]
            return [before + each + rest for each in inner for rest in braces(after)]
        choices = _range(found)
    else:
        choices = [each for part in parts for each in braces(part)]
    return [before + each + rest for each in choices for rest in braces(after)]


def _closing(pattern: str, start: int) -> tuple[int | None, list[str]]:
    """Where the brace is closed, and what is between its commas."""
    depth, parts, begin, index = 0, list[str](), start + 1, start + 1
    while index < len(pattern):
        sign = pattern[index]
        if sign == "{":
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
        elif sign == "}":
            return index, [*parts, pattern[begin:index]]
        elif sign == "," and not depth:
            parts.append(pattern[begin:index])
            begin = index + 1
        index += 1
    return None, []


def _range(found: re.Match[str]) -> list[str]:
    if found[1] is not None:
        first, last, step = int(found[1]), int(found[2]), abs(int(found[3] or 1)) or 1
        width = max(len(found[1]), len(found[2])) if re.match(r"-?0\d", found[1]) or re.match(r"-?0\d", found[2]) else 0
        numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
        return [str(each).zfill(width) for each in numbers]
    first, last, step = ord(found[4]), ord(found[5]), abs(int(found[6] or 1)) or 1
    letters = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    return [chr(each) for each in letters]


@lru_cache(512)
def matcher(part: str) -> re.Pattern[str]:
    """The expression of one part of a pattern, for whole names."""
    body, _ = _translated(part, 0, "")
    # A wildcard at the beginning does not stand for a dot, and never for nothing at all.
    # (As in Node it does where it is a group that may be empty.)
    guard = r"(?!\.)" if _MAGIC.match(part) and part[:2] not in ("*(", "?(") else ""
    return re.compile(f"{guard}(?=.){body}\\Z", re.DOTALL)


def _translated(part: str, index: int, ends: str) -> tuple[str, int]:
    """The expression of a part up to one of the signs `ends`, and where that is."""
    found: list[str] = []
    while index < len(part) and part[index] not in ends:
        sign = part[index]
        if sign in "?*+@!" and part[index + 1 : index + 2] == "(":
            body, index = _group(part, index)
        elif sign == "*":
            body, index = _STAR, index + 1
        elif sign == "?":
            body, index = "[^/]", index + 1
        elif sign == "[":
            body, index = _class(part, index)
        else:
            body, index = re.escape(sign), index + 1
        found.append(body)
    return "".join(found), index


def _group(part: str, index: int) -> tuple[str, int]:
    """`+(a|b)` and its kin; without its end the signs stand for themselves."""
    kind, start = part[index], index
    choices: list[str] = []
    index += 2
    while True:
        body, index = _translated(part, index, "|)")
        choices.append(body)
        if index >= len(part):
            first = {"*": _STAR, "?": "[^/]"}.get(kind, re.escape(kind))
            return first, start + 1
        index += 1
        if part[index - 1] == ")":
            break
    inner = "|".join(choices)
    if kind == "!":
        rest, _ = _translated(part, index, "|)")
        return f"(?!(?:{inner}){rest}\\Z){_STAR}", index
    return f"(?:{inner}{_EXTENDED[kind]}", index


def _class(part: str, index: int) -> tuple[str, int]:
    """`[a-z]`, `[!a-z]`, `[[:digit:]]`; without its end the bracket stands for itself."""
    place = index + 1
    negated = part[place : place + 1] in ("!", "^")
    place += negated
    found: list[str] = []
    first = True
    while place < len(part) and (part[place] != "]" or first):
        first = False
        if part.startswith("[:", place) and (end := part.find(":]", place)) != -1 and part[place + 2 : end] in _CLASSES:
            found.append(_CLASSES[part[place + 2 : end]])
            place = end + 2
            continue
        sign = re.escape(part[place])
        if part[place + 1 : place + 2] == "-" and part[place + 2 : place + 3] not in ("]", ""):
            last = part[place + 2]
            if part[place] <= last:
                found.append(f"{sign}-{re.escape(last)}")
            place += 3
            continue
        found.append(sign)
        place += 1
    if place >= len(part):
        return re.escape(part[index]), index + 1
    if not found:
        return "(?!)", place + 1
    return f"[{'^' if negated else ''}{''.join(found)}]", place + 1


@dataclass
class Globbing:
    """One search. `matches()` may run in any thread, unless `exclude` is a function of the program's."""

    patterns: list[list[str]]
    cwd: str
    isExcluded: Callable[[Any], Any] | None
    excluded: list[list[str]]
    withFileTypes: bool
    followSymlinks: bool
    seen: set[str] = field(default_factory=set)
    onlyFolders: bool = False

    def matches(self) -> Iterator[Any]:
        """Paths, or Dirents, as they are found."""
        for parts in self.patterns:
            if not parts:
                continue
            # With a slash at its end a pattern is one of directories.
            self.onlyFolders = len(parts) > 1 and parts[-1] == ""
            if self.onlyFolders:
                parts = parts[:-1]
            if parts[0] == "":  # absolute
                yield from self._walk("/", parts[1:])
            else:
                yield from self._walk("", parts)

    def _full(self, path: str) -> str:
        return os.path.join(self.cwd, path) if path else self.cwd

    def _walk(self, base: str, parts: list[str], isDeep: bool = False) -> Iterator[Any]:
        """What matches below `base`, the part of the path that is known; `**` (isDeep) follows no links."""
        fixed, rest = _leading(parts)
        for index, each in enumerate(fixed):
            isLast = index == len(fixed) - 1 and not rest
            base = os.path.normpath(os.path.join(base, each))
            if isDeep and not isLast and not self._isFolder(base):
                return
        if not rest:
            if os.path.lexists(self._full(base)):
                yield from self._found(base)
            return
        if rest[0] == "**":
            yield from self._deep(base, rest)
            return
        expression = matcher(rest[0])
        for entry in self._entries(base):
            if not expression.match(entry.name):
                continue
            path = os.path.join(base, entry.name)
            if len(rest) == 1:
                yield from self._found(path, entry)
            elif entry.is_dir(follow_symlinks=self.followSymlinks) and not self._isOut(path, entry):
                yield from self._walk(path, rest[1:], isDeep)

    def _deep(self, base: str, rest: list[str]) -> Iterator[Any]:
        """`**` and what follows it: here, and in every directory below."""
        others = rest[1:]
        while others[:1] == ["**"]:  # several in a row are one
            others = others[1:]
        if others:
            yield from self._walk(base, others, True)
        elif self._isFolder(base):
            yield from self._found(base or ".")
        for entry in self._entries(base):
            if entry.name.startswith("."):
                continue
            path = os.path.join(base, entry.name)
            if entry.is_dir(follow_symlinks=self.followSymlinks):
                if not self._isOut(path, entry):
                    yield from self._deep(path, rest)
            elif not others:
                yield from self._found(path, entry)

    def _isFolder(self, path: str) -> bool:
        full = self._full(path)
        return os.path.isdir(full) and (self.followSymlinks or not os.path.islink(full))

    def _entries(self, base: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._full(base)) as entries:
                return sorted(entries, key=lambda each: each.name.encode("utf-8", "surrogateescape"))
        except OSError:
            return []  # as in Node: what cannot be read holds nothing

    def _isOut(self, path: str, entry: os.DirEntry[str] | None) -> bool:
        if self.isExcluded is not None:
            return bool(self.isExcluded(self._dirent(path, entry) if self.withFileTypes else os.path.basename(path)))
        return any(fits(path.split("/"), each) for each in self.excluded)

    def _found(self, path: str, entry: os.DirEntry[str] | None = None) -> Iterator[Any]:
        if path in self.seen or self._isOut(path, entry) or (self.onlyFolders and not self._isFolder(path)):
            return
        self.seen.add(path)
        yield self._dirent(path, entry) if self.withFileTypes else path

    def _dirent(self, path: str, entry: os.DirEntry[str] | None) -> Dirent:
        full = self._full(path)
        if entry is not None:
            kind = kindOf(entry)
        else:
            kind = "link" if os.path.islink(full) else "directory" if os.path.isdir(full) else "file"
        return Dirent(os.path.basename(full), os.path.dirname(full), kind)


def _leading(parts: list[str]) -> tuple[list[str], list[str]]:
    """The parts that are names, up to the first that is none."""
    index = 0
    while index < len(parts) and parts[index] != "**" and not _MAGIC.search(parts[index]):
        index += 1
    return parts[:index], parts[index:]


def fits(path: list[str], parts: list[str]) -> bool:
    """Whether a whole path matches a pattern."""
    if not parts:
        return not path
    if parts[0] == "**":
        return any(fits(path[index:], parts[1:]) for index in range(len(path) + 1))
    return bool(path) and bool(matcher(parts[0]).match(path[0])) and fits(path[1:], parts[1:])


def partsOf(pattern: str) -> list[list[str]]:
    """The parts between slashes, of each pattern that is written out; several slashes are one, "." is left out."""
    return [_split(written.split("/")) for written in braces(pattern.replace("\\", "/"))]


def _split(parts: list[str]) -> list[str]:
    kept = [each for index, each in enumerate(parts) if (each or index in (0, len(parts) - 1)) and each != "."]
    return kept if kept != [""] else []


def globbing(patterns: Any, options: Any) -> Globbing:
    """Check the arguments of `glob`.

    Raises: ERR_INVALID_ARG_TYPE.
    """
    if options is not None:
        validateObject(options, "options")
    given = a.toBag(options, {})
    if isinstance(patterns, (list, tuple)):
        for index, each in enumerate(patterns):
            validateString(each, f"patterns[{index}]")
    elif isinstance(patterns, PRIMITIVES) or callable(patterns):
        validateString(patterns, "patterns")
        patterns = [patterns]
    else:
        validateArray(patterns, "patterns")
    if given.get("followSymlinks") is not None:
        validateBoolean(given["followSymlinks"], "options.followSymlinks")
    exclude = given.get("exclude")
    isExcluded: Callable[[Any], Any] | None = None
    excluded: list[list[str]] = []
    if isinstance(exclude, (list, tuple)):
        validateStringArray(exclude, "options.exclude")
        excluded = [parts for each in exclude for parts in partsOf(each)]
    elif exclude is not None:
        if not callable(exclude):
            raise ERR_INVALID_ARG_TYPE("options.exclude", ["function", "string[]"], exclude)
        validateFunction(exclude, "options.exclude")
        isExcluded = exclude
    cwd = given.get("cwd")
    where = "." if cwd is None else a.shown(a.toPath(cwd, "options.cwd"))
    return Globbing(
        [parts for each in patterns for parts in partsOf(each)],
        where,
        isExcluded,
        excluded,
        isTruthy(given.get("withFileTypes")),
        bool(given.get("followSymlinks")),
    )
