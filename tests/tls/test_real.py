"""TLS and HTTPS with other people's implementations on the other side: openssl, curl, Node."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oracle
import pytest
import pytest_twisted
from faultbed import event
from tls import certificates
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from nodecompat import https, tls

MADE = certificates.make(names=("localhost", "127.0.0.1"))
ME = certificates.make(names=("me@example.com",), ca=certificates.authority("clients"))
NODE = oracle.findNode()
needsOpenSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
needsCurl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
needsNode = pytest.mark.skipif(NODE is None, reason="Node 26 is not installed: see CONTRIBUTING.md")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Paths of what the other programs read from files."""
    found = {}
    for name, text in {"cert": MADE.cert, "key": MADE.key, "ca": MADE.ca, "mycert": ME.cert, "mykey": ME.key}.items():
        path = tmp_path / f"{name}.pem"
        path.write_text(text)
        found[name] = str(path)
    return found


def command(*args: str, data: bytes = b"") -> Deferred[subprocess.CompletedProcess[bytes]]:
    """Run a program beside the reactor."""
    return deferToThread(subprocess.run, args, input=data, capture_output=True, timeout=30)


async def listening(server: Any) -> int:
    server.listen(0, "127.0.0.1")
    if not server.listening:
        await event(server, "listening")
    port: int = server.address().port
    return port


def shout(socket: Any) -> None:
    """Answers in capitals, and ends when the client has."""
    socket.on("data", lambda data: socket.write(data.upper()))
    socket.on("error", lambda error: None)


@needsOpenSSL
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest_twisted.ensureDeferred
async def testOpenSSLIsTheClient(files: dict[str, str], version: str) -> None:
    server = tls.createServer(
        {"cert": MADE.cert, "key": MADE.key, "ALPNProtocols": ["a"]},
        lambda socket: socket.on("data", lambda data: socket.end(data.upper())),
    )
    done = await command(
        *("openssl", "s_client", "-connect", f"127.0.0.1:{await listening(server)}", "-CAfile", files["ca"]),
        *("-verify_return_error", "-servername", "localhost", "-alpn", "a", version, "-ign_eof"),
        data=b"hello\n",
    )
    assert b"HELLO" in done.stdout and b"ALPN protocol: a" in done.stdout, done.stderr
    assert b"Verify return code: 0 (ok)" in done.stdout
    server.close()


@needsOpenSSL
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("size", [1000, 100_000])
@pytest_twisted.ensureDeferred
async def testAClientThatTakesShortRecordsOnly(size: int, version: str) -> None:
    """The extension max_fragment_length."""
    server = tls.createServer({"cert": MADE.cert, "key": MADE.key}, lambda socket: socket.end(b"x" * size))
    done = await command(
        *("openssl", "s_client", "-connect", f"127.0.0.1:{await listening(server)}", "-quiet"),
        *("-maxfraglen", "512", version),
    )
    assert done.stdout == b"x" * size, done.stderr
    server.close()


@needsOpenSSL
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest_twisted.ensureDeferred
async def testOpenSSLIsTheServer(files: dict[str, str], version: str) -> None:
    """`-rev` answers each line backwards."""
    own = ("-cert", files["cert"], "-key", files["key"])
    running = subprocess.Popen(
        ("openssl", "s_server", "-accept", "127.0.0.1:0", *own, "-rev", version),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert running.stdout is not None
    line = b""
    while not line.startswith(b"ACCEPT"):
        line = running.stdout.readline()
        assert line, "openssl has ended"
    client = tls.connect(port=int(line.rsplit(b":", 1)[1]), host="127.0.0.1", servername="localhost", ca=MADE.ca)
    client.write(b"hello\n")
    assert await event(client, "data") == b"olleh\n"
    assert client.authorized
    client.destroy()
    running.kill()
    running.wait()
    running.stdout.close()


@needsCurl
@pytest_twisted.ensureDeferred
async def testCurlIsTheClient(files: dict[str, str]) -> None:
    def onRequest(req: Any, res: Any) -> None:
        parts: list[bytes] = []
        req.on("data", parts.append)
        req.on("end", lambda: res.end(f"{req.method} {len(b''.join(parts))} {req.socket.authorized}"))

    server = https.createServer(
        {"cert": MADE.cert, "key": MADE.key, "ca": ME.ca, "requestCert": True, "rejectUnauthorized": False}, onRequest
    )
    url = f"https://localhost:{await listening(server)}/"
    base = ("curl", "-sS", "--cacert", files["ca"])
    got = await command(*base, url)
    assert got.stdout == b"GET 0 False", got.stderr
    mine = ("--cert", files["mycert"], "--key", files["mykey"])
    got = await command(*base, *mine, "--data-binary", "@-", url, data=bytes(100_000))
    assert got.stdout == b"POST 100000 True", got.stderr
    got = await command("curl", "-sS", url)
    assert got.returncode == 60 and b"certificate" in got.stderr
    server.close()


NODE_CLIENT = """
const tls = require('tls'), fs = require('fs');
const [port, ca, version] = process.argv.slice(2);
const c = tls.connect({
  port, host: '127.0.0.1', servername: 'localhost', ca: fs.readFileSync(ca), maxVersion: version, ALPNProtocols: ['a'],
});
let got = '';
c.on('secureConnect', () => c.write('hello'));
c.on('data', d => { got += d; if (got == 'HELLO') c.end(); });
c.on('error', e => console.log(JSON.stringify({error: e.code})));
c.on('close', () => console.log(JSON.stringify({got, authorized: c.authorized, alpn: c.alpnProtocol})));
"""
NODE_SERVER = """
const tls = require('tls'), fs = require('fs');
const [cert, key] = process.argv.slice(2);
const s = tls.createServer({cert: fs.readFileSync(cert), key: fs.readFileSync(key), ALPNProtocols: ['a']}, c => {
  c.on('data', d => c.write(d.toString().toUpperCase()));
  c.on('error', () => {});
});
s.listen(0, '127.0.0.1', () => console.log(s.address().port));
"""


@needsNode
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest_twisted.ensureDeferred
async def testNodeIsTheClient(files: dict[str, str], version: str, tmp_path: Path) -> None:
    program = tmp_path / "client.js"
    program.write_text(NODE_CLIENT)
    server = tls.createServer({"cert": MADE.cert, "key": MADE.key, "ALPNProtocols": ["a"]}, shout)
    port = await listening(server)
    done = await command(str(NODE), str(program), str(port), files["ca"], version)
    assert b'"got":"HELLO","authorized":true,"alpn":"a"' in done.stdout, done
    server.close()


@pytest.fixture
def nodeServer(files: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """The port of a server of Node's that shouts."""
    program = tmp_path / "server.js"
    program.write_text(NODE_SERVER)
    running = subprocess.Popen([str(NODE), str(program), files["cert"], files["key"]], stdout=subprocess.PIPE)
    assert running.stdout is not None
    yield int(running.stdout.readline())
    running.kill()
    running.wait()
    running.stdout.close()


@needsNode
@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest_twisted.ensureDeferred
async def testNodeIsTheServer(nodeServer: int, version: str) -> None:
    sessions: list[bytes] = []
    for count in range(2):
        client = tls.connect(
            port=nodeServer,
            host="127.0.0.1",
            servername="localhost",
            ca=MADE.ca,
            maxVersion=version,
            ALPNProtocols=["a"],
            session=sessions[0] if sessions else None,
        )
        client.on("session", sessions.append)
        client.write(b"hello")
        assert await event(client, "data") == b"HELLO"
        assert (client.authorized, client.alpnProtocol, client.getProtocol()) == (True, "a", version)
        assert client.isSessionReused() is bool(count)
        client.end()
        await event(client, "close")
