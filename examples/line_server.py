"""Keeps values by name: a protocol of lines, as memcached's and Redis' are, with readline over a socket.

python examples/line_server.py [PORT]      then: nc localhost 8125

SET name value    GET name    DEL name    KEYS    QUIT
"""

import sys

from nodecompat import net, readline, run

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8125
LONGEST = 10_000  # bytes of a line

values = {}


def answer(line):
    """What a line is answered with."""
    command, *words = line.split(None, 2)
    match (command.upper(), *words):
        case ("SET", name, value):
            values[name] = value
            return "OK"
        case ("GET", name):
            return f"VALUE {values[name]}" if name in values else "NONE"
        case ("DEL", name):
            return "OK" if values.pop(name, None) is not None else "NONE"
        case ("KEYS",):
            return " ".join(["KEYS", *sorted(values)])
        case _:
            return "ERROR I do not understand that"


def onConnection(socket):
    lines = readline.createInterface(socket)
    pending = 0  # bytes of the line that has not ended

    @socket.on("data")
    def onData(chunk):
        nonlocal pending
        end = chunk.rfind(b"\n")
        pending = pending + len(chunk) if end < 0 else len(chunk) - end - 1
        if pending > LONGEST and socket.writable:
            socket.end("ERROR That line is too long\n", lambda error: socket.destroy())

    @lines.on("line")
    def onLine(line):
        if not socket.writable or not line.strip():
            return
        if line.strip().upper() == "QUIT":
            socket.end("BYE\n")
        elif not socket.write(answer(line) + "\n"):  # it does not read what it asks for
            lines.pause()
            socket.once("drain", lines.resume)

    lines.on("error", lambda error: print(error, file=sys.stderr))  # those of the socket


server = net.createServer(onConnection)
server.listen(PORT, "127.0.0.1", lambda: print("listening on", server.address().port, flush=True))
run()
