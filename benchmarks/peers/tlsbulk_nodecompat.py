import sys
from pathlib import Path

from nodecompat import run, tls

key, cert = (Path(path).read_bytes() for path in sys.argv[1:])
piece = b"x" * 65536


def onConnection(socket):
    def go():
        while socket.write(piece):
            continue

    socket.once("data", lambda data: go())
    socket.on("drain", go)
    socket.on("error", lambda error: None)


server = tls.createServer(onConnection, key=key, cert=cert)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
