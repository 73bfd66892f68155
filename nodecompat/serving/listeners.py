"""The program of a worker of `twistd nodecompat --workers` that is given listeners, not a script.

Its arguments are the options of twistd. The ports are the supervisor's, all else is made here: a reload brings a worker
that has read modules, keys and certificates anew. As under twistd, what a listener raises costs its connection only.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .twistd import Options

#: What `Plan.program` is.
PROGRAM = os.path.abspath(__file__)
#: The options that a worker is given, but those with a path.
_PLAIN = ("http", "https", "net", "tls", "access-format")
_PATHS = ("cert", "key", "passphrase-file", "access-log")


def argumentsFor(options: Options) -> list[str]:
    """The arguments of a worker. Paths are absolute: a daemon changes its working directory."""
    found = [f"--{name}={options[name]}" for name in _PLAIN if options[name] is not None]
    found += [f"--listen={place}" for place in options["listen"]]
    for name in _PATHS:
        given = options[name] or []
        for path in [given] if isinstance(given, str) else given:
            found.append(f"--{name}={path if path == '-' else os.path.abspath(path)}")
    return found


def main() -> None:
    """Make the servers, and listen."""
    from nodecompat.http.server.listener import ServerBase
    from nodecompat.process import process
    from nodecompat.reactor.loop.ticks import nextTick
    from nodecompat.serving.accesslog import FORMATS, AccessLog
    from nodecompat.serving.logfile import LogFile
    from nodecompat.serving.twistd import Options, certificatesOf, serversOf

    class Given(Options):
        """They were checked by the supervisor."""

        def postOptions(self) -> None:
            pass

    options: Any = Given()
    options.parseOptions(sys.argv[1:])
    certificates = certificatesOf(options)
    log: Any = None
    if options["access-log"] is not None:
        file = LogFile(options["access-log"])
        log = AccessLog(file.write, FORMATS[options["access-format"]])
        process.on("exit", lambda code: file.close())
    for server, where in serversOf(options):
        if certificates is not None:
            certificates.use(server)
        if log is not None and isinstance(server, ServerBase):
            log.watch(server)
        _listen(server, where)
    nextTick(_goOn)


def _listen(server: Any, where: str) -> None:
    def failed(error: BaseException) -> None:
        raise SystemExit(f"twistd nodecompat: {error}")

    server.once("error", failed)
    server.listen(where, lambda: server.removeListener("error", failed))


def _goOn() -> None:
    """An uncaught exception does not end the process."""
    from nodecompat.reactor.loop import faults

    faults.fatal, faults.onexit = None, faults.fatal


if __name__ == "__main__":
    main()
