"""What Node did in the scenarios tls-* and https-get, played again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_twisted
import transcript
from tls import certificates
from transcript import CREQ, CRES, Env, none

from nodecompat import https, net, tls
from nodecompat.tls.failures import _HINT

#: Self-signed, as in the recorded programs.
MADE = certificates.make("selfSigned", names=("service.test",))
#: Where Node's text goes on otherwise: see docs/departures.md.
NODE_HINT = "; if the root CA is installed locally, try running Node.js with --use-system-ca"
CLIENT = ("lookup", "connect", "secureConnect", "ready", "data", "end", "error", "finish", "close")
SERVER = ("connection", "secureConnection", "tlsClientError", "close")
PICK_SERVER = {"connection": none, "secureConnection": none, "tlsClientError": lambda error, socket: [error.code]}
PROGRAMS: dict[str, Callable[[Env], Awaitable[None]]] = {}


def scenario(program: Callable[[Env], Awaitable[None]]) -> Callable[[Env], Awaitable[None]]:
    """Register `tlsConnect` as the program of tls-connect."""
    name = "".join("-" + letter.lower() if letter.isupper() else letter for letter in program.__name__)
    PROGRAMS[name] = program
    return program


async def secureServer(env: Env, **options: Any) -> Any:
    server = tls.createServer({"key": MADE.key, "cert": MADE.cert, **options})
    env.watch("server", server, SERVER, PICK_SERVER)
    server.listen(0, "127.0.0.1")
    await env.once(server, "listening")
    env.port(server.address().port)
    return server


def connect(server: Any, *args: Any, **options: Any) -> Any:
    given = {"port": server.address().port, "host": "127.0.0.1", "servername": "service.test", **options}
    return tls.connect(given, *args)


def nodesText(error: Any) -> list[Any]:
    return [{"error": "Error", "code": error.code, "message": str(error).replace(_HINT, NODE_HINT)}]


@scenario
async def tlsConnect(env: Env) -> None:
    def onSecure(s: Any) -> None:
        env.log("server", "secureConnection", s.authorized, s.alpnProtocol, s.servername)
        env.watch("peer", s, ("data", "end", "finish", "close", "error"))
        s.resume()
        s.end("hi")

    server = await secureServer(env, ALPNProtocols=["a"])
    server.removeAllListeners("secureConnection")
    server.on("secureConnection", onSecure)
    c = connect(server, lambda: env.log("client", "secureConnect-callback"), ca=MADE.cert, ALPNProtocols=["b", "a"])
    c.setEncoding("utf8")
    env.watch("client", c, CLIENT)
    c.on("secureConnect", lambda: logFacts(env, c))
    await env.once(c, "close")
    await env.sleep(20)
    env.cleanup(server.close)


def logFacts(env: Env, c: Any) -> None:
    names = c.getPeerCertificate()["subjectaltname"]
    known = (c.authorized, c.authorizationError, c.encrypted, c.alpnProtocol, c.getProtocol(), c.servername)
    env.log("client", "facts", *known, names)


@scenario
async def tlsUntrusted(env: Env) -> None:
    def onSecure(s: Any) -> None:
        env.log("server", "secureConnection", s.authorized, s.alpnProtocol, s.servername)
        s.on("error", lambda error: None)
        s.resume()
        s.end()

    server = await secureServer(env)
    server.removeAllListeners("secureConnection")
    server.on("secureConnection", onSecure)
    strict = env.watch("strict", connect(server), CLIENT, {"error": nodesText})
    await env.once(strict, "close")
    lax = connect(server, rejectUnauthorized=False)
    env.watch("lax", lax, ("secureConnect", "error", "end", "close"))
    lax.on("secureConnect", lambda: env.log("lax", "facts", lax.authorized, lax.authorizationError))
    lax.resume()
    await env.once(lax, "close")
    await env.sleep(20)
    name = connect(server, ca=MADE.cert, servername="other.test")
    env.watch("name", name, ("secureConnect", "error", "end", "close"), {"error": nodesText})
    name.on("error", lambda error: env.log("name", "fields", error.reason, error.host))
    await env.once(name, "close")
    await env.sleep(20)
    env.cleanup(server.close)


@scenario
async def tlsPlainClient(env: Env) -> None:
    server = await secureServer(env)
    plain = net.connect(server.address().port, "127.0.0.1")
    env.watch("plain", plain, ("connect", "end", "error", "close"))
    plain.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    plain.resume()
    await env.once(plain, "close")
    texts = net.createServer(lambda s: (s.on("error", lambda error: None), s.end("220 hello\r\n")))
    texts.listen(0, "127.0.0.1")
    await env.once(texts, "listening")
    client = tls.connect(port=texts.address().port, host="127.0.0.1", rejectUnauthorized=False)
    env.watch("tls", client, ("secureConnect", "close"))
    client.on("error", lambda error: env.log("tls", "error", error.code))
    await env.once(client, "close")
    texts.close()
    env.cleanup(server.close)


@scenario
async def httpsGet(env: Env) -> None:
    def onRequest(req: Any, res: Any) -> None:
        env.log("server", "encrypted", req.socket.encrypted)
        env.log("server", "request", req.method, req.url, req.headers["host"])
        res.end("secret")

    server = https.createServer({"key": MADE.key, "cert": MADE.cert})
    env.watch("server", server, ("connection", "secureConnection"), {"connection": none, "secureConnection": none})
    env.listeners["server"].append("request")
    server.on("request", onRequest)
    server.listen(0, "127.0.0.1")
    await env.once(server, "listening")
    env.port(server.address().port)
    req = https.get(
        {
            "port": server.address().port,
            "host": "127.0.0.1",
            "path": "/s",
            "ca": MADE.cert,
            "servername": "service.test",
            "agent": False,
        }
    )
    env.watch("client-req", req, CREQ, {"socket": none, "response": lambda res: [res.statusCode]})
    req.on("socket", lambda s: env.watch("client-socket", s, ("connect", "secureConnect", "close")))

    def onResponse(res: Any) -> None:
        res.setEncoding("utf8")
        env.watch("client-res", res, CRES)

    req.on("response", onResponse)
    await env.once(req, "close")
    await env.sleep(20)
    env.cleanup(server.close)


@pytest.mark.parametrize("name", [*transcript.names("tls-"), *transcript.names("https-")])
@pytest_twisted.ensureDeferred
async def testTranscript(name: str) -> None:
    await transcript.reproduce(name, PROGRAMS[name])
