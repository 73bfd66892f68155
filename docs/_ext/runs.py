"""A run of each example that has connections, recorded by anatomy: its arguments, and what is said to it.

A server is talked to by the helpers of its tests, which are plain sockets, and ended by Ctrl-C. What is said is short
and waits for each answer, so that a recording tells one story.
"""

from __future__ import annotations

import json
import signal
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPSConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from nodecompat.anatomy import Recording

from .support import helper

#: Examples of which there is no page, and why.
WITHOUT = {
    "beside_fastapi.py": "needs packages that the site does not",
    "cluster_hello.py": "lives in several processes, and a recording is of one",
    "csv_import.py": "has no connection",
    "leader_election.py": "plays many runs on the simulated network",
    "ndjson.py": "has no connection",
    "service.tac": "is run by twistd",
    "streaming_proxy.py": "moves megabytes over the simulated network",
    "test_retry.py": "is a test",
}


class Run(NamedTuple):
    """How an example is run; without `talk` it ends by itself."""

    #: Those that `around` gives stand behind them.
    arguments: tuple[str, ...] = ("0",)
    #: What is said to a server on a port.
    talk: Callable[[int], object] | None = None
    #: Its neighbours: servers and files, made in the folder that the example runs in.
    around: Callable[[ExitStack, Path], tuple[str, ...]] | None = None
    stdin: str = ""


def record(name: str) -> Recording:
    """A run in a process of its own; "" is what `nodecompat anatomy` runs without a program."""
    run, plays, program = RUNS[name], helper("exampleplay"), helper("program")
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        file = Path(place) / "recording.json"
        by = ("-m", "nodecompat", "anatomy", "--json", str(file))
        arguments = run.arguments + (run.around(stack, Path(place)) if run.around is not None else ())
        if run.talk is not None:
            with plays.serving(name, *arguments, by=by, end=signal.SIGINT, cwd=place) as (_, port):
                run.talk(port)
        else:
            words = (str(plays.EXAMPLES / name), *arguments) if name else ()
            child = program.start(*by, *words, cwd=place, stdin=stack.enter_context(_input(Path(place), run.stdin)))
            program.finish(child)
        return Recording.fromJson(json.loads(file.read_text("utf-8")))


def stem(name: str) -> str:
    """What the page of a run is called."""
    return Path(name).stem or "connection"


@contextmanager
def _input(folder: Path, text: str) -> Iterator[Any]:
    file = folder / "stdin"
    file.write_text(text, "utf-8")
    with file.open() as opened:
        yield opened


# -- what is said


def _bytes(data: bytes) -> Callable[[int], object]:
    """Sends this and its end, and reads to the end."""
    return lambda port: helper("exampleplay").sends(port, data)


def _requests(*requests: tuple[str, str, bytes | None, dict[str, str]]) -> Callable[[int], object]:
    def talk(port: int) -> None:
        for method, path, body, headers in requests:
            helper("exampleplay").ask(port, method, path, body, **headers)

    return talk


def _get(path: str, **headers: str) -> tuple[str, str, bytes | None, dict[str, str]]:
    return ("GET", path, None, headers)


def _chat(port: int) -> None:
    connect = helper("exampleplay").connect
    with connect(port) as first, first.makefile("r") as heard:
        heard.readline()
        with connect(port) as second:
            heard.readline()
            second.sendall(b"hello\n")
            heard.readline()
        heard.readline()


def _tunnel(port: int) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), helper("exampleplay").Site) as server, _served(server):
        head = f"CONNECT 127.0.0.1:{server.server_port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with helper("exampleplay").connect(port) as client, client.makefile("rb") as reader:
            client.sendall(head)
            while reader.readline() not in (b"\r\n", b""):
                pass
            client.sendall(b"GET /a HTTP/1.0\r\n\r\n")
            reader.read()


def _question(port: int) -> None:
    name = b"\3www\7example\4test\0"
    _datagrams(port, b"\0\7\1\0\0\1\0\0\0\0\0\0" + name + b"\0\1\0\1")


def _datagrams(port: int, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(helper("program").HANGS)
        client.connect(("127.0.0.1", port))
        for each in datagrams:
            client.send(each)
            client.recv(1000)


def _events(port: int) -> None:
    plays = helper("exampleplay")
    with plays.connect(port) as reader, reader.makefile("rb") as heard:
        reader.sendall(b"GET /news HTTP/1.1\r\nHost: a\r\n\r\n")
        while b"retry:" not in heard.readline():
            pass
        plays.ask(port, "POST", "/news", b"green")
        while not heard.readline().startswith(b"data:"):
            pass


def _webSocket(port: int) -> None:
    plays, cases = helper("exampleplay"), helper("websocketcases")
    with plays.connect(port) as client, client.makefile("rb") as reader:
        client.sendall(helper("websocketbed").request("/chat"))
        while reader.readline() != b"\r\n":
            pass
        for text in (None, "hello"):
            if text is not None:
                client.sendall(cases.frame(cases.TEXT, text.encode(), True))
            _, size = reader.read(2)
            reader.read(size)
        client.sendall(cases.frame(cases.CLOSE, b"\x03\xe8", True))
        reader.read()


def _overTLS(port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with closing(HTTPSConnection("127.0.0.1", port, timeout=helper("program").HANGS, context=context)) as client:
        client.request("GET", "/")
        client.getresponse().read()


def _quit(port: int) -> None:
    for path in ("/some/name", "/quit"):
        helper("exampleplay").ask(port, "GET", path, Connection="close")


# -- what is around


@contextmanager
def _served(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def _site(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """A small web site; its address."""
    server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), helper("exampleplay").Site))
    stack.enter_context(_served(server))
    return (f"http://127.0.0.1:{server.server_port}/",)


def _origins(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """Two servers, and one that is down."""
    origin = helper("exampleplay").origin
    return (*(stack.enter_context(origin()) for _ in range(2)), f"http://127.0.0.1:{helper('exampleplay').freePort()}")


def _lines(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """The server of lines."""
    _, port = stack.enter_context(helper("exampleplay").serving("line_server.py"))
    return ("127.0.0.1", str(port))


def _ports(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """A port that is open, among its neighbours."""
    there = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    port = there.getsockname()[1]
    return ("127.0.0.1", f"{port - 2}-{port + 2}")


def _service(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    _, port = stack.enter_context(helper("exampleplay").serving("udp_discovery.py", "serve", "printer", "631", "0"))
    return (str(port), "127.0.0.1", "300")


def _files(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    (folder / "page.html").write_text("<p>here</p>\n" * 100)
    return ()


def _certificate(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    helper("selfsigned").makeCertificate(folder / "both.pem", ["DNS:localhost"])
    return ("both.pem", "both.pem", "0")


def _identities(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """A server of the example, and the files of both sides, which trust each other's certificates."""
    pems = [(folder / f"{side}.pem", name) for side, name in (("server", "localhost"), ("client", "Alice"))]
    for path, name in pems:
        helper("selfsigned").makeCertificate(path, [f"DNS:{name}"])
        (path.parent / f"{path.stem}-key.pem").write_bytes(path.read_bytes())
    (folder / "ca.pem").write_bytes(b"".join(path.read_bytes() for path, _ in pems))
    _, port = stack.enter_context(helper("exampleplay").serving("tls_echo.py", "serve", "0", cwd=folder))
    return (str(port),)


def _procedures(stack: ExitStack, folder: Path) -> tuple[str, ...]:
    """The server of the example, at a path of the folder."""
    path = str(folder / "sums.sock")
    child = helper("program").start(str(helper("exampleplay").EXAMPLES / "unix_rpc.py"), "serve", path)
    stack.callback(helper("program").finish, child)
    stack.callback(child.terminate)
    child.stdout.readline()
    return (path, "add", "1", "2.5")


#: Each run, by the name of its example.
RUNS: dict[str, Run] = {
    "": Run(()),
    "backpressure.py": Run(()),
    "chat.py": Run(talk=_chat),
    "connect_proxy.py": Run(talk=_tunnel),
    "crawler.py": Run((), around=_site),
    "dns_server.py": Run(talk=_question),
    "echo.py": Run(talk=_bytes(b"ping")),
    "file_server.py": Run((".", "0"), _requests(_get("/page.html", Range="bytes=0-99"), _get("/none")), _files),
    "gzip_proxy.py": Run((), _requests(_get("/", Accept_Encoding="gzip")), lambda *given: (*_site(*given), "0")),
    "gzip_server.py": Run(talk=_requests(_get("/?lines=100", Accept_Encoding="gzip"))),
    "hello.py": Run(talk=_requests(_get("/"))),
    "https_hello.py": Run((), _overTLS, _certificate),
    "inside_asyncio.py": Run(talk=_quit),
    "line_client.py": Run((), around=_lines, stdin="SET a 1\nGET a\n"),
    "line_server.py": Run(talk=_bytes(b"SET a 1\nGET a\nQUIT\n")),
    "order.py": Run(()),
    "port_scanner.py": Run((), around=_ports),
    "rest_api.py": Run(talk=_requests(("POST", "/notes", b'{"text": "milk"}', {}), _get("/notes"), _get("/else"))),
    "retrying_client.py": Run(()),
    "reverse_proxy.py": Run(talk=_requests(*[_get("/image")] * 3), around=_origins),
    "server_sent_events.py": Run(talk=_events),
    "slow_heads.py": Run(()),
    "tls_echo.py": Run(("connect",), around=_identities, stdin="hello\n"),
    "udp_discovery.py": Run(("find",), around=_service),
    "unix_rpc.py": Run(("call",), around=_procedures),
    "upload_server.py": Run(
        (".", "0", "1000"), _requests(("PUT", "/a", b"x" * 500, {}), ("PUT", "/b", b"x" * 2000, {}))
    ),
    "websocket_chat.py": Run(talk=_webSocket),
}
