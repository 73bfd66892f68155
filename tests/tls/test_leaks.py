"""Handshakes that fail, many of each kind: no descriptor, no object and no memory is left.

Forty of each here, 2,000 with NODECOMPAT_LONG_TESTS=1.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

import pytest
import pytest_twisted
from faultbed import event, openDescriptors, reset, residentBytes, until
from tls import certificates
from tls.bed import PORT, Bed, bed
from tls.raw import clientHello, secureServer, warm

from nodecompat import tls
from nodecompat.reactor.tls.handle import TLSHandle
from nodecompat.reactor.tls.session import Session

LONG = os.environ.get("NODECOMPAT_LONG_TESTS") == "1"
COUNT = 2000 if LONG else 40
#: What a process may grow by for reasons of its own.
SLACK = 3 << 20
HELLO = clientHello()
STRANGERS = certificates.authority("strangers").cert
ME = certificates.make(names=("me@example.com",), ca=certificates.authority("strangers"))


def refuse(*args: Any) -> None:
    raise KeyError


def forget(*args: Any) -> None:
    """Never answer."""


def sends(data: bytes, goes: str = "close") -> Callable[[Bed], None]:
    """A raw client that sends this."""

    def play(it: Bed) -> None:
        peer = it.net.connect(PORT)
        peer.send(data)
        it.net.run()
        getattr(peer, goes)()
        it.net.run()
        peer.close()

    return play


def asks(**options: Any) -> Callable[[Bed], None]:
    """A client with these options."""
    return lambda it: it.connect(**options)


def silent(it: Bed) -> None:
    peer = it.net.connect(PORT)
    peer.send(HELLO)
    it.net.advance(1001)
    peer.close()


#: Options of the server, and what its client does.
KINDS: dict[str, tuple[dict[str, Any], Callable[[Bed], None]]] = {
    "nothing": ({}, sends(b"")),
    "half a hello": ({}, sends(HELLO[:100])),
    "a hello and no more": ({}, sends(HELLO)),
    "a hello and a reset": ({}, sends(HELLO, "reset")),
    "a hello and FIN": ({}, sends(HELLO, "end")),
    "garbage": ({}, sends(bytes(range(256)))),
    "plain HTTP": ({}, sends(b"GET / HTTP/1.1\r\n\r\n")),
    "silence": ({"handshakeTimeout": 1000}, silent),
    "no version": ({"minVersion": "TLSv1.3"}, asks(maxVersion="TLSv1.2")),
    "no cipher": ({"ciphers": "TLS_AES_128_GCM_SHA256"}, asks(ciphers="TLS_AES_256_GCM_SHA384")),
    "no protocol": ({"ALPNProtocols": ["a"]}, asks(ALPNProtocols=["b"])),
    "nothing to offer": ({}, asks(secureProtocol="TLSv1_method")),
    "a server that is not trusted": ({}, asks(ca=STRANGERS)),
    "a server of another name": ({}, asks(servername="other.example")),
    "a check that refuses": ({}, asks(checkServerIdentity=lambda host, cert: ValueError(host))),
    "no certificate of the client's": ({"requestCert": True}, asks()),
    "a client that is not trusted": ({"requestCert": True}, asks(cert=ME.cert, key=ME.key)),
    "the same in TLS 1.2": ({"requestCert": True, "maxVersion": "TLSv1.2"}, asks(cert=ME.cert, key=ME.key)),
    "SNICallback raises": ({"SNICallback": refuse}, asks(servername="a")),
    "SNICallback refuses": ({"SNICallback": lambda name, answer: answer(KeyError())}, asks(servername="a")),
    "SNICallback never answers": (
        {"SNICallback": lambda name, answer: None, "handshakeTimeout": 1},
        asks(servername="a"),
    ),
    "ALPNCallback raises": ({"ALPNCallback": refuse}, asks(ALPNProtocols=["a"])),
    "a session that is none": ({}, asks(session=b"none", servername="other.example")),
}


def alive() -> int:
    gc.collect()
    return sum(isinstance(each, (tls.TLSSocket, Session, TLSHandle)) for each in gc.get_objects())


@pytest.mark.parametrize("name", KINDS)
def testNoMemoryIsLeft(name: str) -> None:
    options, play = KINDS[name]
    with bed(**options) as it:

        def many(count: int) -> None:
            for _ in range(count):
                play(it)
                it.net.advance(2)
                it.log.clear()
            it.accepted.clear()
            it.sessions.clear()

        many(10)
        objects, memory, handles = alive(), residentBytes(), len(it.net.handles)
        many(COUNT)
        assert (alive(), len(it.net.handles)) == (objects, handles)
        assert residentBytes() - memory < SLACK
        assert it.server.connections == 0


@pytest_twisted.ensureDeferred
@pytest.mark.parametrize(
    "sent", [b"", HELLO[:100], HELLO, b"GET / HTTP/1.1\r\n\r\n"], ids=["nothing", "a part", "a hello", "plain text"]
)
async def testNoDescriptorIsLeft(sent: bytes) -> None:
    """Real sockets, half of them reset."""
    await warm()
    before = openDescriptors()
    bed = await secureServer()
    for number in range(COUNT // 2):
        failed = event(bed.server, "tlsClientError")
        peer = bed.connect()
        peer.send(sent)
        reset(peer) if number % 2 else peer.close()
        await failed
        bed.peers.clear()
        bed.sockets.clear()
    await until(lambda: bed.server.connections == 0)
    await bed.close()
    assert openDescriptors() <= before
