"""Ends of TLS 1.3 connections that finish their handshake by the rules, and then send whatever records they like."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from tls import certificates

from nodecompat import tls
from nodecompat.reactor.tls.session import DONE, Session
from nodecompat.testing import Network, Peer

#: Kinds of records.
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
#: Messages of a handshake, whole; the second also asks for the other side's.
KEY_UPDATE, KEY_UPDATE_ASKED = b"\x18\0\0\1\0", b"\x18\0\0\1\1"
CLOSE_NOTIFY = b"\1\0"
CIPHER = "TLS_AES_128_GCM_SHA256"
MADE = certificates.make()


class Forger:
    """What one end encrypts with, and the peer that sends it."""

    def __init__(self, peer: Peer, secret: bytes, sequence: int) -> None:
        self.peer = peer
        self._use(secret, sequence)

    def _use(self, secret: bytes, sequence: int = 0) -> None:
        self.secret, self.sequence = secret, sequence
        self.cipher, self.start = AESGCM(_expand(secret, "key", 16)), _expand(secret, "iv", 12)

    def record(self, kind: int, data: bytes, padding: int = 0) -> bytes:
        """A record of this kind. One that is nothing but padding has kind 0."""
        inner = data + bytes((kind,)) + bytes(padding)
        head = b"\x17\3\3" + (len(inner) + 16).to_bytes(2, "big")
        nonce = (int.from_bytes(self.start, "big") ^ self.sequence).to_bytes(12, "big")
        self.sequence += 1
        return head + self.cipher.encrypt(nonce, inner, head)

    def keyUpdate(self, message: bytes = KEY_UPDATE) -> bytes:
        made = self.record(HANDSHAKE, message)
        self._use(_expand(self.secret, "traffic upd", 32))
        return made

    def send(self, kind: int, data: bytes) -> None:
        self.peer.send(self.record(kind, data))


def _expand(secret: bytes, label: str, size: int) -> bytes:
    name = b"tls13 " + label.encode()
    info = size.to_bytes(2, "big") + bytes((len(name),)) + name + b"\0"
    return HKDFExpand(hashes.SHA256(), size, info).derive(secret)


def client(net: Network, port: int) -> Forger:
    """A client of the server on this port."""
    return _shakeHands(net, net.connect(port), tls.createSecureContext(ciphers=CIPHER), False)


def server(net: Network, peer: Peer) -> Forger:
    """The server of a client that has connected."""
    return _shakeHands(net, peer, tls.createSecureContext(ciphers=CIPHER, cert=MADE.cert, key=MADE.key), True)


def _shakeHands(net: Network, peer: Peer, context: Any, isServer: bool) -> Forger:
    lines: dict[bytes, bytes] = {}
    context.context.set_keylog_callback(lambda connection, line: lines.update([line.split()[::2]]))
    session = Session(context.context, isServer)
    sent = b""
    for _ in range(5):
        net.run()
        session.feed(peer.take())
        result = session.shakeHands()
        sent = session.take()
        peer.send(sent)
        if result == DONE:
            break
    net.run()
    peer.take()
    secret = lines[b"SERVER_TRAFFIC_SECRET_0" if isServer else b"CLIENT_TRAFFIC_SECRET_0"]
    # Of what a server has sent last, all is encrypted so: its tickets. A client's last flight is not.
    return Forger(peer, bytes.fromhex(secret.decode()), _records(sent) if isServer else 0)


def _records(data: bytes) -> int:
    count = place = 0
    while place < len(data):
        place += 5 + int.from_bytes(data[place + 3 : place + 5], "big")
        count += 1
    return count
