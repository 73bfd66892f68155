"""A differential fuzzer: mutated HTTP, cut into random segments, read by Node and by nodecompat.

    python tools/fuzz_http.py --mutants 1000000
    python tools/fuzz_http.py --level server --mutants 20000 --seed 7

The seeds are the hostile corpus of the tests. Level "parser" compares what the two parsers call back, their errors
(code, reason, bytesParsed) and where they stop; level "server" compares what handlers see and what is answered. Each
difference is classified; those that docs/departures.md explains are counted by their reason, any other is printed and
makes the command fail. Needs Node 26: NODECOMPAT_NODE, or `node` on PATH.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from nodecompat.errors import HTTPParserError  # noqa: E402
from nodecompat.http.wire.lenient import LenientParser  # noqa: E402
from nodecompat.http.wire.parser import BODY, REQUEST, RESPONSE, SKIP_BODY, UPGRADE, HTTPParser  # noqa: E402
from nodecompat.http.wire.sink import parseVersion  # noqa: E402

CORPUS = ROOT / "tests" / "data" / "hostile"
BATCH = 500  # cases per exchange with Node
Case = dict[str, Any]

PIECES = [
    "\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", ":", ",", ";", "=", '"', "\\", "0", "1", "5", "a", "F", "\x00", "\x01",
    "\x7f", "\x80", "\xff", "GET", "HTTP/1.1", "HTTP/1.0", "Connection: close\r\n", "Connection: upgrade\r\n",
    "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Upgrade: x\r\n", "Host: a\r\n", "chunked", "gzip",
    "-", "+", "_", "0x", "/", "?", "#", "http://", "*", ".", "100", "101", "204", "304",
]  # fmt: skip


def corpus() -> dict[int, list[str]]:
    """The seeds, by kind of message."""
    seeds: dict[int, list[str]] = {REQUEST: [], RESPONSE: []}
    for name, kind, key in (("http1.jsonl", REQUEST, "send"), ("http1-responses.jsonl", RESPONSE, "replies")):
        for line in (CORPUS / name).read_text("utf-8").splitlines():
            case = json.loads(line)
            for segments in [case["send"]] if key == "send" else case["replies"]:
                text = "".join(map(flatten, segments))
                if text and len(text) < 2000:
                    seeds[kind].append(text)
    return seeds


def flatten(segment: Any) -> str:
    """A segment of the corpus as one text."""
    if isinstance(segment, str):
        return segment
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in segment)


class Mutator:
    """Makes cases out of seeds."""

    def __init__(self, seed: int, level: str, lenient: bool) -> None:
        self.random = random.Random(seed)
        self.level = level
        self.lenient = lenient
        self.seeds = corpus()

    def case(self) -> Case:
        rng = self.random
        kind = REQUEST if self.level == "server" or rng.random() < 0.7 else RESPONSE
        text = self.mutate(rng.choice(self.seeds[kind]), kind)
        return {
            "level": self.level,
            "kind": kind,
            "lenient": self.lenient,
            "segments": self.cut(text),
            "end": rng.random() < 0.5,
            "max": rng.choice([0, 0, 0, 100]),
            "answer": rng.choice(["", "", "accept" if kind == REQUEST else "skip"]),
        }

    def mutate(self, text: str, kind: int) -> str:
        rng = self.random
        if rng.random() < 0.15:
            text += rng.choice(self.seeds[kind])
        for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 5])):
            at, draw = rng.randrange(len(text) + 1), rng.random()
            if draw < 0.4:
                text = text[:at] + rng.choice(PIECES) + text[at:]
            elif draw < 0.6:
                text = text[:at] + text[at + rng.randint(1, 3) :]
            elif draw < 0.75:
                text = text[:at] + chr(rng.randrange(256)) + text[at + 1 :]
            elif draw < 0.85:
                other = rng.randrange(len(text) + 1)
                start, stop = min(at, other), max(at, other)
                text = text[:stop] + text[start:stop][:60] + text[stop:]
            elif draw < 0.93:
                text = text[:at]
            else:
                text = text.replace("\r\n", "\n", 1)
        return text or "G"

    def cut(self, text: str) -> list[str]:
        rng, draw = self.random, self.random.random()
        if draw < 0.4:
            return [text]
        if draw < 0.5 and len(text) < 400:
            return list(text)
        cuts = sorted(rng.randrange(len(text) + 1) for _ in range(rng.randint(1, 5)))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


class Node:
    """The Node process that reads the same cases."""

    def __init__(self, path: str) -> None:
        version = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20).stdout
        if not version.startswith("v26."):
            raise SystemExit(f"needs Node 26, {path} is {version.strip()}: name another in NODECOMPAT_NODE")
        command = [path, "--no-warnings", "--expose-internals", str(pathlib.Path(__file__).with_suffix(".cjs"))]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, cases: list[Case]) -> list[Any]:
        """What Node makes of each case."""
        writer = threading.Thread(target=self._write, args=(cases,))
        writer.start()
        assert self.process.stdout is not None
        outcomes = [json.loads(self.process.stdout.readline()) for _ in cases]
        writer.join()
        return outcomes

    def _write(self, cases: list[Case]) -> None:
        assert self.process.stdin is not None
        for case in cases:
            self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(10)


def parse(case: Case) -> list[Any]:
    """What our parser makes of a case."""
    events: list[Any] = []
    make = LenientParser if case["lenient"] else HTTPParser
    # A client takes any number of headers; Node's bare parser, which is asked here, does so for a server too.
    parser = make(case["kind"], case["max"], 0)

    def onHead(it: Any) -> int:
        first = [it.method, it.url] if case["kind"] == REQUEST else [it.statusCode, it.statusMessage]
        events.append(["head", *parseVersion(it.httpVersion), *first, it.rawHeaders, it.upgrade, it.shouldKeepAlive])
        if case["answer"] == "accept":
            return UPGRADE if it.upgrade else BODY
        return SKIP_BODY if case["answer"] == "skip" else BODY

    def onBody(chunk: bytes) -> None:
        text = chunk.decode("latin-1")
        if events and events[-1][0] == "body":
            events[-1][1] += text
        else:
            events.append(["body", text])

    parser.onHeadersComplete = onHead
    parser.onBody = onBody
    parser.onMessageComplete = lambda: events.append(["complete", parser.rawTrailers])
    for segment in case["segments"]:
        data = segment.encode("latin-1")
        result = parser.execute(data)
        if isinstance(result, HTTPParserError):
            events.append(["error", result.code, result.reason, result.bytesParsed])
            return events
        if result < len(data):
            events.append(["stopped", result])
            return events
    error = parser.finish() if case["end"] else None
    if error is not None:
        events.append(["error", error.code, error.reason, error.bytesParsed])
    return events


def serve(case: Case) -> dict[str, Any]:
    """What our server makes of a case, over a Duplex as on Node's side: ticks do not run within a segment there."""
    from nodecompat import http
    from nodecompat.stream import Duplex
    from nodecompat.testing import network

    seen: dict[str, Any] = {"received": "", "requests": [], "error": None}

    def onRequest(req: Any, res: Any) -> None:
        entry = {"version": req.httpVersion, "method": req.method, "url": req.url}
        entry.update(raw=list(req.rawHeaders), body="")
        seen["requests"].append(entry)

        def onData(chunk: bytes) -> None:
            entry["body"] += chunk.decode("latin-1")

        def onEnd() -> None:
            entry["trailers"] = list(req.rawTrailers)
            res.sendDate = False
            res.writeHead(200, {"Content-Length": 2})
            res.end("ok")

        req.on("data", onData)
        req.on("end", onEnd)
        req.on("error", lambda: None)

    def onClientError(error: Any, socket: Any) -> None:
        seen["error"] = seen["error"] or error.code
        if socket.writable:
            socket.end("HTTP/1.1 400 \r\n\r\n")
        else:
            socket.destroy()

    def write(stream: Any, chunk: bytes, encoding: Any, callback: Any) -> None:
        seen["received"] += chunk.decode("latin-1")
        callback()

    with network() as net:
        options = {"insecureHTTPParser": case["lenient"], "maxHeaderSize": case["max"] or None}
        server = http.createServer(options, onRequest)
        server.on("clientError", onClientError)
        socket = Duplex(read=lambda stream, size: None, write=write, final=lambda stream, callback: callback())
        server.emit("connection", socket)
        net.run()
        for segment in case["segments"]:
            if segment and not socket.destroyed:
                socket.push(segment.encode("latin-1"))
            net.run()
        socket.destroy()
        net.run()
        seen["received"] = re.sub("Date: [^\r]+\r\n", "", seen["received"])
    return seen


def explain(case: Case, node: Any, ours: Any) -> str | None:
    """The written departure that accounts for a difference, or None."""
    if case["level"] == "server":
        return explainServer(case, node, ours)
    text = "".join(case["segments"])
    last = node[-1] if node else [""]
    upgrades = [event for event in node if event[0] == "head" and event[6]]
    if upgrades and case["answer"] != "accept":
        at = node.index(upgrades[0])
        if ours[: at + 1] == node[: at + 1]:
            return "bytes behind a refused upgrade"
    if node and last[0] == "error" and "has invalid `Transfer-Encoding`" in last[2] and [*node[:-2], last] == ours:
        return "request whose Transfer-Encoding is not chunked"
    if node and ours and ours[-1][0] == "error" and "has invalid `Transfer-Encoding`" in ours[-1][2] and upgrades:
        return "request whose Transfer-Encoding is not chunked"
    if isOther(case, node, ours):
        return "request that is not HTTP/1"
    if last[0] == "stopped" and ours and ours[-1][0] == "error" and ours[:-1] == node[:-1] and upgrades:
        return "fault in the body of an upgrade"
    if chunkedIn10(node):
        return "chunked in HTTP/1.0"
    if case["kind"] == RESPONSE and any(event[0] == "head" and event[3] == 101 for event in node):
        return "a 101 that the client did not take for an upgrade"  # our client always does
    if last[0] == "error" and ours and ours[-1][0] == "error" and node[:-1] == ours[:-1]:
        codes = {last[1], ours[-1][1]}
        if "HPE_HEADER_OVERFLOW" in codes:
            return "fault and overflow in the same value"
        if case["lenient"] and last[1:3] == ours[-1][1:3]:
            return "place of a fault behind a bare line end, lenient"
    if case["lenient"] and hasBareLineEnd(text):
        return "bare line ends, lenient"
    return None


def isOther(case: Case, node: list[Any], ours: list[Any]) -> bool:
    """True when Node has read a head that ours refuses because it is not HTTP/1."""
    at = len(ours) - 1
    if case["kind"] != REQUEST or not ours or ours[-1][0] != "error" or ours[:-1] != node[:at]:
        return False
    head = node[at] if at < len(node) else [""]
    other = head[0] == "head" and (head[1] != 1 or ours[-1][2] == "Invalid HTTP version")
    return bool(other)


def explainServer(case: Case, node: Any, ours: Any) -> str | None:
    begins = node["requests"][: len(ours["requests"])] == ours["requests"]
    raws = [request["raw"] for request in node["requests"]]
    names = [[name.lower() for name in raw[::2]] for raw in raws]
    if begins and ours["error"] == "HPE_INVALID_VERSION":
        return "request that is not HTTP/1"
    if begins and "Connection: close" in ours["received"]:
        return "data behind an answer that closes the connection"
    if any("upgrade" in each for each in names):
        return "bytes behind a refused upgrade"
    if node["error"] == ours["error"] == "HPE_INVALID_TRANSFER_ENCODING" and begins:
        return "request whose Transfer-Encoding is not chunked"
    if any(request["version"] not in ("1.0", "1.1") for request in node["requests"]):
        return "request that is not HTTP/1"
    if any("transfer-encoding" in each for each in names) and "HTTP/1.0" in "".join(case["segments"]):
        return "chunked in HTTP/1.0"
    if "HPE_HEADER_OVERFLOW" in (node["error"], ours["error"]) and node["requests"] == ours["requests"]:
        return "fault and overflow in the same value"
    if case["lenient"] and hasBareLineEnd("".join(case["segments"])):
        return "bare line ends, lenient"
    return None


def chunkedIn10(node: list[Any]) -> bool:
    return any(
        event[0] == "head"
        and event[1:3] == [1, 0]
        and any(name.lower() == "transfer-encoding" for name in event[5][::2])
        for event in node
    )


def hasBareLineEnd(text: str) -> bool:
    rest = text.replace("\r\n", "")
    return "\n" in rest or "\r" in rest


class Result:
    """What a run found."""

    def __init__(self) -> None:
        self.cases = 0
        self.equal = 0
        self.explained: collections.Counter[str] = collections.Counter()
        self.unexplained: list[tuple[Case, Any, Any]] = []

    def __str__(self) -> str:
        lines = [f"{self.cases} mutants, {self.equal} equal"]
        lines += [f"{count:8} explained: {reason}" for reason, count in self.explained.most_common()]
        lines += [f"{len(self.unexplained):8} unexplained"]
        return "\n".join(lines)


def run(node: str, mutants: int, seed: int = 1, level: str = "parser", lenient: bool = False) -> Result:
    """Compare `mutants` cases."""
    result, peer = Result(), Node(node)
    ours = serve if level == "server" else parse
    try:
        for cases in batches(Mutator(seed, level, lenient), mutants):
            for case, theirs in zip(cases, peer.ask(cases), strict=True):
                result.cases += 1
                mine = json.loads(json.dumps(ours(case)))
                if mine == theirs:
                    result.equal += 1
                    continue
                reason = explain(case, theirs, mine)
                if reason is None:
                    result.unexplained.append((case, theirs, mine))
                else:
                    result.explained[reason] += 1
    finally:
        peer.close()
    return result


def batches(mutator: Mutator, mutants: int) -> Iterator[list[Case]]:
    while mutants > 0:
        count = min(BATCH, mutants)
        mutants -= count
        yield [mutator.case() for _ in range(count)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", choices=["parser", "server"], default="parser")
    parser.add_argument("--lenient", action="store_true", help="with insecureHTTPParser")
    options = parser.parse_args()
    node = os.environ.get("NODECOMPAT_NODE") or shutil.which("node")
    if node is None:
        parser.error("needs Node 26: name it in NODECOMPAT_NODE, or put it on PATH")
    result = run(node, options.mutants, options.seed, options.level, options.lenient)
    for case, theirs, mine in result.unexplained[:20]:
        print(json.dumps(case), "\n  node", json.dumps(theirs), "\n  ours", json.dumps(mine))
    print(result)
    return 1 if result.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
