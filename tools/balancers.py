"""HAProxy or nginx in front of two instances with workers, under wrk, while one is killed and the other reloads.

    python tools/balancers.py haproxy 200000 2
    python tools/balancers.py nginx 200000 2

Arguments: the balancer, how many requests at least, workers of each instance. The configuration is that of
`examples/deploy/`, with other ports. Prints how many requests failed.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "examples/deploy"
#: The ports of the configurations: the balancer's; of each instance the program's, the one for probes, the agent's.
PORTS = (8080, 8081, 9081, 9181, 8082, 9082, 9182)
CONNECTIONS = 16
#: Seconds after which something is given up.
HANGS = 60


def freePorts(count: int) -> list[int]:
    """Ports that nobody has, and that no connection gets: an instance must come back to those that it had."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 12_000):
        try:
            with socket.create_server(("127.0.0.1", port)):
                found.append(port)
        except OSError:
            continue
        if len(found) == count:
            return found
    raise OSError("no port is free")


class Instance:
    """A supervisor with workers, in a group of processes of its own.

    Args:
        ports: the program's, that for probes, the agent's.
        scheme: of the program's endpoint.
    """

    def __init__(self, folder: Path, ports: list[int], workers: int, scheme: str = "tcp") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.ports = ports
        port, probes, agent = map(str, ports)
        self.child = subprocess.Popen(
            [
                *(sys.executable, "-m", "nodecompat", "run", "--workers", str(workers), "--status", probes),
                *(DEPLOY / "app.py", f"{scheme}:{port}:interface=127.0.0.1", f"tcp:{agent}:interface=127.0.0.1"),
            ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        self.workers = workers

    def ask(self, path: str) -> tuple[int, str]:
        """Ask the port for probes; status 0 while nobody is there."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.ports[1], timeout=HANGS)
            connection.request("GET", path, headers={"Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""

    def ready(self) -> list[str]:
        """The workers that are ready, by number."""
        return re.findall(r"worker (\d+): ready", self.ask("/readyz")[1])

    def waitUntilReady(self) -> None:
        """All workers are."""
        waitFor(lambda: len(self.ready()) >= self.workers)

    def reload(self) -> None:
        """Replace the workers one by one, and wait until all are new."""
        before = {*self.ready()}
        self.child.send_signal(signal.SIGHUP)
        waitFor(lambda: len({*self.ready()} - before) >= self.workers)

    def kill(self) -> None:
        """Kill supervisor and workers, in the middle of whatever they do."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()

    def end(self) -> int:
        """Let it drain; the exit code."""
        self.child.terminate()
        return self.child.wait(HANGS)


def waitFor(isSo: Any) -> None:
    """Ask again and again."""
    until = time.monotonic() + HANGS
    while not isSo():
        if time.monotonic() > until:
            raise TimeoutError("it never came")
        time.sleep(0.02)


class Setting:
    """A balancer and the two instances behind it."""

    def __init__(self, front: int, instances: list[Instance], folder: Path) -> None:
        self.front = front
        self.instances = instances
        self.folder = folder

    def ask(self, path: str = "/") -> tuple[int, str]:
        """Status, and which process has answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.front, timeout=HANGS)
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["X-Worker"] or ""

    def begin(self) -> Callable[[], tuple[int, str]]:
        """Send a request but its end; the result sends that, and returns what `ask` does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.front, timeout=HANGS)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "2")
        connection.putheader("Connection", "close")
        connection.endheaders(b"a")

        def finish() -> tuple[int, str]:
            connection.send(b"b")
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers["X-Worker"] or ""

        return finish

    def haproxy(self, command: str) -> str:
        """What HAProxy answers to a command."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.folder / "haproxy.sock"))
            client.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: client.recv(65536), b"")).decode()

    def state(self, server: str, column: str) -> str:
        """A field of `show stat`."""
        names, *rows = [line.split(",") for line in self.haproxy("show stat").splitlines() if line]
        return next(dict(zip(names, row, strict=False))[column] for row in rows if row[:2] == ["app", server])

    def modes(self, server: str) -> tuple[int, int]:
        """Its operational and its administrative state, as numbers, by `show servers state`."""
        _, names, *rows = [line.split() for line in self.haproxy("show servers state app").splitlines() if line]
        found = next(
            fields for row in rows if (fields := dict(zip(names[1:], row, strict=False)))["srv_name"] == server
        )
        return int(found["srv_op_state"]), int(found["srv_admin_state"])


@contextmanager
def running(balancer: str, folder: Path, workers: int) -> Iterator[Setting]:
    """Everything is up."""
    ports = freePorts(len(PORTS))
    name = {"haproxy": "haproxy.cfg", "nginx": "nginx.conf"}[balancer]
    text = (DEPLOY / name).read_text()
    text = re.sub(r"\b[89][01]8[0-2]\b", lambda found: str(ports[PORTS.index(int(found[0]))]), text)
    (folder / name).write_text(text)
    commands = {"haproxy": ["-q", "-db", "-f", name], "nginx": ["-p", f"{folder}/", "-c", name, "-e", "stderr"]}
    instances = [
        Instance(folder / "one", ports[1:4], workers),
        Instance(folder / "two", ports[4:7], workers),
    ]
    child: Any = None
    try:
        for each in instances:
            each.waitUntilReady()
        child = subprocess.Popen([shutil.which(balancer), *commands[balancer]], cwd=folder)
        setting = Setting(ports[0], instances, folder)
        waitFor(lambda: _isUp(setting))
        yield setting
    finally:
        if child is not None:
            child.terminate()
            child.wait(HANGS)
        for each in setting.instances if child is not None else instances:
            each.kill()


def _isUp(setting: Setting) -> bool:
    try:
        return setting.ask()[0] == 200
    except OSError:
        return False


def load(front: int, duration: float = 600) -> subprocess.Popen[str]:
    """Requests without a pause."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{duration:g}s", "--timeout", "20s", f"http://127.0.0.1:{front}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def outcome(report: str) -> tuple[int, int]:
    """Requests, and how many of them failed."""
    done = int(re.search(r"(\d+) requests in", report)[1])  # type: ignore[index]
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    failed = sum(map(int, errors.groups())) if errors else 0
    return done, failed + (int(other[1]) if other else 0)


def killAndReload(setting: Setting) -> tuple[int, int]:
    """Under load one instance is killed, the other reloads, the first comes back. Requests, and those that failed."""
    wrk = load(setting.front)
    first, second = setting.instances
    first.kill()
    second.reload()
    first = setting.instances[0] = Instance(first.folder, first.ports, first.workers)
    first.waitUntilReady()
    second.reload()
    wrk.send_signal(signal.SIGINT)
    return outcome(wrk.communicate(timeout=HANGS)[0])


def main() -> None:
    balancer, wanted, workers = [*sys.argv[1:], *["haproxy", "200000", "2"][len(sys.argv) - 1 :]]
    done = failed = rounds = 0
    with tempfile.TemporaryDirectory() as folder, running(balancer, Path(folder), int(workers)) as setting:
        while done < int(wanted):
            requests, errors = killAndReload(setting)
            done, failed, rounds = done + requests, failed + errors, rounds + 1
    print(
        f"{balancer}: {done} requests, {failed} failed; 2 instances of {workers} workers, {rounds} killed and "
        f"{2 * rounds} rolling reloads"
    )


if __name__ == "__main__":
    main()
