"""Runs blocks of the documentation, each in a fork of a process that has the package loaded.

    python tests/docplayer.py FOLDER < blocks.json

The blocks are those of `docblocks.py`, as JSON; a page's files are in FOLDER/page. Prints exit code, output and error
output of each as a JSON list.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import CodeType
from typing import Any

import forked

import nodecompat
from nodecompat.testing import Network

#: What programs take long to load, but for what installs a reactor.
_PRELOADED = ["nodecompat.https", "nodecompat.tls", "nodecompat.cluster", "nodecompat.perf_hooks"]
_PRELOADED += ["twisted.internet.default", "twisted.web.client"]


def play(block: dict[str, Any]) -> tuple[int, str, str]:
    """Run one block."""
    return forked.inFork(lambda: _play(block))


def _play(block: dict[str, Any]) -> None:
    os.chdir(block["folder"])
    sys.path.insert(0, block["folder"])
    sys.argv = [block["path"]]
    if block["isNotebook"]:
        _playInNotebook(block["text"].split("\n\n"))
    elif block["before"] is None and block["after"] is None:
        names = {"__name__": "module" if block["isImported"] else "__main__", "__file__": block["path"]}
        exec(_compiled(block["text"], block["path"]), names)
        _callTests(names)
    else:
        _playOnNetwork([("before", block["before"]), (block["path"], block["text"]), ("after", block["after"])])


def _compiled(source: str, name: str, flags: int = 0) -> CodeType:
    """Code in which asserts hold, also under `python -O`."""
    return compile(source, name, "exec", flags, optimize=0)


def _callTests(names: dict[str, Any]) -> None:
    for name, value in names.items():
        if name.startswith("test") and inspect.isfunction(value):
            _callTest(value)


def _callTest(test: Callable[..., Any]) -> None:
    names = inspect.signature(test).parameters
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        fixtures: dict[str, Any] = {}
        if "tmp_path" in names:
            fixtures["tmp_path"] = Path(folder)
        if "network" in names:
            fixtures["network"] = stack.enter_context(Network(seed=1))
        test(**fixtures)


def _playInNotebook(cells: list[str]) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    os.environ["IPYTHONDIR"] = os.getcwd()
    shell = InteractiveShell.instance()
    for cell in cells:
        shell.run_cell(cell).raise_error()


def _playOnNetwork(parts: list[tuple[str, str | None]]) -> None:
    with Network(seed=1) as network:
        nodecompat.run = lambda main=None: network.run(until=main) if main else network.run()
        names = {"__name__": "__main__", "network": network}
        for name, source in parts:
            if source is not None:
                code = _compiled(source, name, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                if code.co_flags & inspect.CO_COROUTINE:
                    network.run(until=eval(code, names))
                else:
                    exec(code, names)


if __name__ == "__main__":
    for name in _PRELOADED:
        try:
            importlib.import_module(name)
        except ImportError:  # an extra that is not installed
            pass
    forked.preload()
    print(json.dumps([play(block) for block in json.load(sys.stdin)]))
