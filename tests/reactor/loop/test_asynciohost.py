"""An asyncio loop as host: programs that never hear of Twisted."""

from __future__ import annotations

import sys

import pytest
from program import python

BEGINNING = """\
import asyncio, sys
from nodecompat import fetch, http, net, nextTick, setImmediate, setTimeout
from nodecompat.events import once
"""


def asyncioProgram(source: str, *options: str) -> tuple[int, str, str]:
    return python("-W", "error", *options, "-c", BEGINNING + source)


HTTP = """
async def main():
    server = http.createServer(lambda req, res: res.end("hi " + req.url)).listen(0, "127.0.0.1")
    await once(server, "listening")
    port = server.address().port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /a HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
    print((await reader.read()).rpartition(b"\\r\\n")[2])
    writer.close()
    await writer.wait_closed()
    res, = await once(http.get({"port": port, "path": "/b", "host": "127.0.0.1"}), "response")
    print([chunk async for chunk in res])
    print(await (await fetch(f"http://127.0.0.1:{port}/c")).text())
"""
ANSWERS = "b'hi /a'\n[b'hi /b']\nhi /c\n"


@pytest.mark.parametrize("run", ["asyncio.run(main())", "import uvloop; uvloop.run(main())"])
def testHttpInATask(run: str) -> None:
    if "uvloop" in run:
        pytest.importorskip("uvloop")
    assert asyncioProgram(HTTP + run) == (0, ANSWERS, "")


def testNoReactorIsNeeded() -> None:
    code, out, _ = asyncioProgram(HTTP + "asyncio.run(main())\nprint('twisted.internet.reactor' in sys.modules)")
    assert (code, out) == (0, ANSWERS + "False\n")


def testSeveralLoopsOneAfterTheOther() -> None:
    """The global agent's connections, timers and modules survive; what belongs to a loop ends with it."""
    assert asyncioProgram(HTTP + "for _ in range(3):\n    asyncio.run(main())") == (0, ANSWERS * 3, "")


def testAThousandLoopsLeaveNothing() -> None:
    code, out, err = asyncioProgram("""
import gc, os
async def main():
    server = http.createServer(lambda req, res: res.end("hi")).listen(0, "127.0.0.1")
    await once(server, "listening")
    setTimeout(lambda: None, 100_000)
    res, = await once(http.get({"port": server.address().port, "host": "127.0.0.1"}), "response")
    [chunk async for chunk in res]
found = []
for number in range(1001):
    asyncio.run(main())
    if number % 500 == 0:
        gc.collect()
        found.append((len(os.listdir("/proc/self/fd")) if os.path.exists("/proc") else 0, len(gc.get_objects())))
print(found[1][0] == found[2][0], abs(found[1][1] - found[2][1]) < 100)
""")
    assert (code, out, err) == (0, "True True\n", "")


def testWhatIsLeftIsClosed() -> None:
    code, out, err = asyncioProgram("""
async def main():
    server = net.createServer(lambda socket: None).listen(0, "127.0.0.1")
    server.on("close", lambda: print("server closed"))
    await once(server, "listening")
    client = net.connect(server.address().port, "127.0.0.1")
    client.on("close", lambda hadError: print("client closed", hadError))
    await once(client, "connect")
    setTimeout(lambda: print("never"), 10_000)
asyncio.run(main())
""")
    assert (code, sorted(out.splitlines()), err) == (0, ["client closed False", "server closed"], "")


def testALoopThatIsClosedWithoutAWord() -> None:
    """Nobody calls `shutdown_asyncgens`: what is left is closed at the next use."""
    code, out, err = asyncioProgram("""
async def main():
    server = net.createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    return server
loop = asyncio.new_event_loop()
server = loop.run_until_complete(main())
loop.close()
async def after():
    await asyncio.sleep(0)
    nextTick(lambda: print("tick"))
    await once(net.createServer().listen(0, "127.0.0.1"), "listening")
    print(server.listening)
asyncio.run(after())
""")
    assert (code, out, err) == (0, "tick\nFalse\n", "")


def testWhatWasBegunBeforeTheLoop() -> None:
    code, out, err = asyncioProgram("""
server = http.createServer(lambda req, res: res.end("early")).listen(0, "127.0.0.1")
fired = []
setTimeout(lambda: fired.append("timer"), 1)
async def main():
    await once(server, "listening")
    await asyncio.sleep(0.05)
    res, = await once(http.get({"port": server.address().port, "host": "127.0.0.1"}), "response")
    print([chunk async for chunk in res], fired)
asyncio.run(main())
""")
    assert (code, out, err) == (0, "[b'early'] ['timer']\n", "")


def testOrderOfTicksTimersAndImmediates() -> None:
    code, out, err = asyncioProgram("""
async def main():
    log = []
    def begin():
        setTimeout(lambda: log.append("timer"), 1)
        setImmediate(lambda: (log.append("immediate"), nextTick(lambda: log.append("tick in immediate"))))
        nextTick(lambda: log.append("tick"))
    setImmediate(begin)
    await asyncio.sleep(0.05)
    print(log)
asyncio.run(main())
""")
    assert (code, out, err) == (0, "['tick', 'immediate', 'tick in immediate', 'timer']\n", "")


def testAContextVariableStaysInItsTask() -> None:
    """The turn that one task asks for runs what others have queued: they do not see that task's context."""
    code, out, err = asyncioProgram("""
import contextvars
var = contextvars.ContextVar("var", default="none")
async def main():
    seen = []
    server = net.createServer(lambda socket: (seen.append(var.get()), socket.end())).listen(0, "127.0.0.1")
    await once(server, "listening")
    var.set("task")
    client = net.connect(server.address().port, "127.0.0.1").resume()
    await once(client, "close")
    print(seen)
asyncio.run(main())
""")
    assert (code, out, err) == (0, "['none']\n", "")


def testATwistedEndpointBringsTheReactorUp() -> None:
    code, out, err = asyncioProgram("""
async def main():
    server = net.createServer(lambda socket: socket.end("hi")).listen("tcp:0:interface=127.0.0.1")
    await once(server, "listening")
    client = net.connect(f"tcp:127.0.0.1:{server.address().port}")
    print(await once(client, "data"))
for _ in range(2):
    asyncio.run(main())
""")
    assert (code, out, err) == (0, "[b'hi']\n" * 2, "")


def testThreadsAnswerInTheLoop() -> None:
    code, out, err = asyncioProgram("""
from nodecompat import dns, zlib
async def main():
    print(await dns.promises.lookup("localhost", {"family": 4}))
    done = asyncio.get_running_loop().create_future()
    zlib.gzip(b"x" * 100_000, lambda error, data: done.set_result(len(zlib.gunzipSync(data))))
    print(await done)
asyncio.run(main())
""")
    assert (code, err) == (0, "")
    assert "127.0.0.1" in out and out.endswith("100000\n")


def testRunInsideALoop() -> None:
    code, _, err = asyncioProgram("""
from nodecompat import run
async def main():
    run()
asyncio.run(main())
""")
    assert code == 1
    assert err.rstrip().endswith(
        "RuntimeError: run() was called inside a running asyncio loop, which runs everything already: leave it out"
    )


def testForked() -> None:
    """A child with a loop of its own takes nothing from its parent."""
    if sys.platform == "win32":
        pytest.skip("there is no fork")
    code, out, err = asyncioProgram("""
import os
async def serve(name):
    server = http.createServer(lambda req, res: res.end(name)).listen(0, "127.0.0.1")
    await once(server, "listening")
    res, = await once(http.get({"port": server.address().port, "host": "127.0.0.1"}), "response")
    print([chunk async for chunk in res], flush=True)
asyncio.run(serve("before"))
child = os.fork()
if not child:
    asyncio.run(serve("child"))
    os._exit(0)
os.waitpid(child, 0)
asyncio.run(serve("parent"))
""")
    assert (code, out, err) == (0, "[b'before']\n[b'child']\n[b'parent']\n", "")


@pytest.mark.parametrize("bringUp", ["", "host.theReactor()"])
def testForkedInsideALoop(bringUp: str) -> None:
    """The child's first call finds its own loop, also where the parent has brought up Twisted's reactor on its own.

    The child's end takes nothing from the parent's.
    """
    if sys.platform == "win32":
        pytest.skip("there is no fork")
    source = """
import os
from nodecompat.reactor.loop import host
async def serve(name):
    server = http.createServer(lambda req, res: res.end(name)).listen(0, "127.0.0.1")
    await once(server, "listening")
    return server
async def ask(server):
    res, = await once(http.get({"port": server.address().port, "host": "127.0.0.1", "agent": False}), "response")
    print([chunk async for chunk in res], flush=True)
async def inChild():
    await ask(await serve("child"))
async def main():
    BRING_UP
    server = await serve("parent")
    timer = asyncio.get_running_loop().create_future()
    setTimeout(lambda: timer.set_result("timer"), 50)
    await ask(server)
    child = os.fork()
    if not child:
        asyncio.run(inChild())
        os._exit(0)
    os.waitpid(child, 0)
    await ask(server)
    print(await timer)
asyncio.run(main())
"""
    code, out, err = asyncioProgram(source.replace("BRING_UP", bringUp))
    assert (code, out, err) == (0, "[b'parent']\n[b'child']\n[b'parent']\ntimer\n", "")


def testTheThreadsOfALoopThatIsClosedWithoutAWordHoldNothingUp() -> None:
    code, out, err = asyncioProgram("""
async def main():
    await once(net.createServer().listen("tcp:0:interface=127.0.0.1"), "listening")
    from twisted.internet.threads import deferToThread
    print(await deferToThread(lambda: "in a thread").asFuture(asyncio.get_running_loop()))
for _ in range(2):  # the second finds a reactor that seems to run
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
""")
    assert (code, out, err) == (0, "in a thread\n" * 2, "")
