"""fetch over https: which certificates it takes, and what it says about the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fetchplay import settled
from suite import whyNoTLS

from nodecompat import fetch, net
from nodecompat.testing import Network, network
from nodecompat.web import pool

if whyNoTLS():
    pytest.skip(whyNoTLS(), allow_module_level=True)
from tls import certificates

from nodecompat import https, tls

GOOD = certificates.make()


@pytest.fixture
def net_() -> Iterator[Network]:
    before = tls.getCACertificates("default")
    with network() as made:
        yield made
        pool.destroy()
        made.advance(1)
    tls.setDefaultCACertificates(before)


def ask(net_: Network, made: Any, host: str, trusted: bool = True) -> Any:
    """Fetch from a server with this certificate: the text of the answer, or the cause of the failure."""
    tls.setDefaultCACertificates([made.ca] if trusted else [])
    server = https.createServer({"cert": made.cert, "key": made.key}, lambda req, res: res.end("hello"))
    server.listen(443)
    net_.run()
    response = settled(net_, fetch(f"https://{host}/"))
    server.close()
    if isinstance(response, Exception):
        assert str(response) == "fetch failed"
        return response.__cause__
    return settled(net_, response.text())


@pytest.mark.parametrize("kind, host", [("good", "localhost"), ("good", "127.0.0.1"), ("chain", "localhost")])
def testATrustedCertificate(net_: Network, kind: str, host: str) -> None:
    assert ask(net_, certificates.make(kind), host) == "hello"


@pytest.mark.parametrize(
    "kind, host, code",
    [
        ("wrongHost", "localhost", "ERR_TLS_CERT_ALTNAME_INVALID"),
        ("expired", "localhost", "CERT_HAS_EXPIRED"),
        ("wrongCA", "localhost", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    ],
)
def testACertificateThatIsNotRight(net_: Network, kind: str, host: str, code: str) -> None:
    assert ask(net_, certificates.make(kind), host).code == code


def testACertificateThatNobodyKnows(net_: Network) -> None:
    made = certificates.make("selfSigned")
    assert ask(net_, made, "localhost", trusted=False).code == "DEPTH_ZERO_SELF_SIGNED_CERT"


def testConnectionsAndSessionsAreKept(net_: Network) -> None:
    tls.setDefaultCACertificates([GOOD.ca])
    resumed: list[bool] = []

    def handler(req: Any, res: Any) -> None:
        resumed.append(req.socket.isSessionReused())
        res.end("x")

    server = https.createServer({"cert": GOOD.cert, "key": GOOD.key}, handler)
    connections: list[Any] = []
    server.on("secureConnection", connections.append)
    server.listen(443)
    net_.run()
    for _ in range(2):
        assert settled(net_, settled(net_, fetch("https://localhost/")).text()) == "x"
    assert (resumed, len(connections)) == ([False, False], 1)
    net_.advance(pool.KEEP_ALIVE_TIMEOUT + 1)
    assert settled(net_, settled(net_, fetch("https://localhost/")).text()) == "x"
    assert (resumed[2], len(connections)) == (True, 2)
    server.close()


def testAServerWithoutTLS(net_: Network) -> None:
    server = net.createServer(lambda socket: socket.on("data", lambda data: socket.end("no TLS here")))
    server.listen(443)
    net_.run()
    error = settled(net_, fetch("https://localhost/"))
    assert str(error) == "fetch failed" and error.cause.code == "ERR_SSL_WRONG_VERSION_NUMBER"
    server.close()


def testAServerThatEndsWithinTheHandshake(net_: Network) -> None:
    server = net.createServer(lambda socket: socket.end())
    server.listen(443)
    net_.run()
    error = settled(net_, fetch("https://localhost/"))
    assert (error.cause.code, str(error.cause)) == (
        "ECONNRESET",
        "Client network socket disconnected before secure TLS connection was established",
    )
    server.close()


PROGRAM = """
import sys
from nodecompat import fetch, https, run

cert, key = (open(path).read() for path in sys.argv[1:])

def main():
    async def ask():
        for _ in range(2):
            try:
                response = await fetch(f"https://localhost:{server.address().port}/")
                print(await response.text(), flush=True)
            except TypeError as error:
                print(error, error.cause.code, flush=True)
        server.close()

    server = https.createServer({"cert": cert, "key": key}, lambda q, r: r.end("hello"))
    server.listen(0, "127.0.0.1", ask)

run(main)
"""
WARNING = (
    "Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS "
    "requests insecure by disabling certificate verification."
)


@pytest.mark.parametrize(
    "name, value, lines, warnings",
    [
        ("", "", ["fetch failed UNABLE_TO_VERIFY_LEAF_SIGNATURE"] * 2, 0),
        ("NODE_EXTRA_CA_CERTS", "ca.pem", ["hello"] * 2, 0),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "0", ["hello"] * 2, 1),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "1", ["fetch failed UNABLE_TO_VERIFY_LEAF_SIGNATURE"] * 2, 0),
    ],
)
def testTheEnvironmentSaysWhomToTrust(tmp_path: Path, name: str, value: str, lines: list[str], warnings: int) -> None:
    for file, text in (("cert.pem", GOOD.cert), ("key.pem", GOOD.key), ("ca.pem", GOOD.ca)):
        (tmp_path / file).write_text(text)
    given = {name: str(tmp_path / value) if value.endswith("pem") else value} if name else {}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "cert.pem", tmp_path / "key.pem"],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.splitlines(), done.stderr.count(WARNING)) == (lines, warnings), done.stderr
