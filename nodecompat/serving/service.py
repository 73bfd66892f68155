"""Node-style servers as Twisted services: for `.tac` files, Applications, and `twistd nodecompat`.

    application = service.Application("demo")
    ServerService(http.createServer(onRequest), "tcp:8080").setServiceParent(application)

Faces Twisted: times are in seconds here, as everywhere in Twisted. `shutdown.py` describes how a server ends.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.error import ReactorNotRunning
from twisted.logger import Logger

from .. import net
from ..commands.run import becomeMain, load
from ..errors import uvExceptionWithHostPort
from ..http.server.listener import ServerBase
from ..net.channels import listenStart
from ..process import process
from ..reactor.loop import faults, host, signals, ticks
from ..reactor.loop import run as runner
from ..reactor.loop.promised import Promised
from .accesslog import AccessLog
from .shutdown import Draining
from .workers import Plan, Supervisor

if TYPE_CHECKING:
    from .certificates import CertificateFiles

__all__ = ["GRACE", "ScriptService", "ServerService", "SignalService"]

#: Seconds that connections have to finish when a service stops.
GRACE = 5.0


class _Serving(Service):
    """Base of the services: tracks its servers, and ends them without losing work in progress."""

    log: Logger = Logger(namespace="nodecompat")

    def __init__(self, grace: float, accessLog: AccessLog | None) -> None:
        self.grace = grace
        self.accessLog = accessLog
        self._drainings_: dict[net.Server, Draining] = {}

    def setServiceParent(self, parent: Any) -> None:
        """Belong to an Application, or to another collection of services."""
        super().setServiceParent(parent)

    def _care_(self, server: net.Server) -> None:
        """Track a server that does not listen yet."""
        if server in self._drainings_:
            return
        self._drainings_[server] = Draining(server)
        server.on("listening", lambda: self._tellListening_(server))
        if self.accessLog is not None and isinstance(server, ServerBase):
            self.accessLog.watch(server)

    def _tellListening_(self, server: net.Server) -> None:
        self.log.info("listening on {address}", address=addressOf(server), server=server)

    def stopService(self) -> Deferred[Any]:
        """Stop accepting, and wait at most `grace` seconds for work in progress."""
        super().stopService()
        # A copy: a server with nothing to wait for is removed at once.
        return DeferredList([self._end_(server, each) for server, each in list(self._drainings_.items())])

    def _end_(self, server: net.Server, draining: Draining) -> Deferred[None]:
        done: Deferred[None] = Promised()
        address, grace = addressOf(server), self.grace
        if draining.connections:
            self.log.info(
                "{address}: no new connections, {connections} have {grace} s to end",
                address=address,
                connections=draining.connections,
                grace=grace,
            )

        def over() -> None:
            del self._drainings_[server]
            if draining.cutOff:
                self.log.warn(
                    "{address}: {connections} connections were cut off", address=address, connections=draining.cutOff
                )
            done.callback(None)

        ticks.call(draining.end, grace * 1000.0, over)
        return done

    def cut(self) -> None:
        """Stop waiting: cut off what is left."""
        for draining in list(self._drainings_.values()):
            ticks.call(draining.cut)


class ServerService(_Serving):
    """A server, of `net` or `http`, that listens while the service runs.

    Args:
        server: may have listeners, but must not listen yet.
        where: what `server.listen` takes as its one argument: the description of an endpoint ("tcp:8080"), an
            endpoint, a port, a path, or ListenOptions. None when the connections come by `server.asFactory()`; then
            the service only ends them. None is the default.
        grace: seconds that connections have to finish when the service stops, 5 by default.
        accessLog: logs the requests of an http server; None, the default, for no log.
        certificates: of a server of `tls` or `https`: read now, and by `reload`; None, the default, for those that
            the server has.
    Example:
        application = service.Application("demo")
        server = http.createServer(lambda request, response: response.end("hello"))
        ServerService(server, "tcp:8080").setServiceParent(application)
    """

    def __init__(
        self,
        server: net.Server,
        where: Any = None,
        grace: float = GRACE,
        accessLog: AccessLog | None = None,
        certificates: CertificateFiles | None = None,
    ) -> None:
        super().__init__(grace, accessLog)
        self.certificates = certificates
        if certificates is not None:
            certificates.use(server)
        self.server = server
        self.where = where
        #: Called with a listen error that came after the service had started.
        self.onListenError: Callable[[BaseException], object] | None = None
        self._failure_: BaseException | None = None
        self._starting_ = False

    def privilegedStartService(self) -> None:
        """Listen, before privileges are dropped.

        Raises: OSError when the address cannot be listened on.
        """
        self._care_(self.server)
        if self.where is None or self.server.listening:
            return
        self._starting_, self._failure_ = True, None
        self.server.once("error", self._onListenError_)
        try:
            # Including the ticks that follow: 'error' is one of them.
            ticks.call(self._listen_)
        finally:
            self._starting_ = False
        if self._failure_ is not None:
            raise self._failure_

    def _listen_(self) -> None:
        try:
            self.server.listen(self.where, self._onListening_)
        except Exception as error:
            self._onListenError_(error)

    def _onListening_(self) -> None:
        self.server.removeListener("error", self._onListenError_)

    def _onListenError_(self, error: BaseException) -> None:
        self._failure_ = error
        if self._starting_:
            return
        self.log.critical("cannot listen: {error}", error=error, server=self.server)
        if self.onListenError is not None:
            self.onListenError(error)

    def reload(self) -> None:
        """Read the files of keys and certificates again: its own, and those of an endpoint such as "ssl:".

        New connections use what is in them, the others go on.
        Raises: OSError, or why they cannot be used; then what was read before stays.
        """
        if self.certificates is not None:
            self.certificates.use(self.server)
        reload: Callable[[], object] | None = getattr(self.server._handle, "reload", None)
        if reload is not None:
            reload()

    def startService(self) -> None:
        """Listen, unless `privilegedStartService` did."""
        super().startService()
        if self.where is None or not (self.server.listening or self._failure_ or self.server._handle is not None):
            self.privilegedStartService()


class ScriptService(_Serving):
    """A program that makes its own servers: each one that listens is tracked.

    The program is `__main__`, as under `nodecompat run`. A `run()` at its end returns at once here.

    Args:
        path: the script.
        args: its `sys.argv[1:]`, none by default.
        grace, accessLog: as of ServerService.
    Raises: OSError when the script cannot be read, SyntaxError when it is none.
    Example:
        ScriptService("app.py", ["8080"]).setServiceParent(application)
    """

    path: str

    def __init__(
        self, path: str, args: Iterable[str] = (), grace: float = GRACE, accessLog: AccessLog | None = None
    ) -> None:
        super().__init__(grace, accessLog)
        self.path, source = load(path)
        self.args: list[str] = [path, *args]
        self._code_ = compile(source, self.path, "exec", dont_inherit=True)
        self._started_ = False

    def privilegedStartService(self) -> None:
        """Run the script to its end, before privileges are dropped.

        Raises: what the script raises, and uncaught errors of its first tick ('error' without a listener).
        """
        self._started_ = True
        runner.hosted = True
        sys.argv = self.args
        listenStart.subscribe(self._onListen_)
        failures: list[BaseException] = []
        before, faults.fatal = faults.fatal, failures.append
        try:
            ticks.call(exec, self._code_, becomeMain(self.path).__dict__)
        finally:
            faults.fatal = before
        if failures:
            raise failures[0]

    def _onListen_(self, message: Any, name: Any = None) -> None:
        self._care_(message["server"])

    def startService(self) -> None:
        """Run the script, unless `privilegedStartService` did. Raises: as that."""
        super().startService()
        if not self._started_:
            self.privilegedStartService()


class WorkersService(_Serving):
    """Several workers of a program that makes its own servers, which are theirs.

    They start after privileges are dropped.

    Args:
        plan: what is supervised.
        onGivenUp: called with the exit code, when no worker ever comes up.
        places: descriptions of endpoints that the workers will listen on: opened before privileges are dropped.
    """

    def __init__(self, plan: Plan, onGivenUp: Callable[[int], object], places: Iterable[str] = ()) -> None:
        super().__init__(plan.grace, None)
        self._places_ = places
        self.supervisor: Supervisor = Supervisor(plan, self._onEnd_)
        self._onGivenUp_ = onGivenUp
        self._done_: Deferred[None] = Promised()

    def privilegedStartService(self) -> None:
        """Open the places. Raises: OSError."""
        super().privilegedStartService()
        for place in self._places_:
            found = self.supervisor.open(place)
            if isinstance(found, int):
                raise uvExceptionWithHostPort(found, "listen", place)
            self.log.info("listening on {address}", address=nameOf(found))

    def startService(self) -> None:
        """Start the workers."""
        super().startService()
        runner.hosted = True
        ticks.call(self.supervisor.start)

    def stopService(self) -> Deferred[Any]:
        """Let all workers leave."""
        super().stopService()
        if not self._done_.called:
            ticks.call(self.supervisor.end)
        return self._done_

    def cut(self) -> None:
        """Stop waiting: kill the workers that are left."""
        self.supervisor.kill()

    def _onEnd_(self, code: int) -> None:
        self._done_.callback(None)
        if code:
            self._onGivenUp_(code)


class SignalService(Service):
    """SIGTERM and SIGINT end the process cleanly, with exit code 0; a second one ends it at once.

    `twistd` by itself ends cleanly too, but dies of the signal, and ignores a second one. Add this service before
    those that listen: it takes over the signals before anyone can connect.

    Example:
        SignalService().setServiceParent(application)

    Private Twisted name: the reactor's `_exitSignal` (seen in 23.10 to 26.10), of which twistd dies.
    """

    log: Logger = Logger(namespace="nodecompat")

    def __init__(self) -> None:
        self._isEnding_ = False
        self._listens_ = False

    def setServiceParent(self, parent: Any) -> None:
        """Belong to an Application, or to another collection of services."""
        super().setServiceParent(parent)

    def privilegedStartService(self) -> None:
        """Take the two signals over."""
        super().privilegedStartService()
        if not self._listens_:
            self._listens_ = True
            for name in ("SIGTERM", "SIGINT"):
                process.on(name, self._onSignal_)

    def startService(self) -> None:
        """Take the two signals over, unless `privilegedStartService` did."""
        super().startService()
        self.privilegedStartService()

    def stopService(self) -> None:
        """Keep the signals: a second one may come while other services stop."""
        super().stopService()
        # One may have come after the reactor started and took the signals itself.
        host.theReactor()._exitSignal = None

    def _onSignal_(self, name: str) -> None:
        if not self._isEnding_:
            self._isEnding_ = True
            self.log.info("{signal}: ending", signal=name)
            stopReactor()
            return
        self.log.warn("{signal} again: what is left is cut off", signal=name)
        for each in _servings(self.parent):
            each.cut()
        # Whatever the process is still waiting for: a third one kills it.
        signals.restore(int(signal.Signals[name]))


def _servings(service: Any) -> Iterator[_Serving]:
    """All serving services below this one."""
    if isinstance(service, _Serving):
        yield service
    else:
        for each in getattr(service, "services", ()):
            yield from _servings(each)


def stopReactor() -> None:
    """Stop the reactor cleanly, unless it is stopping already."""
    try:
        host.theReactor().stop()
    except ReactorNotRunning:
        pass


def addressOf(server: net.Server) -> str:
    """Where a server listens, in readable form."""
    try:
        address = server.address()
    except OSError:
        address = None
    return "a server" if address is None else nameOf(address)


def nameOf(address: Any) -> str:
    """An address, or a path, in readable form."""
    if isinstance(address, str):
        return address or "a server"
    if address.family == "pipe":
        return str(address.address)
    host_ = f"[{address.address}]" if address.family == "IPv6" else address.address
    return f"{host_}:{address.port}"
