"""A Twisted reactor on a loop that somebody else runs."""

from __future__ import annotations

from program import python

BEGINNING = """\
import asyncio, sys
from nodecompat.reactor.loop.guestreactor import bringUp, shutDown
"""


def testItIsTheGlobalOneForAsLongAsItRuns() -> None:
    code, out, err = python(
        "-W",
        "error",
        "-c",
        BEGINNING
        + """
from twisted.internet.task import deferLater
async def main():
    reactor = bringUp(asyncio.get_running_loop())
    from twisted.internet import reactor as found
    print(found is reactor, reactor.running)
    await deferLater(reactor, 0.001, lambda: None).asFuture(asyncio.get_running_loop())
    await shutDown(reactor)
    print(reactor.running)
for _ in range(2):
    asyncio.run(main())
""",
    )
    assert (code, out, err) == (0, "True True\nFalse\n" * 2, "")


def testAnotherThatWasInstalledBeforeStays() -> None:
    code, out, err = python(
        "-c",
        BEGINNING
        + """
from twisted.internet import reactor as before
async def main():
    reactor = bringUp(asyncio.get_running_loop())
    print(reactor is before, sys.modules["twisted.internet.reactor"] is before, reactor.running)
    await shutDown(reactor)
asyncio.run(main())
""",
    )
    assert (code, out, err) == (0, "False True True\n", "")
