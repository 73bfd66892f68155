"""Event transcripts of Node as tests: run a program of ours, compare what it logged with what Node logged.

`tests/data/transcripts/NAME.json` holds what Node did. A program is `async def program(env)`, the scenario
written anew in Python: it watches emitters (`env.watch`), notes facts (`env.log`), registers port numbers
(`env.port`) and waits (`await env.once(…)`, `await env.sleep(ms)`). `reproduce(name, program)` runs it inside
the reactor and compares.

How it compares: the order inside each actor must be equal; between actors only causes and effects bind, so the
interleaving of two sides is not compared. Actors of one family belong to one side, and where Node's order is
total their common order is compared too. Consecutive 'data' of one actor is joined unless the program sets
`env.joinData = False`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from nodecompat.reactor.loop import faults, host, ticks

DIRECTORY = pathlib.Path(__file__).parent / "data" / "transcripts"
SETTLE = 25  # ms, as in the recorder: what still comes after the program has returned
HANGS = 8000  # ms, when a program that waits for an event that never comes is given up

Event = list[Any]
Program = Callable[["Env"], Awaitable[None]]
Picks = Mapping[str, Callable[..., Sequence[Any]]]

#: The usual lists of events to watch; the recorder's own.
SOCK = ("lookup", "connect", "ready", "data", "end", "drain", "timeout", "error", "finish", "close")
PEER = ("data", "end", "drain", "timeout", "error", "finish", "close")
REQ = ("data", "end", "aborted", "error", "close")
RES = ("finish", "error", "close")
CREQ = ("socket", "finish", "information", "continue", "response", "abort", "error", "close")
CRES = ("data", "end", "aborted", "error", "close")
#: Picks for `watch`: which arguments of an event are logged.
PICK_SOCKET: Picks = {"lookup": lambda e, a, f, h: [e, a, f, h]}

#: Which side an actor belongs to; an actor that no pattern names is a side of its own.
FAMILIES = {
    "server": re.compile(r"server(-\w+)?|peer|res/\w+"),
    "client": re.compile(r"client|client-(req|res|socket)"),
}
#: In a scenario with an actor "agent", the agent and its requests are one side.
AGENT_FAMILY = {"server": re.compile(r"server"), "agent": re.compile(r"agent|socket|re[qs]/\w+")}


def none(*args: Any) -> Sequence[Any]:
    """A pick that logs no argument."""
    return []


@dataclasses.dataclass(frozen=True, slots=True)
class Transcript:
    """What Node did in one scenario."""

    name: str
    description: str
    ordering: str
    listeners: Mapping[str, Sequence[str]]
    events: Sequence[Event]


def names(prefix: str) -> list[str]:
    """The names of the transcripts that begin with `prefix`, such as "net-"."""
    return sorted(path.stem for path in DIRECTORY.glob(prefix + "*.json"))


def load(name: str) -> Transcript:
    """Read one transcript."""
    record = json.loads((DIRECTORY / f"{name}.json").read_text("utf-8"))
    return Transcript(**{field.name: record[field.name] for field in dataclasses.fields(Transcript)})


class Env:
    """What a program is given: a log, and the things that most programs need."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.listeners: dict[str, list[str]] = {}
        self.joinData = True
        self.open = True
        self._portNames: dict[int, str] = {}
        self._cleanups: list[Callable[[], object]] = []

    # -- the log

    def port(self, number: int, name: str = "port") -> int:
        """From now on `number` is logged as `<name>`."""
        self._portNames[number] = f"<{name}>"
        return number

    def log(self, who: str, event: str, *args: Any) -> None:
        """Note an event, or a fact, of an actor."""
        if self.open:
            self.events.append([who, event, *(self._show(each) for each in args)])

    def watch(self, who: str, emitter: Any, events: Iterable[str], pick: Picks | None = None) -> Any:
        """Log these events of `emitter`; `pick` chooses, per event, which arguments are logged."""
        known = self.listeners.setdefault(who, [])
        for event in events:
            if event not in known:
                known.append(event)
            emitter.on(event, self._logger(who, event, (pick or {}).get(event)))
        return emitter

    def _logger(self, who: str, event: str, pick: Callable[..., Sequence[Any]] | None) -> Callable[..., None]:
        def logged(*args: Any) -> None:
            self.log(who, event, *(pick(*args) if pick else args))

        return logged

    def _show(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return {"bytes": self._text(bytes(value).decode("latin-1"))}
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, (int, float)):
            return self._portNames.get(value, value)  # type: ignore[call-overload]
        if isinstance(value, BaseException):
            text = self._text(errorText(value))
            return {"error": errorName(value), "code": getattr(value, "code", None), "message": text}
        if isinstance(value, (list, tuple)):
            return [self._show(each) for each in value]
        if isinstance(value, Mapping):
            return {key: "<date>" if key.lower() == "date" else self._show(each) for key, each in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: self._show(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return f"<{type(value).__name__}>"

    def _text(self, text: str) -> str:
        text = re.sub(r"Date: [^\r\n]+", "Date: <date>", text)
        for number, name in self._portNames.items():
            text = text.replace(str(number), name)
        return text

    # -- waiting

    def once(self, emitter: Any, event: str) -> Deferred[list[Any]]:
        """The arguments of the next `event`; as after a JavaScript `await`, the program goes on in a microtask."""
        waiting: Deferred[list[Any]] = Deferred()

        def goOn(*args: Any) -> None:
            if not waiting.called:
                waiting.callback(list(args))

        emitter.once(event, lambda *args: ticks.queueMicrotask(goOn, *args))
        return waiting.addTimeout(HANGS / 1000.0, host.theReactor())

    def sleep(self, milliseconds: float) -> Deferred[None]:
        """Wait in real time; continues as a timer's callback would."""
        waiting: Deferred[None] = Deferred()
        host.theReactor().callLater(milliseconds / 1000.0, ticks.call, waiting.callback, None)
        return waiting

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until `condition()` holds."""
        while not condition():
            await self.sleep(1)

    def later(self, milliseconds: float, callback: Callable[..., object], *args: Any) -> None:
        """setTimeout, without a module of ours under test."""
        host.theReactor().callLater(milliseconds / 1000.0, ticks.call, callback, *args)

    def cleanup(self, callback: Callable[[], object]) -> None:
        """Call back when the program has ended; exceptions are ignored."""
        self._cleanups.append(callback)

    def cleanUp(self) -> None:
        """Stop logging and run the cleanups."""
        self.open = False
        for callback in self._cleanups:
            with contextlib.suppress(Exception):
                callback()

    # -- what most programs begin with

    async def tcp(self, options: Any = None, onConnection: Callable[[Any], object] | None = None) -> Any:
        """A net server on a free port of 127.0.0.1, watched as "server"; `options` may be left out."""
        from nodecompat import net

        if callable(options):
            options, onConnection = None, options
        server = net.createServer(options or {})
        events = ("listening", "connection", "error", "close", "drop")
        self.watch("server", server, events, {"connection": none, "drop": none})
        if onConnection:
            server.on("connection", onConnection)
        server.listen(0, "127.0.0.1")
        await self.once(server, "listening")
        self.port(server.address().port)
        self.cleanup(server.close)
        return server

    async def web(
        self,
        options: Any = None,
        handler: Callable[..., object] | None = None,
        events: Iterable[str] = ("connection", "request", "close"),
    ) -> Any:
        """An http server on a free port of 127.0.0.1, watched as "server"; `options` may be left out."""
        from nodecompat import http

        if callable(options):
            options, handler = None, options
        server = http.createServer(options or {})
        self.watch("server", server, events, WEB_PICKS)
        if handler:
            server.on("request", handler)
        server.listen(0, "127.0.0.1")
        await self.once(server, "listening")
        self.port(server.address().port)
        self.cleanup(server.close)
        self.cleanup(server.closeAllConnections)
        return server

    def raw(self, server: Any, text: str = "", who: str = "client") -> Any:
        """A raw client of `server` that writes `text`; what it receives is joined into one string."""
        from nodecompat import net

        client = net.connect(server.address().port, "127.0.0.1")
        client.setEncoding("latin1")
        self.watch(who, client, ("connect", "data", "end", "error", "close"))
        self.cleanup(client.destroy)
        if text:
            client.write(text)
        return client


WEB_PICKS: Picks = {
    "connection": none,
    "close": none,
    "dropRequest": none,
    "request": lambda q, r: [q.method, q.url, q.httpVersion],
    "checkContinue": lambda q, r: [q.method],
    "checkExpectation": lambda q, r: [q.headers["expect"]],
    "upgrade": lambda q, s, h: [q.url, q.headers["upgrade"], h],
    "connect": lambda q, s, h: [q.url, h],
    "clientError": lambda e, s: [e.code, e.message],
}


def errorName(error: BaseException) -> str:
    """The JavaScript class of an error; a plain Python exception of a program stands for a plain Error."""
    return str(getattr(error, "name", None) or "Error")


def errorText(error: BaseException) -> str:
    """The message of an error."""
    message = getattr(error, "message", None)
    return str(error) if message is None else str(message)


# -- running


async def run(program: Program) -> Env:
    """Run a program to its end and give back its log. An exception that nobody caught fails it."""
    env = Env()
    done: Deferred[None] = Deferred()

    def settle(result: object) -> None:
        if not done.called:
            done.callback(result)  # type: ignore[arg-type]

    def onUncaught(error: BaseException) -> bool:
        settle(Failure(error))
        return True

    before, faults.hook = faults.hook, onUncaught
    try:
        # As a callback of the loop, so that the ticks a program queues run when it waits.
        ticks.call(lambda: Deferred.fromCoroutine(_whole(program, env)).addBoth(settle))
        await done.addTimeout(HANGS / 1000.0, host.theReactor(), onTimeoutCancel=lambda *_: _hang(env))
        env.cleanUp()
        await env.sleep(5)
    finally:
        env.cleanUp()
        faults.hook = before
    return env


async def _whole(program: Program, env: Env) -> None:
    await program(env)
    await env.sleep(SETTLE)


def _hang(env: Env) -> None:
    raise AssertionError(f"the program hangs after {json.dumps(env.events)}")


async def reproduce(name: str, program: Program) -> None:
    """Run `program` and require that it logged what Node did in the scenario `name`."""
    compare(load(name), await run(program))


# -- comparing


def compare(expected: Transcript, env: Env) -> None:
    """Raise AssertionError, with both logs, unless each actor (and family) saw what it sees in Node."""
    join = env.joinData
    assert _sortedLists(env.listeners) == _sortedLists(expected.listeners), "other listeners than in Node's program"
    actual, wanted = _group(env.events, _actor, join), _group(expected.events, _actor, join)
    assert actual == wanted, _report(expected, actual, wanted)
    if expected.ordering == "total":
        families = AGENT_FAMILY if "agent" in wanted else FAMILIES

        def family(event: Event) -> str:
            return next((name for name, pattern in families.items() if pattern.fullmatch(event[0])), str(event[0]))

        actual, wanted = _group(env.events, family, join), _group(expected.events, family, join)
        assert actual == wanted, _report(expected, actual, wanted)


def _actor(event: Event) -> str:
    return str(event[0])


def _group(events: Sequence[Event], key: Callable[[Event], str], join: bool) -> dict[str, list[Event]]:
    groups: dict[str, list[Event]] = {}
    for event in events:
        group = groups.setdefault(key(event), [])
        if not (join and group and _joined(group, event)):
            group.append(list(event))
    return groups


def _joined(group: list[Event], event: Event) -> bool:
    """True when `event` is more 'data' of the actor whose 'data' was last, and has been added to it."""
    last = group[-1]
    if event[1] != "data" or last[:2] != event[:2] or len(event) != 3:
        return False
    if isinstance(last[2], str) and isinstance(event[2], str):
        last[2] += event[2]
        return True
    if isinstance(last[2], dict) and isinstance(event[2], dict):
        last[2] = {"bytes": last[2]["bytes"] + event[2]["bytes"]}
        return True
    return False


def _sortedLists(listeners: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {who: sorted(each) for who, each in listeners.items()}


def _report(expected: Transcript, actual: dict[str, list[Event]], wanted: dict[str, list[Event]]) -> str:
    lines = [f"{expected.name}: {expected.description}"]
    for who in dict.fromkeys([*wanted, *actual]):
        ours, theirs = actual.get(who, []), wanted.get(who, [])
        if ours != theirs:
            lines.append(f"{who}, Node:")
            lines += [f"    {json.dumps(event)}" for event in theirs]
            lines.append(f"{who}, here:")
            lines += [f"    {json.dumps(event)}" for event in ours]
    return "\n".join(lines)
