"""A differential fuzzer of fetch: answers of a raw server, broken in random ways, read by Node and by nodecompat.

What counts is how each fetch ends: status, headers and body, or the error with its cause, and how many connections
there were. The answers of the hostile corpus come first. Then come redirects: what is sent along the way counts too.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import random
import re
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from fetchplay import follow, play, similar  # noqa: E402
from fuzz_answers import Difference, main, persistent, playInNode  # noqa: E402

SCRIPT = ROOT / "tools" / "fuzz_fetch.cjs"
CORPUS = ROOT / "tests/data/hostile/http1-responses.jsonl"

STATUS_LINES = [
    "HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.0 200 OK", "HTTP/1.1 404 Not Found",
    "HTTP/1.1 204 None", "HTTP/1.1 304 Same", "HTTP/1.1 500 Oh no", "HTTP/1.1 599 x", "HTTP/1.1 600 x",
    "HTTP/1.1 0 x", "HTTP/1.1 -1 x", "HTTP/1.1 1000 x", "HTTP/1.1 +200 x", "HTTP/1.1 20 x", "HTTP/1.1 099 x",
    "HTTP/1.1 200 a\x01b", "HTTP/1.1 200 \xe9", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK", "HTTP/2.0 200 OK",
    "HTTP/0.9 200 OK", "HTTP/1.2 200 OK", "HTTP/3.1 200 OK", "http/1.1 200 OK", "HTTP/1.1 200 OK\0", "ICE/1.0 200 OK",
    "RTSP/1.0 200 OK", "HTTP/1.1 101 Switching", "HTTP/1.1 205 Reset", "HTTP/1.1 103 Early", "HTTP/1.1 100 Continue",
    "HTTP/1.1 102 Wait", "HTTP/1.1 226 IM", " HTTP/1.1 200 OK", "HTTP/11 200 OK",
]  # fmt: skip
HEADERS = [
    "Content-Length: 5", "Content-Length: 0", "Content-Length: 3", "Content-Length: 50", "Content-Length: 5, 5",
    "Content-Length: +5", "Content-Length: -5", "Content-Length: 5x", "Content-Length: ", "Content-Length: 0x5",
    "Content-Length: 99999999999999999999", "Content-Length : 5", "Content-Length:5", "content-length: 5",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Transfer-Encoding: identity",
    "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked\x0b", "Transfer-Encoding: CHUNKED", "Transfer-Encoding:",
    "Transfer-Encoding: chunked, chunked", "Connection: close", "Connection: keep-alive", "Connection: upgrade",
    "Upgrade: x", "Keep-Alive: timeout=1", "Keep-Alive: timeout=x", "Keep-Alive: max=1", "Content-Encoding: gzip",
    "Content-Encoding: identity", "Content-Encoding: x, y", "Set-Cookie: a=b", "Set-Cookie: c=d", "X: 1", "x: 2",
    "X:", "X:  y\t", "X: a\0b", "X: a\rb", "X: \x7f", "X: \xe9", "X: \x01", " X: 1", "\tX: 1", "X 1", ": 1", "X\0: 1",
    "X\xe9: 1", "X(: 1", "", "Location: /a", "Trailer: X", "__proto__: x", "constructor: x", "Date: now",
    "Content-Type: text/html; charset=latin1",
]  # fmt: skip
BODIES = [
    "hello", "", "hel", "hello world", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n", "5\r\nhel",
    "5;x=y\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "05\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n", "g\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5\r\nhelloX\r\n0\r\n\r\n",
    "5\r\nhello\r\n0\r\nX: y\r\n\r\n", "5\r\nhello\r\n0\r\nX y\r\n\r\n", "ffffffffffffffff1\r\nx",
    "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "0\r\n\r\n", "5\r\nhello\r\n-1\r\n\r\n", "\r\n", "5\r\n\r\n0\r\n\r\n",
    "5\r\nhello0\r\n\r\n", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
    "5;\r\nhello\r\n0\r\n\r\n", '5;a="b\r\nc"\r\nhello\r\n0\r\n\r\n',
]  # fmt: skip
REDIRECTS = [301, 302, 303, 307, 308, 300, 304, 305]
LOCATIONS = [
    "A/x", "B/y", "/rel?q", "rel", "../up", "#frag", "?query", "", "//", "http://[", "ftp://a/", "data:,x", "B/#other",
    "http://u:p@127.0.0.1/", "\\\\x", "A", "B/a b", "/\xe9", "/\xc3\xa9",
]  # fmt: skip
INIT: dict[str, list[Any]] = {
    "method": ["POST", "PUT", "DELETE", "PATCH", "GET", "HEAD", "patch", "QUERY", "OPTIONS"],
    "redirect": ["follow", "manual", "error"],
    "mode": ["no-cors", "same-origin"],
    "cache": ["no-store", "no-cache", "reload", "force-cache"],
    "credentials": ["omit", "include"],
    "referrer": ["A/page?x#y", "http://other.test/z", ""],
    "referrerPolicy": ["origin", "no-referrer", "unsafe-url", "same-origin"],
    "integrity": ["sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "sha256-AAAA"],
    "keepalive": [True],
}
SENT = [
    ("Authorization", "secret"), ("Cookie", "a=b"), ("cookie", "c=d"), ("Proxy-Authorization", "p"), ("Host", "else"),
    ("Content-Type", "x/y"), ("Content-Length", "4"), ("content-length", "x"), ("Content-Encoding", "id"),
    ("Content-Language", "de"), ("Content-Location", "/c"), ("X-One", "1"), ("x-one", "2"), ("Accept", "z"),
    ("ACCEPT-LANGUAGE", "de"), ("User-Agent", "me"), ("Range", "bytes=0-"), ("Accept-Encoding", "br"), ("Referer", "r"),
    ("Sec-Fetch-Mode", "own"), ("Connection", "close"), ("connection", "upgrade"), ("Transfer-Encoding", "chunked"),
    ("Expect", "100-continue"), ("Keep-Alive", "1"), ("Upgrade", "x"), ("Cache-Control", "mine"), ("Pragma", "mine"),
    ("X-Odd", "a\x01b"), ("X-Odd", "\xe9"), ("Set-Cookie", "s"), ("TE", "trailers"), ("Trailer", "x"), ("Via", "v"),
]  # fmt: skip
ODD = ["\0", "\r", "\n", "\r\n", " ", "\t", "\x7f", "\xff", ":", ";", ",", "\x0b", "\xa0", "-", "0"]


class Maker:
    """Makes cases."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def message(self) -> str:
        choose = self.random.choice
        line = choose(STATUS_LINES) if self.random.random() < 0.35 else STATUS_LINES[0]
        headers = [choose(HEADERS) for _ in range(self.random.choice([0, 1, 1, 2, 2, 3, 4]))]
        if self.random.random() < 0.5:
            headers.insert(
                self.random.randrange(len(headers) + 1), choose(["Content-Length: 5", "Transfer-Encoding: chunked"])
            )
        end = "\r\n" if self.random.random() < 0.93 else choose(["\n", "\r", "\n\r", "\r\r\n"])
        return end.join([line, *headers, "", ""]) + choose(BODIES)

    def mutated(self, text: str) -> str:
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            at = self.random.randrange(len(text) + 1)
            kind = self.random.random()
            if kind < 0.4:
                text = text[:at] + self.random.choice(ODD) + text[at:]
            elif kind < 0.7:
                text = text[:at] + text[at + 1 :]
            elif kind < 0.9:
                text = text[:at] + self.random.choice(ODD) + text[at + 1 :]
            else:
                text = text[:at]
        return text

    def reply(self) -> list[str]:
        text = self.mutated(self.message())
        if self.random.random() < 0.1:
            text = self.random.choice(["HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", "HTTP/1.1 102 P\r\n\r\n"]) + text
        cuts = sorted(self.random.randrange(len(text) + 1) for _ in range(self.random.choice([0, 0, 0, 1, 2])))
        return [text[one:other] for one, other in zip([0, *cuts], [*cuts, len(text)], strict=True) if one < other] or [
            ""
        ]

    def case(self) -> dict[str, Any]:
        case: dict[str, Any] = {"replies": [self.reply()]}
        method = self.random.choice([None] * 12 + ["HEAD", "POST"])
        if method:
            case["request"] = {"method": method}
        return case

    def hops(self) -> dict[str, Any]:
        """A way through two servers, and what is sent along it."""
        choose = self.random.choice
        hops = [[choose(REDIRECTS), choose(LOCATIONS)] for _ in range(choose([0, 1, 1, 1, 2, 3]))]
        request: dict[str, Any] = {name: choose(values) for name, values in INIT.items() if self.random.random() < 0.25}
        if "method" in request and request["method"] not in ("GET", "HEAD") and self.random.random() < 0.8:
            request["body"] = choose(["text", "", {"chunks": ["one", "two"]}])
            if isinstance(request["body"], dict):
                request["duplex"] = "half"
        if self.random.random() < 0.6:
            request["headers"] = [list(choose(SENT)) for _ in range(choose([1, 1, 2, 3, 4]))]
        return {
            "hops": [*hops, [choose([200, 200, 404, 302, 204]), ""]],
            "path": choose(["/", "/a/b?c#d"]),
            "request": request,
        }


def corpus() -> list[dict[str, Any]]:
    """The hostile corpus, as far as fetch can ask for it."""
    cases = []
    for line in CORPUS.read_text("utf-8").splitlines():
        case = json.loads(line)
        kept = {name: case[name] for name in ("id", "replies", "gap_ms", "close", "reset", "count") if name in case}
        method = case.get("request", {}).get("method", "GET")
        if method in ("GET", "HEAD"):
            cases.append({**kept, "request": {"method": method}})
    return cases


def cases(count: int, seed: int) -> list[dict[str, Any]]:
    """The corpus, and so many made ones."""
    maker = Maker(seed)
    made = [maker.case() for _ in range(count)]
    return [*corpus(), *made, *(maker.hops() for _ in range(count // 2))]


def compare(node: str, programs: list[dict[str, Any]]) -> list[Difference]:
    differing = []
    for case, theirs in zip(programs, playInNode(node, SCRIPT, programs), strict=True):
        ours = follow(case) if "hops" in case else play(case)
        if ours != theirs if "hops" in case else not similar(case, theirs, ours):
            differing.append((case, theirs, ours))
    return differing


def run(node: str, count: int, seed: int) -> list[Difference]:
    """Play so many cases. Returns those whose outcomes differ, with Node's and ours."""
    return persistent(cases(count, seed), lambda programs: compare(node, programs))


def record(node: str, path: str, count: int, seed: int) -> None:
    """Write the corpus and so many cases, each with Node's outcome, for tests/web/test_answers.py."""
    made = cases(count, seed)
    lines = [json.dumps([case, theirs]) for case, theirs in zip(made, playInNode(node, SCRIPT, made), strict=True)]
    packed = gzip.compress("".join(line + "\n" for line in lines).encode(), mtime=0)
    pathlib.Path(path).write_bytes(packed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:  # record PATH COUNT SEED
        record(os.environ["NODECOMPAT_NODE"], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        sys.exit()
    sys.exit(main(re.sub(r"\n\n.*", "", __doc__ or "", flags=re.DOTALL), run))
