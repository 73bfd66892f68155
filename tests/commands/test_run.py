"""`nodecompat run`: a program as `node app.js` would run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from program import finish, nodecompat, python, start

from nodecompat.commands import run

REACTORS = ["epoll", "poll", "select", "asyncio", "direct"]


@pytest.fixture
def script(tmp_path: Path) -> Any:
    """Writes a program; returns its path."""

    def write(source: str, name: str = "app.py") -> str:
        path = tmp_path / name
        path.write_text(source)
        return str(path)

    return write


@pytest.mark.parametrize("command", [("run",), ()])
def testRunsAProgramUntilNothingIsAlive(script: Any, command: tuple[str, ...]) -> None:
    path = script("from nodecompat import setTimeout\nsetTimeout(print, 5, 'timer')\nprint('script')")
    assert nodecompat(*command, path) == (0, "script\ntimer\n", "")


@pytest.mark.parametrize("command", [("run", "-e"), ("-e",), ("--eval",)])
def testAProgramInTheCommand(command: tuple[str, ...]) -> None:
    source = "import sys\nfrom nodecompat import setTimeout\nsetTimeout(print, 1, sys.argv, __name__)"
    assert nodecompat(*command, source, "a", "-b") == (0, "['-e', 'a', '-b'] __main__\n", "")


def testAnErrorInAProgramInTheCommand() -> None:
    code, out, err = nodecompat("-e", "raise ValueError('no')")
    assert (code, out) == (1, "")
    assert '  File "<eval>", line 1' in err and err.endswith("ValueError: no\n")


@pytest.mark.parametrize("command", [("run",), ("run", "-")])
def testAProgramThroughAPipeIsReadWhole(command: tuple[str, ...]) -> None:
    """As by `node`; it may await outside of a function."""
    child = start("-m", "nodecompat", *command, stdin=subprocess.PIPE)
    source = (
        "import sys\nfrom nodecompat import timers\nprint(await timers.promises.setTimeout(1, 'awaited'), __name__)\n"
    )
    out, err = child.communicate(source, timeout=60)
    assert (child.returncode, out, err) == (0, "awaited __main__\n", "")


@pytest.mark.parametrize(
    ("source", "code", "told"),
    [
        ("", 0, ""),
        ("await 1", 1, "TypeError: object int can't be used in 'await' expression\n"),
        (
            "from nodecompat import timers\nawait timers.promises.setTimeout(1)\n1/0",
            1,
            "ZeroDivisionError: division by zero\n",
        ),
        ("from twisted.internet.defer import Deferred\nawait Deferred()", 13, "in <module>\n"),
    ],
)
def testAwaitOutsideOfAFunction(source: str, code: int, told: str) -> None:
    found, out, err = nodecompat("-e", source)
    assert (found, out) == (code, "")
    assert err.endswith(told)


def testTheScriptFindsItselfAsUnderPython(script: Any, tmp_path: Path) -> None:
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


def testAScriptMayCallRunItself(script: Any) -> None:
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


def testTheCodeOfItsRunIsTheCode(script: Any) -> None:
    path = script(
        "from nodecompat import process, run, setTimeout\nsetTimeout(process.exit, 1, 6)\nrun()\nprint('never')"
    )
    assert nodecompat("run", path) == python(path) == (6, "", "")


@pytest.mark.parametrize("reactor", REACTORS)
def testTheReactorIsChosen(script: Any, reactor: str) -> None:
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
def testAMissingScriptIsSaidInOneLine(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    expected = f"nodecompat: Cannot find module '{tmp_path / name}' (MODULE_NOT_FOUND)\n"
    assert nodecompat("run", str(tmp_path / name)) == (1, "", expected)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def testAScriptThatMayNotBeRead(script: Any) -> None:
    path = script("")
    os.chmod(path, 0)
    assert nodecompat("run", path) == (1, "", f"nodecompat: EACCES: permission denied, open '{path}'\n")


def testTheEndingMayBeLeftOutAndAFolderHasAMain(script: Any, tmp_path: Path) -> None:
    script("print('app')")
    script("print('main')", "__main__.py")
    assert nodecompat("run", str(tmp_path / "app")) == (0, "app\n", "")
    assert nodecompat("run", str(tmp_path)) == (0, "main\n", "")


def testAScriptThatRaisesShowsItsOwnFrames(script: Any) -> None:
    path = script("def inner():\n    return 1 / 0\ninner()\n")
    code, out, err = nodecompat("run", path)
    assert (code, out) == (1, "")
    assert err == python(path)[2]
    assert err.count("File ") == 2


def testASyntaxErrorIsShownAsPythonDoes(script: Any) -> None:
    path = script("x = = 3\n")
    code, out, err = nodecompat("run", path)
    assert (code, out) == (1, "")
    assert err == python(path)[2]


def testAnEncodingThatIsDeclaredIsObeyed(tmp_path: Path) -> None:
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
def testItsExitCodeIsOurs(script: Any, source: str, code: int, err: str) -> None:
    assert nodecompat("run", script(source)) == (code, "", err)


@pytest.mark.parametrize("end, code", [("", 0), ("sys.exit(3)", 3), ("process.exit(3)", 3), ("1 / 0", 1)])
def testExitIsEmittedOnce(script: Any, end: str, code: int) -> None:
    source = f"import sys\nfrom nodecompat import process\nprocess.on('exit', lambda code: print('exit', code))\n{end}"
    assert nodecompat("run", script(source))[:2] == (code, f"exit {code}\n")


def testAHandledErrorOfTheScriptLeavesTheRest(script: Any) -> None:
    source = """
from nodecompat import process, setTimeout
process.on("uncaughtException", lambda error: print("caught", error))
setTimeout(print, 1, "timer")
1 / 0
"""
    assert nodecompat("run", script(source)) == (0, "caught division by zero\ntimer\n", "")


def testAnErrorLaterPrintsItsTraceback(script: Any) -> None:
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


def testTheScriptMayComeFromStdin(script: Any) -> None:
    code, out, err = nodecompat("run", "-", "argument")  # stdin is empty here
    assert (code, out, err) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def testCtrlC(script: Any) -> None:
    child = start(
        "-m", "nodecompat", script("from nodecompat import setTimeout\nsetTimeout(print, 60000)\nprint('ready')")
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    assert finish(child) == (130, "", "")


# Without a process of its own


def testWhereAScriptIsLookedFor(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("app")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__main__.py").write_text("main")
    assert run.load(str(tmp_path / "app.py")) == (str(tmp_path / "app.py"), b"app")
    assert run.load(str(tmp_path / "app")) == (str(tmp_path / "app.py"), b"app")
    assert run.load(str(tmp_path / "pack")) == (str(tmp_path / "pack" / "__main__.py"), b"main")
    with pytest.raises(FileNotFoundError):
        run.load(str(tmp_path / "none"))


def testAFileIsPreferredToOneWithTheEnding(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("bare")
    (tmp_path / "app.py").write_text("with")
    assert run.load(str(tmp_path / "app"))[1] == b"bare"


def testThePathOfAScriptIsAbsolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text("")
    monkeypatch.chdir(tmp_path)
    assert run.load("app.py")[0] == str(tmp_path / "app.py")


@pytest.mark.parametrize(("path", "first"), [("/somewhere/app.py", "/somewhere"), ("<stdin>", "")])
def testBecomingMain(path: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["old", "other"])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    module = run.becomeMain(path)
    assert sys.modules["__main__"] is module
    assert (module.__name__, module.__file__, sys.path) == ("__main__", path, [first, "other"])
