"""What an application hands out is checked before a byte leaves: each line of output-validation.jsonl.

A line holds a call in JavaScript and what Node 26 made of it: "accepted", or the code of the error. The calls are
read here as far as they are plain (`target.method(literals)`); the others are written out in `SPECIAL`.
"""

import json
import pathlib
import re

import pytest
from httpanswers import responseFor, sinkFor

from nodecompat import errors, http
from nodecompat.testing import network

CORPUS = pathlib.Path(__file__).parents[1] / "data/hostile/output-validation.jsonl"
LINES = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]

#: Where this library departs from Node, and why.
DEPARTURES = {
    # None stands for undefined as well, and undefined is refused; Node sends the text "null".
    'response.setHeader("X-A", null)': "ERR_HTTP_INVALID_HEADER_VALUE",
}


def strict(declared, **options):
    def call(response):
        response.strictContentLength = options.get("strict", True)
        response.setHeader("Content-Length", declared)
        send = response.write if declared < 5 else response.end
        send("hello")

    return call


def bodyOn204(response):
    response.statusCode = 204
    response.end("x")


def statusMessage(response):
    response.statusMessage = "a\r\nb"
    response.end()


SPECIAL = {
    'response.setHeaders(Map X-A: "b\\r\\nc")': lambda res: res.setHeaders({"X-A": "b\r\nc"}),
    'response.statusMessage="a\\r\\nb" then end': statusMessage,
    "response.setHeader after headers sent": lambda res: (res.flushHeaders(), res.setHeader("a", "b")),
    "strictContentLength: more bytes than declared": strict(3),
    "strictContentLength: fewer bytes than declared": strict(8),
    "no strictContentLength: more bytes than declared": strict(3, strict=False),
    "rejectNonStandardBodyWrites: body on 204": bodyOn204,
    "default: body on 204": bodyOn204,
}


def literals(text):
    """The arguments of a call, as JSON would have them."""
    text = re.sub(r"([{,]\s*)([A-Za-z]\w*):", r'\1"\2":', text.replace("undefined", "null"))
    return json.loads(f"[{text}]")


def perform(call, net):
    """Make the call. Returns the code of the error that it raised, or "accepted"."""
    response = responseFor(rejectNonStandardBodyWrites=call.startswith("rejectNonStandard"))
    sinkFor(response, [])
    try:
        if call in SPECIAL:
            SPECIAL[call](response)
        else:
            owner, method, arguments = re.fullmatch(r"(\w+)\.(\w+)\((.*)\)", call, re.DOTALL).groups()
            result = getattr(response if owner == "response" else http, method)(*literals(arguments))
            if method == "request":
                result.on("error", lambda error: None)
                result.destroy()
        net.run()
    except (errors.NodeError, OSError) as error:
        return error.code
    return "accepted"


@pytest.mark.parametrize("line", LINES, ids=[line["call"] for line in LINES])
def testCall(line):
    call = line["call"]
    with network() as net:
        assert perform(call, net) == DEPARTURES.get(call, line["node26"])


def testNothingOfARefusedAnswerLeaves():
    """The bytes of an injected header or trailer do not reach the socket when the program goes on after the error."""
    received = []
    with network() as net:
        response = responseFor()
        sinkFor(response, received)
        for name, value in (("X-A", "b\r\nX-B: c"), ("X-A\r\nX-B", "c")):
            with pytest.raises(errors.NodeTypeError):
                response.setHeader(name, value)
            with pytest.raises(errors.NodeTypeError):
                response.writeHead(200, {name: value})
        response.end("fine")
        net.run()
    assert b"X-" not in b"".join(received)
