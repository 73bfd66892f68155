"""`twistd nodecompat`: its options, and the service that it runs.

    twistd -n nodecompat --http myapp:onRequest --listen tcp:8080
    twistd -n nodecompat --https myapp:onRequest --listen tcp:8443 --cert cert.pem --key key.pem
    twistd -n nodecompat --net myapp:onConnection --listen tcp:8124 --listen unix:/run/chat
    twistd -n nodecompat --app myapp.py
    twistd -n nodecompat --workers auto --http myapp:onRequest --listen systemd:domain=INET:index=0

Faces Twisted: the module named by `twisted/plugins/nodecompat_plugin.py`. Wrong options end the process with
one line on stderr and exit code 1; twistd itself would print all its options first.
"""

from __future__ import annotations

import atexit
import importlib
import math
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.logger import Logger
from twisted.python import usage

from .. import health, http, net
from ..errors import ERR_SOCKET_BAD_PORT, NodeError
from ..http.server.listener import ServerBase
from ..net.arguments import checkPort
from ..net.secured import isSecured
from ..process import process
from ..reactor import choose
from ..reactor.loop import faults, host, ticks
from ..reactor.loop import run as runner
from ..reactor.loop.install import REACTORS
from ..reactor.loop.report import flush
from . import listeners
from .accesslog import FORMATS, AccessLog
from .logfile import LogFile
from .notify import Notifier
from .service import GRACE, ScriptService, ServerService, SignalService, WorkersService, addressOf, stopReactor
from .workers import Plan, Supervisor, countOf

if TYPE_CHECKING:
    from .certificates import CertificateFiles

_KINDS = ("http", "https", "net", "tls", "app")
#: The kinds whose servers encrypt.
_SECURE = ("https", "tls")
_log = Logger(namespace="nodecompat")


class Options(usage.Options):
    """The options of `twistd nodecompat`."""

    synopsis = "[options] [arguments of the script of --app]"
    longdesc = """\
Runs Node-style servers. SIGTERM and SIGINT end them in order: no new connections, what has begun may end within the
grace time, then exit code 0; a second signal ends at once. SIGHUP reads the files of keys and certificates again: new
connections use them, the others go on. With --workers it replaces the workers, one after the other.
"""
    optParameters: list[list[Any]] = [
        ["http", None, None, "A listener for 'request', or an http.Server: MODULE:NAME."],
        ["https", None, None, "The same over TLS, or an https.Server: MODULE:NAME."],
        ["net", None, None, "A listener for 'connection', or a net.Server: MODULE:NAME."],
        ["tls", None, None, "A listener for 'secureConnection', or a tls.Server: MODULE:NAME."],
        ["app", None, None, "A script that makes its servers itself."],
        ["grace", None, str(GRACE), "Seconds that connections have to end when the process is told to stop."],
        ["workers", None, None, "Processes that share the places; auto for one per processor."],
        ["health", None, "30", "Seconds in which a worker must answer; 0 for any time."],
        ["status", None, None, "Answer /healthz, /readyz and /metrics at [HOST:]PORT."],
        ["passphrase-file", None, None, "A file whose first line is the passphrase of the keys."],
        ["access-log", None, None, "A file for a line about each http request; - for standard output."],
        ["access-format", None, "combined", f"The form of these lines: {' or '.join(FORMATS)}."],
    ]
    compData: usage.Completions = usage.Completions(
        optActions={
            "app": usage.CompleteFiles("*.py"),
            "cert": usage.CompleteFiles("*.pem"),
            "key": usage.CompleteFiles("*.pem"),
            "passphrase-file": usage.CompleteFiles(),
            "access-log": usage.CompleteFiles(),
            "access-format": usage.CompleteList(list(FORMATS)),
        }
    )

    def __init__(self) -> None:
        super().__init__()
        self["listen"] = []
        self["cert"] = []
        self["key"] = []
        self["arguments"] = ()

    def opt_listen(self, description: str) -> None:
        """A Twisted endpoint to listen on, such as tcp:8080, ssl:8443:privateKey=key.pem, unix:/run/app,
        systemd:domain=INET:index=0 or haproxy:tcp:8080; a number alone is a TCP port. May be given several times."""
        self["listen"].append(f"tcp:{description}" if description.isdecimal() else description)

    def opt_cert(self, path: str) -> None:
        """The certificate of --https or --tls, PEM, with those that lead to the authority behind it. Given several
        times, each counts for the names in it, and the first for all others."""
        self["cert"].append(path)

    def opt_key(self, path: str) -> None:
        """The key of the certificate, PEM; one for each --cert, unless that file has both."""
        self["key"].append(path)

    def parseArgs(self, *arguments: str) -> None:
        """The rest of the line belongs to the script."""
        self["arguments"] = arguments

    def postOptions(self) -> None:
        """Report mistakes before anything is started."""
        self._checkKind()
        self._checkCertificates()
        self._checkListen()
        self["grace"] = _seconds("grace", self["grace"])
        self["health"] = _seconds("health", self["health"])
        self._checkWorkers()
        self._checkStatus()
        if self["access-format"] not in FORMATS:
            refuse(f"--access-format {self['access-format']}: must be {' or '.join(FORMATS)}")
        folder = os.path.dirname(os.path.abspath(self["access-log"] or "-"))
        if not os.access(folder, os.W_OK):
            refuse(f"--access-log {self['access-log']}: no such folder, or no permission to write there")
        if self["access-log"] == "-" and isDaemon(self):
            refuse("--access-log -: a daemon has no standard output; give a file, or run twistd -n")

    def _checkKind(self) -> None:
        given = [kind for kind in _KINDS if self[kind] is not None]
        if len(given) != 1:
            which = "only one" if given else "one"
            refuse(f"give {which} of --http, --https, --net and --tls, each with MODULE:NAME, and --app SCRIPT")
        if self["arguments"] and self["app"] is None:
            refuse(f"what is {' '.join(self['arguments'])!r}? Only a script of --app takes arguments")

    def _checkCertificates(self) -> None:
        certs, keys = self["cert"], self["key"]
        if not any(self[kind] is not None for kind in _SECURE):
            for name in ("cert", "key", "passphrase-file"):
                if self[name]:
                    refuse(f"--{name} goes with --https and --tls")
        for name, paths in (("cert", certs), ("key", keys), ("passphrase-file", [self["passphrase-file"]])):
            for path in filter(None, paths):
                try:
                    open(path, "rb").close()
                except OSError as error:
                    refuse(f"--{name} {path}: {error.strerror}")
        if keys and len(keys) != len(certs):
            refuse(f"there are {len(certs)} --cert and {len(keys)} --key: give a key for each, or none")

    def _checkWorkers(self) -> None:
        if self["workers"] is None:
            return
        if self["app"] is not None and self["access-log"]:
            refuse("--access-log: the requests are the workers'; let the script log them")
        if not choose.usePoller():
            refuse("--workers needs epoll, to share ports")
        try:
            self["workers"] = countOf(self["workers"])
        except ValueError:
            refuse(f"--workers {self['workers']}: a number, or auto")

    def _checkStatus(self) -> None:
        from . import status

        try:
            status.addressOf(self["status"] or "0")
        except ValueError:
            refuse(f"--status {self['status']}: must be PORT or HOST:PORT")

    def _checkListen(self) -> None:
        if self["app"] is not None:
            if self["listen"]:
                refuse("--listen goes with --http and --net; the script of --app listens by itself")
            return
        if not self["listen"]:
            refuse("where shall it listen? Give --listen, for example --listen tcp:8080")
        for description in self["listen"]:
            if ":" not in description:
                refuse(f"--listen {description}: a port is a number from 0 to 65535, an endpoint such as tcp:8080")
            if isSecured(description) and any(self[kind] is not None for kind in _SECURE):
                refuse(f"--listen {description}: --https and --tls encrypt by themselves; give a tcp: endpoint")
            try:
                _tryEndpoint(description)
            except ERR_SOCKET_BAD_PORT:
                refuse(f"--listen {description}: its port must be a number from 0 to 65535")
            except LookupError:  # Twisted's form of it
                refuse(f"--listen {description}: systemd has handed over no such descriptor")
            except Exception as error:
                refuse(f"--listen {description}: {error or type(error).__name__}")


def _tryEndpoint(description: str) -> None:
    """Raise what is wrong with it."""
    checkPort(description.removeprefix("haproxy:"), 0)
    if not isSecured(description):
        serverFromString(host.theReactor(), description.removeprefix("haproxy:"))
    else:
        from ..tls.endpoints import SecureServer

        SecureServer(description)


def _below(description: str) -> str:
    """The endpoint whose port is shared: what is around it is the workers' business."""
    if isSecured(description):
        from ..tls.descriptions import place

        description = place(description).endpoint
    return description.removeprefix("haproxy:")


def makeService(options: Options) -> MultiService:
    """The service that the options describe."""
    return Program(options)


class Program(MultiService):
    """The servers, the signals, and the end of the process."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._logFile: LogFile | None = None
        #: Those that have files to be read again.
        self._reloading: list[ServerService] = []
        self._options = options
        self._notifier = Notifier()
        SignalService().setServiceParent(self)
        grace = options["grace"]
        self._supervisor: Supervisor | None = None
        if options["workers"] is not None:
            self._supervise()
            return
        log = AccessLog(self._writeLine, FORMATS[options["access-format"]]) if options["access-log"] else None
        if options["app"] is not None:
            self._add(_script(options["app"], options["arguments"], grace, log))
            return
        servers, certificates = serversOf(options), certificatesOf(options)
        for server, where in servers:
            service = _serverService(server, where, grace, log, certificates)
            service.onListenError = lambda error: exitWith(1)
            self._add(service)
            if certificates is not None or isSecured(where):
                self._reloading.append(service)

    def _supervise(self) -> None:
        options = self._options
        if options["app"] is not None:
            # Read once, so that what is wrong with it is said at once.
            program, arguments = _script(options["app"], (), options["grace"], None).path, options["arguments"]
        else:
            program, arguments = listeners.PROGRAM, listeners.argumentsFor(options)
        reactor = None if options.parent is None else options.parent.get("reactor")
        plan = Plan(
            program,
            arguments,
            options["workers"],
            options["grace"],
            options["health"],
            reactor if reactor in REACTORS else None,
            options["status"],
            cwd=os.getcwd(),
            output=_logLine if isDaemon(options) else None,
        )
        service = WorkersService(plan, exitWith, [_below(each) for each in options["listen"]])
        self._supervisor = service.supervisor
        self._add(service)

    def _add(self, service: Any) -> None:
        service.setServiceParent(self)

    def _writeLine(self, line: str) -> None:
        if self._logFile is not None:
            self._logFile.write(line)

    def privilegedStartService(self) -> None:
        """Open the log before privileges are dropped, and start serving."""
        if self._options["access-log"] and self._supervisor is None:
            self._logFile = LogFile(self._options["access-log"])
        faults.onexit = self._onExit
        if self._options["status"] and self._supervisor is None:  # before the servers, of which it is none
            ticks.call(self._serveStatus)
        if (self._reloading or self._supervisor is not None) and hasattr(signal, "SIGHUP"):
            process.on("SIGHUP", self._onHangup)
        super().privilegedStartService()

    def startService(self) -> None:
        """Serve, with the privileges that are left, and tell systemd."""
        super().startService()
        if self._supervisor is None:  # it tells by itself
            self._notifier.ready()
            self._notifier.keepWatchdog()

    def _serveStatus(self) -> None:
        from . import status

        server = status.serve(self._options["status"], None, self._onStatusError)
        server.on("listening", lambda: _log.info("probes are answered at {address}", address=addressOf(server)))

    def _onStatusError(self, error: BaseException) -> None:
        _log.critical("--status: {error}", error=error)
        exitWith(1)

    def _onHangup(self, name: str) -> None:
        if self._supervisor is not None:
            self._supervisor.reload()
            return
        self._notifier.reloading()
        for service in self._reloading:
            where = addressOf(service.server)
            try:
                service.reload()
            except Exception as error:
                _log.error("{where}: the old certificates stay: {error}", where=where, error=error)
            else:
                _log.info("{where}: the certificates were read again", where=where)
        self._notifier.ready()

    def _onExit(self, error: SystemExit) -> None:
        """`process.exit()`, or `sys.exit()` in a listener: end without waiting."""
        for service in self.services:
            if isinstance(service, (ScriptService, ServerService)):
                service.grace = 0.0
        exitWith(runner.codeOf(error))

    def stopService(self) -> Deferred[Any]:
        """End the servers, then emit 'exit' as every Node program does."""
        health.drain()
        if self._supervisor is None:
            self._notifier.stopping()
        stopping: Deferred[Any] = super().stopService()
        return stopping.addBoth(self._stopped)

    def _stopped(self, result: Any) -> None:
        if runner.onExit is not None:
            _setExitCode(runner.onExit(_exitCode or None))
        if self._logFile is not None:
            self._logFile.close()


def isDaemon(options: Options) -> bool:
    """Whether the process will have no outputs of its own."""
    return options.parent is not None and not options.parent.get("nodaemon", True)


def _logLine(worker: int, line: str, isError: bool) -> None:
    """What a worker of a daemon writes."""
    (_log.warn if isError else _log.info)("worker {worker}: {line}", worker=worker, line=line)


def certificatesOf(options: Options) -> CertificateFiles | None:
    """The files of --cert and --key."""
    if not options["cert"]:
        return None
    from .certificates import CertificateFiles

    keys = options["key"] or options["cert"]
    return CertificateFiles(list(zip(options["cert"], keys, strict=True)), options["passphrase-file"])


def _serverService(
    server: net.Server, where: str, grace: float, log: AccessLog | None, certificates: CertificateFiles | None
) -> ServerService:
    try:
        return ServerService(server, where, grace, log, certificates)
    except OSError as error:
        refuse(f"{error.filename}: {error.strerror}")
    except NodeError as error:
        refuse(f"--cert, --key: {error.message}")


def serversOf(options: Options) -> list[tuple[net.Server, str]]:
    """A server for each place to listen on."""
    kind = next(kind for kind in _KINDS if options[kind] is not None)
    reference: str = options[kind]
    module = _module(kind)
    found = resolve(f"--{kind}", reference)
    places: list[str] = options["listen"]
    if isinstance(found, net.Server):
        if _kindOf(found) != kind:
            refuse(f"--{kind} {reference}: this is {_NAMES[_kindOf(found)]} server")
        if len(places) > 1:
            refuse(f"--{kind} {reference}: this is a server, which can listen once; give its listener to use more")
        return [(found, places[0])]
    if not callable(found):
        refuse(f"--{kind} {reference}: neither a function nor a server")
    if kind in _SECURE and not options["cert"]:
        refuse(f"--{kind} {reference}: needs --cert and --key")
    return [(module.createServer(found), place) for place in places]


_NAMES = {"http": "an http", "https": "an https", "net": "a net", "tls": "a tls"}


def _module(kind: str) -> Any:
    try:
        return {"http": http, "net": net}.get(kind) or importlib.import_module(f"..{kind}", __package__)
    except ModuleNotFoundError as error:
        refuse(f"--{kind}: {error}")


def _kindOf(server: net.Server) -> str:
    isHTTP, isSecure = isinstance(server, ServerBase), hasattr(server, "setSecureContext")
    return ("https" if isSecure else "http") if isHTTP else "tls" if isSecure else "net"


def resolve(option: str, reference: str) -> Any:
    """What `MODULE:NAME` names, NAME with dots in it or without. The working directory is on the path."""
    moduleName, colon, name = reference.partition(":")
    if not (moduleName and colon and name):
        refuse(f"{option} {reference}: must be MODULE:NAME, for example myapp:onRequest")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(moduleName)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{moduleName}.".startswith(f"{error.name}."):
            raise  # the module exists, but an import inside it fails
        refuse(f"{option} {reference}: there is no module {error.name!r} here or on the Python path")
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            refuse(f"{option} {reference}: {moduleName} has no {name!r}")
    return found


def _script(path: str, arguments: tuple[str, ...], grace: float, log: AccessLog | None) -> ScriptService:
    try:
        return ScriptService(path, arguments, grace, log)
    except OSError as error:
        refuse(f"--app {path}: {error.strerror}")
    except SyntaxError as error:
        refuse(f"--app {path}: " + "".join(traceback.format_exception_only(type(error), error)).strip())


def _seconds(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < math.inf:
        refuse(f"--{name} {text}: must be a number of seconds, 0 or more")
    return value


def refuse(message: str) -> NoReturn:
    """End with a line on stderr and exit code 1."""
    raise SystemExit(f"twistd nodecompat: {message}")


# -- the exit code, which twistd does not support

_exitCode = 0
_watchesEnd = False


def _setExitCode(code: int) -> None:
    global _exitCode, _watchesEnd
    _exitCode = code
    if code and not _watchesEnd:
        _watchesEnd = True
        atexit.register(_leave)


def _leave() -> None:
    """The interpreter's last step: the only way to set a code once twistd's main has returned."""
    if _exitCode:
        flush()
        os._exit(_exitCode)


def exitWith(code: int) -> None:
    """End the process cleanly, with this exit code; before the reactor runs, as soon as it does."""
    _setExitCode(code)
    host.theReactor().callWhenRunning(stopReactor)
