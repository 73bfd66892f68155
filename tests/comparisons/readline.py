"""Comparisons of `readline`; random programs stand in data/cases/readline.jsonl.gz."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from readlinecases import turn

from nodecompat import readline, setImmediate
from nodecompat.abort import AbortController, AbortSignal
from nodecompat.errors import NodeError
from nodecompat.stream import PassThrough
from nodecompat.util import promisify

_EDITOR = "there is no line editor: the terminal edits lines itself"
LEFT_OUT = {
    "Interface 'SIG*": f"{_EDITOR}, and signals go to `process`",
    "Interface 'history'": _EDITOR,
    "Key.*": _EDITOR,
    "emitKeypressEvents": _EDITOR,
}


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


def _made(**options: Any) -> Any:
    return readline.createInterface({"input": PassThrough(), **options})


async def _turns(count: int = 4) -> None:
    for _ in range(count):
        await turn()


def _output(**attributes: Any) -> Any:
    class Output(PassThrough):
        pass

    made = Output()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def _moves(name: str, values: Any) -> Any:
    found = []
    for value in values:
        stream = PassThrough()
        result = _each([lambda: getattr(readline, name)(stream, *value)])[0]  # noqa: B023
        found.append([result, stream.read()])
    return found


def optionsOfAnInterface() -> Any:
    whole = _made(history=["a"], historySize=5, removeHistoryDuplicates=True, completer=lambda line: [])
    return [
        *(_made().terminal, _made(terminal=True).terminal, _made(output=_output(isTTY=True)).terminal),
        _made(output=_output(isTTY=True), terminal=False).terminal,
        *(_made(crlfDelay=delay).crlfDelay for delay in (None, 5, 500, math.inf, 0)),
        *(_made().tabSize, _made(tabSize=3).tabSize),
        *(_made().escapeCodeTimeout, _made(escapeCodeTimeout=7).escapeCodeTimeout),
        *(_made().getPrompt(), _made(prompt="a").getPrompt(), _made(prompt="").getPrompt()),
        *(_made().line, _made(terminal=True).cursor, whole.line),
    ]


def wrongOptions() -> Any:
    made: Any = readline
    found = _each(
        [
            lambda: made.createInterface(),
            lambda: made.createInterface({}),
            lambda: made.createInterface({"input": 5}),
            lambda: _made(completer=5),
            lambda: _made(history=5),
            lambda: _made(historySize=-1),
            lambda: _made(historySize="a"),
            lambda: _made(tabSize=0),
            lambda: _made(tabSize=1.5),
            lambda: _made(tabSize="a"),
            lambda: _made(signal=5),
        ]
    )
    return [error[0] if at < 3 else error for at, error in enumerate(found)]


async def argumentsOfCreateInterface() -> Any:
    input, output = PassThrough(), PassThrough()
    rl = readline.createInterface(input, output)
    lines: list[str] = []
    rl.on("line", lines.append)
    rl.prompt()
    input.end("a\nb")
    await _turns()
    return [lines, output.read(), rl.input is input, rl.output is output]


async def events() -> Any:
    rl = _made()
    seen: list[Any] = []
    for name in ("pause", "resume", "close"):
        rl.on(name, lambda name=name: seen.append([name]))
    rl.on("line", lambda line: seen.append(["line", line]))
    rl.on("error", lambda error: seen.append(["error", str(error)]))
    rl.write("a\nb")
    rl.input.write("c\n")
    rl.pause()
    rl.pause()
    rl.resume()
    rl.resume()
    rl.input.emit("error", RuntimeError("x"))
    rl.close()
    rl.close()
    await _turns()
    return seen


def afterTheEnd() -> Any:
    rl = _made()
    rl.close()
    return _each(
        [
            rl.pause,
            rl.resume,
            rl.prompt,
            lambda: rl.write("a"),
            lambda: rl.question("a", lambda: 0),
            lambda: rl.setPrompt("b"),
            rl.getPrompt,
            rl.close,
            lambda: rl.closed,
        ]
    )


async def theSignalCloses() -> Any:
    controller = AbortController()
    seen: list[Any] = []
    one = _made(signal=controller.signal)
    one.on("close", lambda: seen.append("one"))
    controller.abort()
    two = _made(signal=controller.signal)
    two.on("close", lambda: seen.append("two"))
    seen += [one.closed, two.closed]
    await _turns()
    return seen


async def prompts() -> Any:
    output = PassThrough()
    rl = _made(output=output, prompt="?")
    answers: list[Any] = []
    rl.prompt()
    rl.prompt(True)
    rl.setPrompt("é> ")
    rl.prompt()
    rl.question("name ", lambda answer: answers.extend([answer, rl.getPrompt()]))
    rl.question("again ", answers.append)
    rl.input.write("joe\n")
    rl.question("no callback ")
    rl.question("late ", {"signal": AbortSignal.abort()}, lambda: answers.append("never"))
    controller = AbortController()
    rl.question("taken back ", {"signal": controller.signal}, lambda: answers.append("never"))
    controller.abort()
    rl.on("line", lambda line: answers.append(["line", line]))
    rl.input.write("x\n")
    await _turns()
    texts = []
    while (text := output.read()) is not None:
        texts.append(text.decode())

    def promptOfANumber() -> None:
        rl.setPrompt(5)
        rl.prompt()

    wrong = [
        lambda: rl.question("a", {"signal": 5}, lambda: 0),
        promptOfANumber,
        lambda: rl.write(5),
        lambda: rl.write(None),
    ]
    return [answers, "".join(texts), *_each(wrong)]


async def promisified() -> Any:
    rl = _made()
    answer = promisify(rl.question)("x")
    rl.input.write("yes\n")
    return await answer


def getCursorPos() -> Any:
    prompts = ["", "abc", "é€", "日本", "a\nbc", "\t", "ab\tc", "x" * 25, "x" * 20, "日" * 11, "a\n\nb"]
    found = []
    for prompt in (*prompts, "\x1b[31mred\x1b[0m", "abcdefghi日j"):
        for columns in (None, 10):
            position = _made(prompt=prompt, output=_output(columns=columns)).getCursorPos()
            found.append([position["rows"], position["cols"]])
    return found


def clearLine() -> Any:
    return _moves("clearLine", [[], [-1], [0], [1], [5], [-3], [0, 5]])


def clearScreenDown() -> Any:
    return _moves("clearScreenDown", [[], [5]])


def cursorTo() -> Any:
    nan = math.nan
    places: Any = [[0], [5], [5, 7], [0, 0], [-1, 2], [None, 3], [nan], [1, nan], [1, 2, 5], ["a"], [1, "a"]]
    return _moves("cursorTo", places)


def moveCursor() -> Any:
    return _moves("moveCursor", [[0, 0], [1, 0], [-1, 2], [3, -4], [0, 5], [0, -5], [1, 2, 5]])


async def callbacksOfTheCursor() -> Any:
    seen: list[Any] = []

    def noting(name: str) -> Callable[..., Any]:
        return lambda error=None: seen.append([name, error])

    for target in (PassThrough(), None):
        readline.clearLine(target, 0, noting("line"))
        readline.clearScreenDown(target, noting("screen"))
        readline.cursorTo(target, 1, noting("to"))
        readline.cursorTo(target, 1, 2, noting("to"))
        readline.moveCursor(target, 1, 2, noting("by"))
        readline.moveCursor(target, 0, 0, noting("nothing"))
    seen.append("now")
    await _turns()
    return seen


async def linesOfAnIteration() -> Any:
    rl = _made()
    setImmediate(rl.input.end, "a\nb\r\n\nc")
    return [[line async for line in rl], rl.closed]


async def aLoopThatIsLeft() -> Any:
    rl = _made()
    found: list[Any] = []
    setImmediate(rl.input.write, "a\nb\nc\n")
    async for line in rl:
        found.append(line)
        break
    await _turns()
    found += [rl.closed, rl.listenerCount("line")]
    async for line in rl:
        found.append(line)
    return found


async def anErrorEndsTheLoop() -> Any:
    rl = _made()
    setImmediate(rl.input.destroy, RuntimeError("gone"))
    try:
        async for _ in rl:
            pass
    except RuntimeError as error:
        return [str(error), rl.closed]


async def manyLines() -> Any:
    rl = _made()
    seen: list[str] = []
    for name in ("pause", "resume"):
        rl.on(name, lambda name=name: seen.append(name))
    iterator = rl.__aiter__()
    for _ in range(30):
        rl.input.write("x\n" * 100)
        await _turns(1)
    rl.input.end()
    return [sum([len(line) async for line in iterator]), seen]


def disposed() -> Any:
    seen: list[str] = []
    with _made() as rl:
        rl.on("close", lambda: seen.append("close"))
    return seen


def theClass() -> Any:
    return [isinstance(_made(), readline.Interface), "function" * callable(readline.promises.createInterface)]
