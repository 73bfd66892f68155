"""What `enableTrace` writes: the messages of a connection as OpenSSL reads and writes them, in clear.

Node prints what `openssl s_client -trace` does, whose form is nobody's promise; here it is a line for each record and
message, with the bytes of what is no data of the program's.
"""

from __future__ import annotations

import sys

__all__ = ["HANDSHAKE", "NEW_SESSION_TICKET", "printTrace"]

#: A message of the handshake, as the callback of messages numbers kinds, and one of those.
HANDSHAKE, NEW_SESSION_TICKET = 22, 4

_RECORDS = {20: "ChangeCipherSpec", 21: "Alert", 22: "Handshake", 23: "ApplicationData"}
_MESSAGES = {
    0: "HelloRequest",
    1: "ClientHello",
    2: "ServerHello",
    4: "NewSessionTicket",
    5: "EndOfEarlyData",
    8: "EncryptedExtensions",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    20: "Finished",
    22: "CertificateStatus",
    24: "KeyUpdate",
}
_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
_HEAD, _INNER = 256, 257  # the head of a record, and the kind inside an encrypted one (SSL3_RT_…)
_WIDTH = 16  # bytes in a line


def printTrace(isSent: bool, version: int, kind: int, data: bytes) -> None:
    """Describe a message on stderr."""
    arrow = ">" if isSent else "<"
    if kind == _HEAD:
        size = int.from_bytes(data[3:5], "big")
        name = _RECORDS.get(data[0], data[0])
        version = int.from_bytes(data[1:3], "big")
        lines = [f"{arrow} record {name}, {_VERSIONS.get(version, hex(version))}, {size} bytes"]
    elif kind == _INNER:
        lines = [f"{arrow}   inside: {_RECORDS.get(data[0], data[0])}"]
    else:
        name = _MESSAGES.get(data[0], data[0]) if kind == HANDSHAKE and data else _RECORDS.get(kind, kind)
        lines = [f"{arrow}   {name}, {_VERSIONS.get(version, hex(version))}, {len(data)} bytes"]
        lines += [f"    {at:04x}  {data[at : at + _WIDTH].hex(' ')}" for at in range(0, len(data), _WIDTH)]
    sys.stderr.write("\n".join(lines) + "\n")
