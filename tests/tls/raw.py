"""TLS peers of the standard library, blocking, for threads: nothing of the package under test is on their side."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faultbed import Bed, event
from tls import certificates
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from nodecompat import tls

MADE = certificates.make()
#: Seconds after which nothing comes any more.
HANGS = 20


class Peer:
    """One end, over a socket that is connected."""

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, isServer: bool = False) -> None:
        self.plain = plain
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.into, self.out, isServer, None if isServer else "localhost")
        plain.settimeout(HANGS)
        self._do(self.session.do_handshake)

    def _do(self, step: Callable[[], Any]) -> Any:
        while True:
            try:
                found = step()
            except ssl.SSLWantReadError:
                self.flush()
                data = self.plain.recv(65536)
                if data:
                    self.into.write(data)
                else:
                    self.into.write_eof()
                continue
            self.flush()
            return found

    def flush(self) -> None:
        if self.out.pending:
            self.plain.sendall(self.out.read())

    def sendall(self, data: bytes) -> None:
        self._do(lambda: self.session.write(data))

    def recv(self, size: int) -> bytes:
        """Nothing at TLS' end; ssl.SSLEOFError at one without it."""
        try:
            return bytes(self._do(lambda: self.session.read(size)))
        except ssl.SSLZeroReturnError:
            return b""

    def closeForWriting(self) -> None:
        """TLS' own end, and no wait for the answer."""
        try:
            self.session.unwrap()
        except ssl.SSLWantReadError:
            pass
        self.flush()

    def unwrap(self) -> socket.socket:
        """TLS' own end, and the peer's. Returns the plain socket."""
        self._do(self.session.unwrap)
        return self.plain

    def shutdown(self, how: int) -> None:
        """An end of the connection below, without TLS' own."""
        self.plain.shutdown(how)

    def close(self) -> None:
        self.plain.close()


def connectSecurely(port: int, **attributes: Any) -> Peer:
    """A client that trusts the tests' authority; attributes of its context may be set."""
    context = ssl.create_default_context(cadata=MADE.ca)
    for name, value in attributes.items():
        setattr(context, name, value)
    return Peer(socket.create_connection(("127.0.0.1", port), HANGS), context)


def serveRaw(answer: Callable[[Peer], Any], made: certificates.Made = MADE) -> tuple[int, Deferred[Any]]:
    """A server that takes one connection in a thread, and lets `answer` have it. The port, and when it is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(HANGS)
    context = serverContext(made)

    def serve() -> None:
        with listener:
            plain, _ = listener.accept()
        with plain:
            answer(Peer(plain, context, True))

    return listener.getsockname()[1], deferToThread(serve)


def serverContext(made: certificates.Made = MADE) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        cert, key, _ = made.write(Path(folder))
        context.load_cert_chain(cert, key)
    return context


def clientHello(context: ssl.SSLContext | None = None) -> bytes:
    """The first flight of a client."""
    out = ssl.MemoryBIO()
    session = (context or ssl.create_default_context()).wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


async def secureServer(onSecure: Any = None, **options: Any) -> Bed:
    """A tls server on a free port, with the tests' certificate."""
    server = tls.createServer({"cert": MADE.cert, "key": MADE.key, **options}, onSecure)
    bed = Bed(server)
    server.listen(0, "127.0.0.1")
    await event(server, "listening")
    return bed


async def warm() -> None:
    """Open what the first connection of a process opens for good, before descriptors are counted."""
    bed = await secureServer()
    failed = event(bed.server, "tlsClientError")
    bed.connect().shutdown(socket.SHUT_RDWR)
    await failed
    await bed.close()
