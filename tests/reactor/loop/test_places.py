"""Where a program began something."""

from __future__ import annotations

import inspect
import os
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from program import program

import nodecompat
from nodecompat import EventEmitter, dgram, http, net
from nodecompat.reactor.loop import places
from nodecompat.testing import Network

PACKAGE = os.path.dirname(nodecompat.__file__)


def lineHere() -> int:
    """The line that calls this."""
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None
    return frame.f_back.f_lineno


def begin(what: Any) -> tuple[Any, int]:
    return what(), lineHere()


@pytest.mark.parametrize(
    "what",
    [
        lambda: net.connect(1, "127.0.0.1"),
        lambda: net.Socket().connect(1),
        lambda: net.createServer().listen(0),
        lambda: http.get("http://127.0.0.1:1/"),
        lambda: http.request({"port": 1}),
        lambda: http.ClientRequest({"port": 1}),
    ],
)
def testTheLineOfTheProgramIsNoted(net: Network, what: Any) -> None:
    emitter = what().on("error", lambda error: None)
    word, (code, line) = places.whereBegun(emitter) or ("", (begin.__code__, 0))
    assert (word, code) == ("begun", what.__code__)
    assert line == what.__code__.co_firstlineno
    emitter.destroy() if hasattr(emitter, "destroy") else emitter.close()
    net.run()


def testOfADatagramSocketAndAFile(net: Network) -> None:
    bound, line = dgram.createSocket("udp4").bind(0), lineHere()
    assert places.whereBegun(bound) == ("begun", (testOfADatagramSocketAndAFile.__code__, line))
    bound.close()
    net.run()


def testOfAFile() -> None:
    code, _, err = program("from nodecompat import fs\nfs.createReadStream('/no/such/file')\nrun()")
    assert code == 1
    assert 'begun here:\n  File "<string>", line ' in err


def testAnAcceptedConnectionIsItsServers(net: Network) -> None:
    accepted: list[Any] = []
    import nodecompat.net as module

    server = module.createServer(accepted.append)
    server.listen(1)
    line = lineHere() - 1
    client = module.connect(1)
    net.run()
    place = testAnAcceptedConnectionIsItsServers.__code__, line
    assert places.whereBegun(accepted[0]) == ("accepted by a server that was begun", place)
    assert places.whereBegun(SimpleNamespace(socket=accepted[0])) == ("accepted by a server that was begun", place)
    client.destroy()
    server.close()
    net.run()


@pytest.mark.parametrize("emitter", [EventEmitter(), net.Socket(), None])
def testUnknown(emitter: Any) -> None:
    assert places.whereBegun(emitter) is None


def testWhatTheLoopHasBegunIsNobodys() -> None:
    code = compile(
        "def f(here):\n    return g(here)\ndef g(here):\n    return here()", os.path.join(PACKAGE, "x.py"), "exec"
    )
    names: dict[str, Any] = {}
    exec(code, names)
    found, line = names["f"](places.here), lineHere()
    assert found == (testWhatTheLoopHasBegunIsNobodys.__code__, line)
    twisted = compile("", f"{os.sep}lib{os.sep}twisted{os.sep}defer.py", "exec")
    assert places.whereBegun(SimpleNamespace(_begun_=(twisted, 1))) is None


def testTheInnermostWaitIsFound() -> None:
    class Pending:
        def __await__(self) -> Any:
            yield

    async def inner() -> None:
        await Pending()

    async def outer() -> None:
        await inner()

    coroutine: Coroutine[Any, Any, None] = outer()
    coroutine.send(None)
    assert places.whereWaiting(coroutine) == (inner.__code__, inner.__code__.co_firstlineno + 1)
    coroutine.close()
    assert places.whereWaiting(None) is None


def testItIsShownAsPythonDoes() -> None:
    line = testUnknown.__code__.co_firstlineno + 2
    assert places.show((testUnknown.__code__, line)) == (
        f'  File "{__file__}", line {line}, in testUnknown\n    assert places.whereBegun(emitter) is None'
    )
