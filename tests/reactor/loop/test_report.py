"""What the user reads when a program fails, and the last flush."""

from __future__ import annotations

import io
import os
import sys
from types import CodeType

import pytest

from nodecompat import errors, events
from nodecompat.reactor.loop import report


def raised(source: str, name: str) -> BaseException:
    """What a source that calls itself `name` raises: with the frames of this test above its own."""
    code: CodeType = compile(source, name, "exec")
    try:
        exec(code, {})
    except BaseException as error:
        return error
    raise AssertionError("it raises nothing")


def inside(error: BaseException) -> list[str]:
    """The files of the frames that are left."""
    frames, files = report.userFrames(error.__traceback__), []
    while frames is not None:
        files.append(frames.tb_frame.f_code.co_filename)
        frames = frames.tb_next
    return files


def testFramesAboveTheProgramAreLeftOut() -> None:
    ours = os.path.join(os.path.dirname(events.__file__), "emitter.py")
    source = f'exec(compile(\'exec(compile("1/0", "user.py", "exec"))\', {ours!r}, \'exec\'))'
    error = raised(source, f"/usr/lib{os.sep}twisted{os.sep}reactor.py")
    error.__traceback__ = error.__traceback__.tb_next
    assert inside(error) == ["user.py"]


def testFramesBelowTheProgramStay() -> None:
    """Where it called us with something wrong is worth to be seen."""
    error = raised("from nodecompat import events; events.EventEmitter().on('x', 1)", "user.py")
    files = inside(error)
    assert files[1] == "user.py"
    assert len(files) > 2


def testAnErrorWithoutALineOfTheProgramHasNodesFields(capsys: pytest.CaptureFixture[str]) -> None:
    error = ConnectionRefusedError("connect ECONNREFUSED 127.0.0.1:1")
    error.code, error.syscall, error.port = "ECONNREFUSED", "connect", 1  # type: ignore[attr-defined]
    report.printError(error)
    assert capsys.readouterr().err == (
        "Uncaught ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:1\n"
        "  { code: 'ECONNREFUSED', syscall: 'connect', port: 1 }\n"
    )


def testAnErrorOfNodesIsCalledByItsName(capsys: pytest.CaptureFixture[str]) -> None:
    report.printError(errors.ERR_SERVER_NOT_RUNNING())
    assert capsys.readouterr().err.startswith("Uncaught Error: Server is not running")


def testAnErrorWithoutCodeIsPythons(capsys: pytest.CaptureFixture[str]) -> None:
    report.printError(raised("def inner():\n    raise ValueError('boom')\ninner()", "user.py"))
    text = capsys.readouterr().err
    assert text.startswith("Traceback (most recent call last):")
    assert text.endswith("ValueError: boom\n")
    assert 'File "user.py", line 2, in inner' in text


def unheard(emitter: events.EventEmitter, error: BaseException) -> BaseException:
    """The error, as it comes out of an emitter without a listener."""
    with pytest.raises(type(error)) as found:
        emitter.emit("error", error)
    found.value.__traceback__ = found.tb.tb_next  # without the frame of this test
    return found.value


def testAnErrorThatNobodyListensForSaysWhoseItIs(capsys: pytest.CaptureFixture[str]) -> None:
    class Named(events.EventEmitter):
        def __repr__(self) -> str:
            return "<mine>"

    inner, outer = events.EventEmitter(), Named()
    inner.on("error", lambda error: outer.emit("error", error))
    error = unheard(inner, ValueError("boom"))
    assert report.unheardOf(error) == "Unhandled 'error' event of <mine>"
    error.__traceback__ = error.__traceback__.tb_next.tb_next.tb_next  # type: ignore[union-attr]
    while report.userFrames(error.__traceback__) is not None:
        error.__traceback__ = error.__traceback__.tb_next  # type: ignore[union-attr]
    report.printError(error)
    assert capsys.readouterr().err == (
        "Uncaught ValueError: boom\nUnhandled 'error' event of <mine>\nListen for it: emitter.on(\"error\", listener)\n"
    )


@pytest.mark.parametrize("name", ["error", events.errorMonitor])
def testAListenerOfErrorThatFailsIsNoUnhandledEvent(name: object) -> None:
    def fail(error: object) -> None:
        raise AttributeError("code")

    emitter = events.EventEmitter()
    emitter.on(name, fail)
    with pytest.raises(AttributeError) as found:
        emitter.emit("error", ValueError("boom"))
    assert report.unheardOf(found.value) is None


def testAsyncioOnAnotherReactorIsToldWhatToDo(capsys: pytest.CaptureFixture[str]) -> None:
    report.printError(raised("import asyncio; asyncio.get_running_loop()", "user.py"))
    assert capsys.readouterr().err.endswith(
        "RuntimeError: no running event loop\n"
        "asyncio runs on its own loop only: start the program with `nodecompat run --reactor asyncio`, "
        "or with asyncio.run(main())\n"
    )


def testTheCausesOfAnErrorAreSaid(capsys: pytest.CaptureFixture[str]) -> None:
    error, cause, end = errors.ERR_SERVER_NOT_RUNNING(), OSError("middle"), KeyError("deep")
    error.cause, cause.__cause__, end.__cause__ = cause, end, error  # type: ignore[attr-defined]
    report.printError(error)
    assert capsys.readouterr().err == (
        "Uncaught Error: Server is not running.\n"
        "  { code: 'ERR_SERVER_NOT_RUNNING' }\n"
        "Caused by OSError: middle\n"
        "Caused by KeyError: 'deep'\n"
    )


@pytest.mark.parametrize("stderr", [None, "closed"])
def testAStderrThatIsGoneRaisesNothing(stderr: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone if stderr else None)
    report.printError(ValueError("boom"))
    report.flush()


def testTheLastFlushOfABrokenPipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody can read is dropped, and the interpreter's own flush finds a place for it."""
    reading, writing = os.pipe()
    os.close(reading)
    broken = os.fdopen(writing, "w")
    broken.write("lost")
    toNowhere = report._toNowhere
    asked: list[int] = []
    monkeypatch.setattr(sys, "stdout", broken)
    monkeypatch.setattr(report, "_toNowhere", asked.append)
    report.flush()
    assert asked == [1]
    toNowhere(writing)
    broken.close()  # flushes what is left: a pipe would raise here


def testAStandardStreamIsPointedToNowhere() -> None:
    reading, writing = os.pipe()
    try:
        report._toNowhere(writing)
        os.write(writing, b"x")
        os.set_blocking(reading, False)
        assert os.read(reading, 1) == b""  # its only writer has gone
    finally:
        os.close(reading)
        os.close(writing)
