"""The command `nodecompat`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from program import finish, python, start

from nodecompat import __version__

REACTORS = ["epoll", "poll", "select", "asyncio"]


def nodecompat(*command: str, **options: Any) -> tuple[int, str, str]:
    return python("-m", "nodecompat", *command, **options)


@pytest.fixture
def script(tmp_path: Path) -> Any:
    """Writes a program; returns its path."""

    def write(source: str, name: str = "app.py") -> str:
        path = tmp_path / name
        path.write_text(source)
        return str(path)

    return write


class TestFace:
    def testVersion(self) -> None:
        code, out, err = nodecompat("--version")
        assert (code, err) == (0, "")
        assert out.startswith(f"nodecompat {__version__} (API of Node.js 26.10.0, Python 3.")

    @pytest.mark.parametrize("command", [(), ("--help",), ("-h",)])
    def testHelpShowsTheSubcommandsAndExamples(self, command: tuple[str, ...]) -> None:
        code, out, err = nodecompat(*command)
        assert (code, err) == (0, "")
        for text in ("nodecompat demo", "nodecompat run app.py", "--reactor asyncio", "nodecompat app.py"):
            assert text in out

    @pytest.mark.parametrize("subcommand", ["run", "demo"])
    def testSubcommandsHaveHelp(self, subcommand: str) -> None:
        code, out, _ = nodecompat(subcommand, "--help")
        assert code == 0
        assert "--reactor {epoll,poll,select,asyncio}" in out

    @pytest.mark.parametrize("command", [("run",), ("--what",), ("run", "--reactor", "x", "app.py")])
    def testNonsenseIsRefused(self, command: tuple[str, ...]) -> None:
        code, out, err = nodecompat(*command)
        assert (code, out) == (2, "")
        assert err.startswith("usage: nodecompat")


class TestRun:
    @pytest.mark.parametrize("command", [("run",), ()])
    def testRunsAProgramUntilNothingIsAlive(self, script: Any, command: tuple[str, ...]) -> None:
        path = script("from nodecompat import setTimeout\nsetTimeout(print, 5, 'timer')\nprint('script')")
        assert nodecompat(*command, path) == (0, "script\ntimer\n", "")

    def testTheScriptFindsItselfAsUnderPython(self, script: Any, tmp_path: Path) -> None:
        source = (
            "import sys, __main__, neighbour\n"
            "print(__name__, __file__, sys.argv, sys.path[0], neighbour.here, __main__.neighbour is neighbour)\n"
        )
        script("here = 1", "neighbour.py")
        path = script(source)
        arguments = ["a", "--reactor", "x", "-h", "--", "b"]
        ours = nodecompat("run", path, *arguments)
        assert ours == python(path, *arguments)
        assert ours[:2] == (0, f"__main__ {path} {[path, *arguments]} {tmp_path} 1 True\n")

    def testAScriptMayCallRunItself(self, script: Any) -> None:
        source = """
from nodecompat import process, run, setTimeout
process.on("exit", lambda code: print("exit", code))
setTimeout(print, 5, "timer")
if __name__ == "__main__":
    run()
print("after")
"""
        path = script(source)
        assert nodecompat("run", path) == python(path) == (0, "timer\nexit 0\nafter\n", "")

    def testTheCodeOfItsRunIsTheCode(self, script: Any) -> None:
        path = script(
            "from nodecompat import process, run, setTimeout\nsetTimeout(process.exit, 1, 6)\nrun()\nprint('never')"
        )
        assert nodecompat("run", path) == python(path) == (6, "", "")

    @pytest.mark.parametrize("reactor", REACTORS)
    def testTheReactorIsChosen(self, script: Any, reactor: str) -> None:
        source = """
from nodecompat import setTimeout
def show():
    from twisted.internet import reactor
    print(type(reactor).__name__)
setTimeout(show, 1)
"""
        code, out, err = nodecompat("run", "--reactor", reactor, script(source))
        assert (code, err) == (0, "")
        assert reactor in out.lower()

    @pytest.mark.parametrize("name", ["nope.py", "nope", "folder"])
    def testAMissingScriptIsSaidInOneLine(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "folder").mkdir()
        expected = f"nodecompat: Cannot find module '{tmp_path / name}' (MODULE_NOT_FOUND)\n"
        assert nodecompat("run", str(tmp_path / name)) == (1, "", expected)

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
    def testAScriptThatMayNotBeRead(self, script: Any) -> None:
        path = script("")
        os.chmod(path, 0)
        assert nodecompat("run", path) == (1, "", f"nodecompat: EACCES: permission denied, open '{path}'\n")

    def testTheEndingMayBeLeftOutAndAFolderHasAMain(self, script: Any, tmp_path: Path) -> None:
        script("print('app')")
        script("print('main')", "__main__.py")
        assert nodecompat("run", str(tmp_path / "app")) == (0, "app\n", "")
        assert nodecompat("run", str(tmp_path)) == (0, "main\n", "")

    def testAScriptThatRaisesShowsItsOwnFrames(self, script: Any) -> None:
        path = script("def inner():\n    return 1 / 0\ninner()\n")
        code, out, err = nodecompat("run", path)
        assert (code, out) == (1, "")
        assert err == python(path)[2]
        assert err.count("File ") == 2

    def testASyntaxErrorIsShownAsPythonDoes(self, script: Any) -> None:
        path = script("x = = 3\n")
        code, out, err = nodecompat("run", path)
        assert (code, out) == (1, "")
        assert err == python(path)[2]

    def testAnEncodingThatIsDeclaredIsObeyed(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.py"
        path.write_bytes("# coding: latin-1\nprint(len('é'))\n".encode("latin-1"))
        assert nodecompat("run", str(path)) == (0, "1\n", "")

    @pytest.mark.parametrize(
        "source, code, err",
        [
            ("import sys; sys.exit(7)", 7, ""),
            ("import sys; sys.exit('text')", 1, "text\n"),
            ("import sys; sys.exit()", 0, ""),
            ("raise KeyboardInterrupt", 130, ""),
            ("from nodecompat import process; process.exit(5)", 5, ""),
            ("from nodecompat import process; process.exitCode = 4", 4, ""),
        ],
    )
    def testItsExitCodeIsOurs(self, script: Any, source: str, code: int, err: str) -> None:
        assert nodecompat("run", script(source)) == (code, "", err)

    @pytest.mark.parametrize("end, code", [("", 0), ("sys.exit(3)", 3), ("process.exit(3)", 3), ("1 / 0", 1)])
    def testExitIsEmittedOnce(self, script: Any, end: str, code: int) -> None:
        source = (
            f"import sys\nfrom nodecompat import process\nprocess.on('exit', lambda code: print('exit', code))\n{end}"
        )
        assert nodecompat("run", script(source))[:2] == (code, f"exit {code}\n")

    def testAHandledErrorOfTheScriptLeavesTheRest(self, script: Any) -> None:
        source = """
from nodecompat import process, setTimeout
process.on("uncaughtException", lambda error: print("caught", error))
setTimeout(print, 1, "timer")
1 / 0
"""
        assert nodecompat("run", script(source)) == (0, "caught division by zero\ntimer\n", "")

    def testAnErrorLaterPrintsItsTraceback(self, script: Any) -> None:
        path = script(
            "from nodecompat import setTimeout\ndef broken():\n    raise ValueError('boom')\nsetTimeout(broken, 1)"
        )
        code, out, err = nodecompat("run", path)
        assert (code, out) == (1, "")
        assert (
            err
            == f'''Traceback (most recent call last):
  File "{path}", line 3, in broken
    raise ValueError('boom')
ValueError: boom
'''
        )

    def testTheScriptMayComeFromStdin(self, script: Any) -> None:
        code, out, err = nodecompat("run", "-", "argument")  # stdin is empty here
        assert (code, out, err) == (0, "", "")

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
    def testCtrlC(self, script: Any) -> None:
        child = start(
            "-m", "nodecompat", script("from nodecompat import setTimeout\nsetTimeout(print, 60000)\nprint('ready')")
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        assert finish(child) == (130, "", "")
