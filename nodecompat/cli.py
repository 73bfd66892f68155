"""The command `nodecompat`. Each subcommand is a module in `commands/`."""

from __future__ import annotations

import argparse
import difflib
import os
import platform
import sys
from collections.abc import Sequence

from .commands import anatomy, demo, run
from .process import NODE_VERSION
from .reactor.loop.install import REACTORS, installReactor
from .reactor.loop.report import flush
from .version import __version__

#: The subcommands, by name. A module has HELP, `addArguments(parser)` and `execute(arguments)`, the exit code;
#: `arrange(argv)`, if there, sorts its words before they are parsed.
COMMANDS = {"run": run, "demo": demo, "anatomy": anatomy}

_EPILOG = """\
examples:
  nodecompat demo                          how a connection lives, step by step
  nodecompat anatomy app.py                what its connections do, as a diagram
  nodecompat run app.py --port 8080        run a program until nothing is alive
  nodecompat run --reactor asyncio app.py  the same on the asyncio reactor
  nodecompat run --watch app.py            again whenever one of its files changes
  nodecompat run                           a prompt, where await works
  nodecompat app.py                        short for: nodecompat run app.py
  nodecompat -e 'print("hello")'           run a program that stands in the command
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given and given[0] not in COMMANDS and (given[0] in run.EVAL or not given[0].startswith("-")):
        given.insert(0, "run")
    arrange = getattr(COMMANDS.get(given[0]), "arrange", None) if given else None
    if arrange is not None:
        given[1:] = arrange(given[1:])
    parser = _parser()
    if given[:1] == ["run"] and (meant := _meantCommand(given[1:])) is not None:
        parser.error(f"{given[1]!r} is no command and no file; did you mean 'nodecompat {meant}'?")
    arguments = parser.parse_args(given)
    if arguments.command is None:
        parser.print_help()
        return 0
    if arguments.reactor is not None:
        try:
            installReactor(arguments.reactor)
        except RuntimeError as error:
            parser.error(str(error))
    try:
        code: int = COMMANDS[arguments.command].execute(arguments)
        return code
    finally:
        flush()


def _meantCommand(words: list[str]) -> str | None:
    """The command that a script which does not exist is one slip away from."""
    if not words or os.path.exists(words[0]) or os.path.exists(words[0] + ".py"):
        return None
    return next(iter(difflib.get_close_matches(words[0], COMMANDS, 1)), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nodecompat",
        description="Node.js's networking API in Python, on Twisted.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"nodecompat {__version__} (API of Node.js {NODE_VERSION}, Python {platform.python_version()})"
    parser.add_argument("--version", action="version", version=version)
    subparsers = parser.add_subparsers(dest="command", metavar="command")
    for name, module in COMMANDS.items():
        sub = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        sub.add_argument(
            "--reactor", choices=REACTORS, help="the Twisted reactor to run on; Twisted chooses if left out"
        )
        module.addArguments(sub)
    return parser
