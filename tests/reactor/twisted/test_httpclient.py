"""One request over an agent of Twisted's: what the receiver hears, time limits, aborting, failures as plain values."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet import defer, error
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, RequestTransmissionFailed, ResponseFailed, ResponseNeverReceived
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH

from nodecompat.reactor.loop import activity
from nodecompat.reactor.twisted import httpclient
from nodecompat.reactor.twisted.httpclient import Problem, send
from nodecompat.testing import Network

URL = b"http://a.test:8080/path"


class Transport:
    """Of a body: what was asked of it."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def pauseProducing(self) -> None:
        self.log.append("pause")

    def resumeProducing(self) -> None:
        self.log.append("resume")

    def loseConnection(self) -> None:
        self.log.append("lose")


class Response:
    """An answer whose body the test sends."""

    code, phrase = 200, b"OK"

    def __init__(self, headers: dict[bytes, list[bytes]] | None = None) -> None:
        self.headers = Headers(headers or {})
        self.transport = Transport()
        self.body: Any = None

    def deliverBody(self, protocol: Any) -> None:
        self.body = protocol
        protocol.makeConnection(self.transport)

    def end(self, reason: BaseException | None = None) -> None:
        self.body.connectionLost(Failure(reason or ResponseDone()))


class Agent:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.cancelled = False
        self.answer: Deferred[Any] = Deferred(self._cancel)
        self.asked: tuple[Any, ...] = ()

    def _cancel(self, deferred: Any) -> None:
        self.cancelled = True

    def request(self, *arguments: Any) -> Any:
        self.asked = arguments
        return self.answer


class Receiver:
    """Who asks."""

    def __init__(self) -> None:
        self.log: list[Any] = []

    def onResponse(self, status: int, reason: str, headers: Any) -> None:
        self.log.append((status, reason, headers.rawHeaders, "x-b" in headers, "x-c" in headers))

    def onData(self, data: bytes) -> None:
        self.log.append(data)

    def onEnd(self) -> None:
        self.log.append("end")

    def onProblem(self, problem: Problem) -> None:
        self.log.append(problem)


class Asked:
    """A request under way."""

    def __init__(self, body: Any = None) -> None:
        self.agent, self.receiver = Agent(), Receiver()
        self.log = self.receiver.log
        self.exchange = send(self.receiver, b"POST", URL, [(b"x-a", b"1"), (b"x-a", b"2")], body, self.agent)

    def answered(self, response: Response | None = None) -> Response:
        """The head has come."""
        made = response or Response()
        self.agent.answer.callback(made)
        self.log.clear()
        return made


@pytest.fixture
def asked(net: Network) -> Iterator[Asked]:
    yield Asked()
    assert not activity.isAlive(), "an exchange that is over holds nothing"


def testARequestAndItsAnswer(asked: Asked) -> None:
    method, url, headers, body = asked.agent.asked
    assert (method, url, body) == (b"POST", URL, None)
    assert headers.getRawHeaders(b"x-a") == [b"1", b"2"]
    response = Response({b"x-b": [b"3", b"4"]})
    asked.agent.answer.callback(response)
    assert asked.log == [(200, "OK", ["X-B", "3", "X-B", "4"], True, False)]
    asked.log.clear()
    asked.exchange.resume()
    response.body.dataReceived(b"hello")
    response.end()
    assert asked.log == [b"hello", "end"]


def testNoBodyBeforeItIsWanted(asked: Asked) -> None:
    response = asked.answered()
    assert response.body is None
    asked.exchange.resume()
    asked.exchange.pause()
    asked.exchange.resume()
    assert response.transport.log == ["pause", "resume"]
    response.end()


def testItHoldsTheProgramUntilItIsOver(asked: Asked) -> None:
    assert activity.resources() == ["TCPSocketWrap"]
    response = asked.answered()
    assert activity.isAlive()
    asked.exchange.resume()
    response.end()


def testAnEndWithoutLengthIsAnEnd(asked: Asked) -> None:
    response = asked.answered()
    asked.exchange.resume()
    response.end(PotentialDataLoss())
    assert asked.log == ["end"]


def testAnAgentThatKnowsAtOnceIsHeardLater(net: Network) -> None:
    """Its caller does not have the exchange yet."""
    agent, receiver = Agent(), Receiver()
    agent.answer = defer.succeed(Response())
    exchange = send(receiver, b"GET", URL, [], None, agent)
    assert receiver.log == []
    net.run()
    assert len(receiver.log) == 1
    exchange.abort()


def testAnAgentThatRaisesIsAProblem(net: Network) -> None:
    class Refusing:
        def request(self, *arguments: Any) -> Any:
            raise NotImplementedError("no TLS")

    receiver = Receiver()
    send(receiver, b"GET", URL, [], None, Refusing())
    assert receiver.log == []
    net.run()
    assert [each.message for each in receiver.log] == ["no TLS; https needs pip install 'nodecompat[tls]'"]


def testTreqsApiIsAskedByItsOwnRules(net: Network) -> None:
    calls: list[Any] = []

    class Treq:
        patch = None

        def request(self, *arguments: Any, **options: Any) -> Any:
            calls.append((arguments, options))
            return Deferred()

    exchange = send(Receiver(), b"POST", URL, [(b"a", b"b")], b"data", Treq())
    (arguments, options) = calls[0]
    assert arguments == ("POST", URL.decode())
    assert (options["data"], options["allow_redirects"], options["unbuffered"]) == (b"data", False, True)
    exchange.abort()


# -- time


def testNoHeadInTime(asked: Asked, net: Network) -> None:
    net.advance(httpclient.HEADERS_TIMEOUT)
    assert asked.log == [Problem("headersTimeout", -errno.ETIMEDOUT, "", "a.test", 8080)]
    assert asked.agent.cancelled


def testNoPieceInTime(asked: Asked, net: Network) -> None:
    response = asked.answered()
    asked.exchange.resume()
    net.advance(httpclient.BODY_TIMEOUT - 1)
    response.body.dataReceived(b"x")
    net.advance(httpclient.BODY_TIMEOUT - 1)
    assert asked.log == [b"x"]
    net.advance(1)
    assert (asked.log[1].kind, response.transport.log) == ("bodyTimeout", ["lose"])


def testAPausedBodyHasAllTheTime(asked: Asked, net: Network) -> None:
    """Before the first resume, too."""
    response = asked.answered()
    net.advance(httpclient.BODY_TIMEOUT * 2)
    asked.exchange.resume()
    asked.exchange.pause()
    net.advance(httpclient.BODY_TIMEOUT * 2)
    assert asked.log == []
    response.end()


# -- giving up


def testAbortBeforeTheHead(asked: Asked, net: Network) -> None:
    asked.exchange.abort()
    asked.exchange.abort()
    net.run()
    assert (asked.agent.cancelled, asked.log) == (True, [])


def testAbortWithinTheBody(asked: Asked) -> None:
    response = asked.answered()
    asked.exchange.resume()
    asked.exchange.abort()
    response.body.dataReceived(b"late")
    response.end(error.ConnectionLost())
    assert (response.transport.log, asked.log) == (["lose"], [])


def testAbortBeforeTheBodyIsAskedFor(asked: Asked) -> None:
    """The connection must not wait in the pool with half an answer in it."""
    response = asked.answered()
    asked.exchange.abort()
    assert response.transport.log == ["lose"]


def testAHeadThatCrossesTheAbort(net: Network) -> None:
    """It is there already, and the receiver must not hear of it."""
    agent, receiver, response = Agent(), Receiver(), Response()
    agent.answer = defer.succeed(response)
    exchange = send(receiver, b"GET", URL, [], None, agent)
    exchange.abort()
    net.run()
    assert (response.transport.log, receiver.log) == (["lose"], [])


def testAShortBodyThatIsNotWantedIsReadPast(asked: Asked) -> None:
    response = asked.answered()
    asked.exchange.discard()
    response.body.dataReceived(bytes(httpclient.DISCARD_LIMIT))
    assert response.transport.log == []
    response.body.dataReceived(b"x")
    assert (response.transport.log, asked.log) == (["lose"], [])


# -- bodies of requests


class Consumer:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data


def testBytesAreSentWhole(net: Network) -> None:
    asked, consumer = Asked(b"hello"), Consumer()
    producer = asked.agent.asked[3]
    assert producer.length == 5
    assert producer.startProducing(consumer).called
    assert consumer.data == b"hello"
    asked.exchange.abort()


class Source:
    """A body in pieces."""

    def __init__(self, length: int | None = None) -> None:
        self.length = length
        self.log: list[str] = []

    def start(self, write: Any, done: Any) -> None:
        self.write, self.done = write, done

    def pause(self) -> None:
        self.log.append("pause")

    def resume(self) -> None:
        self.log.append("resume")

    def stop(self) -> None:
        self.log.append("stop")


@pytest.mark.parametrize(("length", "expected"), [(None, UNKNOWN_LENGTH), (3, 3)])
def testASourceIsDriven(net: Network, length: int | None, expected: Any) -> None:
    source, consumer = Source(length), Consumer()
    asked = Asked(source)
    producer = asked.agent.asked[3]
    assert producer.length == expected
    done = producer.startProducing(consumer)
    source.write(b"abc")
    producer.pauseProducing()
    producer.resumeProducing()
    assert (consumer.data, source.log, done.called) == (b"abc", ["pause", "resume"], False)
    source.done(None)
    source.done(ValueError("too late"))
    assert done.called
    asked.exchange.abort()


@pytest.mark.parametrize("error", [None, ValueError("aborted")])
def testASourceThatIsStoppedIsSilent(net: Network, error: Any) -> None:
    """So says IBodyProducer: what it told then would be logged, an error that nobody has raised."""
    source = Source()
    asked = Asked(source)
    producer = asked.agent.asked[3]
    done = producer.startProducing(Consumer())
    producer.stopProducing()
    source.done(error)
    assert (source.log, done.called) == (["stop"], False)
    asked.exchange.abort()


def testASourceThatFailsEndsTheRequest(net: Network) -> None:
    source = Source()
    asked = Asked(source)
    failures: list[Failure] = []
    asked.agent.asked[3].startProducing(Consumer()).addErrback(failures.append)
    source.done(ValueError("no more"))
    assert [str(each.value) for each in failures] == ["no more"]
    asked.exchange.abort()


# -- failures


@pytest.mark.parametrize(
    ("problem", "kind", "status"),
    [
        (error.DNSLookupError("a.test"), "lookup", -3008),
        (error.TimeoutError(), "connectTimeout", -errno.ETIMEDOUT),
        (error.ConnectionRefusedError(osError=errno.ECONNREFUSED), "connect", -errno.ECONNREFUSED),
        (ParseError("what?", b"x"), "syntax", -errno.EPROTO),
        (error.ConnectionDone(), "closed", -4095),
        (error.ConnectionLost(), "read", -errno.ECONNRESET),
        (ValueError("something"), "other", -errno.EPROTO),
        (ResponseNeverReceived([Failure(error.ConnectionDone())]), "closed", -4095),
        (ResponseFailed([Failure(error.ConnectionLost()), Failure(ValueError())]), "read", -errno.ECONNRESET),
        (RequestTransmissionFailed([Failure(error.ConnectionLost())]), "read", -errno.ECONNRESET),
    ],
)
def testFailuresArePlainValues(asked: Asked, problem: Exception, kind: str, status: int) -> None:
    """Of several, the first says why."""
    asked.agent.answer.errback(Failure(problem))
    assert [each[:2] for each in asked.log] == [(kind, status)]
    assert asked.log[0][3:5] == ("a.test", 8080)


def testABodyThatBreaks(asked: Asked) -> None:
    response = asked.answered()
    asked.exchange.resume()
    response.end(ResponseFailed([Failure(error.ConnectionLost())]))
    assert [each.kind for each in asked.log] == ["read"]


def testTheDefaultPortIsTheSchemes(net: Network) -> None:
    for url, port in ((b"http://a.test/", 80), (b"https://a.test/", 443)):
        agent, receiver = Agent(), Receiver()
        send(receiver, b"GET", url, [], None, agent)
        agent.answer.errback(Failure(error.ConnectionDone()))
        assert receiver.log[0][3:5] == ("a.test", port)
