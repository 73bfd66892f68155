"""A coroutine that the program has made and nobody runs: `main()` in place of `run(main)`.

In JavaScript a call starts an async function, so this is a mistake of everyone who ports one. Python warns, but cannot
know what to do about it. It keeps the text of each warning among the names of the module that it was given for
(`__warningregistry__`, see `warnings.warn_explicit`), which costs nothing to look at.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from typing import Any

_neverAwaited = re.compile(r"coroutine '(?:.*\.)?(\w+)' was never awaited").fullmatch


def forgottenCoroutine(names: Mapping[str, Any]) -> str | None:
    """The name of a coroutine function whose result a module has dropped, or holds without running it."""
    for key in names.get("__warningregistry__", ()):
        found = _neverAwaited(key[0]) if isinstance(key, tuple) and isinstance(key[0], str) else None
        if found:
            return found[1]
    for value in list(names.values()):
        if inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
            return str(value.__name__)
    return None


def warn(names: Mapping[str, Any]) -> bool:
    """Say what to do about such a coroutine of a module, if there is one."""
    name = forgottenCoroutine(names)
    if name is not None:
        print(
            f"nodecompat: {name}() was called, but a coroutine does not run by itself: write run({name})",
            file=sys.stderr,
        )
    return name is not None


def warnOfMain() -> bool:
    """`warn` for the program's main module."""
    return warn(vars(sys.modules["__main__"]))
