"""`nodecompat run app.py [args…]`: run a program as `node app.js` would.

The script is `__main__`, with `sys.argv` and `sys.path[0]` as `python app.py` sets them. It may call `run()` itself;
if it does not, it is run until nothing is alive.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import math
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..errors import getSystemErrorMessage, getSystemErrorName
from ..process import process
from ..reactor.loop import faults, report
from ..reactor.loop import run as runner
from . import watch

HELP = "run a program until nothing is alive"
#: The option whose value is the program, as Node spells it.
EVAL = ("-e", "--eval")

#: Exit code of a program that cannot start, or fails; and of Ctrl-C.
_FAILED = 1
_INTERRUPTED = 130


def addArguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's arguments."""
    parser.add_argument(*EVAL, metavar="CODE", dest="code", help="the program itself, in place of a script")
    parser.add_argument("--watch", action="store_true", help="run it again whenever one of its files changes")
    parser.add_argument(
        "--watch-path", action="append", default=[], metavar="PATH", help="watch this file or folder, not the modules"
    )
    parser.add_argument("--watch-preserve-output", action="store_true", help="do not clear the terminal in between")
    parser.add_argument(
        "--watch-kill-signal", type=_signal, default=signal.SIGTERM, metavar="SIGNAL", help="what ends a run (SIGTERM)"
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        help="processes that share its ports, auto for one per processor; SIGHUP renews them",
    )
    parser.add_argument(
        "--grace", type=_seconds, default=5.0, metavar="S", help="seconds that a worker's connections have to end (5)"
    )
    parser.add_argument(
        "--health", type=_seconds, default=30.0, metavar="S", help="seconds in which a worker must answer; 0: any (30)"
    )
    parser.add_argument(
        "--status", type=_place, metavar="[HOST:]PORT", help="answer /healthz, /readyz and /metrics there"
    )
    parser.add_argument("script", nargs="?", help="the program; - for standard input; left out at a terminal: a prompt")
    parser.add_argument("args", nargs=argparse.REMAINDER, help="its arguments")
    parser.set_defaults(usage=parser.error)


def execute(arguments: argparse.Namespace) -> int:
    """Run the program; returns the exit code."""
    if arguments.watch or arguments.watch_path:
        return _watch(arguments)
    if arguments.workers is not None:
        return _supervise(arguments)
    watch.tell()
    if "NODECOMPAT_WORKER" in os.environ:
        from ..serving import worker

        worker.attend()
    if "NOTIFY_SOCKET" in os.environ:
        from ..serving import notify

        notify.attend()
    if "NODE_UNIQUE_ID" in os.environ:
        from .. import cluster  # noqa: F401 - a worker shares ports, whatever its program imports
    if arguments.status is not None:
        from ..serving import status

        status.serve(arguments.status, None, _refuseStatus)
    if arguments.code is not None:
        given = [] if arguments.script is None else [arguments.script]
        return _runSource("<eval>", arguments.code.encode(), [EVAL[0], *given, *arguments.args])
    if arguments.script is None and sys.stdin is not None and sys.stdin.isatty():
        from .prompt import converse

        sys.argv = [""]
        return converse(becomeMain("<repl>"))
    return runScript(arguments.script or "-", arguments.args)


def _watch(arguments: argparse.Namespace) -> int:
    if arguments.code is not None:
        arguments.usage("either --watch or --eval can be used, not both")
    if arguments.script in (None, "-"):
        arguments.usage("--watch needs a script")
    for path in arguments.watch_path:
        if not os.path.exists(path):
            arguments.usage(f"--watch-path {path}: there is no such file or folder")
    options = [] if arguments.reactor is None else ["--reactor", arguments.reactor]
    if arguments.workers is not None:
        options += ["--workers", arguments.workers, "--grace", str(arguments.grace), "--health", str(arguments.health)]
    if arguments.status is not None:
        options += ["--status", arguments.status]
    own = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]  # the interpreter's options, and what it runs
    command = [sys.executable, *own, "run", *options, arguments.script, *arguments.args]
    return watch.Watching(
        command,
        " ".join([arguments.script, *arguments.args]),
        _pathOf(arguments.script),
        arguments.watch_path,
        arguments.watch_preserve_output,
        arguments.watch_kill_signal,
    ).run()


def _supervise(arguments: argparse.Namespace) -> int:
    from ..reactor import choose
    from ..serving.workers import Plan, Supervisor, countOf

    if arguments.script in (None, "-"):
        arguments.usage("--workers needs a script")
    try:
        count = countOf(arguments.workers)
    except ValueError:
        arguments.usage(f"--workers {arguments.workers}: a number, or auto")
    if not choose.usePoller():
        arguments.usage("--workers needs epoll, to share ports")
    path = _pathOf(arguments.script)
    if not os.path.exists(path):
        return _refuse(arguments.script, FileNotFoundError())
    options = (arguments.grace, arguments.health, arguments.reactor, arguments.status)
    return Supervisor(Plan(path, arguments.args, count, *options, watched=watch.takePipe())).run()


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"a number of seconds, 0 or more, not {text}")
    return value


def _place(text: str) -> str:
    from ..serving.status import addressOf

    try:
        addressOf(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"PORT or HOST:PORT, not {text}") from None
    return text


def _signal(name: str) -> int:
    found = getattr(signal.Signals, name, None)
    if found is None:
        raise argparse.ArgumentTypeError(f"a signal's name such as SIGTERM, not {name!r}")
    return int(found)


def runScript(script: str, args: Sequence[str]) -> int:
    """Run a script with these arguments; returns the exit code."""
    try:
        path, source = load(script)
    except OSError as error:
        return _refuse(script, error)
    return _runSource(path, source, [script, *args])


def _runSource(path: str, source: bytes, argv: list[str]) -> int:
    sys.argv = argv
    try:
        # As in Node, what is no file may wait outside of a function.
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if path.startswith("<") else 0
        code = compile(source, path, "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes
        traceback.print_exception(type(error), error, None)
        return _FAILED
    try:
        return _runCode(code, path)
    except KeyboardInterrupt:
        return _INTERRUPTED


def load(script: str) -> tuple[str, bytes]:
    """The path and the source of a script; as in Node, also without its extension, or a folder's main file."""
    if script == "-":
        return "<stdin>", sys.stdin.buffer.read()
    path = _pathOf(script)
    with open(path, "rb") as file:
        return path, file.read()


def _pathOf(script: str) -> str:
    path = script
    if os.path.isdir(path):
        path = os.path.join(path, "__main__.py")
    elif not os.path.exists(path) and os.path.exists(path + ".py"):
        path += ".py"
    return os.path.abspath(path)


def _refuse(script: str, error: OSError) -> int:
    path = os.path.abspath(script)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        text = f"Cannot find module '{path}' (MODULE_NOT_FOUND)"
    else:
        number = -(error.errno or 0)
        text = f"{getSystemErrorName(number)}: {getSystemErrorMessage(number)}, open '{path}'"
    print(f"nodecompat: {text}", file=sys.stderr)
    return _FAILED


def _refuseStatus(error: BaseException) -> None:
    print(f"nodecompat: --status: {error}", file=sys.stderr)
    process.exit(_FAILED)


def _runCode(code: CodeType, path: str) -> int:
    module = becomeMain(path)
    main: Any = None
    try:
        if code.co_flags & inspect.CO_COROUTINE:
            main = FunctionType(code, module.__dict__)
        else:
            exec(code, module.__dict__)
    except SystemExit as error:
        if runner.program.state is runner.State.IDLE:  # sys.exit() in the script, outside run()
            return _exit(runner.codeOf(error))
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if faults.hook is None or not faults.hook(error):
            report.printError(error)
            return _exit(_FAILED)
    if runner.program.state is runner.State.ENDED:
        return runner.program.code
    return runner.program.run(main)


def _exit(code: int) -> int:
    """Emit 'exit', as the end of every program does."""
    runner.program.state = runner.State.ENDED  # what still waits was not forgotten
    return code if runner.onExit is None else runner.onExit(code)


def becomeMain(path: str) -> ModuleType:
    """Set up `__main__` as `python path` does: `__main__`, and the script's folder first on the path."""
    module = ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=__builtins__, __spec__=None, __cached__=None)
    sys.modules["__main__"] = module
    if not getattr(sys.flags, "safe_path", False):
        folder = "" if path.startswith("<") else os.path.dirname(os.path.realpath(path))
        sys.path[:1] = [folder]
    return module
