"""What we make of the programs that `readlinecases.cjs` records from Node."""

from __future__ import annotations

import functools
import math
from typing import Any

import cases
from twisted.internet.defer import Deferred, ensureDeferred

from nodecompat import queueMicrotask, readline, setImmediate
from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.stream import PassThrough


def turn() -> Deferred[None]:
    made: Deferred[None] = Deferred()
    setImmediate(queueMicrotask, lambda: made.callback(None))  # as behind an `await` in JavaScript
    return made


class _Run:
    """One program."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.log: list[list[Any]] = []
        self.acts = program["acts"]
        self.isActing = False
        self.input, self.output = PassThrough(), PassThrough()
        self.controller = AbortController()
        if program["asText"]:
            self.input.setEncoding("utf8")
        delay = math.inf if program["delay"] == "Infinity" else program["delay"]
        options: Any = {"input": self.input, "signal": self.controller.signal, "crlfDelay": delay}
        if program["output"]:
            options["output"] = self.output
        self.input.on("error", lambda error: self.note("input", str(error)))
        self.rl = readline.createInterface(options)
        self.output.on("data", lambda data: self.note("written", data.decode()))
        for name in ("pause", "resume", "close"):
            self.rl.on(name, lambda name=name: self.note(name))
        self.rl.on("error", lambda error: self.note("error", str(error)))
        if program["mode"] == "events":
            self.rl.on("line", lambda line: self.note("line", line))
        else:
            ensureDeferred(self.iterate(2 if program["mode"] == "break" else 1000))

    def note(self, *entry: Any) -> None:
        self.log.append(list(entry))
        if self.isActing or len(self.log) > 200:
            return
        self.isActing = True
        for place, act in self.acts:
            if place == len(self.log) - 1:
                self.perform(act)
        self.isActing = False

    def perform(self, act: str) -> None:
        rl = self.rl
        doers: dict[str, Any] = {
            "pause": rl.pause,
            "resume": rl.resume,
            "close": rl.close,
            "prompt": rl.prompt,
            "question": lambda: rl.question("q?", lambda answer: self.note("answer", answer)),
            "setPrompt": lambda: rl.setPrompt("new> "),
            "write": lambda: rl.write("w\nv"),
            "abort": self.controller.abort,
            "end": self.input.end,
            "destroy": lambda: self.input.destroy(RuntimeError("gone")),
            "two questions": self.askTwice,
        }
        try:
            doers[act]()
        except NodeError as error:
            self.log.append(["raises", act, error.code])

    def askTwice(self) -> None:
        self.rl.question("1?", lambda answer: self.note("first", answer, self.rl.getPrompt()))
        self.rl.question("2?", lambda answer: self.note("second", answer))

    async def iterate(self, left: int) -> None:
        try:
            async for line in self.rl:
                self.note("got", line)
                left -= 1
                if not left:
                    break
            self.note("iterated")
        except RuntimeError as error:
            self.note("failed", str(error))

    async def play(self, program: dict[str, Any]) -> None:
        await turn()
        for chunk in program["chunks"]:
            if self.input.writableEnded or self.input.destroyed:
                break
            self.input.write(bytes.fromhex(chunk))
            if not program["atOnce"]:
                for _ in range(3):
                    await turn()
        if program["ends"] and not self.input.destroyed:
            self.input.end()
        for _ in range(8):
            await turn()


async def wrong(found: list[Any]) -> list[Any]:
    """The cases that differ, with our logs."""
    differing = []
    for program, log in found:
        run = _Run(program)
        await run.play(program)
        if run.log != log:
            differing.append((program, log, run.log))
    return differing


@functools.cache
def recorded() -> list[Any]:
    return cases.recorded("readline")
