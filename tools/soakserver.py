"""The process that `tools/soak.py` loads: a server and a proxy in front of it, each with http and with https.

It prints one line of JSON: its four ports, and the certificate that clients trust.
"""

from __future__ import annotations

import datetime
import gc
import ipaddress
import json
import os
import threading
from pathlib import Path
from typing import Any

from nodecompat import http, https, run
from nodecompat.stream import pipeline

HERE = "127.0.0.1"
BODY = b"x" * 20_000
#: So long that a client on a busy machine does not find its connection closed between two requests, milliseconds.
KEPT_ALIVE = 30_000


def sample() -> dict[str, float]:
    """What may grow."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "memory": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "objects": len(gc.get_objects()),
    }


def certificate() -> dict[str, Any]:
    """A key and a certificate of 127.0.0.1, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2)).add_extension(names, critical=False).sign(key, None)
    )  # fmt: skip
    pem, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return {"cert": made.public_bytes(pem), "key": key.private_bytes(pem, private, serialization.NoEncryption())}


#: The server and the proxy, of http and of https.
servers: list[Any] = []


def onRequest(request: Any, response: Any) -> None:
    """The server."""
    if request.url in ("/stats", "/rest"):
        if request.url == "/rest":  # the load is over: nothing need be kept alive
            for each in (http, https):
                each.globalAgent.destroy()
            for each in servers:
                each.closeIdleConnections()
        response.end(json.dumps(sample()))
    elif request.url == "/large":
        request.resume()
        response.end(BODY)
    else:
        request.resume()
        response.end("hello")


def proxyTo(module: Any, server: Any, options: dict[str, Any]) -> Any:
    """The proxy: a listener for requests, which passes them on to `server`."""

    def onProxied(request: Any, response: Any) -> None:
        forward = module.request(
            {"host": HERE, "port": server.address().port, "path": request.url, "method": request.method, **options}
        )

        def onAnswer(answer: Any) -> None:
            response.writeHead(answer.statusCode, answer.headers)
            pipeline(answer, response, lambda error=None: None)

        forward.on("response", onAnswer)
        forward.on("error", lambda error: response.destroy())
        response.on("close", lambda: forward.destroy())
        pipeline(request, forward, lambda error=None: None)

    return onProxied


def main() -> None:
    pem = certificate()
    for module, options, trust in ((http, {}, {}), (https, pem, {"ca": pem["cert"]})):
        server: Any = module.createServer(options, onRequest).listen(0, HERE)
        servers.extend((server, module.createServer(options, proxyTo(module, server, trust)).listen(0, HERE)))
    for each in servers:
        each.keepAliveTimeout = KEPT_ALIVE
    ports = dict(zip(("http", "proxy", "https", "secureProxy"), servers, strict=True))

    def tell() -> None:
        told = {name: each.address().port for name, each in ports.items()}
        print(json.dumps({"ports": told, "certificate": pem["cert"].decode()}), flush=True)

    servers[-1].on("listening", tell)
    run()


if __name__ == "__main__":
    main()
