"""How `python -m pytest` runs the whole suite: a worker for each core, a first line with hints, the skips by reason.

A pytest plugin, loaded by conftest.py. Whoever names files, or passes `-n` or `--pdb`, gets what he asks for.
"""

from __future__ import annotations

import functools
import importlib
import os
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

#: On two cores, real Node and all the tools there. README says the same.
DURATION = "less than 10 minutes on two cores"
#: More workers would mostly wait for each other: many tests start programs of their own.
WORKERS = 4


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Before pytest-xdist looks at its options, if it is installed."""
    option = config.option
    if isWhole(config) and getattr(option, "numprocesses", 0) is None and not (option.usepdb or option.collectonly):
        count = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, WORKERS)
        if count > 1:
            option.numprocesses, option.dist = count, "worksteal"


@functools.cache
def whyNoTLS() -> str:
    """Why the tests of tls cannot run; empty when they can."""
    try:
        importlib.import_module("nodecompat.reactor.tls")
    except ModuleNotFoundError as error:
        return str(error)
    return ""


def isWhole(config: pytest.Config) -> bool:
    """Nobody has named a file or a folder, and this is no worker."""
    return config.args_source is not pytest.Config.ArgsSource.ARGS and not hasattr(config, "workerinput")


def pytest_sessionstart(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and isWhole(session.config):
        reporter.write_line(f"The whole suite takes {DURATION}. One file: python -m pytest tests/net/test_socket.py")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = reasons(report.longrepr for report in terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("why tests were skipped", "-")
    for line in lines:
        terminalreporter.write_line(line)


def reasons(skips: Iterable[Any]) -> list[str]:
    """A line for each reason, the most frequent first; a skip is (path, line, text)."""
    counts = Counter(skip[2].removeprefix("Skipped: ") for skip in skips)
    return [f"{count:5} × {reason}" for reason, count in counts.most_common()]
