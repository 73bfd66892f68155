"""Runs small programs in a process of their own, with a bound on their time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

#: Seconds after which a program is given up: far more than any takes, even under load.
HANGS = 60

#: The reactor that the tests run on, "" for Twisted's default.
REACTOR = os.environ.get("NODECOMPAT_TEST_REACTOR", "")

ROOT = Path(__file__).resolve().parent.parent


def start(*command: str, reactor: str | None = None, **options: object) -> subprocess.Popen[str]:
    """Start `python *command` with text pipes; the package is this tree's."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **{"stdin": subprocess.DEVNULL, **options},
    )


def finish(child: subprocess.Popen[str], limit: float = HANGS) -> tuple[int, str, str]:
    """Wait for a program; returns its exit code, stdout and stderr."""
    try:
        out, err = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
        raise AssertionError(f"the program hangs\n{out}\n{err}") from None
    return child.returncode, out, err


def python(*command: str, limit: float = HANGS, **options: object) -> tuple[int, str, str]:
    """Run `python *command` to its end."""
    return finish(start(*command, **options), limit)  # type: ignore[arg-type]


def nodecompat(*command: str, **options: object) -> tuple[int, str, str]:
    """Run the command `nodecompat` to its end."""
    return python("-m", "nodecompat", *command, **options)


#: What every source given to `program` begins with.
PROLOGUE = """\
import sys
from nodecompat import process, queueMicrotask, run, setImmediate, setInterval, setTimeout
def fail(text):
    raise ValueError(text)
"""


def program(source: str, reactor: str = "") -> tuple[int, str, str]:
    """Run a source that may call `run()` and print; returns exit code, stdout and stderr.

    On the reactor that the tests themselves run on (`conftest.py`), so that the matrix covers each.
    """
    return python("-c", install(reactor) + PROLOGUE + source)


def install(reactor: str = "") -> str:
    """A first line of a source that installs a reactor; the tests' own if left out."""
    name = reactor or REACTOR
    return f"import twisted.internet.{name}reactor as _r; _r.install()\n" if name else ""
