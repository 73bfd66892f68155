"""The overloads of a function, from its source: at run time only type checkers know them."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any


def of(function: Callable[..., Any], *, isBound: bool = False) -> list[str]:
    """The signatures, without the names of types that say nothing; none where there is one way only.

    Those by the name of an event are left out: the table of a class's events says the same.
    """
    function = inspect.unwrap(function)
    try:
        file, path = inspect.getsourcefile(function), function.__qualname__.split(".")
    except TypeError:
        return []
    found = [each for each in _functions(file or "", tuple(path)) if not _isByEvent(each)]
    return [_shown(each, isBound) for each in found]


@cache
def _parsed(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text("utf-8")) if Path(file).exists() else ast.Module([], [])


@cache
def _functions(file: str, path: tuple[str, ...]) -> tuple[ast.FunctionDef, ...]:
    """The overloads of what is called `Class.method` in a file."""
    place: list[ast.stmt] = _parsed(file).body
    for name in path[:-1]:
        place = next((each.body for each in _flat(place) if isinstance(each, ast.ClassDef) and each.name == name), [])
    wanted = (each for each in _flat(place) if isinstance(each, ast.FunctionDef) and each.name == path[-1])
    return tuple(each for each in wanted if any("overload" in ast.unparse(one) for one in each.decorator_list))


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for each in body:
        yield each
        if isinstance(each, ast.If):
            yield from _flat(each.body)


def _isByEvent(function: ast.FunctionDef) -> bool:
    return any(each.arg == "eventName" for each in function.args.args)


def _shown(function: ast.FunctionDef, isBound: bool) -> str:
    arguments = ast.unparse(function.args)
    if isBound:
        arguments = re.sub(r"^\w+(?:, |$)", "", arguments)
    returned = f" -> {ast.unparse(function.returns)}" if function.returns is not None else ""
    text = re.sub(r"'([^']*)'", r"\1", f"({arguments}){returned}")
    return re.sub(r": Any\b(?=[,)=]| =)", "", text).removesuffix(" -> Any")
