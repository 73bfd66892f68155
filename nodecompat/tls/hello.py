"""Reads the messages of a handshake that go over the wire in clear: what OpenSSL knows and pyOpenSSL cannot ask for.

What is cut off or missing is nothing; OpenSSL refuses such messages anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["CERTIFICATE_REQUEST", "CLIENT_HELLO", "asksForStatus", "exchange", "message", "offeredAlgorithms"]

CLIENT_HELLO, SERVER_HELLO, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST = 1, 2, 12, 13
_HANDSHAKE = 22  # of a record
_STATUS_REQUEST, _SIGNATURE_ALGORITHMS, _KEY_SHARE = 5, 13, 51
_NAMED_CURVE = 3
_RANDOM = 34  # bytes of a hello before its session id: version and random number


def message(chunks: Sequence[bytes], kind: int) -> bytes | None:
    """The body of the first message of this kind, in clear."""
    data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    flow = data[5:]
    if len(data) < 5 or data[0] != _HANDSHAKE or _size(data, 3) != len(flow):  # not just one record
        flow = _messages(data)
    at = 0
    while at + 4 <= len(flow):
        end = at + 4 + (flow[at + 1] << 16) + _size(flow, at + 2)
        if flow[at] == kind and end <= len(flow):
            return bytes(flow[at + 4 : end])
        at = end
    return None


def _messages(data: bytes) -> bytes:
    """What the records of the handshake carry."""
    flow = bytearray()
    at = 0
    while at + 5 <= len(data):
        end = at + 5 + _size(data, at + 3)
        if data[at] == _HANDSHAKE:
            flow += data[at + 5 : end]
        at = end
    return bytes(flow)


def _size(data: bytes, at: int) -> int:
    """Two bytes as a number."""
    return data[at] << 8 | data[at + 1]


def _extension(hello: bytes, wanted: int, isServers: bool = False) -> bytes:
    """An extension of a ClientHello or ServerHello; nothing where there is none."""
    try:
        at = _RANDOM + 1 + hello[_RANDOM]  # behind the session id
        if isServers:
            at += 3  # the cipher, and the way to compress
        else:
            at += 2 + _size(hello, at)
            at += 1 + hello[at]
        at += 2  # the size of all extensions
        while _size(hello, at) != wanted:
            at += 4 + _size(hello, at + 2)
        return hello[at + 4 : at + 4 + _size(hello, at + 2)]
    except IndexError:
        return b""


def asksForStatus(chunks: Sequence[bytes]) -> bool:
    """Does a client ask for an OCSP response (status_request of type ocsp)?"""
    hello = message(chunks, CLIENT_HELLO)
    return hello is not None and _extension(hello, _STATUS_REQUEST)[:1] == b"\1"


def offeredAlgorithms(chunks: Sequence[bytes], kind: int) -> bytes:
    """The signature algorithms that a ClientHello, or a CertificateRequest of TLS 1.2, lists; two bytes for each."""
    body = message(chunks, kind)
    if body is None:
        return b""
    found = _extension(body, _SIGNATURE_ALGORITHMS) if kind == CLIENT_HELLO else body[1 + body[0] :] if body else b""
    return found[2 : 2 + _size(found, 0)] if len(found) > 1 else b""


def exchange(chunks: Sequence[bytes], isModern: bool, hasHint: bool) -> tuple[int, int]:
    """How a server exchanges keys, as (the number of a group, 0) or (0, the bits of the prime of DHE).

    Args:
        isModern: in TLS 1.3, where the ServerHello says so.
        hasHint: before it stands a hint, as of ECDHE-PSK.
    """
    if isModern:
        hello = message(chunks, SERVER_HELLO)
        share = b"" if hello is None else _extension(hello, _KEY_SHARE, True)
        return int.from_bytes(share[:2], "big"), 0
    body = message(chunks, SERVER_KEY_EXCHANGE)
    if body is None:
        return 0, 0
    if hasHint:
        body = body[2 + int.from_bytes(body[:2], "big") :]
    if body[:1] == bytes((_NAMED_CURVE,)):
        return int.from_bytes(body[1:3], "big"), 0
    size = int.from_bytes(body[:2], "big")
    return 0, int.from_bytes(body[2 : 2 + size], "big").bit_length()
