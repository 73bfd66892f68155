"""What the program's `pskCallback` answers: keys that both sides know already (PSK).

Node: https://nodejs.org/api/tls.html#pre-shared-keys
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..encodings import toBytes
from ..errors import ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE
from ..validators import validateObject, validateString

__all__ = ["clientKey", "serverKey"]

#: Bytes; OpenSSL's limits (PSK_MAX_PSK_LEN, PSK_MAX_IDENTITY_LEN).
MAX_KEY, MAX_IDENTITY = 512, 256
_VIEWS = ("Buffer", "TypedArray", "DataView")


def clientKey(answer: Any) -> tuple[bytes, bytes] | None:
    """A client's identity and key; None when it has none.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    if answer is None:
        return None
    validateObject(answer, "ret")
    key = _key(answer.get("psk"))
    identity = answer.get("identity")
    validateString(identity, "identity")
    name: bytes = identity.encode()
    if len(name) > MAX_IDENTITY:
        raise ERR_INVALID_ARG_VALUE("identity", identity, f"PSK identity exceeds {MAX_IDENTITY} bytes")
    return name, key


def serverKey(answer: Any) -> bytes | None:
    """The key of a client's identity, also as `{"psk"}`; None when it is not known.

    Raises: ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE.
    """
    if answer is None:
        return None
    if isinstance(answer, Mapping):
        return _key(answer.get("psk"))
    if toBytes(answer) is None:
        raise ERR_INVALID_ARG_TYPE("ret", (*_VIEWS, "Object"), answer)
    return _key(answer)


def _key(given: Any) -> bytes:
    key = toBytes(given)
    if key is None:
        raise ERR_INVALID_ARG_TYPE("psk", _VIEWS, given)
    if len(key) > MAX_KEY:
        raise ERR_INVALID_ARG_VALUE("psk", given, f"Pre-shared key exceeds {MAX_KEY} bytes")
    return bytes(key)
