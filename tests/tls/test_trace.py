"""enableTrace: the messages on stderr."""

from __future__ import annotations

import pytest
from tls.bed import PORT, bed

from nodecompat import process, tls

MESSAGES = ("ClientHello", "ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished")


def testTheOptionShowsMessages(capsys: pytest.CaptureFixture[str]) -> None:
    with bed() as it:
        _, peer = it.pair(enableTrace=True)
        told = capsys.readouterr().err
        for name in MESSAGES:
            assert f"{name}, TLSv1.3" in told
        assert told.startswith("> record Handshake, TLSv1, ")
        assert ">   ClientHello" in told
        assert "<   ServerHello" in told
        peer.write("secret")
        it.net.run()
        told = capsys.readouterr().err
        assert "< record ApplicationData, TLSv1.2, 23 bytes" in told
        assert "secret" not in told


def testAServersOption(capsys: pytest.CaptureFixture[str]) -> None:
    with bed(enableTrace=True) as it:
        it.pair()
        assert "<   ClientHello, TLSv1.3" in capsys.readouterr().err


def testTheMethodBeforeTheHandshake(capsys: pytest.CaptureFixture[str]) -> None:
    with bed() as it:
        client = tls.connect(port=PORT, host="127.0.0.1", ca=it.made.ca)
        client.enableTrace()
        client.enableTrace()
        it.net.run()
        assert capsys.readouterr().err.count(">   ClientHello") == 1
        assert client.authorized


def testTheMethodLaterWarns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Node shows what comes from then on."""
    told: list[str] = []
    monkeypatch.setattr(process, "emitWarning", told.append)
    with bed() as it:
        client, _ = it.pair()
        client.enableTrace()
        assert len(told) == 1
        client.write("x")
        it.net.run()
        assert capsys.readouterr().err == ""
