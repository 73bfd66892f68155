"""A differential fuzzer of http.ServerResponse: random programs of its methods, played by Node and by nodecompat.

What counts are the bytes on the wire, what each call returned or raised, the order of events, and the flags at the
end. A second page is asked for on the same connection, so that the framing of the first answer shows.

Left out, because Node differs on purpose (docs/departures.md): headers that are not ASCII, codings without "chunked".
And because Node fails an assertion of its own: `uncork` without `cork`, `chunkedEncoding` changed in the midst.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from nodecompat import http  # noqa: E402
from nodecompat.testing import network  # noqa: E402
from nodecompat.timers import setImmediate  # noqa: E402

SCRIPT = ROOT / "tools" / "fuzz_answers.cjs"
ATTEMPTS = 8
Difference = tuple[dict[str, Any], Any, Any]
LAST = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
NAMES = [
    "X-A", "x-a", "Content-Length", "content-length", "Transfer-Encoding", "Connection", "Date", "Keep-Alive",
    "Trailer", "Set-Cookie", "Content-Type", "Expect", "X-B", "Upgrade", "Content-Encoding",
]  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "content-length": ["0", "3", 3, 5, "4"],
    "transfer-encoding": ["chunked", "gzip, chunked"],
    "connection": ["close", "keep-alive", "Upgrade", "X, close"],
    "date": ["then"],
    "keep-alive": ["timeout=9"],
    "trailer": ["X-T"],
    "set-cookie": [["a=1", "b=2"], "c=3"],
}
OTHERS: list[Any] = ["1", "two", 3, ["a", "b"], "", True]
BODIES: list[Any] = ["abc", "", "x", "é", "\u20ac", {"bytes": 3}, {"bytes": 0}, {"bytes": 70000}, "hello"]
CODES: list[Any] = [200, 200, 200, 204, 304, 404, 500, 205, 299, 101, 103, 99, "201", 1000]
VERBS = ["GET", "GET", "GET", "HEAD", "POST"]


class Maker:
    """Makes programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.corks = 0
        self.hasEnded = False

    def header(self) -> tuple[str, Any]:
        name = self.random.choice(NAMES)
        return name, self.random.choice(VALUES.get(name.lower(), OTHERS))

    def headers(self) -> Any:
        pairs = [self.header() for _ in range(self.random.randint(0, 3))]
        if self.random.random() < 0.3:
            return [each for pair in pairs for each in pair]
        return dict(pairs)

    def step(self) -> list[Any]:
        choose = self.random.choice
        name = choose(
            ["setHeader"] * 6 + ["writeHead"] * 3 + ["write"] * 6 + ["end"] * 3 + ["set"] * 2
            + ["appendHeader", "removeHeader", "flushHeaders", "addTrailers", "getHeader", "hasHeader"]
            + ["getHeaderNames", "getHeaders", "writeContinue", "writeProcessing", "writeEarlyHints"]
            + ["cork"] * (not self.hasEnded) + ["uncork"] * 4 * (self.corks > 0)
        )  # fmt: skip
        self.corks += {"cork": 1, "uncork": -1, "end": -self.corks}.get(name, 0)
        self.hasEnded = self.hasEnded or name == "end"
        if name in ("setHeader", "appendHeader"):
            return [name, *self.header()]
        if name in ("removeHeader", "getHeader", "hasHeader"):
            return [name, choose(NAMES)]
        if name == "writeHead":
            more = choose([[], [self.headers()], ["Fine", self.headers()], ["Fine"], [""]])
            return [name, choose(CODES), *more]
        if name in ("write", "end"):
            return [name] if name == "end" and self.random.random() < 0.4 else [name, choose(BODIES)]
        if name == "addTrailers":
            return [name, {"X-T": "1"}]
        if name == "writeEarlyHints":
            return [name, {"link": "</a>; rel=preload"}]
        if name == "set":
            flag = choose(["sendDate", "shouldKeepAlive", "useChunkedEncodingByDefault"])
            text = choose(["Fine", ""])
            code = choose(CODES[:-3])  # with a wrong one no `end` succeeds
            return choose(
                [["set", flag, choose([True, False])], ["set", "statusCode", code], ["set", "statusMessage", text]]
            )
        return [name]

    def program(self) -> dict[str, Any]:
        self.corks, self.hasEnded = 0, False
        choose = self.random.choice
        version, connection = choose(["1.1", "1.1", "1.1", "1.0"]), choose(["", "", "Connection: keep-alive\r\n"])
        if self.random.random() < 0.1:
            connection = "Connection: close\r\n"
        request = f"{choose(VERBS)} / HTTP/{version}\r\nHost: a\r\n{connection}Content-Length: 0\r\n\r\n"
        turns = [[self.step() for _ in range(self.random.randint(0, 5))] for _ in range(choose([1, 1, 2, 3]))]
        turns[-1].append(["end"])
        options = {name: True for name in ("rejectNonStandardBodyWrites",) if self.random.random() < 0.1}
        if self.random.random() < 0.1:
            options["uniqueHeaders"] = ["x-a", "set-cookie"]  # type: ignore[assignment]
        return {"request": request, "last": LAST, "turns": turns, "options": options}


def plain(value: Any, res: Any) -> Any:
    """A result as JSON would have it."""
    if value is res:
        return "this"
    return json.loads(json.dumps(value))


def perform(res: Any, step: list[Any], log: list[Any]) -> None:
    name, *args = step
    try:
        if name == "set":
            setattr(res, args[0], args[1])
            return
        given = [b"b" * each["bytes"] if isinstance(each, dict) and "bytes" in each else each for each in args]
        log.append([name, plain(getattr(res, name)(*given), res)])
    except Exception as error:
        log.append([name, "throws", getattr(error, "code", None), getattr(error, "message", str(error))])


def play(program: dict[str, Any]) -> dict[str, Any]:
    """What nodecompat makes of a program."""
    log: list[Any] = []
    found: list[Any] = []

    def handler(req: Any, res: Any) -> None:
        if req.url == "/last":
            res.end("last")
            return
        for name in ("prefinish", "finish", "close"):
            res.on(name, lambda name=name: log.append([name]))
        res.on("error", lambda error: log.append(["error", error.code]))
        req.on("error", lambda error: None)
        turns = list(program["turns"])

        def turn() -> None:
            for step in turns.pop(0):
                perform(res, step, log)
            if turns:
                setImmediate(turn)

        turn()
        found.append(res)

    with network(capacity=1 << 20) as net:
        server = http.createServer(program["options"], handler)
        server.listen(80)
        net.run()
        peer = net.connect(80)
        net.run()
        peer.send(program["request"].encode("latin-1"))
        net.run()
        if found and found[0].closed:
            peer.send(program["last"].encode("latin-1"))
            net.run()
        if not peer.ended and not peer.error:
            log.append(["stuck"])
        peer.close()
        server.closeAllConnections()
        server.close()
        net.advance(1)
        received = peer.take().decode("latin-1")
        res = found[0] if found else None
        flags = res and {
            "headersSent": res.headersSent,
            "finished": res.finished,
            "ended": res.writableEnded,
            "written": res.writableFinished,
            "status": res.statusCode,
            "message": res.statusMessage,
            "chunked": res.chunkedEncoding,
            "keepAlive": res.shouldKeepAlive,
            "destroyed": res.destroyed,
        }
    return {
        "received": re.sub("Date: [^\r]+ GMT\r\n", "Date: now\r\n", received),
        "log": log,
        "flags": flags,
    }


def playInNode(node: str, script: pathlib.Path, programs: list[dict[str, Any]]) -> list[Any]:
    """What Node makes of them."""
    command = [node, "--no-warnings", str(script)]
    lines = "".join(json.dumps(program) + "\n" for program in programs)
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    outcomes = dict(json.loads(line) for line in done.stdout.splitlines())
    return [outcomes[at] for at in range(len(programs))]


def run(node: str, count: int, seed: int) -> list[Difference]:
    """Play so many programs. Returns those whose outcomes differ, with Node's and ours."""
    maker = Maker(seed)
    return persistent([maker.program() for _ in range(count)], lambda programs: compare(node, programs))


def compare(node: str, programs: list[dict[str, Any]]) -> list[Difference]:
    differing = []
    for program, theirs in zip(programs, playInNode(node, SCRIPT, programs), strict=True):
        ours = play(program)
        if ["stuck"] in ours["log"] and ["stuck"] in theirs["log"]:
            ours["received"] = theirs["received"]  # `end` has raised: how much of the answer left is no promise
        if ours != theirs:
            differing.append((program, theirs, ours))
    return differing


def persistent(
    programs: list[dict[str, Any]], compare: Callable[[list[dict[str, Any]]], list[Difference]]
) -> list[Difference]:
    """The differences that stay: Node runs by the real clock, and on a busy machine two events may change places."""
    differing: list[Difference] = []
    for _ in range(ATTEMPTS):
        differing = compare(programs)
        programs = [program for program, _, _ in differing]
    return differing


def main(description: str | None, run: Callable[[str, int, int], list[Difference]]) -> int:
    """The command: plays programs and shows what differs."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n\n")[0])
    parser.add_argument("--programs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    node = os.environ.get("NODECOMPAT_NODE") or shutil.which("node")
    if node is None or not subprocess.run([node, "--version"], capture_output=True).stdout.startswith(b"v26."):
        parser.error("needs Node 26: put it on PATH or name it in NODECOMPAT_NODE")
    differing = run(node, options.programs, options.seed)
    for program, theirs, ours in differing[: options.show]:
        print(json.dumps(program), f"node: {json.dumps(theirs)}"[:1500], f"ours: {json.dumps(ours)}"[:1500], sep="\n")
        print()
    print(f"{options.programs} programs, {len(differing)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(__doc__, run))
