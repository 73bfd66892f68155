"""What OpenSSL tells of a session while it is traced: the messages of the handshake, alerts, and how it came out.

OpenSSL calls back with each state that it comes to (`SSL_set_info_callback`), never for data. The names of its states
("SSLv3/TLS write client hello") are turned into those of the messages in the standards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..tracing import hook
from .callbacks import ffi, lib
from .session import Session

_STATE = re.compile(r".* (read|write) (?:server |client )?(.+)\Z")
_WHO = re.compile(r".* (?:read|write) (server|client) ")
#: What is not the state's name in one word.
_MESSAGES = {
    "done": "ServerHelloDone",
    "session ticket": "NewSessionTicket",
}
#: RFC 8446, section 6; and those of TLS 1.2.
ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
#: OpenSSL's SSL_CB_… of what it calls back for.
_LOOP, _WRITE, _ALERT, _DONE = 0x01, 0x08, 0x4000, 0x20
_FATAL = 2

Tell = Callable[..., object]


class _Watch:
    """A session that is watched."""

    __slots__ = ("last", "session", "tell")

    def __init__(self, session: Session, tell: Tell) -> None:
        self.session = session
        self.tell = tell
        #: The last state: OpenSSL repeats it when it goes on.
        self.last = ""

    def onInfo(self, pointer: Any, where: int, value: int) -> None:
        if where & _ALERT:
            name = ALERTS.get(value & 0xFF, f"alert {value & 0xFF}")
            self.tell(hook.ALERT_SENT if where & _WRITE else hook.ALERT_RECEIVED, name, value >> 8 == _FATAL)
        elif where == _DONE:
            self._tellOutcome()
        elif where & _LOOP:
            state = ffi.string(lib.SSL_state_string_long(pointer)).decode("latin-1")
            if state != self.last:
                self.last = state
                self._tellMessage(state)

    def _tellMessage(self, state: str) -> None:
        found = _STATE.match(state)
        if found is not None:
            self.tell(hook.TLS_SENT if found[1] == "write" else hook.TLS_RECEIVED, messageName(state))

    def _tellOutcome(self) -> None:
        session = self.session
        connection = session.connection
        if session.isReused():
            self.tell(hook.RESUMED)
        elif connection.get_peer_certificate() is not None:
            result = session.verifyResult()
            why = ffi.string(lib.X509_verify_cert_error_string(result)).decode("latin-1") if result else ""
            self.tell(hook.VERIFIED, why)
        self.tell(hook.SECURE, f"{connection.get_protocol_version_name()} {connection.get_cipher_name()}")


def messageName(state: str) -> str:
    """The message that a state of OpenSSL's is about: "SSLv3/TLS write client hello" is "ClientHello"."""
    found = _STATE.match(state)
    assert found is not None, "a state that reads or writes something"
    words = found[2]
    if words == "hello" or words == "key exchange":
        who = _WHO.match(state)
        # In TLS 1.2 the server's own key exchange is not said to be a server's.
        return f"{who[1].title() if who else 'Server'}{words.title()}".replace(" ", "")
    return _MESSAGES.get(words) or words.title().replace(" ", "")


_watched: dict[int, _Watch] = {}


def _place(pointer: Any) -> int:
    return int(ffi.cast("intptr_t", pointer))


@ffi.callback("void(SSL *, int, int)")  # type: ignore[untyped-decorator]
def _onInfo(pointer: Any, where: int, value: int) -> None:
    watch = _watched.get(_place(pointer))
    if watch is not None:
        watch.onInfo(pointer, where, value)


def watch(session: Session, tell: Tell | None) -> None:
    """Call `tell(step, *details)`, the steps of `tracing/hook.py`, from now on; None: no longer."""
    pointer = session.connection._ssl
    if tell is None:
        _watched.pop(_place(pointer), None)
        lib.SSL_set_info_callback(pointer, ffi.NULL)
    else:
        _watched[_place(pointer)] = _Watch(session, tell)
        lib.SSL_set_info_callback(pointer, _onInfo)
