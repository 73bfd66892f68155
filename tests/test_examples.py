"""The programs in examples/, run as a user runs them."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import sqlite3
import ssl
import struct
import subprocess
import threading
import zlib
from contextlib import closing, suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import websocketbed
import websocketcases
from daemon import Running, command
from exampleplay import EXAMPLES, Origin, Site, ask, closedPort, connect, freePort, origin, sends, serving
from program import HANGS, finish, python, start
from suite import whyNoTLS

REACTORS = ["epoll", "poll", "select", "asyncio", "direct"]


def article(*command: str) -> tuple[int, str, str]:
    """Run the article's program on a free port; tries again when somebody was faster."""
    for _ in range(5):
        result = python(*command, str(EXAMPLES / "anatomy_of_a_connection.py"), str(freePort()))
        if "EADDRINUSE" not in result[2]:
            break
    return result


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


def testWebSocketChat() -> None:
    def enter() -> tuple[socket.socket, Any]:
        guest = connect(port)
        guest.sendall(websocketbed.request("/chat"))
        reader = guest.makefile("rb")
        assert b" 101 " in reader.readline()
        while reader.readline() != b"\r\n":
            pass
        return guest, reader

    def heard(reader: Any) -> Any:
        first, size = reader.read(2)
        payload = reader.read(size)
        return json.loads(payload) if first == websocketcases.TEXT else (first, payload)

    with serving("websocket_chat.py") as (_, port):
        with connect(port) as client, client.makefile("rb") as page:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"new WebSocket(" in page.read()
        first, reader = enter()
        name = heard(reader)["text"].removesuffix(" came")
        second, other = enter()
        assert heard(reader) == heard(other) and name.startswith("guest ")
        first.sendall(websocketcases.frame(websocketcases.TEXT, "grüß".encode(), True))
        assert heard(reader) == heard(other) == {"from": name, "text": "grüß"}
        first.sendall(websocketcases.frame(websocketcases.BINARY, b"x", True))
        assert heard(reader) == (websocketcases.CLOSE, b"\x03\xebtexts only")
        first.close()
        reader.close()
        assert heard(other) == {"from": "server", "text": f"{name} left"}
        second.close()
        other.close()


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


#: Nothing that http or a program on it may stumble over for long.
JUNK = [b"", b"junk\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: a\r\n\r\n", bytes(range(256)) * 8]

FILE = bytes(range(256)) * 1000


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder to serve, and a file beside it that must not be served."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a b.bin").write_bytes(FILE)
    (root / "empty.txt").touch()
    (root / "sub" / "index.html").write_text("<p>here")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root2").mkdir()
    (tmp_path / "root2" / "secret.txt").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret.txt")
    (root / "inner").symlink_to("a b.bin")
    os.mkfifo(root / "pipe")
    return root


def testTheFileServer(files: Path) -> None:
    with serving("file_server.py", str(files), "0") as (_, port):
        status, headers, body = ask(port, "GET", "/a%20b.bin")
        assert (status, body) == (200, FILE)
        assert (headers["Content-Length"], headers["Accept-Ranges"]) == (str(len(FILE)), "bytes")
        assert headers["Content-Type"] == "application/octet-stream"
        tag = headers["ETag"]
        assert ask(port, "GET", "/inner?x")[2] == FILE
        assert ask(port, "GET", "/sub/")[2] == b"<p>here"
        assert ask(port, "GET", "/empty.txt")[::2] == (200, b"")
        status, headers, body = ask(port, "HEAD", "/a%20b.bin")
        assert (status, headers["Content-Length"], body) == (200, str(len(FILE)), b"")
        for known in (tag, f'"x", W/{tag}', "*"):
            assert ask(port, "GET", "/a%20b.bin", If_None_Match=known)[::2] == (304, b"")
        assert ask(port, "GET", "/a%20b.bin", If_None_Match='"x"')[0] == 200
        (files / "a b.bin").write_bytes(FILE[1:])
        assert ask(port, "GET", "/a%20b.bin", If_None_Match=tag)[::2] == (200, FILE[1:])


def testTheFileServerSendsParts(files: Path) -> None:
    size = len(FILE)
    with serving("file_server.py", str(files), "0") as (_, port):
        tag = ask(port, "HEAD", "/inner")[1]["ETag"]
        for wanted, first, last in [
            ("0-0", 0, 0),
            ("0-99", 0, 99),
            ("70000-140000", 70_000, 140_000),
            (f"{size - 1}-", size - 1, size - 1),
            ("-5", size - 5, size - 1),
            ("-999999999", 0, size - 1),
            ("5-999999999999999999999999", 5, size - 1),
        ]:
            status, headers, body = ask(port, "GET", "/inner", Range=f"bytes={wanted}", If_Range=tag)
            assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{last}/{size}"), wanted
            assert body == FILE[first : last + 1]
        for wanted in (f"{size}-", "999999999-1000000000", "-0"):
            status, headers, body = ask(port, "GET", "/inner", Range=f"bytes={wanted}")
            assert (status, headers["Content-Range"], body) == (416, f"bytes */{size}", b""), wanted
        for useless in (
            "bytes=",
            "bytes=-",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=1-2,5-6",
            "lines=1-2",
            "bytes=1-2 ",
            "\xb2-",
        ):
            assert ask(port, "GET", "/inner", Range=useless)[::2] in ((200, FILE), (206, FILE[1:3])), useless
        assert ask(port, "GET", "/inner", Range="bytes=0-1", If_Range='"other"')[::2] == (200, FILE)
        assert ask(port, "GET", "/empty.txt", Range="bytes=0-")[0] == 416


def testTheFileServerStaysInItsFolder(files: Path) -> None:
    with serving("file_server.py", str(files), "0") as (_, port):
        for path in (
            *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/sub/../../secret.txt", "/link"),
            *("/../root2/secret.txt", "/%2e%2e%2froot2%2fsecret.txt", f"/{files.parent}/secret.txt", "//secret.txt"),
            *("/..\\secret.txt", "/nothing", "/sub", "/sub/index.html/x", "/pipe", "/%00", "/a%20b.bin%00.txt"),
            *("/%ff%fe", "/" + "a" * 5000, "/" + "a/" * 3000, "http://x/sub/", "*"),
        ):
            status, _, body = ask(port, "GET", path)
            assert (status, body) == (404, b""), path
        status, headers, _ = ask(port, "POST", "/inner", b"x")
        assert (status, headers["Allow"]) == (405, "GET, HEAD")
        for junk in JUNK:
            assert sends(port, junk)[:12] in (b"", b"HTTP/1.1 400")
        with connect(port) as leaving:  # in the middle of the body
            leaving.sendall(b"GET /inner HTTP/1.1\r\nHost: x\r\n\r\n")
            assert leaving.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert ask(port, "GET", "/inner")[2] == FILE


def testTheUploadServer(tmp_path: Path) -> None:
    with serving("upload_server.py", str(tmp_path), "0", str(len(FILE))) as (child, port):
        assert ask(port, "PUT", "/a.bin", FILE)[::2] == (201, b"Kept.\n")
        assert (tmp_path / "a.bin").read_bytes() == FILE
        assert ask(port, "PUT", "/a.bin", b"")[0] == 201  # in its place
        assert (tmp_path / "a.bin").read_bytes() == b""
        with connect(port) as client:
            client.sendall(b"PUT /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 201"
        assert (tmp_path / "b").read_bytes() == b"abc"
        for path in ("/", "/.hidden", "/../x", "/a/b", "/%2e%2e", "/" + "a" * 200, "/a%00"):
            assert ask(port, "PUT", path, b"x")[0] == 400, path
        assert ask(port, "GET", "/a.bin")[0] == 405
        # Too large: known before, and known only by counting.
        head = b"PUT /c HTTP/1.1\r\nHost: x\r\n"
        for body in (
            b"Content-Length: 999999999\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\nfa001\r\n" + FILE + b"x",
        ):
            with connect(port) as client:
                client.sendall(head + body)
                assert client.recv(12) == b"HTTP/1.1 413"
        # Not whole: the client leaves, a chunk is none, the end is missing.
        for body in (b"Content-Length: 5\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx"):
            assert b" 201 " not in sends(port, head + body)
        for junk in JUNK:
            assert b" 201 " not in sends(port, junk)
        (tmp_path / "d").mkdir()
        assert ask(port, "PUT", "/d", b"x")[0] == 500
        while {path.name for path in tmp_path.iterdir()} != {"a.bin", "b", "d"}:  # the rest is being removed
            ask(port, "GET", "/a.bin")
        child.terminate()
        _, _, err = finish(child)
    assert "d EISDIR: illegal operation on a directory, rename '" in err
    assert "Traceback" not in err


def testTheGzipProxy() -> None:
    with origin() as url, serving("gzip_proxy.py", url, "0") as (_, port):
        for path, accepted in (("/", "gzip"), ("/json", "br, GZIP;q=0.5"), ("/", "deflate,gzip; q=1")):
            status, headers, body = ask(port, "GET", path, Accept_Encoding=accepted)
            assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")
            assert gzip.decompress(body) == Origin.TEXT
            assert len(body) < len(Origin.TEXT) / 50
            assert (headers["ETag"], headers["X-Own"]) == ('W/"1"', None)
        for path, accepted in [
            *(("/", "identity"), ("/", "gzip;q=0"), ("/", "x-gzip2"), ("/image", "gzip"), ("/coded", "gzip")),
            *(("/sealed", "gzip"), ("/missing", "gzip")),
        ]:
            status, headers, body = ask(port, "GET", path, Accept_Encoding=accepted)
            assert body == Origin.TEXT, path
            assert headers["Content-Encoding"] == ("br" if path == "/coded" else None)
            assert status == (404 if path == "/missing" else 200)
            assert (headers["ETag"], headers["Content-Length"]) == ('"1"', str(len(Origin.TEXT)))
        assert ask(port, "HEAD", "/", Accept_Encoding="gzip")[::2] == (200, b"")
        status, _, body = ask(port, "POST", "/", FILE, Accept_Encoding="gzip")
        assert gzip.decompress(body) == b"got %d %s" % (len(FILE), url.removeprefix("http://").encode())


def testTheGzipProxyWithBrokenServersAndClients() -> None:
    with origin() as url, serving("gzip_proxy.py", url, "0") as (_, port):
        for path in ("/junk", "/early"):
            assert ask(port, "GET", path, Accept_Encoding="gzip")[::2] == (502, b"The server cannot be reached.\n")
        for accepted in ("gzip", "identity"):
            with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                ask(port, "GET", "/cut", Accept_Encoding=accepted)
        for junk in JUNK:
            assert sends(port, junk)[:12] in (b"", b"HTTP/1.1 400")
        with connect(port) as leaving:  # in the middle of its body
            leaving.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert ask(port, "GET", "/image")[2] == Origin.TEXT
    with serving("gzip_proxy.py", "http://127.0.0.1:1", "0") as (_, port):
        assert ask(port, "GET", "/")[0] == 502


RECORDS = [{"level": "error", "text": "é€"}, {"level": "info", "user": 7}, {"level": "error", "user": 7}]


def ndjson(*records: Any) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in records)


def testNdjson(tmp_path: Path) -> None:
    program = str(EXAMPLES / "ndjson.py")
    plain, packed, found = tmp_path / "log.ndjson", tmp_path / "log.ndjson.gz", tmp_path / "found"
    plain.write_bytes(ndjson(*RECORDS * 2_000))
    packed.write_bytes(gzip.compress(plain.read_bytes()[:-1]))  # without the last line's end
    for path in (plain, packed):
        assert python(program, str(path), str(found), "level=error") == (0, "", "")
        assert found.read_bytes() == ndjson(RECORDS[0], RECORDS[2]) * 2_000
    with plain.open() as file:
        code, out, err = python(program, "-", "-", "user=7", "level=info", stdin=file)
    assert (code, out.encode(), err) == (0, ndjson(RECORDS[1]) * 2_000, "")


def testNdjsonWithBrokenInput(tmp_path: Path) -> None:
    program = str(EXAMPLES / "ndjson.py")
    path = tmp_path / "log.ndjson"
    path.write_bytes(b'{"a":\n[1]\n\n' + b"[" * 100_000 + b"\n" + ndjson(*RECORDS))
    code, out, err = python(program, str(path), "-")
    assert (code, out.encode()) == (1, ndjson(*RECORDS))
    assert re.findall("^line [0-9]+", err, re.MULTILINE) == ["line 1", "line 2", "line 3", "line 4"]
    for data, text in [
        (b"\xff\n", "can't decode byte 0xff"),
        (b"a" * 1_100_000, "a line without an end"),
    ]:
        path.write_bytes(data)
        code, out, err = python(program, str(path), "-")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert text in err
    cut = tmp_path / "log.ndjson.gz"
    cut.write_bytes(gzip.compress(ndjson(*RECORDS * 1000))[:-50])
    assert python(program, str(cut), str(tmp_path / "found"))[0] == 2


def testCsvImport(tmp_path: Path) -> None:
    rows = [["name", 'a "note"'], *([f"Ann {number}", 'two\nlines, "quoted"\r\nand é'] for number in range(3000))]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    plain, packed = tmp_path / "people.csv", tmp_path / "packed.csv.gz"
    plain.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode() + b"\r\n")
    packed.write_bytes(gzip.compress(text.getvalue().encode().removesuffix(b"\r\n")))
    for path, table in ((plain, "people"), (packed, "packed")):
        assert python(str(EXAMPLES / "csv_import.py"), str(path), str(tmp_path / "db")) == (0, "3000 rows\n", "")
        with closing(sqlite3.connect(tmp_path / "db")) as database:
            found = database.execute(f"SELECT * FROM {table}")
            assert [column[0] for column in found.description] == rows[0]
            assert [list(row) for row in found] == rows[1:]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a,b\n1,2\n3\n", "line 3: 1 fields instead of 2"),
        (b'a,b\n1,"2\n' + b"3,4\n" * 30_000, "the row has no end"),
        (b'a,b\n1,"2', "line 2: unexpected end of data"),
        (b'a,b\n1,"2"x\n', "line 2: ',' expected after '\"'"),
        (b"a,b\n1,\xff\n", "can't decode byte 0xff"),
        (b"a,a\n1,2\n", "duplicate column name: a"),
        (b"", "there are no names of columns"),
        (b"a" * 200_000, "the row has no end"),
    ],
)
def testABrokenTableIsNotImported(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "people.csv").write_bytes(data)
    code, out, err = python(str(EXAMPLES / "csv_import.py"), str(tmp_path / "people.csv"), str(tmp_path / "db"))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert text in err
    with closing(sqlite3.connect(tmp_path / "db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []


def testTheLineServer() -> None:
    with serving("line_server.py", "0") as (_, port):
        asked = "set a one two\r\nGET a\nget b\n\n  \nDEL a\nDEL a\nSET b\nset c é\nSET d 1\n"
        asked += "KEYS\nget c\nwhat\nquit\nGET c\n"
        expected = "OK|VALUE one two|NONE|OK|NONE|ERROR I do not understand that|OK|OK|KEYS c d|VALUE é"
        answers = expected.split("|") + ["ERROR I do not understand that", "BYE"]
        assert sends(port, asked.encode()).decode().splitlines() == answers
        with connect(port) as client, client.makefile("r") as heard:  # a byte at a time
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"get d\nGET c":
                client.sendall(bytes([byte]))
            assert heard.readline() == "VALUE 1\n"
            client.shutdown(socket.SHUT_WR)
            assert heard.read() == "VALUE é\n"  # the last line need not end


def testTheLineServerWithBrokenInput() -> None:
    choose = random.Random(1)
    with serving("line_server.py", "0") as (_, port):
        with connect(port) as client, client.makefile("rb") as heard:  # a line that does not end
            with suppress(ConnectionError):
                client.sendall(b"SET a " + b"x" * 1_000_000)
            with suppress(ConnectionError):
                assert heard.read() in (b"ERROR That line is too long\n", b"")
        for _ in range(20):
            answers = sends(port, choose.randbytes(300).replace(b"\r", b"") + b"\n").splitlines()
            assert set(answers) <= {b"ERROR I do not understand that"}
        with connect(port) as deaf:  # asks and does not read
            deaf.settimeout(1)
            with suppress(TimeoutError):
                for _ in range(1000):
                    deaf.sendall(b"SET a %s\n" % (b"x" * 9000) + b"GET a\n" * 1000)
        assert sends(port, b"QUIT\n") == b"BYE\n"


# -- with certificates


@pytest.fixture
def certificates(tmp_path: Path) -> Any:
    """The files that the examples with TLS want; skips where TLS cannot be had."""
    if whyNoTLS():
        pytest.skip(whyNoTLS())
    from tls import certificates as kinds

    made, own = kinds.make(names=("localhost",)), kinds.make(names=("a@b.test",), commonName="Alice")
    for side, each in (("server", made), ("client", own)):
        (tmp_path / f"{side}.pem").write_text(each.cert)
        (tmp_path / f"{side}-key.pem").write_text(each.key)
    (tmp_path / "ca.pem").write_text(made.ca)
    return kinds


def testTLSEcho(certificates: Any, tmp_path: Path) -> None:
    """Also a client of somebody else's authority, and one without a certificate."""
    program = str(EXAMPLES / "tls_echo.py")
    server = start(program, "serve", "0", cwd=tmp_path)
    try:
        port = server.stdout.readline().split()[-1]  # type: ignore[union-attr]
        client = start(program, "connect", port, cwd=tmp_path, stdin=subprocess.PIPE)
        out, err = client.communicate("hello\n", HANGS)
        assert (client.returncode, out, err) == (0, "hello\n", "")
        lines = [server.stdout.readline() for _ in range(2)]  # type: ignore[union-attr]
        assert lines == ["Alice is here, by TLSv1.3\n", "Alice has gone\n"]
        stranger = certificates.make(ca=certificates.authority("stranger"), commonName="Mallory")
        (tmp_path / "client.pem").write_text(stranger.cert)
        (tmp_path / "client-key.pem").write_text(stranger.key)
        client = start(program, "connect", port, cwd=tmp_path, stdin=subprocess.PIPE)
        out, err = client.communicate("hello\n", HANGS)
        assert (client.returncode, out) == (1, "") and err
        assert server.stdout.readline().startswith("refused: ")  # type: ignore[union-attr]
    finally:
        server.terminate()
        finish(server)


def testHTTPSHello(certificates: Any, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    cert, key = str(tmp_path / "server.pem"), str(tmp_path / "server-key.pem")
    with serving("https_hello.py", cert, key, "0") as (child, port):  # noqa: SIM117
        with closing(http.client.HTTPSConnection("localhost", port, timeout=HANGS, context=context)) as old:
            old.request("GET", "/")
            response = old.getresponse()
            assert response.read().startswith(b"hello by TLSv1.3, TLS_")
            assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
            (tmp_path / "server-key.pem").write_text("half of a new pair")
            os.kill(child.pid, signal.SIGHUP)
            assert child.stdout.readline().startswith("the old certificate stays: ")  # type: ignore[union-attr]
            renewed = certificates.make(names=("localhost", "renewed.test"))
            (tmp_path / "server.pem").write_text(renewed.cert)
            (tmp_path / "server-key.pem").write_text(renewed.key)
            os.kill(child.pid, signal.SIGHUP)
            assert child.stdout.readline() == "the certificate was read again\n"  # type: ignore[union-attr]
            with context.wrap_socket(connect(port), server_hostname="renewed.test") as new:
                assert new.getpeercert(True) == renewed.der
            old.request("GET", "/")
            assert old.getresponse().read().startswith(b"hello by ")


def testRetryingClient() -> None:
    """On the simulated network: the same seed gives the same text, on every Python."""
    code, out, err = python(str(EXAMPLES / "retrying_client.py"), "3")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert re.fullmatch(r"resetTwice: hello, [23] requests, \d+ ms", lines[0])
    assert re.fullmatch(r"partition: hello, [12] requests, 3\d\d\d ms", lines[1])
    assert re.fullmatch(r"unreachable: DOMException, 0 requests, 11500 ms", lines[2])


def testLeaderElection() -> None:
    """The careless version loses updates under partition, and the careful one does not."""
    code, out, err = python(str(EXAMPLES / "leader_election.py"), "2")
    assert (code, err) == (0, "")
    careless, careful = out.splitlines()
    assert re.fullmatch(r"careless: \d+ writes confirmed, [1-9]\d* lost, first with seed \d+", careless)
    assert re.fullmatch(r"careful: [1-9]\d* writes confirmed, 0 lost", careful)


def testStreamingProxy() -> None:
    """The proxy is ahead of its client by what the connections hold, and no more."""
    code, out, err = python(str(EXAMPLES / "streaming_proxy.py"))
    assert (code, err) == (0, "")
    slow, fast, leaving = out.splitlines()
    for line, rate in ((slow, 200), (fast, 1000)):
        found = re.fullmatch(rf"{rate} bytes/ms: 999424 bytes in \d+ s; the proxy was ahead by (\d+) kB at most", line)
        assert found is not None and int(found[1]) < 300
    assert re.fullmatch(r"a client that leaves after 3 s: \d+ bytes, and nothing is left", leaving)


def testHello() -> None:
    with serving("hello.py") as (_, port):
        status, headers, body = ask(port, "GET", "/")
        assert (status, headers["Content-Type"], body) == (200, "text/plain; charset=utf-8", b"hello world\n")


def testTheNotes() -> None:
    def told(method: str, path: str, value: Any = None, **headers: str) -> tuple[int, Any]:
        body = value if isinstance(value, bytes) else None if value is None else json.dumps(value).encode()
        status, _, answer = ask(port, method, path, body, **headers)
        return status, json.loads(answer) if answer else None

    with serving("rest_api.py") as (_, port):
        first, second = {"id": 1, "text": "milk"}, {"id": 2, "text": "é"}
        assert told("POST", "/notes", {"text": "milk"}) == (201, first)
        assert told("POST", "/notes?x", {"text": "é"}) == (201, second)
        assert told("GET", "/notes") == (200, [first, second])
        assert told("PUT", "/notes/1", {"text": "tea"}) == (200, {"id": 1, "text": "tea"})
        assert told("DELETE", "/notes/1") == (204, None)
        assert (
            told("GET", "/notes/1") == told("PUT", "/notes/1", {"text": ""}) == (404, {"error": "there is no note 1"})
        )
        assert told("GET", "/notes/2") == (200, second)
        assert ask(port, "PATCH", "/notes/2")[1]["Allow"] == "GET, PUT, DELETE"
        assert told("GET", "/notes/a")[0] == told("GET", "/")[0] == 404
        for wrong in (b"", b"{", b"[" * 50_000, b"[]", b'{"text": 1}', b'{"text": "", "id": 1}', b"\xff"):
            assert told("POST", "/notes", wrong)[0] == 400, wrong
        assert told("POST", "/notes", b" " * 100_001) == (413, {"error": "at most 100000 bytes"})
        assert told("GET", "/notes") == (200, [second])


def testTheReverseProxy() -> None:
    with origin() as first, origin() as second, closedPort() as closed:
        dead = f"http://127.0.0.1:{closed}"
        with serving("reverse_proxy.py", "0", first, second, dead) as (_, port):
            for _ in range(4):  # each of them has its turn, and nobody notices the one that is down
                assert ask(port, "GET", "/image")[::2] == (200, Origin.TEXT)
            assert ask(port, "POST", "/", FILE)[2] == b"got %d 127.0.0.1:%d" % (len(FILE), port)
            assert ask(port, "HEAD", "/")[::2] == (200, b"")
            assert ask(port, "GET", "/missing")[0] == 404
            with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                ask(port, "GET", "/cut")
            with connect(port) as leaving:  # in the middle of its body
                leaving.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            for junk in JUNK:
                assert sends(port, junk)[:12] in (b"", b"HTTP/1.1 400")
            assert ask(port, "GET", "/image")[2] == Origin.TEXT
        with serving("reverse_proxy.py", "0", dead) as (_, port):
            assert ask(port, "GET", "/")[::2] == (502, b"The server cannot be reached.\n")


def testTheProxyForConnect() -> None:
    def tunnel(target: str) -> tuple[socket.socket, Any, bytes]:
        client = connect(port)
        client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        reader = client.makefile("rb")
        status = reader.readline()
        while reader.readline() not in (b"\r\n", b""):
            pass
        return client, reader, status

    with origin() as url:
        target = url.removeprefix("http://")
        with (
            closedPort() as closed,
            serving("connect_proxy.py", "0", target.rpartition(":")[2], str(closed)) as (_, port),
        ):
            client, reader, status = tunnel(target)
            with client, reader:
                assert status == b"HTTP/1.1 200 Connection Established\r\n"
                client.sendall(b"GET /image HTTP/1.0\r\n\r\n")
                assert reader.read().endswith(Origin.TEXT)
            for wanted, expected in [
                (f"127.0.0.1:{closed}", b" 502 "),
                *((each, b" 403 ") for each in ("127.0.0.1:1", "127.0.0.1:", ":443", "nobody", "a:\xb2")),
            ]:
                client, reader, status = tunnel(wanted)
                with client, reader:
                    assert expected in status or (not wanted.isascii() and b" 400 " in status), wanted
            assert ask(port, "GET", "/")[0] == 405


def testServerSentEvents() -> None:
    with serving("server_sent_events.py") as (_, port):
        assert b"new EventSource(" in ask(port, "GET", "/")[2]
        with connect(port) as reader, reader.makefile("rb") as heard:
            reader.sendall(b"GET /news HTTP/1.1\r\nHost: a\r\n\r\n")
            while b"retry:" not in heard.readline():
                pass
            for text in ("green", "two\nlines"):
                assert ask(port, "POST", "/news", text.encode())[0] == 202
            told = b"".join(heard.readline() for _ in range(14))
        assert re.findall(rb"(?:id|data): .*", told) == [
            b"id: 1",
            b"data: green",
            b"id: 2",
            b"data: two",
            b"data: lines",
        ]
        with connect(port) as back, back.makefile("rb") as heard:
            back.sendall(b"GET /news HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 1\r\n\r\n")
            while not (line := heard.readline()).startswith(b"id:"):
                pass
            assert line == b"id: 2\n"
        assert ask(port, "POST", "/news", b"x" * 20_000)[0] == 413
        assert ask(port, "GET", "/else")[0] == 404


def testTheLineClientComesBack() -> None:
    """To a server that is not there, one that goes away in the middle, and one that answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        client = start(
            str(EXAMPLES / "line_client.py"), "127.0.0.1", str(listening.getsockname()[1]), stdin=subprocess.PIPE
        )
        assert client.stdin is not None and client.stderr is not None
        client.stdin.write("one\ntwo\n")
        client.stdin.close()
        client.stdin = None
        assert "ECONNREFUSED" in client.stderr.readline()
        listening.listen()
        listening.settimeout(HANGS)
        first, _ = listening.accept()
        with first, first.makefile("rw") as lines:
            assert [lines.readline(), lines.readline()] == ["one\n", "two\n"]
            lines.write("1\n")
        second, _ = listening.accept()
        with second, second.makefile("rw") as lines:
            assert lines.readline() == "two\n"
            lines.write("2\n")
            lines.flush()
            assert lines.readline() == ""
        code, out, _ = finish(client)
        assert (code, out) == (0, "1\n2\n")


def testThePortScanner() -> None:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        there.listen()
        port = there.getsockname()[1]
        code, out, err = python(str(EXAMPLES / "port_scanner.py"), "127.0.0.1", f"{port - 20}-{port + 20}", "7")
    assert code == 0 and str(port) in out.splitlines()
    count = [int(each) for each in re.fullmatch(r"(\d+) open, (\d+) closed, (\d+) filtered\n", err).groups()]  # type: ignore[union-attr]
    assert count[0] == len(out.splitlines()) and sum(count) == 41


def testDiscovery() -> None:
    with serving("udp_discovery.py", "serve", "printer", "631", "0") as (_, port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(HANGS)
            client.sendto(b"junk", ("127.0.0.1", port))
            client.sendto(b"who is there?", ("127.0.0.1", port))
            assert json.loads(client.recv(2000)) == {"name": "printer", "port": 631}
        # As long as it takes on a busy machine.
        child = start(str(EXAMPLES / "udp_discovery.py"), "find", str(port), "127.0.0.1", "600000")
        assert child.stdout is not None
        assert child.stdout.readline() == "printer 127.0.0.1:631\n"
        child.kill()
        finish(child)
        assert python(str(EXAMPLES / "udp_discovery.py"), "find", str(port), "127.0.0.1", "1")[0] == 0


def testRpc(tmp_path: Path) -> None:
    program, path = str(EXAMPLES / "unix_rpc.py"), str(tmp_path / "sums.sock")

    def call(*arguments: str) -> tuple[int, str, str]:
        return python(program, "call", path, *arguments)

    server = start(program, "serve", path)
    assert server.stdout is not None
    assert server.stdout.readline() == f"listening on {path}\n"
    try:
        assert os.stat(path).st_mode & 0o777 == 0o700
        assert call("add", "1", "2.5") == (0, "3.5\n", "")
        assert call("divide", "1", "0") == (1, "", "division by zero\n")
        with socket.socket(socket.AF_UNIX) as client, client.makefile("rw") as lines:
            client.connect(path)
            for line, code in [
                ("{", -32700),
                ("[" * 100_000, -32700),
                ("[]", -32600),
                ('{"jsonrpc": "2.0", "method": "exit", "params": [], "id": 1}', -32601),
                ('{"jsonrpc": "2.0", "method": "add", "params": [[]], "id": 1}', -32602),
            ]:
                lines.write(line + "\n")
                lines.flush()
                assert json.loads(lines.readline())["error"]["code"] == code
    finally:
        server.kill()
        finish(server)
    assert call("add")[0] == 1
    again = start(program, "serve", path)  # the file of the one that was killed is in the way
    assert again.stdout is not None
    assert again.stdout.readline() == f"listening on {path}\n"
    again.terminate()
    assert finish(again)[0] == 0


def testTheCrawler() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        try:
            code, out, err = python(str(EXAMPLES / "crawler.py"), url, "100", "2")
        finally:
            server.shutdown()
            thread.join()
    assert (code, err) == (1, "5 pages, 2 broken\n")
    assert sorted(out.splitlines()) == [
        f"{url}gone.png: 404 Not Found (in {url}a)",
        f"{url}moved: 404 Not Found (in {url}b)",
    ]
    code, out, _ = python(str(EXAMPLES / "crawler.py"), url)
    assert code == 1 and "ECONNREFUSED" in out


@pytest.mark.skipif(os.environ.get("NODECOMPAT_HANDLES") == "bridge", reason="cluster needs epoll")
def testTheCluster() -> None:
    with serving("cluster_hello.py", "2", "0") as (child, port):
        answers = {ask(port, "GET", "/", Connection="close")[2] for _ in range(8)}
        assert answers == {b"worker 1\n", b"worker 2\n"}
        assert ask(port, "GET", "/die", Connection="close")[0] == 200
        assert child.stdout is not None
        assert re.fullmatch(r"worker [12] has died\n", child.stdout.readline())
        while ask(port, "GET", "/", Connection="close")[2] != b"worker 3\n":
            assert child.poll() is None
        child.terminate()
        assert finish(child)[0] == 0


def testBesideFastAPI() -> None:
    pytest.importorskip("fastapi", reason="needs FastAPI and uvicorn: pip install fastapi uvicorn")
    pytest.importorskip("uvicorn", reason="needs FastAPI and uvicorn: pip install fastapi uvicorn")
    web = freePort()
    with serving("beside_fastapi.py", str(web), "0") as (child, port):
        assert sends(port, b"living room 21.5\nkitchen x\n") == b"ERROR a line is: PLACE NUMBER\n"
        while True:  # uvicorn listens a moment after the lifespan has begun
            with suppress(ConnectionRefusedError):
                found = ask(web, "GET", "/readings")
                break
            assert child.poll() is None
        assert json.loads(found[2]) == {"living room": 21.5}
        assert ask(web, "GET", "/readings/living%20room")[::2] == (200, b"21.5")
        assert ask(web, "GET", "/readings/cellar")[0] == 404


def testTheTestOfRetries() -> None:
    options = ("-p", "no:cacheprovider", "-p", "no:twisted", "-c", os.devnull, f"--rootdir={EXAMPLES}")
    code, out, err = python("-m", "pytest", *options, str(EXAMPLES / "test_retry.py"))
    assert code == 0 and "= 3 passed" in out.splitlines()[-1], out + err


def testSlowHeads() -> None:
    """The last header may come after the end: a socket that writes then is reset."""
    code, out, err = python(str(EXAMPLES / "slow_heads.py"))
    assert (code, err) == (0, "")
    assert re.fullmatch(r"HTTP/1\.1 408 Request Timeout\n(EPIPE\n|ECONNRESET\n)?", out)


def testBackpressure() -> None:
    code, out, err = python(str(EXAMPLES / "backpressure.py"))
    *waits, end = out.splitlines()
    assert (code, err, end) == (0, "", f"{12 * 1024 * 1024} bytes are received")
    assert waits and all(
        re.fullmatch(r"\d+ of 12 chunks are written, and the rest waits for 'drain'", each) for each in waits
    )
