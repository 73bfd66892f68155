"""Random calls on TLSSocket and Server in every phase of a connection, here and in Node (calls.cjs).

python tests/tls/calls.py SEED COUNT    plays so many cases in both, and shows where they differ
python tests/tls/calls.py record        records Node's side of those that tests play, in tests/data/tls-calls.json
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RECORD = HERE.parent / "data" / "tls-calls.json"
#: Those that tests play.
SEED, COUNT = 26, 150

UNDEFINED = {"undefined": True}
ODD: list[Any] = [UNDEFINED, 0, 1, -1, 1.5, {"number": "NaN"}, 2**40, "", "x", True, [], {}, {"bytes": 3}]
LISTENER = {"listener": "callback"}
SHOWN = (
    *("authorized", "authorizationError", "encrypted", "alpnProtocol", "servername", "destroyed"),
    *("connecting", "pending", "readyState", "writable", "readable", "writableEnded", "timeout", "allowHalfOpen"),
)
ASKED = (
    *("getTLSTicket", "getSession", "getSharedSigalgs", "getFinished", "getPeerFinished", "getCipher"),
    *("getCertificate", "getPeerCertificate", "getX509Certificate", "getPeerX509Certificate", "isSessionReused"),
    *("disableRenegotiation", "address", "ref", "unref", "pause", "resume"),
)


class Maker:
    """Makes cases from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, values: Any) -> Any:
        return self.chance.choice(values)

    def odd(self) -> Any:
        return self.pick(ODD)

    def call(self, phase: str) -> list[Any]:
        kind = self.chance.randrange(20)
        if kind < 5:
            return ["get", self.pick(SHOWN)]
        if kind < 11:
            return [self.pick(ASKED)]
        isSecure = phase in ("secure", "data", "secureServer")
        if kind < 13:
            length = self.pick([8, 0, self.odd()])
            return ["exportKeyingMaterial", length, self.pick(["x", self.odd()]), self.pick([UNDEFINED, {"bytes": 4}])]
        if kind == 13:
            return ["setMaxSendFragment", self.pick([512, 16384, 511, self.odd()])]
        if kind == 14:
            return ["renegotiate", self.pick([UNDEFINED, 5, "x", None]), self.pick([UNDEFINED, LISTENER, 5])]
        if kind == 15 and not isSecure and phase not in ("closed", "destroyed"):  # Node aborts
            return ["setServername", self.pick(["first.test", "a", *[self.odd()] * 2])]
        if kind == 16:
            return ["setTimeout", self.pick([0, 100_000, self.odd()]), self.pick([UNDEFINED, 5])]
        if kind == 17:
            return [self.pick(["setNoDelay", "setKeepAlive"]), self.pick([True, False, self.odd()])]
        if kind == 18 and isSecure:
            return ["write", self.pick([5, [], {}, True])]
        if kind == 19 and isSecure:
            return ["getEphemeralKeyInfo"]
        return ["getProtocol"] if isSecure else ["getCipher"]

    def serverCall(self) -> list[Any]:
        kind = self.chance.randrange(6)
        context = self.pick([UNDEFINED, {}, {"cert": "@cert", "key": "@key"}, {"cert": "x"}, 5, "x", None, {"key": 5}])
        if kind == 0:
            return ["addContext", self.pick(["a", "", "*.test", UNDEFINED]), context]
        if kind == 1:
            return ["setSecureContext", self.pick([{"cert": "@cert", "key": "@key"}, 5, "x", None, UNDEFINED])]
        if kind == 2:
            return ["get", self.pick(["listening", "maxConnections"])]
        return self.pick([["address"], ["ref"], ["unref"], ["get", "listening"]])

    def case(self) -> dict[str, Any]:
        server = {"cert": "@cert", "key": "@key"}
        client: dict[str, Any] = {"ca": "@ca", "servername": "first.test"}
        version = self.pick(["TLSv1.2", "TLSv1.3"])
        server["maxVersion"] = version
        if self.chance.random() < 0.3:
            server["ALPNProtocols"] = client["ALPNProtocols"] = ["a"]  # type: ignore[assignment]
        if self.chance.random() < 0.2:
            client["rejectUnauthorized"] = self.pick([True, False])
            client["servername"] = self.pick(["first.test", "other.test"])
        phases = ("connecting", "secure", "data", "destroyed", "closed", "secureServer", "closedServer")
        calls = {phase: [self.call(phase) for _ in range(self.chance.randrange(5))] for phase in phases}
        # One step towards the end in a phase: what was written just before may be lost or not, in Node.
        if self.chance.random() < 0.3:
            calls["secure"].append([self.pick(["end", "destroy"])])
        if self.chance.random() < 0.3:
            calls["secureServer"].append(self.pick([["end"], ["end", "hi"], ["destroy"], ["write", "hi"]]))
        for phase in ("made", "listening", "closedListening"):
            calls[phase] = [self.serverCall() for _ in range(self.chance.randrange(3))]
        return {"server": server, "client": client, "calls": calls}


def cases(seed: int, count: int) -> list[dict[str, Any]]:
    maker = Maker(seed)
    return [maker.case() for _ in range(count)]


def given(value: Any, log: Callable[..., None]) -> Any:
    from tls import features

    if isinstance(value, list):
        return [given(each, log) for each in value]
    if isinstance(value, str) and value[:1] == "@":
        return features.pems()[value[1:]]
    if not isinstance(value, dict):
        return value
    if "undefined" in value:
        return None
    if "bytes" in value:
        return b"\1" * value["bytes"]
    if "number" in value:
        return float(value["number"])
    if "listener" in value:
        return lambda *args: log("called", value["listener"])
    return {name: given(each, log) for name, each in value.items()}


def show(value: Any) -> Any:
    from nodecompat import tls

    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes" if len(value) == 48 or len(value) < 20 else "bytes"
    if type(value).__name__ == "X509Certificate":
        return "X509Certificate"
    if isinstance(value, tls.TLSSocket):
        return "socket"
    if isinstance(value, tls.Server):
        return "server"
    if isinstance(value, BaseException):
        return [getattr(value, "code", None)]
    if isinstance(value, list):
        return len(value) > 0
    if isinstance(value, float) and value != value:
        return None  # JSON has no NaN
    if hasattr(value, "__dataclass_fields__"):
        found = {name: each for name, each in dict(value).items() if each is not None}
        return [found["address"], found["family"]] if "address" in found else found
    if isinstance(value, dict) and "subject" in value:
        return f"certificate of {value['subject']['CN']}"
    return value


def _message(error: Any) -> str:
    return str(error.message).replace("Received undefined", "Received null")  # both are None here


def attempt(log: Callable[..., None], target: Any, call: list[Any]) -> None:
    name, *args = call
    try:
        if name == "get":
            log("get", args[0], show(getattr(target, args[0], None)))
        else:
            log(name, show(getattr(target, name)(*[given(each, log) for each in args])))
    except Exception as error:
        code = getattr(error, "code", None)
        log(name, "raises", code or type(error).__name__, _message(error) if code else None)


def play(net: Any, case: Mapping[str, Any]) -> dict[str, Any]:
    """One case, on a network in memory."""
    from nodecompat import tls

    logs: dict[str, list[Any]] = {"client": [], "server": [], "setup": []}

    def note(side: str) -> Callable[..., None]:
        return lambda *what: logs[side].append(list(what))

    def run(side: str, target: Any, phase: str) -> None:
        for call in case["calls"].get(phase, ()):
            attempt(note(side), target, call)

    def failed(error: Any) -> Any:
        return getattr(error, "code", None) or str(error)

    def onSecureConnection(socket: Any) -> None:
        log = note("server")
        log("secureConnection")
        socket.on("error", lambda error: log("error", failed(error)))
        socket.on("close", lambda hadError: (log("close", hadError), run("server", socket, "closedServer")))
        socket.on("end", lambda: log("end"))
        socket.on("data", lambda data: log("data", len(data)))
        run("server", socket, "secureServer")
        if not socket.destroyed and not socket.writableEnded:
            socket.write("hello")

    def onData() -> None:
        run("client", client, "data")
        client.destroy()
        run("client", client, "destroyed")

    def onClose(hadError: bool) -> None:
        log("close", hadError)
        run("client", client, "closed")

    try:
        server = tls.createServer(given(case["server"], note("setup")))
    except Exception as error:
        note("setup")("raises", getattr(error, "code", None), getattr(error, "message", str(error)))
        return logs
    run("setup", server, "made")
    server.on("tlsClientError", lambda error: note("server")("tlsClientError", failed(error)))
    server.on("secureConnection", onSecureConnection)
    server.listen(443, "127.0.0.1")
    net.run()
    run("setup", server, "listening")
    log = note("client")
    try:
        client = tls.connect({"port": 443, "host": "127.0.0.1", **given(case["client"], log)})
    except Exception as error:
        log("raises", getattr(error, "code", None), getattr(error, "message", str(error)))
        return logs
    for event in ("connect", "ready", "secure", "secureConnect", "end", "finish", "session", "drain"):
        client.on(event, lambda event=event: log(event))
    client.on("data", lambda data: log("data", len(data)))
    client.on("error", lambda error: log("error", failed(error)))
    client.on("secureConnect", lambda: run("client", client, "secure"))
    client.on("data", onData)
    client.on("close", onClose)
    run("client", client, "connecting")
    net.run()
    net.advance(150)
    client.destroy()
    net.run()
    server.on("close", lambda: run("setup", server, "closedListening"))
    server.close()
    net.run()
    return logs


def unlike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Where the logs of a case differ."""
    found = []
    for side in theirs:
        for at in range(max(len(ours[side]), len(theirs[side]))):
            mine, nodes = (each[side][at] if at < len(each[side]) else None for each in (ours, theirs))
            # What JavaScript itself says of a method of null is nobody's behaviour.
            isNobodys = nodes and nodes[1:] == ["raises", "TypeError", None] and mine and mine[0] == nodes[0]
            if mine != nodes and not isNobodys:
                found.append(f"{side} {at}: ours {mine}, Node's {nodes}")
                break
    return found


def inNode(node: str, which: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from tls import features

    text = json.dumps({"pems": features.pems(), "cases": which})
    told = subprocess.run([node, HERE / "calls.cjs"], input=text, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def main() -> None:
    sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]
    import oracle

    from nodecompat.testing import network

    node = str(oracle.findNode())
    if sys.argv[1] == "record":
        lines = map(json.dumps, inNode(node, cases(SEED, COUNT)))
        RECORD.write_text("[\n" + ",\n".join(lines) + "\n]\n")
        return
    which = cases(int(sys.argv[1]), int(sys.argv[2]))
    wrong = 0
    for case, theirs in zip(which, inNode(node, which), strict=True):
        with network() as net:
            ours = json.loads(json.dumps(play(net, case)))
        if found := unlike(ours, theirs):
            wrong += 1
            print(json.dumps(case), *found, sep="\n    ")
    print(f"{wrong} of {len(which)} differ")


if __name__ == "__main__":
    main()
