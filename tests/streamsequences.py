"""Random sequences of calls on streams, run here and in Node: what happened must be equal, event by event.

A *case* is JSON: `streams` (name -> how it is made: class, options, what its hooks do) and `groups` of calls; between
two groups the loop runs until nothing is left to do. `generate` makes cases, `play` runs one and returns its log;
`stream/sequences.cjs` is the same interpreter for Node. A log entry shows the state of the stream, private flags of
Node included, so that a difference is found where it begins.

A hook does one *step* per call: `mode` says when ("sync", "tick", "imm"; "never" not at all), the rest what:
push these chunks, fail, raise, call back twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from nodecompat import stream as streams
from nodecompat.reactor.loop import faults, ticks
from nodecompat.testing import Network

Case = dict[str, Any]
Entry = list[Any]

KINDS = ("readable", "writable", "duplex", "transform", "pipe", "chain")
READ_EVENTS = ["end", "close", "error", "pause", "resume"]
WRITE_EVENTS = ["drain", "finish", "close", "error", "pipe", "unpipe", "prefinish"]
#: Turns of the loop between two groups: enough for every chain of immediates that is made; as in sequences.cjs.
TURNS = 40
ALL_EVENTS = list(dict.fromkeys(READ_EVENTS + WRITE_EVENTS))

# -- making cases


class Maker:
    """Makes one case of a kind."""

    def __init__(self, seed: int, kind: str) -> None:
        self.random = random.Random(f"{seed} {kind}")
        self.kind = kind

    def make(self) -> Case:
        case: Case = getattr(self, self.kind)()
        for name in case["streams"]:
            for hook in ("transform", "write"):
                for step in case["streams"][name].get(hook, {}).get("steps", ()):
                    if self.chance(0.12):
                        step["call"] = self.callFromHook(case, name)
            if self.chance(0.4):
                group = self.random.choice(case["groups"])
                group.insert(self.random.randint(0, len(group)), [name, "finished", self.finishedOptions()])
        return case

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def among(self, *things: Any) -> Any:
        return self.random.choice(things)

    def several(self, make: Callable[[], Any], least: int, most: int) -> list[Any]:
        return [make() for _ in range(self.random.randint(least, most))]

    def chunk(self) -> str:
        return "".join(self.several(lambda: self.among(*"abcdefgh"), *([self.among(0, 1, 2, 3, 5, 8)] * 2)))

    def mode(self) -> str:
        return str(self.among("sync", "sync", "tick", "imm"))

    def options(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.chance(0.6):
            made["highWaterMark"] = self.among(0, 1, 2, 3, 4, 10, 16)
        for name in ("autoDestroy", "emitClose"):
            if self.chance(0.1):
                made[name] = False
        if self.chance(0.15):
            made["objectMode"] = True
        return made

    def finishedOptions(self) -> dict[str, bool]:
        return {name: self.chance(0.5) for name in ("readable", "writable", "error") if self.chance(0.15)}

    def step(self, failures: float = 0.08) -> dict[str, Any]:
        made: dict[str, Any] = {"mode": self.mode()}
        lot = self.random.random()
        if lot < failures:
            made["error"] = "failed"
        elif lot < failures + 0.02:
            made["throw"] = "raised"
        elif lot < failures + 0.04:
            made["twice"] = True
        return made

    def readStep(self) -> dict[str, Any]:
        made: dict[str, Any] = {"mode": self.mode(), "push": self.several(self.chunk, 0, 2)}
        if self.chance(0.05):
            made["error"] = "failed"
        return made

    def reads(self) -> list[dict[str, Any]]:
        made = self.several(self.readStep, 0, 6)
        if made and self.chance(0.6):
            made[-1]["push"].append(None)
        return made

    def writes(self) -> dict[str, Any]:
        steps = self.several(self.step, 0, 6)
        return {"steps": steps, "rest": {"mode": self.mode()}, "writev": self.chance(0.3)}

    def transforms(self) -> dict[str, Any]:
        return {"steps": self.several(self.transformStep, 0, 5), "rest": {"mode": self.mode(), "same": True}}

    def transformStep(self) -> dict[str, Any]:
        made: dict[str, Any] = {"mode": self.mode(), "same": self.chance(0.5)}
        if self.chance(0.4):
            made["push"] = self.several(self.chunk, 1, 3)
        if self.chance(0.05):
            made["error"] = "failed"
        if self.chance(0.03):
            made["push"] = [None]
        return made

    def callFromHook(self, case: Case, name: str) -> list[Any]:
        """A call on this stream, or on the next one, from inside a hook."""
        target = self.among(name, [*case["streams"]][-1])
        return self.readCall(name, [], 2) if name == "t" and self.chance(0.5) else self.writeCall(target, 2)

    def addHooks(self, made: dict[str, Any], *hooks: str) -> dict[str, Any]:
        for hook in hooks:
            if self.chance(0.15):
                made[hook] = self.step(0.2)
                if hook == "final":
                    made[hook].pop("twice", None)  # Node's own count of callbacks goes below zero
        return made

    def stream(self, cls: str, events: list[str], **hooks: Any) -> dict[str, Any]:
        return {"class": cls, "options": self.options(), "events": events, **hooks}

    def groups(self, call: Callable[[], list[Any]]) -> list[list[Any]]:
        return self.several(lambda: self.several(call, 1, 5), 1, 4)

    def readable(self) -> Case:
        made = self.addHooks(self.stream("Readable", READ_EVENTS, read=self.reads()), "destroy", "construct")
        return {"streams": {"r": made}, "groups": self.groups(lambda: self.readCall("r", []))}

    def writable(self) -> Case:
        made = self.stream("Writable", WRITE_EVENTS, write=self.writes())
        self.addHooks(made, "destroy", "construct", "final")
        return {"streams": {"w": made}, "groups": self.groups(lambda: self.writeCall("w"))}

    def duplex(self) -> Case:
        made = self.stream("Duplex", ALL_EVENTS, read=self.reads(), write=self.writes())
        for name in ("allowHalfOpen", "readable", "writable"):
            if self.chance(0.12):
                made["options"][name] = False
        self.addHooks(made, "destroy", "construct", "final")
        return {"streams": {"d": made}, "groups": self.groups(lambda: self.eitherCall("d"))}

    def transform(self) -> Case:
        made = self.stream(self.among("Transform", "Transform", "PassThrough"), ALL_EVENTS)
        if made["class"] == "Transform":
            made["transform"] = self.transforms()
            if self.chance(0.3):
                made["flush"] = self.readStep()
            self.addHooks(made, "destroy", "construct", "final")
        return {"streams": {"t": made}, "groups": self.groups(lambda: self.eitherCall("t"))}

    def pipe(self) -> Case:
        made = {"r": self.stream("Readable", READ_EVENTS, read=self.reads())}
        for name in ("w", "v")[: self.among(1, 2)]:
            sink = self.stream("Writable", WRITE_EVENTS, write=self.writes())
            made[name] = self.addHooks(sink, "final", "construct")
        sinks = [name for name in made if name != "r"]

        def call() -> list[Any]:
            return self.readCall("r", sinks) if self.chance(0.75) else self.writeCall(self.among(*sinks))

        groups = self.groups(call)
        groups[0].insert(0, ["r", "pipe", sinks[0]])
        return {"streams": made, "groups": groups}

    def chain(self) -> Case:
        made = {
            "r": self.stream("Readable", READ_EVENTS, read=self.reads()),
            "t": self.stream(self.among("PassThrough", "Transform", "Transform"), ALL_EVENTS),
            "w": self.stream("Writable", WRITE_EVENTS, write=self.writes()),
        }
        if made["t"]["class"] == "Transform":
            made["t"]["transform"] = self.transforms()

        def call() -> list[Any]:
            return self.readCall("r", ["t"]) if self.chance(0.6) else self.writeCall(self.among("t", "w"))

        return {"streams": made, "groups": [[["r", "pipe", "t"], ["t", "pipe", "w"]], *self.groups(call)]}

    def eitherCall(self, name: str) -> list[Any]:
        return self.readCall(name, []) if self.chance(0.5) else self.writeCall(name)

    def readCall(self, name: str, sinks: list[str], depth: int = 0) -> list[Any]:
        word = self.among(
            *["push"] * 6, *["read"] * 4, *["onData"] * 2, *["onReadable"] * 2, *["tick"] * 2, *["resume"] * 2, "imm",
            "end", "unshift", "pause", "offData", "offReadable", "destroy", *["pipe"] * 3 * bool(sinks),
            *["unpipe"] * 2 * bool(sinks),
        )  # fmt: skip
        if word in ("push", "unshift"):
            return [name, word, self.chunk()]
        if word == "end":
            return [name, "push", None]
        if word == "read":
            return [name, "read", *self.among([], [0], [1], [3], [9], [-1])]
        if word == "onData":
            reactions = self.several(lambda: self.readCall(name, sinks, 2), 0, 2) if depth == 0 else []
            return [name, "onData", reactions]
        if word == "onReadable":
            return [name, "onReadable", self.among("all", "all", "one", "none")]
        if word == "destroy":
            return [name, "destroy", self.among(None, "given")]
        if word in ("tick", "imm"):
            return [name, word, self.readCall(name, sinks, depth + 1)] if depth < 2 else [name, "read"]
        if word == "pipe":
            return [name, "pipe", self.among(*sinks), self.chance(0.85)]
        if word == "unpipe":
            return [name, "unpipe", *self.among([], [self.among(*sinks)])]
        return [name, word]

    def writeCall(self, name: str, depth: int = 0) -> list[Any]:
        word = self.among(*["write"] * 8, *["end"] * 3, *["uncork"] * 2, *["tick"] * 2, "cork", "destroy", "imm")
        if word == "write":
            return [name, "write", self.chunk(), self.among("none", "none", "own", "shared")]
        if word == "end":
            return [name, "end", self.among(None, self.chunk()), self.among("none", "own")]
        if word == "destroy":
            return [name, "destroy", self.among(None, "given")]
        if word in ("tick", "imm"):
            return [name, word, self.writeCall(name, depth + 1)] if depth < 2 else [name, "write", self.chunk(), "own"]
        return [name, word]


def generate(kind: str, seed: int) -> Case:
    """The case with this number."""
    return Maker(seed, kind).make()


# -- playing a case


def play(net: Network, case: Case) -> list[Entry]:
    """Run a case and return its log."""
    player = Player(case)
    before, faults.hook = faults.hook, player.uncaught
    try:
        for group in range(len(case["groups"])):
            ticks.queueCheck(player.turn, group)
            net.run()
    finally:
        faults.hook = before
    for name, stream in player.streams.items():
        player.log.append([name, "final", player.state(stream)])
    return player.log


class Player:
    """The interpreter of a case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.log: list[Entry] = []
        self.streams: dict[str, Any] = {}
        self.listeners: dict[tuple[str, str], list[Any]] = {}
        self.shared: dict[str, Any] = {}
        self.number = 0

    def turn(self, group: int) -> None:
        # As the player for Node, which waits with immediates: after an exception, ticks go on before the next of these.
        self.group(group)
        turns(TURNS)

    def group(self, index: int) -> None:
        if index == 0:
            for name, how in self.case["streams"].items():
                self.streams[name] = self.build(name, how)
        self.log.append(["--"])
        for call in self.case["groups"][index]:
            self.call(call)

    def uncaught(self, error: BaseException) -> bool:
        self.log.append(["uncaught", word(error)])
        return True

    # -- streams

    def build(self, name: str, how: dict[str, Any]) -> Any:
        options = dict(how["options"])
        if "read" in how:
            options["read"] = self.reader(name, list(how["read"]))
        if "write" in how:
            options.update(self.writer(name, how["write"]))
        if "transform" in how:
            options["transform"] = self.transformer(name, how["transform"])
        if "flush" in how:
            options["flush"] = self.flusher(name, how["flush"])
        for hook in ("final", "construct", "destroy"):
            if hook in how:
                options[hook] = self.hook(name, hook, how[hook])
        made = getattr(streams, how["class"])(options)
        for event in how["events"]:
            made.on(event, self.noter(name, event))
        return made

    def noter(self, name: str, event: str) -> Any:
        def note(*args: Any) -> None:
            shown = word(args[0]) if event == "error" else None
            self.log.append([name, event, shown, self.state(self.streams[name])])

        return note

    def reader(self, name: str, steps: list[dict[str, Any]]) -> Any:
        def read(self_: Any, size: int) -> None:
            self.log.append([name, "_read", size])
            if steps:
                step = steps.pop(0)
                schedule(step["mode"], lambda: push(self_, step))

        def push(stream: Any, step: dict[str, Any]) -> None:
            for chunk in step["push"]:
                self.log.append([name, "pushed", stream.push(given(chunk))])
            if "error" in step:
                stream.destroy(ValueError(step["error"]))

        return read

    def writer(self, name: str, how: dict[str, Any]) -> dict[str, Any]:
        steps = list(how["steps"])

        def next_() -> dict[str, Any]:
            return steps.pop(0) if steps else how["rest"]  # type: ignore[no-any-return]

        def write(chunk: Any, encoding: Any, callback: Any) -> None:
            self.log.append([name, "_write", shown(chunk), encoding, self.state(self.streams[name])])
            step = next_()
            self.callFromHook(step)
            answer(step, callback)

        def writev(chunks: Any, callback: Any) -> None:
            self.log.append([name, "_writev", [shown(entry.chunk) for entry in chunks], chunks.allBuffers])
            answer(next_(), callback)  # no call: Node loses what is written inside `_writev`

        return {"write": write, "writev": writev} if how["writev"] else {"write": write}

    def transformer(self, name: str, how: dict[str, Any]) -> Any:
        steps = list(how["steps"])

        def transform(self_: Any, chunk: Any, encoding: Any, callback: Any) -> None:
            self.log.append([name, "_transform", shown(chunk), self.state(self_)])
            step = steps.pop(0) if steps else how["rest"]
            self.callFromHook(step)
            schedule(step["mode"], lambda: finish(self_, chunk, step, callback))

        def finish(stream: Any, chunk: Any, step: dict[str, Any], callback: Any) -> None:
            for each in step.get("push", ()):
                self.log.append([name, "pushed", stream.push(given(each))])
            if "error" in step:
                callback(ValueError(step["error"]))
            else:
                callback(None, chunk if step["same"] else None)
            self.log.append([name, "transformed", self.state(stream)])

        return transform

    def flusher(self, name: str, step: dict[str, Any]) -> Any:
        def flush(self_: Any, callback: Any) -> None:
            self.log.append([name, "_flush"])
            schedule(step["mode"], lambda: finish(self_, callback))

        def finish(stream: Any, callback: Any) -> None:
            for chunk in step["push"]:
                stream.push(given(chunk))
            callback(ValueError(step["error"]) if "error" in step else None)

        return flush

    def hook(self, name: str, hook: str, step: dict[str, Any]) -> Any:
        def run(error: Any, callback: Any) -> None:
            self.log.append([name, "_" + hook, None if error is None else word(error)])
            answer(step, callback, error)

        return run if hook == "destroy" else lambda callback: run(None, callback)

    # -- calls

    def callFromHook(self, step: dict[str, Any]) -> None:
        if "call" in step:
            self.call(step["call"])

    def call(self, call: list[Any]) -> None:
        name, method, *args = call
        stream = self.streams[name]
        try:
            result = getattr(self, "do" + method[0].upper() + method[1:])(name, stream, *args)
        except AssertionError:
            raise
        except Exception as error:
            self.log.append([name, method + " threw", word(error), self.state(stream)])
        else:
            self.log.append([name, "called " + method, shown(result), self.state(stream)])

    def doPush(self, name: str, stream: Any, chunk: Any) -> Any:
        return stream.push(given(chunk))

    def doUnshift(self, name: str, stream: Any, chunk: Any) -> Any:
        return stream.unshift(given(chunk))

    def doRead(self, name: str, stream: Any, *size: int) -> Any:
        return stream.read(*size)

    def doPause(self, name: str, stream: Any) -> None:
        stream.pause()

    def doResume(self, name: str, stream: Any) -> None:
        stream.resume()

    def doCork(self, name: str, stream: Any) -> None:
        stream.cork()

    def doUncork(self, name: str, stream: Any) -> None:
        stream.uncork()

    def doDestroy(self, name: str, stream: Any, error: str | None) -> None:
        stream.destroy(None if error is None else ValueError(error), self.callback(name, "destroy"))

    def doOnData(self, name: str, stream: Any, reactions: list[Any]) -> None:
        waiting = list(reactions)

        def listener(chunk: Any) -> None:
            self.log.append([name, "data", shown(chunk), self.state(stream)])
            if waiting:
                self.call(waiting.pop(0))

        self.listen(name, stream, "data", listener)

    def doOnReadable(self, name: str, stream: Any, how: str) -> None:
        def listener() -> None:
            self.log.append([name, "readable", None, self.state(stream)])
            while how != "none":
                chunk = stream.read()
                self.log.append([name, "got", shown(chunk)])
                if chunk is None or how == "one":
                    break

        self.listen(name, stream, "readable", listener)

    def listen(self, name: str, stream: Any, event: str, listener: Any) -> None:
        self.listeners.setdefault((name, event), []).append(listener)
        stream.on(event, listener)

    def doOffData(self, name: str, stream: Any) -> None:
        self.forget(name, stream, "data")

    def doOffReadable(self, name: str, stream: Any) -> None:
        self.forget(name, stream, "readable")

    def forget(self, name: str, stream: Any, event: str) -> None:
        known = self.listeners.get((name, event))
        if known:
            stream.removeListener(event, known.pop())

    def doPipe(self, name: str, stream: Any, target: str, end: bool = True) -> None:
        stream.pipe(self.streams[target], {"end": end})

    def doUnpipe(self, name: str, stream: Any, *target: str) -> None:
        stream.unpipe(*[self.streams[each] for each in target])

    def doWrite(self, name: str, stream: Any, chunk: str, callback: str) -> Any:
        return stream.write(given(chunk), *self.callbacks(name, "write", callback))

    def doEnd(self, name: str, stream: Any, chunk: str | None, callback: str) -> None:
        first = [] if chunk is None else [given(chunk)]
        stream.end(*first, *self.callbacks(name, "end", callback))

    def doFinished(self, name: str, stream: Any, options: dict[str, bool]) -> None:
        streams.finished(stream, options, self.callback(name, "finished"))

    def doTick(self, name: str, stream: Any, call: list[Any]) -> None:
        ticks.nextTick(self.call, call)

    def doImm(self, name: str, stream: Any, call: list[Any]) -> None:
        ticks.queueCheck(self.call, call)

    def callbacks(self, name: str, what: str, kind: str) -> list[Any]:
        if kind == "none":
            return []
        if kind == "own":
            return [self.callback(name, what)]
        if name not in self.shared:
            self.shared[name] = self.callback(name, "shared " + what)
        return [self.shared[name]]

    def callback(self, name: str, what: str) -> Any:
        self.number += 1
        label = f"{what} callback {self.number}"

        def called(error: Any) -> None:
            self.log.append([name, label, None if error is None else word(error), self.state(self.streams[name])])

        return called

    @staticmethod
    def state(stream: Any) -> str:
        """The flags of a stream as text."""
        parts: list[Any] = []
        if stream._hasReadable_:
            r = stream._readableState
            parts += ["R", r.length, r.flowing, r.paused, r.ended, r.endEmitted, r.reading, r.needReadable]
            parts += [r.emittedReadable, r.readableListening, r.resumeScheduled, r.dataEmitted, stream.readable]
            parts += [stream.readableAborted, stream.isPaused()]
        if stream._hasWritable_:
            w = stream._writableState
            parts += ["W", w.length, w.needDrain, w.ending, w.finished, w.writing, w.corked, w.pendingcb]
            parts += [w.prefinished, stream.writable, stream.writableNeedDrain]
        error = stream.errored
        parts += ["S", stream.destroyed, stream.closed, "-" if error is None else word(error)]
        return " ".join(flag(part) for part in parts)


def flag(value: Any) -> str:
    return {None: "n", True: "1", False: "0"}[value] if value is None or isinstance(value, bool) else str(value)


def turns(count: int) -> None:
    if count:
        ticks.queueCheck(turns, count - 1)


def schedule(mode: str, action: Callable[[], object]) -> None:
    if mode == "sync":
        action()
    elif mode == "tick":
        ticks.nextTick(action)
    elif mode == "imm":
        ticks.queueCheck(action)


def answer(step: dict[str, Any], callback: Any, error: Any = None) -> None:
    """Do what a step says with the callback of a hook."""

    def go() -> None:
        callback(ValueError(step["error"]) if "error" in step else error)
        if "twice" in step:
            callback()

    if "throw" in step:
        raise ValueError(step["throw"])
    schedule(step["mode"], go)


def given(chunk: str | None) -> bytes | None:
    return None if chunk is None else chunk.encode()


def shown(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def word(error: BaseException) -> str:
    return str(getattr(error, "code", None) or error)
