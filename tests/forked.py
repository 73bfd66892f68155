"""Runs programs one after the other, each in a fork of a process that has the package loaded already.

    python tests/forked.py program.py …

It prints a JSON list: exit code, output and error output of each. A start costs a tenth of what a process of its own
takes.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable

#: What programs import, but for what installs a reactor.
PRELOADED = ["abort", "buffer", "crypto", "dgram", "dns", "fs", "http", "net", "querystring", "stream.promises"]
PRELOADED += ["stream.web", "timers", "url.objects", "util", "web", "zlib", "reactor.loop.run", "reactor.names.name"]
PRELOADED += ["reactor.names.queries", *(["reactor.descriptor.tcp"] if hasattr(select, "epoll") else [])]


#: Seconds after which a program is killed by an alarm: one that serves and is never told to end, for example.
PATIENCE = 60


def preload() -> None:
    for name in PRELOADED:
        importlib.import_module(f"nodecompat.{name}")
    assert "twisted.internet.reactor" not in sys.modules, "each program installs its own"
    gc.freeze()  # a fork need not walk, and so copy, what is there already


def play(path: str) -> tuple[int, str, str]:
    """Run one program in a fork."""

    def run() -> None:
        sys.argv = [path]
        runpy.run_path(path, run_name="__main__")

    return inFork(run)


def inFork(body: Callable[[], object]) -> tuple[int, str, str]:
    """Call a function in a fork; what came of it: exit code, output and error output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            signal.alarm(PATIENCE)
            os._exit(_codeOf(body))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return code, *texts  # type: ignore[return-value]


def _codeOf(body: Callable[[], object]) -> int:
    code = 0
    try:
        body()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    preload()
    print(json.dumps([play(path) for path in sys.argv[1:]]))
