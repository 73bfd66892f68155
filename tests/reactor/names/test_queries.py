"""Queries to name servers, over the in-memory network and a controlled clock: who is asked when, and what counts."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.names import dns

from nodecompat.reactor.loop import activity
from nodecompat.reactor.names import queries as names
from nodecompat.reactor.names.queries import Channel, Resource, Server
from nodecompat.testing import FakeDatagram, Network, network

HERE = "127.0.0.1"
ADDRESS = dns.RRHeader(b"a.test", dns.A, dns.IN, 300, dns.Record_A("192.0.2.1"))


@pytest.fixture
def wire() -> Iterator[Network]:
    with network() as opened:
        yield opened


class NameServer:
    """A name server in the fake network, whose `answer(question)` returns the bytes to send, or None."""

    def __init__(self, wire: Network, port: int = 53) -> None:
        self.wire = wire
        self.asked: list[tuple[float, dns.Message]] = []
        self.handle: FakeDatagram = wire.udp("IPv4")
        self.handle.onmessage = self.received
        assert self.handle.bind(HERE, port) == 0
        assert self.handle.readStart() == 0
        self.handle.unref()

    def received(self, data: bytes, address: str, port: int) -> None:
        question = dns.Message()
        question.fromStr(data)
        self.asked.append((self.wire.clock.now(), question))
        answer = self.answer(question)
        if answer is not None:
            self.handle.send(answer, address, port)

    def answer(self, question: dns.Message) -> bytes | None:
        return respond(question, [ADDRESS])

    def close(self) -> None:
        self.handle.close()

    @property
    def times(self) -> list[float]:
        """When it was asked, in milliseconds since the first time."""
        return [time - self.asked[0][0] for time, _ in self.asked]


class Silent(NameServer):
    def answer(self, question: dns.Message) -> bytes | None:
        return None


def respond(question: dns.Message, answers: Any = (), rCode: int = 0, trunc: int = 0) -> bytes:
    message = dns.Message(question.id, answer=1, rCode=rCode, trunc=trunc)
    message.queries = question.queries
    message.answers = list(answers)
    return bytes(message.toStr())


def channel(*ports: int, timeout: int = 100, tries: int = 3, maxTimeout: int = 0) -> Channel:
    return Channel([Server(HERE, port) for port in ports or (53,)], timeout, tries, maxTimeout)


def ask(wire: Network, asking: Channel, name: str = "a.test", type: str = "A", wait: float = 60_000) -> Any:
    found: list[Any] = []
    asking.query(name, type, lambda status, records: found.append((status, records)))
    assert found == []
    wire.advance(wait)
    return found[0] if found else None


def testAnAnswer(wire: Network) -> None:
    server = NameServer(wire)
    assert ask(wire, channel()) == (names.SUCCESS, [Resource("A", 300, ("192.0.2.1",))])
    question = server.asked[0][1]
    assert (question.recDes, str(question.queries[0].name), question.queries[0].type) == (1, "a.test", dns.A)


def testEachQuestionHasItsOwnNumberAndSocket(wire: Network) -> None:
    server = NameServer(wire)
    ports: list[int] = []
    server.handle.onmessage = lambda data, address, port: (ports.append(port), server.received(data, address, port))
    asking = channel()
    for _ in range(20):
        ask(wire, asking)
    assert len({message.id for _, message in server.asked}) > 10
    assert len(set(ports)) == 20


def testAQueryHoldsTheProgram(wire: Network) -> None:
    Silent(wire)
    asking = channel()
    asking.query("a.test", "A", lambda *result: None)
    assert activity.resources() == ["QueryReqWrap"]
    wire.advance(60_000)
    assert activity.resources() == []


@pytest.mark.parametrize(
    "rCode, status",
    [
        (1, names.FORMERR),
        (2, names.SERVFAIL),
        (3, names.NOTFOUND),
        (4, names.NOTIMP),
        (5, names.REFUSED),
        (6, names.NODATA),
        (0, names.NODATA),
    ],
)
def testWhatAServerSaysIsTheAnswer(wire: Network, rCode: int, status: int) -> None:
    server = NameServer(wire)
    server.answer = lambda question: respond(question, rCode=rCode)  # type: ignore[method-assign]
    assert ask(wire, channel()) == (status, [])
    assert len(server.asked) == 1


def testTheWaitDoublesWithEachRound(wire: Network) -> None:
    server = Silent(wire)
    assert ask(wire, channel(timeout=100, tries=4)) == (names.TIMEOUT, [])
    assert server.times == [0, 100, 300, 700]


def testTheWaitHasALimit(wire: Network) -> None:
    server = Silent(wire)
    assert ask(wire, channel(timeout=100, tries=4, maxTimeout=150)) == (names.TIMEOUT, [])
    assert server.times == [0, 100, 250, 400]


def testTheDefaultsOfCares(wire: Network) -> None:
    server = Silent(wire)
    asking = Channel([Server(HERE, 53)], -1, names.DEFAULT_TRIES, 0)
    assert ask(wire, asking, wait=29_999) is None
    assert server.times == [0, 2000, 6000, 14_000]
    wire.advance(1)
    assert not asking.queries


def testServersAreAskedInTurn(wire: Network) -> None:
    first, second = Silent(wire, 1053), Silent(wire, 2053)
    ask(wire, channel(1053, 2053, timeout=100, tries=2))
    assert (first.times, second.times) == ([0, 200], [0, 300])


def testAServerThatFailedIsAskedLast(wire: Network) -> None:
    first, second = Silent(wire, 1053), NameServer(wire, 2053)
    asking = channel(1053, 2053)
    for _ in range(3):
        assert ask(wire, asking)[0] == names.SUCCESS
    assert (len(first.asked), len(second.asked)) == (1, 3)


def testAnAnswerRedeemsAServer(wire: Network) -> None:
    first = Silent(wire, 1053)
    second = NameServer(wire, 2053)
    asking = channel(1053, 2053)
    ask(wire, asking)
    second.close()
    first.answer = lambda question: respond(question, [ADDRESS])  # type: ignore[method-assign]
    ask(wire, asking)
    assert asking.failures == {Server(HERE, 2053): 1}


def testARefusingPortIsNotWaitedFor(wire: Network) -> None:
    started = wire.clock.now()
    assert ask(wire, channel(9, tries=1000), wait=0) == (names.CONNREFUSED, [])
    assert wire.clock.now() == started


def testWithoutServers(wire: Network) -> None:
    assert ask(wire, Channel([], 100, 3, 0)) == (names.NOSERVER, [])


def forged(question: dns.Message) -> bytes:
    wrong = dns.Message((question.id + 1) & 0xFFFF, answer=1)
    wrong.queries, wrong.answers = question.queries, [ADDRESS]
    return bytes(wrong.toStr())


def otherQuestion(question: dns.Message) -> bytes:
    wrong = dns.Message(question.id, answer=1)
    wrong.queries, wrong.answers = [dns.Query(b"b.test", dns.A)], [ADDRESS]
    return bytes(wrong.toStr())


@pytest.mark.parametrize("answer", [forged, otherQuestion])
def testWhatDoesNotBelongToTheQuestionIsIgnored(wire: Network, answer: Any) -> None:
    server = NameServer(wire)
    server.answer = answer  # type: ignore[method-assign]
    assert ask(wire, channel(tries=1)) == (names.TIMEOUT, [])


def testTheRightAnswerStillCountsAfterAForgedOne(wire: Network) -> None:
    server = NameServer(wire)

    def answer(question: dns.Message) -> bytes:
        client = list(wire.handles)[-1]
        assert isinstance(client, FakeDatagram) and server.handle.local is not None
        client.arrive(forged(question), server.handle.local)
        return respond(question, [ADDRESS])

    server.answer = answer  # type: ignore[method-assign]
    assert ask(wire, channel())[0] == names.SUCCESS


def cut(question: dns.Message) -> bytes:
    return respond(question, [ADDRESS])[:-2]


def tooShort(question: dns.Message) -> bytes:
    return b"\0" * 5


def noQuestion(question: dns.Message) -> bytes:
    return bytes(dns.Message(question.id, answer=1).toStr())


def wrongLength(question: dns.Message) -> bytes:
    """An address of five bytes."""
    data = respond(question, [ADDRESS])
    return data[:-6] + struct.pack("!H", 5) + data[-4:] + b"\0"


def endlessName(question: dns.Message) -> bytes:
    """A name that points at itself."""
    data = respond(question, [ADDRESS])
    start = data.index(b"\x01a\x04test\0", 20) if data.count(b"\x01a\x04test\0") > 1 else data.rindex(b"\xc0\x0c")
    return data[:start] + struct.pack("!H", 0xC000 | start) + data[start + 2 :]


@pytest.mark.parametrize("answer", [cut, tooShort, noQuestion, wrongLength, endlessName])
def testWhatCannotBeReadIsAskedForAgain(wire: Network, answer: Any) -> None:
    server = NameServer(wire)
    server.answer = answer  # type: ignore[method-assign]
    assert ask(wire, channel(), wait=0) == (names.BADRESP, [])
    assert len(server.asked) == 3


def testACutAnswerIsAskedForOverTCP(wire: Network) -> None:
    server = NameServer(wire)
    server.answer = lambda question: respond(question, trunc=1)  # type: ignore[method-assign]
    listener = wire.listen(53)
    asking = channel()
    found: list[Any] = []
    asking.query("a.test", "A", lambda *result: found.append(result))
    wire.run()
    peer = listener.peers[0]
    question = dns.Message()
    question.fromStr(peer.received[2:])
    assert int.from_bytes(peer.received[:2], "big") == len(peer.received) - 2
    answer = respond(question, [ADDRESS])
    data = len(answer).to_bytes(2, "big") + answer
    peer.send(data[:7])
    wire.run()
    peer.send(data[7:])
    wire.run()
    listener.close()
    peer.close()
    assert found == [(names.SUCCESS, [Resource("A", 300, ("192.0.2.1",))])]


def testATCPPortThatRefuses(wire: Network) -> None:
    server = NameServer(wire)
    server.answer = lambda question: respond(question, trunc=1)  # type: ignore[method-assign]
    assert ask(wire, channel(tries=2)) == (names.CONNREFUSED, [])
    assert len(server.asked) == 1, "it stays with TCP"


def testCancelEndsAllQueries(wire: Network) -> None:
    Silent(wire)
    asking = channel()
    found: list[int] = []
    for name in ("a.test", "b.test"):
        asking.query(name, "A", lambda status, records: found.append(status))
    wire.run()
    asking.cancel()
    assert found == []
    wire.run()
    assert found == [names.CANCELLED, names.CANCELLED]
    assert list(wire.handles)[1:] == []


def testADroppedQuerySaysNothing(wire: Network) -> None:
    NameServer(wire)
    query = channel().query("a.test", "A", lambda *result: pytest.fail("dropped"))
    query.drop()
    assert activity.resources() == []
    wire.advance(1000)


@pytest.mark.parametrize("name", ["a..b", ".a", "x" * 64, "a." * 127 + "b", "ü\u200d"])
def testWhatIsNoName(wire: Network, name: str) -> None:
    server = NameServer(wire)
    assert ask(wire, channel(), name) == (names.BADNAME, [])
    assert server.asked == []


@pytest.mark.parametrize("name", ["", ".", "a.test.", "x" * 63, "bücher.test"])
def testWhatIsAName(wire: Network, name: str) -> None:
    server = NameServer(wire)
    assert ask(wire, channel(), name)[0] == names.SUCCESS
    assert len(server.asked) == 1


def testWhereQueriesLeaveFrom(wire: Network) -> None:
    server = NameServer(wire)
    senders: list[str] = []
    server.handle.onmessage = lambda data, address, port: senders.append(address)
    asking = channel(tries=1)
    asking.localAddresses["IPv4"] = "127.0.0.9"
    ask(wire, asking)
    assert senders == ["127.0.0.9"]
