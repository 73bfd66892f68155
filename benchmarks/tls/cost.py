"""What does TLS cost a server? All figures but memory are the server's own processor time: a unit of work that takes
less than a client's own encryption cannot be told by a rate.

Client and server agree on what OpenSSL's defaults give. The load is linked with the system's OpenSSL, and the peers
have OpenSSLs of their own: `python -m benchmarks.tls.cost` says what each negotiates with it.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..harness import (
    HERE,
    Benchmark,
    Missing,
    Peer,
    Server,
    compiledWithTLS,
    node,
    onLoadCore,
    python,
    servers,
    wrkCount,
)

BROWSER = HERE / "load/browser.lua"
#: Connections at a time while only handshakes are done.
IN_FLIGHT = 16
IDLE = 1_000


@functools.cache
def credentials(kind: str) -> tuple[str, str]:
    """The paths of a key ("ec": P-256, "rsa": 2048 bits) and of a certificate of its own for localhost."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ec, rsa
    except ModuleNotFoundError:
        raise Missing("pip install 'nodecompat[tls]'") from None
    folder = Path(tempfile.mkdtemp(prefix="nodecompat-bench-"))
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    return _written(folder, key)


def _written(folder: Path, key: object) -> tuple[str, str]:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(folder / "key.pem"), str(folder / "cert.pem")


def _peer(name: str, kind: str, program: str, needs: str = "OpenSSL") -> Peer:
    def command() -> Sequence[str]:
        make = node if program.endswith(".cjs") else functools.partial(python, needs=needs)
        return make(program, *credentials(kind))()

    return Peer(name, command)


def echoing(kind: str) -> tuple[Peer, ...]:
    return (
        _peer("nodecompat", kind, "tlsecho_nodecompat.py"),
        _peer("Node 26", kind, "tlsecho_node.cjs"),
        _peer("Twisted", kind, "tlsecho_twisted.py"),
    )


def load(server: Server, *arguments: object) -> dict[str, float]:
    """Run the C client; see load/tls.c for what it returns."""
    command = [compiledWithTLS("load/tls.c"), server.port, server.pid, *arguments]
    answer: dict[str, float] = json.loads(onLoadCore([str(each) for each in command]))
    return answer


def _cpu(*arguments: object) -> Callable[[Server, float], float]:
    """The server's microseconds for a unit of work."""
    return lambda server, seconds: load(server, *arguments, seconds)["cpu"] / 1000


def _hello(server: Server, seconds: float) -> float:
    script = ["-s", str(BROWSER)]
    before = server.cpuSeconds
    count = wrkCount(server, connections=64, seconds=seconds, arguments=script, protocol="https")
    if not count:
        raise RuntimeError("no request was answered in the sample: take a longer one, with --seconds")
    return (server.cpuSeconds - before) / count * 1e6


def _memory(server: Server, seconds: float) -> float:
    """A server of its own for each sample, as in `idleBytes`."""
    fresh = Server(server.peer)
    try:
        before = load(fresh, "idle", 100)["pages"]
        after = load(fresh, "idle", IDLE)["pages"]
        return (after - before) * os.sysconf("SC_PAGE_SIZE") / (IDLE - 100)
    finally:
        fresh.stop()


def _below(must: float, aim: float) -> dict[str, tuple[tuple[str, float], ...]]:
    """At most this much of Node's processor time, as ratios in which more is better."""
    return {"required": (("Node 26", 1 / must),), "aims": (("Node 26", 1 / aim),)}


HELLO = (
    _peer("nodecompat", "ec", "https_nodecompat.py"),
    _peer("Node 26", "ec", "https_node.cjs"),
    _peer("uvicorn", "ec", "https_uvicorn.py", needs="uvicorn, uvloop, httptools"),
    _peer("twisted.web", "ec", "https_twisted.py"),
)
_BELOW_TWISTED = ("Twisted", 1 / 0.6)

BENCHMARKS = (
    Benchmark(
        "https",
        "HTTPS hello as in `http`, 64 connections: CPU time of the server",
        "µs/request",
        HELLO,
        _hello,
        required=(("Node 26", 1 / 0.9), ("twisted.web", 1 / 0.6)),
        aims=(("Node 26", 1 / 0.75),),
        higherIsBetter=False,
    ),
    Benchmark(
        "tls-echo",
        "TLS echo, 64 B ping-pong, 100 connections: CPU time of the server",
        "µs/message",
        echoing("ec"),
        _cpu("echo", 100, 64),
        required=(("Node 26", 1.0), _BELOW_TWISTED),
        aims=(("Node 26", 1 / 0.85),),
        higherIsBetter=False,
    ),
    Benchmark(
        "tls-bulk",
        "TLS, the server writes pieces of 64 KiB, one connection: CPU time of the server",
        "µs/piece",
        (_peer("nodecompat", "ec", "tlsbulk_nodecompat.py"), _peer("Node 26", "ec", "tlsbulk_node.cjs")),
        _cpu("bulk", 65536),
        higherIsBetter=False,
        **_below(1.3, 1.1),
    ),
    *(
        Benchmark(
            f"tls-full-{kind}",
            f"TLS 1.3, connect, full handshake with {said}, close: CPU time of the server",
            "µs/connection",
            echoing(kind),
            _cpu("full", IN_FLIGHT),
            higherIsBetter=False,
            **_below(1.15, 1.0),
        )
        for kind, said in (("ec", "a P-256 key"), ("rsa", "an RSA key of 2048 bits"))
    ),
    Benchmark(
        "tls-resumed",
        "TLS 1.3, connect, resume a session, close: CPU time of the server",
        "µs/connection",
        echoing("ec")[:2],  # stock Twisted resumes none
        _cpu("resumed", IN_FLIGHT),
        higherIsBetter=False,
        **_below(1.4, 1.1),
    ),
    Benchmark(
        "tls-memory",
        f"memory for each idle TLS connection, {IDLE:,} connections",
        "bytes",
        echoing("ec"),
        _memory,
        required=(("Node 26", 1.0),),
        higherIsBetter=False,
    ),
)


def main() -> int:
    """What each peer negotiates with the load."""
    for kind in ("ec", "rsa"):
        with servers(echoing(kind)) as (running, _):
            for server in running:
                print(f"{server.peer.name:12} {kind:4} {load(server, 'idle', 1)['negotiated']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
