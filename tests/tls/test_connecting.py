"""`tls.connect`: its forms, and who is trusted by default."""

from __future__ import annotations

from typing import Any

import pytest
from tls import certificates
from tls.bed import PORT, bed

from nodecompat import process, tls
from nodecompat.tls import connecting


@pytest.mark.parametrize("form", ["options", "keywords", "port", "port and options", "port, host and options"])
def testForms(form: str) -> None:
    with bed() as it:
        told: list[str] = []
        rest: dict[str, Any] = {"ca": it.made.ca}
        client = {
            "options": lambda: tls.connect({"port": PORT, "host": "127.0.0.1", **rest}, lambda: told.append("secure")),
            "keywords": lambda: tls.connect(port=PORT, host="127.0.0.1", **rest),
            "port": lambda: tls.connect(PORT, "127.0.0.1", rejectUnauthorized=False),
            "port and options": lambda: tls.connect(PORT, {"host": "127.0.0.1", **rest}, lambda: told.append("secure")),
            "port, host and options": lambda: tls.connect(PORT, "127.0.0.1", rest, lambda: told.append("secure")),
        }[form]()
        it.net.run()
        assert len(it.accepted) == 1 and client.getProtocol() == "TLSv1.3"
        assert told == ([] if form in ("keywords", "port") else ["secure"])


def testNobodyIsTrustedWithoutAnAuthority() -> None:
    with bed() as it:
        it.connect(ca=...)
        assert "client secureConnect" not in it.log and it.log[-1] != "client secureConnect"
        assert any(str(each).startswith("client error UNABLE_TO_VERIFY") for each in it.log)


def testTheEnvironmentMayTrustEverybody(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(process, "emitWarning", warned.append)
    monkeypatch.setattr(connecting, "_hasWarned", False)
    monkeypatch.setenv("NODE_TLS_REJECT_UNAUTHORIZED", "0")
    with bed(made=certificates.make("expired")) as it:
        for _ in range(2):
            client = it.connect()
            assert (client.authorized, client.authorizationError) == (False, "CERT_HAS_EXPIRED")
        assert len(warned) == 1 and "NODE_TLS_REJECT_UNAUTHORIZED" in warned[0]


def testTimeout() -> None:
    with bed() as it:
        client = it.connect(timeout=500)
        it.watch("client", client, "timeout")
        it.net.advance(600)
        assert it.log[-1] == "client timeout"


@pytest.mark.parametrize(
    "options, code",
    [
        ({"checkServerIdentity": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"ciphers": 5}, "ERR_INVALID_ARG_TYPE"),
        ({"ALPNProtocols": ["x" * 300]}, "ERR_OUT_OF_RANGE"),
    ],
)
def testWhatIsRefusedAtOnce(options: dict[str, Any], code: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        tls.connect(port=PORT, **options)
    assert caught.value.code == code  # type: ignore[union-attr]
