"""Files of keys and certificates: those of a server, and read again."""

from __future__ import annotations

import signal
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from daemon import answerOf, command, readAnswer, request, serving
from program import HANGS, finish, python
from tls import certificates

from nodecompat import tls
from nodecompat.errors import NodeError
from nodecompat.serving.certificates import CertificateFiles

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
ONE = certificates.make(names=("localhost", "one.test"))
OTHER = certificates.make(names=("localhost", "other.test"))
PLACE = ("--listen", "tcp:0:interface=127.0.0.1")
FILES = ("--cert", "cert.pem", "--key", "key.pem")
HTTPS = ("--https", "myapp:onRequest", *PLACE, *FILES)


def write(folder: Path, made: certificates.Made = ONE) -> None:
    (folder / "cert.pem").write_text(made.cert)
    (folder / "key.pem").write_text(made.key)


def secure(raw: socket.socket, name: str = "localhost", protocols: tuple[str, ...] = ()) -> ssl.SSLSocket:
    context = ssl.create_default_context(cadata=ONE.ca)
    if protocols:
        context.set_alpn_protocols(protocols)
    return context.wrap_socket(raw, server_hostname=name)


def certificateOf(client: ssl.SSLSocket) -> bytes | None:
    return client.getpeercert(True)


# -- the files


def testSeveralCertificatesAndAPassphrase(tmp_path: Path) -> None:
    """Each counts for its names, the first for all others; the passphrase is the first line of a file."""
    (tmp_path / "one.pem").write_text(ONE.cert)
    (tmp_path / "one.key").write_text(ONE.encryptedKey("secret"))
    (tmp_path / "both.pem").write_text(OTHER.cert + OTHER.key)
    (tmp_path / "word").write_text("secret\nnothing else counts\n")
    server = tls.Server()
    one, both = str(tmp_path / "one"), str(tmp_path / "both.pem")
    CertificateFiles([(f"{one}.pem", f"{one}.key"), (both, both)], str(tmp_path / "word")).use(server)
    found: list[Any] = []
    server._contextFor_("other.test", lambda error, context: found.append(context))
    server._contextFor_("one.test", lambda error, context: found.append(context))
    assert isinstance(found[0], tls.SecureContext) and found[1] is None


def testWhatCannotBeUsedChangesNothing(tmp_path: Path) -> None:
    write(tmp_path)
    files = CertificateFiles([(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))])
    server = tls.Server()
    files.use(server)
    before = server._sharedCredentials_
    (tmp_path / "key.pem").write_text(OTHER.key)
    with pytest.raises(NodeError, match="key values mismatch"):
        files.use(server)
    (tmp_path / "key.pem").unlink()
    with pytest.raises(FileNotFoundError):
        files.use(server)
    assert server._sharedCredentials_ is before


# -- twistd


def testHTTPS(tmp_path: Path) -> None:
    write(tmp_path)
    with serving(tmp_path, *HTTPS, "--access-log", "-") as it:
        with secure(it.connect(), protocols=("h2", "http/1.1")) as client:
            assert client.selected_alpn_protocol() == "http/1.1"
            client.sendall(request("/x", connection="close"))
            assert answerOf(client)[1].startswith("hello 127.0.0.1")
        it.waitFor('"GET /x HTTP/1.1" 200')
        code, out, err = it.stop()
    assert (code, err) == (0, "") and "Traceback" not in out


@pytest.mark.parametrize("kind", ["tls", "net"])
def testRawConnections(tmp_path: Path, kind: str) -> None:
    """Also of clients that offer protocols."""
    write(tmp_path)
    place = ("--listen", "ssl:0:interface=127.0.0.1:privateKey=key.pem:certKey=cert.pem")
    arguments = (*PLACE, *FILES) if kind == "tls" else place
    with serving(tmp_path, f"--{kind}", "myapp:onConnection", *arguments) as it:
        with secure(it.connect(), protocols=("h2", "http/1.1")) as client:
            assert client.selected_alpn_protocol() is None
            client.sendall(b"ping")
            assert client.recv(10) == b"ping"
        assert it.stop()[0] == 0


SERVERS = """\
from nodecompat import https, tls

server = https.createServer(lambda req, res: res.end("mine"))
plain = tls.createServer(lambda socket: socket.end("mine"))
"""


@pytest.mark.parametrize("kind, name", [("https", "server"), ("tls", "plain")])
def testAServerOfTheProgram(tmp_path: Path, kind: str, name: str) -> None:
    write(tmp_path)
    with serving(tmp_path, f"--{kind}", f"myapp:{name}", *PLACE, *FILES, app=SERVERS) as it:
        with secure(it.connect()) as client:
            client.sendall(request(connection="close"))
            assert client.makefile("rb").read().endswith(b"mine")
        assert it.stop()[0] == 0


def testARunningRequestIsAnswered(tmp_path: Path) -> None:
    """SIGTERM, as without TLS: an idle connection ends, one at work is answered."""
    write(tmp_path)
    with serving(tmp_path, *HTTPS) as it:
        with secure(it.connect()) as idle, secure(it.connect()) as busy:
            for client in (idle, busy):
                client.sendall(request())
                readAnswer(client)
            busy.sendall(request("/slow"))
            idle.sendall(request())
            readAnswer(idle)  # by now the slow request has come
            it.child.terminate()
            status, headers, body = readAnswer(busy)
            assert (status, headers["connection"], body) == (200, "close", "slow")
            assert idle.recv(1) == b""
        assert finish(it.child)[0] == 0


def testAHandshakeThatIsNotFinishedHoldsNobodyUp(tmp_path: Path) -> None:
    write(tmp_path)
    with serving(tmp_path, *HTTPS, "--grace", "0.2") as it, it.connect() as silent:
        with secure(it.connect()) as other:  # by now the silent one was accepted
            other.sendall(request(connection="close"))
            assert readAnswer(other)[0] == 200
        assert it.stop()[0] == 0
        assert silent.recv(1) == b""


@pytest.mark.parametrize("way", ["https", "ssl:"])
def testNewCertificatesWithoutLosingAConnection(tmp_path: Path, way: str) -> None:
    write(tmp_path)
    place = ("--listen", "ssl:0:interface=127.0.0.1:privateKey=key.pem:certKey=cert.pem")
    arguments = HTTPS if way == "https" else ("--http", "myapp:onRequest", *place)
    with serving(tmp_path, *arguments) as it, secure(it.connect()) as old:
        assert certificateOf(old) == ONE.der
        write(tmp_path, OTHER)
        it.child.send_signal(signal.SIGHUP)
        it.waitFor("the certificates were read again")
        with secure(it.connect(), "other.test") as new:
            assert certificateOf(new) == OTHER.der
        old.sendall(request())
        assert readAnswer(old)[0] == 200
        # What is broken is in the log, and changes nothing.
        (tmp_path / "cert.pem").write_text("broken")
        it.child.send_signal(signal.SIGHUP)
        it.waitFor("the old certificates stay: ")
        with secure(it.connect(), "other.test") as new:
            assert certificateOf(new) == OTHER.der
        old.sendall(request(connection="close"))
        assert readAnswer(old)[0] == 200
        assert it.stop()[0] == 0


def testAHundredReloadsUnderRequests(tmp_path: Path) -> None:
    """None fails: neither on a connection that goes on nor on new ones."""
    write(tmp_path)
    asked, failures = [0, 0], []
    over = threading.Event()

    def ask(number: int, connect: Any, keeps: bool) -> None:
        try:
            client = connect()
            while not over.is_set():
                client.sendall(request(connection="keep-alive" if keeps else "close"))
                assert readAnswer(client)[0] == 200
                asked[number] += 1
                if not keeps:
                    client.close()
                    client = connect()
            client.close()
        except Exception as error:
            failures.append(repr(error))

    with serving(tmp_path, *HTTPS) as it:
        clients = [
            threading.Thread(target=ask, args=(number, lambda: secure(it.connect()), number == 0))
            for number in range(2)
        ]
        for each in clients:
            each.start()
        for number in range(100):
            write(tmp_path, (OTHER, ONE)[number % 2])
            it.child.send_signal(signal.SIGHUP)
            it.waitFor("the certificates were read again")
        over.set()
        for each in clients:
            each.join(HANGS)
        code, out, _ = it.stop()
    assert (code, failures) == (0, []) and "Traceback" not in out
    assert min(asked) > 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--https", "myapp:onRequest", *PLACE), "--https myapp:onRequest: needs --cert and --key"),
        (("--http", "myapp:onRequest", *PLACE, "--cert", "cert.pem"), "--cert goes with --https and --tls"),
        ((*HTTPS, "--key", "key.pem"), "there are 1 --cert and 2 --key: give a key for each, or none"),
        ((*HTTPS[:4], "--cert", "not.pem"), "--cert not.pem: No such file or directory"),
        ((*HTTPS[:4], "--cert", "key.pem"), "--cert, --key: "),
        (
            (*HTTPS[:2], "--listen", "ssl:0", *FILES),
            "--listen ssl:0: --https and --tls encrypt by themselves; give a tcp: endpoint",
        ),
        (("--https", "myapp:server", *PLACE, *FILES), "--https myapp:server: this is an http server"),
        (("--tls", "myapp:netServer", *PLACE, *FILES), "--tls myapp:netServer: this is a net server"),
        (
            ("--http", "myapp:onRequest", "--listen", "ssl:0:privateKey=key.pem:color=blue"),
            "--listen ssl:0:privateKey=key.pem:color=blue: ",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def testWrongOptions(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    from daemon import APP

    write(tmp_path)
    (tmp_path / "myapp.py").write_text(APP)
    code, out, err = python(*command("-n", "--pidfile=", "nodecompat", *arguments), cwd=tmp_path)
    assert (code, out) == (1, "")
    expected = f"twistd nodecompat: {message}"
    assert err.startswith(expected) and err.count("\n") == 1


def testWithoutTheExtra(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "myapp.py").write_text("def onRequest(req, res): pass\n")
    source = f"import sys; sys.modules['OpenSSL'] = None; {command()[1]}"
    code, _, err = python("-c", source, "-n", "--pidfile=", "nodecompat", *HTTPS, cwd=tmp_path)
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("twistd nodecompat: --https: TLS needs pyOpenSSL: pip install 'nodecompat[tls]'")
