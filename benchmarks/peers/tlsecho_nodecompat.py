import sys
from pathlib import Path

from nodecompat import run, tls

key, cert = (Path(path).read_bytes() for path in sys.argv[1:])
server = tls.createServer(lambda socket: socket.on("data", socket.write), key=key, cert=cert)
server.listen(0, "127.0.0.1", lambda: print(server.address().port, flush=True))
run()
