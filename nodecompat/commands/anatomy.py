"""`nodecompat anatomy app.py [args…]`: run a program unchanged, record what its connections do, and draw it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..anatomy.model import Recording
from ..reactor.loop import run as runner
from . import run as runCommand

#: The options that take a value.
_VALUES = {"--svg", "--html", "--json", "--mermaid", "--from", "--limit", "--port", "--reactor", "--side"}

HELP = "record what a program's connections do, and draw it"

#: The article's program, the default script: in an installed package, and in a checkout.
_ARTICLES = (
    Path(__file__).parent.parent / "anatomy" / "article.py",
    Path(__file__).parent.parent.parent / "examples" / "anatomy_of_a_connection.py",
)


def addArguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's arguments."""
    parser.add_argument("--svg", metavar="FILE", help="write the sequence diagram as SVG")
    parser.add_argument("--html", metavar="FILE", help="write one self-contained page: filters, stepping, source lines")
    parser.add_argument("--json", metavar="FILE", help="keep the recording (the schema is in docs/anatomy.md)")
    parser.add_argument("--mermaid", metavar="FILE", help="write the diagram as Mermaid text; - prints it")
    parser.add_argument("--from", metavar="FILE", dest="recording", help="draw a recording that --json kept")
    parser.add_argument(
        "--compare", nargs=2, metavar=("FILE", "FILE"), help="what differs between two recordings; exit code 1 if any"
    )
    parser.add_argument("--side", choices=("client", "server"), help="draw one side's lanes only")
    parser.add_argument("--limit", type=_positive, default=10_000, help="entries kept; the oldest go first (10000)")
    parser.add_argument("--serve", "--watch", action="store_true", help="show the page live while the program runs")
    parser.add_argument("--port", type=_port, default=0, help="where --serve listens on 127.0.0.1 (a free port)")
    parser.add_argument("script", nargs="?", help="the program; left out: a small http server and a raw client")
    parser.add_argument("args", nargs="*", help="its arguments")


def arrange(argv: Sequence[str]) -> list[str]:
    """Separate the program's own words, so that its options are not taken for ours."""
    words = iter(enumerate(argv))
    for index, word in words:
        if word == "--" or not word.startswith("-"):
            script = argv[index + (word == "--") :]
            # Prefix each argument: argparse drops a "--" among them, depending on Python's version.
            return [*argv[:index], "--", *script[:1], *("=" + argument for argument in script[1:])]
        if word.partition("=")[0] in _VALUES and "=" not in word:
            next(words, None)
        if word == "--compare":
            next(words, None)
            next(words, None)
    return list(argv)


def execute(arguments: argparse.Namespace) -> int:
    """Record or read, then draw; returns the program's exit code."""
    arguments.args = [argument[1:] for argument in arguments.args]
    problem = _unwritable(arguments)
    if problem is not None:
        return _refuse(problem)
    try:
        if arguments.compare is not None:
            first, second = map(_read, arguments.compare)
            return _compare(first, second, arguments)
        if arguments.recording is not None:
            return _draw(_read(arguments.recording), arguments)
    except ValueError as error:
        return _refuse(str(error))
    return _record(arguments)


def _read(file: str) -> Recording:
    """The recording in a file. A ValueError names the file."""
    try:
        return Recording.fromJson(json.loads(Path(file).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise ValueError(f"cannot read {file}: {error}") from error


def _compare(first: Recording, second: Recording, arguments: argparse.Namespace) -> int:
    """Tell or draw what differs; the exit code is that of `diff`."""
    from ..anatomy.compare import compare

    if arguments.side is not None:
        first, second = first.side(arguments.side), second.side(arguments.side)
    found = compare(first, second)
    if arguments.html not in (None, "-"):
        Path(arguments.html).write_text(found.html(), "utf-8")
        print(f"nodecompat: {found.differences} differ, see {arguments.html}", file=sys.stderr)
    else:
        isPlain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
        sys.stdout.write(found.text(colour=not isPlain) if arguments.html is None else found.html())
    return 1 if found.differences else 0


def _record(arguments: argparse.Namespace) -> int:
    from ..anatomy.recording import newRecording, start, stop

    if arguments.script is None:
        arguments.script = str(next((path for path in _ARTICLES if path.exists()), _ARTICLES[0]))
        arguments.args = [str(_freePort())]
    recording = newRecording(os.path.basename(arguments.script), arguments.limit)
    recorder = start(recording)

    def finish() -> int:
        stop()
        return _draw(recording, arguments)

    runner.lastWords.append(finish)
    try:
        if arguments.serve:
            from ..anatomy.serve import start as serve

            serve(
                recorder, arguments.port, lambda url: print(f"watch the program at {url}", file=sys.stderr, flush=True)
            )
        code = runCommand.runScript(arguments.script, arguments.args)
    except SystemExit as error:  # the script called run(), which exited with this code
        code = runner.codeOf(error)
    finally:
        runner.lastWords.remove(finish)
        stop()
    return _draw(recording, arguments) or code


def _draw(recording: Recording, arguments: argparse.Namespace) -> int:
    from ..anatomy import terminal

    if arguments.side is not None:
        recording = recording.side(arguments.side)
    outputs = [
        (arguments.svg, recording.svg),
        (arguments.html, recording.html),
        (arguments.json, lambda: json.dumps(recording.toJson(), ensure_ascii=False, indent=1) + "\n"),
        (arguments.mermaid, recording.mermaid),
    ]
    written = False
    for file, draw in outputs:
        if file is None:
            continue
        written = True
        if file == "-":
            sys.stdout.write(draw())
            continue
        try:
            Path(file).write_text(draw(), "utf-8")
        except OSError as error:
            return _refuse(f"cannot write {file}: {error.strerror}")
        print(f"nodecompat: {len(recording.entries)} steps and events in {file}", file=sys.stderr)
    if not written and not arguments.serve:
        terminal.show(recording)
    return 0


def _unwritable(arguments: argparse.Namespace) -> str | None:
    """Why a requested file cannot be written: reported before the program runs."""
    for file in (arguments.svg, arguments.html, arguments.json, arguments.mermaid):
        if file not in (None, "-") and not os.access(os.path.dirname(os.path.abspath(file)), os.W_OK):
            return f"cannot write {file}: no such folder, or no permission"
    return None


def _freePort() -> int:
    """An unused port, outside the kernel's range of client ports."""
    import random
    import socket

    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    return 8124


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _refuse(text: str) -> int:
    print(f"nodecompat: {text}", file=sys.stderr)
    return 1
