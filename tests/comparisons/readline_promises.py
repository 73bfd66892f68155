"""Comparisons of `readline/promises`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from readlinecases import turn

from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.readline.promises import Interface, Readline, createInterface
from nodecompat.stream import PassThrough


def _each(functions: Iterable[Callable[[], Any]]) -> list[Any]:
    found: list[Any] = []
    for run in functions:
        try:
            found.append(run())
        except NodeError as error:
            found.append([error.name, error.code, error.message])
    return found


async def _failed(promise: Awaitable[Any]) -> list[Any]:
    try:
        return [await promise]
    except NodeError as error:
        return [error.name, error.code, error.message]


async def question() -> Any:
    input, output = PassThrough(), PassThrough()
    rl = createInterface(input=input, output=output, completer=lambda line: [])
    answer = rl.question("name? ")
    input.write("joe\n")
    found = [isinstance(rl, Interface), await answer, output.read().decode()]
    controller = AbortController()
    other = rl.question("again? ", {"signal": controller.signal})
    controller.abort()
    found.append(await _failed(other))
    found.append(await _failed(rl.question("x", {"signal": controller.signal})))
    found.append(await _failed(rl.question("x", {"signal": 5})))
    third = rl.question("third? ", signal=AbortController().signal)
    input.write("3\n")
    found += [await third, rl.getPrompt()]
    rl.close()
    found.append(await _failed(rl.question("late?")))
    return found


async def aCursor() -> Any:
    stream = PassThrough()
    cursor = Readline(stream)
    found = [cursor.clearLine(-1) is cursor, stream.read()]
    cursor.clearLine(0).clearLine(1).cursorTo(1).cursorTo(3, 4).moveCursor(2, -1).moveCursor(0, 0).clearScreenDown()
    committed: Any = await cursor.commit()
    found += [committed, stream.read(), cursor.rollback() is cursor]
    cursor.cursorTo(5, 6).rollback()
    await cursor.commit()
    return [*found, stream.read()]


async def autoCommit() -> Any:
    stream = PassThrough()
    Readline(stream, {"autoCommit": True}).cursorTo(3).clearScreenDown()
    before = stream.read()
    await turn()
    texts = []
    while (text := stream.read()) is not None:
        texts.append(text.decode())
    return [before, "".join(texts)]


def wrongMoves() -> Any:
    made: Any = Readline
    cursor = made(PassThrough())
    return _each(
        [
            lambda: cursor.clearLine(5),
            lambda: cursor.clearLine(None),
            lambda: cursor.cursorTo("a"),
            lambda: cursor.cursorTo(1.5),
            lambda: cursor.cursorTo(1, "b"),
            lambda: cursor.moveCursor(1, None),
            lambda: cursor.moveCursor("a", 1),
            lambda: made(None),
            lambda: made(5),
            lambda: made({}),
            lambda: made(PassThrough(), {"autoCommit": 5}),
        ]
    )
