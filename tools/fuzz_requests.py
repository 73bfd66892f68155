"""A differential fuzzer of http.ClientRequest: random options and programs of its methods, played by Node and by us.

What counts are the bytes on the wire, what each call returned or raised, the order of events, and the flags at the
end. The server is a raw one that answers when everything has left.

Left out, because we depart from Node there (docs/departures.md): headers that are not ASCII, and the fate of a
connection on which a body went out that nothing delimits.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
for each in (HERE, HERE.parent):
    if str(each) not in sys.path:
        sys.path.insert(0, str(each))

import fuzz_answers  # noqa: E402

from nodecompat import http  # noqa: E402
from nodecompat.testing import network  # noqa: E402
from nodecompat.timers import setTimeout  # noqa: E402

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "get"]
OPTIONS: dict[str, tuple[float, list[Any]]] = {
    "method": (0.8, METHODS),
    "path": (0.3, ["/a?b", "*", "/a b", "http://x/y"]),
    "setDefaultHeaders": (0.1, [False]),
    "setHost": (0.1, [True, False]),
    "auth": (0.1, ["user:password"]),
    "uniqueHeaders": (0.1, [["x-a", "set-cookie"]]),
}
#: Methods and properties of a ServerResponse that a request does not have.
FOREIGN = {"writeHead", "writeContinue", "writeProcessing", "writeEarlyHints", "statusCode", "statusMessage"}


class Maker(fuzz_answers.Maker):
    """Makes programs."""

    def program(self) -> dict[str, Any]:
        self.corks, self.hasEnded = 0, False
        options = {
            name: self.random.choice(values)
            for name, (chance, values) in OPTIONS.items()
            if self.random.random() < chance
        }
        if self.random.random() < 0.5:
            options["headers"] = self.headers()
        turns = []
        for _ in range(self.random.choice([1, 1, 2, 3])):
            steps = [self.step() for _ in range(self.random.randint(0, 5))]
            turns.append([step for step in steps if not FOREIGN & {step[0], str(step[1:2] and step[1])}])
        turns[-1].append(["end"])
        return {"options": options, "turns": turns, "agent": self.random.choice(["own", "keep", "plain"])}


def play(program: dict[str, Any]) -> dict[str, Any]:
    """What nodecompat makes of a program."""
    log: list[Any] = []
    flags = None
    with network(capacity=1 << 20) as net:
        server = net.listen(8080)
        agent = False if program["agent"] == "own" else http.Agent(keepAlive=program["agent"] == "keep")
        try:
            req = http.request({**program["options"], "port": 8080, "host": "127.0.0.1", "agent": agent})
        except Exception as error:
            log.append(["request", "throws", getattr(error, "code", None), getattr(error, "message", str(error))])
        else:
            drive(program, req, log, net, server)
            flags = {
                "headersSent": req.headersSent,
                "finished": req.finished,
                "ended": req.writableEnded,
                "chunked": req.chunkedEncoding,
                "keepAlive": req.shouldKeepAlive,
                "reused": req.reusedSocket,
            }
            req.removeAllListeners()
            req.on("error", lambda error: None)
            req.destroy()
        if agent:
            agent.destroy()
        net.run()
        received = server.peers[0].take().decode("latin-1") if server.peers else ""
        for peer in server.peers:
            peer.close()
        server.close()
        net.run()
    return {"received": received, "log": log, "flags": flags, "port": 8080}


def drive(program: dict[str, Any], req: Any, log: list[Any], net: Any, server: Any) -> None:
    """Run the program to its end."""
    turns = list(program["turns"])
    written: list[bool] = []

    def answer() -> None:
        if written and not turns:
            setTimeout(lambda: server.peers and server.peers[0].send(ANSWER), 10)

    def turn() -> None:
        for step in turns.pop(0):
            fuzz_answers.perform(req, step, log)
        if turns:
            setTimeout(turn, 40)
        elif req.writableEnded:
            answer()

    def onResponse(res: Any) -> None:
        log.append(["response", res.statusCode])
        res.on("end", lambda: log.append(["end"]))
        res.resume()

    for name in ("prefinish", "finish", "close", "socket"):
        req.on(name, lambda *args, name=name: log.append([name]))
    req.on("error", lambda error: log.append(["error", error.code]))
    req.on("response", onResponse)
    req.on("finish", lambda: (written.append(True), answer()))
    turn()
    for _ in range(40):
        net.advance(5)
    if ["close"] not in log:
        log.append(["hangs" if req.writableEnded else "stuck"])


def comparable(outcome: dict[str, Any], other: dict[str, Any]) -> Any:
    """An outcome without what may differ."""
    text = json.dumps([outcome["received"], outcome["log"], outcome["flags"]])
    text = text.replace(f"127.0.0.1:{outcome['port']}", "HOST")
    received, log, flags = json.loads(text)
    received = re.sub("Date: [^\r]+ GMT\r\n", "Date: now\r\n", received)
    if ["stuck"] in log:
        received = None  # `end` has raised: how much has left is no promise
    if flags and other["flags"] and not flags["chunked"]:
        flags["keepAlive"] = None  # see docs/departures.md, a body that nothing delimits
    return received, log, flags


def run(node: str, count: int, seed: int) -> list[fuzz_answers.Difference]:
    """Play so many programs. Returns those whose outcomes differ, with Node's and ours."""
    maker = Maker(seed)
    return fuzz_answers.persistent([maker.program() for _ in range(count)], lambda programs: compare(node, programs))


def compare(node: str, programs: list[dict[str, Any]]) -> list[fuzz_answers.Difference]:
    differing = []
    outcomes = fuzz_answers.playInNode(node, HERE / "fuzz_requests.cjs", programs)
    for program, theirs in zip(programs, outcomes, strict=True):
        ours = play(program)
        if comparable(theirs, ours) != comparable(ours, theirs):
            differing.append((program, theirs, ours))
    return differing


if __name__ == "__main__":
    sys.exit(fuzz_answers.main(__doc__, run))
