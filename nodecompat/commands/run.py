"""`nodecompat run app.py [args…]`: run a program as `node app.js` would.

The script is `__main__`, with `sys.argv` and `sys.path[0]` as `python app.py` sets them. It may call `run()` itself;
if it does not, it is run until nothing is alive.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from types import CodeType, ModuleType

from .. import process as _process  # noqa: F401 - sets the hooks for a program's end
from ..errors import getSystemErrorMessage, getSystemErrorName
from ..reactor.loop import faults, report
from ..reactor.loop import run as runner

HELP = "run a program until nothing is alive"
#: The option whose value is the program, as Node spells it.
EVAL = ("-e", "--eval")

#: Exit code of a program that cannot start, or fails; and of Ctrl-C.
_FAILED = 1
_INTERRUPTED = 130


def addArguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's arguments."""
    parser.add_argument(*EVAL, metavar="CODE", dest="code", help="the program itself, in place of a script")
    parser.add_argument("script", nargs="?", help="the program; - for standard input")
    parser.add_argument("args", nargs=argparse.REMAINDER, help="its arguments")
    parser.set_defaults(usage=parser.error)


def execute(arguments: argparse.Namespace) -> int:
    """Run the program; returns the exit code."""
    if "NODE_UNIQUE_ID" in os.environ:
        from .. import cluster  # noqa: F401 - a worker shares ports, whatever its program imports
    if arguments.code is not None:
        given = [] if arguments.script is None else [arguments.script]
        return _runSource("<eval>", arguments.code.encode(), [EVAL[0], *given, *arguments.args])
    if arguments.script is None:
        arguments.usage("needs a script, or -e CODE")
    return runScript(arguments.script, arguments.args)


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
        code = compile(source, path, "exec", dont_inherit=True)
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
    path = script
    if os.path.isdir(path):
        path = os.path.join(path, "__main__.py")
    elif not os.path.exists(path) and os.path.exists(path + ".py"):
        path += ".py"
    path = os.path.abspath(path)
    with open(path, "rb") as file:
        return path, file.read()


def _refuse(script: str, error: OSError) -> int:
    path = os.path.abspath(script)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        text = f"Cannot find module '{path}' (MODULE_NOT_FOUND)"
    else:
        number = -(error.errno or 0)
        text = f"{getSystemErrorName(number)}: {getSystemErrorMessage(number)}, open '{path}'"
    print(f"nodecompat: {text}", file=sys.stderr)
    return _FAILED


def _runCode(code: CodeType, path: str) -> int:
    module = becomeMain(path)
    try:
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
    return runner.program.run(None)


def _exit(code: int) -> int:
    """Emit 'exit', as the end of every program does."""
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
