"""`twistd nodecompat`: its options, and the service that it runs.

    twistd -n nodecompat --http myapp:onRequest --listen tcp:8080
    twistd -n nodecompat --net myapp:onConnection --listen tcp:8124 --listen unix:/run/chat
    twistd -n nodecompat --app myapp.py

Faces Twisted: the module named by `twisted/plugins/nodecompat_plugin.py`. Wrong options end the process with
one line on stderr and exit code 1; twistd itself would print all its options first.
"""

from __future__ import annotations

import atexit
import importlib
import math
import os
import sys
import traceback
from typing import Any, NoReturn

from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.logger import Logger
from twisted.python import usage
from twisted.python.failure import Failure

from .. import http, net
from ..reactor.loop import faults, host
from ..reactor.loop import run as runner
from ..reactor.loop.report import flush
from .accesslog import FORMATS, AccessLog
from .logfile import LogFile
from .service import GRACE, ScriptService, ServerService, SignalService, stopReactor

_KINDS = ("http", "net", "app")
_log = Logger(namespace="nodecompat")


class Options(usage.Options):
    """The options of `twistd nodecompat`."""

    synopsis = "[options] [arguments of the script of --app]"
    longdesc = """\
Runs Node-style servers. SIGTERM and SIGINT end them in order: no new connections, what has begun may end within the
grace time, then exit code 0; a second signal ends at once.
"""
    optParameters = [
        ["http", None, None, "A listener for 'request', or an http.Server: MODULE:NAME."],
        ["net", None, None, "A listener for 'connection', or a net.Server: MODULE:NAME."],
        ["app", None, None, "A script that makes its servers itself."],
        ["grace", None, str(GRACE), "Seconds that connections have to end when the process is told to stop."],
        ["access-log", None, None, "A file for a line about each http request; - for standard output."],
        ["access-format", None, "combined", f"The form of these lines: {' or '.join(FORMATS)}."],
    ]
    compData = usage.Completions(
        optActions={
            "app": usage.CompleteFiles("*.py"),
            "access-log": usage.CompleteFiles(),
            "access-format": usage.CompleteList(list(FORMATS)),
        }
    )

    def __init__(self) -> None:
        super().__init__()
        self["listen"] = []
        self["arguments"] = ()

    def opt_listen(self, description: str) -> None:
        """A Twisted endpoint to listen on, such as tcp:8080, ssl:8443:privateKey=key.pem, unix:/run/app,
        systemd:domain=INET:index=0 or haproxy:tcp:8080; a number alone is a TCP port. May be given several times."""
        self["listen"].append(f"tcp:{description}" if description.isdecimal() else description)

    def parseArgs(self, *arguments: str) -> None:
        """The rest of the line belongs to the script."""
        self["arguments"] = arguments

    def postOptions(self) -> None:
        """Report mistakes before anything is started."""
        self._checkKind()
        self._checkListen()
        self["grace"] = _seconds(self["grace"])
        if self["access-format"] not in FORMATS:
            refuse(f"--access-format {self['access-format']}: must be {' or '.join(FORMATS)}")
        if self["access-log"] == "-" and self.parent is not None and not self.parent.get("nodaemon", True):
            refuse("--access-log -: a daemon has no standard output; give a file, or run twistd -n")

    def _checkKind(self) -> None:
        given = [kind for kind in _KINDS if self[kind] is not None]
        if len(given) != 1:
            which = "only one" if given else "one"
            refuse(f"give {which} of --http MODULE:NAME, --net MODULE:NAME and --app SCRIPT")
        if self["arguments"] and self["app"] is None:
            refuse(f"what is {' '.join(self['arguments'])!r}? Only a script of --app takes arguments")

    def _checkListen(self) -> None:
        if self["app"] is not None:
            if self["listen"]:
                refuse("--listen goes with --http and --net; the script of --app listens by itself")
            return
        if not self["listen"]:
            refuse("where shall it listen? Give --listen, for example --listen tcp:8080")
        for description in self["listen"]:
            try:
                serverFromString(host.theReactor(), description.removeprefix("haproxy:"))
            except LookupError:  # Twisted's form of it
                refuse(f"--listen {description}: systemd has handed over no such descriptor")
            except ModuleNotFoundError as error:
                extra = "; TLS needs pip install 'nodecompat[tls]'" if error.name == "OpenSSL" else ""
                refuse(f"--listen {description}: {error}{extra}")
            except Exception as error:
                refuse(f"--listen {description}: {error or type(error).__name__}")


def makeService(options: Options) -> MultiService:
    """The service that the options describe."""
    return Program(options)


class Program(MultiService):
    """The servers, the signals, and the end of the process."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._logFile: LogFile | None = None
        self._options = options
        SignalService().setServiceParent(self)
        log = AccessLog(self._writeLine, FORMATS[options["access-format"]]) if options["access-log"] else None
        grace = options["grace"]
        if options["app"] is not None:
            self._add(_script(options["app"], options["arguments"], grace, log))
            return
        for server, where in _servers(options):
            service = ServerService(server, where, grace, log)
            service.onListenError = lambda error: exitWith(1)
            self._add(service)

    def _add(self, service: Any) -> None:
        service.setServiceParent(self)

    def _writeLine(self, line: str) -> None:
        if self._logFile is not None:
            self._logFile.write(line)

    def privilegedStartService(self) -> None:
        """Open the log before privileges are dropped, and start serving."""
        if self._options["access-log"]:
            self._logFile = LogFile(self._options["access-log"])
        faults.onexit = self._onExit
        super().privilegedStartService()

    def _onExit(self, error: SystemExit) -> None:
        """`process.exit()`, or `sys.exit()` in a listener: end without waiting."""
        for service in self.services:
            if isinstance(service, (ScriptService, ServerService)):
                service.grace = 0.0
        exitWith(runner.codeOf(error))

    def stopService(self) -> Deferred[Any]:
        """End the servers, then emit 'exit' as every Node program does."""
        stopping: Deferred[Any] = super().stopService()
        return stopping.addBoth(self._stopped)

    def _stopped(self, result: Any) -> None:
        if runner.onExit is not None:
            _setExitCode(runner.onExit(_exitCode or None))
        if self._logFile is not None:
            self._logFile.close()


def _servers(options: Options) -> list[tuple[net.Server, str]]:
    """A server for each place to listen on."""
    kind = "http" if options["http"] is not None else "net"
    reference: str = options[kind]
    found = resolve(f"--{kind}", reference)
    places: list[str] = options["listen"]
    if isinstance(found, net.Server):
        if isinstance(found, http.Server) is not (kind == "http"):
            refuse(f"--{kind} {reference}: this is {'a net' if kind == 'http' else 'an http'} server")
        if len(places) > 1:
            refuse(f"--{kind} {reference}: this is a server, which can listen once; give its listener to use more")
        return [(found, places[0])]
    if not callable(found):
        refuse(f"--{kind} {reference}: neither a function nor a server")
    return [(_createServer(http if kind == "http" else net, found), place) for place in places]


def _createServer(module: Any, listener: Any) -> net.Server:
    """A server for a listener. If the listener is a coroutine that fails, its request or connection ends too."""
    server: Any = module.createServer({"captureRejections": True}, listener)
    capture = server.captureRejection

    def captureRejection(error: BaseException, eventName: Any, *args: Any) -> None:
        _log.failure("Uncaught exception in a listener of {event}", Failure(error), event=eventName)
        if eventName == "connection":
            args[0].destroy()  # without the error, which was reported
        else:
            capture(error, eventName, *args)

    server.captureRejection = captureRejection
    found: net.Server = server
    return found


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


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < math.inf:
        refuse(f"--grace {text}: must be a number of seconds, 0 or more")
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
    """End the process cleanly, with this exit code."""
    _setExitCode(code)
    stopReactor()
