"""`nodecompat demo`: a small http server and a raw client, reporting each step of their connection as it happens.

The program is `examples/anatomy_of_a_connection.py` with a narrator: listeners that print. They only observe:
none of them reads the program's data.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..reactor.loop import run as runner

HELP = "show how a connection lives: a server and a client, step by step"

_LANE = 6  # characters: the longest name of a side


def addArguments(parser: argparse.ArgumentParser) -> None:
    """The subcommand's arguments."""
    parser.add_argument("--port", type=int, default=0, help="where the server listens (a free port if left out)")


def execute(arguments: argparse.Namespace) -> int:
    """Run the demonstration; returns the exit code."""
    demonstration = Demonstration()
    demonstration.start(arguments.port)
    code = runner.program.run(None)
    if code == 0:
        print("\nThe answer's body:\n")
        print(demonstration.answer.partition("\r\n\r\n")[2].rstrip("\n"))
    return code


class Demonstration:
    """The program and its narrator."""

    def __init__(self) -> None:
        self.answer: str = ""
        self._step = 0

    def start(self, port: int) -> None:
        """Start the server; the client follows once it listens."""
        from .. import http

        server: Any = http.createServer({"insecureHTTPParser": True}, self._onRequest)
        server.on("listening", lambda: self._onListening(server))
        server.on("connection", self._onConnection)
        server.on("close", lambda: self.tell("server", "'close': no connection is left, the port is closed"))
        server.on("error", lambda error: self._onError("server", error))
        server.listen(port, "127.0.0.1")
        self.tell("server", "listen(): socket, bind, listen")

    # -- the server

    def _onListening(self, server: Any) -> None:
        port = server.address().port
        self.tell("server", f"'listening' on port {port}")
        self._connect(server, port)

    def _onConnection(self, socket: Any) -> None:
        self.tell("server", f"'connection': accepted the client's port {socket.remotePort}, and reads")
        socket.on("close", lambda: self.tell("server", f"its end of the connection: 'close', {_counts(socket)}"))

    def _onRequest(self, req: Any, res: Any) -> None:
        self.tell("server", f"'request': {req.method} {req.url} HTTP/{req.httpVersion}")
        res.on("finish", lambda: self.tell("server", "response 'finish': handed to the system"))
        res.writeHead(200, {"Content-Type": "text/plain"})
        res.end("hello world\n")
        self.tell("server", "writeHead(200), end('hello world\\n')")

    # -- the client

    def _connect(self, server: Any, port: int) -> None:
        from .. import net

        client: Any = net.createConnection(port, "127.0.0.1")
        self.tell("client", f"createConnection({port}): socket, connect (in progress: the loop waits until it stands)")
        client.setEncoding("utf8")

        def onConnect() -> None:
            self.tell("client", f"'connect': the connection stands, from port {client.localPort}")
            client.write("GET / HTTP/1.0\n\n")
            self.tell("client", "write('GET / HTTP/1.0\\n\\n')")

        def onEnd() -> None:
            self.tell("client", "'end': the server has sent everything; end() from here too")
            client.end()
            server.close()
            self.tell("server", "close(): accepts nobody any more")

        client.on("connect", onConnect)
        client.on("data", self._onData)
        client.on("end", onEnd)
        client.on("finish", lambda: self.tell("client", "'finish': our side has sent everything"))
        client.on("close", lambda: self.tell("client", f"'close': done, {_counts(client)}"))
        client.on("error", lambda error: self._onError("client", error))

    def _onData(self, chunk: str) -> None:
        self.answer += chunk
        self.tell("client", f"'data': {len(chunk)} characters")
        for line in chunk.splitlines():
            self.more(line)

    # -- telling

    def tell(self, who: str, what: str) -> None:
        """Print one step."""
        self._step += 1
        print(f"{self._step:2}  {who:<{_LANE}}  {what}")

    def more(self, text: str) -> None:
        """Print more about the step before."""
        print(f"{'':{_LANE + 8}}| {text}".rstrip())

    def _onError(self, who: str, error: Exception) -> None:
        from ..process import process

        print(f"nodecompat: {who}: {error}", file=sys.stderr)
        process.exit(1)


def _counts(socket: Any) -> str:
    return f"{socket.bytesRead} bytes read, {socket.bytesWritten} written"
