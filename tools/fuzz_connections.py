"""A differential fuzzer of an http server's connection: random programs, played by Node and by nodecompat.

A raw client sends requests cut into random segments, ends or resets its side; handlers read, pause, pipe, write, cork,
end, destroy, at once or later; the server closes. What counts are the events in their order, what the client gets in
each turn, and the flags at the end.

Left out, because we depart from Node there (docs/departures.md): requests behind an answer that closes the connection,
behind a destroyed socket, or behind an answer that is over the mark; data behind a fault. Because Node goes wrong:
`uncork` without `cork`, `cork` of an answer that waits, `Expect` behind other requests (the 100 gets lost). And what
nobody wants to know: 'drain' of a socket whose mark is below one answer, the ticks before a head behind trailers.
"""

from __future__ import annotations

import pathlib
import re
import sys
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
for each in (HERE, HERE.parent):
    if str(each) not in sys.path:
        sys.path.insert(0, str(each))

import fuzz_answers  # noqa: E402

from nodecompat import http, process  # noqa: E402
from nodecompat.testing import network  # noqa: E402
from nodecompat.timers import setImmediate  # noqa: E402

TURN = 15  # milliseconds
FINAL = ("Connection: close\r\n", "Upgrade: x\r\nConnection: upgrade\r\n")
REQUESTS = [
    "GET {} HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET {} HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD {} HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
]
EXPECTING = "POST {} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
LASTS = [
    "GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET {} HTTP/1.0\r\n\r\n",
    "POST {} HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
    "POST {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
    "GET {} HTTP/1.1\r\n\r\n",
    "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nshort",
    "GET {} HTTP/1.1\r\nHost",
    "BAD\x01\r\n\r\n",
    "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nT: 1\r\n\r\n",
]
REFUSAL = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
READ = ["resume", "pause", "resume", "onData", "onReadable", "readAll", "pipe"]
WRITE = ["write", "write", "write", "end", "end", "flushHeaders", "cork"]
BODIES = ["abc", "x", "hello", "b" * 70000]


class Maker(fuzz_answers.Maker):
    """Makes programs."""

    isAlone = False

    def read(self) -> list[Any]:
        return ["req", self.random.choice(READ)]

    def write(self) -> list[Any]:
        name = self.random.choice(WRITE if self.isAlone else WRITE[:-1])
        if name == "write":
            return ["res", name, self.random.choice(BODIES[: None if self.isAlone else -1]), self.random.random() < 0.2]
        if name == "end":
            return ["res", name, *self.random.choice([[], ["abc"], ["abc"]]), self.random.random() < 0.2]
        return ["res", name]

    def steps(self, most: int) -> list[Any]:
        steps = []
        for _ in range(self.random.randint(0, most)):
            luck = self.random.random()
            if luck < 0.4:
                steps.append(self.read())
            elif luck < 0.9:
                steps.append(self.write())
            elif self.isAlone:
                steps.append([self.random.choice(["req", "res"]), "destroy"])
        corks = sum(step[1] == "cork" for step in steps)
        return steps + [["res", "uncork"]] * self.random.randint(0, corks)

    def later(self, steps: list[Any], at: int) -> list[Any]:
        """Steps as they are performed: with the number of their messages."""
        return [[who, at, *rest] for who, *rest in steps]

    def handler(self, at: int) -> list[Any]:
        luck = self.random.random()
        if luck < 0.25:
            return [["res", "end", "abc", False]]
        if luck < 0.35:
            return [["req", "resume"], ["req", "on", "end", [["res", at, "end", "abc", False]]]]
        if luck < 0.45:
            return [["req", "pipe"]]
        if luck < 0.55:
            return [["req", self.random.choice(["tick", "immediate"]), self.later(self.steps(3), at)]]
        if luck < 0.65:
            event = self.random.choice(["data", "end", "close", "readable"])
            return [["req", "on", event, self.later(self.steps(2), at)], *self.steps(2)]
        if luck < 0.75:
            event = self.random.choice(["finish", "close", "prefinish"])
            return [["res", "on", event, self.later(self.steps(2), at)], *self.steps(3)]
        return self.steps(4)

    def program(self) -> dict[str, Any]:
        choose, luck = self.random.choice, self.random.random
        count = choose([1, 1, 2, 3, 4])
        hasLast = luck() < 0.3
        self.isAlone = count + hasLast == 1
        kinds = REQUESTS + [EXPECTING] * self.isAlone
        text = "".join(choose(kinds).format(f"/{at}") for at in range(count))
        if hasLast:
            text += choose(LASTS).format("/last")
        cuts = sorted(self.random.randint(1, len(text)) for _ in range(choose([0, 0, 1, 2, 3])))
        pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True) if start < end]
        turns: list[list[Any]] = []
        for piece in pieces:
            turns.append([["peer", "send", piece]])
            if luck() < 0.4:
                turns.append(self.turn(count))
        turns += [self.turn(count) for _ in range(choose([0, 1, 2, 3]))]
        if luck() < 0.5:
            turns.append([["peer", choose(["end", "close", "reset"])]])
            if luck() < 0.5:
                turns.append(self.turn(count))
        usual = {"httpAllowHalfOpen": True, "optimizeEmptyRequests": True}
        options = {name: value for name, value in usual.items() if luck() < 0.1}
        if self.isAlone and luck() < 0.1:
            options["highWaterMark"] = 100
        return {
            "options": options,
            "handlers": [self.handler(at) for at in range(count + 1)],
            "turns": turns,
            "seesSocket": luck() < 0.3 and "highWaterMark" not in options,
            "watchesRequests": luck() < 0.8,
            "checksContinue": luck() < 0.3 and self.isAlone,
            "hearsErrors": luck() < 0.3 and "BAD" not in text,
        }

    def turn(self, count: int) -> list[Any]:
        at = self.random.randint(0, count)
        luck = self.random.random()
        if luck < 0.05:
            return [["server", 0, self.random.choice(["closeIdleConnections", "closeAllConnections", "close"])]]
        if luck < 0.1:
            return [["socket", 0, self.random.choice(["destroy", "pause", "resume", "destroySoon"])]]
        return self.later(self.steps(3), at)


class Player:
    """One program, on nodecompat."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.program = program
        self.log: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.sockets: list[Any] = []
        self.server: Any = None

    def note(self, *words: Any) -> None:
        self.log.append(" ".join(str(word).lower() if isinstance(word, bool) else str(word) for word in words))

    def watch(self, emitter: Any, name: str, events: list[str]) -> None:
        for event in events:
            emitter.on(event, lambda *args, event=event: self.note(name, event, self.code(event, args)))

    @staticmethod
    def code(event: str, args: Any) -> str:
        return (getattr(args[0], "code", None) or "") if event == "error" and args else ""

    def performAll(self, steps: list[Any]) -> None:
        for step in steps:
            self.perform(step)

    def perform(self, step: list[Any]) -> None:
        who, at, name, *args = step
        found: Any = None
        if who == "server":
            found = self.server
        elif who == "socket":
            found = self.sockets[0] if self.sockets else None
        elif at < len(self.messages):
            found = self.messages[at][who]
        if found is None:
            return
        label = f"{who}{at}" if who in ("req", "res") else who
        try:
            self.act(found, label, step, name, args)
        except Exception as error:
            self.note(label, name, "throws", getattr(error, "code", error))

    def act(self, found: Any, label: str, step: list[Any], name: str, args: list[Any]) -> None:
        who, at = step[:2]
        if name == "readAll":
            size = 0
            while (chunk := found.read()) is not None:
                size += len(chunk)
            self.note(label, "read", size)
        elif name == "onData":
            found.on("data", lambda chunk: self.note(label, "data", len(chunk)))
        elif name == "onReadable":
            found.on("readable", lambda: (self.note(label, "readable"), self.perform([who, at, "readAll"])))
        elif name == "pipe":
            found.pipe(self.messages[at]["res"])
        elif name == "on":
            found.on(args[0], lambda *given: self.performAll(args[1]))
        elif name == "tick":
            process.nextTick(self.performAll, args[0])
        elif name == "immediate":
            setImmediate(self.performAll, args[0])
        elif name in ("write", "end"):
            *args, calls = args
            if calls:
                done = f"{name}ed"
                callback = lambda error=None: self.note(label, done, error.code if error else "")  # noqa: E731
                result = getattr(found, name)(*args, callback)
            else:
                result = getattr(found, name)(*args)
            if name == "write":
                self.note(label, "write", result)
        else:
            getattr(found, name)(*args)

    def onConnection(self, socket: Any) -> None:
        self.sockets.append(socket)
        socket.on("close", lambda *args: self.note("socket close"))
        if self.program.get("seesSocket"):
            self.watch(socket, "socket", ["end", "timeout", "pause", "resume", "drain"])

    def onRequest(self, kind: str, req: Any, res: Any) -> None:
        at = len(self.messages)
        self.messages.append({"req": req, "res": res})
        self.note(kind, at, req.method, req.url)
        if self.program.get("watchesRequests"):
            self.watch(req, f"req{at}", ["end", "close", "aborted", "pause", "resume"])
        req.on("error", lambda error: self.note(f"req{at}", "error", error.code))
        self.watch(res, f"res{at}", ["finish", "prefinish", "close", "error", "drain"])
        handlers = self.program["handlers"]
        for who, *rest in handlers[at % len(handlers)] if handlers else ():
            self.perform([who, at, *rest])

    def onClientError(self, error: Any, socket: Any) -> None:
        self.note("clientError", error.code)
        socket.end("HTTP/1.1 400 X\r\n\r\n")

    def turn(self, steps: list[Any], peer: Any) -> None:
        for who, *rest in steps:
            if who != "peer":
                self.perform([who, *rest])
            elif rest[0] == "send":
                peer.send(rest[1].encode("latin-1"))
            else:
                getattr(peer, rest[0])()

    def play(self) -> dict[str, Any]:
        with network(capacity=1 << 20) as net:
            server = self.server = http.createServer(self.program["options"])
            server.on("connection", self.onConnection)
            server.on("request", lambda req, res: self.onRequest("request", req, res))
            if self.program.get("checksContinue"):
                server.on("checkContinue", lambda req, res: self.onRequest("checkContinue", req, res))
            if self.program.get("hearsErrors"):
                server.on("clientError", self.onClientError)
            server.on("close", lambda: self.note("server close"))
            server.listen(80)
            net.run()
            peer = net.connect(80)
            net.run()
            isGone = False
            for turn in self.program["turns"]:
                setImmediate(self.turn, turn, peer)
                net.advance(TURN)
                received = re.sub("Date: [^\r]+ GMT\r\n", "", peer.take().decode("latin-1"))
                isGone = isGone or bool(peer.ended or peer.error or (turn and turn[0][1] in ("close", "reset")))
                self.note("client", received, "ended" if isGone else "")
            flags = [self.flags(**each) for each in self.messages]
            end = list(self.log)
            for socket in self.sockets:
                socket.removeAllListeners()
            peer.close()
            server.closeAllConnections()
            server.close()
            net.advance(1)
        return {"log": end, "flags": flags}

    @staticmethod
    def flags(req: Any, res: Any) -> list[bool]:
        return [
            req.complete,
            req.destroyed,
            req.readableEnded,
            req.aborted,
            res.headersSent,
            res.writableEnded,
            res.writableFinished,
            res.destroyed,
            res.closed,
        ]


def play(program: dict[str, Any]) -> dict[str, Any]:
    """What nodecompat makes of a program."""
    return Player(program).play()


def comparable(outcome: dict[str, Any], theirs: dict[str, Any]) -> Any:
    """An outcome without what may differ.

    In Node a request that is cut off behind its answer never closes, a 400 is lost in a socket that is corked, and a
    destroyed response without a body finishes.
    """
    open_ = [at for at, (complete, destroyed, *_) in enumerate(theirs["flags"]) if not complete and not destroyed]
    log: list[str] = []
    for line in outcome["log"]:
        name, _, event = line.partition(" ")
        isLate = event.startswith(("finish", "drain")) and f"{name} close " in log
        if name not in [f"req{at}" for at in open_] and not isLate:
            log.append(line.replace(REFUSAL, ""))
    flags = [each[:6] + each[7:] for at, each in enumerate(outcome["flags"]) if at not in open_]
    return log, flags


def run(node: str, count: int, seed: int) -> list[fuzz_answers.Difference]:
    """Play so many programs. Returns those whose outcomes differ, with Node's and ours."""
    maker = Maker(seed)
    return fuzz_answers.persistent([maker.program() for _ in range(count)], lambda programs: compare(node, programs))


def compare(node: str, programs: list[dict[str, Any]]) -> list[fuzz_answers.Difference]:
    """Play them on both sides. Returns those whose outcomes differ, with Node's and ours."""
    differing = []
    outcomes = fuzz_answers.playInNode(node, HERE / "fuzz_connections.cjs", programs)
    for program, theirs in zip(programs, outcomes, strict=True):
        ours = play(program)
        if comparable(ours, theirs) != comparable(theirs, theirs):
            differing.append((program, theirs, ours))
    return differing


if __name__ == "__main__":
    sys.exit(fuzz_answers.main(__doc__, run))
