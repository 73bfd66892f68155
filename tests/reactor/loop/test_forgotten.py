"""A forgotten `run()`."""

from __future__ import annotations

import pytest
from program import python

SERVER = "from nodecompat import http, run, setTimeout\nserver = http.createServer().listen(0)\n"


def testTheWarningSaysWhatWaitsAndWhatToCall() -> None:
    code, out, err = python("-c", SERVER + "setTimeout(print, 5)\nsetTimeout(print, 5)")
    assert (code, out) == (0, "")
    assert err == (
        "nodecompat: the program is over, but its event loop has never run; these still wait: TCPServerWrap, Timeout.\n"
        "Call nodecompat.run() at its end, or start it with `nodecompat run` (inside asyncio: await in a task).\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "import nodecompat.http",
        SERVER + "server.close()\nrun()",
        SERVER + "server.on('listening', server.close)\nrun()",
        SERVER + "server.unref()",
        "import asyncio\n" + SERVER + "async def main():\n    server.close()\nasyncio.run(main())",
    ],
)
def testNoWarning(source: str) -> None:
    assert python("-c", source) == (0, "", "")


def testAnExceptionIsEnough() -> None:
    code, _, err = python("-c", SERVER + "raise ValueError('no')")
    assert code == 1 and err.endswith("ValueError: no\n")


def testACoroutineThatNobodyRuns() -> None:
    """Without `run()` as well: what to call is told."""
    code, out, err = python("-c", "import nodecompat.net\nasync def main():\n    pass\nmain()")
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == (
        "nodecompat: main() was called, but a coroutine does not run by itself: write run(main)"
    )
