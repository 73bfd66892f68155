"""Plays the cases of tests/data/http/client-cases.json: small programs around one or a few client requests.

A case says what a raw server replies, with which options requests are made, and what is done at which event. The
same cases were played by Node (`client-cases-node.json`); `play` does it here, over the in-memory network.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

from nodecompat.abort import AbortController
from nodecompat.http.client.agent import Agent
from nodecompat.http.client.request import request
from nodecompat.testing import network

DIRECTORY = pathlib.Path(__file__).parent / "data" / "http"
CASES = {case["name"]: case for case in json.loads((DIRECTORY / "client-cases.json").read_text("utf-8"))}
SETTLE = 70  # ms, as in the recording


def recorded() -> dict[str, Any]:
    """What Node did: events and, at the end, the flags of each object."""
    return json.loads((DIRECTORY / "client-cases-node.json").read_text("utf-8"))


class RawServer:
    """Replies as the case says, once a request has come."""

    def __init__(self, net: Any, case: dict[str, Any]) -> None:
        self.net = net
        self.case = case
        self.handle = net.tcpServer()
        self.handle.bind("127.0.0.1", 0)
        self.handle.listen(511)
        self.handle.onconnection = lambda status, stream: RawConnection(self, stream)
        self.port = self.handle.getsockname().port


class RawConnection:
    def __init__(self, server: RawServer, stream: Any) -> None:
        self.server = server
        self.stream = stream
        self.received = b""
        self.done = False
        self.unsent: list[bytes] = []
        stream.onread = self.onRead
        stream.onreadend = lambda status: self.onEnd()
        stream.onwrite = lambda status: self.flush()
        stream.readStart()

    def onEnd(self) -> None:
        # As net.Server does by default: our end follows the other side's.
        self.stream.close()

    def onRead(self, data: bytes) -> None:
        self.received += data
        if self.done or not self.isWhole():
            return
        self.received = b""
        self.done = True
        self.reply(list(self.server.case["reply"]))

    def isWhole(self) -> bool:
        """True when the request has come that this case replies to."""
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return False
        case = self.server.case
        if case.get("replyAt") == "head":
            return True
        head = head.lower()
        if b"content-length: " in head:
            return len(body) >= int(head.partition(b"content-length: ")[2].split()[0])
        silent = case.get("close") and not case["reply"]
        return b"transfer-encoding: chunked" not in head or body.endswith(b"0\r\n\r\n") or bool(silent)

    def reply(self, segments: list[str]) -> None:
        case = self.server.case
        while segments:
            segment = segments.pop(0)
            self.unsent.append(b"x" * int(segment[1:]) if segment.startswith("@") else segment.encode("latin-1"))
            self.flush()
            if case.get("gap"):
                self.server.net.clock.callLater(case["gap"], lambda: self.reply(segments))
                return
        if case.get("reset"):
            self.server.net.clock.callLater(15, self.stream.reset)
        elif case.get("close"):
            self.unsent.append(b"")
            self.flush()
        elif case.get("replyAt") != "head":
            self.done = False

    def flush(self) -> None:
        while self.unsent and not self.stream.writeQueueSize and not self.stream.closed:
            data = self.unsent.pop(0)
            if data:
                self.stream.write(data)
            else:
                self.stream.shutdown()


class Player:
    """One case under way: its log, and what every request shares."""

    def __init__(self, net: Any, case: dict[str, Any], agent: Any, port: int) -> None:
        self.net = net
        self.case = case
        self.on: dict[str, list[str]] = case.get("on", {})
        self.agent = agent
        self.port = port
        self.events: list[list[Any]] = []
        self.requests: list[Requested] = []

    def log(self, who: str, event: str, *args: Any) -> None:
        self.events.append([who, event, *args])

    def shown(self, error: Any) -> list[Any]:
        message = str(getattr(error, "message", error)).replace(str(self.port), "<port>")
        return [getattr(error, "name", "Error"), getattr(error, "code", None), message]

    def flags(self) -> dict[str, Any]:
        flags: dict[str, Any] = {}
        for each in self.requests:
            flags.update(each.flags())
        if self.agent:
            flags["agent"] = {
                "sockets": sum(map(len, self.agent.sockets.values())),
                "free": sum(map(len, self.agent.freeSockets.values())),
                "requests": sum(map(len, self.agent.requests.values())),
                "total": self.agent.totalSocketCount,
            }
        return flags


class Requested:
    """One request of a case, with its listeners."""

    def __init__(self, player: Player, number: int) -> None:
        case = player.case
        suffix = str(number) if case.get("count", 1) > 1 else ""
        self.player = player
        self.name, self.resName = "req" + suffix, "res" + suffix
        self.res: Any = None
        self.size = 0
        self.controller = AbortController()
        options = {"port": player.port, "host": "127.0.0.1", "agent": player.agent, **case.get("options", {})}
        options |= {key: case[key] for key in ("method", "path", "headers") if key in case}
        if case.get("signal"):
            options["signal"] = self.controller.signal
            if case["signal"] == "before":
                self.controller.abort()
        self.req = request(options)
        self.closed = False
        self.listen()
        for action in case.get("start", ["end"]):
            self.act(action)
        player.requests.append(self)

    def log(self, event: str, *args: Any) -> None:
        self.player.log(self.name, event, *args)

    def fire(self, trigger: str) -> None:
        for action in self.player.on.get(trigger, ()):
            self.act(action)

    def act(self, action: str) -> None:
        verb, _, argument = action.partition(":")
        getattr(self, "do_" + verb.replace(".", "_"))(argument)

    def do_write(self, text: str) -> None:
        self.log(
            "write-returned",
            self.req.write(
                text, lambda error=None: self.log("write-callback", *([self.player.shown(error)] if error else []))
            ),
        )

    def do_end(self, text: str) -> None:
        self.req.end(text or None)

    def do_destroy(self, text: str) -> None:
        self.req.destroy(RuntimeError(text) if text else None)

    def do_abort(self, text: str) -> None:
        self.req.abort()

    def do_flushHeaders(self, text: str) -> None:
        self.req.flushHeaders()

    def do_setHeader(self, text: str) -> None:
        try:
            self.req.setHeader(*text.split(":"))
        except Exception as error:
            self.log("threw", self.player.shown(error))

    def do_setTimeout(self, text: str) -> None:
        self.req.setTimeout(int(text))

    def do_res_resume(self, text: str) -> None:
        self.res.resume()

    def do_res_pause(self, text: str) -> None:
        self.res.pause()

    def do_res_destroy(self, text: str) -> None:
        self.res.destroy(RuntimeError(text) if text else None)

    def do_socket_destroy(self, text: str) -> None:
        self.req.socket.destroy()

    def do_socket_end(self, text: str) -> None:
        self.req.socket.end()

    def do_agent_destroy(self, text: str) -> None:
        self.player.agent.destroy()

    def do_signal_abort(self, text: str) -> None:
        self.controller.abort()

    def listen(self) -> None:
        ignored = self.player.case.get("ignore", ())
        for event in ("socket", "response", "upgrade", "connect-event", "information", "error"):
            if event not in ignored:
                listener = getattr(self, "on" + event.replace("-event", "Event").capitalize())
                self.req.on("connect" if event == "connect-event" else event, listener)
        for event in ("finish", "continue", "timeout", "abort"):
            self.req.on(event, lambda event=event: (self.log(event), self.fire(event)))
        self.req.on("close", self.onClose)
        on = self.player.on
        for trigger in on:
            if trigger.startswith("after:"):
                self.player.net.clock.callLater(int(trigger[6:]), lambda trigger=trigger: self.fire(trigger))
        if "tick" in on:
            from nodecompat.process import process

            process.nextTick(lambda: (self.log("tick"), self.fire("tick")))

    def onSocket(self, socket: Any) -> None:
        self.log("socket", self.req.reusedSocket)
        if "connect" in self.player.on:
            socket.once("connect", lambda: (self.log("socket-connect"), self.fire("connect")))
        self.fire("socket")

    def onInformation(self, info: Any) -> None:
        self.log("information", info.statusCode, dict(info.headers))
        self.fire("information")

    def onError(self, error: Any) -> None:
        self.log("error", self.player.shown(error))
        self.fire("error")

    def onClose(self) -> None:
        self.closed = True
        self.log("close")
        self.fire("close")

    def onUpgrade(self, res: Any, socket: Any, head: bytes) -> None:
        self.takeOver("upgrade", "upgrade", res, socket, head)

    def onConnectevent(self, res: Any, socket: Any, head: bytes) -> None:
        self.takeOver("connect", "connect-event", res, socket, head)

    def takeOver(self, event: str, trigger: str, res: Any, socket: Any, head: bytes) -> None:
        self.log(event, res.statusCode, head.decode("latin-1"))
        self.fire(trigger)
        socket.on("error", lambda error: None)
        socket.resume()

    def onResponse(self, res: Any) -> None:
        self.res = res
        self.log("response", res.statusCode)
        on, name, player = self.player.on, self.resName, self.player
        if "res.resume" in on.get("response", ()) or "data" in on or "after:30" in on:
            res.on("data", self.onData)
        res.on("end", lambda: (player.log(name, "end", self.size), self.fire("res.end")))
        res.on("aborted", lambda: player.log(name, "aborted"))
        res.on("error", lambda error: player.log(name, "error", player.shown(error)))
        res.on("close", lambda: player.log(name, "close"))
        self.fire("response")

    def onData(self, data: bytes) -> None:
        if self.size == 0 or len(data) < 100:
            self.player.log(self.resName, "data", "big" if len(data) > 100 else data.decode("latin-1"))
        self.size += len(data)
        self.fire("data")

    def flags(self) -> dict[str, Any]:
        req, res = self.req, self.res
        names = "destroyed aborted closed writableEnded writableFinished reusedSocket shouldKeepAlive"
        flags = {self.name: {name: getattr(req, name) for name in names.split()}}
        flags[self.name]["errored"] = self.player.shown(req.errored) if req.errored else None
        if res is not None:
            names = "complete aborted destroyed readableEnded closed"
            flags[self.resName] = {name: getattr(res, name) for name in names.split()}
            flags[self.resName]["socket"] = res.socket is not None
        return flags


def play(name: str) -> dict[str, Any]:
    """Play a case. Returns its events and flags, as `recorded()` has them."""
    case = CASES[name]
    with network() as net:
        server = RawServer(net, case)
        if case.get("refused"):
            server.handle.close()
        agent = Agent(case["agent"]) if "agent" in case else False
        player = Player(net, case, agent, server.port)
        if agent:
            agent.on(
                "free", lambda: (player.log("agent", "free"), [agent.destroy() for _ in player.on.get("free", ())])
            )
        for number in range(case.get("count", 1)):
            requested = Requested(player, number)
            if case.get("sequential"):
                net.advance(10)
                assert requested.closed
        if "destroyWaiting" in case:
            player.requests[case["destroyWaiting"]].req.destroy()
            player.log("note", "destroyed-waiting")
        net.advance(SETTLE + case.get("wait", 0))
        played = {"events": list(player.events), "flags": player.flags()}
        for each in player.requests:
            each.req.removeAllListeners("close").on("error", lambda error: None)
            each.req.destroy()
            if each.req.socket is not None:
                each.req.socket.destroy()
        if agent:
            agent.destroy()
        net.run()
    return played
