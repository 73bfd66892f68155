"""As a guest in an asyncio application."""

from __future__ import annotations

import pytest
from program import python

BEGINNING = """\
import asyncio, sys
from nodecompat import asFuture, http, insideAsyncio, net, setTimeout
from nodecompat.events import once
"""


def asyncioProgram(source: str, *options: str) -> tuple[int, str, str]:
    return python("-W", "error", *options, "-c", BEGINNING + source)


def testItsResult() -> None:
    code, out, err = asyncioProgram("""
async def main():
    await asyncio.sleep(0)
    return 7
print(asyncio.run(insideAsyncio(main())))
""")
    assert (code, out, err) == (0, "7\n", "")


def testBothSidesAwaitEachOther() -> None:
    code, out, err = asyncioProgram("""
async def onRequest(req, res):
    await asyncio.sleep(0.001)
    body = b"".join([chunk async for chunk in req])
    res.end(b"got " + body)

async def main():
    server = http.createServer(onRequest).listen(0, "127.0.0.1")
    await once(server, "listening")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.address().port)
    writer.write(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\nContent-Length: 3\\r\\n\\r\\nabc")
    print((await reader.read()).rpartition(b"\\r\\n")[2])
    writer.close()
    await writer.wait_closed()
    async with server:
        pass
asyncio.run(insideAsyncio(main))
""")
    assert (code, out, err) == (0, "b'got abc'\n", "")


def testOnUvloop() -> None:
    pytest.importorskip("uvloop")
    code, out, err = asyncioProgram("""
import uvloop
async def main():
    server = net.createServer(lambda socket: socket.end("hi")).listen(0, "127.0.0.1")
    await once(server, "listening")
    client = net.connect(server.address().port, "127.0.0.1")
    print(await once(client, "data"))
    server.close()
    await once(server, "close")
uvloop.run(insideAsyncio(main))
""")
    assert (code, out, err) == (0, "[b'hi']\n", "")


def testTimersRun() -> None:
    code, out, _ = asyncioProgram("""
async def main():
    done = asyncio.Event()
    setTimeout(done.set, 5)
    await done.wait()
    print("done")
asyncio.run(insideAsyncio(main))
""")
    assert (code, out) == (0, "done\n")


def testWhatIsLeftIsClosed() -> None:
    """A server that nobody has closed does not hold the program."""
    code, out, err = asyncioProgram("""
async def main():
    server = net.createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    print("listening")
asyncio.run(insideAsyncio(main))
""")
    assert (code, out, err) == (0, "listening\n", "")


def testItsFailure() -> None:
    code, _, err = asyncioProgram("""
async def main():
    await asyncio.sleep(0)
    raise ValueError("no")
asyncio.run(insideAsyncio(main))
""")
    assert code == 1
    assert err.endswith("ValueError: no\n")


def testCancelled() -> None:
    code, out, err = asyncioProgram("""
async def main():
    try:
        await once(net.createServer(), "close")
    except asyncio.CancelledError:
        print("cancelled")
        raise
async def outer():
    task = asyncio.create_task(insideAsyncio(main))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("ended")
asyncio.run(outer())
""")
    assert (code, out, err) == (0, "cancelled\nended\n", "")


def testAgainAndAgain() -> None:
    code, out, err = asyncioProgram("""
async def main():
    server = net.createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    server.on("close", lambda: print("closed"))
for _ in range(3):
    asyncio.run(insideAsyncio(main))
async def twice():
    await insideAsyncio(main)
    await insideAsyncio(main)
asyncio.run(twice())
""")
    assert (code, out, err) == (0, "closed\n" * 5, "")


def testInsideARunningReactor() -> None:
    code, _, err = asyncioProgram("""
from nodecompat.reactor.loop.install import installReactor
installReactor("asyncio")
from twisted.internet import reactor
async def inside():
    try:
        await insideAsyncio(lambda: None)
    except RuntimeError as error:
        print(error, file=sys.stderr)
    reactor.stop()
reactor.callWhenRunning(lambda: asyncio.ensure_future(inside()))
reactor.run()
""")
    assert (code, err.partition(":")[0]) == (0, "a Twisted reactor is running")
