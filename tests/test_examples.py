"""The programs in examples/, run as a user runs them."""

from __future__ import annotations

import gzip
import http.client
import random
import re
import socket
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from daemon import Running, command
from program import HANGS, ROOT, finish, python, start

EXAMPLES = ROOT / "examples"
REACTORS = ["epoll", "poll", "select", "asyncio"]


def freePort() -> int:
    """A port that nobody has just now; whoever uses it must be ready to try another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def article(*command: str) -> tuple[int, str, str]:
    """Run the article's program on a free port; tries again when somebody was faster."""
    for _ in range(5):
        result = python(*command, str(EXAMPLES / "anatomy_of_a_connection.py"), str(freePort()))
        if "EADDRINUSE" not in result[2]:
            break
    return result


@contextmanager
def serving(name: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """An example server that is listening, and its port."""
    child = start(str(EXAMPLES / name), "0")
    assert child.stdout is not None
    try:
        yield child, int(re.fullmatch(r"listening on (\d+)\n", child.stdout.readline())[1])  # type: ignore[index]
    finally:
        child.terminate()
        finish(child)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=HANGS)


@pytest.mark.parametrize(
    "command",
    [(), ("-m", "nodecompat"), *[("-m", "nodecompat", "run", "--reactor", reactor) for reactor in REACTORS]],
    ids=lambda command: " ".join(command) or "python",
)
def testTheArticlesProgramPrintsItsAnswerAndEnds(command: tuple[str, ...]) -> None:
    code, out, err = article(*command)
    assert (code, err) == (0, "")
    assert out.startswith("HTTP/1.1 200 OK\n")  # text mode makes \r\n one
    assert out.endswith("hello world\n\n")


def testTheArticlesProgramOnAPortThatIsTaken() -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, err = python(str(EXAMPLES / "anatomy_of_a_connection.py"), str(port))
    assert (code, out) == (1, "")
    assert err.startswith("Uncaught Error: listen EADDRINUSE: address already in use ")
    assert re.search(rf"code: 'EADDRINUSE', errno: \d+, syscall: 'listen', address: '.*', port: {port}", err)


def testEcho() -> None:
    with serving("echo.py") as (_, port), connect(port) as client:
        client.sendall(b"ping")
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as reader:
            assert reader.read() == b"ping"


def testChat() -> None:
    with serving("chat.py") as (_, port), connect(port) as first, first.makefile("r") as heard:
        assert heard.readline().startswith("Welcome, guest ")
        with connect(port) as second, second.makefile("r") as secondHeard:
            name = secondHeard.readline().removeprefix("Welcome, ").removesuffix(".\n")
            assert heard.readline() == f"{name} came.\n"
            second.sendall(b"hello\n")
            assert heard.readline() == f"{name}: hello\n"
        assert heard.readline() == f"{name} left.\n"


def testOrder() -> None:
    code, out, err = python(str(EXAMPLES / "order.py"))
    assert (code, err) == (0, "")
    assert [line[:2] for line in out.splitlines()] == ["1.", "2.", "3.", "4.", "5.", "6."]


def testInsideAsyncio() -> None:
    with serving("inside_asyncio.py") as (child, port):
        for path in ("/some/name", "/quit"):
            with connect(port) as client, client.makefile("rb") as reader:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
                assert reader.read().endswith(f"hello {path}\n".encode())
            assert child.stdout is not None
            assert child.stdout.readline() == f"asked for {path}\n"
        assert finish(child)[0] == 0


def testServiceTac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP", "ECHO"):
        monkeypatch.setenv(name, "tcp:0:interface=127.0.0.1")
    child = start(*command("-n", "--pidfile=", "-y", str(EXAMPLES / "service.tac")), cwd=tmp_path)
    it = Running(child, 2)
    assert it.ask() == (200, "hello world\n")
    with it.connect(1) as client:
        client.sendall(b"ping")
        assert client.recv(4) == b"ping"
    assert it.stop()[0] == 0
    assert list(tmp_path.iterdir()) == []


def testEveryExampleHasATest() -> None:
    here = Path(__file__).read_text("utf-8")
    assert [path.name for path in EXAMPLES.glob("*.*") if path.name not in here] == []


def question(name: str, kind: int = 1) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)


def testTheNameServerAnswersQuestionsAndNothingElse() -> None:
    with serving("dns_server.py") as (_, port), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(HANGS)
        client.connect(("127.0.0.1", port))
        choose = random.Random(1)
        known = question("WWW.example.test")
        heads: dict[int, bytes] = {}

        def receive(wanted: int) -> None:
            while wanted not in heads or (wanted == 0x8400 and len(heads[wanted]) < 40):
                data = client.recv(1000)
                heads[struct.unpack(">H", data[2:4])[0]] = data

        for _ in range(15):
            for _ in range(20):  # no more at a time than the kernel keeps for a slow server
                client.send(choose.randbytes(choose.randrange(40)))
                client.send(known[: choose.randrange(len(known))])
            heads.clear()
            client.send(known)
            receive(0x8400)
        answer = heads[0x8400]
        client.send(question("example.test", kind=28))
        client.send(question("nobody.test"))
        receive(0x8403)
    assert answer[:2] == known[:2]
    assert answer.endswith(bytes.fromhex("c00c 0001 0001 0000003c 0004 c0000202"))
    assert heads[0x8403] == struct.pack(">6H", 7, 0x8403, 1, 0, 0, 0) + question("nobody.test")[12:]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def testTheGzipServerCompressesForThoseWhoTakeIt(coding: str) -> None:
    def get(path: str) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGS)
        connection.request("GET", path, headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        found = answer.status, answer.getheader("Content-Encoding"), answer.read()
        connection.close()
        return found

    unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress, "identity": bytes}[coding]
    with serving("gzip_server.py") as (_, port):
        for path in ("/?lines=x", "/?lines=1&lines=2"):
            assert get(path)[0] == 400
        with connect(port) as leaving:
            leaving.sendall(b"GET /?lines=1000000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
            assert leaving.recv(100).startswith(b"HTTP/1.1 200 OK")
        status, encoding, body = get("/?lines=5000")
    assert (status, encoding) == (200, None if coding == "identity" else coding)
    assert unpack(body).splitlines()[-1] == b"This is line 5000 of 5000."
    assert len(unpack(body).splitlines()) == 5000
