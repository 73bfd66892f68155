import sys
from pathlib import Path

from nodecompat import run, tls

key, cert = (Path(path).read_bytes() for path in sys.argv[1:])


def onConnection(socket):
    socket.on("error", lambda error: None)
    socket.on("data", socket.write)


server = tls.createServer(onConnection, key=key, cert=cert)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
