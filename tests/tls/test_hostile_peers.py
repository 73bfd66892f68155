"""Peers that keep to no rule, once the handshake is done: every way ends in 'close', and nothing grows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from tls import forging
from tls.bed import EVENTS, PORT, bed
from tls.forging import ALERT, CLOSE_NOTIFY, DATA, HANDSHAKE, KEY_UPDATE_ASKED, Forger

from nodecompat import https, tls

_BODY = (100).to_bytes(4, "big") + bytes(4) + b"\0" + b"\0\x28" + bytes(40) + b"\0\0"
TICKET = b"\4" + len(_BODY).to_bytes(3, "big") + _BODY


def many(make: Callable[..., bytes], *args: bytes) -> bytes:
    return b"".join(make(*args) for _ in range(200))


#: What a client may send without end, and the code that it comes to.
FLOODS: dict[str, tuple[Callable[[Forger], bytes], str]] = {
    "empty records": (lambda it: it.record(DATA, b""), "ERR_SSL_RECORD_TOO_SMALL"),
    "empty messages": (lambda it: it.record(HANDSHAKE, b""), "ERR_SSL_BAD_LENGTH"),
    "new keys": (lambda it: many(it.keyUpdate), "ERR_SSL_TOO_MANY_MESSAGES_WITHOUT_DATA"),
    "new keys of both": (lambda it: many(it.keyUpdate, KEY_UPDATE_ASKED), "ERR_SSL_TOO_MANY_MESSAGES_WITHOUT_DATA"),
    "warnings": (lambda it: it.record(ALERT, b"\1\x5a"), "ERR_SSL_TOO_MANY_WARN_ALERTS"),
    "an endless message": (lambda it: it.record(HANDSHAKE, b"\x18\xff\xff\xff" + bytes(1000)), "ERR_SSL_"),
    "a ticket": (lambda it: it.record(HANDSHAKE, TICKET), "ERR_SSL_UNEXPECTED_MESSAGE"),
    "a second hello": (lambda it: it.record(HANDSHAKE, b"\1\0\0\x02\3\3"), "ERR_SSL_UNEXPECTED_MESSAGE"),
    "an unknown message": (lambda it: it.record(HANDSHAKE, b"\x63\0\0\0"), "ERR_SSL_UNEXPECTED_MESSAGE"),
    "an unknown record": (lambda it: it.record(99, b"x"), "ERR_SSL_"),
    "changes of the cipher": (lambda it: b"\x14\3\3\0\1\1", "ERR_SSL_"),
    "plain text": (lambda it: b"\x17\3\3\0\1x", "ERR_SSL_"),
    "nothing but padding": (lambda it: it.record(0, b"", 20), "ERR_SSL_"),
    "too much in a record": (lambda it: it.record(DATA, bytes(16_385)), "ERR_SSL_"),
    "an alert": (lambda it: it.record(ALERT, b"\2\x28"), "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"),
    "half an alert": (lambda it: it.record(ALERT, b"\2"), "ERR_SSL_"),
    "a record that was sent before": (lambda it: it.record(DATA, b"x")[:-1] + b"\0", "ERR_SSL_"),
}


@pytest.mark.parametrize("name", FLOODS)
def testAFlood(name: str) -> None:
    make, code = FLOODS[name]
    with bed() as it:
        forger = forging.client(it.net, PORT)
        socket = it.watch("socket", it.accepted[-1], "error", "close")
        for _ in range(100):
            forger.peer.send(make(forger))
            it.net.run()
            if socket.destroyed:
                break
        told = [each for each in it.log if each.startswith("socket")]
        assert len(told) == 2 and told[0].startswith(f"socket error {code}") and told[1] == "socket close"
        assert forger.peer.ended or forger.peer.error
        assert it.server.connections == 0


def testAnswersThatNobodyTakesAreBounded() -> None:
    """Data between makes each wish for new keys a fair one: the server stops reading when its answers pile up."""
    with bed() as it:
        forger = forging.client(it.net, PORT)
        socket = it.accepted[-1]
        socket.resume()
        forger.peer.pause()
        sent = 0
        tracemalloc.start()
        for _ in range(2000):
            piece = b"".join(forger.keyUpdate(KEY_UPDATE_ASKED) + forger.record(DATA, b"x") for _ in range(50))
            sent += len(piece)
            forger.peer.send(piece)
            it.net.run()
            if forger.peer.stream.writeQueueSize:
                break  # it reads no more
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert not socket.destroyed
        assert forger.peer.stream.writeQueueSize and used < 8 << 20
        forger.peer.resume()  # and goes on when they are taken
        it.net.run()
        assert socket.bytesRead > 1000 and not forger.peer.stream.writeQueueSize
        socket.destroy()
        it.net.run()


def testAServerThatSendsNothingButTickets() -> None:
    with bed() as it:
        listener = it.net.listen(444)
        client = it.watch("client", tls.connect(port=444, host="127.0.0.1", ca=forging.MADE.ca), *EVENTS)
        it.net.run()
        forger = forging.server(it.net, listener.peers[0])
        for _ in range(100):
            if not client.destroyed:
                forger.peer.send(many(lambda: forger.record(HANDSHAKE, TICKET)))
                it.net.run()
        assert it.log[-2:] == ["client error ERR_SSL_TOO_MANY_MESSAGES_WITHOUT_DATA", "client close"]
        assert listener.peers[0].ended or listener.peers[0].error
        listener.close()


@pytest.mark.parametrize("hears", [True, False])
def testAServerThatSendsTicketsWithoutEnd(hears: bool) -> None:
    with bed() as it:
        listener = it.net.listen(444)
        client = it.watch("client", tls.connect(port=444, host="127.0.0.1", ca=forging.MADE.ca), *EVENTS)
        sessions: list[bytes] = []
        if hears:
            client.on("session", lambda session: sessions.append(session[:1]))
        it.net.run()
        forger = forging.server(it.net, listener.peers[0])
        it.net.run()
        tracemalloc.start()
        for _ in range(40):
            forger.peer.send(b"".join(forger.record(HANDSHAKE, TICKET) for _ in range(50)))
            it.net.run()
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert client.authorized and not client.destroyed and used < 4 << 20
        assert bool(sessions) is hears
        forger.send(DATA, b"still there")
        forger.send(ALERT, CLOSE_NOTIFY)
        it.net.run()
        assert it.log[-3:] == [("client data", b"still there"), "client end", "client close"]
        listener.close()


def testRecordsOfOneByte() -> None:
    with bed() as it:
        forger = forging.client(it.net, PORT)
        it.watch("socket", it.accepted[-1], "data", "end", "close")
        records = b"".join(forger.record(DATA, bytes((at % 256,)), at % 7) for at in range(600))
        for at in range(0, len(records), 11):  # cut where they are not
            forger.peer.send(records[at : at + 11])
        forger.send(ALERT, CLOSE_NOTIFY)
        it.net.run()
        parts = [each[1] for each in it.log if isinstance(each, tuple)]
        assert b"".join(parts) == bytes(at % 256 for at in range(600))
        assert it.log[-2:] == ["socket end", "socket close"]


@pytest.mark.parametrize("size", [1, 4, 5, 20, 1000])
def testAPeerThatStallsWithinARecord(size: int) -> None:
    """It has no data for the program: its timeout sees that, and the end says that something was cut."""
    with bed() as it:
        forger = forging.client(it.net, PORT)
        socket = it.watch("socket", it.accepted[-1], "data", "end", "timeout", "error", "close")
        socket.setTimeout(1000)
        forger.peer.send(forger.record(DATA, bytes(5000))[:size])
        it.net.advance(1001)
        assert it.log[-1] == "socket timeout" and not socket.destroyed
        forger.peer.end()
        it.net.run()
        assert it.log[-2:] == ["socket end", "socket close"] and socket.wasCut
        assert it.server.connections == 0


def testARequestThatStallsWithinARecord() -> None:
    """An https server's own limits count, as in http."""
    with bed() as it:
        site = https.createServer({"cert": it.made.cert, "key": it.made.key, "headersTimeout": 1000})
        site.listen(444)
        it.net.run()
        forger = forging.client(it.net, 444)
        forger.peer.send(forger.record(DATA, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")[:-1])
        it.net.advance(60_000)
        assert forger.peer.ended and site.connections == 0
        site.close()
        it.net.run()


#: What a client sends behind its data, whether that is a clean end, and the code of an error.
ENDS: dict[str, tuple[Callable[[Forger], None], bool, str]] = {
    "close_notify, FIN": (lambda it: (it.send(ALERT, CLOSE_NOTIFY), it.peer.end()), True, ""),  # type: ignore[dict-item]
    "close_notify alone": (lambda it: it.send(ALERT, CLOSE_NOTIFY), True, ""),
    "twice": (lambda it: [it.send(ALERT, CLOSE_NOTIFY) for _ in range(2)], True, ""),  # type: ignore[dict-item]
    "FIN": (lambda it: it.peer.end(), False, ""),
    "data behind it": (lambda it: (it.send(ALERT, CLOSE_NOTIFY), it.send(DATA, b"late")), True, ""),  # type: ignore[dict-item]
    "garbage behind it": (lambda it: (it.send(ALERT, CLOSE_NOTIFY), it.peer.send(b"x" * 99)), True, ""),  # type: ignore[dict-item]
    "reset": (lambda it: it.peer.reset(), False, "ECONNRESET"),
    "close_notify, reset": (lambda it: (it.send(ALERT, CLOSE_NOTIFY), it.peer.reset()), True, "ECONNRESET"),  # type: ignore[dict-item]
    "a fatal alert": (lambda it: it.send(ALERT, b"\2\x50"), False, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR"),
}


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("name", ENDS)
def testAnEnd(name: str, half: bool) -> None:
    end, isClean, code = ENDS[name]
    with bed(allowHalfOpen=half) as it:
        forger = forging.client(it.net, PORT)
        socket = it.watch("socket", it.accepted[-1], "data", "end", "error", "close")
        socket.on("end", lambda: half and socket.end(b"answer"))
        it.log.clear()
        forger.send(DATA, b"last")
        end(forger)
        it.net.run()
        if code != "ECONNRESET":
            assert it.log[0] == ("socket data", b"last")
            assert it.log[1:] == ([f"socket error {code}"] if code else ["socket end"]) + ["socket close"]
            assert socket.wasCut is (not isClean and not code)
        assert it.log[-1] == "socket close" and it.log.count("socket close") == 1
        assert it.server.connections == 0


def testBothEndAtOnce() -> None:
    with bed() as it:
        client, peer = it.pair()
        it.watch("peer", peer, "end", "close")
        peer.resume()
        client.end(b"a" * 50_000)
        peer.end(b"b" * 50_000)
        it.net.run()
        assert {"client end", "client close", "peer end", "peer close"} <= set(map(str, it.log))
        assert (client.bytesRead, peer.bytesRead) == (50_000, 50_000)
        assert not client.wasCut and not peer.wasCut
