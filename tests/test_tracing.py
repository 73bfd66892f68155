"""Spans of requests, through OpenTelemetry's SDK with an exporter in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from program import python
from suite import whyNoTLS

pytest.importorskip("opentelemetry.sdk", reason="needs opentelemetry-sdk: pip install opentelemetry-sdk")

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from nodecompat import async_hooks, diagnostics_channel, fetch, http, net, nextTick, setTimeout, tracing
from nodecompat.testing import Network

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    exporter, provider, inUse = InMemorySpanExporter(), TracerProvider(), async_hooks.inUse
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.start(provider)
    yield exporter
    tracing.stop()
    async_hooks.inUse = inUse
    provider.shutdown()


def get(network: Network, head: str) -> bytes:
    peer = network.connect(80)
    peer.send(f"{head}\r\nHost: shop.example:8080\r\nConnection: close\r\n\r\n".encode())
    network.advance(500)
    return peer.received


def currentTrace() -> str:
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


def testASpanOfAServerHasTheNamesOfTheConventions(exported: InMemorySpanExporter) -> None:
    with Network() as network:
        server = http.createServer(lambda req, res: res.writeHead(503).end()).listen(80)
        network.run()
        get(network, f"GET /cart?id=5 HTTP/1.1\r\nUser-Agent: test\r\ntraceparent: 00-{TRACE}-{PARENT}-01")
        server.close()
    (span,) = exported.get_finished_spans()
    assert (span.name, span.kind, span.status.status_code) == ("GET", SpanKind.SERVER, StatusCode.ERROR)
    assert format(span.context.trace_id, "032x") == TRACE
    assert format(span.parent.span_id, "016x") == PARENT
    attributes = dict(span.attributes)
    assert isinstance(attributes.pop("network.peer.port"), int)
    assert attributes.pop("client.address") == attributes.pop("network.peer.address") == "::ffff:127.0.0.1"
    assert attributes == {
        "error.type": "503",
        "http.request.method": "GET",
        "http.response.status_code": 503,
        "network.protocol.version": "1.1",
        "server.address": "shop.example",
        "server.port": 8080,
        "url.path": "/cart",
        "url.query": "id=5",
        "url.scheme": "http",
        "user_agent.original": "test",
    }


def testTheContextGoesWithCoroutinesAndTimersAndNotFurther(exported: InMemorySpanExporter) -> None:
    seen: list[str] = []

    async def onRequest(req: Any, res: Any) -> None:
        seen.append(currentTrace())
        setTimeout(lambda: (seen.append(currentTrace()), res.end()), 20)

    with Network() as network:
        server = http.createServer(onRequest).listen(80)
        network.run()
        get(network, f"GET / HTTP/1.1\r\ntraceparent: 00-{TRACE}-{PARENT}-01")
        server.close()
    assert seen == [TRACE, TRACE]
    assert currentTrace() == "0" * 32


@pytest.mark.parametrize("way", ["request", "fetch"])
def testARequestThatIsMadeMeanwhileGoesOnWithTheTrace(exported: InMemorySpanExporter, way: str) -> None:
    received: list[Any] = []

    def onBackend(req: Any, res: Any) -> None:
        received.append(req.headers["traceparent"])
        res.writeHead(404).end()

    async def onFront(req: Any, res: Any) -> None:
        url = "http://127.0.0.1:81/stock?id=5"
        if way == "fetch":
            await (await fetch(url)).text()
            res.end()
        else:
            http.get(url, lambda answer: answer.resume().on("end", res.end))

    with Network() as network:
        servers = [http.createServer(onBackend).listen(81), http.createServer(onFront).listen(80)]
        network.run()
        get(network, f"GET / HTTP/1.1\r\ntraceparent: 00-{TRACE}-{PARENT}-01")
        for each in servers:
            each.close()
        http.globalAgent.destroy()
        network.advance(10_000)
    backend, client, front = sorted(exported.get_finished_spans(), key=lambda span: span.start_time, reverse=True)
    assert {format(each.context.trace_id, "032x") for each in (backend, client, front)} == {TRACE}
    assert client.parent.span_id == front.context.span_id
    assert backend.parent.span_id == client.context.span_id
    assert received == [f"00-{TRACE}-{client.context.span_id:016x}-01"]
    assert (client.kind, client.status.status_code) == (SpanKind.CLIENT, StatusCode.ERROR)
    assert dict(client.attributes) == {
        "error.type": "404",
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "network.protocol.version": "1.1",
        "server.address": "127.0.0.1",
        "server.port": 81,
        "url.full": "http://127.0.0.1:81/stock?id=5",
    }
    assert backend.status.status_code == StatusCode.UNSET, "a client's mistake is none of the server"


@pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "")
def testRequestsOverTLS(exported: InMemorySpanExporter) -> None:
    """A server's and a client's, with one trace; and a client that does not know the authority."""
    from tls import certificates

    from nodecompat import https

    made = certificates.make()
    seen: list[str] = []
    with Network() as network:
        server = https.createServer({"cert": made.cert, "key": made.key}, lambda req, res: res.end(currentTrace()))
        server.listen(443)
        network.run()
        options = {"host": "127.0.0.1", "path": "/cart?id=5", "ca": made.ca, "agent": False}
        https.get(options, lambda res: res.setEncoding("utf8").on("data", seen.append))
        network.run()
        https.get({**options, "ca": []}).on("error", lambda error: seen.append(error.code))
        network.run()
        server.close()
        network.advance(10_000)
    served, client, failed = exported.get_finished_spans()
    assert (served.kind, client.kind, failed.kind) == (SpanKind.SERVER, SpanKind.CLIENT, SpanKind.CLIENT)
    assert seen == [format(client.context.trace_id, "032x"), failed.attributes["error.type"]]
    assert served.parent.span_id == client.context.span_id
    assert failed.status.status_code == StatusCode.ERROR and "http.response.status_code" not in failed.attributes
    told = {name: served.attributes[name] for name in ("url.scheme", "url.path", "url.query", "server.port")}
    assert told == {"url.scheme": "https", "url.path": "/cart", "url.query": "id=5", "server.port": 443}
    assert dict(client.attributes) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
        "server.address": "127.0.0.1",
        "server.port": 443,
        "url.full": "https://127.0.0.1/cart?id=5",
    }


@pytest.mark.skipif(bool(whyNoTLS()), reason=whyNoTLS() or "")
def testAFetchOverTLS(exported: InMemorySpanExporter) -> None:
    """The two requests of one connection; the second is refused by its server's program."""
    from tls import certificates

    from nodecompat import https, tls

    made, before = certificates.make(), tls.getCACertificates("default")
    seen: list[str] = []

    async def ask() -> None:
        seen.extend([await (await fetch(f"https://127.0.0.1:444{path}")).text() for path in ("/a", "/b?id=5")])

    def onRequest(req: Any, res: Any) -> None:
        res.writeHead(200 if req.url == "/a" else 404).end(req.headers["traceparent"])

    with Network() as network:
        tls.setDefaultCACertificates([made.ca])
        server = https.createServer({"cert": made.cert, "key": made.key}, onRequest).listen(444)
        network.run()
        nextTick(ask)
        network.advance(100)
        server.close()
        network.advance(10_000)
        tls.setDefaultCACertificates(before)
    spans = exported.get_finished_spans()
    clients = [each for each in spans if each.kind is SpanKind.CLIENT]
    assert len(spans) == 4 and [each.attributes["http.response.status_code"] for each in clients] == [200, 404]
    ids = [f"{each.context.trace_id:032x}-{each.context.span_id:016x}" for each in clients]
    assert [each[3:-3] for each in seen] == ids
    assert {name: clients[1].attributes[name] for name in ("server.address", "server.port", "url.full")} == {
        "server.address": "127.0.0.1",
        "server.port": 444,
        "url.full": "https://127.0.0.1:444/b?id=5",
    }


def testARedirectIsFollowedInTheSameTrace(exported: InMemorySpanExporter) -> None:
    received: list[Any] = []

    def onBackend(req: Any, res: Any) -> None:
        received.append((req.url, req.headers["traceparent"][3:35]))
        res.writeHead(200 if req.url == "/new" else 302, {"Location": "/new"}).end()

    async def onFront(req: Any, res: Any) -> None:
        await (await fetch("http://127.0.0.1:81/old")).text()
        res.end()

    with Network() as network:
        servers = [http.createServer(onBackend).listen(81), http.createServer(onFront).listen(80)]
        network.run()
        get(network, f"GET / HTTP/1.1\r\ntraceparent: 00-{TRACE}-{PARENT}-01")
        for each in servers:
            each.close()
        network.advance(10_000)
    assert received == [("/old", TRACE), ("/new", TRACE)]
    spans = exported.get_finished_spans()
    front = next(each for each in spans if each.parent.span_id == int(PARENT, 16))
    clients = [each for each in spans if each.kind is SpanKind.CLIENT]
    assert [each.attributes["url.full"].rpartition("/")[2] for each in clients] == ["old", "new"]
    assert {each.parent.span_id for each in clients} == {front.context.span_id}


def testRequestsThatFail(exported: InMemorySpanExporter) -> None:
    with Network() as network:
        http.get("http://127.0.0.1:9/").on("error", lambda error: None)
        server = net.createServer(lambda socket: socket.destroy()).listen(80)
        network.run()
        http.get("http://127.0.0.1:80/").on("error", lambda error: None)
        network.advance(100)
        server.close()
        unfinished = http.createServer(lambda req, res: (res.write("half"), res.destroy())).listen(82)
        network.run()
        network.connect(82).send(b"PURGE / HTTP/1.0\r\n\r\n")
        network.advance(100)
        unfinished.close()
    found = [(each.name, each.attributes["error.type"]) for each in exported.get_finished_spans()]
    assert found == [("GET", "ECONNREFUSED"), ("GET", "ECONNRESET"), ("HTTP", "aborted")]
    last = exported.get_finished_spans()[-1].attributes
    assert (last["http.request.method"], last["http.request.method_original"]) == ("_OTHER", "PURGE")


def testNothingListensBeforeAndAfter() -> None:
    names = ("http.server.request.start", "http.client.request.created")
    assert not any(diagnostics_channel.hasSubscribers(name) for name in names)
    inUse = async_hooks.inUse
    tracing.start()
    assert all(diagnostics_channel.hasSubscribers(name) for name in names)
    tracing.stop()
    async_hooks.inUse = inUse
    assert not any(diagnostics_channel.hasSubscribers(name) for name in names)


def testWithoutTheAPITheExtraIsNamed() -> None:
    program = """
import sys
sys.modules["opentelemetry"] = None
from nodecompat import tracing
try:
    tracing.start()
except ModuleNotFoundError as error:
    print(error)
"""
    assert python("-c", program)[1] == "tracing needs opentelemetry-api: pip install 'nodecompat[otel]'\n"
