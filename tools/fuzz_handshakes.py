"""A fuzzer of TLS handshakes: flights that are mutated, or cut, on their way to a server and to a client of nodecompat.

    python tools/fuzz_handshakes.py --count 100000 --seed 7
    python tools/fuzz_handshakes.py --count 20000 --what flights

"hellos" sends mutated ClientHellos of many kinds of clients to a server with everything switched on. "flights" lets a
client and a server of nodecompat shake hands through a wire that changes one flight of either. Whatever comes, there
is one error or one secure connection on each side, every socket is closed once its peer has gone, and no handle, hook,
timer, descriptor or memory is left. Needs no Node.
"""

from __future__ import annotations

import argparse
import collections
import gc
import os
import pathlib
import random
import sys
import time
from collections.abc import Callable
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
for each in (HERE.parent, HERE.parent / "tests"):
    if str(each) not in sys.path:
        sys.path.insert(0, str(each))

from OpenSSL import SSL  # noqa: E402
from tls import certificates  # noqa: E402

from nodecompat import tls  # noqa: E402
from nodecompat.reactor.tls.session import Session  # noqa: E402
from nodecompat.testing import Network, network  # noqa: E402

PORT = 443
MADE = certificates.make(names=("localhost", "127.0.0.1"))
OTHER = certificates.make(names=("a.example",), key="rsa")
ME = certificates.make(names=("me@example.com",), ca=certificates.authority("clients"))
#: Of clients, by what their ClientHello shows.
CLIENTS: dict[str, dict[str, Any]] = {
    "default": {},
    "small": {"ecdhCurve": "P-256"},
    "named": {"ecdhCurve": "P-256", "servername": "a.example", "ALPNProtocols": ["h2", "http/1.1"]},
    "1.2": {"maxVersion": "TLSv1.2", "servername": "localhost"},
    "both": {"minVersion": "TLSv1.2", "ecdhCurve": "P-256", "ciphers": "HIGH:TLS_AES_128_GCM_SHA256"},
    "own": {"cert": ME.cert, "key": ME.key, "ecdhCurve": "P-256"},
    "own 1.2": {"cert": ME.cert, "key": ME.key, "maxVersion": "TLSv1.2"},
}
SERVERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "asking": {"requestCert": True, "rejectUnauthorized": False, "ca": ME.ca},
    "strict": {"requestCert": True, "ca": ME.ca},
    "another group": {"ecdhCurve": "P-384"},
    "protocols": {"ALPNProtocols": ["http/1.1"]},
    "callbacks": {"ALPNCallback": lambda given: given["protocols"][-1]},
}
#: What a mutation puts in: lengths, types of records, messages and extensions.
PIECES = [
    b"\x00", b"\xff", b"\x00\x00", b"\xff\xff", b"\x16\x03\x01", b"\x80\x2e\x01\x03\x01", b"\x00\x29",
    b"\x15\x03\x03\x00\x02\x01\x00", b"\x00\x10\x00\x02\x00\x00",
    b"\x15\x03\x03\x00\x02\x02\x28", b"\x14\x03\x03\x00\x01\x01", b"\x17\x03\x03\x00\x00", b"\x16\x03\x03\x00\x00",
    b"\x16\x03\x03\x40\x00", b"\x01\x00\x00\x00", b"\x00\x2b\x00\x03\x02\x03\x04",
    b"\x00\x00\x00\x05\x00\x03\x00\x00\x00", b"\xff\x01\x00\x01\x00", b"\x16\x03\x03\x00\x04\x00\x00\x00\x00",
]  # fmt: skip


#: `change(who, flight, bytes)`: the segments that arrive, and whether the wire is cut behind them.
Change = Callable[[str, int, bytes], tuple[list[bytes], bool]]


class Mutator:
    """Changes bytes, by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def mutated(self, data: bytes) -> bytes:
        made = bytearray(data)
        for _ in range(self.random.choice([1, 1, 1, 2, 3, 8])):
            self.change(made)
        if self.random.random() < 0.3:
            self.mendLengths(made)
        return bytes(made)

    def change(self, data: bytearray) -> None:
        choose, place = self.random.choice, self.random.randrange(len(data) + 1) if data else 0
        kind = self.random.randrange(8)
        size = choose([1, 1, 2, 3, 16, 200])
        if kind <= 1 and place < len(data):
            data[place] = self.random.randrange(256)
        elif kind == 2 and place < len(data):
            data[place] ^= 1 << self.random.randrange(8)
        elif kind == 3:
            del data[place : place + size]
        elif kind == 4:
            data[place:place] = choose(PIECES)
        elif kind == 5:
            piece = choose(PIECES)
            data[place : place + len(piece)] = piece
        elif kind == 6:
            data[place:place] = data[place : place + size]
        else:
            del data[place:]

    def mendLengths(self, data: bytearray) -> None:
        """The first record, and the message in it, are as long as they say: what is wrong is further in."""
        if len(data) > 9:
            data[3:5] = min(len(data) - 5, 0xFFFF).to_bytes(2, "big")
            data[6:9] = (len(data) - 9).to_bytes(3, "big")

    def segments(self, data: bytes) -> list[bytes]:
        """As it comes: mostly at once."""
        if len(data) < 2 or self.random.random() < 0.7:
            return [data]
        cuts = sorted(self.random.randrange(1, len(data)) for _ in range(self.random.choice([1, 2, 5])))
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True) if start < end]


class Wire:
    """Servers, clients and what came of them, on one network in memory."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.log: collections.Counter[str] = collections.Counter()
        self.servers: dict[str, Any] = {}
        for at, (name, options) in enumerate(SERVERS.items()):
            server = self.servers[name] = tls.createServer({"cert": MADE.cert, "key": MADE.key, **options})
            server.addContext("a.example", {"cert": OTHER.cert, "key": OTHER.key})
            server.on("tlsClientError", lambda error, socket: self.note("server error", codeOf(error)))
            server.on("secureConnection", self.onSecure)
            server.listen(PORT + at)
        net.run()
        self.ports = {name: PORT + at for at, name in enumerate(SERVERS)}
        self.idle = len(net.handles)
        self.contexts = {name: tls.createSecureContext(given) for name, given in CLIENTS.items()}
        self.told: list[str] = []

    def note(self, name: str, code: str = "") -> None:
        self.told.append(name)
        self.log[f"{name} {code}".strip()] += 1

    def onSecure(self, socket: Any) -> None:
        self.note("server secure")
        socket.on("error", lambda error: self.note("server later", codeOf(error)))
        socket.resume()

    def hello(self, name: str) -> bytes:
        session = Session(self.contexts[name].context, False)
        options = CLIENTS[name]
        if "servername" in options:
            session.connection.set_tlsext_host_name(options["servername"].encode())
        if "ALPNProtocols" in options:
            session.connection.set_alpn_protos([each.encode() for each in options["ALPNProtocols"]])
        session.shakeHands()
        return session.take()

    def sendHello(self, server: str, pieces: list[bytes], isReset: bool = False) -> None:
        """A client that sends this and goes. Raises AssertionError when anything is left of it."""
        self.told.clear()
        peer = self.net.connect(self.ports[server])
        for piece in pieces:
            peer.send(piece)
            self.net.run()
        peer.reset() if isReset else peer.close()
        self.net.run()
        assert self.told in (["server error"], ["server secure"]), self.told
        self.checkNothingLeft(server)

    def shakeHands(self, server: str, client: str, change: Change, isReset: bool = False) -> list[tuple[str, int, int]]:
        """A client and a server shake hands through a wire. Returns the flights: whose, which, and how long."""
        self.told.clear()
        front = self.net.listen(8443)
        socket = tls.connect(
            {"port": 8443, "host": "127.0.0.1", "ca": [MADE.ca, OTHER.ca], "secureContext": None, **CLIENTS[client]}
        )
        socket.on("secureConnect", lambda: (self.note("client secure"), socket.resume()))
        told = lambda error: self.note("client error", codeOf(error))  # noqa: E731
        socket.on("error", told)
        closed: list[Any] = []
        socket.on("close", closed.append)
        self.net.run()
        ends = front.peers[0], self.net.connect(self.ports[server])
        flights = [0, 0]
        found: list[tuple[str, int, int]] = []
        isCut = False
        while not isCut:
            self.net.run()
            moved = False
            for at, (one, other) in enumerate((ends, ends[::-1])):
                data = one.take()
                if not data:
                    continue
                moved = True
                who = ("client", "server")[at]
                found.append((who, flights[at], len(data)))
                pieces, isCut = change(who, flights[at], data)
                flights[at] += 1
                for piece in pieces:
                    other.send(piece)
                    self.net.run()
                if isCut:
                    break
            if not moved:
                break
        for each in ends:
            each.reset() if isReset else each.close()
        front.close()
        self.net.run()
        counts = collections.Counter(self.told)
        assert counts["server error"] + counts["server secure"] == 1, self.told
        assert counts["client error"] <= 1 and counts["client secure"] <= 1 and counts["server later"] <= 1, self.told
        assert counts["client error"] + counts["client secure"] >= 1, self.told
        assert len(closed) == 1, "the client is not closed"
        self.checkNothingLeft(server)
        return found

    def cutEverywhere(self, server: str, client: str, step: int = 1, isReset: bool = False) -> int:
        """Cut each flight of a handshake at every byte, or every few. Returns how often."""
        count = 0
        for who, flight, size in self.shakeHands(server, client, lambda who, flight, data: ([data], False)):
            for place in (*range(0, size, step), size):
                self.shakeHands(server, client, cutAt(who, flight, place), isReset)
                count += 1
        return count

    def checkNothingLeft(self, server: str) -> None:
        assert len(self.net.handles) == self.idle, "a handle is left"
        assert self.servers[server].connections == 0, "a connection is left"
        assert not self.net.faults, self.net.faults

    def close(self) -> None:
        for server in self.servers.values():
            server.close()
        self.net.run()


def cutAt(who: str, flight: int, place: int) -> Change:
    def change(side: str, number: int, data: bytes) -> tuple[list[bytes], bool]:
        isCut = (side, number) == (who, flight)
        return [data[:place]] if isCut else [data], isCut

    return change


def codeOf(error: Any) -> str:
    return str(getattr(error, "code", None) or type(error).__name__)


class Result:
    """What a run came to."""

    def __init__(self) -> None:
        self.count = 0
        self.log: collections.Counter[str] = collections.Counter()
        self.failures: list[tuple[Any, str]] = []
        self.descriptors = 0
        self.memory = 0
        self.seconds = 0.0


def run(count: int, seed: int, what: str = "hellos", tell: Callable[[int], None] | None = None) -> Result:
    """Play so many cases. The first tenth warms up; from then on descriptors and memory must not grow."""
    mutator, result = Mutator(seed), Result()
    started = time.monotonic()
    with network(capacity=1 << 20) as net:
        wire = Wire(net)
        for at in range(count):
            if at % 100 == 0:
                gc.collect()  # within a network nobody else does
            if at == count // 10:
                descriptors, memory = openDescriptors(), residentBytes()
            case = hellos(wire, mutator) if what == "hellos" else flights(wire, mutator)
            try:
                case()
            except AssertionError as error:
                result.failures.append((at, str(error)))
            if tell is not None:
                tell(at + 1)
        wire.close()
    gc.collect()
    result.count, result.log = count, wire.log
    result.descriptors, result.memory = openDescriptors() - descriptors, residentBytes() - memory
    result.seconds = time.monotonic() - started
    return result


def hellos(wire: Wire, mutator: Mutator) -> Callable[[], None]:
    choose = mutator.random.choice
    data = mutator.mutated(wire.hello(choose(list(CLIENTS))))
    if mutator.random.random() < 0.05:
        data += wire.hello(choose(list(CLIENTS)))
    server, pieces, isReset = choose(list(SERVERS)), mutator.segments(data), mutator.random.random() < 0.1
    return lambda: wire.sendHello(server, pieces, isReset)


def flights(wire: Wire, mutator: Mutator) -> Callable[[], None]:
    choose = mutator.random.choice
    who, flight, isCut = choose(["client", "server"]), choose([0, 0, 1, 1, 2]), mutator.random.random() < 0.1

    def change(side: str, number: int, data: bytes) -> tuple[list[bytes], bool]:
        if (side, number) != (who, flight):
            return [data], False
        return mutator.segments(mutator.mutated(data)), isCut

    server, client = choose(list(SERVERS)), choose(list(CLIENTS))

    def play() -> None:
        wire.shakeHands(server, client, change)

    return play


def openDescriptors() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0


def residentBytes() -> int:
    if not os.path.exists("/proc/self/statm"):
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def printHellos(count: int, seed: int) -> None:
    mutator = Mutator(seed)
    with network() as net:
        wire = Wire(net)
        for _ in range(count):
            print(mutator.mutated(wire.hello(mutator.random.choice(["small", "named", "1.2", "both"]))).hex())
        wire.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=["hellos", "flights"], default="hellos")
    parser.add_argument("--print", type=int, metavar="COUNT", help="only print mutated ClientHellos, in hexadecimal")
    options = parser.parse_args()
    if options.print:
        printHellos(options.print, options.seed)
        return 0

    def tell(done: int) -> None:
        if done % 1000 == 0:
            print(f"\r{done} of {options.count}", end="", file=sys.stderr, flush=True)

    result = run(options.count, options.seed, options.what, tell)
    print(file=sys.stderr)
    for name, count in result.log.most_common(40):
        print(f"{count:8} {name}")
    for at, why in result.failures[:10]:
        print(f"case {at}: {why}")
    version = SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode()
    print(
        f"{result.count} mutated {options.what} in {result.seconds:.0f} s ({version}): "
        f"{len(result.failures)} failed; descriptors {result.descriptors:+d}, memory {result.memory / 1024:+.0f} KiB"
    )
    return 1 if result.failures or result.descriptors else 0


if __name__ == "__main__":
    sys.exit(main())
