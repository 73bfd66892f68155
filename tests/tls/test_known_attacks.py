"""Attacks on TLS that other libraries fell for, by the name under which each was published.

CVE-2026-21637, a callback that raises in a handshake, is tests/faults/test_fault_28_callbacks_that_raise.py; a stream
that is cut without close_notify is tests/faults/test_fault_26_fin_without_close_notify.py.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from typing import Any

import pytest
import pytest_twisted
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from faultbed import event, residentBytes, until
from OpenSSL import crypto
from tls import certificates
from tls.bed import bed
from tls.raw import secureServer
from twisted.internet.threads import deferToThread

from nodecompat import https, tls
from nodecompat.errors import NodeError
from nodecompat.stream import duplexPair
from nodecompat.testing import network
from nodecompat.tls import der
from nodecompat.tls.x509certificate import X509Certificate

LONG = os.environ.get("NODECOMPAT_LONG_TESTS") == "1"


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testCVE_2020_8172_CVE_2026_48934(version: str) -> None:
    """A session begun with one name is resumed under another: the name is checked all the same."""
    made = certificates.make(names=("good.example",))
    with bed(made=made, maxVersion=version) as it:
        it.connect(servername="good.example")
        again = it.connect(servername="good.example", session=it.sessions[-1])
        assert again.isSessionReused() and again.authorized
        other = it.connect(servername="bank.example", session=it.sessions[-1])
        assert other.destroyed and other.authorizationError == "ERR_TLS_CERT_ALTNAME_INVALID"
        taken = it.connect(servername="bank.example", session=it.sessions[-1], rejectUnauthorized=False)
        assert taken.authorized is False


@pytest.mark.parametrize("value", [None, 0, "", ...])
def testCVE_2021_22939(value: Any) -> None:
    """Whatever is no False checks."""
    with bed(made=certificates.make("selfSigned")) as it:
        client = it.connect(ca=certificates.make().ca, rejectUnauthorized=value)
        assert client.destroyed and client.authorizationError == "DEPTH_ZERO_SELF_SIGNED_CERT"
        it.server.close()
        site = https.createServer({"cert": it.made.cert, "key": it.made.key})
        site.listen(444)
        given = {} if value is ... else {"rejectUnauthorized": value}
        for agent in (False, https.Agent(**given)):
            errors: list[Any] = []
            asked = https.get({"port": 444, "host": "127.0.0.1", "agent": agent, **given})
            asked.on("error", errors.append)
            it.net.run()
            assert errors[0].code == "DEPTH_ZERO_SELF_SIGNED_CERT"
        site.close()


EVIL = "bank.example"


@pytest.mark.parametrize(
    "names, commonName",
    [
        ([f"https://{EVIL}/"], "a"),
        ([f"me@{EVIL}"], "a"),
        ([f"https://a.example/, DNS:{EVIL}"], "a"),
        ([f'https://a.example/", DNS:{EVIL}, "'], "a"),
        (["a.example", f"https://a.example/#, DNS:{EVIL}"], EVIL),
        (["127.0.0.2"], f"a.example/CN={EVIL}"),
        ((), f"a.example, CN={EVIL}"),
        ((), f"a.example\nCN={EVIL}"),
        ((), f"a.example/CN={EVIL}"),
    ],
)
def testCVE_2021_44531_CVE_2021_44532_CVE_2021_44533(names: Any, commonName: str) -> None:
    """A name in an entry of another kind, or text that looks like an entry once it is printed."""
    made = certificates.make(names=names, commonName=commonName)
    with bed(made=made) as it:
        client = it.connect(servername=EVIL)
        assert client.destroyed and client.authorizationError == "ERR_TLS_CERT_ALTNAME_INVALID"


@pytest.mark.parametrize("name", ["A.Example", "a.EXAMPLE", "a.example"])
def testCVE_2026_48618_TheContext(name: str) -> None:
    """The certificate is chosen, and the name compared, without regard to case."""
    made = certificates.make(names=("a.example",))
    with bed() as it:
        it.server.addContext("a.example", {"cert": made.cert, "key": made.key})
        client = it.connect(servername=name, ca=made.ca)
        assert client.authorized and client.getPeerCertificate()["raw"] == made.der


@pytest.mark.parametrize(
    "host, isFine",
    [
        ("a.example", True),
        ("A.EXAMPLE", True),
        ("a.example.", True),
        ("a\u3002example", True),
        ("a\uff0eexample", True),
        ("a.example..", True),  # as Node has it: it is the same name, and nobody else's
        (".a.example", False),
        ("a..example", False),
        ("a.example\0.evil.example", False),
        ("evil.example\u3002a.example", False),
        ("evil\u3002a.example", False),
    ],
)
def testCVE_2026_48928(host: str, isFine: bool) -> None:
    """One normalisation: IDNA, lower case, one dot at the end is none."""
    cert = {"subject": {"CN": "a.example"}, "subjectaltname": "DNS:a.example"}
    assert (tls.checkServerIdentity(host, cert) is None) is isFine


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "127.0.0.01",
        "127.0.0.1 ",
        "0x7f000001",
        "[::1]",
        "::ffff:127.0.0.1",
    ],
)
def testCVE_2026_105483_CVE_2026_106069_CVE_2026_106072(host: str) -> None:
    """Another way to write an address is none, or is compared as the address that it is."""
    cert = {"subject": {"CN": "a"}, "subjectaltname": "IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"}
    assert tls.checkServerIdentity(host, cert) is not None
    assert tls.checkServerIdentity("0:0::1", cert) is None


@pytest_twisted.ensureDeferred
async def testCVE_2025_59465() -> None:
    """A reset behind the handshake, and nobody listens for 'error': an https server goes on."""
    made = certificates.make()
    server = https.createServer({"cert": made.cert, "key": made.key}, lambda req, res: res.end("hello"))
    server.listen(0, "127.0.0.1")
    await event(server, "listening")
    for _ in range(3):
        secured = event(server, "secureConnection")
        client = tls.connect(port=server.address().port, host="127.0.0.1", ca=made.ca)
        socket = await secured
        closed = event(socket, "close")
        client.on("error", lambda error: None)
        client.resetAndDestroy()
        await closed
    request = https.get(port=server.address().port, host="127.0.0.1", ca=made.ca, agent=False)
    response = await event(request, "response")
    response.resume()
    await event(response, "close")
    server.close()
    await event(server, "close")


def testCVE_2025_59464() -> None:
    """Reading the peer's certificate leaks nothing: 1,000 here, 10,000 with NODECOMPAT_LONG_TESTS=1."""
    with bed(made=certificates.make("chain")) as it:
        client, _ = it.pair(servername="localhost")

        def read(count: int) -> None:
            for _ in range(count):
                client.getPeerCertificate(True)
                client.getPeerX509Certificate()

        read(200)
        gc.collect()
        before = residentBytes()
        count = 10_000 if LONG else 1000
        read(count)
        gc.collect()
        assert residentBytes() - before < 3 << 20  # with a certificate each it would be twice that


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testCVE_2020_8265(version: str) -> None:
    """A write to a stream that is destroyed meanwhile, from its own callback and behind it."""
    with bed(maxVersion=version) as it:
        client, _ = it.pair()
        told: list[Any] = []

        def written(error: Any = None) -> None:
            told.append(getattr(error, "code", None))
            client.destroy()
            client.write(b"more", lambda error: told.append(error.code))

        it.net.capacity = 10
        client.write(b"x" * 10, written)
        client.write(b"y" * 1_000_000, lambda error=None: told.append(getattr(error, "code", None)))
        it.net.run()
        assert told[0] is None and len(told) == 3 and set(told[1:]) <= {"ERR_STREAM_DESTROYED", "ECANCELED"}
        assert client.destroyed and it.log[-1] == "client close"


ODD: dict[str, bytes] = {
    "UTF8String that is none": der.encode(0x0C, b"a\xff\xfe\xc3"),
    "BMPString of odd length": der.encode(0x1E, b"\0a\0"),
    "UniversalString of odd length": der.encode(0x1C, b"\0\0\0a\0"),
    "PrintableString with NUL": der.encode(0x13, b"localhost\0.example"),
    "IA5String with high bytes": der.encode(0x16, b"loc\xe9l"),
    "an integer": der.encode(0x02, b"\x05"),
    "nothing": der.encode(0x0C, b""),
    "T61String": der.encode(0x14, bytes(range(128, 160))),
}


def odd(made: certificates.Made, value: bytes) -> bytes:
    """The certificate, with this for a common name, signed by its own key."""
    body, algorithm, _ = der.only(made.der, der.SEQUENCE).parts
    name = der.encode(
        der.SEQUENCE, der.encode(0x31, der.encode(der.SEQUENCE, der.encode(0x06, b"\x55\x04\x03"), value))
    )
    parts = [each.whole for each in body.parts]
    parts[3] = parts[5] = name  # issuer and subject
    signed = der.encode(der.SEQUENCE, *parts)
    signature = made.privateKey.sign(signed, ec.ECDSA(hashes.SHA256()))
    return der.encode(der.SEQUENCE, signed, algorithm.whole, der.encode(der.BIT_STRING, b"\0", signature))


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("isTaken", [True, False])
def testCVE_2019_15604_CVE_2023_30588(name: str, isTaken: bool) -> None:
    """A certificate whose texts are none: whatever is read of it, nothing crashes."""
    made = certificates.make("selfSigned")
    changed = odd(made, ODD[name])
    with network() as net:
        own, other = duplexPair()
        context = tls.createSecureContext(cert=made.cert, key=made.key)
        try:
            context.context.use_certificate(crypto.load_certificate(crypto.FILETYPE_ASN1, changed))
        except crypto.Error:  # then it does not come to the program by a connection either
            with pytest.raises(NodeError):
                X509Certificate(changed)
            return
        tls.TLSSocket(other, isServer=True, secureContext=context).on("error", lambda error: None)
        client = tls.connect(socket=own, servername="localhost", rejectUnauthorized=not isTaken)
        found: list[Any] = []
        client.on("error", found.append)
        client.on(
            "secureConnect", lambda: found.extend((client.getPeerCertificate(True), client.getPeerX509Certificate()))
        )
        net.run()
        if isTaken:
            assert found[0]["raw"] == changed and found[1].raw == changed
            assert isinstance(found[1].toString(), str) and found[1].toLegacyObject()["raw"] == changed
        else:
            assert found[0].code == "DEPTH_ZERO_SELF_SIGNED_CERT"


def testAiohttp_3_14_1() -> None:
    """The pool tells two names of one address apart."""
    made = certificates.make(names=("a.example", "b.example"))
    with network() as net:
        names: list[Any] = []
        server = https.createServer(
            {"cert": made.cert, "key": made.key}, lambda req, res: (names.append(req.socket.servername), res.end())
        )
        server.listen(443)
        net.run()
        agent = https.Agent(keepAlive=True)
        for name in ("a.example", "b.example", "a.example", "b.example"):
            https.get(host="127.0.0.1", servername=name, ca=made.ca, agent=agent).on(
                "response", lambda res: res.resume()
            )
            net.run()
        assert names == ["a.example", "b.example"] * 2
        assert agent.totalSocketCount == 2
        agent.destroy()
        server.close()
        net.run()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest_twisted.ensureDeferred
@pytest.mark.parametrize("version, letter", [("-tls1_2", "R"), ("-tls1_3", "K")])
async def testCVE_2011_1473(version: str, letter: str) -> None:
    """A client that renegotiates, or asks for new keys, on and on: it is refused, and others are served."""
    bed = await secureServer(lambda socket: (socket.on("error", lambda error: None), socket.pipe(socket)))
    command = ("openssl", "s_client", "-connect", f"127.0.0.1:{bed.port}", version, "-quiet", "-no_ign_eof")
    lines = f"hello\n{letter}\n" * 100
    run = lambda: subprocess.run(command, input=lines, text=True, capture_output=True, timeout=20)  # noqa: E731
    await deferToThread(run)
    await until(lambda: bed.server.connections == 0)
    client = tls.connect(port=bed.port, host="127.0.0.1", ca=certificates.make().ca)
    client.write(b"still there?")
    assert await event(client, "data") == b"still there?"
    client.destroy()
    await bed.close()
