"""A differential fuzzer of tls: a server and a client with random options, played by Node and by nodecompat.

    python tools/fuzz_tls.py --programs 5000 --seed 3
    python tools/fuzz_tls.py --programs 500 --cross        each side once in Node and once here
    python tools/fuzz_tls.py --programs 1200 --record tests/data/tls-options.jsonl.gz

What counts are the events of each side in their order, with the code of an error, and what a connection is when it is
secure: version, cipher, group, protocol, whether the peer is authorized and why not, whether a session was resumed.
A program is played with certificates of tests/tls/certificates.py: of every kind, with several kinds of keys.

Left out, because we depart from Node there (docs/departures.md): the name on a resumed session, bad ALPNProtocols of a
server, what is an error here because it would have no effect. `OPENSSL` has what another OpenSSL says in other words.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
for each in (HERE, HERE.parent, HERE.parent / "tests"):
    if str(each) not in sys.path:
        sys.path.insert(0, str(each))

from tls import certificates  # noqa: E402
from twisted.internet.defer import Deferred  # noqa: E402
from twisted.internet.task import deferLater, react  # noqa: E402
from twisted.internet.threads import deferToThread  # noqa: E402

from nodecompat import tls  # noqa: E402
from nodecompat.reactor.loop import host  # noqa: E402
from nodecompat.testing import Network, network  # noqa: E402
from nodecompat.timers import setImmediate  # noqa: E402

Case = dict[str, Any]
#: A case, what Node has made of it each time, and what we have.
Difference = tuple[Case, list[Any], Any]
PORT = 443
QUIET = 150  # milliseconds without an event: the rest waits for ever
#: Reasons that OpenSSL 3.5, in Node, and OpenSSL 4 put in other words.
#: What is left in OpenSSL's queue after a list of revoked certificates was checked, Node takes for an error of its own.
OPENSSL = {
    "ERR_SSL_PROVIDER_SIGNATURE_FAILURE": "ECONNRESET",
    "ERR_SSL_WRONG_PUBLIC_KEY_TYPE": "ECONNRESET",
    # Who always asks for a certificate, as Node does, learns late that none will do.
    "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM": "ERR_SSL_NO_SHARED_CIPHER",
}

KINDS = ["good"] * 6 + [each for each in certificates.KINDS if each != "good"]
KEYS = ["ec", "ec", "rsa", "rsa", "ed25519", "ec384"]
VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.2", "TLSv1.3", "TLSv1.3"]
METHODS = ["TLSv1_2_method", "TLS_method", "SSLv23_method", "TLSv1_method", "SSLv3_method", "nosuch_method"]
CIPHERS = [
    "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384", "AES256-SHA",
    "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256", "HIGH:!aNULL", "DEFAULT", "NOSUCH", "ECDHE+AESGCM",
    "DEFAULT@SECLEVEL=0", "ALL:@SECLEVEL=0", "DEFAULT@SECLEVEL=0", "TLS_NOSUCH",
    "ECDHE-RSA-AES256-SHA384:AES128-GCM-SHA256:TLS_AES_128_CCM_SHA256", "TLS_AES_128_GCM_SHA256:NOSUCH", "",
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-CHACHA20-POLY1305:AES128-SHA256", "PSK",
]  # fmt: skip
CURVES = [
    "auto", "P-256", "P-384", "X25519", "X25519:P-256", "secp384r1:prime256v1", "nosuch", "P-521:P-256", "X448",
    "X25519MLKEM768:X25519", "",
]  # fmt: skip
ALGORITHMS = [
    "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "RSA+SHA256:ECDSA+SHA256", "ed25519", "nosuch", "",
    "rsa_pss_rsae_sha512:ecdsa_secp384r1_sha384", "rsa_pkcs1_sha256:ecdsa_secp256r1_sha256:ed25519", "RSA-PSS+SHA256",
]  # fmt: skip
PROTOCOLS = [["a"], ["a", "b"], ["b"], ["b", "a"], ["h2", "http/1.1"], []]
HOSTS = ["127.0.0.1"] * 8 + [
    "localhost", "LOCALHOST", "localhost.", "a.example.com", "b.a.example.com", "other.example", "example.com",
    "xn--bcher-kva.example", "b\u00fccher.example",
]  # fmt: skip
SERVERNAMES = [
    "localhost",
    "LocalHost",
    "localhost.",
    "a.example.com",
    "other.example",
    "",
    "127.0.0.1",
]
NO_TICKET, NO_TLS13 = 0x4000, 0x20000000
LIVES: list[list[list[Any]]] = [
    [["server", "secure", "end", 1], ["client", "end", "end", 0]],
    [["server", "secure", "end", 10]],
    [["client", "secure", "end", 3]],
    [["client", "secure", "end", 3], ["server", "end", "end", 2]],
    [["client", "secure", "write", 3], ["server", "data", "write", 4], ["client", "data", "end", 0]],
    [["client", "secure", "write", 3], ["server", "data", "end", 4], ["client", "end", "end", 0]],
    [["server", "secure", "write", 5], ["client", "data", "end", 6], ["server", "end", "end", 7]],
    [["server", "secure", "write", 5], ["client", "data", "end", 6]],
    [["server", "secure", "write", 5], ["client", "data", "destroy", 0]],
    [["client", "secure", "write", 5], ["server", "data", "destroy", 0]],
    [["server", "secure", "destroy", 0]],
    [["server", "secure", "end", 100_000], ["client", "end", "end", 50_000]],
    [["client", "secure", "end", 100_000], ["server", "end", "end", 50_000]],
    [["server", "secure", "end", 0]],
    [],
]


class Maker:
    """Makes cases."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def algorithms(self) -> dict[str, Any]:
        """What both sides may say of versions, ciphers, groups and signatures."""
        choose, found = self.random.choice, {}
        if self.maybe(0.15):
            found["minVersion"] = choose(VERSIONS)
        if self.maybe(0.2):
            found["maxVersion"] = choose(VERSIONS)
        if self.maybe(0.04):
            found["secureProtocol"] = choose(METHODS)
        if self.maybe(0.2):
            found["ciphers"] = choose(CIPHERS)
        if self.maybe(0.12):
            found["ecdhCurve"] = choose(CURVES)
        if self.maybe(0.1):
            found["sigalgs"] = choose(ALGORITHMS)
        if self.maybe(0.08):
            found["secureOptions"] = choose([NO_TICKET, NO_TLS13])
        if self.maybe(0.25):
            found["ALPNProtocols"] = choose(PROTOCOLS)
        return found

    def case(self) -> Case:
        choose = self.random.choice
        kind, key = choose(KINDS), choose(KEYS)
        cert = f"{kind} {key}"
        server: dict[str, Any] = {"cert": cert, **self.algorithms()}
        client: dict[str, Any] = {"host": choose(HOSTS), **self.algorithms()}
        if self.maybe(0.85):
            client["ca"] = cert
        if self.maybe(0.6 if kind == "revoked" else 0.05):
            client["crl"] = cert
        if self.maybe(0.4):
            client["servername"] = choose(SERVERNAMES)
        if self.maybe(0.25):
            client["rejectUnauthorized"] = choose([False, False, True])
        if self.maybe(0.1):
            server["honorCipherOrder"] = choose([True, False])
        if self.maybe(0.1):
            server["sessionIdContext"] = choose(["x", "y" * 40])
        if self.maybe(0.3):
            server["allowHalfOpen"] = True
        if self.maybe(0.2):
            client["allowHalfOpen"] = True
        if self.maybe(0.3):
            own = f"{choose(KINDS)} {choose(KEYS)}"
            server["requestCert"] = True
            if self.maybe(0.8):
                server["ca"] = own
            if self.maybe(0.3):
                server["crl"] = own
            if self.maybe(0.4):
                server["rejectUnauthorized"] = choose([False, False, True])
            if self.maybe(0.8):
                client["cert"] = own
        names = [
            [choose(["localhost", "*.example.com", "OTHER.example", "*"]), f"{choose(KINDS)} {choose(KEYS)}"]
            for _ in range(choose([1, 2]) if self.maybe(0.15) else 0)
        ]
        hasCallback = "ALPNProtocols" not in server and self.maybe(0.15)
        hasSNI = self.maybe(0.15)
        life = choose(LIVES)
        if hasSNI or names:
            server.pop("ca", None)  # Node's server sends the authority too, in the chain of the other certificate
            client.pop("crl", None)
        if "requestCert" in server:
            server.pop("sigalgs", None)  # OpenSSL 4 sends no certificate that the server could not check
        # A server that is through before its tickets have left has Node's client without one; neither has a session
        # that was begun for a second try with another group.
        mayResume = "destroy" not in [step[2] for step in life] and "ecdhCurve" not in server
        return {
            "server": server,
            "client": client,
            "names": names,
            "alpn": choose(["first", "last", "none", "other"]) if hasCallback else None,
            "sni": choose(["now", "later", "nothing", "error"]) if hasSNI else None,
            "sniCert": f"good {choose(KEYS)}",
            "check": choose(["accept", "refuse"]) if self.maybe(0.08) else None,
            "rounds": 2 if self.maybe(0.2) and mayResume else 1,
            "life": life,
        }


# -- playing


class Log:
    """What happened on one side."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.session: bytes | None = None

    def note(self, *words: Any) -> None:
        if words[0] == "data" and self.lines and self.lines[-1][0] == "data":
            self.lines[-1][1] += words[1]
        else:
            self.lines.append(list(words))

    def take(self) -> list[Any]:
        found, self.lines = self.lines, []
        return found


def codeOf(error: Any) -> Any:
    """The code of an error; of one without, the words of this program's own."""
    return getattr(error, "code", None) or ("refused" if str(error) == "refused" else "Error")


def filled(options: dict[str, Any]) -> dict[str, Any]:
    given = dict(options)
    for name in ("ca", "crl"):
        if given.get(name):
            given[name] = getattr(made(given[name]), name)
    if given.get("cert"):
        own = made(given["cert"])
        given.update(cert=own.cert, key=own.key)
    return given


def made(name: str) -> certificates.Made:
    kind, key = name.split()
    return certificates.make(kind, key=key)


def knows(socket: Any, isServer: bool) -> dict[str, Any]:
    cipher = socket.getCipher()
    found = {
        "authorized": socket.authorized,
        "why": socket.authorizationError,
        "protocol": socket.getProtocol(),
        "cipher": cipher and cipher["name"],
        "alpn": socket.alpnProtocol,
        "reused": socket.isSessionReused(),
    }
    found |= {"servername": socket.servername} if isServer else {"group": plain(socket.getEphemeralKeyInfo())}
    return found


def plain(record: Any) -> Any:
    """A record as JSON has it: what is undefined in Node is not there."""
    return None if record is None else {name: record[name] for name in record if record[name] is not None}


def watch(socket: Any, log: Log, life: list[list[Any]], side: str) -> Any:
    seen: set[str] = set()

    def act(event: str) -> None:
        if event in seen:
            return
        seen.add(event)
        for who, when, method, size in life:
            if (who, when) == (side, event):
                getattr(socket, method)(*[bytes(size)] if size else [])

    socket.on("data", lambda data: (log.note("data", len(data)), act("data")))
    socket.on("end", lambda: (log.note("end"), act("end")))
    socket.on("error", lambda error: log.note("error", codeOf(error)))
    socket.on("close", lambda hadError: log.note("close", hadError))
    return act


def serve(test: Case, log: Log) -> Any:
    options = filled(test["server"])
    kind = test["alpn"]
    if kind:
        options["ALPNCallback"] = lambda given: {
            "first": given["protocols"][0],
            "last": given["protocols"][-1],
            "none": None,
            "other": "zzz",
        }[kind]
    if test["sni"]:
        options["SNICallback"] = lambda name, answer: choose(test, log, name, answer)
    server = tls.createServer(options)
    for name, cert in test["names"]:
        server.addContext(name, filled({"cert": cert}))
    server.on("connection", lambda raw: log.note("connection"))
    server.on("tlsClientError", lambda error: log.note("tlsClientError", codeOf(error)))

    def onSecure(socket: Any) -> None:
        log.note("secureConnection", knows(socket, True))
        watch(socket, log, test["life"], "server")("secure")

    server.on("secureConnection", onSecure)
    return server


def choose(test: Case, log: Log, name: str, answer: Any) -> None:
    log.note("SNICallback", name)
    context = lambda: tls.createSecureContext(filled({"cert": test["sniCert"]}))  # noqa: E731
    kind = test["sni"]
    if kind == "now":
        answer(None, context())
    elif kind == "later":
        setImmediate(lambda: answer(None, context()))
    elif kind == "nothing":
        answer(None, None)
    else:
        answer(ValueError("refused"))


def connect(test: Case, log: Log, port: int, session: bytes | None) -> Any:
    options = {**filled(test["client"]), "port": port, "session": session}
    if options["host"] != "127.0.0.1":
        options["lookup"] = lambda name, given, done: (
            done(None, [{"address": "127.0.0.1", "family": 4}]) if given.get("all") else done(None, "127.0.0.1", 4)
        )
    if test["check"]:

        def check(name: str, cert: Any) -> Any:
            log.note("checkServerIdentity", name)
            return ValueError("refused") if test["check"] == "refuse" else None

        options["checkServerIdentity"] = check
    socket = tls.connect(options)
    socket.on("connect", lambda: log.note("connect"))
    act = watch(socket, log, test["life"], "client")
    socket.on("secureConnect", lambda: (log.note("secureConnect", knows(socket, False)), act("secure")))
    socket.on("session", lambda session: setattr(log, "session", session))
    return socket


def play(test: Case) -> dict[str, Any]:
    """What nodecompat makes of a case, on the network in memory."""
    log = Log()
    with network() as net:
        try:
            server = serve(test, log)
        except Exception as error:
            return {"server": [[["throws", codeOf(error)]]], "client": []}
        sockets: list[Any] = []
        server.on("connection", sockets.append)
        server.on("secureConnection", sockets.append)
        server.listen(PORT)
        net.run()
        found = list(rounds(test, log, net))
        for each in sockets:
            each.on("error", ignore).destroy()
        server.close()
        net.run()
    return {"server": [server for _, server in found if server is not None], "client": [client for client, _ in found]}


def rounds(test: Case, log: Log, net: Network) -> Iterator[tuple[list[Any], list[Any] | None]]:
    session = None
    for _ in range(test["rounds"]):
        own = Log()
        try:
            socket = connect(test, own, PORT, session)
        except Exception as error:
            yield [["throws", codeOf(error)]], None
            return
        net.run()
        client = own.take()
        session = own.session
        socket.removeAllListeners("error").on("error", ignore).destroy()
        net.run()
        yield client, log.take()


def ignore(error: Any) -> None:
    """Of no interest any more."""


class Node:
    """A process that plays cases."""

    def __init__(self, node: str, folder: str) -> None:
        path = pathlib.Path(folder) / "made.json"
        if not path.exists():
            path.write_text(json.dumps({name: texts(name) for name in allNames()}))
        self.process = subprocess.Popen(
            [node, "--no-warnings", str(HERE / "fuzz_tls.cjs"), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line: dict[str, Any]) -> Any:
        self.send(line)
        return self.read()

    def send(self, line: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "Node has ended"
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def allNames() -> list[str]:
    return sorted({f"{kind} {key}" for kind in KINDS for key in KEYS})


def texts(name: str) -> dict[str, str]:
    found = made(name)
    return {"cert": found.cert, "key": found.key, "ca": found.ca, "crl": found.crl}


@contextlib.contextmanager
def nodes(node: str, count: int = 1) -> Iterator[list[Node]]:
    for name in allNames():
        made(name)  # before the lists of who is revoked
    with tempfile.TemporaryDirectory() as folder:
        found = [Node(node, folder) for _ in range(count)]
        try:
            yield found
        finally:
            for each in found:
                each.close()


# -- one side in Node


async def playWithOurClient(node: Node, test: Case, quiet: float) -> dict[str, Any]:
    """Node's server and our client, on real sockets."""
    port = await deferToThread(node.ask, {"role": "server", "test": test, "quiet": quiet})
    if "port" not in port:
        return {"server": [[["throws"]]], "client": []}
    client = await connectInRounds(test, port["port"], quiet)
    end = await deferToThread(node.ask, {"role": "end", "test": test, "quiet": quiet})
    return {"server": [end["server"]], "client": client}


async def playWithOurServer(node: Node, test: Case, quiet: float) -> dict[str, Any]:
    """Our server and Node's client."""
    log = Log()
    try:
        server = serve(test, log)
    except Exception:
        return {"server": [[["throws"]]], "client": []}
    sockets: list[Any] = []
    server.on("connection", sockets.append)
    server.on("secureConnection", sockets.append)
    server.listen(0, "127.0.0.1")
    await until(lambda: server.listening)
    line = {"role": "client", "test": test, "port": server.address().port, "quiet": quiet}
    client = (await deferToThread(node.ask, line))["client"]
    await until(lambda: not server.connections, quiet)
    for each in sockets:
        each.on("error", ignore).destroy()
    server.close()
    await until(lambda: not server.connections)
    return {"server": [log.take()], "client": client}


async def connectInRounds(test: Case, port: int, quiet: float) -> list[Any]:
    found: list[Any] = []
    session = None
    for _ in range(test["rounds"]):
        log = Log()
        over: list[Any] = []
        try:
            socket = connect(test, log, port, session)
        except Exception as error:
            return [*found, [["throws", codeOf(error)]]]
        socket.on("close", over.append)
        lines = -1
        while not over and lines != len(log.lines):  # until it is over, or nothing happens any more
            lines = len(log.lines)
            await until(lambda over=over: over, quiet)
        found.append(log.take())
        session = log.session
        socket.removeAllListeners("error").on("error", ignore).destroy()
        await until(lambda over=over: over)
    return found


async def until(condition: Any, patience: float = 20_000) -> None:
    """Wait until it holds, but no longer than so many milliseconds."""
    end = time.monotonic() + patience / 1000
    while not condition() and time.monotonic() < end:
        await deferLater(host.theReactor(), 0.002, lambda: None)


# -- comparing


def comparable(outcome: Any, test: Case) -> Any:
    """An outcome without what may differ."""
    found = json.loads(json.dumps(outcome))
    for client in found["client"]:
        # Node leaves the connection open when it fails behind the handshake, until the server closes it.
        names = [event[0] for event in client]
        if "secureConnect" in names and "error" in names:
            client[names.index("error") + 1 :] = [["close", True]]
        if ["connect"] in found["client"][0] and client is not found["client"][0]:
            client[:] = [event for event in client if event[0] != "checkServerIdentity"]
        for event in client:
            if event[0] == "secureConnect" and event[1]["reused"]:
                for name in ("group", "authorized", "why"):  # Node says "x25519", of type "TLSGroup"
                    event[1].pop(name, None)
    for at, server in enumerate(found["server"]):
        client = (found["client"][at:] or [[]])[0]
        server[:] = [event for event in server if event[0] != "error" or event[1] not in OPENSSL]
        for event in server:
            event[1:] = [OPENSSL.get(each, each) if isinstance(each, str) else each for each in event[1:]]
        if "allowHalfOpen" in test["server"] and "secureConnect" not in [event[0] for event in client]:
            # A client that has gone in the handshake: in Node its connection stays open.
            server[:] = [event for event in server if event != ["tlsClientError", "ECONNRESET"]]
        names, others = [event[0] for event in server], [event[0] for event in client]
        # One side has gone: what the other still sees of it is a matter of time.
        if "secureConnection" in names and "error" in others:
            del server[names.index("secureConnection") + 1 :]
        if ["tlsClientError", "ECONNRESET"] in server and "secureConnect" in others:
            del client[others.index("secureConnect") + 1 :]
        for one, other in pairwise(list(server)):
            if one[0] == other[0] == "data":
                other[1] += one[1]
                server.remove(one)
    found["server"] = [server for server in found["server"] if server]
    return found


async def runCross(node: str, count: int, seed: int, attempts: int = 3) -> list[Difference]:
    """Play so many cases with each side once in Node, once here. Returns those that end otherwise than in Node."""
    maker = Maker(seed)
    differing: list[Difference] = []
    with nodes(node) as (one,):
        for _ in range(count):
            test = {**maker.case(), "rounds": 1}
            theirs: list[Any] = []
            missing = {"client": playWithOurClient, "server": playWithOurServer}
            for attempt in range(attempts):
                quiet = QUIET * 6**attempt  # a busy machine may be slow
                theirs.append(comparable(await deferToThread(one.ask, {"test": test, "quiet": quiet}), test))
                if not theirs[0]["client"]:
                    break  # there is no such server
                for who, playing in list(missing.items()):
                    ours = comparable(await playing(one, test, quiet), test)
                    if ours in theirs or untilDestroyed(ours) in theirs:
                        del missing[who]
                if not missing:
                    break
            else:
                differing += [(test, theirs, {who: ours}) for who in missing]
    return differing


def untilDestroyed(outcome: Any) -> Any:
    """Without the end that comes of a half-open connection when its other side is destroyed, when all is over."""
    for server in outcome["server"]:
        if server[-1:] == [["close", False]]:
            server.pop()
    return outcome


def run(node: str, count: int, seed: int, attempts: int = 3) -> list[Difference]:
    """Play so many cases. Returns those where we do what Node does in none of several attempts."""
    maker = Maker(seed)
    differing = []
    with nodes(node) as (one,):
        for at in range(count):
            test = maker.case()
            one.send({"test": test})
            ours = comparable(play(test), test)
            theirs = [comparable(one.read(), test)]
            while ours not in theirs and len(theirs) < attempts:
                theirs.append(comparable(one.ask({"test": test, "quiet": QUIET * 6 ** len(theirs)}), test))
            if ours not in theirs:
                differing.append((test, theirs, ours))
            if at % 250 == 249 and sys.stderr.isatty():
                print(f"{at + 1} cases, {len(differing)} differ", file=sys.stderr)
    return differing


def record(node: str, count: int, seed: int, path: pathlib.Path) -> int:
    """Write so many cases with what Node makes of them, always the same. Returns how many are no such ones."""
    maker = Maker(seed)
    lines: list[str] = []
    unsteady = 0
    with nodes(node) as (one,):
        while len(lines) < count:
            test = maker.case()
            outcomes = [comparable(one.ask({"test": test}), test) for _ in range(3)]
            if outcomes[0] == outcomes[1] == outcomes[2]:
                lines.append(json.dumps({"test": test, "outcome": outcomes[0]}, separators=(",", ":")) + "\n")
            else:
                unsteady += 1
    path.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    return unsteady


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--cross", action="store_true", help="each side once in Node, once here")
    parser.add_argument("--record", type=pathlib.Path, metavar="FILE", help="keep what Node does, for the suite")
    options = parser.parse_args()
    node = os.environ.get("NODECOMPAT_NODE") or shutil.which("node")
    if node is None or not subprocess.run([node, "--version"], capture_output=True).stdout.startswith(b"v26."):
        parser.error("needs Node 26: put it on PATH or name it in NODECOMPAT_NODE")
    if options.record:
        print(f"left out as unsteady: {record(node, options.programs, options.seed, options.record)}")
        return 0
    differing: list[Difference] = []
    if options.cross:

        async def play(_: Any) -> None:
            differing.extend(await runCross(node, options.programs, options.seed))

        with contextlib.suppress(SystemExit):  # that is how it ends
            react(lambda reactor: Deferred.fromCoroutine(play(reactor)))
    else:
        differing = run(node, options.programs, options.seed)
    return show(options, differing)


def show(options: argparse.Namespace, differing: list[Difference]) -> int:
    for test, theirs, ours in differing[: options.show]:
        print(json.dumps(test))
        for name, value in (("node", theirs[0]), ("ours", ours)):
            print(f"  {name}: {json.dumps(value)}"[:3000])
    print(f"{options.programs} cases, {len(differing)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
