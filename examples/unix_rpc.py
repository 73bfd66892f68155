"""Calls between processes of one machine: JSON-RPC 2.0, a line for each message, over a Unix domain socket.

    python examples/unix_rpc.py serve /tmp/sums.sock
    python examples/unix_rpc.py call /tmp/sums.sock add 1 2

Only this user can connect: the socket is a file, and has its permissions.
"""

import itertools
import json
import os
import sys

from nodecompat import net, process, readline, run
from nodecompat.events import once


def add(*numbers):
    return sum(numbers)


def divide(a, b):
    return a / b


METHODS = {"add": add, "divide": divide}


def answer(line):
    """The answer to a line."""
    number = None
    try:
        match json.loads(line):
            case {"jsonrpc": "2.0", "method": str(name), "params": list(arguments), "id": number} if name in METHODS:
                return {"jsonrpc": "2.0", "id": number, "result": METHODS[name](*arguments)}
            case {"method": str(name), "id": number} if name not in METHODS:
                error = {"code": -32601, "message": f"there is no method {name}"}
            case _:
                error = {"code": -32600, "message": "that is no request"}
    except (TypeError, ArithmeticError) as problem:
        error = {"code": -32602, "message": str(problem)}
    except (ValueError, RecursionError):
        error = {"code": -32700, "message": "that is no JSON"}
    return {"jsonrpc": "2.0", "id": number, "error": error}


def serve(path):
    def onConnection(socket):
        lines = readline.createInterface(socket)
        lines.on("line", lambda line: socket.write(json.dumps(answer(line)) + "\n"))
        lines.on("error", lambda error: print(error, file=sys.stderr, flush=True))

    server = net.createServer(onConnection)
    os.umask(0o077)  # the file is nobody else's, from its first moment on
    # The file of a server that was killed is still there: it is replaced, unless somebody listens on it.
    server.listen(path, takeOver=True)
    server.on("listening", lambda: print("listening on", server.address(), flush=True))
    process.once("SIGTERM", server.close)


class Client:
    """Makes calls over one connection; each answer finds its call by its number."""

    def __init__(self, path):
        self.socket = net.connect(path)
        self.numbers = itertools.count(1)
        self.lines = readline.createInterface(self.socket)

    async def call(self, method, *arguments):
        number = next(self.numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": arguments}
        self.socket.write(json.dumps(request) + "\n")
        while True:
            [line] = await once(self.lines, "line")
            response = json.loads(line)
            if response["id"] == number:
                break
        if "error" in response:
            raise RuntimeError(response["error"]["message"])
        return response["result"]


async def call(path, method, *arguments):
    client = Client(path)
    try:
        print(await client.call(method, *map(json.loads, arguments)))
    except (RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        process.exitCode = 1
    finally:
        client.socket.destroy()


match sys.argv[1:]:
    case ["serve", path]:
        serve(path)
        run()
    case ["call", path, method, *arguments]:
        run(call(path, method, *arguments))
    case _:
        sys.exit(__doc__)
