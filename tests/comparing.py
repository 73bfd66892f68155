"""Functions that run on Node and here, and must return the same: `tests/comparisons/MODULE.cjs` and `MODULE.py`.

A function of one file has its twin of the same name in the other. What Node's return stands in
`tests/data/comparisons/MODULE.json`; record it again with `python tests/comparing.py MODULE`.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import oracle

from nodecompat.records import Record
from nodecompat.symbols import Symbol

HERE = Path(__file__).resolve().parent
#: Modules that have comparisons; "/" of a name is "_".
MODULES = sorted(path.stem for path in (HERE / "comparisons").glob("*.py"))
_SAFE = 2**53
_FLAGS = ["--no-warnings", "--expose-internals", "--experimental-eventsource"]
#: Functions of a module's file that are no twins: tests/inventory.py asks them.
_SPECIAL = {"compared", "needed", "skipped"}


@cache
def twins(name: str) -> ModuleType:
    """The file with our functions."""
    spec = importlib.util.spec_from_file_location(f"comparisons_{name}", HERE / f"comparisons/{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions(name: str) -> dict[str, Callable[[], Any]]:
    """Our functions, by name."""
    module = twins(name)
    found = inspect.getmembers(module, lambda each: inspect.isfunction(each) and each.__module__ == module.__name__)
    return {key: each for key, each in found if not key.startswith("_") and key not in _SPECIAL}


def recorded(name: str) -> dict[str, Any]:
    """What Node's functions returned."""
    found: dict[str, Any] = json.loads((HERE / f"data/comparisons/{name}.json").read_text())
    return found


def fresh(name: str) -> dict[str, Any]:
    """What Node's functions return now."""
    node = oracle.findNode()
    assert node is not None, "mark the test with oracle.needsNode"
    command = [node, *_FLAGS, str(HERE / "comparisons/run.cjs"), name]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


async def play(function: Callable[[], Any]) -> Any:
    """What our function returns, as `run.cjs` writes it."""
    try:
        found = function()
        if inspect.isawaitable(found):
            found = await found
    except Exception as error:
        return {"raises": plain(error)["error"]}
    return plain(found)


def plain(value: Any) -> Any:
    """A value as JSON: what is None in a mapping is left out, since JavaScript has two values for it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Symbol):
        return {"symbol": value.description}
    if isinstance(value, BaseException):
        return {"error": [getattr(value, "code", None) or type(value).__name__, getattr(value, "message", str(value))]}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": bytes(value).decode("latin-1")}
    if isinstance(value, datetime):
        return {"date": round(value.timestamp() * 1000)}
    if isinstance(value, (Mapping, Record)):
        items = {str(key): plain(each) for key, each in {**value}.items()}
        return {key: each for key, each in items.items() if each is not None}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    assert callable(value), f"{value!r} has no form as JSON"
    return {"function": value.__name__}


def _number(value: float) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, int) and abs(value) >= _SAFE:
        return {"integer": str(value)}
    return value


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fresh(name).items()]
        (HERE / f"data/comparisons/{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
