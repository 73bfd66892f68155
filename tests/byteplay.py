"""Plays programs of `tools/fuzz_bytes.py`: steps with a ReadableStream of bytes, and everything that comes of them.

A step's outcome is noted where it comes: at once, or when its promise is settled.
"""

from __future__ import annotations

import json
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import setImmediate
from nodecompat.stream.core.promises import run
from nodecompat.stream.web import ReadableStream, ReadResult
from nodecompat.testing import network

FORMATS = {1: "B", 2: "H", 4: "I"}


def plain(value: Any) -> Any:
    """A value as fuzz_bytes.cjs writes it."""
    if isinstance(value, bytes):
        return [value.decode("latin-1"), 1]
    if isinstance(value, memoryview):
        return [value.tobytes().decode("latin-1"), value.itemsize]
    if isinstance(value, BaseException):
        name = getattr(value, "name", "Error")
        return {"error": [name, getattr(value, "message", str(value)).partition("Received ")[0]]}
    if isinstance(value, ReadResult):
        return {"value": plain(value.value), "done": value.done}
    return "[object Array]" if isinstance(value, list) else value


class Player:
    def __init__(self, program: dict[str, Any]) -> None:
        self.log: list[Any] = []
        self.pulls = [*program["pulls"]]
        self.readers: list[tuple[Any, bool]] = []
        source = {
            "type": "bytes",
            "autoAllocateChunkSize": program["auto"],
            "start": lambda controller: setattr(self, "controller", controller),
            "pull": self.pull,
            "cancel": lambda reason: self.log.append(["cancel", plain(reason)]),
        }
        self.controller: Any = None
        self.streams: list[Any] = [ReadableStream(source, {"highWaterMark": program["mark"]})]

    def pull(self) -> None:
        action = self.pulls.pop(0) if self.pulls else None
        request = self.controller.byobRequest
        self.log.append(["pull", None if request is None else len(request.view)])
        if action:
            self.attempt("pulled", action)

    def attempt(self, at: Any, step: list[Any]) -> None:
        """One step, and what comes of it."""
        try:
            value = getattr(self, step[0])(*step[1:])
        except Exception as error:
            self.log.append([at, "throws", plain(error)])
            return
        if not isinstance(value, Deferred):
            self.log.append([at, plain(value)])
            return
        value.addCallbacks(
            lambda found: self.log.append([at, "then", plain(found)]),
            lambda failure: self.log.append([at, "catch", plain(failure.value)]),
        )

    def enqueue(self, text: str) -> None:
        self.controller.enqueue(text.encode("latin-1"))

    def close(self) -> None:
        self.controller.close()

    def error(self) -> None:
        self.controller.error(Exception("broken"))

    def desired(self) -> Any:
        return self.controller.desiredSize

    def request(self) -> Any:
        request = self.controller.byobRequest
        return "none" if request is None else len(request.view)

    def respond(self, size: int) -> Any:
        request = self.controller.byobRequest
        if request is None:
            return "none"
        request.view[:] = b"." * len(request.view)
        return request.respond(size)

    def respondView(self, skip: int, size: int) -> Any:
        request = self.controller.byobRequest
        if request is None:
            return "none"
        if skip + size > len(request.view):
            return "beyond"
        view = request.view[skip : skip + size]
        view[:] = b":" * size
        return request.respondWithNewView(view)

    def reader(self, index: int, isByob: bool) -> str:
        stream = self.streams[index % len(self.streams)]
        self.readers.append((stream.getReader(mode="byob") if isByob else stream.getReader(), isByob))
        return "reader"

    def read(self, index: int, items: int, size: int, min: int, offset: int) -> Any:
        if not self.readers:
            return "none"
        reader, isByob = self.readers[index % len(self.readers)]
        view = memoryview(bytearray((items + offset) * size)).cast(FORMATS[size])[offset:]
        return reader.read(view, {"min": min}) if isByob else reader.read()

    def closed(self, index: int) -> Any:
        return self.readers[index % len(self.readers)][0].closed if self.readers else "none"

    def release(self, index: int) -> Any:
        if self.readers:
            self.readers[index % len(self.readers)][0].releaseLock()
        return "none"

    def cancel(self, index: int, reason: str) -> Any:
        return self.readers[index % len(self.readers)][0].cancel(reason) if self.readers else "none"

    def cancelStream(self, index: int, reason: str) -> Any:
        return self.streams[index % len(self.streams)].cancel(reason)

    def tee(self, index: int) -> str:
        if len(self.streams) > 4:
            return "enough"
        self.streams += self.streams[index % len(self.streams)].tee()
        return "tee"


def isSimilar(program: dict[str, Any], theirs: list[Any], ours: list[Any]) -> bool:
    """Whether a program's outcomes are the same.

    Where a stream is split, promises that are settled in one turn may be so in another order, and nothing is said about
    half an item at the end: Node raises it in the place of whoever closes the source, and never settles `cancel`.
    """
    if not any(step[0] == "tee" for step in program["steps"]):
        return theirs == ours
    return "Partial read" in json.dumps(theirs) or sorted(map(json.dumps, theirs)) == sorted(map(json.dumps, ours))


async def _program(player: Player, steps: list[list[Any]]) -> None:
    for at, step in enumerate(steps):
        if step[0] == "turn":
            await _turn()
        else:
            player.attempt(at, step)


def _turn() -> Deferred[None]:
    passed: Deferred[None] = Deferred()
    setImmediate(lambda: passed.callback(None))
    return passed


def play(program: dict[str, Any]) -> list[Any]:
    """Everything that comes of a program."""
    with network() as net:
        player = Player(program)
        run(_program(player, program["steps"])).addErrback(lambda failure: player.log.append(repr(failure.value)))
        net.run()
    return player.log
