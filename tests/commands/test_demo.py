"""`nodecompat demo`: each step of a connection, told as it happens."""

from __future__ import annotations

import re
import socket

import pytest
from program import nodecompat

from nodecompat.commands.demo import Demonstration
from nodecompat.testing import Network

REACTORS = ["epoll", "poll", "select", "asyncio"]
#: What is told, each side by itself: how they interleave is the kernel's.
STEPS = {
    "server": [
        "listen(): ",
        "'listening' on port ",
        "'connection': ",
        "'request': GET / HTTP/1.0",
        "writeHead(200), end('hello world\\n')",
        "response 'finish'",
        "its end of the connection: 'close', 16 bytes read",
        "'close': ",
    ],
    "client": [
        "createConnection(",
        "'connect': ",
        "write('GET / HTTP/1.0\\n\\n')",
        "'data': ",
        "'end': ",
        "'finish': ",
        "'close': ",
    ],
}


@pytest.mark.parametrize("reactor", REACTORS)
def testTheDemonstrationTellsEachStepAndEndsWithTheAnswer(reactor: str) -> None:
    code, out, err = nodecompat("demo", "--reactor", reactor)
    assert (code, err) == (0, "")
    told = re.findall(r"^ *(\d+)  (server|client)  (.*)$", out, re.MULTILINE)
    assert [int(number) for number, _, _ in told] == list(range(1, len(told) + 1))
    for side, steps in STEPS.items():
        lines = [line for _, who, line in told if who == side and not line.startswith("close()")]
        assert len(lines) == len(steps)
        assert all(line.startswith(step) for line, step in zip(lines, steps, strict=True)), lines
    assert out.endswith("\nhello world\n")


def testTheDemonstrationOnAPortThatIsTaken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = nodecompat("demo", "--port", str(port))
    assert code == 1
    assert err == f"nodecompat: server: listen EADDRINUSE: address already in use 127.0.0.1:{port}\n"


def testOverTheNetworkInMemoryTheStepsHaveOneOrder(net: Network, capsys: pytest.CaptureFixture[str]) -> None:
    demonstration = Demonstration()
    demonstration.start(80)
    net.run()
    out, err = capsys.readouterr()
    assert err == ""
    steps = re.findall(r"^ *\d+  (server|client) +('?\w+)", out, re.MULTILINE)
    assert steps[:2] == [("server", "listen"), ("server", "'listening")]
    assert steps.index(("client", "createConnection")) < steps.index(("client", "'connect"))
    assert steps.index(("server", "'request")) < steps.index(("client", "'data")) < steps.index(("client", "'end"))
    assert demonstration.answer.startswith("HTTP/1.1 200 OK\r\n")
    assert demonstration.answer.endswith("\r\n\r\nhello world\n")
    for line in demonstration.answer.split("\r\n"):
        assert f"| {line}".rstrip() in out
