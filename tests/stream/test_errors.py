"""Every error of the stream section of the table of observed errors: same code, class and message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlog import Log, silent, sink, source, start

from nodecompat.abort import AbortController
from nodecompat.errors import NodeError
from nodecompat.stream import PassThrough, Readable, Transform, Writable, addAbortSignal, finished, pipeline
from nodecompat.testing import Network

ROWS = json.loads((Path(__file__).parents[1] / "data" / "node-errors.json").read_text("utf-8"))["rows"]
#: Provoked by streams too, in the section of arguments.
ARGUMENTS = (
    "new stream.Readable({highWaterMark: -1})",
    'readable.setEncoding("nope")',
)


class Seen:
    """Where each kind of row comes out."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.by: dict[str, BaseException] = {}

    def thrown(self, action: Callable[[], Any]) -> None:
        try:
            action()
        except NodeError as error:
            self.by["thrown"] = error

    def watch(self, stream: Any) -> Any:
        return stream.on("error", lambda error: self.by.setdefault("error event", error))

    def callback(self, comesAs: str) -> Callable[..., None]:
        return lambda error=None: self.by.setdefault(comesAs, error)


def writeAfterEnd(seen: Seen) -> None:
    stream = seen.watch(sink())
    stream.end()
    stream.end("x", seen.callback("end callback"))


def afterFinish(seen: Seen) -> None:
    stream = seen.watch(sink())
    stream.end()
    seen.net.run()
    stream.end(seen.callback("end callback"))


def pushAfterEnd(seen: Seen) -> None:
    stream = seen.watch(silent())
    stream.push(None)
    stream.push("x")


def unshiftAfterEnd(seen: Seen) -> None:
    stream = seen.watch(source())
    stream.resume()
    seen.net.run()
    stream.unshift("x")


def twice(seen: Seen) -> None:
    def write(chunk: Any, encoding: Any, callback: Any) -> None:
        callback()
        callback()

    seen.watch(Writable(write=write)).write("x")


def destroyedEarly(seen: Seen) -> None:
    stream = silent()
    finished(stream, seen.callback("callback"))
    stream.destroy()


def sourceClosesEarly(seen: Seen) -> None:
    stream = silent()
    pipeline(stream, PassThrough(), seen.callback("callback"))
    stream.destroy()


def iterateDestroyed(seen: Seen) -> None:
    async def main() -> None:
        stream = silent()
        stream.destroy()
        async for _ in stream:
            pass

    start(main()).addErrback(lambda failure: seen.by.setdefault("thrown", failure.value))


def abort(seen: Seen) -> None:
    controller = AbortController()
    addAbortSignal(controller.signal, seen.watch(silent()))
    controller.abort()


ACTIONS: dict[str, Callable[[Seen], Any]] = {
    "push() after push(null)": pushAfterEnd,
    "unshift() after the end event": unshiftAfterEnd,
    "_read not implemented": lambda seen: seen.watch(Readable()).read(),
    "_write not implemented": lambda seen: seen.thrown(lambda: Writable().write("x")),
    "_transform not implemented": lambda seen: seen.thrown(lambda: Transform().write("x")),
    "write(null)": lambda seen: seen.thrown(lambda: sink().write(None)),
    "write(5) without objectMode": lambda seen: seen.thrown(lambda: sink().write(5)),
    "push(5) without objectMode": lambda seen: seen.watch(silent()).push(5),
    "write callback called twice": twice,
    'end("x") after end()': writeAfterEnd,
    "end(callback) after finish": afterFinish,
    "finished() on a stream destroyed early": destroyedEarly,
    "pipeline() with one stream": lambda seen: seen.thrown(lambda: pipeline(PassThrough(), lambda: None)),
    "pipeline() without callback": lambda seen: seen.thrown(lambda: pipeline(PassThrough(), PassThrough())),
    "pipeline() whose source closes early": sourceClosesEarly,
    "pipe() from a Writable": lambda seen: seen.watch(sink()).pipe(PassThrough()),
    "for await over a destroyed stream": iterateDestroyed,
    "addAbortSignal, then abort": abort,
    ARGUMENTS[0]: lambda seen: seen.thrown(lambda: Readable(highWaterMark=-1)),
    ARGUMENTS[1]: lambda seen: seen.thrown(lambda: Readable().setEncoding("nope")),
}
OURS = [row for row in ROWS if row["module"] == "stream" or row["provoked"] in ARGUMENTS]


def testEveryRowIsProvoked() -> None:
    assert {row["provoked"] for row in OURS} == set(ACTIONS)


@pytest.mark.parametrize("row", OURS, ids=lambda row: f"{row['provoked']}, {row['comesAs']}")
def testSameAsNode(net: Network, log: Log, row: dict[str, Any]) -> None:
    seen = Seen(net)
    ACTIONS[row["provoked"]](seen)
    net.run()
    if row["comesAs"] == "nothing":
        assert seen.by == {}
        return
    error: Any = seen.by[row["comesAs"]]
    assert (error.code, error.name, error.message) == (row["code"], row["name"], row["message"])
