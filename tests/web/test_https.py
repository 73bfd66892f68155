"""fetch over https: which certificates it takes, and what it says about the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from fetching import failure

from nodecompat import events, fetch, http
from nodecompat.reactor.twisted import httpclient

pytest.importorskip("OpenSSL")
from selfsigned import makeCertificate

check = pytest_twisted.ensureDeferred


async def ask(path: Path, host: str) -> Any:
    """Fetch from a server with this certificate; the response, or the cause of the failure."""
    server = http.createServer(lambda req, res: res.end("hello"))
    server.listen(f"ssl:0:interface=127.0.0.1:privateKey={path}:certKey={path}")
    await events.once(server, "listening")
    try:
        found = await failureOrResponse(f"https://{host}:{server.address().port}/")
    finally:
        closed = events.once(server, "close")
        await httpclient.closeIdleConnections()
        server.close()
        server.closeAllConnections()
        await closed
    return found


async def failureOrResponse(url: str) -> Any:
    try:
        response = await fetch(url)
    except TypeError as error:
        assert str(error) == "fetch failed"
        return error.__cause__
    assert await response.text() == "hello"
    return response


@check
@pytest.mark.parametrize(
    "names, host", [(["DNS:localhost"], "localhost"), (["DNS:a.test", "IP:127.0.0.1"], "127.0.0.1")]
)
async def testATrustedCertificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], host: str) -> None:
    path = tmp_path / "both.pem"
    makeCertificate(path, names)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert (await ask(path, host)).status == 200


@check
@pytest.mark.parametrize(
    "names, host, why",
    [
        (["DNS:a.test"], "localhost", "Host: localhost. is not in the cert's altnames: DNS:a.test"),
        # Node would take the name of the subject. Twisted 26.10 takes any host.
        ([], "localhost", "Cert does not contain a DNS name"),
        (["IP:127.0.0.2", "IP:::1"], "127.0.0.1", "IP: 127.0.0.1 is not in the cert's list: 127.0.0.2, ::1"),
        (["DNS:localhost"], "127.0.0.1", "IP: 127.0.0.1 is not in the cert's list: "),
        ([], "127.0.0.1", "IP: 127.0.0.1 is not in the cert's list: "),
    ],
)
async def testATrustedCertificateOfSomebodyElse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], host: str, why: str
) -> None:
    path = tmp_path / "both.pem"
    makeCertificate(path, names)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    cause = await ask(path, host)
    assert cause.code == "ERR_TLS_CERT_ALTNAME_INVALID"
    assert str(cause) == f"Hostname/IP does not match certificate's altnames: {why}"


@check
async def testACertificateThatNobodyKnows(tmp_path: Path) -> None:
    path = tmp_path / "both.pem"
    makeCertificate(path, ["DNS:localhost"])
    cause = await ask(path, "localhost")
    assert (cause.code, str(cause)) == ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")


@check
async def testAnExpiredCertificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "both.pem"
    makeCertificate(path, ["DNS:localhost"], isExpired=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    cause = await ask(path, "localhost")
    assert (cause.code, str(cause)) == ("CERT_HAS_EXPIRED", "certificate has expired")


@check
async def testAServerWithoutTLS() -> None:
    server = http.createServer().listen(0, "127.0.0.1")
    await events.once(server, "listening")
    try:
        error = await failure(fetch(f"https://127.0.0.1:{server.address().port}/"))
        assert error.cause.code.startswith("ERR_SSL_")
    finally:
        async with server:
            pass
