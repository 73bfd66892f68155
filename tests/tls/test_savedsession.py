"""A look into sessions as OpenSSL writes them down."""

from __future__ import annotations

import pytest
from tls.bed import bed

from nodecompat import tls
from nodecompat.tls.savedsession import sessionBytes, sessionId, ticketIn

NO_TICKET = 1 << 14  # SSL_OP_NO_TICKET


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def testTheTicketOfASession(version: str) -> None:
    with bed(maxVersion=version) as it:
        it.connect()
        (*_, session) = it.sessions
        ticket = ticketIn(session)
        assert ticket is not None
        assert ticket in session
        assert len(sessionId(session)) == 32


def testASessionWithoutATicket() -> None:
    with bed(maxVersion="TLSv1.2", secureOptions=NO_TICKET) as it:
        it.connect()
        assert ticketIn(it.sessions[0]) is None
        assert len(sessionId(it.sessions[0])) == 32


def testASessionIsBytesOrAText() -> None:
    assert sessionBytes("\xffa") == sessionBytes(memoryview(b"\xffa")) == b"\xffa"
    for given in (5, [1], {"a": 1}):
        with pytest.raises(TypeError, match="Session must be a buffer") as caught:
            tls.connect(port=1, session=given)
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"  # type: ignore[attr-defined]
