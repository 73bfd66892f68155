"""Random programs of what is built on streams and emitters, run here and in Node: pipelines, compositions, iterators,
helpers, `from`, `finished`, `once` and `on`. What happened must be equal.

A *program* is JSON: `things` (name -> what it is) and `groups` of calls; between two groups the loop runs until nothing
is left to do. `generate` makes programs, `play` runs one and returns its log; `stream/programs.cjs` is the same
interpreter for Node. `streamsequences.py` does the same for the streams themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from nodecompat import events
from nodecompat import stream as streams
from nodecompat.abort import AbortController
from nodecompat.events import EventEmitter
from nodecompat.reactor.loop import faults, ticks
from nodecompat.stream import Duplex, PassThrough, Readable, Transform, Writable, promises
from nodecompat.stream.core.promises import run
from nodecompat.testing import Network

Program = dict[str, Any]
Call = list[Any]

KINDS = ("pipeline", "composition", "iteration", "helpers", "froms", "emitters", "oldStyle")
#: Turns of the loop between two groups of calls; as in programs.cjs.
TURNS = 40
READ_EVENTS = ["end", "close", "error"]
WRITE_EVENTS = ["finish", "close", "error"]
ALL_EVENTS = ["end", "finish", "close", "error"]

# -- making programs


class Maker:
    """Makes one program of a kind."""

    def __init__(self, seed: int, kind: str) -> None:
        self.random = random.Random(f"{seed} {kind}")
        self.things: dict[str, Any] = {}
        self.kind = kind

    def make(self) -> Program:
        groups = getattr(self, self.kind)()
        return {"things": self.things, "groups": groups}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def among(self, *things: Any) -> Any:
        return self.random.choice(things)

    def add(self, type: str, **how: Any) -> str:
        name = f"{type}{len(self.things)}"
        self.things[name] = {"type": type, **how}
        return name

    def mode(self) -> str:
        return str(self.among("sync", "sync", "tick", "imm"))

    def wait(self) -> str:
        return str(self.among("none", "none", "tick", "imm"))

    def mark(self) -> dict[str, Any]:
        return {"mark": self.among(1, 2, 3)} if self.chance(0.3) else {}

    def chunks(self) -> list[str]:
        return [self.among(*"abcdefgh") for _ in range(self.among(0, 1, 2, 3, 5))]

    def seldom(self, name: str, probability: float = 0.1) -> dict[str, Any]:
        return {name: self.among(0, 0, 1, 2)} if self.chance(probability) else {}

    # things

    def source(self) -> str:
        chunks = self.chunks()
        type = self.among("source", "source", "source", "array", "generator", "plain", "manual")
        if type == "array":
            return self.add("array", chunks=chunks)
        if type == "plain":
            return self.add("plain", chunks=chunks, **self.seldom("throwAt"))
        if type == "generator":
            return self.add("generator", chunks=chunks, wait=self.wait(), **self.seldom("throwAt"))
        return self.readable(type, chunks)

    def readable(self, type: str = "source", chunks: list[str] | None = None) -> str:
        events = READ_EVENTS
        if type == "manual":
            return self.add("manual", events=events, **self.mark())
        chunks = self.chunks() if chunks is None else chunks
        return self.add(
            "source", chunks=chunks, mode=self.mode(), events=events, **self.mark(), **self.seldom("failAt")
        )

    def through(self) -> str:
        type = self.among("transform", "transform", "pass", "through", "through", "duplex")
        if type == "pass":
            return self.add("pass", events=ALL_EVENTS, **self.mark())
        if type == "through":
            return self.add(
                "through",
                wait=self.wait(),
                times=self.among(0, 1, 1, 2),
                **self.seldom("throwAt"),
                **self.seldom("leaveAt"),
            )
        if type == "duplex":
            return self.add("duplex", mode=self.mode(), ends=self.chance(0.8), events=ALL_EVENTS)
        how: dict[str, Any] = {
            "mode": self.mode(),
            "times": self.among(0, 1, 1, 2),
            **self.mark(),
            **self.seldom("failAt"),
        }
        if self.chance(0.3):
            how["flush"] = {"mode": self.mode(), "fails": self.chance(0.2)}
        return self.add("transform", events=ALL_EVENTS, **how)

    def sink(self) -> str:
        type = self.among("sink", "sink", "sink", "collect", "pass", "through")
        if type == "collect":
            how = {**self.seldom("throwAt"), **self.seldom("leaveAt")}
            return self.add(
                "collect", wait=self.wait(), value=self.among(None, "value") if self.kind == "pipeline" else None, **how
            )
        if type == "pass":
            return self.add("pass", events=ALL_EVENTS, **self.mark())
        if type == "through":
            return self.add("through", wait=self.wait(), times=1, **self.seldom("throwAt"), **self.seldom("leaveAt"))
        return self.writable()

    def writable(self) -> str:
        how: dict[str, Any] = {"mode": self.mode(), **self.mark(), **self.seldom("failAt")}
        if self.chance(0.2):
            how["final"] = {"mode": self.mode(), "fails": self.chance(0.3)}
        return self.add("sink", events=WRITE_EVENTS, **how)

    # calls

    def streamCall(self, names: list[str], signal: str | None) -> Call:
        name = self.among(*names)
        type = self.things.get(name, {"type": "made" if name == "made" and self.kind == "composition" else "step"})[
            "type"
        ]
        lot = self.random.random()
        if signal is not None and lot < 0.1:
            call = ["abort", signal]
        elif lot < 0.3:
            call = ["destroy", name, self.among(None, "given")]
        elif type in ("manual",):
            call = ["push", name, self.among(*"abc", None)]
        elif type == "step" or (type in ("pass", "transform", "duplex", "made") and lot < 0.75):
            call = self.among(["resume", name], ["data", name], ["read", name], ["pause", name])
        elif type in ("pass", "transform", "sink", "duplex", "made"):
            call = self.among(["write", name, self.among(*"xyz")], ["end", name])
        else:
            call = self.among(["resume", name], ["read", name], ["finished", name, {}], ["finishedLater", name, {}])
        return ["later", self.among("tick", "imm", "imm"), call] if self.chance(0.25) else call

    def calls(self, names: list[str], signal: str | None, most: int = 4) -> list[list[Call]]:
        streams = [name for name in names if self.things.get(name, {}).get("type") not in NO_STREAMS]
        if not streams:
            return [[]]
        return [
            [self.streamCall(streams, signal) for _ in range(self.among(0, 1, 1, 2, 3))]
            for _ in range(self.among(1, 1, 2, most))
        ]

    # kinds

    def pipeline(self) -> list[list[Call]]:
        names = [self.source(), *[self.through() for _ in range(self.among(0, 1, 1, 2, 3))], self.sink()]
        how: dict[str, Any] = {"promise": self.chance(0.5)}
        signal = None
        if how["promise"] and self.chance(0.3):
            signal = how["signal"] = self.add("signal")
        if how["promise"] and self.chance(0.15):
            how["end"] = False
        groups = self.calls(names, signal)
        groups[0].insert(0, ["pipeline", names, how])
        if self.chance(0.15):  # something has happened to a stream before
            groups[0][:0] = self.calls(names[:2], None)[0]  # a later one is refused before anything is connected
        return groups

    def composition(self) -> list[list[Call]]:
        way = self.among("compose", "compose", "duplexFrom", "duplexOf")
        events = ALL_EVENTS
        if way == "duplexOf":
            names = [self.readable(self.among("source", "manual")), self.writable()]
            call = ["duplexOf", "made", *names, events]
        elif way == "duplexFrom":
            names = [self.among(self.source, self.through, self.sink)()]
            call = ["duplexFrom", "made", names[0], events]
        else:
            first = self.among(self.through, self.through, self.source)()
            names = [
                first,
                *[self.through() for _ in range(self.among(0, 1, 2))],
                self.among(self.through, self.sink)(),
            ]
            call = ["compose", "made", names, events]
        groups = self.calls(["made", "made", "made", "made", *names], None)
        groups[0][:0] = [call, *self.among([], [["data", "made"]], [["resume", "made"]])]
        if self.chance(0.5):
            groups[0] += [["write", "made", "x"], ["end", "made"]]
        if self.chance(0.2):
            groups[0].append(["iterate", "loop", "made", self.loop()])
        return groups

    def loop(self) -> dict[str, Any]:
        how = {"wait": self.wait(), **self.seldom("throwAt", 0.15), **self.seldom("leaveAt", 0.3)}
        return {**how, "keep": True} if self.chance(0.3) else how

    def iteration(self) -> list[list[Call]]:
        name = self.among(self.readable, lambda: self.readable("manual"))()
        how = {"keep": True} if self.chance(0.3) else {}
        number = 0

        def step() -> Call:
            nonlocal number
            number += 1
            lot = self.random.random()
            if lot < 0.45:
                call = ["next", "it", number]
            elif lot < 0.52:
                call = ["leave", "it", number]
            elif lot < 0.57:
                call = ["throwInto", "it", number]
            elif lot < 0.9:
                call = ["push", name, self.among(*"abc", "d", None)]
            else:
                call = ["destroy", name, self.among(None, "given")]
            if call[0] == "push" and self.things[name]["type"] != "manual":
                call = ["next", "it", number]
            return ["later", self.among("tick", "imm", "imm"), call] if self.chance(0.25) else call

        groups = [[step() for _ in range(self.among(1, 2, 4, 6))] for _ in range(self.among(1, 2, 3))]
        groups[0].insert(0, ["iterator", "it", name, how])
        return groups

    def function(self) -> dict[str, Any]:
        how: dict[str, Any] = {"wait": self.wait(), **self.seldom("throwAt", 0.12)}
        if self.chance(0.3):
            how["concurrency"] = self.among(1, 2, 3)
        if self.chance(0.15):
            how["mark"] = self.among(0, 1, 2)
        return how

    def helpers(self) -> list[list[Call]]:
        name = self.among(self.readable, self.readable, lambda: self.readable("manual"))()
        signal = self.add("signal") if self.chance(0.25) else None
        chain: list[Call] = []
        for number in range(self.among(0, 1, 1, 2, 3)):
            made, how = f"step{number}", self.function()
            method = self.among("map", "filter", "flatMap", "drop", "take")
            if method in ("drop", "take"):
                how = {"count": self.among(0, 1, 2, 5)}
            else:
                how["gives"] = {"map": "join", "filter": self.among("true", "odd", "false"), "flatMap": "list"}[method]
            if signal is not None and self.chance(0.5):
                how["signal"] = signal
            chain.append(["helper", made, chain[-1][1] if chain else name, method, how, READ_EVENTS])
        last = chain[-1][1] if chain else name
        chain.append(self.consumer(last, signal))
        names = [name, *(call[1] for call in chain[:-1])]
        groups = self.calls(names, signal)
        groups[0][:0] = chain
        return groups

    def consumer(self, name: str, signal: str | None) -> Call:
        method = self.among("toArray", "toArray", "forEach", "reduce", "some", "every", "find", "iterate", "data")
        if method == "data":
            return ["data", name]
        if method == "iterate":
            return ["iterate", "loop", name, self.loop()]
        how = self.function()
        if signal is not None and self.chance(0.5):
            how["signal"] = signal
        if method == "reduce":
            how["arity"] = 2
            if self.chance(0.6):
                how["initial"] = "i"
        if method in ("some", "every", "find"):
            how["gives"] = self.among("true", "false", "odd")
        return ["value", "result", name, method, how]

    def froms(self) -> list[list[Call]]:
        name = self.among(self.source, lambda: self.add("array", chunks=self.chunks()))()
        while self.things[name]["type"] in ("manual",):
            name = self.source()
        options = {"highWaterMark": self.among(0, 1, 2, 5)} if self.chance(0.3) else {}
        groups = self.calls(["made"], None)
        groups[0].insert(0, ["from", "made", name, options, READ_EVENTS])
        groups[0].insert(1, self.consumer("made", None))
        return groups

    def old(self, *musts: str) -> str:
        methods = [each for each in ("pause", "resume", "destroy", "close") if self.chance(0.5)] + [*musts]
        flags = [each for each in ("readable", "writable") if self.chance(0.5)]
        return self.add("old", methods=methods, flags=flags, events=["error"] if self.chance(0.7) else [])

    def oldSink(self) -> str:
        return self.old("write", "end")

    def oldStyle(self) -> list[list[Call]]:
        old, names = self.old(), [self.among(self.writable, self.through, self.oldSink)()]
        way = self.among("pipe", "pipe", "wrap", "wrap", "pipeline", "pipeline", "duplexFrom")
        if way == "pipe":
            while self.things[names[0]]["type"] == "through":
                names = [self.among(self.writable, self.oldSink)()]
            start: list[Call] = [["pipe", old, names[0]]]
        elif way == "wrap":
            start = [["wrap", "made", old, READ_EVENTS], self.consumer("made", None)]
        elif way == "duplexFrom":
            start = [["duplexFrom", "made", old, ALL_EVENTS], ["data", "made"]]
        else:
            names = [*names, self.sink()] if self.chance(0.4) else [self.sink()]
            start = [["pipeline", [old, *names], {"promise": self.chance(0.5)}]]
        if self.chance(0.3):
            start.append(["finished", old, {}])
        number = 0

        def step() -> Call:
            nonlocal number
            number += 1
            event = self.among("data", "data", "data", "end", "close", "error", "destroy", "drain")
            emitter = old if event != "drain" else self.among(old, *names)
            if self.things[emitter]["type"] in NO_STREAMS:
                emitter = old
            call = ["emit", emitter, event, *([f"d{number}"] if event in ("data", "error") else [])]
            if self.chance(0.07):
                call = ["destroyThing", old, self.among(None, "given")]
            return ["later", self.among("tick", "imm", "imm"), call] if self.chance(0.3) else call

        groups = [[step() for _ in range(self.among(1, 2, 3))] for _ in range(self.among(1, 2, 3))]
        groups[0][:0] = start
        return groups

    def emitters(self) -> list[list[Call]]:
        emitter, signal = self.add("emitter"), self.add("signal")
        number = 0

        def options() -> dict[str, Any]:
            how: dict[str, Any] = {"signal": signal} if self.chance(0.3) else {}
            return {**how, "close": ["stop"]} if self.chance(0.4) else how

        def step() -> Call:
            nonlocal number
            number += 1
            lot = self.random.random()
            event = self.among("x", "x", "x", "y")
            if lot < 0.15:
                call = ["once", f"once{number}", emitter, self.among(event, event, "error"), options()]
            elif lot < 0.45:
                call = ["event", "it", number]
            elif lot < 0.75:
                call = ["emit", emitter, event, f"v{number}"]
            elif lot < 0.8:
                call = ["emit", emitter, "error", "emitted"]
            elif lot < 0.85:
                call = ["emit", emitter, "stop"]
            elif lot < 0.9:
                call = ["abort", signal]
            elif lot < 0.94:
                call = ["finish", "it"]
            else:
                call = ["listen", f"listener{number}", emitter, event]
            return ["later", self.among("tick", "imm", "imm"), call] if self.chance(0.3) else call

        groups = [[step() for _ in range(self.among(2, 4, 7))] for _ in range(self.among(1, 2, 3))]
        groups[0].insert(0, ["on", "it", emitter, "x", options()])
        return groups


NO_STREAMS = ("array", "generator", "plain", "through", "collect", "signal", "emitter")


def generate(kind: str, seed: int) -> Program:
    """The program with this number."""
    return Maker(seed, kind).make()


# -- playing a program


def play(net: Network, program: Program) -> list[list[Any]]:
    """Run a program and return its log."""
    player = Player(program)
    before = faults.hook, events.unhandledRejection
    faults.hook = player.uncaught
    events.unhandledRejection = lambda error, *rest: player.note("unhandled", word(error))  # type: ignore[assignment]
    try:
        for group in range(len(program["groups"])):
            ticks.queueCheck(player.turn, group)
            net.run()
        player.state()
    finally:
        faults.hook, events.unhandledRejection = before
    return player.log


def word(error: Any) -> str | None:
    return None if error is None else str(getattr(error, "code", None) or error)


def shown(value: Any) -> Any:
    if isinstance(value, BaseException):
        return word(value)
    return value.decode() if isinstance(value, bytes) else value


def wait(mode: str) -> Deferred[None]:
    waiting: Deferred[None] = Deferred()

    def go() -> None:
        ticks.queueMicrotask(waiting.callback, None)

    if mode == "micro":
        go()
    elif mode == "tick":
        ticks.nextTick(go)
    else:
        ticks.queueCheck(go)
    return waiting


def schedule(mode: str, action: Callable[[], object]) -> None:
    if mode == "sync":
        action()
    elif mode == "tick":
        ticks.nextTick(action)
    else:
        ticks.queueCheck(action)


def turns(count: int) -> None:
    if count:
        ticks.queueCheck(turns, count - 1)


class Player:
    """The interpreter of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.log: list[list[Any]] = []
        self.things: dict[str, Any] = {}

    def note(self, *entry: Any) -> None:
        self.log.append([shown(each) for each in entry])

    def uncaught(self, error: BaseException) -> bool:
        self.note("uncaught", word(error))
        return True

    def turn(self, group: int) -> None:
        if group == 0:
            for name, how in self.program["things"].items():
                self.things[name] = getattr(self, "make_" + how["type"])(name, how)
        self.note("--")
        for call in self.program["groups"][group]:
            self.call(call)
        turns(TURNS)

    def call(self, call: Call) -> None:
        what, *args = call
        try:
            getattr(self, "do_" + what)(*args)
        except Exception as error:
            self.note(what + " threw", word(error))

    # -- things

    def watch(self, name: str, stream: Any, how: dict[str, Any]) -> Any:
        for event in how.get("events", ()):
            stream.on(event, self.noter(name, event))
        return stream

    def noter(self, name: str, event: str) -> Any:
        return lambda first=None: self.note(name, event, word(first) if event == "error" else None)

    def make_source(self, name: str, how: dict[str, Any]) -> Any:
        index = 0

        def read(stream: Any, size: int) -> None:
            nonlocal index
            at, index = index, index + 1
            schedule(how["mode"], lambda: give(stream, at))

        def give(stream: Any, at: int) -> None:
            if at == how.get("failAt"):
                stream.destroy(ValueError("source failed"))
            elif at < len(how["chunks"]):
                stream.push(how["chunks"][at])
            elif at == len(how["chunks"]):
                stream.push(None)

        return self.watch(name, Readable(objectMode=True, highWaterMark=how.get("mark"), read=read), how)

    def make_manual(self, name: str, how: dict[str, Any]) -> Any:
        return self.watch(name, Readable(objectMode=True, highWaterMark=how.get("mark"), read=lambda size: None), how)

    def make_pass(self, name: str, how: dict[str, Any]) -> Any:
        return self.watch(name, PassThrough(objectMode=True, highWaterMark=how.get("mark")), how)

    def make_transform(self, name: str, how: dict[str, Any]) -> Any:
        index = 0

        def transform(self: Any, chunk: Any, encoding: Any, callback: Any) -> None:
            nonlocal index
            at, index = index, index + 1
            schedule(how["mode"], lambda: give(self, at, chunk, callback))

        def give(stream: Any, at: int, chunk: Any, callback: Any) -> None:
            if at == how.get("failAt"):
                callback(ValueError("transform failed"))
                return
            for i in range(1, how["times"]):
                stream.push(f"{chunk}{i}")
            callback(None, chunk if how["times"] else None)

        options: dict[str, Any] = {"transform": transform}
        if "flush" in how:
            fails = how["flush"]["fails"]
            options["flush"] = lambda callback: schedule(
                how["flush"]["mode"], lambda: callback(ValueError("flush failed")) if fails else callback(None, "tail")
            )
        return self.watch(name, Transform(options, objectMode=True, highWaterMark=how.get("mark")), how)

    def make_duplex(self, name: str, how: dict[str, Any]) -> Any:
        def write(self: Any, chunk: Any, encoding: Any, callback: Any) -> None:
            schedule(how["mode"], lambda: (self.push(chunk), callback()))

        def final(self: Any, callback: Any) -> None:
            if how["ends"]:
                self.push(None)
            callback()

        return self.watch(name, Duplex(objectMode=True, read=lambda size: None, write=write, final=final), how)

    def make_sink(self, name: str, how: dict[str, Any]) -> Any:
        index = 0

        def write(chunk: Any, encoding: Any, callback: Any) -> None:
            nonlocal index
            self.note(name, "took", chunk)
            at, index = index, index + 1
            schedule(how["mode"], lambda: callback(ValueError("sink failed") if at == how.get("failAt") else None))

        options: dict[str, Any] = {"write": write}
        if "final" in how:
            error = ValueError("final failed") if how["final"]["fails"] else None
            options["final"] = lambda callback: schedule(how["final"]["mode"], lambda: callback(error))
        return self.watch(name, Writable(options, objectMode=True, highWaterMark=how.get("mark")), how)

    def make_array(self, name: str, how: dict[str, Any]) -> Any:
        return how["chunks"]

    def make_generator(self, name: str, how: dict[str, Any]) -> Any:
        async def generator() -> Any:
            try:
                for index, chunk in enumerate(how["chunks"]):
                    if how["wait"] != "none":
                        await wait(how["wait"])
                    if index == how.get("throwAt"):
                        raise ValueError("generator failed")
                    yield chunk
            finally:
                self.note(name, "left")

        return generator()

    def make_plain(self, name: str, how: dict[str, Any]) -> Any:
        def generator() -> Any:
            try:
                for index, chunk in enumerate(how["chunks"]):
                    if index == how.get("throwAt"):
                        raise ValueError("generator failed")
                    yield chunk
            finally:
                self.note(name, "left")

        return generator()

    def make_through(self, name: str, how: dict[str, Any]) -> Any:
        async def through(source: Any) -> Any:
            index = 0
            try:
                async for chunk in source:
                    self.note(name, "saw", chunk)
                    if how["wait"] != "none":
                        await wait(how["wait"])
                    if index == how.get("throwAt"):
                        raise ValueError("through failed")
                    at, index = index, index + 1
                    if at == how.get("leaveAt"):
                        return
                    for i in range(how["times"]):
                        yield f"{chunk}{i or ''}"
            finally:
                self.note(name, "left")

        return through

    def make_collect(self, name: str, how: dict[str, Any]) -> Any:
        async def collect(source: Any) -> Any:
            try:
                await self.loop(name, source, how, "collect failed")
                return how["value"]
            finally:
                self.note(name, "left")

        return collect

    async def loop(self, name: str, source: Any, how: dict[str, Any], failure: str) -> None:
        index = 0
        async for chunk in source:
            self.note(name, "saw", chunk)
            if how["wait"] != "none":
                await wait(how["wait"])
            if index == how.get("throwAt"):
                raise ValueError(failure)
            at, index = index, index + 1
            if at == how.get("leaveAt"):
                break

    def make_old(self, name: str, how: dict[str, Any]) -> Any:
        old: Any = streams.Stream()
        for flag in how["flags"]:
            setattr(old, flag, True)
        for method in how["methods"]:
            setattr(old, method, self.oldMethod(name, method))
        return self.watch(name, old, how)

    def oldMethod(self, name: str, method: str) -> Any:
        def call(first: Any = None) -> Any:
            self.note(name, method, first)
            return True if method == "write" else None

        return call

    def make_signal(self, name: str, how: dict[str, Any]) -> Any:
        return AbortController()

    def make_emitter(self, name: str, how: dict[str, Any]) -> Any:
        return EventEmitter()

    # -- calls: what makes something of several

    def tell(self, promise: Deferred[Any], onValue: Callable[[Any], object], onError: Callable[[Any], object]) -> None:
        promise.addCallbacks(onValue, lambda failure: onError(failure.value))

    def do_pipeline(self, names: list[str], how: dict[str, Any]) -> None:
        links = [self.things[each] for each in names]
        if not how["promise"]:
            streams.pipeline(*links, lambda error=None, value=None: self.note("pipeline", word(error), value))
            return
        options: dict[str, Any] = {}
        if "signal" in how:
            options["signal"] = self.things[how["signal"]].signal
        if how.get("end") is False:
            options["end"] = False
        self.tell(
            promises.pipeline(*links, options),
            lambda value: self.note("pipeline", None, value),
            lambda error: self.note("pipeline", word(error)),
        )

    def do_compose(self, name: str, names: list[str], events: list[str]) -> None:
        made = streams.compose(*[self.things[each] for each in names])
        self.things[name] = self.watch(name, made, {"events": events})

    def do_duplexFrom(self, name: str, of: str, events: list[str]) -> None:
        self.things[name] = self.watch(name, Duplex.from_(self.things[of]), {"events": events})

    def do_duplexOf(self, name: str, readable: str, writable: str, events: list[str]) -> None:
        pair = {"readable": self.things[readable], "writable": self.things[writable]}
        self.things[name] = self.watch(name, Duplex.from_(pair), {"events": events})

    def do_from(self, name: str, of: str, options: dict[str, Any], events: list[str]) -> None:
        self.things[name] = self.watch(name, Readable.from_(self.things[of], options), {"events": events})

    def do_helper(self, name: str, of: str, method: str, how: dict[str, Any], events: list[str]) -> None:
        first = how["count"] if "count" in how else self.fn(name, how)
        made = getattr(self.things[of], method)(first, self.options(how))
        self.things[name] = self.watch(name, made, {"events": events})

    def do_value(self, name: str, of: str, method: str, how: dict[str, Any]) -> None:
        options = self.options(how)
        args = [options] if method == "toArray" else [self.fn(name, how)]
        if method == "reduce":
            args += [how["initial"], options] if "initial" in how else []
        elif method != "toArray":
            args.append(options)
        self.tell(
            getattr(self.things[of], method)(*args),
            lambda value: self.note(name, "value", value),
            lambda error: self.note(name, "failed", word(error)),
        )

    def options(self, how: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if "concurrency" in how:
            options["concurrency"] = how["concurrency"]
        if "mark" in how:
            options["highWaterMark"] = how["mark"]
        if "signal" in how:
            options["signal"] = self.things[how["signal"]].signal
        return options

    def fn(self, name: str, how: dict[str, Any]) -> Any:
        index = 0

        def calculate(*chunks: Any) -> Any:
            nonlocal index
            at, index = index, index + 1
            self.note(name, "called", " ".join(chunks))
            if at == how.get("throwAt"):
                raise ValueError("function failed")
            gives = how.get("gives")
            if gives in ("true", "false"):
                return gives == "true"
            if gives == "odd":
                return at % 2 == 1
            return [*chunks, *chunks] if gives == "list" else "".join(chunks)

        async def later(*chunks: Any) -> Any:
            await wait(how["wait"])
            return calculate(*chunks)

        call = calculate if how["wait"] == "none" else later
        if how.get("arity") == 2:
            return lambda one, other: call(one, other)
        return lambda one: call(one)

    def do_iterate(self, name: str, of: str, how: dict[str, Any]) -> None:
        stream = self.things[of]
        source = stream.iterator({"destroyOnReturn": False}) if how.get("keep") else stream
        self.tell(
            run(self.loop(name, source, how, "loop failed")),
            lambda _: self.note(name, "over"),
            lambda error: self.note(name, "failed", word(error)),
        )

    def do_iterator(self, name: str, of: str, how: dict[str, Any]) -> None:
        stream = self.things[of]
        self.things[name] = stream.iterator({"destroyOnReturn": False}) if how.get("keep") else stream.__aiter__()

    def step(self, name: str, promise: Deferred[Any], index: int, show: Callable[[Any], Any] = shown) -> None:
        def failed(error: Any) -> None:
            if isinstance(error, StopAsyncIteration):
                self.note(name, index, "stop")
            else:
                self.note(name, index, "failed", word(error))

        self.tell(promise, lambda value: self.note(name, index, show(value)), failed)

    def do_next(self, name: str, index: int) -> None:
        self.step(name, run(self.things[name].__anext__()), index)

    def do_leave(self, name: str, index: int) -> None:
        self.step(name, run(self.things[name].aclose()), index, lambda _: "stop")

    def do_throwInto(self, name: str, index: int) -> None:
        self.step(name, run(self.things[name].athrow(ValueError("thrown in"))), index, lambda _: "stop")

    def do_once(self, name: str, of: str, event: str, how: dict[str, Any]) -> None:
        self.tell(
            events.once(self.things[of], event, self.options(how)),
            lambda value: self.note(name, "once", " ".join(shown(each) for each in value)),
            lambda error: self.note(name, "failed", word(error)),
        )

    def do_on(self, name: str, of: str, event: str, how: dict[str, Any]) -> None:
        options = self.options(how)
        if "close" in how:
            options["close"] = how["close"]
        self.things[name] = events.on(self.things[of], event, options)

    def do_event(self, name: str, index: int) -> None:
        self.step(name, self.things[name].__anext__(), index, lambda value: " ".join(shown(each) for each in value))

    def do_finish(self, name: str) -> None:
        self.things[name].return_()

    def do_emit(self, of: str, event: str, *args: Any) -> None:
        values = [ValueError(args[0])] if event == "error" else args
        self.note("emitted", self.things[of].emit(event, *values))

    def do_listen(self, name: str, of: str, event: str) -> None:
        self.things[of].on(event, lambda first=None: self.note(name, event, first))

    # -- calls: on one stream

    def do_pipe(self, name: str, target: str) -> None:
        self.things[name].pipe(self.things[target])

    def do_wrap(self, name: str, of: str, events: list[str]) -> None:
        made = Readable(objectMode=True).wrap(self.things[of])
        self.things[name] = self.watch(name, made, {"events": events})

    def do_destroyThing(self, name: str, error: str | None) -> None:
        streams.destroy(self.things[name], None if error is None else ValueError(error))

    def do_push(self, name: str, chunk: Any) -> None:
        self.note(name, "pushed", self.things[name].push(chunk))

    def do_write(self, name: str, chunk: Any) -> None:
        self.note(name, "written", self.things[name].write(chunk))

    def do_end(self, name: str) -> None:
        self.things[name].end()

    def do_destroy(self, name: str, error: str | None) -> None:
        self.things[name].destroy(None if error is None else ValueError(error))

    def do_resume(self, name: str) -> None:
        self.things[name].resume()

    def do_pause(self, name: str) -> None:
        self.things[name].pause()

    def do_data(self, name: str) -> None:
        self.things[name].on("data", lambda chunk: self.note(name, "data", chunk))

    def do_read(self, name: str) -> None:
        self.note(name, "read", self.things[name].read())

    def do_abort(self, name: str) -> None:
        self.things[name].abort()

    def do_finished(self, name: str, options: dict[str, Any]) -> None:
        streams.finished(self.things[name], options, lambda error=None: self.note(name, "finished", word(error)))

    def do_finishedLater(self, name: str, options: dict[str, Any]) -> None:
        self.tell(
            promises.finished(self.things[name], options),
            lambda _: self.note(name, "finished"),
            lambda error: self.note(name, "finished", word(error)),
        )

    def do_later(self, mode: str, call: Call) -> None:
        if mode == "micro":
            ticks.queueMicrotask(self.call, call)
        else:
            schedule(mode, lambda: self.call(call))

    def state(self) -> None:
        for name, thing in self.things.items():
            if not hasattr(thing, "destroyed"):
                continue
            sides = getattr(thing, "readable", None), getattr(thing, "writable", None)
            self.note(name, "final", thing.destroyed, thing.closed, word(thing.errored), *sides)
