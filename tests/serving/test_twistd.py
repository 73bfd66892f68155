"""`twistd nodecompat`, run as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from daemon import GET, answerOf, certificate, command, gone, readAnswer, request, serving, waitUntil
from program import HANGS, ROOT, finish, python, start
from suite import whyNoTLS

from nodecompat.reactor import choose

HTTP = ("--http", "myapp:onRequest", "--listen", "tcp:0:interface=127.0.0.1")
isRoot = hasattr(os, "getuid") and os.getuid() == 0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="twistd's daemon is for Unix")


# -- the forms


def testItIsListed() -> None:
    code, out, _ = python(*command("--help"))
    assert code == 0
    assert "\n    nodecompat  " in out


def testHelp() -> None:
    code, out, _ = python(*command("nodecompat", "--help"))
    assert code == 0
    options = "http https net tls app listen cert key passphrase-file grace access-log access-format workers health"
    for option in [f"--{name}=" for name in options.split()]:
        assert f"      {option}" in out


def testHTTP(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP) as it:
        assert it.ask() == (200, f"hello 127.0.0.1 {os.getuid()}")
        code, out, err = it.stop()
    assert (code, err) == (0, "")
    assert "SIGTERM: ending" in out and "Server Shut Down." in out


def testSystemdIsToldOfIt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(HANGS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with serving(tmp_path, *HTTP) as it:
            assert manager.recv(1000) == b"READY=1"
            assert it.stop()[0] == 0
        assert manager.recv(1000) == b"STOPPING=1"


WORKER = """\
import os
from nodecompat import http
if os.path.exists("broken"):
    raise SystemExit(3)
server = http.createServer(lambda req, res: res.end(str(os.getpid())))
server.listen(0, "127.0.0.1", lambda: print("worker", server.address().port, os.getpid(), flush=True))
"""
needsEpoll = pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")


@needsEpoll
def testWorkersAreReplacedByAReloadAndLeaveAtTheEnd(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1", "--app", "myapp.py", app=WORKER, places=0) as it:
        _, port, first = it.waitFor("worker ").split()
        it.child.send_signal(signal.SIGHUP)
        _, again, second = it.waitFor("worker ").split()
        assert again == port and first != second
        code, _, err = it.stop()
    assert (code, err) == (0, "")
    assert gone(int(second))


@needsEpoll
def testItEndsWhenNoWorkerComesUp(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    (tmp_path / "myapp.py").write_text(WORKER)
    code, out, _ = python(
        *command("-n", "--pidfile=", "nodecompat", "--workers", "1", "--app", "myapp.py"), cwd=tmp_path
    )
    assert code == 1
    assert "given up: 3 workers ended before any listened, the last with exit code 3" in out


def testSeveralPlaces(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    with serving(tmp_path, *HTTP, "--listen", f"unix:{path}", "--listen", "0", places=3) as it:
        assert [it.ask(place=place)[1].split()[1] for place in range(3)] == ["127.0.0.1", "None", "127.0.0.1"]
        assert it.places[1] == path
        assert it.stop()[0] == 0
    assert not os.path.exists(path)


def testNet(tmp_path: Path) -> None:
    with serving(tmp_path, "--net", "myapp:onConnection", "--listen", "tcp:0:interface=127.0.0.1") as it:
        with it.connect() as client:
            client.sendall(b"ping")
            client.shutdown(socket.SHUT_WR)
            assert client.makefile("rb").read() == b"ping"
        assert it.stop()[0] == 0


@pytest.mark.parametrize("kind, name", [("http", "server"), ("net", "netServer")])
def testAServerOfTheProgram(tmp_path: Path, kind: str, name: str) -> None:
    with serving(tmp_path, f"--{kind}", f"myapp:{name}", "--listen", "tcp:0:interface=127.0.0.1") as it:
        with it.connect() as client:
            client.sendall(GET)
            assert client.recv(4) in (b"HTTP", b"GET ")
        assert it.stop()[0] == 0


SCRIPT = """\
import sys
from nodecompat import http, net, process, run

process.on("exit", lambda code: print("exit", code))
server = http.createServer(lambda req, res: res.end(" ".join(sys.argv[1:])))
server.listen(0, "127.0.0.1")
if __name__ == "__main__":
    run()
"""


def testAScript(tmp_path: Path) -> None:
    """It makes its servers itself, gets its arguments, and may end with run()."""
    with serving(tmp_path, "--app", "myapp.py", "--", "one", "--two", app=SCRIPT) as it:
        assert it.ask() == (200, "one --two")
        code, out, _ = it.stop()
    assert code == 0
    assert "exit 0" in out


@pytest.mark.parametrize("name", ["echo.py", "chat.py"])
def testTheExamplesAreSuchScripts(tmp_path: Path, name: str) -> None:
    with serving(tmp_path, "--grace", "0", "--app", str(ROOT / "examples" / name), "0") as it:
        it.connect().close()
        assert it.stop()[0] == 0


def testAServerThatAScriptMakesLater(tmp_path: Path) -> None:
    app = SCRIPT.replace("run()", "run(lambda: net.createServer(lambda s: s.end('later')).listen(0, '127.0.0.1'))")
    with serving(tmp_path, "--app", "myapp.py", app=app, places=2) as it:
        with it.connect(1) as client:
            assert client.recv(10) == b"later"
        assert it.stop()[0] == 0


@pytest.mark.parametrize("how", ["process.exit(3)", "sys.exit(3)"])
def testAScriptThatEndsTheProcess(tmp_path: Path, how: str) -> None:
    app = SCRIPT.replace("res.end(", f"{how} or res.end(")
    with serving(tmp_path, "--app", "myapp.py", app=app) as it, it.connect() as client:
        client.sendall(GET)
        code, out, _ = finish(it.child)
    assert code == 3
    assert "exit 3" in out and "Traceback" not in out


def testAnotherReactor(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP, twistd=("--reactor", "asyncio")) as it:
        assert it.ask()[0] == 200
        assert it.stop()[0] == 0


# -- endpoints


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def testTLS(tmp_path: Path) -> None:
    import ssl

    if whyNoTLS():
        pytest.skip(whyNoTLS())
    key, cert = certificate(tmp_path)
    place = f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={cert}"
    with serving(tmp_path, "--http", "myapp:onRequest", "--listen", place) as it:
        context = ssl.create_default_context(cafile=str(cert))
        context.check_hostname = False
        with context.wrap_socket(it.connect()) as client:
            client.sendall(request(connection="close"))
            assert answerOf(client)[1].startswith("hello 127.0.0.1")
        # As curl and browsers do: without a protocol in common Twisted would break off.
        context.set_alpn_protocols(["h2", "http/1.1"])
        with context.wrap_socket(it.connect()) as client:
            assert client.selected_alpn_protocol() == "http/1.1"
        assert it.stop()[0] == 0


#: Hands descriptor 3 over as systemd does: the number of the process is part of it.
SYSTEMD = """\
import os, sys
descriptor = int(sys.argv[1])
os.dup2(descriptor, 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def testSystemd(tmp_path: Path) -> None:
    from daemon import APP, Running

    (tmp_path / "myapp.py").write_text(APP)
    place = "systemd:domain=INET:index=0"
    arguments = command("-n", "--pidfile=", "nodecompat", "--http", "myapp:onRequest", "--listen", place)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        descriptor = listener.fileno()
        child = start("-c", SYSTEMD, str(descriptor), *arguments, cwd=tmp_path, pass_fds=[descriptor])
        address = listener.getsockname()
    it = Running(child, 1)
    assert it.places == [address[:2]]
    assert it.ask()[0] == 200
    assert it.stop()[0] == 0


def testPROXYHeader(tmp_path: Path) -> None:
    with serving(tmp_path, "--http", "myapp:onRequest", "--listen", "haproxy:tcp:0:interface=127.0.0.1") as it:
        with it.connect() as client:
            client.sendall(b"PROXY TCP4 203.0.113.7 192.0.2.1 51234 443\r\n" + request(connection="close"))
            assert answerOf(client)[1].startswith("hello 203.0.113.7")
        assert it.stop()[0] == 0


# -- the access log


@pytest.mark.parametrize("form", ["combined", "json"])
def testAccessLog(tmp_path: Path, form: str) -> None:
    log = tmp_path / "access.log"
    with serving(tmp_path, *HTTP, "--access-log", "access.log", "--access-format", form) as it:
        it.ask("/x")
        waitUntil(lambda: log.read_text().endswith("\n"), "the line of the request")
        (line,) = log.read_text().splitlines()
        if form == "json":
            found = json.loads(line)
            assert (found["url"], found["status"], found["remoteAddress"]) == ("/x", 200, "127.0.0.1")
        else:
            assert line.startswith("127.0.0.1 - - [") and '"GET /x HTTP/1.1" 200 ' in line
        assert it.stop()[0] == 0


def testAccessLogOnStandardOutput(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP, "--access-log", "-") as it:
        it.ask("/x")
        assert it.waitFor('"GET /x HTTP/1.1" 200').startswith("127.0.0.1 - - [")
        it.stop()


def testAccessLogOfAScript(tmp_path: Path) -> None:
    with serving(tmp_path, "--access-log", "-", "--app", "myapp.py", app=SCRIPT) as it:
        it.ask("/x")
        it.waitFor('"GET /x HTTP/1.1" 200')
        it.stop()


def testNothingIsLoggedForAConnection(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP) as it:
        for _ in range(20):
            it.ask()
        _, out, _ = it.stop()
    lines = out.splitlines()
    # Starting: two lines of twistd's, one of Twisted's port and ours. Ending: the signal, the port, two of twistd's.
    assert len(lines) == 8, out


# -- SIGTERM


def testGraceTime(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP, "--grace", "0.2") as it, it.connect() as client:
        client.sendall(request("/stuck"))
        client.sendall(b"")
        it.ask()  # by now the request has come
        code, out, _ = it.stop()
        assert client.recv(1) == b""
    assert code == 0
    assert "1 connections were cut off" in out


def testASecondSignalEndsAtOnce(tmp_path: Path) -> None:
    with serving(tmp_path, *HTTP, "--grace", "3600") as it, it.connect() as client:
        client.sendall(request("/stuck"))
        it.ask()
        it.child.terminate()
        it.waitFor("no new connections")
        code, out, _ = it.stop()
    assert code == 0
    assert "SIGTERM again" in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def testARunningRequestIsAnswered(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path, *HTTP) as it:
        with it.connect() as client:
            client.sendall(request("/slow"))
            it.ask()
            it.child.send_signal(number)
            status, headers, body = readAnswer(client)
            assert (status, headers["connection"], body) == (200, "close", "slow")
            assert client.recv(1) == b""
        assert finish(it.child)[0] == 0


# -- listeners that fail

FAILING = """\
async def onRequest(req, res):
    raise ValueError("my own mistake")

def onRequestAtOnce(req, res):
    raise ValueError("my own mistake")

async def onConnection(socket):
    raise ValueError("my own mistake")
"""


@pytest.mark.parametrize("kind, name", [("http", "onRequest"), ("http", "onRequestAtOnce"), ("net", "onConnection")])
def testAListenerThatFails(tmp_path: Path, kind: str, name: str) -> None:
    """The mistake is in the log, the client does not wait for ever, and the others are served."""
    place = "tcp:0:interface=127.0.0.1"
    with serving(tmp_path, f"--{kind}", f"myapp:{name}", "--listen", place, app=FAILING) as it:
        for _ in range(2):
            with it.connect() as client:
                if kind == "http":
                    client.sendall(request(connection="close"))
                answer = client.makefile("rb").read()
            assert answer.startswith(b"HTTP/1.1 500 ") if kind == "http" else answer == b""
        code, out, _ = it.stop()
    assert code == 0
    assert out.count("ValueError: my own mistake") == 2


# -- the daemon


def daemonize(folder: Path, *arguments: str, app: str = "", twistd: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """Start a daemon and wait until it serves, or has failed to."""
    from daemon import APP

    (folder / "myapp.py").write_text(app or APP)
    return python(*command(*twistd, "nodecompat", *arguments), cwd=folder)


class Daemon:
    """One that runs, by its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pid = int((folder / "twistd.pid").read_text())

    @property
    def log(self) -> str:
        return (self.folder / "twistd.log").read_text()

    @property
    def port(self) -> int:
        line = next(line for line in self.log.splitlines() if " listening on " in line)
        return int(line.rpartition(":")[2])

    def ask(self) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=HANGS) as client:
            client.sendall(request(connection="close"))
            return answerOf(client)[1]

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        assert gone(self.pid)


@pytest.fixture
def daemon(tmp_path: Path) -> Any:
    made: list[Daemon] = []

    def run(*arguments: str, **options: Any) -> Daemon:
        code, out, err = daemonize(tmp_path, *arguments, **options)
        assert code == 0, out + err
        made.append(Daemon(tmp_path))
        return made[0]

    yield run
    for each in made:
        try:
            os.kill(each.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def testDaemon(daemon: Any, tmp_path: Path) -> None:
    """When the command returns it serves: 100 requests, then an end that leaves no file but its log."""
    it = daemon(*HTTP)
    for _ in range(100):
        assert it.ask().startswith("hello 127.0.0.1")
    it.stop()
    assert not (tmp_path / "twistd.pid").exists()
    assert "SIGTERM: ending" in it.log and "Traceback" not in it.log


def testDaemonOfAScript(daemon: Any) -> None:
    it = daemon("--app", "myapp.py", app=SCRIPT)
    assert it.ask() == ""
    it.stop()


@pytest.mark.skipif(not choose.usePoller(), reason="ports cannot be shared without epoll")
def testWhatTheWorkersOfADaemonWriteIsInItsLog(daemon: Any) -> None:
    """Lines of both outputs, tracebacks, and the last ones."""
    app = """\
import sys
from nodecompat import process
print("starts")
process.on("exit", lambda code: print("ends", end=""))
def onRequest(req, res):
    res.end("hello")
    print("asked for", req.url, file=sys.stderr)
    raise ValueError("a mistake")
"""
    it = daemon("--workers", "1", *HTTP, app=app)
    assert it.ask() == "hello"
    it.stop()
    said = [line.partition("worker 1: ")[::2] for line in it.log.splitlines() if "worker 1: " in line]
    assert [text for _, text in said][:2] == ["starts", "asked for /"] and said[-1][1] == "ends"
    assert any(text.endswith("ValueError: a mistake") for _, text in said)
    assert "#info]" in said[0][0] and "#warn]" in said[1][0]


def testWhatListensBeforeTheFork(daemon: Any) -> None:
    """The module is imported before twistd forks; what it has on the poller lives on in the daemon."""
    app = "from nodecompat import http\nserver = http.createServer(lambda q, s: s.end('early'))\n"
    app += "server.listen(0, '127.0.0.1')\n"
    app += "server.on('listening', lambda: open('port', 'w').write(str(server.address().port)))\n"
    app += "def onRequest(req, res):\n    res.end(open('port').read())\n"
    it = daemon(*HTTP, app=app)
    waitUntil(lambda: it.ask() != "", "the early server")
    with socket.create_connection(("127.0.0.1", int(it.ask())), timeout=HANGS) as client:
        client.sendall(request(connection="close"))
        assert answerOf(client) == (200, "early")
    it.stop()


def testADaemonThatCannotListen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = daemonize(tmp_path, *HTTP[:3], f"tcp:{port}:interface=127.0.0.1")
    assert code == 1
    assert "EADDRINUSE" in err
    waitUntil(lambda: not (tmp_path / "twistd.pid").exists(), "the end of the daemon, which has told its parent")


@pytest.mark.skipif(not isRoot, reason="needs root, to become somebody else")
@pytest.mark.parametrize("how", ["daemon", "foreground"])
def testPrivilegesAreShed(daemon: Any, tmp_path: Path, how: str) -> None:
    """It listens as root, then is nobody, and nothing that it needs later is out of its reach."""
    os.chmod(tmp_path, 0o777)
    nobody = 65534
    options = ("--uid", str(nobody), "--gid", str(nobody))
    if how == "daemon":
        it = daemon(*HTTP, "--access-log", "access.log", twistd=options)
        assert it.ask() == f"hello 127.0.0.1 {nobody}"
        it.stop()
        assert "Traceback" not in it.log
    else:
        with serving(tmp_path, *HTTP, "--access-log", "access.log", twistd=options) as running:
            assert running.ask() == (200, f"hello 127.0.0.1 {nobody}")
            code, out, err = running.stop()
        assert (code, err) == (0, "")
        assert "Traceback" not in out
    assert '"GET / HTTP/1.1" 200' in (tmp_path / "access.log").read_text()


# -- what is wrong


def testAPortThatIsTaken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "myapp.py").write_text("def onRequest(req, res): pass\n")
        place = f"tcp:{port}:interface=127.0.0.1"
        code, out, err = python(
            *command("-n", "--pidfile=", "nodecompat", "--http", "myapp:onRequest", "--listen", place), cwd=tmp_path
        )
    assert code == 1
    assert "listen EADDRINUSE: address already in use" in out + err


def testAScriptThatCannotListen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "myapp.py").write_text(SCRIPT.replace("listen(0", f"listen({port}"))
        code, out, err = python(*command("-n", "--pidfile=", "nodecompat", "--app", "myapp.py"), cwd=tmp_path)
    assert code == 1
    assert f"listen EADDRINUSE: address already in use 127.0.0.1:{port}" in out + err


def testAScriptThatFails(tmp_path: Path) -> None:
    (tmp_path / "myapp.py").write_text("1 / 0\n")
    code, out, err = python(*command("-n", "--pidfile=", "nodecompat", "--app", "myapp.py"), cwd=tmp_path)
    assert code == 1
    assert "ZeroDivisionError" in out + err


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "give one of --http, --https, --net and --tls, each with MODULE:NAME, and --app SCRIPT"),
        (["--http", "a:b", "--net", "a:b"], "give only one of --http, --https, --net and --tls, each with "),
        (["--http", "myapp:onRequest"], "where shall it listen? Give --listen, for example --listen tcp:8080"),
        (
            ["--app", "a.py", "--listen", "1"],
            "--listen goes with --http and --net; the script of --app listens by itself",
        ),
        ([*HTTP, "extra"], "what is 'extra'? Only a script of --app takes arguments"),
        ([*HTTP, "--listen", "foo:80"], "--listen foo:80: Unknown endpoint type: 'foo'"),
        *(
            ([*HTTP, "--listen", place], f"--listen {told or place}: its port must be a number from 0 to 65535")
            for place, told in (
                ("tcp:x", ""),
                ("haproxy:tcp", ""),
                ("99999", "tcp:99999"),
                ("tcp:65536:interface=127.0.0.1", ""),
                ("tcp:port=-1", ""),
                ("haproxy:tcp:99999", ""),
                ("ssl:99999:privateKey=key.pem", ""),
            )
        ),
        *(
            ([*HTTP, "--listen", place], f"--listen {place}: a port is a number from 0 to 65535, an endpoint such as ")
            for place in ("-1", "0x50", "http", "")
        ),
        ([*HTTP, "--access-log", "nothere/log"], "--access-log nothere/log: no such folder, or no permission to write"),
        (["--https", *HTTP[1:], "--cert", "nothere.pem"], "--cert nothere.pem: No such file or directory"),
        (
            ["--https", *HTTP[1:], "--cert", "myapp.py", "--passphrase-file", "no"],
            "--passphrase-file no: No such file or directory",
        ),
        (
            [*HTTP, "--listen", "systemd:domain=INET:index=7"],
            "--listen systemd:domain=INET:index=7: systemd has handed over no such descriptor",
        ),
        ([*HTTP, "--listen", "tcp:80:color=blue"], "--listen tcp:80:color=blue: "),
        ([*HTTP, "--health", "-1"], "--health -1: must be a number of seconds, 0 or more"),
        ([*HTTP, "--workers", "some"], "--workers some: a number, or auto"),
        (
            ["--app", "myapp.py", "--workers", "2", "--access-log", "-"],
            "--access-log: the requests are the workers'; let the script log them",
        ),
        ([*HTTP, "--grace", "soon"], "--grace soon: must be a number of seconds, 0 or more"),
        ([*HTTP, "--grace", "-1"], "--grace -1: must be a number of seconds, 0 or more"),
        ([*HTTP, "--grace", "nan"], "--grace nan: must be a number of seconds, 0 or more"),
        ([*HTTP, "--access-format", "xml"], "--access-format xml: must be combined or json"),
        (["--http", "myapp", *HTTP[2:]], "--http myapp: must be MODULE:NAME, for example myapp:onRequest"),
        (
            ["--http", "nothere:x", *HTTP[2:]],
            "--http nothere:x: there is no module 'nothere' here or on the Python path",
        ),
        (["--http", "myapp:nothere", *HTTP[2:]], "--http myapp:nothere: myapp has no 'nothere'"),
        (["--http", "myapp:number", *HTTP[2:]], "--http myapp:number: neither a function nor a server"),
        (["--http", "myapp:netServer", *HTTP[2:]], "--http myapp:netServer: this is a net server"),
        (["--net", "myapp:server", *HTTP[2:]], "--net myapp:server: this is an http server"),
        (
            ["--http", "myapp:server", *HTTP[2:], "--listen", "0"],
            "--http myapp:server: this is a server, which can listen once; give its listener to use more",
        ),
        (["--app", "nothere.py"], "--app nothere.py: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else "",
)
def testWrongOptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    """One line on stderr, exit code 1: that is what SystemExit with a text means."""
    from daemon import APP

    from nodecompat.serving.twistd import Options, makeService

    (tmp_path / "myapp.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("myapp", None)
    with pytest.raises(SystemExit) as caught:
        options = Options()
        options.parseOptions(arguments)
        makeService(options)
    sys.modules.pop("myapp", None)
    assert str(caught.value).startswith(f"twistd nodecompat: {message}")


def testTLSWithoutOpenSSL(tmp_path: Path) -> None:
    """What a plain installation lacks is named, and how to get it."""
    (tmp_path / "myapp.py").write_text("def onRequest(req, res): pass\n")
    source = f"import sys; sys.modules['OpenSSL'] = None; {command()[1]}"
    place = "ssl:0:privateKey=key.pem"
    code, _, err = python("-c", source, "-n", "--pidfile=", "nodecompat", *HTTP[:3], place, cwd=tmp_path)
    assert code == 1
    assert err.startswith(f"twistd nodecompat: --listen {place}: ") and "pip install 'nodecompat[tls]'" in err


def testASyntaxError(tmp_path: Path) -> None:
    (tmp_path / "myapp.py").write_text("def (\n")
    code, out, err = python(*command("-n", "--pidfile=", "nodecompat", "--app", "myapp.py"), cwd=tmp_path)
    assert code == 1
    assert "SyntaxError" in err and "Traceback" not in err + out


def testADaemonCannotLogToStandardOutput(tmp_path: Path) -> None:
    code, _, err = daemonize(tmp_path, *HTTP, "--access-log", "-")
    assert code == 1
    assert "a daemon has no standard output" in err


def testAModuleThatFails(tmp_path: Path) -> None:
    """Its own mistake is shown as Python shows it."""
    (tmp_path / "myapp.py").write_text("import nothereatall\n")
    code, out, err = python(*command("-n", "--pidfile=", "nodecompat", *HTTP), cwd=tmp_path)
    assert code == 1
    assert "No module named 'nothereatall'" in out + err


@pytest.mark.skipif(not isRoot, reason="needs root, to make folders that somebody else cannot write")
def testThePluginCacheNeedsNoRoot(tmp_path: Path) -> None:
    """Where it cannot be written, that is at most a line in the log."""
    plugins = tmp_path / "site" / "twisted" / "plugins"
    plugins.mkdir(parents=True)
    shutil.copy(ROOT / "twisted" / "plugins" / "nodecompat_plugin.py", plugins)
    # A file in the cache's place cannot be replaced by anybody, not even by root.
    (plugins / "dropin.cache").mkdir()
    (plugins / "dropin.cache" / "x").touch()
    source = f"import sys; sys.path[:0] = [{str(tmp_path / 'site')!r}]; " + command()[1]
    code, out, err = python("-c", source, "--help")
    assert code == 0 and "\n    nodecompat  " in out
    assert "Traceback" not in out + err
