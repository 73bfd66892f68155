"""A differential fuzzer of Headers, Request and Response: random programs, played by Node and by nodecompat.

What counts is what each step gives or raises: values, messages of errors, what a body is after it was read, cloned or
given away.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import random
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from fuzz_answers import Difference, main, playInNode  # noqa: E402
from webplay import play, similar  # noqa: E402

SCRIPT = ROOT / "tools" / "fuzz_web.cjs"

NAMES = [
    "a", "A", "X-b", "x-B", "Set-Cookie", "set-cookie", "Content-Type", "cookie", "Cookie", "", "a b", "é", "a:", "b",
    "\u0130",
]  # fmt: skip
VALUES: list[Any] = ["1", "two", "", " x ", "\t", "a\r\nb", "a\0b", "é", "\u20ac", "a, b", 5, True, " \r\n", "\x01"]
URLS: list[Any] = [
    "http://a.test/", "HTTPS://B.test:443/x?y#z", "/relative", "", "http://u:p@a.test/", "http://[", "data:,x",
    "about:blank", "http://a.test/\u20ac?\u20ac", "http://a.test:0/", "ftp://a.test", "http:a.test", 5,
]  # fmt: skip
METHODS: list[Any] = [
    "GET", "get", "post", "POST", "Put", "patch", "PATCH", "foo", "TRACE", "connect", "a b", "", "HEAD", "DELETE",
    None,
]  # fmt: skip
BODIES: list[Any] = [
    "text", "", "é\u20ac", {"bytes": "a\xffb"}, {"bytes": ""}, {"stream": [{"bytes": "one"}, {"bytes": "two"}]},
    {"stream": ["text"]}, {"chunks": ["one", {"bytes": "two"}]}, {"chunks": []}, {"form": [["a", "1"]]},
    {"blob": ["blob", "X/Y"]}, {"blob": ["blob", ""]}, {"params": "a=b&c=%20"}, None, None, 5, '{"a": [1, "\u20ac"]}',
    "\ufefftext", "nope", "[1,]", "NaN", "tru", '{"a"', "\ud800",
]  # fmt: skip
CHOICES: dict[str, list[Any]] = {
    "redirect": ["follow", "error", "manual", "nope", ""],
    "mode": ["cors", "no-cors", "same-origin", "navigate", "nope"],
    "cache": ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached", "nope"],
    "credentials": ["omit", "include", "same-origin", "nope"],
    "referrer": ["", "about:client", "http://b.test/x#y", "nope", None],
    "referrerPolicy": ["", "origin", "unsafe-url", "nope"],
    "integrity": ["", "sha256-abc", 5],
    "keepalive": [True, False, 1, 0],
    "duplex": ["half", "half", "full"],
    "signal": [{"abort": 0}, {"abort": 1}, None],
    "window": [None],
}
STATUSES: list[Any] = [200, 201, 204, 304, 199, 600, 404, 500, 205, 101, 0, -1, 299, 599, 301, "404"]
READERS = ["text", "json", "arrayBuffer", "bytes", "blob", "formData"]
REQUEST_NAMES = [
    "method", "url", "headers", "redirect", "mode", "cache", "credentials", "referrer", "referrerPolicy", "integrity",
    "keepalive", "duplex", "signal", "destination", "bodyUsed",
]  # fmt: skip
RESPONSE_NAMES = ["status", "ok", "statusText", "headers", "type", "url", "redirected", "bodyUsed"]


class Maker:
    """Makes programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pairs(self) -> Any:
        choose = self.random.choice
        pairs = [[choose(NAMES), choose(VALUES)] for _ in range(choose([0, 1, 2, 3]))]
        kind = self.random.random()
        if kind < 0.5:
            return {"options": dict(pairs)}
        if kind < 0.55:
            pairs.append(choose([["a"], ["a", "b", "c"], []]))
        return pairs

    def init(self, extra: dict[str, Any]) -> Any:
        options = {name: self.random.choice(values) for name, values in extra.items() if self.random.random() < 0.15}
        if self.random.random() < 0.4:
            options["headers"] = self.pairs()
        return options

    def request(self) -> list[Any]:
        choose = self.random.choice
        options = self.init(CHOICES)
        if self.random.random() < 0.7:
            options["method"] = choose(METHODS) if self.random.random() < 0.5 else "POST"
        if self.random.random() < 0.6:
            options["body"] = choose(BODIES)
            if isinstance(options["body"], dict) and self.random.random() < 0.8:
                options["duplex"] = "half"
        url = choose(URLS) if self.random.random() < 0.3 else URLS[0]
        return ["new", "Request", url, {"options": options}]

    def response(self) -> list[Any]:
        choose = self.random.choice
        kind = self.random.random()
        if kind < 0.08:
            return ["static", "Response", "error"]
        if kind < 0.16:
            return ["static", "Response", "redirect", choose(URLS), choose([302, 301, 308, 200, 303])]
        options = self.init({"statusText": ["", "Fine", "é", "a\nb", "\u20ac", 5]})
        if self.random.random() < 0.5:
            options["status"] = choose(STATUSES)
        if kind < 0.26:
            return [
                "static",
                "Response",
                "json",
                choose(["x", 5, [1, None, {"options": {"a": "é"}}], True]),
                {"options": options},
            ]
        return ["new", "Response", choose(BODIES), {"options": options}]

    def headersProgram(self) -> list[Any]:
        choose = self.random.choice
        steps: list[Any] = [["new", "Headers", self.pairs()] if self.random.random() < 0.9 else ["new", "Headers"]]
        for _ in range(self.random.randrange(1, 8)):
            name = choose(NAMES)
            steps.append(choose([
                ["call", 0, "append", name, choose(VALUES)], ["call", 0, "set", name, choose(VALUES)],
                ["call", 0, "append", name, choose(VALUES)], ["call", 0, "delete", name], ["call", 0, "get", name],
                ["call", 0, "has", name], ["call", 0, "getSetCookie"], ["each", 0],
                ["call", 0, choose(["keys", "values", "entries"])],
            ]))  # fmt: skip
        return [*steps, ["call", 0, "entries"]]

    def bodyProgram(self) -> list[Any]:
        choose = self.random.choice
        isRequest = self.random.random() < 0.5
        steps = [self.request() if isRequest else self.response()]
        names = REQUEST_NAMES if isRequest else RESPONSE_NAMES
        for _ in range(self.random.randrange(2, 8)):
            target = choose([0, 0, 0, 1, 2])
            kind = self.random.random()
            if kind < 0.3:
                steps.append(["get", target, choose(names)])
            elif kind < 0.5:
                steps.append(["call", target, choose(READERS)])
            elif kind < 0.65:
                steps.append(["call", target, "clone"])
            elif kind < 0.72:
                steps.append(["read", target, "body"])
            elif kind < 0.8 and isRequest:
                steps.append(["new", "Request", {"object": 0}, {"options": self.init(CHOICES)}])
            elif kind < 0.9:
                steps.append(["get", target, "bodyUsed"])
            else:
                steps.append(["call", target, choose(READERS)])
        return [*steps, *(["get", 0, name] for name in names)]

    def program(self) -> list[Any]:
        return self.headersProgram() if self.random.random() < 0.3 else self.bodyProgram()


def compare(node: str, programs: list[list[Any]]) -> list[Difference]:
    differing: list[Any] = []
    for program, theirs in zip(programs, playInNode(node, SCRIPT, programs), strict=True):
        ours = play(program)
        if not similar(theirs, ours):
            differing.append((program, theirs, ours))
    return differing


def run(node: str, count: int, seed: int) -> list[Difference]:
    """Play so many programs. Returns those that differ, with Node's outcome and ours."""
    maker = Maker(seed)
    return compare(node, [maker.program() for _ in range(count)])


def record(node: str, path: str, count: int, seed: int) -> None:
    """Write so many programs, each with Node's outcome, for tests/web/test_programs.py."""
    maker = Maker(seed)
    made = [maker.program() for _ in range(count)]
    lines = [json.dumps(pair) + "\n" for pair in zip(made, playInNode(node, SCRIPT, made), strict=True)]
    pathlib.Path(path).write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:  # record PATH COUNT SEED
        record(os.environ["NODECOMPAT_NODE"], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        sys.exit()
    sys.exit(main(__doc__, run))
