"""readline.Interface: random programs as in Node; named facts are compared in tests/comparisons/readline.py."""

from __future__ import annotations

import gc
from typing import Any

import cases
import oracle
import pytest
import pytest_twisted
import readlinecases

from nodecompat import process, readline, setImmediate
from nodecompat.errors import ERR_INVALID_ARG_TYPE
from nodecompat.readline.interface import cursorBehind
from nodecompat.stream import PassThrough, Readable

check = pytest_twisted.ensureDeferred


@check
async def testRandomPrograms() -> None:
    assert len(readlinecases.recorded()) == 600
    assert await readlinecases.wrong(readlinecases.recorded()) == []


@oracle.needsNode
@check
async def testFreshPrograms() -> None:
    assert await readlinecases.wrong(cases.fresh("readline", 300)) == []


@check
async def testLinesOfAReadable() -> None:
    rl = readline.createInterface(input=Readable.from_([b"a\nb", b"c\r", b"\nd"]))
    assert [line async for line in rl] == ["a", "bc", "d"]
    assert rl.closed


def testThereIsAlwaysAnInput() -> None:
    for options in ({}, {"input": 5}):
        with pytest.raises(ERR_INVALID_ARG_TYPE, match='"input"'):
            readline.createInterface(options)


def testATerminalIsNoOtherInput() -> None:
    """It edits the line itself."""
    output = PassThrough()
    rl = readline.createInterface(input=PassThrough(), output=output, terminal=True)
    lines: list[str] = []
    rl.on("line", lines.append)
    rl.prompt()
    rl.input.write("ab\x7f\x1b[Dc\n")
    assert (lines, output.read(), rl.terminal) == (["ab\x7f\x1b[Dc"], b"> ", True)


@check
async def testALoopThatIsForgottenIsWokenByNobody() -> None:
    """A coroutine that waits may be garbage together with all it waits for."""

    async def read() -> None:
        async for _ in readline.createInterface(input=PassThrough()):
            pass

    failures: list[Any] = []
    process.on("unhandledRejection", failures.append)
    try:
        setImmediate(read)
        for _ in range(3):
            gc.collect()
            await readlinecases.turn()
    finally:
        process.removeListener("unhandledRejection", failures.append)
    assert failures == []


def testAPlaceBehindTheEdge() -> None:
    assert cursorBehind("x" * 25, 10, 8) == {"rows": 2, "cols": 5}
    assert cursorBehind("ab\tc", None, 4) == {"rows": 0, "cols": 5}
