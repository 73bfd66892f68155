"""Node-style servers as Twisted services, inside a running reactor."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
import pytest_twisted
import treq
from net.conftest import settled
from program import program, python
from twisted.application.internet import StreamServerEndpointService
from twisted.application.service import Application, IService, IServiceCollection, MultiService
from twisted.internet import reactor, threads
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.interfaces import IProtocolNegotiationFactory
from twisted.logger import LogLevel, globalLogPublisher
from zope.interface.verify import verifyObject

from nodecompat import http, net
from nodecompat.reactor.proxyprotocol.pending import PendingConnections
from nodecompat.reactor.proxyprotocol.twisted import ProxiedFactory
from nodecompat.service import GRACE, ScriptService, ServerService, SignalService

PLACE = "tcp:0:interface=127.0.0.1"


def hello(req: Any, res: Any) -> None:
    res.end("hello")


def url(server: Any) -> str:
    return f"http://127.0.0.1:{server.address().port}/"


async def get(address: str) -> str:
    response = await treq.get(address, persistent=False)
    text: str = await response.text()
    return text


def event(emitter: Any, name: str) -> Deferred[Any]:
    waiting: Deferred[Any] = Deferred()
    emitter.once(name, lambda *args: waiting.callback(args[0] if args else None))
    return waiting


def testItIsAService() -> None:
    service = ServerService(http.createServer(hello), PLACE)
    assert verifyObject(IService, service)
    assert service.grace == GRACE


@pytest_twisted.ensureDeferred
async def testItServesWhileItRuns() -> None:
    server = http.createServer(hello)
    service = ServerService(server, PLACE)
    service.privilegedStartService()
    assert server.listening
    service.startService()
    address = url(server)
    assert await get(address) == "hello"
    await service.stopService()
    assert not server.listening and not service.running
    await settled()
    with pytest.raises(Exception, match="refused"):
        await get(address)


@pytest_twisted.ensureDeferred
async def testStartAndStopAgain() -> None:
    server = http.createServer(hello)
    service = ServerService(server, PLACE)
    for _ in range(2):
        service.startService()
        assert await get(url(server)) == "hello"
        await service.stopService()
    await settled()


@pytest.mark.parametrize(
    "where", [0, {"port": 0, "host": "127.0.0.1"}, TCP4ServerEndpoint(reactor, 0)], ids=["port", "options", "endpoint"]
)
@pytest_twisted.ensureDeferred
async def testWhateverListenTakes(where: Any) -> None:
    server = http.createServer(hello)
    service = ServerService(server, where)
    service.startService()
    assert await get(url(server)) == "hello"
    await service.stopService()
    await settled()


@pytest_twisted.ensureDeferred
async def testInAnApplication() -> None:
    application = Application("demo")
    parent = IService(application)
    servers = [http.createServer(hello), net.createServer(lambda socket: socket.end("net"))]
    for server in servers:
        ServerService(server, PLACE).setServiceParent(application)
    assert len(list(IServiceCollection(application))) == 2
    parent.privilegedStartService()
    parent.startService()
    assert await get(url(servers[0])) == "hello"
    client = net.connect(servers[1].address().port, "127.0.0.1")
    assert await event(client, "data") == b"net"
    await event(client, "close")
    await parent.stopService()
    await settled()


@pytest_twisted.ensureDeferred
async def testARunningRequestIsAnsweredBeforeItHasStopped() -> None:
    waiting: list[Any] = []
    server = http.createServer(lambda req, res: waiting.append(res))
    service = ServerService(server, PLACE)
    service.startService()
    asking = treq.get(url(server), persistent=False)
    await event(server, "request")
    stopping = service.stopService()
    assert not stopping.called
    waiting[0].end("late")
    response = await asking
    assert await response.text() == "late"
    await stopping
    await settled()


@pytest_twisted.ensureDeferred
async def testTheGraceTimeIsSeconds() -> None:
    server = http.createServer(lambda req, res: None)
    service = ServerService(server, PLACE, grace=0.05)
    service.startService()
    asking = treq.get(url(server), persistent=False)
    await event(server, "request")
    await service.stopService()
    with pytest.raises(Exception):  # noqa: B017 - treq's business
        await asking
    await settled()


@pytest_twisted.ensureDeferred
async def testCut() -> None:
    server = http.createServer(lambda req, res: None)
    service = ServerService(server, PLACE, grace=3600)
    service.startService()
    asking = treq.get(url(server), persistent=False)
    await event(server, "request")
    stopping = service.stopService()
    service.cut()
    await stopping
    with pytest.raises(Exception):  # noqa: B017
        await asking
    await settled()


@pytest_twisted.ensureDeferred
async def testAPortThatIsTaken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = ServerService(net.createServer(), f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1")
        with pytest.raises(OSError) as caught:
            service.privilegedStartService()
        assert caught.value.errno == errno.EADDRINUSE
    await settled()


@pytest_twisted.ensureDeferred
async def testAnEndpointThatFailsLater() -> None:
    """It has said neither yes nor no when the service has started."""
    opening: Deferred[Any] = Deferred()

    class Slow:
        def listen(self, factory: Any) -> Deferred[Any]:
            return opening

    failures: list[Any] = []
    service = ServerService(net.createServer(), Slow())
    service.onListenError = failures.append
    service.startService()
    opening.errback(OSError(errno.EADDRINUSE, "taken"))
    while not failures:
        await threads.deferToThread(lambda: None)
    assert failures[0].code == "EADDRINUSE"
    await service.stopService()
    await settled()


@pytest_twisted.ensureDeferred
async def testWithStreamServerEndpointService() -> None:
    """Twisted listens, the server serves, and a second service ends its connections."""
    server = http.createServer(hello)
    listening = StreamServerEndpointService(TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1"), server.asFactory())
    both = MultiService()
    listening.setServiceParent(both)
    ServerService(server).setServiceParent(both)
    both.startService()
    ports: list[Any] = []
    listening._waitingForPort.addCallback(lambda port: ports.append(port) or port)
    assert await get(f"http://127.0.0.1:{ports[0].getHost().port}/") == "hello"
    await both.stopService()
    assert server.connections == 0
    await settled()


@pytest.mark.parametrize(
    "server, protocols", [(http.createServer(), [b"http/1.1"]), (net.createServer(), [])], ids=["http", "net"]
)
def testWhatAFactoryOffersInTLS(server: net.Server, protocols: list[bytes]) -> None:
    """Also behind PROXY headers."""
    factory = server.asFactory()
    assert verifyObject(IProtocolNegotiationFactory, factory)
    for each in (factory, ProxiedFactory(factory, PendingConnections())):
        assert IProtocolNegotiationFactory(each).acceptableProtocols() == protocols


@pytest_twisted.ensureDeferred
async def testWhatIsLogged() -> None:
    """Structured events: where it listens, and that it stops; nothing for a connection."""
    events: list[Any] = []
    observer: Any = events.append
    globalLogPublisher.addObserver(observer)
    try:
        server = http.createServer(hello)
        service = ServerService(server, {"port": 0, "host": "127.0.0.1"})
        service.startService()
        address = f"127.0.0.1:{server.address().port}"
        await get(url(server))
        await service.stopService()
        await settled()
    finally:
        globalLogPublisher.removeObserver(observer)
    ours = [each for each in events if each["log_namespace"].startswith("nodecompat")]
    assert [(each["log_format"], each["log_level"], each["address"]) for each in ours] == [
        ("listening on {address}", LogLevel.info, address)
    ]
    assert ours[0]["server"] is server


# -- scripts


@pytest_twisted.ensureDeferred
async def testAScript(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own it would be `__main__`; see `tests/serving/test_twistd.py`."""
    import sys

    from nodecompat.reactor.loop import run as runner

    for name in ("argv", "path"):
        monkeypatch.setattr(sys, name, list(getattr(sys, name)))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(runner, "hosted", False)
    (tmp_path / "app.py").write_text(
        "import sys\nfrom nodecompat import http, run\n"
        "server = http.createServer(lambda req, res: res.end(sys.argv[1])).listen(0, '127.0.0.1')\n"
        "run()\n"
    )
    service = ScriptService(str(tmp_path / "app.py"), ["argument"])
    service.startService()
    (server,) = service._drainings_
    assert await get(url(server)) == "argument"
    await service.stopService()
    assert not server.listening
    await settled()


def testAScriptWithASyntaxError(tmp_path: Any) -> None:
    (tmp_path / "app.py").write_text("def (\n")
    with pytest.raises(SyntaxError):
        ScriptService(str(tmp_path / "app.py"))


# -- signals


def testSignalsInATacFile() -> None:
    """What a `.tac` file gets by it: an end in order and exit code 0."""
    code, out, err = program(
        """
import os, signal
from twisted.application.service import MultiService
from twisted.internet import reactor
from nodecompat import http
from nodecompat.service import ServerService, SignalService

parent = MultiService()
for each in (SignalService(), ServerService(http.createServer(), "tcp:0:interface=127.0.0.1")):
    each.setServiceParent(parent)
parent.privilegedStartService()
parent.startService()
reactor.addSystemEventTrigger("before", "shutdown", parent.stopService)
reactor.addSystemEventTrigger("after", "shutdown", print, "ended")
reactor.callWhenRunning(os.kill, os.getpid(), signal.SIGTERM)
reactor.run()
print(reactor._exitSignal)
"""
    )
    assert (code, out, err) == (0, "ended\nNone\n", "")


def testImportingMakesNothing() -> None:
    """No descriptor, no thread, no reactor: twistd forks after it."""
    code, out, _ = python(
        "-c",
        """
import os, sys, threading
before = sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else []
import nodecompat.service, nodecompat.serving.twistd, nodecompat.serving.accesslog
after = sorted(os.listdir("/proc/self/fd")) if before else []
print(before == after, threading.active_count(), "twisted.internet.reactor" in sys.modules)
""",
    )
    assert (code, out) == (0, "True 1 False\n")


def testSignalServiceIsAService() -> None:
    assert verifyObject(IService, SignalService())
