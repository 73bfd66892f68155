"""The http client as an IAgent: asked by treq, by twisted.web's own agents, by fetch, and by hand."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import pytest_twisted
import treq
from fetching import answering, serving, turn
from fetchplay import settled
from treq.client import HTTPClient
from twisted.internet import error as neterror
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import (
    BrowserLikeRedirectAgent,
    ContentDecoderAgent,
    FileBodyProducer,
    GzipDecoder,
    PotentialDataLoss,
    RequestGenerationFailed,
    ResponseDone,
    ResponseFailed,
    ResponseNeverReceived,
    readBody,
)
from twisted.web.error import SchemeNotSupported
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IBodyProducer, IResponse
from zope.interface import implementer
from zope.interface.verify import verifyObject

from nodecompat import fetch, http
from nodecompat.iagent import ClientAgent
from nodecompat.testing import Network
from nodecompat.web import pool

check = pytest_twisted.ensureDeferred


def echo(q: Any, r: Any) -> None:
    """Answer with what came."""
    chunks: list[bytes] = []

    def end() -> None:
        body = b"".join(chunks).decode("latin-1")
        facts = {"method": q.method, "url": q.url, "headers": q.headers, "raw": q.rawHeaders, "body": body}
        r.setHeader("x-a", ["1", "2"])
        r.end(json.dumps(facts))

    q.on("data", chunks.append)
    q.on("end", end)


class Receiver(Protocol):
    """A protocol that keeps the body, and says when it is over."""

    def __init__(self, onData: Callable[[Any], object] = lambda transport: None) -> None:
        self.data, self.over = bytearray(), Deferred[Failure]()
        self.onData = onData

    def dataReceived(self, data: bytes) -> None:
        self.data += data
        self.onData(self.transport)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.over.callback(reason.value)


@implementer(IBodyProducer)
class Producer:
    """A body that the test writes."""

    def __init__(self, length: Any = UNKNOWN_LENGTH) -> None:
        self.length, self.log = length, list[str]()
        self.started, self.done = Deferred[Any](), Deferred[None]()

    def startProducing(self, consumer: Any) -> Deferred[None]:
        self.started.callback(consumer)
        return self.done

    def pauseProducing(self) -> None:
        self.log.append("pause")

    def resumeProducing(self) -> None:
        self.log.append("resume")

    def stopProducing(self) -> None:
        self.log.append("stop")


# -- asked by treq


@check
async def testTreqAsksIt() -> None:
    client = HTTPClient(ClientAgent())
    async with serving(echo) as base:
        response = await client.post(f"{base}/p?q", params={"a": "é"}, data={"x": "1"}, headers={"X-Odd": ["1", "2"]})
        found = await response.json()
        assert (response.code, response.headers.getRawHeaders("x-a")) == (200, ["1", "2"])
        assert (found["method"], found["url"], found["body"]) == ("POST", "/p?q&a=%C3%A9", "x=1")
        assert found["headers"]["x-odd"] == "1, 2" and found["headers"]["content-length"] == "3"


@check
async def testTreqsModuleTakesItAsAnArgument() -> None:
    async with serving(echo) as base:
        response = await treq.get(base, agent=ClientAgent())
        assert (await response.json())["method"] == "GET"


@check
async def testTreqFollowsRedirectsKeepsCookiesAndDecodes() -> None:
    def handler(q: Any, r: Any) -> None:
        if q.url == "/":
            r.writeHead(302, {"Location": "/there", "Set-Cookie": "a=b"}).end()
        else:
            r.setHeader("Content-Encoding", "gzip")
            r.end(gzip.compress(f"{q.url} {q.headers['cookie']}".encode()))

    async with serving(handler) as base:
        response = await HTTPClient(ClientAgent()).get(base)
        assert await response.text() == "/there a=b"
        assert [each.code for each in response.history()] == [302]


@check
async def testTreqUploadsFilesAndStreamsAnswers() -> None:
    async with serving(lambda q, r: q.pipe(r)) as base:
        response = await HTTPClient(ClientAgent()).post(base, data=io.BytesIO(b"x" * 300_000))
        pieces: list[bytes] = []
        await response.collect(pieces.append)
        assert (len(b"".join(pieces)), len(pieces) > 1) == (300_000, True)


@check
async def testTreqGivesUpInTime() -> None:
    async with serving(lambda q, r: None) as base:
        with pytest.raises((CancelledError, ResponseNeverReceived)):
            await HTTPClient(ClientAgent()).get(base, timeout=0.05)


@check
async def testTwistedsAgentsStandOnIt() -> None:
    def handler(q: Any, r: Any) -> None:
        if q.url == "/":
            r.writeHead(301, {"Location": "/there"}).end("moved")
        else:
            r.writeHead(200, {"Content-Encoding": "gzip"}).end(gzip.compress(b"hello"))

    agent = ContentDecoderAgent(BrowserLikeRedirectAgent(ClientAgent()), [(b"gzip", GzipDecoder)])
    async with serving(handler) as base:
        response = await agent.request(b"GET", base.encode() + b"/")
        assert (response.code, await readBody(response)) == (200, b"hello")


@check
async def testFetchAsksIt() -> None:
    async with serving(echo) as base:
        response = await fetch(base, method="POST", body="x", dispatcher=ClientAgent())
        assert (await response.json())["body"] == "x"


# -- its own behaviour


@check
async def testAResponse() -> None:
    agent = ClientAgent()
    assert verifyObject(IAgent, agent)
    async with serving(lambda q, r: r.writeHead(404, "Nope", {"Content-Length": 2, "X-Y": "z"}).end("ab")) as base:
        url = base.encode() + b"/a?b"
        response = await agent.request(b"GET", url, Headers({"X-Odd": ["1"]}))
        assert verifyObject(IResponse, response)
        assert (response.version, response.code, response.phrase, response.length) == ((b"HTTP", 1, 1), 404, b"Nope", 2)
        assert dict(response.headers.getAllRawHeaders()).keys() >= {b"X-Y", b"Date"}
        assert not response.headers.hasHeader("content-length"), "Twisted keeps the connection's headers to itself"
        assert (response.request.method, response.request.absoluteURI) == (b"GET", url)
        response.setPreviousResponse("before")
        assert (response.previousResponse, await readBody(response)) == ("before", b"ab")


@check
async def testAnAgentOfTheProgramsOwnIsUsed() -> None:
    own, ports = http.Agent(keepAlive=True, maxSockets=1), set()
    agent = ClientAgent(own)
    async with serving(lambda q, r: (ports.add(q.socket.remotePort), r.end("x"))) as base:
        for _ in range(3):
            await readBody(await agent.request(b"GET", base.encode()))
            await turn()
        assert len(ports) == 1 and len(own.freeSockets) == 1
        own.destroy()


@check
async def testHeadersThatAreSent() -> None:
    async with serving(echo) as base:
        host = base.removeprefix("http://")
        response = await ClientAgent().request(b"POST", base.encode())
        raw = json.loads(await readBody(response))["raw"]
        assert raw == ["Host", host, "Connection", "keep-alive", "Content-Length", "0"]
        given = Headers({b"Host": [b"other"], b"connection": [b"close"]})
        response = await ClientAgent().request(b"GET", base.encode(), given)
        assert json.loads(await readBody(response))["raw"] == ["Host", "other", "Connection", "close"]


@check
async def testTheBodyWaitsForItsReader() -> None:
    sent: list[Any] = []

    def handler(q: Any, r: Any) -> None:
        def more() -> None:
            hasRoom = True
            while hasRoom and len(sent) < 400:
                sent.append(1)
                hasRoom = r.write(b"x" * 65536)
            if len(sent) == 400:
                r.end()

        r.on("drain", more)
        more()

    async with serving(handler) as base:
        response = await ClientAgent().request(b"GET", base.encode())
        for _ in range(20):
            await turn()
        assert len(sent) < 400
        paused: list[Any] = []

        def pauseOnce(transport: Any) -> None:
            if not paused:
                paused.append(transport)
                transport.pauseProducing()

        receiver = Receiver(pauseOnce)
        response.deliverBody(receiver)
        for _ in range(20):
            await turn()
        assert 0 < len(receiver.data) < 10_000_000
        paused[0].resumeProducing()
        assert isinstance(await receiver.over, ResponseDone)
        assert len(receiver.data) == 400 * 65536


@check
async def testABodyIsGivenUp() -> None:
    closed: Deferred[None] = Deferred()

    def handler(q: Any, r: Any) -> None:
        r.on("close", lambda: closed.callback(None))
        r.write("begin")

    async with serving(handler) as base:
        response = await ClientAgent().request(b"GET", base.encode())
        response.deliverBody(Receiver(lambda transport: transport.stopProducing()))
        await closed


@pytest.mark.parametrize("method", [b"HEAD", b"GET"])
@check
async def testNoBody(method: bytes) -> None:
    status = 200 if method == b"HEAD" else 204
    async with serving(lambda q, r: r.writeHead(status, {"Content-Length": 5} if status == 200 else {}).end()) as base:
        response = await ClientAgent().request(method, base.encode())
        assert (response.length, await readBody(response)) == (0, b"")


@check
async def testABodyThatOnlyTheConnectionEnds() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n\r\nhello") as base:
        receiver = Receiver()
        (await ClientAgent().request(b"GET", base.encode())).deliverBody(receiver)
        assert isinstance(await receiver.over, PotentialDataLoss) and receiver.data == b"hello"


# -- producers


@check
async def testAFileIsSent() -> None:
    async with serving(echo) as base:
        producer = FileBodyProducer(io.BytesIO(b"content"))
        response = await ClientAgent().request(b"PUT", base.encode(), None, producer)
        found = json.loads(await readBody(response))
        assert (found["body"], found["headers"]["content-length"]) == ("content", "7")


@check
async def testAProducerOfUnknownLength() -> None:
    producer = Producer()
    async with serving(echo) as base:
        asked = ClientAgent().request(b"POST", base.encode(), None, producer)
        consumer = await producer.started
        consumer.write(b"one")
        consumer.write(b"two")
        producer.done.callback(None)
        found = json.loads(await readBody(await asked))
        assert (found["body"], found["headers"]["transfer-encoding"]) == ("onetwo", "chunked")


@check
async def testAProducerRests() -> None:
    producer = Producer()
    waiting: list[Any] = []
    async with serving(lambda q, r: waiting.append((q, r))) as base:
        asked = ClientAgent().request(b"POST", base.encode(), None, producer)
        consumer = await producer.started
        for _ in range(200):
            consumer.write(b"x" * 65536)
        assert producer.log[-1] == "pause"
        while not waiting:
            await turn()
        request, response = waiting[0]
        request.resume()
        while producer.log[-1] != "resume":
            await turn()
        request.on("end", response.end)
        producer.done.callback(None)
        assert (await asked).code == 200


@pytest.mark.parametrize(
    "length, data, outcome", [(UNKNOWN_LENGTH, b"", ValueError("mine")), (3, b"ab", None), (1, b"ab", None)]
)
@check
async def testAProducerThatFails(length: Any, data: bytes, outcome: Exception | None) -> None:
    producer = Producer(length)
    async with serving(echo) as base:
        asked = ClientAgent().request(b"POST", base.encode(), None, producer)
        consumer = await producer.started
        if data:
            consumer.write(data)
        if not producer.log:
            producer.done.callback(None) if outcome is None else producer.done.errback(outcome)
        with pytest.raises(RequestGenerationFailed) as caught:
            await asked
        assert isinstance(caught.value.reasons[0].value, ValueError)


# -- failures


@pytest.mark.parametrize(
    "url, kind",
    [
        (b"http://127.0.0.1:2/", neterror.ConnectionRefusedError),
        (b"http://nowhere.test/", neterror.DNSLookupError),
        (b"ftp://a/", SchemeNotSupported),
    ],
)
def testWhatCannotBeReached(net: Network, url: bytes, kind: type[Exception]) -> None:
    assert isinstance(settled(net, ClientAgent().request(b"GET", url)), kind)
    pool.destroy()
    net.run()


@pytest.mark.parametrize(
    "answer, kind, cause",
    [
        (b"", ResponseNeverReceived, "ConnectionLost"),
        (b"nonsense\r\n\r\n", ResponseFailed, "HTTPParserError"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", ResponseFailed, "HTTPParserError"),
    ],
)
@check
async def testWhatIsNoAnswer(answer: bytes, kind: type[Exception], cause: str) -> None:
    async with answering(answer) as base:
        with pytest.raises(kind) as caught:
            await ClientAgent().request(b"GET", base.encode())
        assert type(caught.value.reasons[0].value).__name__ == cause  # type: ignore[attr-defined]


def testAnAnswerThatDoesNotComeIsNotWaitedForForEver(net: Network) -> None:
    silent = net.listen(80)
    failure = settled(net, ClientAgent().request(b"GET", b"http://127.0.0.1/"), 300_005)
    assert isinstance(failure, ResponseNeverReceived)
    assert [type(each.value) for each in failure.reasons] == [neterror.TimeoutError]
    silent.close()
    pool.destroy()
    net.run()


@pytest.mark.parametrize("isRead", [True, False])
def testABodyThatStopsFailsWhoeverReadsIt(net: Network, isRead: bool) -> None:
    """Or whoever has read none of it, once there is a protocol."""
    server = http.createServer(lambda q, r: r.write(b"hello")).listen(80)
    receiver = Receiver()
    response = settled(net, ClientAgent().request(b"GET", b"http://127.0.0.1/"))
    if isRead:
        response.deliverBody(receiver)
        failure = settled(net, receiver.over, 300_005)
        assert [type(each.value) for each in failure.reasons] == [neterror.TimeoutError]
    else:
        server.closeAllConnections()
        net.run()
        response.deliverBody(receiver)
        failure = settled(net, receiver.over)
    assert isinstance(failure, ResponseFailed) and receiver.data == b"hello"
    server.close()
    pool.destroy()
    net.run()


@check
async def testABodyThatIsCutOff() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello") as base:
        receiver = Receiver()
        (await ClientAgent().request(b"GET", base.encode())).deliverBody(receiver)
        assert isinstance(await receiver.over, ResponseFailed) and receiver.data == b"hello"


@check
async def testARequestIsCancelled() -> None:
    came: Deferred[None] = Deferred()
    closed: Deferred[None] = Deferred()

    def handler(q: Any, r: Any) -> None:
        r.on("close", lambda: closed.callback(None))
        came.callback(None)

    async with serving(handler) as base:
        asked = ClientAgent().request(b"GET", base.encode())
        await came
        asked.cancel()
        with pytest.raises(CancelledError):
            await asked
        await closed


@check
async def testHeadersCannotBeForged() -> None:
    async with serving(echo) as base:
        with pytest.raises(Exception) as caught:
            await ClientAgent().request(b"GET /x HTTP/1.1\r\nA: b\r\n\r\nGET", base.encode())
        assert caught.value.reasons[0].value.code == "ERR_INVALID_HTTP_TOKEN"  # type: ignore[attr-defined]
