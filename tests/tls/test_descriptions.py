"""Descriptions of endpoints with TLS as options."""

from __future__ import annotations

from pathlib import Path

import pytest
from tls import certificates
from twisted.internet.endpoints import quoteStringArgument

from nodecompat.errors import ERR_INVALID_ARG_VALUE
from nodecompat.tls import descriptions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """cert.pem, key.pem, ca.pem and both.pem of one host; cas with the authority."""
    made = certificates.make()
    made.write(tmp_path)
    (tmp_path / "both.pem").write_text(made.key + made.cert)
    (tmp_path / "cas").mkdir()
    (tmp_path / "cas" / "a.pem").write_text(made.ca)
    (tmp_path / "cas" / "note.txt").write_text("no certificate")
    return tmp_path


def testAClient() -> None:
    found = descriptions.target("tls:example.com:443")
    assert found.options == {"host": "example.com", "port": 443, "servername": "example.com", "allowHalfOpen": True}
    assert (found.endpoint, found.timeout) == (None, 30_000.0)


@pytest.mark.parametrize("kind", ["tls", "ssl"])
def testPartsByNameAndEscaped(kind: str) -> None:
    found = descriptions.target(rf"{kind}:port=8443:host=\:\:1:timeout=5:bindAddress=127.0.0.2")
    assert found.options["host"] == "::1" and found.options["servername"] == ""
    assert (found.options["port"], found.options["localAddress"], found.timeout) == (8443, "127.0.0.2", 5000.0)


def testAnInternationalName() -> None:
    found = descriptions.target("tls:bücher.example:443")
    assert found.options["host"] == found.options["servername"] == "xn--bcher-kva.example"


@pytest.mark.parametrize("form", ["certificate={0}/cert.pem:privateKey={0}/key.pem", "certificate={0}/both.pem"])
def testAClientsCertificate(folder: Path, form: str) -> None:
    options = descriptions.target(f"tls:a:1:{form.format(quoteStringArgument(str(folder)))}").options
    assert b"BEGIN CERTIFICATE" in options["cert"] and b"PRIVATE KEY" in options["key"]


@pytest.mark.parametrize("form", ["tls:a:1:trustRoots={}", "ssl:a:1:caCertsDir={}"])
def testAFolderOfAuthorities(folder: Path, form: str) -> None:
    options = descriptions.target(form.format(quoteStringArgument(str(folder / "cas")))).options
    assert options["ca"] == [(folder / "cas" / "a.pem").read_bytes()]


def testTheEndpointBelow() -> None:
    found = descriptions.target(r"tls:a.test:443:endpoint=tcp\:127.0.0.1\:8443")
    assert found.endpoint == "tcp:127.0.0.1:8443" and found.options["servername"] == "a.test"


def testAnotherNameThanTheHost() -> None:
    assert descriptions.target("ssl:127.0.0.1:443:hostname=a.test").options["servername"] == "a.test"


def testAServer(folder: Path) -> None:
    found = descriptions.place(f"ssl:443:privateKey={folder}/key.pem:certKey={folder}/cert.pem:interface=127.0.0.1")
    assert found.endpoint == "tcp:443:backlog=50:interface=127.0.0.1"
    assert set(found.options) == {"key", "cert"} and found.contexts == []


def testAServersOtherFiles(folder: Path) -> None:
    extra = f"extraCertChain={folder}/ca.pem:dhParameters={folder}/ca.pem:sslmethod=TLSv1_2_METHOD"
    found = descriptions.place(f"ssl:443:{folder}/both.pem:{extra}")
    assert found.options["cert"].count(b"BEGIN CERTIFICATE") == 2
    assert found.options["dhparam"] == (folder / "ca.pem").read_bytes()
    assert found.options["secureProtocol"] == "TLSv1_2_method"


@pytest.mark.parametrize("method", ["SSLv23_METHOD", "TLS_METHOD", "TLS_SERVER_METHOD"])
def testTheMethodOfAnyVersionMeansOurDefault(folder: Path, method: str) -> None:
    """1.2 and 1.3: not what OpenSSL would allow besides."""
    assert "secureProtocol" not in descriptions.place(f"ssl:443:{folder}/both.pem:sslmethod={method}").options


def testAFolderOfCertificates(tmp_path: Path) -> None:
    one, other = certificates.make(names=("a.test", "*.a.test")), certificates.make(names=("b.test",))
    (tmp_path / "1.pem").write_text(one.key + one.cert)
    (tmp_path / "2.pem").write_text(other.key + other.cert)
    found = descriptions.place(f"tls:{tmp_path}:8443")
    assert found.endpoint == r"tcp6:8443:backlog=50:interface=\:\:"
    assert [name for name, _ in found.contexts] == ["a.test", "*.a.test", "b.test"]
    assert found.options["key"] == (tmp_path / "1.pem").read_bytes()


def testTheAddressOfTheClientIsReadFirst(folder: Path) -> None:
    assert descriptions.place(f"haproxy:ssl:443:{folder}/both.pem").endpoint == "haproxy:tcp:443:backlog=50"


@pytest.mark.parametrize(
    ("description", "why"),
    [
        ("tls:a", "needs a host and a port"),
        ("tls:a:x", "has no number for port: 'x'"),
        ("tls:a:1:timeout=soon", "has no number for timeout: 'soon'"),
        ("tls:a:1:color=blue", "has an option that there is not: 'color'"),
        ("ssl:a:1:trustRoots=x", "has an option that there is not: 'trustRoots'"),
        ("tls:a:1:port=2", "gives 'port' twice"),
        ("tls:a:1:trustRoots=/not/there", "names a folder that there is not: /not/there"),
        ("tls:a:1:privateKey=x", "has a key, but no certificate"),
        ("tls:a:1:2:3:4:5:6:7:8", "has too many parts: '8'"),
        ("tls:ö..de:1", "has no name of a host: "),
        ("ssl:a:1:hostname=127.0.0.1", "has an address for hostname"),
    ],
)
def testWrongClients(description: str, why: str) -> None:
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        descriptions.target(description)
    assert caught.value.message.startswith(f"The argument 'endpoint' {why}")
    assert caught.value.message.endswith(f"Received '{description}'")


@pytest.mark.parametrize(
    ("description", "why"),
    [
        ("ssl:", "has no number for port: ''"),
        ("ssl:interface=a", "needs a port"),
        ("tls:", "names a folder that there is not"),
        ("tls:port=1", "needs a path"),
        ("ssl:1:{}/both.pem:sslmethod=SSLv3_METHOD", "has the sslmethod SSLv3_METHOD"),
        ("tls:{}/empty", "has a folder without a file"),
    ],
)
def testWrongServers(folder: Path, description: str, why: str) -> None:
    (folder / "empty").mkdir()
    if description == "tls:":
        description = "tls:/not/there"
    with pytest.raises(ERR_INVALID_ARG_VALUE) as caught:
        descriptions.place(description.format(folder))
    assert why in caught.value.message


def testAFileThatIsNotThere() -> None:
    with pytest.raises(FileNotFoundError):
        descriptions.place("ssl:1:privateKey=/not/there.pem")
