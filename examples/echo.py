"""A server that sends back what it gets.

python examples/echo.py [PORT]      then: nc localhost 8124
"""

import sys

from nodecompat import net, run

server = net.createServer(lambda socket: socket.pipe(socket))
server.listen(int(sys.argv[1]) if len(sys.argv) > 1 else 8124, lambda: print("listening on", server.address().port))
run()
