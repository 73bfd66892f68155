"""Reads the messages of a handshake that go over the wire in clear: what OpenSSL knows and pyOpenSSL cannot ask for.

What is cut off or missing is nothing; OpenSSL refuses such messages anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["CERTIFICATE_REQUEST", "CLIENT_HELLO", "asksForStatus", "exchange", "message", "offeredAlgorithms"]

CLIENT_HELLO, SERVER_HELLO, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST = 1, 2, 12, 13
_HANDSHAKE = 22  # of a record
_STATUS_REQUEST, _SIGNATURE_ALGORITHMS, _KEY_SHARE = 5, 13, 51
_NAMED_CURVE = 3
_RANDOM = 34  # bytes of a hello before its session id: version and random number


def message(chunks: Iterable[bytes], kind: int) -> bytes | None:
    """The body of the first message of this kind, in clear."""
    data = b"".join(chunks)
    flow = bytearray()
    at = 0
    while at + 5 <= len(data):
        end = at + 5 + int.from_bytes(data[at + 3 : at + 5], "big")
        if data[at] == _HANDSHAKE:
            flow += data[at + 5 : end]
        at = end
    at = 0
    while at + 4 <= len(flow):
        end = at + 4 + int.from_bytes(flow[at + 1 : at + 4], "big")
        if flow[at] == kind and end <= len(flow):
            return bytes(flow[at + 4 : end])
        at = end
    return None


def _extension(hello: bytes, wanted: int, isServers: bool = False) -> bytes | None:
    """An extension of a ClientHello or ServerHello."""
    at = _RANDOM + 1 + int.from_bytes(hello[_RANDOM : _RANDOM + 1], "big")  # behind the session id
    if isServers:
        at += 3  # the cipher, and the way to compress
    else:
        at += 2 + int.from_bytes(hello[at : at + 2], "big")
        at += 1 + int.from_bytes(hello[at : at + 1], "big")
    at += 2  # the size of all extensions
    while at + 4 <= len(hello):
        size = int.from_bytes(hello[at + 2 : at + 4], "big")
        if int.from_bytes(hello[at : at + 2], "big") == wanted:
            return hello[at + 4 : at + 4 + size]
        at += 4 + size
    return None


def asksForStatus(chunks: Iterable[bytes]) -> bool:
    """Does a client ask for an OCSP response (status_request of type ocsp)?"""
    hello = message(chunks, CLIENT_HELLO)
    found = None if hello is None else _extension(hello, _STATUS_REQUEST)
    return found is not None and found[:1] == b"\1"


def offeredAlgorithms(chunks: Iterable[bytes], kind: int) -> list[int]:
    """The signature algorithms that a ClientHello, or a CertificateRequest of TLS 1.2, lists."""
    body = message(chunks, kind)
    if body is None:
        return []
    if kind == CLIENT_HELLO:
        found = _extension(body, _SIGNATURE_ALGORITHMS) or b""
    else:
        found = body[1 + int.from_bytes(body[:1], "big") :]
    size = int.from_bytes(found[:2], "big")
    return [int.from_bytes(found[at : at + 2], "big") for at in range(2, min(2 + size, len(found)), 2)]


def exchange(chunks: Iterable[bytes], isModern: bool, hasHint: bool) -> tuple[int, int]:
    """How a server exchanges keys, as (the number of a group, 0) or (0, the bits of the prime of DHE).

    Args:
        isModern: in TLS 1.3, where the ServerHello says so.
        hasHint: before it stands a hint, as of ECDHE-PSK.
    """
    if isModern:
        hello = message(chunks, SERVER_HELLO)
        share = None if hello is None else _extension(hello, _KEY_SHARE, True)
        return int.from_bytes((share or b"")[:2], "big"), 0
    body = message(chunks, SERVER_KEY_EXCHANGE)
    if body is None:
        return 0, 0
    if hasHint:
        body = body[2 + int.from_bytes(body[:2], "big") :]
    if body[:1] == bytes((_NAMED_CURVE,)):
        return int.from_bytes(body[1:3], "big"), 0
    size = int.from_bytes(body[:2], "big")
    return 0, int.from_bytes(body[2 : 2 + size], "big").bit_length()
